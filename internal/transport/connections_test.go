// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// secureServer is a server with TLS, not yet started, and counts the connections
// that are opened to it.
func secureServer(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	t.Cleanup(server.Close)
	return server, &opened
}

// Terraform's -parallelism may be more than the ten that are usual, and a
// handshake costs more than most requests.
func TestABurstOpensNoMoreConnectionsThanItHasRequestsAtATime(t *testing.T) {
	server, opened := secureServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":1}`) })
	server.StartTLS()
	client := newTestClient(t, Options{TLS: TLS{Insecure: true}})
	for burst := range 2 {
		var workers sync.WaitGroup
		for range 50 {
			workers.Go(func() {
				for range 10 {
					if status, err := get(t.Context(), t, client, server.URL); status != http.StatusOK {
						t.Errorf("%d, %v", status, err)
					}
				}
			})
		}
		workers.Wait()
		// On a machine that is so busy that a goroutine waits for 50 ms, net/http
		// takes a connection or two for dead.
		if got := opened.Load(); got > 55 {
			t.Errorf("after burst %d of 500 requests, 50 at a time: %d connections were opened", burst+1, got)
		}
	}
}

func TestSpeaksHTTP2WhereTheServerDoes(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"HTTP/1.1", "HTTP/2.0"} {
		server, opened := secureServer(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })
		server.EnableHTTP2 = want == "HTTP/2.0"
		server.StartTLS()
		client := newTestClient(t, Options{TLS: TLS{Insecure: true}})
		if opened.Load() != 0 {
			t.Error("making a client contacted the server")
		}
		resp, err := send(t, client, http.MethodGet, server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || string(body) != want || resp.Proto != want {
			t.Errorf("the server spoke %q, the client %q, %v; want %q", body, resp.Proto, err, want)
		}
	}
}

// What a request costs us, apart from the network: an object, and a large page
// of a list.
func BenchmarkRequest(b *testing.B) {
	object := `{"id":1,"description":"nightly","ref":"refs/heads/main","cron":"0 3 * * *","variables":[{"key":"A","value":"` + strings.Repeat("x", 100) + `"}]},`
	for name, body := range map[string]string{"object": "[" + object + "0]", "page": "[" + strings.Repeat(object, 1500) + "0]"} {
		b.Run(name, func(b *testing.B) {
			client := newClient(Options{Redact: NewRedactor([]string{"a secret token"}, []string{"value"})}, answers(func(*http.Request) *http.Response {
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
			}))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://server/api/v4/projects/1/pipeline_schedules/1", nil)
				if err != nil {
					b.Fatal(err)
				}
				resp, err := client.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				resp.Body.Close()
			}
		})
	}
}

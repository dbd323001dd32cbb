// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func newTestClient(t *testing.T, o Options) *http.Client {
	t.Helper()
	client, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func send(t *testing.T, client *http.Client, method, url string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("PRIVATE-TOKEN", "secret")
	resp, err := client.Do(req)
	if resp != nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

// A POST may have been done by whoever failed to answer it; everything else
// means the same when it is sent again. A 429 was never done.
func TestRepeatsOnlyWhatCannotHappenTwice(t *testing.T) {
	t.Parallel()
	reset := func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			connection.Close()
		}
	}
	truncated := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"id":`)
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(code)
		}
	}
	for name, c := range map[string]struct {
		fault   http.HandlerFunc
		methods string
	}{
		"429":       {status(http.StatusTooManyRequests), "GET PUT DELETE POST"},
		"500":       {status(http.StatusInternalServerError), "GET PUT DELETE"},
		"502":       {status(http.StatusBadGateway), "GET PUT DELETE"},
		"503":       {status(http.StatusServiceUnavailable), "GET PUT DELETE"},
		"501":       {status(http.StatusNotImplemented), ""},
		"403":       {status(http.StatusForbidden), ""},
		"reset":     {reset, "GET PUT DELETE"},
		"truncated": {truncated, "GET PUT DELETE"},
	} {
		for _, method := range []string{"GET", "PUT", "DELETE", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				var calls atomic.Int32
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if body, _ := io.ReadAll(r.Body); string(body) != `{"a":1}` {
						t.Errorf("body of call %d: %q", calls.Load(), body)
					}
					if calls.Add(1) == 1 {
						c.fault(w, r)
					}
				}))
				defer server.Close()
				resp, err := send(t, newTestClient(t, Options{MaxRetries: 3}), method, server.URL)
				want := int32(1)
				if strings.Contains(c.methods, method) {
					want = 2
					if err != nil || resp.StatusCode != http.StatusOK {
						t.Errorf("after the repeat: %v, %v", resp, err)
					}
				}
				if got := calls.Load(); got != want {
					t.Errorf("the server saw %d requests, want %d", got, want)
				}
			})
		}
	}
}

func TestWhoGivesUpOnAWriteIsToldThatItMayBeDone(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodGet} {
		ctx, giveUp := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			giveUp()
			<-r.Context().Done()
		}))
		req, err := http.NewRequestWithContext(ctx, method, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := newTestClient(t, Options{MaxRetries: 3}).Do(req)
		if resp != nil {
			resp.Body.Close()
		}
		if !errors.Is(err, context.Canceled) || OutcomeUnknown(err) != (method != http.MethodGet) {
			t.Errorf("%s: %v", method, err)
		}
		server.Close()
	}
}

// Nobody wants a run that sleeps for a day.
func TestAWaitThatIsTooLongIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		var calls atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(status)
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := newTestClient(t, Options{MaxRetries: 3}).Do(req)
		if err != nil || resp.StatusCode != status || calls.Load() != 1 {
			t.Errorf("after %d requests: %v, %v; want the status %d of the first", calls.Load(), resp, err, status)
		}
		if resp != nil {
			resp.Body.Close()
		}
		cancel()
		server.Close()
	}
}

func TestARefusalWith500IsAnAnswer(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]int32{http.StatusInternalServerError: 1, http.StatusBadGateway: 2} {
		var calls atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) == 1 {
				w.WriteHeader(status)
			}
		}))
		defer server.Close()
		if _, err := send(t, newTestClient(t, Options{MaxRetries: 3, RefusesWith500: true}), http.MethodGet, server.URL); err != nil {
			t.Error(err)
		}
		if calls.Load() != want {
			t.Errorf("a %d was asked for %d times, want %d", status, calls.Load(), want)
		}
	}
}

func TestRepeatsAnyMethodThatWasNeverSent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	begin := time.Now()
	_, err = send(t, newTestClient(t, Options{MaxRetries: 1}), http.MethodPost, address)
	if err == nil || OutcomeUnknown(err) {
		t.Errorf("a refused connection: %v, outcome unknown: %v", err, OutcomeUnknown(err))
	}
	if time.Since(begin) < retryWaitMin {
		t.Error("a request that was never sent was not repeated")
	}
}

func TestALostAnswerLeavesTheOutcomeOfAWriteOpen(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// The server notices that the client is gone only after it has the body.
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	}))
	defer server.Close()
	client := newTestClient(t, Options{RequestTimeout: 250 * time.Millisecond})
	for method, unknown := range map[string]bool{"POST": true, "PUT": true, "DELETE": true, "GET": false} {
		_, err := send(t, client, method, server.URL)
		if !errors.Is(err, context.DeadlineExceeded) || OutcomeUnknown(err) != unknown {
			t.Errorf("%s: %v, outcome unknown: %v", method, err, OutcomeUnknown(err))
		}
	}
}

func TestTheTokenGoesNowhereElse(t *testing.T) {
	t.Parallel()
	var foreign atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { foreign.Add(1) }))
	defer other.Close()
	var methods []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method+" "+r.URL.Path)
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/moved":
			http.Redirect(w, r, "/here", http.StatusMovedPermanently)
		}
	}))
	defer server.Close()
	client := newTestClient(t, Options{})
	for path, want := range map[string]int{"GET /away": 302, "POST /away": 302, "POST /moved": 301, "PUT /moved": 301, "GET /moved": 200} {
		method, target, _ := strings.Cut(path, " ")
		resp, err := send(t, client, method, server.URL+target)
		if err != nil || resp.StatusCode != want {
			t.Errorf("%s: %v, %v; want status %d", path, resp, err, want)
		}
	}
	if foreign.Load() != 0 {
		t.Error("the other host was asked")
	}
	for _, m := range methods {
		if m == "POST /here" || m == "PUT /here" {
			t.Errorf("a write was redirected: %v", methods)
		}
	}
}

func TestAnswerHasAnEnd(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		chunk := make([]byte, 1<<20)
		for range MaxAnswer>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	var tooLarge *AnswerTooLargeError
	if _, err := send(t, newTestClient(t, Options{MaxRetries: 2}), http.MethodGet, server.URL); !errors.As(err, &tooLarge) {
		t.Errorf("an endless answer: %v", err)
	}
	if calls.Load() != 1 {
		t.Errorf("asked %d times for what will not get smaller", calls.Load())
	}
}

// An answer that says that it is too long isn't begun with.
func TestAnswerOfATooLongLength(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(MaxAnswer+1))
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		// There is no body to wait for.
		<-r.Context().Done()
		close(begun)
	}))
	defer server.Close()
	var tooLarge *AnswerTooLargeError
	if _, err := send(t, newTestClient(t, Options{MaxRetries: 2}), http.MethodGet, server.URL); !errors.As(err, &tooLarge) {
		t.Errorf("an answer that is too long: %v", err)
	}
	<-begun
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	// The handshakes that are meant to fail need no line in the test's output.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))

	if _, err := send(t, newTestClient(t, Options{MaxRetries: 5}), http.MethodGet, server.URL); err == nil {
		t.Error("an unknown authority was trusted")
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("a certificate error was tried %d times", n)
	}
	for name, trust := range map[string]TLS{"authority": {CACertPEM: authority}, "insecure": {Insecure: true}} {
		if resp, err := send(t, newTestClient(t, Options{TLS: trust}), http.MethodGet, server.URL); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, broken := range map[string]TLS{
		"ca_cert_pem": {CACertPEM: "nothing"}, "ca_cert_file": {CACertFile: "/does/not/exist"},
		"client_cert_pem": {ClientCertPEM: "nothing", ClientKeyPEM: "nothing"},
	} {
		if _, err := NewClient(Options{TLS: broken}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer server.Close()
	client := newTestClient(t, Options{UserAgent: "us/1", Headers: map[string]string{"X-Proxy": "yes", "Private-Token": "other"}})
	if _, err := send(t, client, http.MethodGet, server.URL); err != nil {
		t.Fatal(err)
	}
	if got.Get("User-Agent") != "us/1" || got.Get("X-Proxy") != "yes" || got.Get("PRIVATE-TOKEN") != "secret" {
		t.Errorf("headers: %v", got)
	}
}

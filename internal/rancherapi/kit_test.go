// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// fakeServer answers with what a test says, and remembers what it was asked.
type fakeServer struct {
	*Client
	url string
	mu  sync.Mutex
	// lines are "METHOD path?query" without the API's root; bodies go with them.
	lines, bodies []string
	authorization string
}

// reply is a status and a body, of JSON unless it says otherwise.
type reply struct {
	status      int
	body        string
	contentType string
}

func ok(body string) reply { return reply{status: 200, body: body} }

func refused(status int, code, field, message string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"type":"error","baseType":"error","status":%d,"code":%q,"message":%q,"fieldName":%q,"links":{},"actions":{}}`, status, code, message, field)}
}

func missing(kind, name string) reply {
	return refused(404, "NotFound", "", fmt.Sprintf("%s.management.cattle.io %q not found", kind, name))
}

const specRoot = `{"type":"apiRoot","links":{"pipelineHistories":"https://h/v3/pipelinehistories","remoteAccounts":"https://h/v3/remoteaccounts"}}`

// newFakeServer starts a server whose answers the test computes from the line
// of a request and how often the same was asked before. The client is told the
// dialect unless config says otherwise.
func newFakeServer(t *testing.T, respond func(line string, before int) reply) *fakeServer {
	t.Helper()
	return newFakeServerFor(t, Config{Token: "token-abcde:secret", Dialect: DialectSpec}, "", respond)
}

func newFakeServerFor(t *testing.T, config Config, suffix string, respond func(line string, before int) reply) *fakeServer {
	t.Helper()
	s := &fakeServer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		line := r.Method + " " + strings.TrimPrefix(r.RequestURI, "/v3")
		before := s.count(line)
		s.mu.Lock()
		s.lines, s.bodies = append(s.lines, line), append(s.bodies, string(body))
		s.authorization = r.Header.Get("Authorization")
		s.mu.Unlock()
		a := respond(line, before)
		if a.contentType == "" {
			a.contentType = "application/json"
		}
		w.Header().Set("Content-Type", a.contentType)
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	s.Client = newTestClient(t, config, server.URL+suffix)
	return s
}

// newTestClient makes a client that doesn't wait.
func newTestClient(t *testing.T, config Config, address string) *Client {
	t.Helper()
	httpClient, err := transport.NewClient(transport.Options{Redact: transport.NewRedactor(nil, SecretMembers())})
	if err != nil {
		t.Fatal(err)
	}
	config.BaseURL, config.HTTP = address, httpClient
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	c.pace = poll.Pace{First: time.Microsecond, Longest: time.Microsecond}
	return c
}

func (s *fakeServer) count(line string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, l := range s.lines {
		if l == line {
			n++
		}
	}
	return n
}

func (s *fakeServer) wantLines(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := strings.Join(s.lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("asked\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

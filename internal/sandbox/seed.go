// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// seedCall is one call in a seed file, which is a JSON list of them. They are made in order, as the admin of the instance or, with As, as the
// user of that name. Ids count from 1 by kind of object (root is user 1), so that later calls can name what earlier ones made.
type seedCall struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // from the root of the host, such as /api/v4/projects
	Body   json.RawMessage `json:"body"` // JSON; may be missing
	As     string          `json:"as"`   // username; "" = root
}

// seedFrom fills the world by the calls in a file. They appear in no journal. The first one that is refused ends it with an error.
func (s *Sandbox) seedFrom(file string) error {
	content, err := os.ReadFile(file) //nolint:gosec // G304: the user names the file
	if err != nil {
		return fmt.Errorf("seed %q is neither demo nor none nor a file that can be read: %w", file, err)
	}
	var calls []seedCall
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields() // a misspelt member would be a call that does something else
	if err := decoder.Decode(&calls); err != nil {
		return fmt.Errorf(`seed %s is no list such as [{"method": "POST", "path": "/api/v4/projects", "body": {"name": "app"}, "as": "root"}]: %w`, file, err)
	}
	for i, call := range calls {
		if err := s.replay(call); err != nil {
			return fmt.Errorf("seed %s, call %d: %s %s: %w", file, i+1, call.Method, call.Path, err)
		}
	}
	return nil
}

func (s *Sandbox) replay(call seedCall) error { return s.call(s.pastLimits(), call, "") }

// changeByHand makes a request of the page's as the admin of the instance. The journal holds it as it does all requests, with a user agent of its own;
// but neither faults nor limits, which are for the clients under test, apply to it.
func (s *Sandbox) changeByHand(r webpage.Request) error {
	return s.call(s.journal.Record(systemOf, s.pastLimits()), seedCall{Method: r.Method, Path: r.Path, Body: r.Body}, webpage.ByHand)
}

// pastLimits serves all systems without GitLab's rate limit.
func (s *Sandbox) pastLimits() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if systemOf(r.URL.Path) == "gitlab" {
			s.gitlab.Unlimited().ServeHTTP(w, r)
			return
		}
		s.serveSystem(w, r)
	})
}

// call makes a call to a handler. It is an error, in the system's words, if the call is refused.
func (s *Sandbox) call(handler http.Handler, call seedCall, userAgent string) error {
	request, err := http.NewRequestWithContext(context.Background(), call.Method, call.Path, bytes.NewReader(call.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.AdminToken())
	request.Header.Set("Content-Type", "application/json")
	if userAgent != "" {
		request.Header.Set("User-Agent", userAgent)
	}
	if call.As != "" {
		request.Header.Set("Sudo", call.As)
	}
	reply := &seedReply{header: http.Header{}}
	handler.ServeHTTP(reply, request)
	if reply.status >= http.StatusMultipleChoices {
		return fmt.Errorf("%d %s", reply.status, bytes.TrimSpace(reply.body.Bytes()))
	}
	return nil
}

// seedReply is the answer to a call that came over no network.
type seedReply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *seedReply) Header() http.Header { return r.header }

func (r *seedReply) WriteHeader(status int) { r.status = status }

func (r *seedReply) Write(content []byte) (int, error) { return r.body.Write(content) }

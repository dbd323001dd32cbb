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

func (s *Sandbox) replay(call seedCall) error {
	request, err := http.NewRequestWithContext(context.Background(), call.Method, call.Path, bytes.NewReader(call.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.AdminToken())
	request.Header.Set("Content-Type", "application/json")
	if call.As != "" {
		request.Header.Set("Sudo", call.As)
	}
	reply := &seedReply{header: http.Header{}}
	if systemOf(request.URL.Path) == "gitlab" {
		s.gitlab.Unlimited().ServeHTTP(reply, request)
	} else {
		s.serveSystem(reply, request)
	}
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

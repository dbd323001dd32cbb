// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"errors"
	"sync"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

const settings = "GET /project/schemas/pipelineSetting"

func TestDialects(t *testing.T) {
	noSchema := refused(404, "NotFound", "", "no such schema")
	for name, test := range map[string]struct {
		root, settings reply
		found          string
		calls          int
	}{
		"spec":           {root: ok(specRoot), calls: 1},
		"spec, accounts": {root: ok(`{"links":{"remoteAccounts":"https://h/v3/remoteaccounts"}}`), calls: 1},
		"spec, runs":     {root: ok(`{"links":{"pipelineHistories":"https://h/v3/pipelinehistories"}}`), calls: 1},
		"2.0":            {root: ok(`{"links":{"pipelineExecutions":"https://h/v3/pipelineexecutions","clusterPipelines":"x"}}`), found: FoundV20, calls: 1},
		"2.1":            {root: ok(`{"links":{"clusters":"x"}}`), settings: ok(`{"type":"schema","id":"pipelineSetting"}`), found: FoundV21, calls: 2},
		"2.7":            {root: ok(`{"links":{"clusters":"x"}}`), settings: noSchema, found: FoundNone, calls: 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServerFor(t, Config{}, "", func(line string, _ int) reply {
				switch line {
				case "GET ":
					return test.root
				case settings:
					return test.settings
				}
				return ok(somePipeline)
			})
			for range 2 {
				_, err := s.Pipeline(t.Context(), "p-x:p-1")
				var d *DialectError
				if test.found == "" && err != nil || test.found != "" && (!errors.As(err, &d) || d.Found != test.found) {
					t.Errorf("got %v", err)
				}
			}
			if test.found == "" {
				test.calls += 2
			}
			if len(s.lines) != test.calls {
				t.Errorf("asked %q", s.lines)
			}
		})
	}
}

func TestDialectIsAskedForOnce(t *testing.T) {
	s := newFakeServerFor(t, Config{}, "", func(line string, _ int) reply {
		if line == "GET " {
			return ok(specRoot)
		}
		return ok(somePipeline)
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Pipeline(t.Context(), "p-x:p-1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.count("GET ") != 1 {
		t.Errorf("asked %d times", s.count("GET "))
	}
	if _, err := New(Config{BaseURL: "http://h", Dialect: "v2.0"}); err == nil {
		t.Error("a dialect that isn't spoken is taken")
	}
}

func TestNoRancher(t *testing.T) {
	for name, a := range map[string]reply{
		"a page":          {200, "<html><title>Welcome</title></html>", "text/html"},
		"a page's 404":    {404, "<html><title>404</title></html>", "text/html"},
		"an API's 404":    {status: 404, body: `{"error":"404 Not Found"}`},
		"an empty object": ok(`{}`),
		"a list":          ok(`[]`),
		"null":            ok(`null`),
		"nothing":         {status: 204},
	} {
		s := newFakeServerFor(t, Config{}, "", func(string, int) reply { return a })
		_, err := s.Pipeline(t.Context(), "p-x:p-1")
		var (
			n      *NotRancherError
			status *transport.StatusError
		)
		if !errors.As(err, &n) || n.Address != s.url+"/v3" || !errors.As(err, &status) || errors.Is(err, ErrAbsent) {
			t.Errorf("%s: %v", name, err)
		}
		s.wantLines(t, "GET ")
	}
}

// What keeps the server from answering says nothing about it, and may pass.
func TestDialectIsAskedForAgain(t *testing.T) {
	for name, a := range map[string]reply{
		"401":           {status: 401, body: `{"type":"error","status":"401","message":"must authenticate"}`},
		"a proxy's 403": {403, "<html>", "text/html"},
		"a proxy's 503": {503, "<html>", "text/html"},
		"a redirect":    {302, "", "text/html"},
		"404":           {404, "<html>", "text/html"},
	} {
		for _, at := range []string{"GET ", settings} {
			if at == settings && name == "404" {
				at = "GET "
			}
			well := false
			s := newFakeServerFor(t, Config{}, "", func(line string, _ int) reply {
				switch {
				case line == at && !well:
					return a
				case line == "GET " && !well:
					return ok(`{"links":{"clusters":"x"}}`)
				case line == "GET ":
					return ok(specRoot)
				}
				return ok(somePipeline)
			})
			_, err := s.Pipeline(t.Context(), "p-x:p-1")
			var (
				d      *DialectError
				n      *NotRancherError
				status *transport.StatusError
			)
			if errors.As(err, &d) || errors.As(err, &n) != (name == "404") || !errors.As(err, &status) || status.Status != a.status {
				t.Errorf("%s of %s: %v", name, at, err)
			}
			well = true
			if _, err := s.Pipeline(t.Context(), "p-x:p-1"); err != nil {
				t.Errorf("%s of %s, again: %v", name, at, err)
			}
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// fakeClock passes time only when somebody waits, and then at once.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	passed := make(chan time.Time, 1)
	passed <- c.now
	return passed
}

// call is a request that a fakeServer got, and when by the client's clock.
type call struct {
	line, body string
	at         time.Time
}

// fakeServer answers with what a test says, and remembers what it was asked.
type fakeServer struct {
	*Client
	clock *fakeClock
	mu    sync.Mutex
	calls []call
}

// answer is a status and a body; a zero status breaks the connection.
type answer struct {
	status int
	body   string
}

func refused(reason, message string) answer {
	return answer{500, fmt.Sprintf(`{"code":500,"reason":%q,"message":%q,"metadata":{}}`, reason, message)}
}

var (
	saved    = answer{200, `{"message":"Successfully saved r1 configuration"}`}
	deleted  = answer{200, `{"message":"Successfully deleted r1 configuration"}`}
	notFound = answer{404, `{"code":404,"reason":"RESOURCE_NOT_FOUND","message":"the resource is not found","metadata":{}}`}
	collided = refused("", "failed to clone repository, the repository url: http://gitlab/p/default.project.git err: failed to clone repository: fatal: destination path 'default.project' already exists and is not an empty directory.\n")
)

// newFakeServer starts a server whose answers the test computes from "METHOD
// path?query" without the API's prefix, and how often that was asked before.
func newFakeServer(t *testing.T, config Config, respond func(line string, before int) answer) *fakeServer {
	t.Helper()
	s := &fakeServer{clock: &fakeClock{now: time.Unix(1_700_000_000, 0)}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		line := r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/api/v1/products/")
		before := s.count(line)
		s.mu.Lock()
		s.calls = append(s.calls, call{line, string(body), s.clock.Now()})
		s.mu.Unlock()
		a := respond(line, before)
		if a.status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(server.Close)
	httpClient, err := transport.NewClient(transport.Options{RefusesWith500: true})
	if err != nil {
		t.Fatal(err)
	}
	config.BaseURL, config.HTTP, config.Clock = server.URL, httpClient, s.clock
	s.Client, err = New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *fakeServer) count(line string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c.line == line {
			n++
		}
	}
	return n
}

// lines are the requests so far, short enough to compare.
func (s *fakeServer) lines() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, c := range s.calls {
		lines = append(lines, strings.ReplaceAll(c.line, "projectpipelineruntimes", "…"))
	}
	return strings.Join(lines, ", ")
}

// reply is a runtime as v0.4.2 sends it, with the given pipeline source.
func replyV042(name, source string) string {
	return fmt.Sprintf(`{"name":%q,"project":"web","pipeline_source":%q,
"event_sources":[{"name":"push","gitlab":{"repo_name":"web","revision":"main","events":["push_events"]},"calendar":null},
 {"name":"nightly","gitlab":null,"calendar":{"schedule":"0 1 * * *","interval":"","exclusion_dates":[],"timezone":"UTC"}}],
"pipelines":[{"name":"build","label":"","path":"build.yaml"}],
"pipeline_triggers":[{"event_source":"push","pipeline":"build","revision":"","inputs":[]}],
"destination":{"environment":"dev","namespace":"web-ns"},"isolation":"shared",
"additional_resources":{"git":null},"account":"","hooks":{"pre_hooks":[],"post_hooks":[]}}`, name, source)
}

// replyV038 is the same as v0.3.8 sends it.
func replyV038(name string) string {
	return fmt.Sprintf(`{"name":%q,"project":"web","pipeline_source":"web",
"event_sources":[{"name":"push","gitlab":{"repo_name":"web","revision":"main","events":["push_events"]},"calendar":null},
 {"name":"nightly","gitlab":null,"calendar":null}],
"pipelines":[{"name":"build","label":"","path":"build.yaml"}],
"pipeline_triggers":[{"event_source":"push","pipeline":"build","revision":""}],
"destination":"dev","isolation":"shared"}`, name)
}

// aRuntime is what those replies are of.
func aRuntime(source string) Runtime {
	return Runtime{
		Project: "web", PipelineSource: source,
		Pipelines: []Pipeline{{Name: "build", Path: "build.yaml"}},
		EventSources: []EventSource{
			{Name: "push", GitLab: &GitLabEvents{RepoName: "web", Revision: "main", Events: []string{"push_events"}}},
			{Name: "nightly", Calendar: &Calendar{Schedule: "0 1 * * *", Timezone: "UTC"}},
		},
		PipelineTriggers: []PipelineTrigger{{EventSource: "push", Pipeline: "build"}},
		Destination:      Destination{Environment: "dev", Namespace: "web-ns"},
		Isolation:        "shared",
	}
}

func list(runtimes ...string) answer {
	return answer{200, `{"items":[` + strings.Join(runtimes, ",") + `]}`}
}

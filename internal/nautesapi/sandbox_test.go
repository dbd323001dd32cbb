// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/gitlab"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

const sandboxToken = "root-token"

// sandboxClock passes the sandbox's time when a client waits.
type sandboxClock struct{ *clock.Clock }

func (c sandboxClock) After(d time.Duration) <-chan time.Time {
	passed := make(chan time.Time, 1)
	_ = c.Advance(d)
	passed <- c.Now()
	return passed
}

// world is a Nautes API server with the product labs: projects web and api,
// environment dev, and of project web the code repositories web and lib-path,
// which GitLab displays as "Lib Display Name".
type world struct {
	url    string
	clock  *clock.Clock
	nautes *nautes.Server
}

func newWorld(t *testing.T, version string) *world {
	t.Helper()
	w := &world{clock: clock.New(time.Time{})}
	lab := gitlab.New(gitlab.Config{Clock: w.clock, AdminToken: sandboxToken, BaseURL: "https://gitlab.example.com"})
	var err error
	w.nautes, err = nautes.New(nautes.Config{Clock: w.clock, GitLab: lab, GitLabURL: "https://gitlab.example.com", Version: version})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.nautes)
	t.Cleanup(server.Close)
	w.url = server.URL
	for _, call := range [][2]string{
		{"/clusters/pipelines", `{"api_server":"https://127.0.0.1:6443","cluster_kind":"kubernetes","cluster_type":"physical","usage":"worker","worker_type":"pipeline","kubeconfig":"clusters: []"}`},
		{"/products/labs", `{"git":{"gitlab":{"visibility":"private"}}}`},
		{"/products/labs/projects/web", `{"language":"go"}`},
		{"/products/labs/projects/api", `{"language":"go"}`},
		{"/products/labs/environments/dev", `{"cluster":"pipelines","env_type":"dev"}`},
		{"/products/labs/coderepos/web", `{"project":"web","pipeline_runtime":true,"webhook":{"events":["push_events"]},"git":{"gitlab":{"name":"web","path":"web","visibility":"private"}}}`},
		{"/products/labs/coderepos/lib-path", `{"project":"web","pipeline_runtime":true,"webhook":{"events":["push_events"]},"git":{"gitlab":{"name":"Lib Display Name","path":"lib-path","visibility":"private"}}}`},
	} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1"+call[0], strings.NewReader(call[1]))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+sandboxToken)
		recorder := httptest.NewRecorder()
		w.nautes.ServeHTTP(recorder, r)
		if recorder.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", call[0], recorder.Code, recorder.Body)
		}
	}
	return w
}

func (w *world) client(t *testing.T, token string) *Client {
	t.Helper()
	httpClient, err := transport.NewClient(transport.Options{RefusesWith500: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{BaseURL: w.url, Token: token, HTTP: httpClient, Clock: sandboxClock{w.clock}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestALifeOnBothServers(t *testing.T) {
	t.Parallel()
	for version, wire := range map[string]WireVersion{nautes.V042: WireV04, nautes.V038: WireV03} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c := newWorld(t, version).client(t, sandboxToken)
			ctx := t.Context()
			if v, err := c.WireVersion(ctx, "labs"); v != wire || err != nil {
				t.Fatalf("version %s, %v", v, err)
			}
			if all, err := c.Runtimes(ctx, "labs", ""); len(all) != 0 || err != nil {
				t.Fatalf("finding out the version left %v, %v", all, err)
			}
			wanted := aRuntime("lib-path")
			wanted.Destination.Namespace = ""
			if err := c.CreateRuntime(ctx, "labs", "r1", wanted, false); err != nil {
				t.Fatal(err)
			}
			if err := c.CreateRuntime(ctx, "labs", "r1", wanted, false); !errors.Is(err, ErrExists) {
				t.Errorf("created again: %v", err)
			}
			got, err := c.Runtime(ctx, "labs", "r1")
			if err != nil || compare(wanted, *got, wire) != similar || got.PipelineSource != "Lib Display Name" {
				t.Errorf("%+v, %v", got, err)
			}
			wanted.Pipelines[0].Label = "new"
			if err := c.SaveRuntime(ctx, "labs", "r1", wanted, false); err != nil {
				t.Error(err)
			}
			if all, err := c.Runtimes(ctx, "labs", ""); err != nil || len(all) != 1 || all[0].Pipelines[0].Label != "new" {
				t.Errorf("%+v, %v", all, err)
			}
			if all, err := c.Runtimes(ctx, "labs", "project=api"); err != nil || len(all) != 0 {
				t.Errorf("%+v, %v", all, err)
			}
			if err := c.DeleteRuntime(ctx, "labs", "r1", false); err != nil {
				t.Error(err)
			}
			if err := c.DeleteRuntime(ctx, "labs", "r1", false); !errors.Is(err, ErrAbsent) {
				t.Errorf("deleted again: %v", err)
			}
			if _, err := c.Runtime(ctx, "labs", "r1"); !errors.Is(err, ErrAbsent) {
				t.Errorf("read after the end: %v", err)
			}
		})
	}
}

func TestTheServersRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nautes.V042)
	root := w.client(t, sandboxToken)
	save := func(name string, skip bool, change func(*Runtime)) error {
		r := withMembers(func(r *Runtime) {
			r.Destination.Namespace = ""
			r.Pipelines[0].Path = name
		})
		change(&r)
		return root.SaveRuntime(t.Context(), "labs", name, r, skip)
	}
	read := func(token, product string) error {
		_, err := w.client(t, token).Runtime(t.Context(), product, "r1")
		return err
	}
	if err := save("r1", false, func(*Runtime) {}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err    error
		kind   Kind
		object string
	}{
		{read("", "labs"), BadToken, ""},
		{read("wrong", "labs"), BadToken, ""},
		{w.client(t, "wrong").SaveRuntime(t.Context(), "labs", "r1", aRuntime("web"), false), BadToken, ""},
		{read(sandboxToken, "nothing"), ProductNotFound, ""},
		{save("r2", false, func(r *Runtime) { r.PipelineSource = "ghost" }), UnknownRepository, "ghost"},
		{save("r2", false, func(r *Runtime) { r.EventSources[0].GitLab.RepoName = "Lib Display Name" }), UnknownRepository, "Lib Display Name"},
		{save("r2", false, func(r *Runtime) { r.Project = "ghost" }), UnknownProject, "ghost"},
		{save("r2", false, func(r *Runtime) { r.Destination.Environment = "ghost" }), UnknownEnvironment, "ghost"},
		{save("r2", false, func(r *Runtime) { r.Pipelines[0].Path = "r1" }), RuleBroken, "ProjectPipelineRuntime r1"},
		{save("r2", false, func(r *Runtime) { r.PipelineTriggers[0].EventSource = "ghost" }), Invalid, ""},
		{save("r2", false, func(r *Runtime) { r.Isolation = "none" }), Invalid, ""},
		{save("r1", false, func(r *Runtime) { r.Project = "api" }), ProjectImmutable, ""},
		{save("broken", true, func(r *Runtime) { r.Project = "ghost" }), "", ""},
		{save("r1", false, func(r *Runtime) { r.Isolation = "exclusive" }), OtherObjectBroken, "ProjectPipelineRuntime broken"},
		{root.DeleteRuntime(t.Context(), "labs", "broken", false), "", ""},
		{save("r1", false, func(r *Runtime) {
			r.PipelineTriggers[0].Inputs = []Input{{BuiltInVar: "Namespace", KustomizationPath: "k"}}
		}), "", ""},
		{read(sandboxToken, "labs"), RuntimeUnreadable, ""},
	} {
		var r *Refusal
		switch {
		case c.kind == "" && c.err != nil:
			t.Errorf("refused: %v", c.err)
		case c.kind != "" && (!errors.As(c.err, &r) || r.Kind != c.kind || r.Object != c.object):
			t.Errorf("%s %q: %+v", c.kind, c.object, c.err)
		}
	}
}

// Two programs that know nothing of each other write to one product, on a
// server where calls of the same second collide and saves conflict.
func TestTwoProgramsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nautes.V042)
	w.nautes.SetCollisions(true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const each = 4
	var all sync.WaitGroup
	for program := range 2 {
		c := w.client(t, sandboxToken)
		for i := range each {
			all.Go(func() {
				name := fmt.Sprintf("r%d-%d", program, i)
				r := withMembers(func(r *Runtime) {
					r.Destination.Namespace = name
					r.Pipelines[0].Path = name
				})
				if err := c.CreateRuntime(ctx, "labs", name, r, false); err != nil {
					t.Error(err)
				}
				if stored, err := c.Runtime(ctx, "labs", name); err != nil || compare(r, *stored, WireV04) != same {
					t.Errorf("%+v, %v", stored, err)
				}
			})
		}
	}
	all.Wait()
	if stored, err := w.client(t, sandboxToken).Runtimes(ctx, "labs", ""); err != nil || len(stored) != 2*each {
		t.Errorf("%d runtimes, %v", len(stored), err)
	}
}

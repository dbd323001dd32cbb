// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// A creation whose answer is lost is never repeated. When the pipeline is
// there, it is the one; when it isn't, it may still come.
func TestCreateActionLosesTheAnswer(t *testing.T) {
	t.Parallel()
	for fault, there := range map[faults.Kind]bool{faults.ResetAfter: true, faults.Truncate: true, faults.ResetBefore: false, faults.HTML: false, faults.Status: false} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			var posts atomic.Int64
			p.Before(func(r *http.Request) {
				if r.Method == http.MethodPost {
					posts.Add(1)
				}
				if strings.HasSuffix(r.URL.Path, "/pipelines/1") {
					_ = p.Sandbox.Clock().Advance(time.Minute)
				}
			})
			failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Fault: fault, Status: map[faults.Kind]int{faults.Status: 502}[fault], Delay: overASecond})
			i := invoke(t, p, createPipeline, map[string]any{"ref": "main", "wait": true})
			if there {
				i.succeeds().tells("GitLab's answer got lost, but the pipeline is there", "Pipeline 1: success")
			} else {
				i.fails("may nevertheless have done what it was asked", "looked for during", "not there, at least not yet", "Look at the project's pipelines before you run it again")
			}
			if posts.Load() != 1 {
				t.Errorf("it was created %d times", posts.Load())
			}
		})
	}
}

// What can't be told for the pipeline is named. Creations of one apply whose
// answers both get lost take none of the other's.
func TestCreateActionsLoseTheirAnswers(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Fault: faults.ResetAfter, Delay: overASecond})
	protocol := p.Protocol()
	said := make(chan string)
	for range 2 {
		go func() {
			_, diagnostics := protocol.Invoke(createPipeline, map[string]any{"project": p.Path, "ref": "main"})
			said <- acctest.Said(diagnostics)
		}()
	}
	for range 2 {
		if text := <-said; !saying("Cannot create pipeline", "More than one pipeline can be it", p.Path+":2, "+p.Path+":1").MatchString(text) {
			t.Errorf("it says %s", text)
		}
	}
	// Within the second of the beginning, it may have been there before.
	q := acctest.SandboxGitLab(t).NewProject()
	failing(t, q, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Fault: faults.ResetAfter})
	invoke(t, q, createPipeline, map[string]any{"ref": "main"}).fails("may nevertheless have done", "may as well have been there before", fmt.Sprintf("%d:1", q.ID), "run it again")
}

// A server that is slow, or fails for a while, is looked at again.
func TestCreateActionLooksAgain(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Nth: 1, Fault: faults.Status, Status: http.StatusGatewayTimeout})
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines$", Nth: 2, Fault: faults.Status, Status: http.StatusBadGateway})
	looks := 0
	p.Before(func(r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/pipelines") {
			return
		}
		if looks++; looks == 3 {
			_ = p.Sandbox.Clock().Advance(2 * time.Second)
			p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
		}
	})
	invoke(t, p, createPipeline, map[string]any{"ref": "main"}).succeeds().tells("GitLab's answer got lost, but the pipeline is there", "Pipeline 1: created")
}

// overASecond is how long a creation takes whose pipeline is certainly newer
// than it: GitLab tells the time in seconds.
const overASecond = 1100 * time.Millisecond

// The end of a wait leaves the pipeline alone, and says that it goes on.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	waiting := map[string]any{"ref": "main", "wait": true}
	looked := func(p *acctest.Project, do func()) {
		p.Before(func(r *http.Request) {
			if r.Method == http.MethodGet {
				do()
			}
		})
	}
	goesOn := func(t *testing.T, p *acctest.Project) {
		t.Helper()
		if now := status(p, 1); now != "created" {
			t.Errorf("the pipeline is %s", now)
		}
	}
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		invoke(t, p, createPipeline, plus(waiting, map[string]any{"timeouts": map[string]any{"invoke": "1s"}})).
			fails("Pipeline 1 is not done in time", "its status was created", "raise timeouts", "goes on in GitLab", "/-/pipelines/1").
			tells("Pipeline 1: created").asked(p, "POST pipeline", "GET pipelines/1")
		goesOn(t, p)
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		ctx, cancel := context.WithCancel(t.Context())
		looked(p, cancel)
		invokeWithin(ctx, t, p, p.Token, createPipeline, waiting).
			fails("Interrupted while waiting for pipeline 1", "goes on in GitLab").tells("Pipeline 1: created")
		goesOn(t, p)
	})
	t.Run("deleted", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		looked(p, func() { p.Call(http.MethodDelete, p.URL("pipelines/1"), nil) })
		invoke(t, p, createPipeline, waiting).fails("Pipeline 1 is gone", "deleted while it was waited for")
	})
	t.Run("unreadable", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/", Fault: faults.Status, Status: http.StatusServiceUnavailable})
		invoke(t, p, createPipeline, plus(waiting, map[string]any{"timeouts": map[string]any{"invoke": "1s"}})).
			fails("Pipeline 1 is not done in time", "goes on in GitLab", "hasn't told how it is doing since", "503")
		p.Sandbox.Faults().Clear()
		goesOn(t, p)
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
			p := acctest.SandboxGitLab(t).NewProject()
			failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/", Fault: faults.Status, Status: status})
			invoke(t, p, createPipeline, waiting).fails("Cannot follow pipeline 1", "goes on in GitLab", fmt.Sprint(status))
		}
	})
	t.Run("not at all when the server fails for a while", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		p.TimePasses(time.Second)
		for n, fault := range []faults.Kind{faults.Status, faults.ResetBefore, faults.ResetAfter, faults.Truncate} {
			failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/1$", Nth: n + 2, Fault: fault, Status: map[faults.Kind]int{faults.Status: 502}[fault]})
		}
		if i := invoke(t, p, createPipeline, waiting).succeeds(); i.progress[len(i.progress)-1][:19] != "Pipeline 1: success" {
			t.Errorf("it tells %q", i.progress)
		}
	})
}

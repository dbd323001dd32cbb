// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const (
	playSchedule  = "cicd_gitlab_pipeline_schedule_play"
	takeOwnership = "cicd_gitlab_pipeline_schedule_take_ownership"
)

func TestPlayAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	one := map[string]any{"pipeline_schedule_id": p.NewSchedule(p.Token, map[string]any{"active": false})}
	invoke(t, p, playSchedule, one).succeeds().tells("Pipeline schedule 1: played").asked(p, "POST pipeline_schedules/1/play")

	p.TimePasses(500 * time.Millisecond)
	waiting := plus(one, map[string]any{"wait": true})
	invoke(t, p, playSchedule, waiting).succeeds().
		tells("Pipeline schedule 1: played", "Pipeline 2: pending http", "Pipeline 2: running", "Pipeline 2: success").
		asked(p, "GET pipeline_schedules/1", "POST pipeline_schedules/1/play", "GET pipeline_schedules/1", "GET pipeline_schedules/1/pipelines", "GET pipelines/2")

	// It takes GitLab its time.
	failing(t, p, faults.Rule{
		Method: http.MethodGet, Path: "/pipeline_schedules/1$", Nth: 2, Fault: faults.Status, Status: http.StatusOK, Body: `{"id":1,"last_pipeline":{"id":2}}`,
	})
	invoke(t, p, playSchedule, waiting).succeeds().tells("Pipeline schedule 1: played", "Pipeline 3: running", "Pipeline 3: success")
	p.Sandbox.Faults().Clear()

	p.Object(http.MethodPost, p.URL("pipeline_schedules/1/variables"), map[string]any{"key": "CICD_SANDBOX_RESULT", "value": "failed"})
	invoke(t, p, playSchedule, waiting).fails("Pipeline 4 failed", "/-/pipelines/4").tells("Pipeline schedule 1: played", "Pipeline 4: pending", "Pipeline 4: running", "Pipeline 4: failed")
	if all := p.List(p.URL("pipelines")); len(all) != 4 {
		t.Errorf("there are %d pipelines", len(all))
	}
}

// The project may be given by its path, which is looked up once.
func TestActionFindsTheProject(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	i := invoke(t, p, playSchedule, map[string]any{"project": strings.ToUpper(p.Path), "pipeline_schedule_id": p.NewSchedule(p.Token, nil)}).succeeds()
	if len(i.requests) != 2 || i.requests[1] != fmt.Sprintf("POST projects/%d/pipeline_schedules/1/play", p.ID) {
		t.Errorf("requests %q", i.requests)
	}
}

// Whose pipeline it is shows who started it: what the schedule makes for others
// in the meantime isn't waited for.
func TestPlayActionTellsItsPipelineFromOthers(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	other := p.NewMember(acctest.Developer)
	waiting := map[string]any{"pipeline_schedule_id": p.NewSchedule(p.Token, nil), "wait": true, "timeouts": map[string]any{"invoke": "1m"}}
	played := func() { p.As(other.Token).Object(http.MethodPost, p.URL("pipeline_schedules/1/play"), nil) }

	// Theirs comes before ours.
	p.Before(func(r *http.Request) {
		if r.Method == http.MethodPost {
			played()
		}
		_ = p.Sandbox.Clock().Advance(2 * time.Second)
	})
	invoke(t, p, playSchedule, waiting).succeeds().tells("Pipeline schedule 1: played", "Pipeline 2: running", "Pipeline 2: success")

	// Theirs comes after ours, before it was seen.
	var looks atomic.Int64
	p.Before(func(r *http.Request) {
		if looks.Add(1) > 2 && strings.HasSuffix(r.URL.Path, "/pipeline_schedules/1") {
			played()
			p.Before(func(*http.Request) { _ = p.Sandbox.Clock().Advance(3 * time.Second) })
		}
	})
	invoke(t, p, playSchedule, waiting).succeeds().tells("Pipeline schedule 1: played", "Pipeline 3: running", "Pipeline 3: success")

	// Only theirs comes.
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/play$", Fault: faults.Status, Status: http.StatusCreated, Body: `{"message":"201 Created"}`})
	p.Before(func(r *http.Request) {
		if r.Method == http.MethodPost {
			p.Sandbox.Faults().Clear()
			played()
			failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/play$", Fault: faults.Status, Status: http.StatusCreated, Body: `{"message":"201 Created"}`})
		}
	})
	waiting["timeouts"] = map[string]any{"invoke": "1s"}
	invoke(t, p, playSchedule, waiting).fails("No pipeline of pipeline schedule", "can be told", "started by another user, "+other.Username, "/-/pipelines/5").
		tells("Pipeline schedule 1: played")
}

// Each of two plays of a schedule at once waits for a pipeline of its own.
func TestPlayActionsAtOnce(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	// Both are played before one of them looks.
	var posts sync.WaitGroup
	posts.Add(2)
	var plays, looks atomic.Int64
	p.Before(func(r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			plays.Add(1)
			posts.Done()
			posts.Wait()
		case plays.Load() == 2 && looks.Add(1) > 0:
			_ = p.Sandbox.Clock().Advance(time.Second)
		}
	})
	protocol := p.Protocol()
	told := make(chan []string)
	for range 2 {
		go func() {
			progress, diagnostics := protocol.Invoke(playSchedule, map[string]any{"project": p.Path, "pipeline_schedule_id": schedule, "wait": true})
			if acctest.Failed(diagnostics) {
				t.Error(acctest.Said(diagnostics))
			}
			told <- progress
		}()
	}
	ends := []string{}
	for range 2 {
		progress := <-told
		ends = append(ends, strings.Join(strings.Fields(progress[len(progress)-1])[:3], " "))
	}
	if slices.Sort(ends); !slices.Equal(ends, []string{"Pipeline 1: success", "Pipeline 2: success"}) {
		t.Errorf("they end with %q", ends)
	}
}

func TestPlayActionWithoutAPipeline(t *testing.T) {
	t.Parallel()
	// GitLab can't create a pipeline on a branch that is gone.
	world := func(t *testing.T) (*acctest.Project, map[string]any) {
		t.Helper()
		p := acctest.SandboxGitLab(t).NewProject()
		p.Object(http.MethodPost, p.URL("repository/branches?branch=gone&ref=main"), nil)
		schedule := p.NewSchedule(p.Token, map[string]any{"ref": "gone"})
		p.Call(http.MethodDelete, p.URL("repository/branches/gone"), nil)
		return p, map[string]any{"pipeline_schedule_id": schedule, "wait": true}
	}
	t.Run("none comes", func(t *testing.T) {
		t.Parallel()
		p, waiting := world(t)
		invoke(t, p, playSchedule, plus(waiting, map[string]any{"timeouts": map[string]any{"invoke": "1s"}})).
			fails("was played, but no pipeline came of it", "doesn't say so", "cicd_gitlab_pipeline_create").tells("Pipeline schedule 1: played").
			asked(p, "GET pipeline_schedules/1", "POST pipeline_schedules/1/play", "GET pipeline_schedules/1")
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		p, waiting := world(t)
		ctx, cancel := context.WithCancel(t.Context())
		var played atomic.Bool
		p.Before(func(r *http.Request) {
			if played.Load() {
				cancel()
			}
			played.CompareAndSwap(false, r.Method == http.MethodPost)
		})
		invokeWithin(ctx, t, p, p.Token, playSchedule, waiting).fails("Interrupted after pipeline schedule", "may run nevertheless")
	})
	t.Run("unreadable to the end", func(t *testing.T) {
		t.Parallel()
		p, waiting := world(t)
		p.Before(func(r *http.Request) {
			if r.Method == http.MethodPost {
				failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipeline_schedules/1$", Fault: faults.Status, Status: http.StatusBadGateway})
			}
		})
		invoke(t, p, playSchedule, plus(waiting, map[string]any{"timeouts": map[string]any{"invoke": "1s"}})).
			fails("Cannot find the pipeline", "may run nevertheless", "502")
	})
	t.Run("unreadable", func(t *testing.T) {
		t.Parallel()
		p, waiting := world(t)
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipeline_schedules/1$", Nth: 2, Fault: faults.Status, Status: http.StatusBadGateway})
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipeline_schedules/1$", Nth: 3, Fault: faults.Status, Status: http.StatusForbidden})
		invoke(t, p, playSchedule, waiting).fails("Cannot find the pipeline", "may run nevertheless", "403")
	})
}

func TestScheduleActionsFail(t *testing.T) {
	t.Parallel()
	for action, c := range map[string]struct {
		path  string
		role  int
		needs string
	}{
		playSchedule:  {"play", acctest.Reporter, "developer role"},
		takeOwnership: {"take_ownership", acctest.Developer, "maintainer role"},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			one := map[string]any{"pipeline_schedule_id": p.NewSchedule(p.Token, nil)}
			var posts atomic.Int64
			p.Before(func(r *http.Request) {
				if r.Method == http.MethodPost {
					posts.Add(1)
				}
			})
			for n, why := range []func(){
				func() {
					invokeAs(t, p, p.NewMember(c.role).Token, action, one).fails("403 Forbidden", c.needs)
				},
				func() { invokeAs(t, p, p.NewUser().Token, action, one).fails("404 Project Not Found", "may not see") },
				func() {
					invoke(t, p, action, map[string]any{"pipeline_schedule_id": int64(9)}).fails("404 Pipeline Schedule Not Found", "Check pipeline_schedule_id")
				},
				func() {
					failing(t, p, faults.Rule{Method: http.MethodPost, Path: c.path, Fault: faults.ResetAfter})
					invoke(t, p, action, one).fails("may nevertheless have done what it was asked", "Look")
				},
				func() {
					p.Sandbox.Faults().Clear()
					failing(t, p, faults.Rule{Method: http.MethodPost, Path: c.path, Fault: faults.ResetBefore})
					invoke(t, p, action, one).fails("may nevertheless have done what it was asked", "Look")
				},
				func() {
					p.Sandbox.Faults().Clear()
					failing(t, p, faults.Rule{Method: http.MethodPost, Path: c.path, Fault: faults.Status, Status: http.StatusInternalServerError})
					invoke(t, p, action, one).fails("500", "may nevertheless have done what it was asked", "Look")
				},
				func() {
					p.Sandbox.Faults().Clear()
					failing(t, p, faults.Rule{Method: http.MethodPost, Path: c.path, Fault: faults.Status, Status: http.StatusTooManyRequests, Body: "Retry later\n"})
					invoke(t, p, action, one).fails("429", "limits requests")
				},
			} {
				if why(); posts.Load() != int64(n+1) {
					t.Fatalf("after case %d, %d POSTs", n, posts.Load())
				}
			}
		})
	}
}

func TestTakeOwnershipAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	author, maintainer := p.NewMember(acctest.Developer), p.NewMember(acctest.Maintainer)
	one := map[string]any{"pipeline_schedule_id": p.NewSchedule(author.Token, nil)}
	owner := func() any { return p.Schedule()["owner"].(map[string]any)["username"] }

	told := "Pipeline schedule 1: its owner is " + maintainer.Username
	invokeAs(t, p, maintainer.Token, takeOwnership, one).succeeds().tells(told).asked(p, "POST pipeline_schedules/1/take_ownership")
	if owner() != maintainer.Username {
		t.Errorf("the owner is %v", owner())
	}
	invokeAs(t, p, maintainer.Token, takeOwnership, one).succeeds().tells(told).asked(p, "POST pipeline_schedules/1/take_ownership")
	p.Sandbox.GitLab().LegacyTakeOwnership(true)
	invokeAs(t, p, maintainer.Token, takeOwnership, one).succeeds().tells(told).asked(p, "POST pipeline_schedules/1/take_ownership", "GET pipeline_schedules/1")
	invokeAs(t, p, author.Token, takeOwnership, one).fails("maintainer role")
	if owner() != maintainer.Username {
		t.Errorf("the owner is %v", owner())
	}
}

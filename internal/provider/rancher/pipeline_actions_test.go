// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

var waiting = members{"wait": true}

func TestRunAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	pipeline := newPipeline(i.RancherProject, "app", "make")
	i.Act("pipelines/"+pipeline, "deactivate", nil)
	i.invoke(runPipeline, pipeline, nil).succeeds().tells("Run %-1: Waiting").asks("GET pipelines/%", "POST pipelines/%?action=run")

	i.pass(time.Second)
	i.invoke(runPipeline, pipeline, waiting).succeeds().
		tells("Run %-2: Waiting (goes on in Rancher when the wait is interrupted)", `Run %-2: Building, stage 1 of 2 "clone", step 1 of 1 (sourcecode)`,
			`Run %-2: Building, stage 2 of 2 "test", step 1 of 1 (runascript)`, "Run %-2: Success").
		asks("GET pipelines/%", "POST pipelines/%?action=run", "GET pipelineHistories/%-2")
}

// How a run ends that isn't through, and that its log isn't told.
func TestRunThatIsNotThrough(t *testing.T) {
	t.Parallel()
	t.Run("fails", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		i.pass(time.Minute)
		pipeline := newPipeline(i.RancherProject, "app", "true", "echo CANARY; exit 1")
		failed := i.invoke(runPipeline, pipeline, waiting).
			fails("Run %-1 failed", "(app-1) ended with the state Fail", `in stage 2 of 2 "test", step 2 of 2 (runascript)`, "cicd_rancher_pipeline_history_rerun",
				`cicd_rancher_pipeline_logs, with history_id = "%-1"`).
			tells("Run %-1: Waiting", "Run %-1: Fail")
		if said := failed.diagnostics[0].Detail; strings.Contains(said, "CANARY") {
			t.Errorf("it tells the log: %s", said)
		}
	})
	t.Run("is stopped", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		i.pass(time.Second)
		pipeline := newPipeline(i.RancherProject, "app")
		i.atLook(func(n int) {
			if n == 3 {
				i.Act("pipelinehistories/"+pipeline+"-1", "stop", nil)
			}
		})
		i.invoke(runPipeline, pipeline, waiting).fails("Run %-1 was stopped", "by somebody while it was waited for", "stage 1 of 1").
			tells("Run %-1: Waiting", "Run %-1: Building", "Run %-1: Abort")
	})
	for state, says := range map[string][]string{
		"Skipped": {"Run %-1 was skipped"}, "Denied": {"Run %-1 was denied"}, "Failed": {"Run %-1 failed", "with the state Failed. When"},
		"Aborted": {"Run %-1 was stopped"}, "Evaporated": {"Run %-1 ended as Evaporated", "doesn't know"},
	} {
		t.Run("ends as "+state, func(t *testing.T) {
			t.Parallel()
			i := newInvoker(t)
			pipeline := newPipeline(i.RancherProject, "app")
			for n, status := range []any{nil, members{"state": "Queueing"}, members{"state": "Pending"}, members{"state": state}} {
				i.answers(http.MethodGet, "/pipelineHistories/", n+1, http.StatusOK, members{"id": pipeline + "-1", "type": "pipelineHistory", "status": status})
			}
			i.invoke(runPipeline, pipeline, waiting).fails(says...).tells("Run %-1: Waiting", "Run %-1: Queueing", "Run %-1: Pending", "Run %-1: "+state)
		})
	}
}

// The end of a wait leaves the run alone, and says that it goes on.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		i.invoke(runPipeline, pipeline, members{"wait": true, "timeouts": members{"invoke": "1s"}}).
			fails("Run %-1 is not done in time", "its state was Waiting", "raise timeouts", "goes on in Rancher").tells("Run %-1: Waiting")
		if now := i.state(pipeline + "-1"); now != "Waiting" {
			t.Errorf("the run is %v", now)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		ctx, cancel := context.WithCancel(t.Context())
		i.atLook(func(int) { cancel() })
		pipeline := newPipeline(i.RancherProject, "app")
		i.invokeWithin(ctx, i.Token, runPipeline, pipeline, waiting).fails("Interrupted while waiting for run %-1", "goes on in Rancher").tells("Run %-1: Waiting")
		if now := i.state(pipeline + "-1"); now != "Waiting" {
			t.Errorf("the run is %v", now)
		}
	})
	t.Run("deleted", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		i.atLook(func(int) { i.Remove("pipelinehistories/" + pipeline + "-1") })
		i.invoke(runPipeline, pipeline, waiting).fails("Run %-1 is gone", "deleted while it was waited for", "its state was Waiting")
	})
	t.Run("unreadable", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		failing(t, i.Rancher, faults.Rule{Method: http.MethodGet, Path: "/pipelineHistories/", Fault: faults.Status, Status: http.StatusServiceUnavailable})
		i.invoke(runPipeline, pipeline, members{"wait": true, "timeouts": members{"invoke": "1s"}}).
			fails("Run %-1 is not done in time", "its state was Waiting", "raise timeouts", "goes on in Rancher", "hasn't told how it is doing since", "503")
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			i := newInvoker(t)
			pipeline := newPipeline(i.RancherProject, "app")
			i.answers(http.MethodGet, "/pipelineHistories/", 2, status, nil)
			i.invoke(runPipeline, pipeline, waiting).fails("Cannot follow run %-1", "goes on in Rancher", fmt.Sprint(status))
		}
	})
	t.Run("not at all when the server fails for a while", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		i.pass(time.Second)
		pipeline := newPipeline(i.RancherProject, "app")
		for n, fault := range []faults.Kind{faults.Status, faults.Status, faults.ResetBefore, faults.ResetAfter, faults.Truncate} {
			failing(t, i.Rancher, faults.Rule{
				Method: http.MethodGet, Path: "/pipelineHistories/", Nth: n + 2, Fault: fault, Status: map[faults.Kind]int{faults.Status: http.StatusServiceUnavailable}[fault],
			})
		}
		done := i.invoke(runPipeline, pipeline, waiting).succeeds()
		if last := done.progress[len(done.progress)-1]; last != "Run "+pipeline+"-1: Success" || i.looks < 6 {
			t.Errorf("it tells %q after %d looks", done.progress, i.looks)
		}
	})
}

// answers lets the server answer the nth request of a path in the test's words;
// nil is no object.
func (i *invoker) answers(method, path string, nth, status int, body members) {
	i.t.Helper()
	text := "null"
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			i.t.Fatal(err)
		}
		text = string(encoded)
	}
	failing(i.t, i.Rancher, faults.Rule{
		Method: method, Path: path, Nth: nth, Fault: faults.Status, Status: status, Body: text, Headers: map[string]string{"Content-Type": "application/json"},
	})
}

// A run is started once. What became of an answer that got lost is looked up.
func TestRunWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	post, look := "POST pipelines/%?action=run", "GET projects/"
	t.Run("it is there", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		i.pass(time.Minute)
		pipeline := newPipeline(i.RancherProject, "app")
		run(i.RancherProject, pipeline)
		run(i.RancherProject, newPipeline(i.RancherProject, "other"))
		failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.ResetAfter, Path: "/v3/pipelines/"})
		i.invoke(runPipeline, pipeline, waiting).succeeds().
			tells("Rancher's answer got lost; it is the one since then", "Run %-2: Waiting", "Run %-2: Success").
			asks("GET pipelines/%", post, look+i.ID+"/pipelinehistories", "GET pipelineHistories/%-2")
	})
	for name, rule := range map[string]faults.Rule{
		"it isn't there": {Fault: faults.ResetBefore}, "a gateway answers": {Fault: faults.Status, Status: http.StatusBadGateway}, "a page": {Fault: faults.HTML, Status: http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInvoker(t)
			pipeline := newPipeline(i.RancherProject, "app")
			run(i.RancherProject, pipeline)
			rule.Method, rule.Path = http.MethodPost, "/v3/pipelines/"
			failing(t, i.Rancher, rule)
			i.invoke(runPipeline, pipeline, waiting).fails("Cannot run pipeline %", "may nevertheless have done", "cicd_rancher_pipeline_histories", "before you run it again").tells().
				asks("GET pipelines/%", post, look+i.ID+"/pipelinehistories")
		})
	}
	t.Run("two are there", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.ResetAfter, Path: "/v3/pipelines/", Nth: 2})
		i.runsToo(pipeline)
		i.invoke(runPipeline, pipeline, nil).fails("Cannot run pipeline %", "the newest runs", "%-1 (created 2026-", "Waiting), %-2 (created").tells()
	})
	t.Run("Rancher doesn't number", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		i.answers(http.MethodGet, "/v3/pipelines/", 1, http.StatusOK, members{"id": pipeline, "type": "pipeline", "spec": members{}, "status": members{}})
		failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.ResetAfter, Path: "/v3/pipelines/"})
		i.invoke(runPipeline, pipeline, nil).fails("Cannot run pipeline %", "cicd_rancher_pipeline_histories").tells().asks("GET pipelines/%", post)
	})
	t.Run("time is up", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		pipeline := newPipeline(i.RancherProject, "app")
		failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.Delay, Delay: 3 * time.Second, Path: "/v3/pipelines/"})
		i.invoke(runPipeline, pipeline, members{"timeouts": members{"invoke": "1s"}}).
			fails("Cannot run pipeline %", "did not answer in time", "may nevertheless have done", "before you run it again").asks("GET pipelines/%", post)
	})
}

// A run that Rancher makes and fails to count is there; one that was there
// before is in the way.
func TestRunThatRancherFailsAt(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	pipeline := newPipeline(i.RancherProject, "app")
	i.Act("pipelines/"+pipeline, "run", nil)
	before := members{"id": pipeline, "type": "pipeline", "spec": members{"projectName": i.ID}, "status": members{"nextRun": 1}}
	i.answers(http.MethodGet, "/v3/pipelines/", 1, http.StatusOK, before)
	i.answers(http.MethodPost, "/v3/pipelines/", 1, http.StatusInternalServerError, members{
		"type": "error", "status": 500, "code": "ServerError", "message": "Operation cannot be fulfilled on pipelines: the object has been modified",
	})
	i.invoke(runPipeline, pipeline, waiting).fails("Cannot run pipeline %", "Operation cannot be fulfilled", "may nevertheless have done", "fail to count it", "cicd_rancher_pipeline_history_delete", "were: %-1 (created").
		tells().asks("GET pipelines/%", "POST pipelines/%?action=run", "GET projects/"+i.ID+"/pipelinehistories")
	if runs := i.Listed(i.URL("pipelinehistories")); len(runs) != 1 {
		t.Errorf("there are %d runs", len(runs))
	}
}

// Rancher may answer without a body.
func TestRunWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	i.pass(time.Minute)
	pipeline := newPipeline(i.RancherProject, "app")
	empty := func(there bool) {
		i.Sandbox.Faults().Clear()
		nth := 1
		if there {
			nth = 2
			i.runsToo(pipeline)
		}
		i.answers(http.MethodPost, "/v3/pipelines/", nth, http.StatusOK, nil)
	}
	empty(true)
	i.invoke(runPipeline, pipeline, waiting).succeeds().tells("Rancher didn't tell which run it is; it is the one since then", "Run %-1: Waiting", "Run %-1: Success")
	empty(false)
	i.invoke(runPipeline, pipeline, nil).succeeds("WARNING", "didn't tell which run of pipeline %", "before you run it again").tells()
	empty(false)
	i.invoke(runPipeline, pipeline, waiting).fails("didn't tell which run of pipeline %", "can't be waited for").tells()
}

// runsToo runs the pipeline by somebody else's hand just before it is run.
func (i *invoker) runsToo(pipeline string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.meanwhile = func() { i.Act("pipelines/"+pipeline, "run", nil) }
}

func TestRunIsRefused(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	pipeline := newPipeline(i.RancherProject, "app")
	i.invoke(runPipeline, i.Namespace+":p-none", nil).fails("(AttributeName(\"pipeline_id\"))", "There is no pipeline with this id", "may not see it", "Check pipeline_id").asks("GET pipelines/%")
	i.answers(http.MethodPost, "/v3/pipelines/", 1, http.StatusForbidden, members{"type": "error", "status": 403, "code": "Forbidden", "message": "not yours"})
	i.invoke(runPipeline, pipeline, nil).fails("Cannot run pipeline %", "403", "not yours", "lacks a role").asks("GET pipelines/%", "POST pipelines/%?action=run")
	i.Sandbox.Faults().Clear()
	i.answers(http.MethodPost, "/v3/pipelines/", 1, http.StatusTooManyRequests, nil)
	i.invoke(runPipeline, pipeline, nil).fails("429", "limits requests").asks("GET pipelines/%", "POST pipelines/%?action=run")
	i.Sandbox.Faults().Clear()
	i.invokeWithin(t.Context(), "nobody", runPipeline, pipeline, nil).fails("401", "token")
	for _, bad := range []string{"", "p-abcde", "c-a:p-b:p-c", "p-x/y:p-z"} {
		i.invoke(runPipeline, bad, nil).fails("pipeline_id", "must be the id of a pipeline").asks()
	}
	i.invoke(runPipeline, pipeline, members{"timeouts": members{"invoke": "soon"}}).fails("timeouts").asks()
	if runs := i.Listed(i.URL("pipelinehistories")); len(runs) != 0 {
		t.Errorf("there are %d runs", len(runs))
	}
}

func TestSwitchActions(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	pipeline := newPipeline(i.RancherProject, "app")
	is := func(active bool) {
		t.Helper()
		if now := at(i.Stored("pipelines/"+pipeline), "spec", "active"); now != active {
			t.Errorf("active is %v, want %v", now, active)
		}
	}
	i.invoke(activatePipeline, pipeline, nil).succeeds().tells("Pipeline %: active already").asks("GET pipelines/%")
	i.invoke(deactivatePipeline, pipeline, nil).succeeds().tells("Pipeline %: inactive").asks("GET pipelines/%", "POST pipelines/%?action=deactivate")
	is(false)
	i.invoke(deactivatePipeline, pipeline, nil).succeeds().tells("Pipeline %: inactive already").asks("GET pipelines/%")
	failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.ResetAfter, Path: "/v3/pipelines/", Nth: 1})
	i.invoke(activatePipeline, pipeline, nil).succeeds().tells("Pipeline %: active").asks("GET pipelines/%", "POST pipelines/%?action=activate", "GET pipelines/%")
	is(true)
	i.Sandbox.Faults().Clear()
	failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Fault: faults.ResetBefore, Path: "/v3/pipelines/", Nth: 1})
	i.invoke(deactivatePipeline, pipeline, nil).fails("Cannot deactivate pipeline %", "may nevertheless", "Doing it again does no harm").
		asks("GET pipelines/%", "POST pipelines/%?action=deactivate", "GET pipelines/%")
	is(true)
	i.invoke(activatePipeline, i.Namespace+":p-none", nil).fails("Cannot activate pipeline %", "no pipeline with this id", "Check pipeline_id").asks("GET pipelines/%")
}

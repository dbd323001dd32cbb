// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// begun is a run that has just begun.
func (i *invoker) begun(scripts ...string) string {
	return i.Act("pipelines/"+newPipeline(i.RancherProject, "app", scripts...), "run", nil)["id"].(string)
}

// over is a run that has ended.
func (i *invoker) over(scripts ...string) string {
	return run(i.RancherProject, newPipeline(i.RancherProject, "app", scripts...))
}

const (
	stop  = "POST pipelineHistories/%?action=stop"
	again = "POST pipelineHistories/%?action=rerun"
	look  = "GET pipelineHistories/%"
)

func TestStopAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	id := i.begun()
	i.invoke(stopHistory, id, nil).succeeds().tells("Run %: Abort").asks(stop)
	if now := i.state(id); now != "Abort" {
		t.Errorf("the run is %v", now)
	}
	i.invoke(stopHistory, id, waiting).succeeds().tells("Run %: Abort").asks(stop, look)
	i.invoke(stopHistory, i.over(), waiting).succeeds().tells("Run %: Success", "Run % ended by itself").asks(stop, look)
	i.invoke(stopHistory, i.over("exit 1"), nil).succeeds().tells("Run %: Fail", "Run % ended by itself").asks(stop, look)

	// The answer says nothing, or gets lost.
	id = i.begun()
	i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
	i.invoke(stopHistory, id, nil).succeeds().tells("Run %: Waiting").asks(stop, look)
	i.Sandbox.Faults().Clear()
	failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Path: "/v3/pipelineHistories/", Fault: faults.ResetAfter})
	i.invoke(stopHistory, id, nil).succeeds().tells("Run %: Abort").asks(stop, look)
	i.Sandbox.Faults().Clear()
	id = i.begun()
	failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Path: "/v3/pipelineHistories/", Fault: faults.ResetBefore})
	i.invoke(stopHistory, id, nil).fails("Cannot stop pipeline history %", "may nevertheless", "Stopping it again does no harm").tells().asks(stop, look)
	i.Sandbox.Faults().Clear()

	// It takes time.
	i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
	i.atLook(func(n int) {
		if n == 3 {
			i.Sandbox.Faults().Clear()
			i.Act("pipelinehistories/"+id, "stop", nil)
		}
	})
	i.invoke(stopHistory, id, waiting).succeeds().tells("Run %: Waiting (goes on in Rancher", "Run %: Abort").asks(stop, look)
	i.atLook(nil)

	i.invoke(stopHistory, i.Namespace+":p-none-1", nil).fails("Cannot stop pipeline history %", "no pipeline history with this id", "Check history_id").asks(stop)
	i.invoke(stopHistory, "p-none-1", nil).fails("history_id", "must be the id of a pipeline history").asks()
}

func TestRerunAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	id := i.over("exit 1")
	i.invoke(rerunHistory, id, nil).succeeds().tells("Run %: Waiting").asks(look, again)
	i.invoke(rerunHistory, id, nil).fails("Run % is not over", "its state is Waiting", "Nothing was done", "cicd_rancher_pipeline_history_stop").tells().asks(look)
	finish(i.RancherProject)
	i.pass(time.Minute)
	i.invoke(rerunHistory, id, waiting).fails("Run % failed").tells("Run %: Waiting", "Run %: Fail").asks(look, again, look)
	i.pass(0)

	// Somebody else was faster.
	id = i.over()
	i.atLook(func(n int) {
		if n == 1 {
			i.Act("pipelinehistories/"+id, "rerun", nil)
		}
	})
	i.invoke(rerunHistory, id, waiting).fails("Run % is not over", "its state is Waiting").tells().asks(look, again, look)
	i.atLook(nil)
	i.invoke(rerunHistory, i.Namespace+":p-none-1", nil).fails("Cannot rerun pipeline history %", "no pipeline history with this id", "Check history_id").asks(look)
}

// What begins may be another run, which is then the one that is waited for.
func TestRerunIsAnotherRun(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	i.pass(time.Minute)
	first := i.over()
	pipeline := strings.TrimSuffix(first, "-1")
	second := i.Act("pipelines/"+pipeline, "run", nil)
	i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, second)
	i.invoke(rerunHistory, first, waiting).succeeds().tells("Run "+pipeline+"-2: Waiting", "Run "+pipeline+"-2: Success").
		asks(look, again, "GET pipelineHistories/"+pipeline+"-2")
}

// Rancher may answer before the run begins again, or not at all.
func TestRerunShowsLate(t *testing.T) {
	t.Parallel()
	rule := func(i *invoker, rule faults.Rule) {
		rule.Method, rule.Path = http.MethodPost, "/v3/pipelineHistories/"
		failing(t, i.Rancher, rule)
	}
	t.Run("it begins", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		id := i.over()
		i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
		i.atLook(func(n int) {
			if n == 3 {
				i.Sandbox.Faults().Clear()
				i.Act("pipelinehistories/"+id, "rerun", nil)
			}
			if n == 4 {
				i.passes = time.Minute
			}
		})
		i.invoke(rerunHistory, id, waiting).succeeds().tells("Run %: Waiting", "Run %: Success").asks(look, again, look)
		if i.looks < 4 {
			t.Errorf("it was over after %d looks", i.looks)
		}
	})
	t.Run("it doesn't begin", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		id := i.over()
		i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
		i.invoke(rerunHistory, id, waiting).fails("Run % does not run again", "state is still Success", "cicd_rancher_pipeline_histories").tells()
		i.Sandbox.Faults().Clear()
		i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
		i.invoke(rerunHistory, id, nil).succeeds("WARNING", "Run % does not run again").tells()
	})
	t.Run("nobody can see", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		id := i.over()
		i.answers(http.MethodPost, "/v3/pipelineHistories/", 1, http.StatusOK, nil)
		i.atLook(func(n int) {
			if n == 2 { // The client looks, too, because the answer is empty.
				failing(t, i.Rancher, faults.Rule{Method: http.MethodGet, Path: "/v3/pipelineHistories/", Fault: faults.Status, Status: http.StatusServiceUnavailable})
			}
		})
		i.invoke(rerunHistory, id, waiting).fails("Cannot follow run %", "no longer told how it is doing", "503").tells()
	})
	t.Run("the answer gets lost", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		id := i.over()
		rule(i, faults.Rule{Fault: faults.ResetAfter})
		i.invoke(rerunHistory, id, nil).succeeds().tells("Rancher's answer got lost, but the run has begun again", "Run %: Waiting").asks(look, again, look)
	})
	t.Run("the request gets lost", func(t *testing.T) {
		t.Parallel()
		i := newInvoker(t)
		id := i.over()
		rule(i, faults.Rule{Fault: faults.ResetBefore})
		i.invoke(rerunHistory, id, waiting).fails("Cannot rerun pipeline history %", "may nevertheless", "before you run it again").tells().asks(look, again, look)
		if now := i.state(id); now != "Success" {
			t.Errorf("the run is %v", now)
		}
	})
}

func TestDeleteHistoryAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	i.pass(time.Minute)
	id := i.over()
	remove := "DELETE pipelineHistories/%"
	i.invoke(deleteHistory, id, nil).succeeds().tells("Run %: deleted").asks(remove, look)
	if left := i.Stored("pipelinehistories/" + id); left != nil {
		t.Errorf("still there: %v", left)
	}
	i.invoke(deleteHistory, id, nil).succeeds("WARNING", "There is no run %", "all is well", "check history_id").tells().asks(remove)
	id = i.over()
	failing(t, i.Rancher, faults.Rule{Method: http.MethodDelete, Path: "/v3/pipelineHistories/", Fault: faults.Status, Status: http.StatusBadGateway})
	i.invoke(deleteHistory, id, nil).fails("Cannot delete pipeline history %", "502", "may nevertheless", "Deleting it again does no harm").tells()
	i.Sandbox.Faults().Clear()
	i.pass(0)
	i.invoke(deleteHistory, id, members{"timeouts": members{"invoke": "1s"}}).fails("Cannot delete pipeline history %", "it is still removing", "raise the timeouts").tells()
}

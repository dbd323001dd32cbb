// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const (
	createPipeline = "cicd_gitlab_pipeline_create"
	retryPipeline  = "cicd_gitlab_pipeline_retry"
	cancelPipeline = "cicd_gitlab_pipeline_cancel"
	deletePipeline = "cicd_gitlab_pipeline_delete"
)

// invocation invokes an action in a project, as a user.
type invocation struct {
	t           *testing.T
	progress    []string
	diagnostics []*tfprotov6.Diagnostic
	requests    []string
}

// plus are attributes, and more, which win.
func plus(attributes map[string]any, more map[string]any) map[string]any {
	all := maps.Clone(attributes)
	maps.Copy(all, more)
	return all
}

func invoke(t *testing.T, p *acctest.Project, action string, configuration map[string]any) invocation {
	t.Helper()
	return invokeAs(t, p, p.Token, action, configuration)
}

func invokeAs(t *testing.T, p *acctest.Project, token, action string, configuration map[string]any) invocation {
	t.Helper()
	return invokeWithin(t.Context(), t, p, token, action, configuration)
}

func invokeWithin(ctx context.Context, t *testing.T, p *acctest.Project, token, action string, configuration map[string]any) invocation {
	t.Helper()
	protocol := p.As(token).Protocol()
	p.ForgetRequests()
	i := invocation{t: t}
	i.progress, i.diagnostics = protocol.InvokeWithin(ctx, action, plus(map[string]any{"project": fmt.Sprint(p.ID)}, configuration))
	i.requests = p.Requests()
	return i
}

// says checks that the action failed, or else warned, in words with these texts.
func (i invocation) fails(texts ...string) invocation {
	i.t.Helper()
	if !acctest.Failed(i.diagnostics) {
		i.t.Errorf("it didn't fail: %s", acctest.Said(i.diagnostics))
	}
	return i.says(texts...)
}

func (i invocation) succeeds(texts ...string) invocation {
	i.t.Helper()
	if acctest.Failed(i.diagnostics) {
		i.t.Errorf("it failed: %s", acctest.Said(i.diagnostics))
	}
	if len(texts) == 0 && len(i.diagnostics) > 0 {
		i.t.Errorf("it complains: %s", acctest.Said(i.diagnostics))
	}
	return i.says(texts...)
}

func (i invocation) says(texts ...string) invocation {
	i.t.Helper()
	if said := acctest.Said(i.diagnostics); !saying(texts...).MatchString(said) {
		i.t.Errorf("it doesn't say %q: %s", texts, said)
	}
	return i
}

// tells checks the progress: before the request it says what is going to be
// done, and its other events begin with these texts.
func (i invocation) tells(texts ...string) invocation {
	i.t.Helper()
	if len(i.progress) == 0 || !announcement.MatchString(i.progress[0]) || !slices.EqualFunc(i.progress[1:], texts, strings.HasPrefix) {
		i.t.Errorf("progress is %q, want an announcement and %q", i.progress, texts)
	}
	return i
}

var announcement = regexp.MustCompile(`^(Running a pipeline on \S+ of|(Retrying|Canceling|Deleting) pipeline|(Playing|Taking ownership of) pipeline schedule) [^ ]+(:[0-9]+)?$`)

// asked checks the requests, of which several GETs of the same in a row count
// once; %d is the project.
func (i invocation) asked(p *acctest.Project, want ...string) {
	i.t.Helper()
	for n := range want {
		method, path, _ := strings.Cut(want[n], " ")
		want[n] = fmt.Sprintf("%s projects/%d/%s", method, p.ID, path)
	}
	got := slices.CompactFunc(slices.Clone(i.requests), func(a, b string) bool { return a == b && strings.HasPrefix(a, "GET ") })
	got = slices.DeleteFunc(got, func(r string) bool { return r == "GET user" })
	if !slices.Equal(got, want) {
		i.t.Errorf("requests %q, want %q", got, want)
	}
}

// inputValues are strings, numbers and objects as the configuration has them.
func inputValues(values map[string]any) tftypes.Value {
	kinds, members := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, v := range values {
		switch v := v.(type) {
		case string:
			members[name] = tftypes.NewValue(tftypes.String, v)
		case int64:
			members[name] = tftypes.NewValue(tftypes.Number, v)
		case map[string]any:
			members[name] = inputValues(v)
		}
		kinds[name] = members[name].Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, members)
}

// newPipeline runs a pipeline, which fails if it is told to, and then lets time pass.
func newPipeline(p *acctest.Project, fails bool, age time.Duration) int64 {
	result := "success"
	if fails {
		result = "failed"
	}
	id := acctest.Number(p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{
		"ref": "main", "variables": []any{map[string]any{"key": "CICD_SANDBOX_RESULT", "value": result}},
	})["id"])
	_ = p.Sandbox.Clock().Advance(age)
	return id
}

func status(p *acctest.Project, id int64) string {
	return fmt.Sprint(p.Object(http.MethodGet, p.URL("pipelines/%d", id), nil)["status"])
}

const canary = "CANARY-of-an-action"

func TestCreateAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	run := map[string]any{
		"ref": "main", "inputs": inputValues(map[string]any{"token": canary, "replicas": int64(3)}),
		"variables": []any{
			map[string]any{"key": "SECRET", "value": canary}, map[string]any{"key": "CONFIG", "value": canary, "variable_type": "file"},
		},
	}
	invoke(t, p, createPipeline, run).succeeds().tells("Pipeline 1: created http").asked(p, "POST pipeline")
	created := p.List(p.URL("pipelines/1/variables"))
	if len(created) != 2 || created[0]["value"] != canary || created[1]["variable_type"] != "file" {
		t.Errorf("variables are %v", created)
	}

	p.TimePasses(500 * time.Millisecond)
	waited := invoke(t, p, createPipeline, plus(run, map[string]any{"wait": true})).succeeds()
	if !strings.Contains(waited.progress[1], "goes on in GitLab when the wait is interrupted") {
		t.Errorf("before the wait it tells %q", waited.progress[1])
	}
	waited.tells("Pipeline 2: created http", "Pipeline 2: pending", "Pipeline 2: running", "Pipeline 2: success").asked(p, "POST pipeline", "GET pipelines/2")

	failing := plus(run, map[string]any{"wait": true, "variables": []any{map[string]any{"key": "CICD_SANDBOX_RESULT", "value": "failed"}}})
	invoke(t, p, createPipeline, failing).fails("Pipeline 3 failed", "ended with the status failed", "cicd_gitlab_pipeline_retry", "/-/pipelines/3").asked(p, "POST pipeline", "GET pipelines/3")

	var looks atomic.Int64
	p.Before(func(r *http.Request) {
		if r.Method != http.MethodGet {
			return
		}
		_ = p.Sandbox.Clock().Advance(500 * time.Millisecond)
		if looks.Add(1) == 6 {
			p.Object(http.MethodPost, p.URL("pipelines/4/cancel"), nil)
		}
	})
	invoke(t, p, createPipeline, plus(run, map[string]any{"wait": true})).fails("Pipeline 4 was canceled").
		tells("Pipeline 4: created", "Pipeline 4: pending", "Pipeline 4: running", "Pipeline 4: canceled")
}

// A status at which a pipeline stays is told from one on the way, also from one
// that nobody knows yet.
func TestRunEndsAsItDoes(t *testing.T) {
	t.Parallel()
	for status, says := range map[string][]string{"skipped": {"WARNING", "ran no job"}, "manual": {"WARNING", "start by hand"}} {
		p := acctest.SandboxGitLab(t).NewProject()
		for n, now := range []string{"waiting_for_resource", "of-the-future", "scheduled", status} {
			failing(t, p, faults.Rule{
				Method: http.MethodGet, Path: "/pipelines/1$", Nth: n + 1, Fault: faults.Status, Status: http.StatusOK,
				Body: fmt.Sprintf(`{"id":1,"status":%q,"ref":"main"}`, now),
			})
		}
		invoke(t, p, createPipeline, map[string]any{"ref": "main", "wait": true}).succeeds(says...).
			tells("Pipeline 1: created", "Pipeline 1: waiting_for_resource", "Pipeline 1: of-the-future", "Pipeline 1: scheduled", "Pipeline 1: "+status).
			asked(p, "POST pipeline", "GET pipelines/1")
	}
}

func TestCreateActionIsRefused(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	invoke(t, p, createPipeline, map[string]any{"ref": "none"}).fails("Cannot create pipeline in project", "Reference not found").asked(p, "POST pipeline")
	invokeAs(t, p, p.NewMember(acctest.Reporter).Token, createPipeline, map[string]any{"ref": "main"}).fails("403", "developer role").asked(p, "POST pipeline")
	invokeAs(t, p, p.NewUser().Token, createPipeline, map[string]any{"ref": "main"}).fails("404 Project Not Found", "may not see").asked(p, "POST pipeline")
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Fault: faults.Status, Status: http.StatusTooManyRequests, Body: "Retry later\n"})
	invoke(t, p, createPipeline, map[string]any{"ref": "main"}).fails("429", "limits requests").asked(p, "POST pipeline")

	for _, bad := range []map[string]any{
		{"ref": "a b"}, {"ref": "main", "inputs": inputValues(map[string]any{"a": map[string]any{"b": "c"}})},
		{"ref": "main", "variables": []any{map[string]any{"key": "A-B", "value": "x"}}},
		{"ref": "main", "variables": []any{map[string]any{"key": "A", "value": "x", "variable_type": "path"}}},
		{"ref": "main", "variables": []any{map[string]any{"key": "A", "value": "x"}, map[string]any{"key": "A", "value": "y"}}},
		{"ref": "main", "project": "app"}, {"ref": "main", "timeouts": map[string]any{"invoke": "soon"}},
	} {
		if i := invoke(t, p, createPipeline, bad).fails(); len(i.requests) > 0 {
			t.Errorf("%v: requests %q", bad, i.requests)
		}
	}
	if all := p.List(p.URL("pipelines")); len(all) != 0 {
		t.Errorf("there are %d pipelines", len(all))
	}
}

// Whatever GitLab quotes, no value is told.
func TestActionsTellNoSecret(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{
		Method: http.MethodPost, Path: "/pipeline$", Fault: faults.Status, Status: http.StatusBadRequest,
		Body: `{"message":{"base":["Input token has the value ` + canary + `, and the token is ` + p.Token + `"]}}`,
	})
	i := invoke(t, p, createPipeline, map[string]any{
		"ref": "main", "wait": true, "inputs": inputValues(map[string]any{"token": canary}),
		"variables": []any{map[string]any{"key": "SECRET", "value": canary}},
	}).fails("Input token has the value ***, and the token is ***")
	if told := acctest.Said(i.diagnostics) + strings.Join(i.progress, ""); strings.Contains(told, canary) || strings.Contains(told, p.Token) {
		t.Errorf("it tells a secret: %s", told)
	}
}

func TestRetryAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": newPipeline(p, true, time.Minute)}).succeeds().tells("Pipeline 1: created").asked(p, "POST pipelines/1/retry")
	p.TimePasses(2 * time.Second)
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": newPipeline(p, true, time.Minute), "wait": true}).
		fails("Pipeline 2 failed").tells("Pipeline 2: created", "Pipeline 2: running", "Pipeline 2: failed").asked(p, "POST pipelines/2/retry", "GET pipelines/2")

	// GitLab can answer before the retry shows.
	late := newPipeline(p, true, time.Minute)
	stale := fmt.Sprintf(`{"id":%d,"status":"failed","updated_at":"2026-01-15T12:00:00.000Z"}`, late)
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/3/retry$", Fault: faults.Status, Status: http.StatusCreated, Body: stale})
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/3$", Nth: 1, Fault: faults.Status, Status: http.StatusOK, Body: stale})
	running := strings.Replace(stale, "failed", "running", 1)
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/3$", Nth: 2, Fault: faults.Status, Status: http.StatusOK, Body: running})
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/3$", Nth: 3, Fault: faults.Status, Status: http.StatusOK, Body: strings.Replace(stale, "failed", "success", 1)})
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": late, "wait": true}).succeeds().
		tells("Pipeline 3: failed", "Pipeline 3: running", "Pipeline 3: success").asked(p, "POST pipelines/3/retry", "GET pipelines/3")

	// Nothing to retry: only who waits can know.
	through := newPipeline(p, false, time.Minute)
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": through}).succeeds().tells("Pipeline 4: success").asked(p, "POST pipelines/4/retry")
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": through, "wait": true}).succeeds("WARNING", "does not run again").asked(p, "POST pipelines/4/retry", "GET pipelines/4")
	// Who waits and sees nothing can't know either.
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/4$", Fault: faults.Status, Status: http.StatusServiceUnavailable})
	invoke(t, p, retryPipeline, map[string]any{"pipeline_id": through, "wait": true}).fails("Cannot follow pipeline 4", "its status was success", "503")
}

// A pipeline whose jobs are queued again can still show that it failed, and one
// that was fast has failed again.
func TestRetryWaitsForTheRetry(t *testing.T) {
	t.Parallel()
	at := func(updated, finished int) string {
		return fmt.Sprintf(`{"id":1,"status":"failed","updated_at":"2026-01-15T12:00:%02d.000Z","finished_at":"2026-01-15T12:00:%02d.000Z"}`, updated, finished)
	}
	for name, c := range map[string]struct {
		looks []string
		tells []string
		says  []string
	}{
		"it gets through": {
			[]string{at(10, 0), at(10, 0), at(10, 0), `{"id":1,"status":"running"}`, `{"id":1,"status":"success"}`}, []string{"Pipeline 1: failed", "Pipeline 1: running", "Pipeline 1: success"}, nil,
		},
		"it fails at once": {[]string{at(10, 0), at(20, 20)}, []string{"Pipeline 1: failed"}, []string{"ERROR: Pipeline 1 failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			newPipeline(p, true, time.Minute)
			failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/1/retry$", Fault: faults.Status, Status: http.StatusCreated, Body: at(0, 0)})
			for n, look := range c.looks {
				failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/1$", Nth: n + 1, Fault: faults.Status, Status: http.StatusOK, Body: look})
			}
			// What comes after is as it was last.
			failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/1$", Fault: faults.Status, Status: http.StatusOK, Body: c.looks[len(c.looks)-1]})
			i := invoke(t, p, retryPipeline, map[string]any{"pipeline_id": int64(1), "wait": true}).tells(c.tells...)
			if said := acctest.Said(i.diagnostics); !saying(c.says...).MatchString(said) || strings.Contains(said, "WARNING") || c.says == nil && said != "" {
				t.Errorf("it says %s", said)
			}
		})
	}
}

func TestCancelAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": newPipeline(p, false, time.Second)}).succeeds().tells("Pipeline 1: canceled").asked(p, "POST pipelines/1/cancel")
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": int64(1), "wait": true}).succeeds().tells("Pipeline 1: canceled").asked(p, "POST pipelines/1/cancel")
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": newPipeline(p, true, time.Minute), "wait": true}).succeeds().
		tells("Pipeline 2: failed", "Pipeline 2 ended by itself").asked(p, "POST pipelines/2/cancel")

	// A runner cleans up.
	newPipeline(p, false, time.Second)
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/3/cancel$", Fault: faults.Status, Status: http.StatusOK, Body: `{"id":3,"status":"canceling"}`})
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/3$", Nth: 2, Fault: faults.Status, Status: http.StatusOK, Body: `{"id":3,"status":"canceled"}`})
	failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/3$", Nth: 1, Fault: faults.Status, Status: http.StatusOK, Body: `{"id":3,"status":"canceling"}`})
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": int64(3)}).succeeds().tells("Pipeline 3: canceling").asked(p, "POST pipelines/3/cancel")
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": int64(3), "wait": true}).succeeds().
		tells("Pipeline 3: canceling", "Pipeline 3: canceled").asked(p, "POST pipelines/3/cancel", "GET pipelines/3")
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/4/cancel$", Fault: faults.Status, Status: http.StatusOK, Body: `{"id":4,"status":"manual"}`})
	invoke(t, p, cancelPipeline, map[string]any{"pipeline_id": int64(4), "wait": true}).succeeds("WARNING", "Pipeline 4 is not canceled", "start by hand").asked(p, "POST pipelines/4/cancel")
}

func TestDeleteAction(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	id := newPipeline(p, false, time.Minute)
	invokeAs(t, p, p.NewMember(acctest.Maintainer).Token, deletePipeline, map[string]any{"pipeline_id": id}).fails("Cannot delete pipeline", "403", "owner role").asked(p, "DELETE pipelines/1")
	invoke(t, p, deletePipeline, map[string]any{"pipeline_id": id}).succeeds().tells("Pipeline 1: deleted").asked(p, "DELETE pipelines/1")
	if left := p.List(p.URL("pipelines")); len(left) != 0 {
		t.Errorf("there are %d pipelines", len(left))
	}
	invoke(t, p, deletePipeline, map[string]any{"pipeline_id": id}).succeeds("WARNING", "There is no pipeline 1", "Check pipeline_id").tells().asked(p, "DELETE pipelines/1")
}

// What fails on all of the actions on one pipeline fails alike.
func TestPipelineActionsFail(t *testing.T) {
	t.Parallel()
	for action, request := range map[string]string{
		retryPipeline: "POST pipelines/1/retry", cancelPipeline: "POST pipelines/1/cancel", deletePipeline: "DELETE pipelines/1",
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			one := map[string]any{"pipeline_id": newPipeline(p, false, 0)}
			invokeAs(t, p, p.NewMember(acctest.Reporter).Token, action, one).fails("(", ":1)", "403 Forbidden", "role in the project").asked(p, request)
			invokeAs(t, p, p.NewUser().Token, action, one).fails("404 Project Not Found", "may not see").asked(p, request)
			if action != deletePipeline {
				other := strings.Replace(request, "/1/", "/9/", 1)
				invoke(t, p, action, map[string]any{"pipeline_id": int64(9)}).fails("404 Not found", "no pipeline with this id", "Check pipeline_id").asked(p, other)
			}
			if i := invoke(t, p, action, map[string]any{"pipeline_id": int64(0)}).fails("pipeline_id"); len(i.requests) > 0 {
				t.Errorf("requests %q", i.requests)
			}
			invoke(t, p, action, plus(one, map[string]any{"project": "no/project"})).fails("404 Project Not Found")
			var requests atomic.Int64
			p.Before(func(*http.Request) { requests.Add(1) })
			failing(t, p, faults.Rule{Path: "/pipelines/1", Fault: faults.ResetAfter})
			if invoke(t, p, action, one).fails("may nevertheless have done what it was asked"); requests.Load() != 1 {
				t.Errorf("after a lost answer there were %d requests", requests.Load())
			}
			p.Sandbox.Faults().Clear()
			failing(t, p, faults.Rule{Path: "/pipelines/1", Fault: faults.Status, Status: http.StatusInternalServerError})
			if invoke(t, p, action, one).fails("500", "may nevertheless have done"); requests.Load() != 2 {
				t.Errorf("after a failure there were %d requests", requests.Load()-1)
			}
		})
	}
}

// Without a client an action fails before anything is applied.
func TestActionWithoutGitLabFailsAtPlan(t *testing.T) {
	t.Setenv("GITLAB_TOKEN", "")
	protocol := acctest.NewProtocol(t)
	protocol.Succeeds(protocol.Configure(nil))
	planned, err := protocol.Server.(tfprotov6.ActionServer).PlanAction(t.Context(), &tfprotov6.PlanActionRequest{
		ActionType: deletePipeline, Config: protocol.ActionConfig(deletePipeline, map[string]any{"project": "1", "pipeline_id": int64(1)}),
	})
	if err != nil || !saying("GitLab is not configured").MatchString(acctest.Said(planned.Diagnostics)) {
		t.Errorf("%v: %s", err, acctest.Said(planned.Diagnostics))
	}
}

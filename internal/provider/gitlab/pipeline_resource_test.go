// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const runAddress = pipelineType + ".this"

// run is the resource `this` on main, with settings, one of which may be
// another ref.
func run(project any, settings ...string) string {
	body := strings.Join(settings, "\n  ")
	if !regexp.MustCompile(`(?m)^\s*ref `).MatchString(body) {
		body += "\n  ref = \"main\""
	}
	return fmt.Sprintf("resource \"cicd_gitlab_pipeline\" \"this\" {\n  project = \"%v\"\n  %s\n}\n", project, body)
}

// runAgain expects a new pipeline in the place of the old one; ranAlready, that
// only Terraform's state changes.
var (
	runAgain   = inPlan(planned(runAddress, plancheck.ResourceActionDestroyBeforeCreate))
	ranAlready = inPlan(planned(runAddress, plancheck.ResourceActionUpdate))
)

// in checks attributes of `this`.
func in(attributes ...string) resource.TestCheckFunc {
	var checks []resource.TestCheckFunc
	for i := 0; i < len(attributes); i += 2 {
		checks = append(checks, resource.TestCheckResourceAttr(runAddress, attributes[i], attributes[i+1]))
	}
	return resource.ComposeAggregateTestCheckFunc(checks...)
}

// both is one check of two.
func both(a, b resource.TestCheckFunc) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(a, b)
}

// writes are how many requests of the provider may change something, by what
// they are.
func writes(p *acctest.Project, want map[string]int) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		all := map[string]int{}
		total := 0
		for pattern, n := range want {
			all[fmt.Sprintf(pattern, p.ID)] = n
			total += n
		}
		all["(POST|PUT|DELETE) .*"] = total
		return p.CheckRequests(all)(s)
	}
}

const (
	postPipeline = "POST projects/%d/pipeline"
	postCancel   = "POST projects/%d/pipelines/[0-9]+/cancel"
	deleteOne    = "DELETE projects/%d/pipelines/[0-9]+"
)

// A pipeline runs once, whatever becomes of it, until something that makes it
// changes.
func TestPipelineRunsOnce(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	nothing := map[string]int{}
	first := run(p.Path, `keepers = { version = "1" }`, `variables = [{ key = "TARGET", value = "staging" }, { key = "CONFIG", value = "a: b", variable_type = "file" }]`)
	steps(t,
		resource.TestStep{
			Config: p.Config("%s", first),
			Check: both(writes(p, map[string]int{postPipeline: 1}), in("id", p.Path+":1", "pipeline_id", "1", "iid", "1", "project_id", fmt.Sprint(p.ID),
				"status", "created", "source", "api", "tag", "false", "wait_for", "created", "on_destroy", "keep", "created_at", "2026-01-15T12:00:00.000Z",
				"web_url", p.BaseURL+"/"+p.Path+"/-/pipelines/1", "user.username", "root", "variables.0.variable_type", "env_var", "variables.1.variable_type", "file")),
		},
		// It goes on, and that is no drift.
		resource.TestStep{
			PreConfig: func() { _ = p.Sandbox.Clock().Advance(time.Minute) }, Config: p.Config("%s", first), ConfigPlanChecks: unchanged,
			Check: both(writes(p, nothing), in("status", "success", "finished_at", "2026-01-15T12:00:10.000Z", "duration", "8", "queued_duration", "2")),
		},
		// Another order, and another spelling of the ref and of the project, are the same run.
		resource.TestStep{
			Config:           p.Config("%s", run(p.Path, `ref = "refs/heads/main"`, `keepers = { version = "1" }`, `variables = [{ key = "CONFIG", value = "a: b", variable_type = "file" }, { key = "TARGET", value = "staging", variable_type = "env_var" }]`)),
			ConfigPlanChecks: unchanged, Check: writes(p, nothing),
		},
		resource.TestStep{
			Config:           p.Config("%s", run(p.ID, `keepers = { version = "1" }`, `variables = [{ key = "TARGET", value = "staging" }, { key = "CONFIG", value = "a: b", variable_type = "file" }]`, `wait_for = "finished"`, `on_destroy = "cancel"`, `timeouts = { create = "1m" }`)),
			ConfigPlanChecks: ranAlready, Check: both(writes(p, nothing), in("id", fmt.Sprintf("%d:1", p.ID), "status", "success", "on_destroy", "cancel")),
		},
		// A keeper, a variable's value and a ref each make another run. The old one is over by then: canceling it changes nothing.
		resource.TestStep{
			Config:           p.Config("%s", run(p.ID, `keepers = { version = "2" }`, `variables = [{ key = "TARGET", value = "staging" }, { key = "CONFIG", value = "a: b", variable_type = "file" }]`, `on_destroy = "keep"`)),
			ConfigPlanChecks: runAgain, Check: both(writes(p, map[string]int{postPipeline: 1, postCancel: 1}), in("pipeline_id", "2")),
		},
		resource.TestStep{
			Config:           p.Config("%s", run(p.ID, `keepers = { version = "2" }`, `variables = [{ key = "TARGET", value = "production" }]`)),
			ConfigPlanChecks: runAgain, Check: both(writes(p, map[string]int{postPipeline: 1}), in("pipeline_id", "3")),
		},
		resource.TestStep{
			Config:           p.Config("%s", run(p.ID, `ref = "v1.0"`)),
			ConfigPlanChecks: runAgain, Check: both(writes(p, map[string]int{postPipeline: 1}), in("pipeline_id", "4", "tag", "true", "ref", "v1.0", "variables.#", "0")),
		},
		resource.TestStep{Config: p.Config("%s", run(p.ID, `ref = "refs/tags/v1.0"`)), ConfigPlanChecks: unchanged},
		// Nothing and null are the same run, too.
		resource.TestStep{
			Config:           p.Config("%s", run(p.ID, `ref = "refs/tags/v1.0"`, `keepers = {}`, `variables = []`, `inputs = {}`)),
			ConfigPlanChecks: ranAlready, Check: writes(p, nothing),
		},
		resource.TestStep{Config: p.Config("%s", run(p.ID, `ref = "refs/tags/v1.0"`)), ConfigPlanChecks: ranAlready, Check: writes(p, nothing)},
		resource.TestStep{Config: p.Config(""), Check: writes(p, nothing)},
	)
	if left := p.List(p.URL("pipelines")); len(left) != 4 {
		t.Errorf("%d pipelines are left, want all 4", len(left))
	}
	sent := p.List(p.URL("pipelines/1/variables"))
	if len(sent) != 2 || sent[0]["key"] != "TARGET" || sent[0]["value"] != "staging" || sent[1]["variable_type"] != "file" {
		t.Errorf("the first pipeline's variables are %v", sent)
	}
}

func TestPipelineInputs(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", run(p.Path, `inputs = { environment = "staging", replicas = 3 }`)), Check: writes(p, map[string]int{postPipeline: 1})},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `inputs = { environment = "staging", replicas = "3" }`)), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `inputs = { environment = "staging", replicas = 4 }`)), ConfigPlanChecks: runAgain},
		resource.TestStep{Config: p.Config("%s", run(p.Path)), ConfigPlanChecks: runAgain},
	)
}

func TestPipelineIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.TimePasses(time.Second)
	failing := `variables = [{ key = "CICD_SANDBOX_RESULT", value = "failed" }]`
	var made int64
	steps(t,
		resource.TestStep{
			Config: p.Config("%s", run(p.Path, `wait_for = "finished"`)),
			Check:  both(writes(p, map[string]int{postPipeline: 1}), in("status", "success", "duration", "8")),
		},
		// A failure is an error; the pipeline is in state, so that the next apply takes another in its place.
		resource.TestStep{
			Config:      p.Config("%s", run(p.Path, `wait_for = "finished"`, failing)),
			ExpectError: saying("Pipeline 2 failed", "ended with the status failed", "tainted", "terraform untaint"),
		},
		resource.TestStep{
			Config: p.Config("%s", run(p.Path, `wait_for = "finished"`)), ConfigPlanChecks: runAgain,
			Check: in("pipeline_id", "3", "status", "success"),
		},
		// What isn't over when the time is up goes on, and stays in state.
		resource.TestStep{
			PreConfig:   func() { p.Before(func(*http.Request) {}) },
			Config:      p.Config("%s", run(p.Path, `wait_for = "finished"`, `keepers = { version = "2" }`, `timeouts = { create = "300ms" }`)),
			ExpectError: saying("Pipeline 4 is not done in time", "its status was created", "terraform untaint"),
		},
		resource.TestStep{
			RefreshState: true, ExpectNonEmptyPlan: true,
			Check: func(s *terraform.State) error {
				made = int64(len(p.List(p.URL("pipelines"))))
				if tainted := s.RootModule().Resources[runAddress].Primary.Tainted; !tainted || made != 4 {
					return fmt.Errorf("tainted: %v; %d pipelines, want 4", tainted, made)
				}
				return in("pipeline_id", "4", "status", "created")(s)
			},
		},
	)
}

// Who interrupts the wait is told what goes on.
func TestPipelineWaitIsInterrupted(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	server := p.Protocol()
	looks := 0
	p.Before(func(r *http.Request) {
		if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/pipelines/") {
			return
		}
		if looks++; looks == 3 {
			_, _ = server.Server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
		}
	})
	diagnostics := server.Create(pipelineType, map[string]any{"project": p.Path, "ref": "main", "wait_for": "finished", "on_destroy": "keep"})
	if said := acctest.Said(diagnostics); !saying("ERROR: Interrupted while waiting for pipeline 1", "its status was created", "It goes on in GitLab", "/-/pipelines/1", "terraform untaint").MatchString(said) {
		t.Errorf("it says %s", said)
	}
	if now := status(p, 1); now != "created" || looks > 4 {
		t.Errorf("the pipeline is %s after %d looks", now, looks)
	}
}

func TestPipelineOnDestroy(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]struct {
		requests map[string]int
		status   int
		state    string
	}{
		"keep":   {map[string]int{}, http.StatusOK, "created"},
		"cancel": {map[string]int{postCancel: 1}, http.StatusOK, "canceled"},
		"delete": {map[string]int{deleteOne: 1}, http.StatusNotFound, ""},
	} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			steps(t,
				resource.TestStep{Config: p.Config("%s", run(p.Path, fmt.Sprintf("on_destroy = %q", on))), Check: writes(p, map[string]int{postPipeline: 1})},
				resource.TestStep{Config: p.Config(""), Check: writes(p, want.requests)},
			)
			code, body := p.Call(http.MethodGet, p.URL("pipelines/1"), nil)
			if code != want.status || !strings.Contains(string(body), want.state) {
				t.Errorf("afterwards the pipeline is %d %s", code, body)
			}
		})
	}
}

// Whoever may not delete a pipeline is told what to do, and the resource stays.
func TestPipelineThatMayNotBeDeleted(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	developer := p.NewMember(acctest.Developer)
	provider := p.Provider(developer.Token)
	steps(t,
		resource.TestStep{Config: provider + run(p.Path, `on_destroy = "delete"`)},
		resource.TestStep{Config: provider, ExpectError: saying("Cannot delete pipeline", p.Path+":1", "403 Forbidden", "owner role", `on_destroy = "keep"`)},
		resource.TestStep{Config: provider + run(p.Path, `on_destroy = "cancel"`), ConfigPlanChecks: ranAlready},
	)
	if now := status(p, 1); now != "canceled" {
		t.Errorf("the pipeline is %s", now)
	}
}

// A pipeline that somebody deleted runs again, as the plan shows; what is only
// hidden, or can't be read, stays in state.
func TestPipelineThatIsGone(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", run(p.Path))},
		resource.TestStep{
			PreConfig: func() { p.Object(http.MethodDelete, p.URL("pipelines/1"), nil) },
			Config:    p.Config("%s", run(p.Path)), ConfigPlanChecks: inPlan(planned(runAddress, plancheck.ResourceActionCreate)), Check: in("pipeline_id", "2"),
		},
		resource.TestStep{Config: p.Provider(p.NewMember(0).Token) + run(p.Path), ExpectError: saying("Cannot read pipeline", "404 Project Not Found", "Nothing was taken out of the state")},
		resource.TestStep{Config: p.Config("%s", run(p.Path)), ConfigPlanChecks: unchanged},
		resource.TestStep{
			PreConfig: func() {
				failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/", Nth: 1, Fault: faults.HTML})
			},
			Config: p.Config("%s", run(p.Path)), ExpectError: saying("Cannot read pipeline"),
		},
		resource.TestStep{Config: p.Config("%s", run(p.Path)), ConfigPlanChecks: unchanged},
	)
	warned := p.Protocol().Read(pipelineType, map[string]any{
		"id": p.Path + ":1", "project": p.Path, "project_id": p.ID, "pipeline_id": int64(1), "ref": "main",
	})
	if said := acctest.Said(warned); acctest.Failed(warned) || !saying("WARNING: Pipeline 1 is gone", "the next apply runs a new one", "destroy = false").MatchString(said) {
		t.Errorf("it says %s", said)
	}
}

// An answer that got lost is looked for. Nothing is sent twice.
func TestPipelineWhoseAnswerGotLost(t *testing.T) {
	t.Parallel()
	lost := func(kind faults.Kind) faults.Rule {
		return faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Nth: 1, Fault: kind, Delay: overASecond}
	}
	variables := `variables = [{ key = "TARGET", value = "CANARY-of-a-run" }]`
	same := func(p *acctest.Project, token string) {
		p.As(token).Object(http.MethodPost, p.URL("pipeline"), map[string]any{
			"ref": "main", "variables": []any{map[string]any{"key": "TARGET", "value": "CANARY-of-a-run"}},
		})
	}
	t.Run("it is there", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		// Older ones, others' and those with other variables are not it.
		same(p, p.Token)
		_ = p.Sandbox.Clock().Advance(time.Minute)
		same(p, p.NewMember(acctest.Developer).Token)
		p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
		p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "v1.0"})
		failing(t, p, lost(faults.ResetAfter))
		steps(t,
			resource.TestStep{Config: p.Config("%s", run(p.Path, variables)), Check: both(writes(p, map[string]int{postPipeline: 1}), in("pipeline_id", "5", "status", "created", "sha", fmt.Sprint(p.Object(http.MethodGet, p.URL("repository/commits/main"), nil)["id"])))},
			resource.TestStep{Config: p.Config("%s", run(p.Path, variables)), ConfigPlanChecks: unchanged},
		)
	})
	t.Run("it is there, and the answer can't be read", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		failing(t, p, lost(faults.Truncate))
		steps(t, resource.TestStep{Config: p.Config("%s", run(p.Path, variables)), Check: both(writes(p, map[string]int{postPipeline: 1}), in("pipeline_id", "1"))})
	})
	t.Run("something else answered", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		failing(t, p, lost(faults.HTML))
		steps(t, resource.TestStep{Config: p.Config("%s", run(p.Path, variables)), ExpectError: saying("Cannot create pipeline", "Something in front of the API may have answered", "looked for during", "is not there")})
	})
	t.Run("it is not there", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Nth: 1, Fault: faults.Status, Status: http.StatusBadGateway})
		steps(t,
			resource.TestStep{
				Config:      p.Config("%s", run(p.Path, variables)),
				ExpectError: saying("Cannot create pipeline", "502", "may nevertheless have done", "is not there, at least not yet", "terraform import <address> "+p.Path+":<pipeline id>"),
			},
			resource.TestStep{PreConfig: func() {
				if n := len(p.List(p.URL("pipelines"))); n != 0 {
					t.Errorf("%d pipelines", n)
				}
			}, Config: p.Config("%s", run(p.Path, variables)), Check: in("pipeline_id", "1")},
		)
	})
	t.Run("it may be one of several", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		same(p, p.Token)
		failing(t, p, lost(faults.ResetAfter))
		steps(t, resource.TestStep{
			Config:      p.Config("%s", run(p.Path, variables)),
			ExpectError: saying("Cannot create pipeline", "More than one pipeline can be", p.Path+":2, "+p.Path+":1"),
		})
		if n := len(p.List(p.URL("pipelines"))); n != 2 {
			t.Errorf("%d pipelines, want 2", n)
		}
	})
	t.Run("it was there before", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		refused := func(run int) {
			p.Sandbox.Faults().Clear()
			failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Nth: run, Fault: faults.Status, Status: http.StatusBadGateway})
		}
		steps(t,
			resource.TestStep{Config: p.Config("%s", run(p.Path, variables, `keepers = { version = "1" }`))},
			// The replaced one is known, as long as it is destroyed first.
			resource.TestStep{
				PreConfig: func() { refused(1) }, Config: p.Config("%s", run(p.Path, variables, `keepers = { version = "2" }`)),
				ExpectError: saying("Cannot create pipeline", "502", "is not there, at least not yet"),
			},
			resource.TestStep{PreConfig: func() { p.Sandbox.Faults().Clear() }, Config: p.Config("%s", run(p.Path, variables, `keepers = { version = "2" }`)), Check: in("pipeline_id", "2")},
			resource.TestStep{
				PreConfig: func() { refused(1) }, Config: p.Config("%s", run(p.Path, variables, `keepers = { version = "3" }`, "lifecycle {\n create_before_destroy = true\n}")),
				ExpectError: saying("Cannot create pipeline", "502", "More than one pipeline can be it", p.Path+":2"),
			},
			resource.TestStep{RefreshState: true, ExpectNonEmptyPlan: true, Check: in("pipeline_id", "2")},
		)
	})
	t.Run("looking fails", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		failing(t, p, lost(faults.ResetAfter))
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines$", Fault: faults.Status, Status: http.StatusServiceUnavailable})
		steps(t, resource.TestStep{
			Config: p.Config("%s", run(p.Path, variables)), ExpectError: saying("Cannot create pipeline", "looked for, but that failed too", "503", "terraform import"),
		})
	})
}

// Of several runs at once, none takes another's for the one it lost.
func TestPipelinesWhoseAnswersGotLostAreNotMixedUp(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Nth: 2, Fault: faults.ResetAfter, Delay: overASecond})
	runs := p.Config("resource \"cicd_gitlab_pipeline\" \"this\" {\n  count = 4\n  project = %q\n  ref = \"main\"\n}\noutput \"ids\" {\n  value = length(toset(cicd_gitlab_pipeline.this[*].pipeline_id))\n}\n", p.Path)
	steps(t, resource.TestStep{Config: runs, Check: both(resource.TestCheckOutput("ids", "4"), writes(p, map[string]int{postPipeline: 4}))})
}

func TestPipelineErrors(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	reporter := p.NewMember(acctest.Reporter)
	const canary = "CANARY-of-a-run"
	steps(t,
		resource.TestStep{Config: p.Config("%s", run(p.Path, `ref = "no-such"`)), ExpectError: saying("Cannot create pipeline in project "+p.Path, "Reference not found")},
		resource.TestStep{Config: p.Config("%s", run("no/such")), ExpectError: saying("Cannot create pipeline in project no/such", "404 Project Not Found")},
		resource.TestStep{Config: p.Provider(reporter.Token) + run(p.Path), ExpectError: saying("Cannot create pipeline", "403 Forbidden", "developer role")},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `ref = ""`)), ExpectError: saying("Not the name of a branch or tag")},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `wait_for = "ever"`)), ExpectError: saying("Invalid Attribute Value Match")},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `variables = [{ key = "A", value = "1" }, { key = "A", value = "2" }]`)), ExpectError: saying("Variable given twice")},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `variables = [{ key = "A" }]`)), ExpectError: saying("Variable without a value", "needs the value of A")},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `variables = [{ key = "NOT-A-KEY", value = "1" }]`)), ExpectError: saying("must be 1 to 255 letters")},
		resource.TestStep{
			PreConfig: func() {
				failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline$", Fault: faults.Status, Status: http.StatusBadRequest, Body: `{"message":{"base":["no ` + canary + ` please"]}}`})
			},
			Config:      p.Config("%s", run(p.Path, `variables = [{ key = "A", value = "`+canary+`" }]`)),
			ExpectError: saying("no *** please"),
		},
	)
	if n := len(p.List(p.URL("pipelines"))); n != 0 {
		t.Errorf("%d pipelines were run", n)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// addVariable gives the project's one schedule a variable as its owner.
func addVariable(p *acctest.Project, key, value string) {
	p.Object(http.MethodPost, p.URL("pipeline_schedules/%v/variables", p.Schedule()["id"]), map[string]any{"key": key, "value": value})
}

const (
	variableA   = `variables = { A = { value = "1" } }`
	variablesAB = `variables = { A = { value = "1" }, B = { value = "2" } }`
)

func TestScheduleVariablesAreAllThereAreWhenSet(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	steps(t,
		resource.TestStep{Config: config(variableA), Check: checkVariables(p, map[string]any{"A": "1"})},
		resource.TestStep{
			PreConfig: func() { addVariable(p, "FOREIGN", "x"); p.ForgetRequests() },
			Config:    config(variablesAB), ConfigPlanChecks: updated,
			Check: resource.ComposeAggregateTestCheckFunc(
				checkVariables(p, map[string]any{"A": "1", "B": "2"}),
				p.CheckRequests(map[string]int{"DELETE .*/variables/FOREIGN": 1, "DELETE .*": 1, "POST .*/variables": 1, "PUT .*": 0}),
			),
		},
		// A value that isn't set is left as it is.
		resource.TestStep{
			Config: config(`variables = { A = { variable_type = "file" }, B = {} }`), ConfigPlanChecks: updated,
			Check: checkVariables(p, map[string]any{"A": "1", "B": "2"}),
		},
		resource.TestStep{Config: config("variables = {}"), ConfigPlanChecks: updated, Check: checkVariables(p, nil)},
		resource.TestStep{
			PreConfig: func() { addVariable(p, "FOREIGN", "x") },
			Config:    config("variables = {}"), ConfigPlanChecks: updated, Check: checkVariables(p, nil),
		},
	)
}

func TestScheduleVariablesAreLeftAloneWhenNotSet(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	foreign := checkVariables(p, map[string]any{"A": "0", "FOREIGN": "x"})
	both := checkVariables(p, map[string]any{"A": "1", "B": "2"})
	steps(t,
		resource.TestStep{Config: config()},
		resource.TestStep{
			PreConfig: func() { addVariable(p, "FOREIGN", "x"); addVariable(p, "A", "0") },
			Config:    config(), ConfigPlanChecks: unchanged,
			Check: resource.ComposeAggregateTestCheckFunc(foreign, resource.TestCheckNoResourceAttr(address, "variables.%")),
		},
		resource.TestStep{Config: config("active = false"), Check: foreign},
		// From now on they are Terraform's, those that are there included.
		resource.TestStep{Config: config("active = false", variablesAB), Check: both},
		resource.TestStep{Config: config("active = false"), ConfigPlanChecks: unchanged, Check: both},
		resource.TestStep{Config: config(), ConfigPlanChecks: updated, Check: both},
	)
}

func TestScheduleVariablesThatMayNotBeReadKeepTheirState(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	me := p.NewMember(acctest.Maintainer)
	mine := func(settings ...string) string { return p.Provider(me.Token) + schedule(p.Path, settings...) }
	steps(t,
		resource.TestStep{Config: mine(variableA)},
		resource.TestStep{
			PreConfig: func() {
				p.Object(http.MethodPost, p.URL("pipeline_schedules/%v/take_ownership", p.Schedule()["id"]), nil)
				change(p, map[string]any{"description": "Build packages"})
				p.Object(http.MethodPut, p.URL("members/%d", me.ID), map[string]any{"access_level": acctest.Developer})
			},
			Config: mine(variableA), ConfigPlanChecks: unchanged,
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "variables.A.value", "1"), resource.TestCheckResourceAttr(address, "owner.username", "root")),
		},
		// The plan that follows would fail on the former owner's token.
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, variableA)), ConfigPlanChecks: unchanged},
	)
}

func TestScheduleVariableWithoutAValueOnTheServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	lose := func() {
		if err := p.Sandbox.GitLab().NullVariableValue(int(acctest.Number(p.Schedule()["id"])), "A"); err != nil {
			t.Fatal(err)
		}
	}
	steps(t,
		resource.TestStep{Config: config(variableA)},
		resource.TestStep{PreConfig: lose, Config: config(variableA), ConfigPlanChecks: updated, Check: checkVariables(p, map[string]any{"A": "1"})},
		resource.TestStep{
			PreConfig: lose, Config: config(`variables = { A = { variable_type = "file" } }`),
			Check: checkVariables(p, map[string]any{"A": nil}),
		},
		resource.TestStep{Config: config(`variables = { A = { variable_type = "file" } }`, "active = false"), Check: checkVariables(p, map[string]any{"A": nil})},
	)
}

func TestScheduleWhoseVariablesAreHalfDoneIsKept(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	third := faults.Rule{Method: http.MethodPost, Path: "/variables$", Nth: 3, Fault: faults.Status, Status: http.StatusForbidden}
	four := `variables = { A = { value = "1" }, B = { value = "2" }, C = { value = "3" }, D = { value = "4" } }`
	all := map[string]any{"A": "1", "B": "2", "C": "3", "D": "4"}
	heal := func(want map[string]any) func() {
		return func() {
			p.Sandbox.Faults().Clear()
			if found := variables(p); fmt.Sprint(found) != fmt.Sprint(want) {
				t.Errorf("half done: %v, want %v", found, want)
			}
			p.ForgetRequests()
		}
	}
	failed := saying("Cannot create pipeline schedule variable", ":C)", "403 Forbidden")
	steps(t,
		resource.TestStep{PreConfig: func() { failing(t, p, third) }, Config: config(four), ExpectError: failed},
		resource.TestStep{PreConfig: heal(map[string]any{"A": "1", "B": "2"}), Config: config(four), Check: checkVariables(p, all)},
		resource.TestStep{
			PreConfig: func() {
				failing(t, p, faults.Rule{Method: http.MethodPut, Path: "/variables/C$", Fault: faults.Status})
			},
			Config:      config("active = false", `variables = { B = { value = "20" }, C = { value = "30" }, D = { value = "40" } }`),
			ExpectError: saying("Cannot update pipeline schedule variable", ":C)", "500"),
		},
		// What the state says of a half-done update is true even unrefreshed.
		resource.TestStep{
			PreConfig: heal(map[string]any{"B": "20", "C": "3", "D": "4"}),
			Config:    config("active = false", `variables = { B = { value = "20" }, C = { value = "3" }, D = { value = "4" } }`),
			PlanOnly:  true,
		},
	)
}

func TestScheduleVariableNeedsAValueToBeCreated(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	q := p.NewProject()
	config := func(project, variables string) string { return p.Config("%s", schedule(project, variables)) }
	refused := saying("Variable without a value", "with "+address, "The variable B doesn't exist yet")
	without := `variables = { A = { value = "1" }, B = {} }`
	steps(t,
		resource.TestStep{Config: config(p.Path, without), ExpectError: refused},
		resource.TestStep{Config: config(p.Path, variableA)},
		resource.TestStep{Config: config(p.Path, without), ExpectError: refused},
		resource.TestStep{Config: config(p.Path, variablesAB)},
		resource.TestStep{Config: config(p.Path, without), ConfigPlanChecks: unchanged},
		// What is made anew has no values yet.
		resource.TestStep{Config: config(q.Path, without), ExpectError: refused},
	)
}

func TestScheduleVariableThatIsNullIsRefused(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	refused := saying("Variable without attributes", "The variable B is null")
	literal := p.Config("%s", schedule(p.Path, `variables = { A = { value = "1" }, B = null }`))
	typed := p.Config("variable \"all\" {\n  type = map(object({ value = string }))\n}\n%s", schedule(p.Path, "variables = var.all"))
	late := p.Config("resource \"terraform_data\" \"late\" {}\n%s",
		schedule(p.Path, `variables = { A = { value = "1" }, B = terraform_data.late.id == "" ? { value = "2" } : null }`))
	steps(t,
		resource.TestStep{Config: literal, PlanOnly: true, ExpectError: refused},
		resource.TestStep{
			Config: typed, PlanOnly: true, ExpectError: refused,
			ConfigVariables: config.Variables{"all": config.MapVariable(map[string]config.Variable{"B": nil})},
		},
		resource.TestStep{Config: late, ExpectError: refused},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, variablesAB))},
		resource.TestStep{Config: literal, PlanOnly: true, ExpectError: refused},
		resource.TestStep{Config: strings.ReplaceAll(late, "late", "later"), ExpectError: refused},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, variablesAB)), Check: checkVariables(p, map[string]any{"A": "1", "B": "2"})},
	)
	proposed := stateOf(p, 1)
	proposed["variables"] = map[string]any{"B": nil}
	diagnostics := p.Protocol().Plan(scheduleType, nil, configOf(proposed), proposed)
	want := tftypes.NewAttributePath().WithAttributeName("variables").WithElementKeyString("B")
	if len(diagnostics) != 1 || !diagnostics[0].Attribute.Equal(want) {
		t.Errorf("diagnostics: %s", acctest.Said(diagnostics))
	}
}

// A variable that Terraform has left alone so far exists all the same.
func TestScheduleVariableThatExistsNeedsNoValue(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
		resource.TestStep{
			PreConfig: func() { addVariable(p, "A", "theirs") },
			Config:    p.Config("%s", schedule(p.Path, "variables = { A = {} }")), Check: checkVariables(p, map[string]any{"A": "theirs"}),
		},
	)
}

// stateOf is the state of a schedule on the server, with a variable A.
func stateOf(p *acctest.Project, id int64) map[string]any {
	return map[string]any{
		"id": fmt.Sprintf("%d:%d", p.ID, id), "project": fmt.Sprint(p.ID), "project_id": p.ID, "pipeline_schedule_id": id,
		"description": "Made elsewhere", "ref": "main", "cron": "0 1 * * 5", "cron_timezone": "UTC", "active": true, "take_ownership": false,
		"variables": map[string]any{"A": map[string]any{"value": "1", "variable_type": "env_var"}},
	}
}

// configOf is the configuration of a state: all of it but what only GitLab
// knows. A variable's schedule is configured, a schedule's own id is not.
func configOf(state map[string]any) map[string]any {
	config := maps.Clone(state)
	for _, computed := range []string{"id", "project_id"} {
		delete(config, computed)
	}
	if _, ofVariable := state["key"]; !ofVariable {
		delete(config, "pipeline_schedule_id")
	}
	return config
}

func TestScheduleVariablesThatMayNotBeReadAreAWarning(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, nil)
	me := p.NewMember(acctest.Developer)
	said := acctest.Said(p.As(me.Token).Protocol().Read(scheduleType, stateOf(p, id)))
	if !regexp.MustCompile(`(?s)^WARNING: Variables of .* can't be read.*its owner \(`).MatchString(said) {
		t.Errorf("diagnostics: %q", said)
	}
}

func TestScheduleVariablesThatWillBeRemovedAreNamedAtPlan(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, nil)
	addVariable(p, "A", "0")
	addVariable(p, "FOREIGN", "x")
	proposed := stateOf(p, id)
	state := maps.Clone(proposed)
	delete(state, "variables")
	said := acctest.Said(p.Protocol().Plan(scheduleType, state, configOf(proposed), proposed))
	if !regexp.MustCompile(`(?s)^WARNING: Some variables will be removed.*: FOREIGN\.`).MatchString(said) {
		t.Errorf("diagnostics: %q", said)
	}
}

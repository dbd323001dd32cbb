// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// checkInputs checks the inputs of the project's one schedule, which are JSON.
func checkInputs(p *acctest.Project, want map[string]any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		found := map[string]any{}
		for _, in := range p.Schedule()["inputs"].([]any) {
			input := in.(map[string]any)
			found[input["name"].(string)] = input["value"]
		}
		if fmt.Sprint(found) != fmt.Sprint(want) {
			return fmt.Errorf("inputs on the server: %v, want %v", found, want)
		}
		return nil
	}
}

func TestScheduleInputsKeepTheirTypes(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	const typed = `inputs = { text = "a", number = 3.5, big = 12345678901234567890, flag = true, list = ["a", 1, false, ["b"]], none = [], empty = "" }`
	steps(t,
		resource.TestStep{
			Config: config(typed),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("inputs"), knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"text": knownvalue.StringExact("a"), "number": knownvalue.Float64Exact(3.5), "flag": knownvalue.Bool(true),
				"list": knownvalue.TupleSizeExact(4),
			}))},
			Check: checkInputs(p, map[string]any{
				"text": "a", "number": "3.5", "big": "12345678901234567890", "flag": "true", "list": []any{"a", 1, false, []any{"b"}}, "none": []any{}, "empty": "",
			}),
		},
		// A number or bool and its text are one input.
		resource.TestStep{
			Config:           config(`inputs = { text = "a", number = "3.5", big = "12345678901234567890", flag = "true", list = ["a", "1", "false", ["b"]], none = [], empty = "" }`),
			ConfigPlanChecks: unchanged,
		},
		// GitLab merges inputs, so what goes is told to go.
		resource.TestStep{Config: config(`inputs = { text = "a", number = 4 }`), Check: checkInputs(p, map[string]any{"text": "a", "number": "4"})},
		resource.TestStep{Config: config(`inputs = {}`), Check: checkInputs(p, nil)},
	)
}

func TestScheduleInputsThatAreNoLongerConfiguredAreRemoved(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	foreign := func() {
		change(p, map[string]any{"inputs": []any{map[string]any{"name": "b", "value": "2"}}})
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, `inputs = { a = 1 }`))},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path)), Check: checkInputs(p, nil)},
		// Those that were never configured are not Terraform's.
		resource.TestStep{PreConfig: foreign, Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: unchanged},
	)
}

func TestScheduleInputsThatAreKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := func(value, inputs string) string {
		return p.Config("resource \"terraform_data\" \"value\" {\n  input = %s\n}\n%s", value, schedule(p.Path, "inputs = "+inputs))
	}
	steps(t,
		resource.TestStep{
			Config: config(`"a"`, `{ one = terraform_data.value.output, list = ["x", terraform_data.value.output] }`),
			Check:  checkInputs(p, map[string]any{"one": "a", "list": []any{"x", "a"}}),
		},
		resource.TestStep{
			Config: config(`{ two = 2 }`, `terraform_data.value.output`), Check: checkInputs(p, map[string]any{"two": "2"}),
		},
		resource.TestStep{Config: config(`1`, `{ list = [] }`), Check: checkInputs(p, map[string]any{"list": []any{}})},
		// A list that isn't known yet is not an empty one.
		resource.TestStep{
			Config: config(`["b"]`, `{ list = tolist(terraform_data.value.output) }`), Check: checkInputs(p, map[string]any{"list": []any{"b"}}),
		},
		resource.TestStep{
			Config:      config(`"no object"`, `terraform_data.value.output`),
			ExpectError: saying("Inputs must be an object"),
		},
	)
}

// Terraform tells the provider a null that has a type as another value than
// one that has none.
func TestScheduleInputsThatAreATypedNullAreNotSet(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	const typedNull = "inputs = true ? null : { a = 1 }"
	steps(t,
		resource.TestStep{Config: config(typedNull)},
		// Terraform plans the one null's change into the other; it is none to GitLab.
		resource.TestStep{PreConfig: p.ForgetRequests, Config: config(), Check: p.CheckRequests(map[string]int{"(POST|PUT) .*": 0})},
		resource.TestStep{PreConfig: func() { addInput(p) }, Config: config(), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config(typedNull), Check: checkInputs(p, map[string]any{"foreign": "x"})},
		resource.TestStep{Config: config(typedNull), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config(typedNull, "active = false"), Check: checkInputs(p, map[string]any{"foreign": "x"})},
		resource.TestStep{Config: config("inputs = {}"), Check: checkInputs(p, nil)},
		resource.TestStep{Config: config(typedNull), Check: checkInputs(p, nil)},
		resource.TestStep{Config: config("inputs = { a = 1 }"), Check: checkInputs(p, map[string]any{"a": "1"})},
		resource.TestStep{Config: config(typedNull), Check: checkInputs(p, nil)},
	)
}

// addInput gives the project's one schedule an input behind Terraform's back.
func addInput(p *acctest.Project) {
	change(p, map[string]any{"inputs": []any{map[string]any{"name": "foreign", "value": "x"}}})
}

func TestScheduleInputsAreAllThereAreOnceSet(t *testing.T) {
	t.Parallel()
	for inputs, want := range map[string]map[string]any{`{ a = "1" }`: {"a": "1"}, "{}": {}} {
		t.Run(inputs, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewGitLab(t).NewProject()
			steps(t,
				resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
				resource.TestStep{
					PreConfig: func() { addInput(p) }, Config: p.Config("%s", schedule(p.Path, "inputs = "+inputs)),
					ConfigPlanChecks: updated, Check: checkInputs(p, want),
				},
			)
		})
	}
}

func TestScheduleInputsThatWillBeRemovedAreNamedAtPlan(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	state := stateOf(p, p.NewSchedule(p.Token, nil))
	delete(state, "variables")
	addInput(p)
	inputs := func(values map[string]tftypes.Value) map[string]any {
		kinds := map[string]tftypes.Type{}
		for name, value := range values {
			kinds[name] = value.Type()
		}
		return with(state, "inputs", tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, values))
	}
	for _, c := range []struct {
		inputs map[string]tftypes.Value
		warns  bool
	}{
		{nil, true},
		{map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, "1")}, true},
		{map[string]tftypes.Value{"foreign": tftypes.NewValue(tftypes.String, "y")}, false},
	} {
		proposed := inputs(c.inputs)
		said := acctest.Said(p.Protocol().Plan(scheduleType, state, configOf(proposed), proposed))
		if (said != "") != c.warns || c.warns && !regexp.MustCompile(`(?s)^WARNING: Some inputs will be removed.*: foreign\.`).MatchString(said) {
			t.Errorf("%v: %q", c.inputs, said)
		}
	}
}

func TestScheduleInputsOnAServerWithoutThem(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Sandbox.GitLab().SetInputsUnsupported(true)
	config := func(settings ...string) string { return p.Config("%s", schedule(p.Path, settings...)) }
	refused := saying("This GitLab has no inputs for pipeline schedules", "17.11")
	steps(t,
		resource.TestStep{Config: config()},
		resource.TestStep{Config: config("active = false", `inputs = { a = 1 }`), ExpectError: refused},
		// What was sent along is true, and the state says so even unrefreshed.
		resource.TestStep{Config: config("active = false"), PlanOnly: true},
	)
	q := p.NewProject()
	steps(t,
		resource.TestStep{Config: q.Config("%s", schedule(q.Path, `inputs = { a = 1 }`)), ExpectError: refused},
		resource.TestStep{Config: q.Config("%s", schedule(q.Path)), Check: onServer(q, map[string]any{"active": true})},
	)
}

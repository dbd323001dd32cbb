// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"testing"

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
		resource.TestStep{
			Config:      config(`"no object"`, `terraform_data.value.output`),
			ExpectError: saying("Inputs must be an object"),
		},
	)
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

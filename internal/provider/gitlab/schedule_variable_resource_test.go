// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const variableAddress = "cicd_gitlab_pipeline_schedule_variable.this"

// variableConfig is a variable TARGET of a schedule that Terraform doesn't
// manage; settings are its other attributes.
func variableConfig(project string, schedule int64, settings string) string {
	return fmt.Sprintf(`
resource "cicd_gitlab_pipeline_schedule_variable" "this" {
  project              = %q
  pipeline_schedule_id = %d
  key                  = "TARGET"
  %s
}
`, project, schedule, settings)
}

// serverVariable is the variable TARGET as the server has it; nil when it has
// none.
func serverVariable(p *acctest.Project, schedule int64) map[string]any {
	s := p.Object(http.MethodGet, p.URL("pipeline_schedules/%d", schedule), nil)
	for _, v := range s["variables"].([]any) {
		if variable := v.(map[string]any); variable["key"] == "TARGET" {
			return variable
		}
	}
	return nil
}

// setOnServer changes the variable TARGET behind Terraform's back.
func setOnServer(p *acctest.Project, schedule int64, attributes map[string]any) {
	p.Object(http.MethodPut, p.URL("pipeline_schedules/%d/variables/TARGET", schedule), attributes)
}

func checkVariable(p *acctest.Project, schedule int64, value, kind string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if v := serverVariable(p, schedule); v == nil || v["value"] != value || v["variable_type"] != kind {
			return fmt.Errorf("on the server: %v; want %q as %s", v, value, kind)
		}
		return nil
	}
}

func inPlan(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

func planned(address string, action plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, action)
}

func TestVariableLife(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	update := inPlan(planned(variableAddress, plancheck.ResourceActionUpdate))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			if v := serverVariable(p, schedule); v != nil {
				return fmt.Errorf("still there: %v", v)
			}
			return p.CheckRequests(map[string]int{"DELETE .*": 1, "DELETE .*/variables/TARGET": 1})(nil)
		},
		Steps: []resource.TestStep{
			{
				PreConfig: p.ForgetRequests,
				Config:    p.Config("%s", variableConfig(p.Path, schedule, `value = "staging"`)),
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"POST .*/variables": 1, "PUT .*": 0, "GET user": 0, "GET projects/[^/]*/[^/]*": 1}),
					checkVariable(p, schedule, "staging", "env_var"),
					resource.TestCheckResourceAttr(variableAddress, "id", fmt.Sprintf("%s:%d:TARGET", p.Path, schedule)),
					resource.TestCheckResourceAttr(variableAddress, "project_id", fmt.Sprint(p.ID)),
				),
			},
			{ResourceName: variableAddress, ImportState: true, ImportStateVerify: true},
			{
				PreConfig:        p.ForgetRequests,
				Config:           p.Config("%s", variableConfig(p.Path, schedule, `variable_type = "file"`)),
				ConfigPlanChecks: update,
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"PUT .*/variables/TARGET": 1, "POST .*": 0, "DELETE .*": 0}),
					checkVariable(p, schedule, "staging", "file"),
				),
			},
			{
				Config:           p.Config("%s", variableConfig(p.Path, schedule, `value = ""`)),
				ConfigPlanChecks: update,
				Check:            checkVariable(p, schedule, "", "env_var"),
			},
			{
				PreConfig:        func() { setOnServer(p, schedule, map[string]any{"value": "changed", "variable_type": "file"}) },
				Config:           p.Config("%s", variableConfig(p.Path, schedule, `value = ""`)),
				ConfigPlanChecks: update,
				Check:            checkVariable(p, schedule, "", "env_var"),
			},
		},
	})
}

func TestVariableWriteOnlyValueIsKeptNowhere(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	config := func(settings string) string { return p.Config("%s", variableConfig(p.Path, schedule, settings)) }
	writeOnly := func(value string, version int) string {
		return config(fmt.Sprintf("value_wo = %q\n  value_wo_version = %d", value, version))
	}
	if !acctest.Has(acctest.WriteOnly) {
		// A tool that doesn't know such arguments would keep the value.
		steps(t, resource.TestStep{Config: writeOnly("SECRET-1", 1), ExpectError: saying("WriteOnly Attribute Not Allowed", "value_wo", "1.11")})
		return
	}
	absent := []statecheck.StateCheck{
		secretNowhere{}, statecheck.ExpectKnownValue(variableAddress, tfjsonpath.New("value"), knownvalue.Null()),
		statecheck.ExpectKnownValue(variableAddress, tfjsonpath.New("value_wo"), knownvalue.Null()),
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:            writeOnly("SECRET-1", 1),
				ConfigPlanChecks:  inPlan(secretNowhere{}),
				Check:             checkVariable(p, schedule, "SECRET-1", "env_var"),
				ConfigStateChecks: absent,
			},
			{
				// Without another version nothing is sent, nor compared.
				PreConfig:        func() { setOnServer(p, schedule, map[string]any{"value": "SECRET-0"}) },
				Config:           writeOnly("SECRET-2", 1),
				ConfigPlanChecks: inPlan(plancheck.ExpectEmptyPlan()),
				Check:            checkVariable(p, schedule, "SECRET-0", "env_var"),
			},
			{
				// Who changed the type may have changed the value with it.
				PreConfig:        func() { setOnServer(p, schedule, map[string]any{"value": "theirs", "variable_type": "file"}) },
				Config:           writeOnly("SECRET-1", 1),
				ConfigPlanChecks: inPlan(secretNowhere{}, planned(variableAddress, plancheck.ResourceActionUpdate)),
				Check:            checkVariable(p, schedule, "SECRET-1", "env_var"),
			},
			{
				PreConfig:         p.ForgetRequests,
				Config:            writeOnly("SECRET-2", 2),
				ConfigPlanChecks:  inPlan(secretNowhere{}, planned(variableAddress, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: absent,
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"PUT .*": 1, "POST .*": 0, "DELETE .*": 0}),
					checkVariable(p, schedule, "SECRET-2", "env_var"),
				),
			},
			{
				Config: config(`variable_type = "file"`), ExpectError: regexp.MustCompile("Variable without a value"),
			},
			{
				Config:           config(`value = "open"`),
				ConfigPlanChecks: inPlan(planned(variableAddress, plancheck.ResourceActionUpdate)),
				Check: resource.ComposeAggregateTestCheckFunc(
					checkVariable(p, schedule, "open", "env_var"), resource.TestCheckResourceAttr(variableAddress, "value", "open"),
				),
			},
			{
				Config:            writeOnly("SECRET-3", 1),
				ConfigPlanChecks:  inPlan(planned(variableAddress, plancheck.ResourceActionUpdate)),
				Check:             checkVariable(p, schedule, "SECRET-3", "env_var"),
				ConfigStateChecks: absent,
			},
		},
	})
}

// secretNowhere fails when the plan's changes, or the state, hold a value that
// starts with SECRET. A plan's copy of the configuration isn't looked at: it
// has what is written there.
type secretNowhere struct{}

func (secretNowhere) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = noSecret([]any{req.Plan.ResourceChanges, req.Plan.PlannedValues, req.Plan.PriorState, req.Plan.ResourceDrift})
}

func (secretNowhere) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = noSecret([]*tfjson.State{req.State})
}

func noSecret(v any) error {
	text, err := json.Marshal(v)
	if err == nil && strings.Contains(string(text), "SECRET") {
		err = fmt.Errorf("the secret is in: %s", text)
	}
	return err
}

func TestVariableValueMustComeFromSomewhere(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	var steps []resource.TestStep
	for settings, message := range map[string]string{
		``:               "Variable without a value",
		`value = null`:   "Variable without a value",
		`value_wo = "x"`: `value_wo_version`,
		"value = \"x\"\n  value_wo = \"x\"\n  value_wo_version = 1": `value_wo`,
		`value_wo_version = 1`:                           `value_wo`,
		"value = \"x\"\n  variable_type = \"container\"": `variable_type`,
	} {
		steps = append(steps, resource.TestStep{
			Config: p.Config("%s", variableConfig(p.Path, schedule, settings)), PlanOnly: true, ExpectError: regexp.MustCompile(message),
		})
	}
	p.ForgetRequests()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: steps})
	if requests := p.Requests(); len(requests) > 0 {
		t.Errorf("what the configuration alone shows was asked of the server: %q", requests)
	}
}

func TestVariableThatExistsIsNotTakenOver(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", schedule), map[string]any{"key": "TARGET", "value": "theirs"})
	id := fmt.Sprintf("%s:%d:TARGET", p.Path, schedule)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:      p.Config("%s", variableConfig(p.Path, schedule, `value = "ours"`)),
				ExpectError: regexp.MustCompile(`(?s)already.*terraform\s+import\s+<address>\s+` + regexp.QuoteMeta(id)),
			},
			{
				// Imported without a value, it keeps its own.
				PreConfig: func() {
					if v := serverVariable(p, schedule); v["value"] != "theirs" {
						t.Errorf("the refused create left %v", v)
					}
				},
				Config: p.Config("%s", variableConfig(p.Path, schedule, "")) +
					fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", variableAddress, id),
				ConfigPlanChecks: inPlan(planned(variableAddress, plancheck.ResourceActionNoop)),
				Check:            checkVariable(p, schedule, "theirs", "env_var"),
			},
		},
	})
}

func TestVariablesAreMadeAnewWithTheirSchedule(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := p.Config(minimalSchedule, p.Path) + `
resource "cicd_gitlab_pipeline_schedule_variable" "this" {
  count                = 2
  project              = cicd_gitlab_pipeline_schedule.this.project
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.this.pipeline_schedule_id
  key                  = ["A", "B"][count.index]
  value                = "x"
}
`
	created := inPlan(planned(address, plancheck.ResourceActionCreate),
		planned(variableAddress+"[0]", plancheck.ResourceActionCreate), planned(variableAddress+"[1]", plancheck.ResourceActionCreate))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config, ConfigPlanChecks: created},
			{
				PreConfig: func() {
					p.Object(http.MethodDelete, p.URL("pipeline_schedules/%d", acctest.Number(p.Schedule()["id"])), nil)
				},
				Config: config, ConfigPlanChecks: created,
				Check: func(*terraform.State) error {
					if v := p.Schedule()["variables"].([]any); len(v) != 2 {
						return fmt.Errorf("variables on the server: %v", v)
					}
					return nil
				},
			},
			{
				PreConfig: func() {
					p.Object(http.MethodDelete, p.URL("pipeline_schedules/%d/variables/A", acctest.Number(p.Schedule()["id"])), nil)
				},
				Config: config,
				ConfigPlanChecks: inPlan(planned(address, plancheck.ResourceActionNoop),
					planned(variableAddress+"[0]", plancheck.ResourceActionCreate), planned(variableAddress+"[1]", plancheck.ResourceActionNoop)),
			},
		},
	})
}

// The variable goes after the last refresh, and its schedule too.
func TestVariableThatIsGoneIsDestroyedWithoutComplaint(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"pipeline_schedules/%d/variables/TARGET", "pipeline_schedules/%d"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewGitLab(t).NewProject()
			schedule := p.NewSchedule(p.Token, nil)
			config := p.Config("%s", variableConfig(p.Path, schedule, `value = "x"`))
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				AdditionalCLIOptions:     &resource.AdditionalCLIOptions{Plan: resource.PlanOptions{NoRefresh: true}},
				CheckDestroy:             p.CheckRequests(map[string]int{"DELETE .*/variables/TARGET": 1}),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig: func() {
							p.Object(http.MethodDelete, p.URL(path, schedule), nil)
							p.ForgetRequests()
						},
						Config: config, Destroy: true,
					},
				},
			})
		})
	}
}

// A maintainer reads and deletes the variables of someone else's schedule, but
// can't set them.
func TestVariableOfSomeoneElsesSchedule(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	owner, maintainer := p.NewMember(acctest.Developer), p.NewMember(acctest.Maintainer)
	schedule := p.NewSchedule(owner.Token, nil)
	p.As(owner.Token).Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", schedule), map[string]any{"key": "TARGET", "value": "theirs"})
	id := fmt.Sprintf("%d:%d:TARGET", p.ID, schedule)
	config := func(settings string) string {
		return p.Provider(maintainer.Token) + variableConfig(fmt.Sprint(p.ID), schedule, settings)
	}
	refused := regexp.MustCompile(`(?s)` + regexp.QuoteMeta(id) + `.*403\s+Forbidden.*belongs\s+to\s+` + owner.Username + `.*take_ownership`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			if v := serverVariable(p, schedule); v != nil {
				return fmt.Errorf("a maintainer may delete, but there still is %v", v)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:      strings.Replace(config(`value = "ours"`), `"TARGET"`, `"OTHER"`, 1),
				ExpectError: regexp.MustCompile(`(?s)403\s+Forbidden.*belongs\s+to\s+` + owner.Username + `.*take_ownership`),
			},
			{
				Config: config(""), ResourceName: variableAddress, ImportState: true, ImportStateId: id, ImportStatePersist: true,
				ImportStateCheck: func(states []*terraform.InstanceState) error {
					if len(states) != 1 || states[0].Attributes["value"] != "theirs" {
						return fmt.Errorf("imported: %v", states)
					}
					return nil
				},
			},
			{Config: config(`value = "ours"`), ExpectError: refused},
			{
				Config: config(""), ConfigPlanChecks: inPlan(plancheck.ExpectEmptyPlan()), Check: checkVariable(p, schedule, "theirs", "env_var"),
			},
		},
	})
}

// What isn't shown is unknown, not gone.
func TestVariableThatMayNotBeReadKeepsItsState(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	developer := p.NewMember(acctest.Developer)
	schedule := p.NewSchedule(p.Token, nil)
	config := variableConfig(p.Path, schedule, `value = "x"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: p.Config("%s", config)},
			{
				Config: p.Provider(developer.Token) + config, ConfigPlanChecks: inPlan(plancheck.ExpectEmptyPlan()),
				Check: resource.TestCheckResourceAttr(variableAddress, "value", "x"),
			},
			{
				Config: p.Provider(developer.Token) + config, ResourceName: variableAddress, ImportState: true,
				ExpectError: regexp.MustCompile(`(?s)can't\s+be\s+read.*owner\s+and\s+to\s+maintainers`),
			},
			{Config: p.Config("%s", config), ConfigPlanChecks: inPlan(plancheck.ExpectEmptyPlan())},
		},
	})

	// Terraform's tests don't see warnings, the protocol does.
	server := p.As(developer.Token).Protocol()
	read := server.Read("cicd_gitlab_pipeline_schedule_variable", map[string]any{
		"id": "any", "project": p.Path, "project_id": p.ID, "pipeline_schedule_id": schedule, "key": "TARGET", "value": "x", "variable_type": "env_var",
	})
	if said := acctest.Said(read); !strings.Contains(said, "WARNING: Variables of pipeline schedule variable (any) can't be read") {
		t.Errorf("the warning is missing: %s", said)
	}
}

func TestVariableStaysWhenItsProjectIsSpelledAnotherWay(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	other := p.NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	config := func(project string) string { return p.Config("%s", variableConfig(project, schedule, `value = "x"`)) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config(fmt.Sprint(p.ID))},
			{
				PreConfig:        p.ForgetRequests,
				Config:           config(strings.ToUpper(p.Path)),
				ConfigPlanChecks: inPlan(planned(variableAddress, plancheck.ResourceActionUpdate)),
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}),
					resource.TestCheckResourceAttr(variableAddress, "id", fmt.Sprintf("%s:%d:TARGET", strings.ToUpper(p.Path), schedule)),
				),
			},
			{
				Config: config("no/such"), ExpectError: regexp.MustCompile(`(?s)Cannot\s+tell\s+whether\s+this\s+is\s+the\s+same\s+project`),
			},
			{
				Config: config(other.Path), PlanOnly: true, ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPreRefresh: []plancheck.PlanCheck{planned(variableAddress, plancheck.ResourceActionReplace)},
				},
			},
		},
	})
}

func TestVariableWithoutAValueOnTheServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	config := p.Config("%s", variableConfig(p.Path, schedule, `value = "x"`))
	lose := func() {
		if err := p.Sandbox.GitLab().NullVariableValue(int(schedule), "TARGET"); err != nil {
			t.Fatal(err)
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: lose, Config: config,
				ConfigPlanChecks: inPlan(planned(variableAddress, plancheck.ResourceActionUpdate)), Check: checkVariable(p, schedule, "x", "env_var"),
			},
			{
				PreConfig: lose, Config: p.Config("%s", variableConfig(p.Path, schedule, "")), ConfigPlanChecks: inPlan(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(variableAddress, tfjsonpath.New("value"), knownvalue.Null())},
			},
		},
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// respelled expects an update in place that changes the schedule's id for
// another spelling of the project.
func respelled(project string, id func() any) resource.ConfigPlanChecks {
	return inPlan(planned(address, plancheck.ResourceActionUpdate),
		plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), spelledID{project, id}))
}

// spelledID is a schedule's id whose number is known only once it exists.
type spelledID struct {
	project string
	id      func() any
}

func (s spelledID) String() string { return fmt.Sprintf("%s:%v", s.project, s.id()) }

func (s spelledID) CheckValue(value any) error {
	if value != s.String() {
		return fmt.Errorf("the id is %v, want %s", value, s)
	}
	return nil
}

func TestScheduleStaysWhenItsProjectIsSpelledAnotherWay(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	first := p.Path
	id := func() any { return p.Schedule()["id"] }
	other := p.Object(http.MethodPost, "groups", map[string]any{"name": first + " two", "path": strings.ReplaceAll(first, "/", "-") + "-2"})
	t.Cleanup(func() { p.Call(http.MethodDelete, fmt.Sprintf("groups/%v", other["id"]), nil) })
	rename := func() { p.Object(http.MethodPut, fmt.Sprintf("projects/%d", p.ID), map[string]any{"path": "renamed"}) }
	transfer := func() {
		p.Object(http.MethodPut, fmt.Sprintf("projects/%d/transfer", p.ID), map[string]any{"namespace": other["id"]})
	}
	renamed := strings.TrimSuffix(first, "/app") + "/renamed"

	respelling := func(project string, lookUps int, before func()) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				if before != nil {
					before()
				}
				p.ForgetRequests()
			},
			Config: p.Config("%s", schedule(project)), ConfigPlanChecks: respelled(project, id),
			// A plan and an apply look the project up once each; what follows
			// a redirect are two requests.
			Check: p.CheckRequests(map[string]int{"GET projects/[^/]+/(?i:app|renamed)": lookUps, "DELETE .*": 0, "POST .*": 0, "PUT .*": 0}),
		}
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(first))},
		respelling(fmt.Sprint(p.ID), 0, nil),
		respelling(strings.ToUpper(first), 2, nil),
		// The path in the configuration is an old one now, and stays.
		resource.TestStep{
			PreConfig: func() { rename(); p.ForgetRequests() },
			Config:    p.Config("%s", schedule(strings.ToUpper(first), "active = false")), ConfigPlanChecks: updated,
			Check: resource.ComposeAggregateTestCheckFunc(
				p.CheckRequests(map[string]int{"GET projects/[^/]+/(?i:app|renamed)": 0, "PUT .*": 1}), onServer(p, map[string]any{"active": false}),
			),
		},
		resource.TestStep{Config: p.Config("%s", schedule(strings.ToUpper(first)))},
		respelling(renamed, 2, nil),
		respelling(first, 2, transfer),
	)
	if left := p.Schedules(); len(left) > 0 {
		t.Errorf("not deleted by an old path: %v", left)
	}
}

func TestScheduleIsCreatedInAProjectByItsOldPath(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	p.Object(http.MethodPut, fmt.Sprintf("projects/%d", p.ID), map[string]any{"path": "renamed"})
	steps(t, resource.TestStep{
		Config: p.Config("%s", schedule(p.Path)),
		Check:  resource.TestCheckResourceAttr(address, "project_id", fmt.Sprint(p.ID)),
	})
}

func TestScheduleInAnotherProjectReplacesIt(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	q := p.NewProject()
	moved := func(config string) resource.TestStep {
		return resource.TestStep{
			Config: config, ConfigPlanChecks: inPlan(planned(address, plancheck.ResourceActionReplace)),
		}
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
		moved(p.Config("%s", schedule(q.Path))),
		moved(p.Config("%s", schedule(fmt.Sprint(p.ID)))),
	)
}

func TestScheduleSurvivesAProjectThatCannotBeFound(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	before := p.Config("%s", schedule(p.Path))
	steps(t,
		resource.TestStep{Config: before},
		resource.TestStep{
			Config:      p.Config("%s", schedule(p.Path+"-2")),
			ExpectError: saying("Cannot tell whether this is the same project", "project = ", "404 Project Not Found", fmt.Sprintf("the numeric id %d", p.ID)),
		},
		resource.TestStep{Config: before, ConfigPlanChecks: unchanged},
	)
}

func TestProjectThatIsKnownOnlyAfterApplyIsAWarning(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, nil)
	addVariable(p, "A", "1")
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	for typeName, state := range map[string]map[string]any{scheduleType: stateOf(p, id), variableType: variableStateOf(p, id)} {
		proposed := with(state, "project", unknown)
		diagnostics := p.Protocol().Plan(typeName, state, configOf(proposed), proposed)
		said := acctest.Said(diagnostics)
		if len(diagnostics) != 1 || !strings.HasPrefix(said, "WARNING: The project is known only after apply") || !strings.Contains(said, "-replace") {
			t.Errorf("%s: %q", typeName, said)
		}
	}
}

// variableStateOf is the state of a variable A of a schedule on the server.
func variableStateOf(p *acctest.Project, schedule int64) map[string]any {
	return map[string]any{
		"id": fmt.Sprintf("%d:%d:A", p.ID, schedule), "project": fmt.Sprint(p.ID), "project_id": p.ID, "pipeline_schedule_id": schedule,
		"key": "A", "value": "1", "variable_type": "env_var",
	}
}

// A moved object's state lacks what only a refresh brings, and there may be
// none before the plan.
func TestProjectIsFoundOutForAStateThatWasNotRefreshed(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, nil)
	addVariable(p, "A", "1")
	for typeName, full := range map[string]map[string]any{scheduleType: stateOf(p, id), variableType: variableStateOf(p, id)} {
		for _, from := range []string{fmt.Sprint(p.ID), p.Path} {
			for _, to := range []string{fmt.Sprint(p.ID), p.Path, strings.ToUpper(p.Path)} {
				state := with(with(full, "project", from), "project_id", nil)
				proposed := with(state, "project", to)
				updated := p.Protocol().Update(typeName, state, configOf(proposed), proposed)
				var found *big.Float
				if err := updated["project_id"].As(&found); err != nil || found.Cmp(new(big.Float).SetInt64(p.ID)) != 0 {
					t.Errorf("%s, %s to %s: project_id is %v, %v", typeName, from, to, found, err)
				}
				if got := acctest.Text(updated["project"]); got != to {
					t.Errorf("%s, %s to %s: project is %s", typeName, from, to, got)
				}
			}
		}
	}
	p.Protocol().Succeeds(p.Protocol().Destroy(variableType, with(with(variableStateOf(p, id), "project", p.Path), "project_id", nil)))
	if left := variables(p); len(left) > 0 {
		t.Errorf("not deleted: %v", left)
	}
	p.Protocol().Succeeds(p.Protocol().Destroy(scheduleType, with(with(stateOf(p, id), "project", p.Path), "project_id", nil)))
	if left := p.Schedules(); len(left) > 0 {
		t.Errorf("not deleted: %v", left)
	}
}

func TestScheduleStaysWhileItsProjectIsKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	computed := fmt.Sprintf("resource \"terraform_data\" \"project\" {\n  input = %q\n}\n", strings.ToUpper(p.Path))
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
		resource.TestStep{
			PreConfig: p.ForgetRequests,
			Config:    p.Config("%s", computed+schedule("", "project = terraform_data.project.output")), ConfigPlanChecks: updated,
			Check: p.CheckRequests(map[string]int{"DELETE .*": 0, "POST .*": 0, "PUT .*": 0}),
		},
	)
}

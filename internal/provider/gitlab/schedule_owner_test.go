// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

var ownerChanges = plancheck.ExpectUnknownValue(address, tfjsonpath.New("owner"))

func TestScheduleOfSomeoneElseIsTakenOverOnlyWhenAskedTo(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	owner, me := p.NewMember(acctest.Developer), p.NewMember(acctest.Maintainer)
	id := p.NewSchedule(owner.Token, map[string]any{"description": "Build packages"})
	config := func(settings ...string) string { return p.Provider(me.Token) + schedule(p.Path, settings...) }
	changed := `description = "Build all packages"`
	steps(t,
		resource.TestStep{Config: importOf(p.Path, id) + config(), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config(changed), ExpectError: saying("403 Forbidden", "belongs to "+owner.Username, "take_ownership = true")},
		resource.TestStep{
			Config: config(), ConfigPlanChecks: unchanged,
			Check: onServer(p, map[string]any{"description": "Build packages"}),
		},
		resource.TestStep{
			PreConfig:        p.ForgetRequests,
			Config:           config(changed, "take_ownership = true"),
			ConfigPlanChecks: inPlan(planned(address, plancheck.ResourceActionUpdate), ownerChanges),
			Check: resource.ComposeAggregateTestCheckFunc(
				p.CheckRequests(map[string]int{"POST .*/take_ownership": 1, "PUT .*": 1, "POST .*": 1}),
				onServer(p, map[string]any{"description": "Build all packages"}),
				resource.TestCheckResourceAttr(address, "owner.username", me.Username),
				resource.TestCheckResourceAttr(address, "owner.id", fmt.Sprint(me.ID)),
			),
		},
	)
}

func TestScheduleOwnershipCostsOneLookUpARun(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Sandbox.GitLab().LegacyTakeOwnership(true)
	owner, me := p.NewMember(acctest.Developer), p.NewMember(acctest.Maintainer)
	imports := ""
	for i := range 2 {
		id := p.NewSchedule(owner.Token, map[string]any{"description": "Build packages"})
		imports += strings.Replace(importOf(p.Path, id), address, fmt.Sprintf("%s[%d]", address, i), 1)
	}
	config := p.Provider(me.Token) + schedule(p.Path, "count = 2", "take_ownership = true")
	steps(t,
		resource.TestStep{
			PreConfig: p.ForgetRequests,
			Config:    imports + config,
			// Once in the run that plans, and once in the one that applies.
			Check: p.CheckRequests(map[string]int{"GET user": 2, "POST .*/take_ownership": 2, "POST .*": 2, "PUT .*": 0}),
		},
		// The owner is not asked to take over: an older server would refuse.
		resource.TestStep{
			PreConfig: p.ForgetRequests,
			Config:    strings.Replace(config, "0 1 * * 5", "0 2 * * *", 1),
			Check:     p.CheckRequests(map[string]int{"GET user": 2, "POST .*": 0, "PUT .*": 2}),
		},
	)
}

func TestScheduleOwnerThatChangesElsewhere(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	other := p.NewMember(acctest.Maintainer)
	takenOver := func() {
		p.As(other.Token).Call(http.MethodPost, p.URL("pipeline_schedules/%v/take_ownership", p.Schedule()["id"]), nil)
	}
	username := func(name string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr(address, "owner.username", name)
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path)), Check: username("root")},
		resource.TestStep{PreConfig: takenOver, Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: unchanged, Check: username(other.Username)},
		resource.TestStep{
			Config:           p.Config("%s", schedule(p.Path, "take_ownership = true")),
			ConfigPlanChecks: inPlan(ownerChanges), Check: username("root"),
		},
		resource.TestStep{
			PreConfig: takenOver, Config: p.Config("%s", schedule(p.Path, "take_ownership = true")),
			ConfigPlanChecks: inPlan(ownerChanges), Check: username("root"),
		},
	)
}

// Until apply nobody knows whether the owner will be another one.
func TestScheduleOwnershipThatIsKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	for wanted, owner := range map[string]string{"true": "root", "false": ""} {
		t.Run(wanted, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewGitLab(t).NewProject()
			other := p.NewMember(acctest.Maintainer)
			if owner == "" {
				owner = other.Username
			}
			late := fmt.Sprintf("resource \"terraform_data\" \"late\" {\n  input = %s\n}\n", wanted)
			steps(t,
				resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
				resource.TestStep{
					PreConfig: func() {
						p.As(other.Token).Object(http.MethodPost, p.URL("pipeline_schedules/%v/take_ownership", p.Schedule()["id"]), nil)
					},
					Config:           p.Config("%s", late+schedule(p.Path, "take_ownership = terraform_data.late.output")),
					ConfigPlanChecks: inPlan(ownerChanges), Check: resource.TestCheckResourceAttr(address, "owner.username", owner),
				},
			)
		})
	}
}

func TestScheduleWithoutAnOwner(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	owner := p.NewMember(acctest.Maintainer)
	nobody := resource.TestCheckNoResourceAttr(address, "owner.username")
	steps(t,
		resource.TestStep{Config: p.Provider(owner.Token) + schedule(p.Path)},
		resource.TestStep{
			PreConfig: func() { p.Call(http.MethodDelete, fmt.Sprintf("users/%d?hard_delete=true", owner.ID), nil) },
			Config:    p.Config("%s", schedule(p.Path)), ConfigPlanChecks: unchanged, Check: nobody,
		},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, "active = false")), ConfigPlanChecks: updated, Check: nobody},
		resource.TestStep{
			Config:           p.Config("%s", schedule(p.Path, "take_ownership = true")),
			ConfigPlanChecks: inPlan(ownerChanges), Check: resource.TestCheckResourceAttr(address, "owner.username", "root"),
		},
	)
}

// Who may do neither is told which role either needs.
func TestScheduleOfSomeoneElseIsBeyondADeveloper(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	me := p.NewMember(acctest.Developer)
	id := p.NewSchedule(p.Token, map[string]any{"description": "Build packages"})
	mine := p.Provider(me.Token) + schedule(p.Path)
	steps(t,
		resource.TestStep{Config: importOf(p.Path, id) + mine, ConfigPlanChecks: unchanged},
		resource.TestStep{
			Config:      p.Provider(me.Token) + schedule(p.Path, "take_ownership = true"),
			ExpectError: saying("Cannot take ownership of", "403 Forbidden", "needs the maintainer role"),
		},
		resource.TestStep{Config: mine, Destroy: true, ExpectError: saying("Cannot delete", "403 Forbidden", "Deleting needs the maintainer role")},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: unchanged},
	)
}

func TestScheduleTakenOverStaysSoWhenTheUpdateFails(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	owner, me := p.NewMember(acctest.Developer), p.NewMember(acctest.Maintainer)
	id := p.NewSchedule(owner.Token, map[string]any{"description": "Build packages"})
	config := p.Provider(me.Token) + schedule(p.Path, "take_ownership = true", "active = false")
	steps(t,
		resource.TestStep{
			PreConfig:   func() { failing(t, p, faults.Rule{Method: http.MethodPut, Fault: faults.Status}) },
			Config:      importOf(p.Path, id) + config,
			ExpectError: saying("Cannot update pipeline schedule", "500 Internal Server Error"),
		},
		// The state knows the new owner even unrefreshed.
		resource.TestStep{
			PreConfig: p.Sandbox.Faults().Clear, Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(address, tfjsonpath.New("owner").AtMapKey("username"), knownvalue.StringExact(me.Username)),
			}},
		},
	)
}

// Whether one wants to own a schedule is nowhere on the server, so an import
// can't bring it.
func TestScheduleImportedByItsOwnerPlansEmptyWhenOwnershipIsWanted(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, map[string]any{"description": "Build packages"})
	config := schedule(p.Path, "take_ownership = true")
	steps(t,
		resource.TestStep{Config: p.Config("%s", importOf(p.Path, id)+config), ConfigPlanChecks: unchanged},
		resource.TestStep{
			Config:           p.Config("%s", schedule(p.Path, "take_ownership = true", "active = false")),
			ConfigPlanChecks: updated, Check: resource.TestCheckResourceAttr(address, "take_ownership", "true"),
		},
	)
}

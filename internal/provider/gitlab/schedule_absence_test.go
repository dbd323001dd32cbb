// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// deleteAll deletes the project's schedules behind Terraform's back.
func deleteAll(p *acctest.Project) func() {
	return func() {
		for _, s := range p.Schedules() {
			p.Call(http.MethodDelete, p.URL("pipeline_schedules/%v", s["id"]), nil)
		}
	}
}

func TestScheduleDeletedElsewhereIsMadeAnew(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, variableA))},
		resource.TestStep{
			PreConfig: deleteAll(p), Config: p.Config("%s", schedule(p.Path, variableA)),
			ConfigPlanChecks: inPlan(planned(address, plancheck.ResourceActionCreate)), Check: checkVariables(p, map[string]any{"A": "1"}),
		},
	)
}

func TestScheduleThatIsGoneIsDestroyedWithoutComplaint(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
		resource.TestStep{
			// The deletion does its work but its answer is lost, so it is repeated.
			PreConfig: func() { failing(t, p, faults.Rule{Method: http.MethodDelete, Nth: 1, Fault: faults.ResetAfter}) },
			Config:    p.Provider(p.Token, "max_retries = 1") + schedule(p.Path), Destroy: true,
			Check: p.CheckRequests(map[string]int{"DELETE .*": 2}),
		},
	)
}

// misreadings are answers to a read that say nothing about the schedule.
var misreadings = map[string]faults.Rule{
	"401 Unauthorized":          {Fault: faults.Status, Status: http.StatusUnauthorized},
	"403 Forbidden":             {Fault: faults.Status, Status: http.StatusForbidden},
	"404 Not Found":             {Fault: faults.Status, Status: http.StatusNotFound},
	"404 Project Not Found":     {Fault: faults.Status, Status: http.StatusNotFound, Body: `{"message":"404 Project Not Found"}`},
	"500 Internal Server Error": {Fault: faults.Status},
	`HTML page titled "Sign`:    {Fault: faults.HTML},
	"The connection broke":      {Fault: faults.Truncate},
	"redirect to":               {Fault: faults.Redirect, Headers: map[string]string{"Location": "https://elsewhere.example.com/sign_in"}},
	"an empty body":             {Fault: faults.Status, Status: http.StatusOK, Body: " "},
	"200 OK: not the JSON":      {Fault: faults.Status, Status: http.StatusOK, Body: `{}`},
	"not the object that was":   {Fault: faults.Status, Status: http.StatusOK, Body: `{"status":"maintenance"}`},
}

func TestScheduleThatCannotBeReadIsKept(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	config := p.Config("%s", schedule(p.Path))
	all := []resource.TestStep{{Config: config}}
	for said, fault := range misreadings {
		fault.Method, fault.Path = http.MethodGet, `/pipeline_schedules(/\d+)?$`
		all = append(all, resource.TestStep{
			PreConfig: func() { p.Sandbox.Faults().Clear(); failing(t, p, fault) },
			Config:    config, PlanOnly: true, ExpectError: saying("Cannot read pipeline schedule", said),
		})
	}
	all = append(all, resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: config, PlanOnly: true})
	steps(t, all...)
}

func TestScheduleIsKeptWhenTheUserMayNoLongerSeeIt(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	me := p.NewMember(acctest.Maintainer)
	config := p.Provider(me.Token) + schedule(p.Path)
	demote := func(role int) func() {
		return func() {
			p.Object(http.MethodPut, p.URL("members/%d", me.ID), map[string]any{"access_level": role})
		}
	}
	steps(t,
		resource.TestStep{
			PreConfig: func() {
				p.Object(http.MethodPut, fmt.Sprintf("projects/%d", p.ID), map[string]any{"public_jobs": false})
			},
			Config: config,
		},
		// GitLab gives a guest the 404 of a schedule that doesn't exist.
		resource.TestStep{PreConfig: demote(acctest.Guest), Config: config, PlanOnly: true, ExpectError: saying("403 Forbidden", "belongs to "+me.Username)},
		resource.TestStep{
			PreConfig: func() { p.Call(http.MethodDelete, p.URL("members/%d", me.ID), nil) },
			Config:    config, PlanOnly: true, ExpectError: saying("404 Project Not Found", "Nothing was taken out of the state", "terraform state rm"),
		},
		resource.TestStep{
			Config: config, Destroy: true, ExpectError: saying("404 Project Not Found", "Nothing was taken out of the state"),
		},
		resource.TestStep{
			PreConfig: func() {
				p.Object(http.MethodPost, p.URL("members"), map[string]any{"user_id": me.ID, "access_level": acctest.Maintainer})
			},
			Config: config, PlanOnly: true,
		},
	)
}

func TestScheduleWhoseCreationRunsOutOfTimeMayExist(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/pipeline_schedules$", Fault: faults.Delay, Delay: 1500 * time.Millisecond})
	steps(t, resource.TestStep{
		Config: p.Config("%s", schedule(p.Path, `timeouts = { create = "1s" }`)),
		ExpectError: saying("did not answer in time", "may nevertheless have done what it was asked", "Look at the project's pipeline schedules",
			"terraform import <address> "+p.Path+":<schedule id>"),
	})
}

// Something in front of GitLab answers a write with 200 and JSON of its own.
func TestScheduleStaysAsItWasWhenAWriteIsNotAnsweredByGitLab(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	before, after := p.Config("%s", schedule(p.Path, variableA)), p.Config("%s", schedule(p.Path, variablesAB, "active = false"))
	standIn := func(method, path string) func() {
		return func() {
			p.Sandbox.Faults().Clear()
			failing(t, p, faults.Rule{Method: method, Path: path, Fault: faults.Status, Status: http.StatusOK, Body: `{"ok":true}`})
		}
	}
	said := saying("not the object that was asked for", "may nevertheless have done what it was asked")
	kept := resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: before, PlanOnly: true}
	steps(t,
		resource.TestStep{Config: before},
		resource.TestStep{PreConfig: standIn(http.MethodPut, `/pipeline_schedules/\d+$`), Config: after, ExpectError: said},
		kept,
		resource.TestStep{PreConfig: standIn(http.MethodPost, "/variables$"), Config: p.Config("%s", schedule(p.Path, variablesAB)), ExpectError: said},
		kept,
		resource.TestStep{PreConfig: standIn(http.MethodDelete, ""), Config: before, Destroy: true, ExpectError: said},
		// OpenTofu before 1.11 forgets there what of it is sensitive, until it refreshes.
		resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, RefreshState: true},
	)
}

// onlyOneCreated expects one creation, and nothing else to be done.
type onlyOneCreated struct{}

func (onlyOneCreated) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	var created, others int
	for _, change := range req.Plan.ResourceChanges {
		switch {
		case change.Change.Actions.Create():
			created++
		case !change.Change.Actions.NoOp():
			others++
		}
	}
	if created != 1 || others != 0 {
		resp.Error = fmt.Errorf("%d creations and %d other changes", created, others)
	}
}

func TestSchedulesWithEqualAttributesStayApart(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	twice := p.Config("%s", schedule(p.Path, "count = 2"))
	steps(t,
		resource.TestStep{Config: twice},
		resource.TestStep{
			PreConfig: func() {
				p.Call(http.MethodDelete, p.URL("pipeline_schedules/%v", p.Schedules()[0]["id"]), nil)
			},
			Config: twice, ConfigPlanChecks: inPlan(onlyOneCreated{}),
		},
	)
}

func TestScheduleOfAnUnusualServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	steps(t,
		resource.TestStep{
			PreConfig: func() { p.Sandbox.GitLab().AddUnknownFields(true) },
			Config:    p.Config("%s", schedule(p.Path, variableA)),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := p.Sandbox.GitLab().StripNextRunAt(int(acctest.Number(p.Schedule()["id"]))); err != nil {
					t.Error(err)
				}
			},
			Config: p.Config("%s", schedule(p.Path, variableA)), PlanOnly: true,
		},
	)
}

func TestScheduleErrorsAreSentences(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	bodies := map[string]faults.Rule{
		"cron syntax is invalid; description is too long, and dull.": {Status: http.StatusBadRequest, Body: `{"message":{"cron":["syntax is invalid"],"description":["is too long","and dull"]}}`},
		"400 Bad Request: ref is empty.":                             {Status: http.StatusBadRequest, Body: `{"error":"ref is empty"}`},
		"429 Too Many Requests: Retry later.":                        {Status: http.StatusTooManyRequests, Body: "Retry later\n"},
		"Plan again: variables are read first":                       {Path: "/variables$", Status: http.StatusBadRequest, Body: `{"message":{"key":["has already been taken"]}}`},
	}
	var all []resource.TestStep
	for said, fault := range bodies {
		fault.Method, fault.Fault = http.MethodPost, faults.Status
		all = append(all, resource.TestStep{
			PreConfig: func() { p.Sandbox.Faults().Clear(); failing(t, p, fault) },
			Config:    p.Config("%s", schedule(p.Path, variableA)), ExpectError: saying("Cannot create pipeline schedule", said),
		})
	}
	steps(t, all...)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// A refresh reads the project's list, and by themselves only the schedules
// that have variables, each once.
func TestManySchedulesAreReadFromTheirList(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Object(http.MethodPut, "application/plan_limits", map[string]any{"plan_name": "default", "ci_pipeline_schedules": 0})
	var reads []acctest.InState
	for n := range 120 {
		id := p.NewSchedule(p.Token, nil)
		state := stateOf(p, id)
		if n != 7 {
			delete(state, "variables")
		}
		reads = append(reads, acctest.InState{TypeName: scheduleType, Attributes: state})
		if n < 10 {
			for _, key := range []string{"A", "B", "C"} {
				p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": key, "value": "1"})
			}
		}
		if n < 3 {
			for _, key := range []string{"A", "B", "C"} {
				reads = append(reads, acctest.InState{TypeName: "cicd_gitlab_pipeline_schedule_variable", Attributes: map[string]any{
					"id": fmt.Sprintf("%d:%d:%s", p.ID, id, key), "project": fmt.Sprint(p.ID), "project_id": p.ID, "pipeline_schedule_id": id, "key": key, "value": "1", "variable_type": "env_var",
				}})
			}
		}
	}
	server := p.Protocol()
	p.ForgetRequests()
	server.ReadAll(reads)
	// Who is alone in waiting for a page that doesn't hold its schedule asks for
	// that itself.
	if n := len(p.Requests()); n < 6 || n > 6+acctest.Parallelism {
		t.Errorf("%d requests: %q", n, p.Requests())
	}
	if err := p.CheckRequests(map[string]int{"GET projects/1/pipeline_schedules": 2})(nil); err != nil {
		t.Error(err)
	}
}

// Each creation, change and deletion is one request.
func TestWritesTakeOneRequestEach(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	config := func(value string) string {
		return p.Config(`
resource "cicd_gitlab_pipeline_schedule" "these" {
  count       = 3
  project     = %[1]q
  description = "Number ${count.index}"
  ref         = "main"
  cron        = "${count.index} 1 * * *"
  variables   = count.index == 2 ? { A = { value = "1" }, B = { value = %[2]q } } : null
}

resource "cicd_gitlab_pipeline_schedule_variable" "these" {
  count                = 4
  project              = %[1]q
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.these[count.index %% 2].pipeline_schedule_id
  key                  = "KEY_${count.index}"
  value                = %[2]q
}
`, p.Path, value)
	}
	const (
		collection = "projects/1/pipeline_schedules"
		item       = collection + `/\d+`
	)
	p.ForgetRequests()
	steps(t,
		resource.TestStep{Config: config("x"), Check: p.CheckRequests(map[string]int{
			"POST " + collection: 3, "POST " + item + "/variables": 6, "GET projects/" + p.Path: 1, ".*": 10,
		})},
		resource.TestStep{
			PreConfig: func() {
				p.Object(http.MethodPut, p.URL("pipeline_schedules/1"), map[string]any{"cron": "5 5 5 5 *"})
				p.ForgetRequests()
			},
			Config: config("y"), Check: p.CheckRequests(map[string]int{
				"PUT " + item: 1, "PUT " + item + "/variables/(KEY_.|B)": 5, "(POST|DELETE) .*": 0,
			}),
		},
	)
	if err := p.CheckRequests(map[string]int{"DELETE " + item: 3, "DELETE " + item + "/variables/KEY_.": 4})(nil); err != nil {
		t.Error(err)
	}
}

// What can't be listed is read one by one.
func TestSchedulesAreReadThoughTheirListFails(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	config := p.Config(`
resource "cicd_gitlab_pipeline_schedule" "these" {
  count       = 3
  project     = %q
  description = "Number ${count.index}"
  ref         = "main"
  cron        = "0 1 * * *"
}
`, p.Path)
	failList := func(fault faults.Rule) func() {
		return func() {
			p.Sandbox.Faults().Clear()
			fault.Method, fault.Path = http.MethodGet, "/pipeline_schedules$"
			failing(t, p, fault)
			p.ForgetRequests()
		}
	}
	all := []resource.TestStep{{Config: config}}
	for _, fault := range []faults.Rule{
		{Fault: faults.HTML}, {Fault: faults.Truncate}, {Fault: faults.Status, Status: http.StatusNotImplemented}, {Fault: faults.Status, Status: http.StatusOK, Body: `[{}]`},
	} {
		all = append(all, resource.TestStep{PreConfig: failList(fault), RefreshState: true, Check: p.CheckRequests(map[string]int{
			`GET projects/1/pipeline_schedules/\d+`: 3,
		})})
	}
	all = append(all, resource.TestStep{
		PreConfig: func() {
			failList(faults.Rule{Fault: faults.HTML})()
			p.Call(http.MethodDelete, p.URL("pipeline_schedules/1"), nil)
		},
		// Without a list there is no proof that it is gone.
		Config: config, PlanOnly: true, ExpectError: saying("Cannot read pipeline schedule", fmt.Sprintf("%s:", p.Path)),
	}, resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: config})
	steps(t, all...)
}

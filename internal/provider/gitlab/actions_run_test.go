// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// actionSteps are steps with actions, which older versions can't read.
func actionSteps(t *testing.T, all ...resource.TestStep) {
	t.Helper()
	acctest.Needs(t, acctest.Actions)
	steps(t, all...)
}

// triggering is a schedule that plays itself when it is created or changed.
const triggering = `
resource "cicd_gitlab_pipeline_schedule" "this" {
  project     = %[1]q
  description = "Build packages"
  ref         = "main"
  cron        = %[2]q
  variables   = { CICD_SANDBOX_RESULT = { value = %[3]q } }
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cicd_gitlab_pipeline_schedule_play.now]
    }
  }
}
action "cicd_gitlab_pipeline_schedule_play" "now" {
  config {
    project              = %[1]q
    pipeline_schedule_id = cicd_gitlab_pipeline_schedule.this.pipeline_schedule_id
    wait                 = true
  }
}
`

func TestActionRunsWithAResource(t *testing.T) {
	p := acctest.SandboxGitLab(t).NewProject()
	p.TimePasses(time.Second)
	play := "POST projects/" + fmt.Sprint(p.ID) + "/pipeline_schedules/1/play"
	actionSteps(t,
		resource.TestStep{
			Config: p.Config(triggering, p.Path, "0 1 * * 5", "success"),
			Check:  p.CheckRequests(map[string]int{play: 1}),
		},
		resource.TestStep{
			Config: p.Config(triggering, p.Path, "0 1 * * 5", "success"),
			Check:  p.CheckRequests(map[string]int{play: 0}),
		},
		// What the action says of the failure is the run's error.
		resource.TestStep{
			Config:      p.Config(triggering, p.Path, "0 2 * * 5", "failed"),
			ExpectError: saying("Pipeline 2 failed", "ended with the status failed"),
		},
		resource.TestStep{Config: p.Config(triggering, p.Path, "0 2 * * 5", "failed"), ConfigPlanChecks: unchanged},
	)
}

// A wrong configuration is told at plan, before anything happens.
func TestActionFailsAtPlan(t *testing.T) {
	p := acctest.SandboxGitLab(t).NewProject()
	action := `
resource "terraform_data" "this" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.cicd_gitlab_pipeline_create.now]
    }
  }
}
action "cicd_gitlab_pipeline_create" "now" {
  config {
    project = "group/project"
    ref     = %q
  }
}
`
	t.Setenv("GITLAB_TOKEN", "")
	actionSteps(t,
		resource.TestStep{Config: p.Config(action, "no ref"), PlanOnly: true, ExpectError: saying("Not the name of a branch or tag")},
		resource.TestStep{Config: fmt.Sprintf(`provider "cicd" {}`+action, "main"), PlanOnly: true, ExpectError: saying("GitLab is not configured")},
	)
	if requests := p.Requests(); len(requests) > 0 {
		t.Errorf("requests %q", requests)
	}
}

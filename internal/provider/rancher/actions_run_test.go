// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

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

// triggering is a pipeline that runs when it is created or changed.
func triggering(p *acctest.RancherProject, script string) string {
	return p.Config(`
resource "cicd_rancher_pipeline" "this" {
  project_id   = %q
  display_name = "app"
  stages = [{
    name  = "all"
    steps = [
      { type = "sourcecode", source_code = { repository = "https://git.example.com/app.git" } },
      { type = "runascript", run_script = { image = "busybox", shell_script = %q } },
    ]
  }]
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cicd_rancher_pipeline_run.now]
    }
  }
}
action "cicd_rancher_pipeline_run" "now" {
  config {
    pipeline_id = cicd_rancher_pipeline.this.id
    wait        = true
  }
}
`, p.ID, script)
}

func TestActionRunsWithAResource(t *testing.T) {
	i := newInvoker(t)
	i.pass(time.Minute)
	runs := "POST pipelines/.*"
	actionSteps(t,
		resource.TestStep{Config: triggering(i.RancherProject, "make"), Check: i.CheckRequests(map[string]int{runs: 1})},
		resource.TestStep{Config: triggering(i.RancherProject, "make"), Check: i.CheckRequests(map[string]int{runs: 0})},
		// What the action says of the failure is the run's error.
		resource.TestStep{Config: triggering(i.RancherProject, "exit 1"), ExpectError: saying("failed", "stage 1 of 1", "step 2 of 2")},
		resource.TestStep{Config: triggering(i.RancherProject, "exit 1"), ConfigPlanChecks: unchanged},
	)
}

// A wrong configuration is told at plan, before anything happens.
func TestActionFailsAtPlan(t *testing.T) {
	action := `
resource "terraform_data" "this" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.cicd_rancher_pipeline_history_stop.now]
    }
  }
}
action "cicd_rancher_pipeline_history_stop" "now" {
  config {
    history_id = %q
  }
}
`
	i := newInvoker(t)
	t.Setenv("RANCHER_TOKEN_KEY", "")
	actionSteps(t,
		resource.TestStep{Config: i.Config(action, "app-1"), PlanOnly: true, ExpectError: saying("must be the id of a pipeline history")},
		resource.TestStep{Config: fmt.Sprintf(`provider "cicd" {}`+action, "p-a:p-b-1"), PlanOnly: true, ExpectError: saying("Rancher is not configured")},
	)
	if len(i.requests) > 0 {
		t.Errorf("requests %q", i.requests)
	}
}

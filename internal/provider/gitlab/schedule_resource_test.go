// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const address = "cicd_gitlab_pipeline_schedule.this"

// fullSchedule sets every attribute of a schedule that has a say.
const fullSchedule = `
resource "cicd_gitlab_pipeline_schedule" "this" {
  project       = %q
  description   = "Build packages"
  ref           = "main"
  cron          = "0 1 * * 5"
  cron_timezone = "Asia/Tokyo"
  active        = false
  variables = {
    DEPLOY_ENV = { value = "staging" }
    KUBECONFIG = { value = "apiVersion: v1", variable_type = "file" }
  }
  inputs = {
    environment = "staging"
    replicas    = 3
    dry_run     = true
    regions     = ["eu", "us"]
  }
  timeouts = { create = "5m" }
}
`

const minimalSchedule = `
resource "cicd_gitlab_pipeline_schedule" "this" {
  project     = %q
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}
`

func TestScheduleLife(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			if left := p.Schedules(); len(left) > 0 {
				return fmt.Errorf("still there: %v", left)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				PreConfig: p.ForgetRequests,
				Config:    p.Config(fullSchedule, p.Path),
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"POST .*/pipeline_schedules": 1, "POST .*/variables": 2, "PUT .*": 0, "GET projects/[^/]*/[^/]*": 1, "GET user": 0}),
					func(*terraform.State) error {
						s := p.Schedule()
						if s["description"] != "Build packages" || s["ref"] != "refs/heads/main" || s["cron_timezone"] != "Asia/Tokyo" || s["active"] != false {
							return fmt.Errorf("on the server: %v", s)
						}
						if variables := fmt.Sprint(s["variables"]); !regexp.MustCompile(`key:KUBECONFIG.*variable_type:file`).MatchString(variables) {
							return fmt.Errorf("variables on the server: %v", variables)
						}
						return nil
					},
					resource.TestCheckResourceAttr(address, "owner.username", "root"),
					resource.TestCheckResourceAttr(address, "project", p.Path),
					resource.TestCheckResourceAttr(address, "project_id", fmt.Sprint(p.ID)),
					resource.TestMatchResourceAttr(address, "id", regexp.MustCompile("^"+regexp.QuoteMeta(p.Path)+`:\d+$`)),
				),
			},
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"timeouts", "inputs", "ref"},
			},
			{
				PreConfig: p.ForgetRequests,
				Config:    p.Config(minimalSchedule, fmt.Sprint(p.ID)),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
				},
				Check: resource.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"PUT .*/pipeline_schedules/.*": 1, "POST .*": 0, "DELETE .*": 0}),
					func(*terraform.State) error {
						if s := p.Schedule(); s["active"] != true || s["cron_timezone"] != "UTC" || fmt.Sprint(s["inputs"]) != "[]" {
							return fmt.Errorf("on the server: %v", s)
						}
						return nil
					},
				),
			},
		},
	})
}

func TestScheduleDriftIsSeenAndHealed(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	config := p.Config(fullSchedule, p.Path)
	changes := []map[string]any{
		{"description": "Changed"}, {"ref": "v1.0"}, {"cron": "0 2 * * 5"}, {"cron_timezone": "UTC"}, {"active": true},
		{"inputs": []any{map[string]any{"name": "environment", "value": "production"}}},
		{"inputs": []any{map[string]any{"name": "added", "value": "elsewhere"}}},
	}
	steps := []resource.TestStep{{Config: config}}
	for _, change := range changes {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				p.Object(http.MethodPut, p.URL("pipeline_schedules/%d", acctest.Number(p.Schedule()["id"])), change)
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
			},
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: steps})
}

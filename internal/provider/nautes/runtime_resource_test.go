// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// The customer's example lives with either version of the server. The plan
// after each step is empty, or the test fails.
func TestRuntimeLife(t *testing.T) {
	t.Parallel()
	for _, version := range []string{acctest.NautesV042, acctest.NautesV038} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxNautes(t, version).NewProduct()
			config := p.Config(customers, p.Name)
			without := func(line string) string { return strings.Replace(config, line, "", 1) }
			imported := unchanged
			if version == acctest.NautesV038 {
				// It doesn't show calendars, so no import can have them.
				imported = updated
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				CheckDestroy:             gone(p),
				Steps: []resource.TestStep{
					{
						Config: config,
						Check: resource.ComposeAggregateTestCheckFunc(
							onServer(p, object{
								"project": "api-server", "pipeline_source": "api-server", "isolation": "shared",
								"pipelines": []any{
									object{"name": "pipeline-test", "label": "test", "path": "pipeline/test"},
									object{"name": "pipeline-dev", "label": "dev", "path": "pipeline/dev"},
								},
							}),
							resource.TestCheckResourceAttr(address, "id", p.Name+"/api-server-pr"),
							resource.TestCheckNoResourceAttr(address, "account"),
						),
					},
					{RefreshState: true},
					{
						Config: strings.Replace(config, `label = "dev"`, `label = "develop"`, 1), ConfigPlanChecks: updated,
						Check: onServer(p, object{"pipelines": []any{
							object{"name": "pipeline-test", "label": "test", "path": "pipeline/test"},
							object{"name": "pipeline-dev", "label": "develop", "path": "pipeline/dev"},
						}}),
					},
					{
						PreConfig: func() { p.Change("api-server-pr", object{"isolation": "exclusive"}) },
						Config:    config, ConfigPlanChecks: updated,
						Check: onServer(p, object{"isolation": "shared"}),
					},
					{
						Config: without(`isolation   = "shared"`), ConfigPlanChecks: unchanged,
					},
					{
						PreConfig: func() { p.Delete("api-server-pr") },
						Config:    config, ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
					},
					{
						Config:           strings.NewReplacer(`"env-test"`, `"env-invalid"`, "isolation ", "insecure_skip_check = true\n  isolation ").Replace(config),
						ConfigPlanChecks: updated,
					},
					{Config: config, ConfigPlanChecks: updated},
					{Config: p.Config("%s", acctest.Forgotten(address))},
					{Config: config + importOf(p), ConfigPlanChecks: imported},
				},
			})
		})
	}
}

// full sets every attribute.
const full = `
resource "cicd_nautes_project_pipeline_runtime" "this" {
  product         = %q
  name            = "api-server-pr"
  project         = "api-server"
  pipeline_source = "api-server"
  pipelines       = [{ name = "build", label = "main", path = "pipelines/build" }]
  event_sources = [
    { name = "push", gitlab = { repo_name = "api-server", revision = "main", events = ["push_events", "tag_push_events"] } },
    {
      name = "nightly"
      calendar = {
        schedule = "0 17 * * 1-5", interval = "1h30m", exclusion_dates = ["EXDATE:20260101T000000Z"], timezone = "Asia/Shanghai"
      }
    },
  ]
  pipeline_triggers = [
    { event_source = "nightly", pipeline = "build", revision = "main" },
    { event_source = "push", pipeline = "build" },
  ]
  destination          = { environment = "env-test", namespace = "builds" }
  isolation            = "exclusive"
  account              = "robot"
  additional_resources = { git = { coderepo = "api-server", url = "https://git.example.com/m.git", revision = "main", path = "manifests" } }
  hooks = {
    pre_hooks  = [{ name = "ls", vars = { path = "/" }, alias = "list" }]
    post_hooks = [{ name = "ls" }]
  }
  timeouts = { create = "5m" }
}
`

// Full, minimal and full again: what is left out is removed from the server.
func TestRuntimeFullAndMinimal(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	everything := p.Config(full, p.Name)
	steps(t,
		resource.TestStep{Config: everything, Check: onServer(p, object{
			"account": "robot", "isolation": "exclusive", "destination": object{"environment": "env-test", "namespace": "builds"},
			"additional_resources": object{"git": object{
				"coderepo": "api-server", "url": "https://git.example.com/m.git", "revision": "main", "path": "manifests",
			}},
			"hooks": object{
				"pre_hooks":  []any{object{"name": "ls", "vars": object{"path": "/"}, "alias": "list"}},
				"post_hooks": []any{object{"name": "ls", "vars": object{}, "alias": ""}},
			},
		})},
		resource.TestStep{Config: p.Config("%s", acctest.Forgotten(address))},
		resource.TestStep{
			// Timeouts are in no server, so no import can bring them.
			Config: strings.Replace(everything, `timeouts = { create = "5m" }`, "", 1) + importOf(p), ConfigPlanChecks: unchanged,
		},
		resource.TestStep{
			Config: p.Config("%s", runtime(p.Name)), ConfigPlanChecks: updated,
			Check: onServer(p, object{
				"account": "", "isolation": "shared", "destination": object{"environment": "env-test", "namespace": ""},
				"additional_resources": object{"git": nil}, "hooks": object{"pre_hooks": []any{}, "post_hooks": []any{}},
			}),
		},
		resource.TestStep{Config: everything, ConfigPlanChecks: updated},
	)
}

// Left out and empty are the same to Nautes, and to nobody a change.
func TestRuntimeEmptyIsNoDrift(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	blank := runtime(p.Name,
		`account = ""`, `destination = { environment = "env-test", namespace = "" }`, `additional_resources = {}`,
		`hooks = { pre_hooks = [] }`, `pipelines = [{ name = "build", path = "pipelines/build", label = "" }]`,
		`pipeline_triggers = [{ event_source = "push", pipeline = "build", revision = "", inputs = [] }]`)
	plain := runtime(p.Name)
	create := func(config string) resource.TestStep { return resource.TestStep{Config: p.Config("%s", config)} }
	steps(t, create(blank), resource.TestStep{Config: p.Config("%s", plain), ConfigPlanChecks: unchanged})
	steps(t, create(plain))
	for _, config := range []string{blank, plain} {
		t.Run("after an import", func(t *testing.T) {
			p.Save("api-server-pr", stored(), false)
			step := create(importOf(p) + config)
			step.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)}
			steps(t, step)
		})
	}
}

func TestRuntimeNamesReplaceIt(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewProject("web")
	p.NewRepositoryOf("web", "web", "web")
	steps(t,
		resource.TestStep{Config: p.Config("%s", runtime(p.Name, `name = "other"`))},
		resource.TestStep{
			Config: p.Config("%s", runtime(p.Name)), ConfigPlanChecks: replaced,
			Check: resource.TestCheckResourceAttr(address, "id", p.Name+"/api-server-pr"),
		},
		resource.TestStep{
			Config: p.Config("%s", runtime(p.Name, `project = "web"`, `pipeline_source = "web"`,
				`event_sources = [{ name = "push", gitlab = { repo_name = "web", events = ["push_events"] } }]`)),
			ConfigPlanChecks: replaced,
			Check:            onServer(p, object{"project": "web", "pipeline_source": "web"}),
		},
	)
}

// A drift of each attribute that is set is seen and healed; the order of lists
// is part of it.
func TestRuntimeDriftIsSeenAndHealed(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("other", "other")
	config := p.Config(full, p.Name)
	var all []resource.TestStep
	for i, change := range []object{
		nil,
		{"pipeline_source": "other"},
		{"account": ""},
		{"hooks": nil},
		{"pipelines": []any{
			object{"name": "build", "label": "main", "path": "pipelines/build"}, object{"name": "added", "path": "pipelines/added"},
		}},
		{"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": "build"}, object{"event_source": "nightly", "pipeline": "build", "revision": "main"},
		}},
		{"event_sources": []any{
			object{"name": "push", "gitlab": object{"repo_name": "other", "revision": "main", "events": []any{"push_events", "tag_push_events"}}},
			object{"name": "nightly", "calendar": object{"schedule": "0 18 * * 1-5"}},
		}},
		{"additional_resources": object{"git": object{"coderepo": "other"}}, "destination": object{"environment": "env-test"}},
	} {
		step := resource.TestStep{Config: config}
		if i > 0 {
			step.PreConfig = func() { p.Change("api-server-pr", change) }
			step.ConfigPlanChecks = updated
		}
		all = append(all, step)
	}
	steps(t, all...)
}

// A save replaces what exists, so creating looks first.
func TestRuntimeThatExistsIsNotTakenOver(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.Save("api-server-pr", stored(), false)
	steps(t, resource.TestStep{
		Config: p.Config("%s", runtime(p.Name, `isolation = "exclusive"`)),
		ExpectError: saying(fmt.Sprintf("Cannot create project pipeline runtime %s/api-server-pr", p.Name), "left as it is",
			"terraform import <address> "+p.Name+"/api-server-pr"),
	})
	if err := onServer(p, object{"isolation": "shared"})(nil); err != nil {
		t.Error(err)
	}
	// With the import, it is managed.
	steps(t, resource.TestStep{Config: p.Config("%s", importOf(p)+runtime(p.Name))})
}

// Whoever deleted it, it is gone.
func TestRuntimeDeletedElsewhereIsDeleted(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	server := p.Protocol()
	state := sound()
	state["product"], state["id"] = p.Name, p.Name+"/api-server-pr"
	server.Succeeds(server.Destroy(runtimeType, state))
}

// insecure_skip_check applies to deleting too: another object of the product is
// broken, and the runtime goes all the same.
func TestRuntimeIsDeletedWithoutTheCheck(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	p.Save("api-server-pr", stored(), false)
	broken := stored()
	broken["destination"] = object{"environment": "env-gone"}
	p.Save("broken", broken, true)
	server := p.Protocol()
	state := sound()
	state["product"], state["id"] = p.Name, p.Name+"/api-server-pr"
	if said := acctest.Said(server.Destroy(runtimeType, state)); !strings.Contains(said, "ProjectPipelineRuntime broken") {
		t.Errorf("deleted though the product is broken: %s", said)
	}
	state["insecure_skip_check"] = true
	server.Succeeds(server.Destroy(runtimeType, state))
	if err := gone(p)(nil); err != nil {
		t.Error(err)
	}
}

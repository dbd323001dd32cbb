// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// The document's example lives. The plan after each step is empty, or the test
// fails.
func TestPipelineLife(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	config := p.Config(documented, p.ID)
	var first string
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				PreConfig: p.ForgetRequests,
				Config:    config, ConfigPlanChecks: created(thePipeline),
				Check: checks(
					p.CheckRequests(map[string]int{posts: 1, changesSent: 0}),
					storedPipeline(p, func() object { return documentedSpec(p) }),
					resource.TestCheckResourceAttr(thePipeline, "state", "active"),
					resource.TestCheckResourceAttr(thePipeline, "project_id", p.ID),
					func(s *terraform.State) (err error) {
						first, err = idOf(s, thePipeline)
						return err
					},
				),
			},
			{RefreshState: true},
			{
				PreConfig: p.ForgetRequests,
				Config:    strings.Replace(config, `"pipeline-test"`, `"renamed"`, 1), ConfigPlanChecks: updated(thePipeline),
				Check: checks(
					p.CheckRequests(map[string]int{puts: 1, actions: 0, posts: 0}),
					storedPipeline(p, func() object {
						spec := documentedSpec(p)
						spec["displayName"] = "renamed"
						return spec
					}),
				),
			},
			{
				PreConfig: func() { p.Change("pipelines/"+first, object{"displayName": "drifted"}) },
				Config:    config, ConfigPlanChecks: updated(thePipeline),
				Check: storedPipeline(p, func() object { return documentedSpec(p) }),
			},
			{
				PreConfig: func() { p.Remove("pipelines/" + first) },
				Config:    config, ConfigPlanChecks: created(thePipeline),
			},
			{Config: p.Config("%s", acctest.Forgotten(thePipeline))},
		},
	})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(), CheckDestroy: noPipelines(p),
		Steps: []resource.TestStep{{Config: config + importOf(onlyPipeline(t, p)), ConfigPlanChecks: unchanged}},
	})
}

// What needs not be said is the server's default, also on the server.
func TestPipelineMinimal(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	minimal := func() object {
		return object{"projectName": p.ID, "active": true, "displayName": "app", "stages": []any{object{"name": "clone", "steps": []any{
			object{"sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"}},
		}}}}
	}
	steps(t,
		resource.TestStep{
			Config: pipeline(p),
			Check: checks(
				storedPipeline(p, minimal),
				resource.TestCheckResourceAttr(thePipeline, "active", "true"),
				resource.TestCheckNoResourceAttr(thePipeline, "triggers.cron.active"),
				resource.TestCheckNoResourceAttr(thePipeline, "stages.0.steps.0.type"),
			),
		},
		resource.TestStep{
			Config: pipeline(p, `stages = [{ name = "clone", steps = [{ type = "sourcecode", build_image = {} }] }]`, `triggers = { cron = { timezone = "UTC" } }`),
			Check: checks(
				resource.TestCheckResourceAttr(thePipeline, "stages.0.steps.0.build_image.dockerfile_path", "./Dockerfile"),
				resource.TestCheckResourceAttr(thePipeline, "stages.0.steps.0.build_image.build_path", "."),
				storedPipeline(p, func() object {
					spec := minimal()
					spec["stages"] = []any{object{"name": "clone", "steps": []any{
						object{"type": "sourcecode", "buildImageStepConfig": object{"dockerFilePath": "./Dockerfile", "buildPath": "."}},
					}}}
					spec["triggers"] = object{"cronTrigger": object{"active": false, "timezone": "UTC"}}
					return spec
				}),
			),
		},
		resource.TestStep{
			Config: pipeline(p), ConfigPlanChecks: updated(thePipeline), Check: storedPipeline(p, minimal),
		},
	)
}

// Whatever somebody else changes is seen, and healed.
func TestPipelineDriftHeals(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	config := pipeline(p, fullPipeline...)
	stagesWith := func(changes object) object {
		step := fullStep()
		maps.Copy(step, changes)
		return object{"stages": []any{object{"name": "build", "steps": []any{step}}}}
	}
	full := func() object {
		spec := stagesWith(nil)
		maps.Copy(spec, object{"projectName": p.ID, "active": true, "displayName": "app", "triggers": object{
			"cronTrigger":    object{"active": true, "timezone": "UTC", "expression": "0 4 * * *"},
			"webhookTrigger": object{"active": true},
		}})
		return spec
	}
	all := []resource.TestStep{{Config: config, Check: storedPipeline(p, full)}}
	for _, drift := range []object{
		{"displayName": "x"},
		{"stages": []any{object{"name": "build", "steps": []any{fullStep()}}, object{"name": "more", "steps": []any{object{"type": "pushimage"}}}}},
		stagesWith(object{"type": "runascript"}),
		stagesWith(object{"sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"}}),
		stagesWith(object{"runAScriptStepConfig": object{"image": "golang:1.8", "shellScript": "make", "entryPoint": "/bin/sh", "args": "-x", "env": []any{"B=2", "A=1"}}}),
		stagesWith(object{"buildImageStepConfig": object{"dockerFilePath": "", "buildPath": "build", "imageTag": "app:1"}}),
		stagesWith(object{"pushImageStepConfig": object{"imageTag": ""}}),
		{"triggers": nil},
		{"triggers": object{"cronTrigger": object{"timezone": "Asia/Hong_Kong"}}},
		{"triggers": object{"webhookTrigger": nil}},
	} {
		all = append(all, resource.TestStep{
			PreConfig: func() { p.Change("pipelines/"+onlyPipeline(t, p), drift) },
			Config:    config, ConfigPlanChecks: updated(thePipeline), Check: storedPipeline(p, full),
		})
	}
	steps(t, all...)
}

// What left the configuration is gone from the server, which keeps what a
// request doesn't mention.
func TestPipelineIsClearedOfWhatIsRemoved(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	cron, on := object{"active": true, "timezone": "UTC", "expression": "0 4 * * *"}, object{"active": true}
	off := object{"active": false}
	full := resource.TestStep{Config: pipeline(p, fullPipeline...)}
	all := []resource.TestStep{full}
	for _, c := range []struct {
		// removed are texts of the full configuration, with what is left of
		// each after a |.
		removed        []string
		step, triggers object
	}{
		{
			[]string{
				`type        = "sourcecode"|`, `remote_account_id = "ra-1",|`, `, branch = "main"|`, `, shell_script = "make\n", entry_point = "/bin/sh", args = "-x", env = ["A=1", "B=2"]|`,
				`build_image = { dockerfile_path = "build/Dockerfile", build_path = "build", image_tag = "app:1" }|build_image = {}`, `push_image  = { image_tag = "app:1" }|push_image = {}`,
			},
			object{
				"sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"}, "runAScriptStepConfig": object{"image": "golang:1.8"},
				"buildImageStepConfig": object{"dockerFilePath": "./Dockerfile", "buildPath": "."}, "pushImageStepConfig": object{},
			},
			object{"cronTrigger": cron, "webhookTrigger": on},
		},
		{
			[]string{
				`source_code = { remote_account_id = "ra-1", repository = "https://git.example.com/app.git", branch = "main" }|`,
				`build_image = { dockerfile_path = "build/Dockerfile", build_path = "build", image_tag = "app:1" }|`, `push_image  = { image_tag = "app:1" }|`,
				`"A=1", |`,
			},
			object{
				"type":                 "sourcecode",
				"runAScriptStepConfig": object{"image": "golang:1.8", "shellScript": "make", "entryPoint": "/bin/sh", "args": "-x", "env": []any{"B=2"}},
			},
			object{"cronTrigger": cron, "webhookTrigger": on},
		},
		{[]string{`cron    = { active = true,|cron = {`, `webhook = { active = true }|webhook = {}`}, nil, object{
			"cronTrigger": object{"active": false, "timezone": "UTC", "expression": "0 4 * * *"}, "webhookTrigger": off,
		}},
		{[]string{`timezone = "UTC", |`}, nil, object{"cronTrigger": object{"active": true, "expression": "0 4 * * *"}, "webhookTrigger": on}},
		{[]string{`, expression = "0 4 * * *"|`}, nil, object{"cronTrigger": object{"active": true, "timezone": "UTC"}, "webhookTrigger": on}},
		{[]string{`cron    = { active = true, timezone = "UTC", expression = "0 4 * * *" }|`}, nil, object{"webhookTrigger": on}},
		{[]string{`webhook = { active = true }|`}, nil, object{"cronTrigger": cron}},
	} {
		settings := fullPipeline
		for _, change := range c.removed {
			old, now, _ := strings.Cut(change, "|")
			settings = replacing(t, settings, old, now)
		}
		if c.step == nil {
			c.step = fullStep()
		}
		all = append(all, resource.TestStep{
			Config: pipeline(p, settings...), ConfigPlanChecks: updated(thePipeline),
			Check: storedPipeline(p, func() object {
				return object{
					"projectName": p.ID, "active": true, "displayName": "app", "triggers": c.triggers,
					"stages": []any{object{"name": "build", "steps": []any{c.step}}},
				}
			}),
		}, full)
	}
	steps(t, all...)
}

// All triggers go at once, too.
func TestPipelineIsClearedOfTriggers(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	none := func(*terraform.State) error {
		if left := withoutNulls(p.Stored("pipelines/" + onlyPipeline(t, p))["spec"]).(object)["triggers"]; len(withoutTypes(left).(object)) > 0 {
			return fmt.Errorf("triggers are %v", left)
		}
		return nil
	}
	gone := func(*terraform.State) error {
		if left := p.Stored("pipelines/" + onlyPipeline(t, p))["spec"].(object)["triggers"]; left != nil {
			return fmt.Errorf("triggers are %v", left)
		}
		return nil
	}
	steps(t,
		resource.TestStep{Config: pipeline(p, fullPipeline...)},
		resource.TestStep{Config: pipeline(p, fullPipeline[0], "triggers = {}"), ConfigPlanChecks: updated(thePipeline), Check: none},
		resource.TestStep{Config: pipeline(p, fullPipeline[0]), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: pipeline(p, fullPipeline...), ConfigPlanChecks: updated(thePipeline)},
		resource.TestStep{Config: pipeline(p, fullPipeline[0]), ConfigPlanChecks: updated(thePipeline), Check: gone},
	)
}

// An empty path means the default: the server makes it that when it creates,
// and only then.
func TestPipelineEmptyPathsAreTheDefault(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	with := func(build string) string {
		return pipeline(p, `stages = [{ name = "clone", steps = [{ type = "sourcecode", build_image = {`+build+`} }] }]`)
	}
	check := func(want object) resource.TestCheckFunc {
		return onServer(p.Rancher, "pipelines", thePipeline, object{"stages": []any{object{"name": "clone", "steps": []any{
			object{"type": "sourcecode", "buildImageStepConfig": want},
		}}}})
	}
	steps(t,
		resource.TestStep{
			Config: with(`dockerfile_path = "", build_path = ""`),
			Check:  check(object{"dockerFilePath": "./Dockerfile", "buildPath": "."}),
		},
		resource.TestStep{
			Config: with(`dockerfile_path = "", build_path = "", image_tag = "app"`),
			Check:  check(object{"dockerFilePath": "./Dockerfile", "buildPath": ".", "imageTag": "app"}),
		},
		resource.TestStep{
			Config: with(`build_path = "", image_tag = "app"`),
			Check:  check(object{"dockerFilePath": "./Dockerfile", "buildPath": ".", "imageTag": "app"}),
		},
		resource.TestStep{
			Config: with(`dockerfile_path = "", build_path = "./Dockerfile", image_tag = "app"`),
			Check:  check(object{"dockerFilePath": "./Dockerfile", "buildPath": "./Dockerfile", "imageTag": "app"}),
		},
	)
}

// A pipeline in another project is another pipeline.
func TestPipelineMovesByReplacement(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	from, to := r.NewProject(), r.NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(from)},
		resource.TestStep{Config: pipeline(to), ConfigPlanChecks: replaced(thePipeline), Check: noPipelines(from)},
	)
}

// Many pipelines are made, changed and deleted at once.
func TestPipelinesAtOnce(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	config := strings.Replace(pipeline(p, `display_name = "app-${count.index}"`), `"this" {`, `"this" {
  count = 20`, 1)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(), CheckDestroy: noPipelines(p),
		Steps: []resource.TestStep{
			{PreConfig: p.ForgetRequests, Config: config, Check: p.CheckRequests(map[string]int{posts: 20, changesSent: 0})},
			{
				Config: strings.Replace(config, "app-", "web-", 1),
				Check:  p.CheckRequests(map[string]int{posts: 0, puts: 20, actions: 0}),
			},
		},
	})
}

// Whether it stays what it is known at plan; what an activation makes of it
// isn't.
func TestPipelineStateIsKnownUnlessItChanges(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	state := func(check plancheck.PlanCheck) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{check}}
	}
	steps(t,
		resource.TestStep{Config: pipeline(p), ConfigPlanChecks: state(plancheck.ExpectUnknownValue(thePipeline, tfjsonpath.New("state")))},
		resource.TestStep{
			Config: pipeline(p, `active = false`), ConfigPlanChecks: state(plancheck.ExpectUnknownValue(thePipeline, tfjsonpath.New("state"))),
			Check: resource.TestCheckResourceAttr(thePipeline, "state", "inactive"),
		},
		resource.TestStep{
			Config:           pipeline(p, `active = false`, `display_name = "x"`),
			ConfigPlanChecks: state(plancheck.ExpectKnownValue(thePipeline, tfjsonpath.New("state"), knownvalue.StringExact("inactive"))),
		},
	)
}

// The server puts its defaults in only when it creates. Whatever somebody else
// leaves empty later is seen, and healed, however the configuration says the
// default.
func TestPipelineDefaultsThatAreEmptied(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	for _, paths := range []string{``, `dockerfile_path = "", build_path = " ",`, `dockerfile_path = "./Dockerfile", build_path = ".",`} {
		config := pipeline(p, replacing(t, fullPipeline, `dockerfile_path = "build/Dockerfile", build_path = "build",`, paths)...)
		test := []resource.TestStep{{Config: config}, {Config: config, ConfigPlanChecks: unchanged}}
		for _, emptied := range []object{{"dockerFilePath": ""}, {"dockerFilePath": nil}, {"buildPath": ""}, {"buildPath": nil}} {
			build := object{"dockerFilePath": "./Dockerfile", "buildPath": ".", "imageTag": "app:1"}
			theirs := maps.Clone(build)
			maps.Copy(theirs, emptied)
			stages := func(build object) []any {
				step := fullStep()
				step["buildImageStepConfig"] = build
				return []any{object{"name": "build", "steps": []any{step}}}
			}
			test = append(test, resource.TestStep{
				PreConfig: func() {
					p.Change("pipelines/"+onlyPipeline(t, p), object{"stages": stages(theirs)})
					p.ForgetRequests()
				},
				Config: config, ConfigPlanChecks: updated(thePipeline),
				Check: checks(p.CheckRequests(map[string]int{puts: 1, actions: 0}), onServer(p.Rancher, "pipelines", thePipeline, object{"stages": stages(build)})),
			}, resource.TestStep{Config: config, ConfigPlanChecks: unchanged})
		}
		steps(t, test...)
	}
}

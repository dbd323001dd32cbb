// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// An element that is a whole of another resource isn't known at plan.
func TestRuntimeElementsThatAreKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	config := p.Config("%s", runtime(p.Name,
		`pipelines = [terraform_data.x.output.pipeline]`,
		`event_sources = [terraform_data.x.output.source]`,
		`pipeline_triggers = [terraform_data.x.output.trigger]`,
		`hooks = { pre_hooks = [terraform_data.x.output.hook] }`,
	)+`
resource "terraform_data" "x" {
  input = {
    pipeline = { name = "build", path = "p", label = null }
    source   = { name = "push", gitlab = { repo_name = "api-server", revision = "main", events = ["push_events"] }, calendar = null }
    trigger  = { event_source = "push", pipeline = "build", revision = null, inputs = null }
    hook     = { name = "ls", vars = null, alias = "x" }
  }
}
`)
	steps(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, ConfigPlanChecks: unchanged})
}

func TestRuntimeElementsNeedTheirMembers(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	for setting, missing := range map[string]string{
		`pipelines = [{ path = "p" }]`:                    "pipelines[0].name is required",
		`pipelines = [{ name = "build" }]`:                "pipelines[0].path is required",
		`event_sources = [{}]`:                            "event_sources[0].name is required",
		`pipeline_triggers = [{ pipeline = "build" }]`:    "pipeline_triggers[0].event_source is required",
		`pipeline_triggers = [{ event_source = "push" }]`: "pipeline_triggers[0].pipeline is required",
		`pipeline_triggers = [{ event_source = "push", pipeline = "build", inputs = [{ built_in_var = "Revision" }] }]`: "pipeline_triggers[0].inputs[0].kustomization_path is required",
		`hooks = { pre_hooks = [{}] }`:                                   "hooks.pre_hooks[0].name is required",
		`hooks = { pre_hooks = [{ name = "ls", vars = { A = null } }] }`: "Null Map Value",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			steps(t, resource.TestStep{Config: p.Config("%s", runtime(p.Name, setting)), PlanOnly: true, ExpectError: saying(missing)})
		})
	}
}

// A save whose answer got lost is made again where a look can't tell that it
// was made: the server shows no post hooks without pre hooks.
func TestRuntimeChangeThatCannotBeSeenIsNotTakenForDone(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	hooks := func(alias string) string {
		return p.Config("%s", runtime(p.Name, fmt.Sprintf(`hooks = { post_hooks = [{ name = "ls", alias = %q }] }`, alias)))
	}
	steps(t,
		resource.TestStep{Config: hooks("a")},
		resource.TestStep{
			PreConfig: func() {
				p.ForgetRequests()
				rule := faults.Rule{Method: http.MethodPost, Path: "/api-server-pr$", Nth: 1, Fault: faults.ResetBefore}
				if err := p.Sandbox.Faults().Add(rule); err != nil {
					t.Fatal(err)
				}
			},
			Config: hooks("b"), Check: p.CheckRequests(map[string]int{"POST .*/api-server-pr": 2}),
		},
	)
}

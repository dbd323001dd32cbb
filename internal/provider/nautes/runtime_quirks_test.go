// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const withInputs = `pipeline_triggers = [{
  event_source = "push", pipeline = "build", inputs = [{ built_in_var = "Namespace", kustomization_path = "spec.params" }]
}]`

// Nautes v0.4.2 can't show a runtime that has inputs. Its state is kept, others
// of the product are read, and without inputs all is well again.
func TestRuntimeWithInputsIsKept(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	pair := func(settings ...string) string {
		other := strings.Replace(runtime(p.Name, `name = "other"`, `pipelines = [{ name = "build", path = "pipelines/other" }]`), `"this"`, `"other"`, 1)
		return p.Config("%s%s", runtime(p.Name, settings...), other)
	}
	steps(t,
		resource.TestStep{Config: pair(withInputs)},
		resource.TestStep{
			PreConfig: func() { p.Change("other", object{"isolation": "exclusive"}) },
			Config:    pair(withInputs),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				plancheck.ExpectResourceAction(runtimeType+".other", plancheck.ResourceActionUpdate),
			}},
		},
		resource.TestStep{Config: pair(withInputs, `isolation = "exclusive"`), ConfigPlanChecks: updated},
		resource.TestStep{Config: pair(`isolation = "exclusive"`), ConfigPlanChecks: updated, Check: onServer(p, object{"isolation": "exclusive"})},
		resource.TestStep{Config: pair(withInputs), ConfigPlanChecks: updated},
	)
}

func TestRuntimeThatCannotBeReadIsWarnedOf(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	body := stored()
	body["pipeline_triggers"] = []any{object{"event_source": "push", "pipeline": "build", "inputs": []any{object{
		"source": object{"built_in_var": "Namespace"}, "transmission_method": object{"kustomization": object{"path": "spec.params"}},
	}}}}
	p.Save("api-server-pr", body, false)
	server := p.Protocol()
	state := sound()
	state["product"], state["id"] = p.Name, p.Name+"/api-server-pr"
	diagnostics := server.Read(runtimeType, state)
	server.Succeeds(diagnostics)
	if warnings := said(diagnostics, tfprotov6.DiagnosticSeverityWarning); len(warnings) != 1 || !strings.Contains(warnings[0], "every runtime that has inputs") {
		t.Errorf("warnings: %q", warnings)
	}
	steps(t,
		// It exists, so it isn't taken over either.
		resource.TestStep{Config: p.Config("%s", runtime(p.Name)), ExpectError: saying("left as it is", "terraform import")},
		resource.TestStep{Config: p.Config("%s", importOf(p)+runtime(p.Name)), ExpectError: saying("Nautes crashed while it read", "A save of that runtime without inputs repairs it")},
	)
}

// v0.4.2 shows post hooks only when there are pre hooks.
func TestRuntimePostHooksAreKept(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	config := p.Config("%s", runtime(p.Name, `hooks = { post_hooks = [{ name = "ls" }] }`))
	steps(t,
		resource.TestStep{Config: config, Check: onServer(p, object{"hooks": object{"pre_hooks": []any{}, "post_hooks": []any{}}})},
		resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
		resource.TestStep{
			Config:           p.Config("%s", runtime(p.Name, `hooks = { pre_hooks = [{ name = "ls", alias = "first" }], post_hooks = [{ name = "ls" }] }`)),
			ConfigPlanChecks: updated,
			Check: onServer(p, object{"hooks": object{
				"pre_hooks":  []any{object{"name": "ls", "vars": object{}, "alias": "first"}},
				"post_hooks": []any{object{"name": "ls", "vars": object{}, "alias": ""}},
			}}),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: updated},
		resource.TestStep{Config: p.Config("%s", runtime(p.Name)), ConfigPlanChecks: updated},
	)
}

// What an old server would drop without a word is refused, at the attribute,
// before anything is saved.
func TestRuntimeThatAnOldServerWouldDropIsRefused(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV038).NewProduct()
	for setting, at := range map[string]string{
		`account = "robot"`: "account",
		`additional_resources = { git = { coderepo = "api-server" } }`:        "additional_resources",
		`hooks = { pre_hooks = [{ name = "ls" }] }`:                           "hooks",
		`destination = { environment = "env-test", namespace = "elsewhere" }`: "destination.namespace",
		withInputs: "pipeline_triggers[0].inputs",
	} {
		t.Run(at, func(t *testing.T) {
			steps(t, resource.TestStep{
				Config:      p.Config("%s", runtime(p.Name, setting)),
				ExpectError: saying("with "+address, "This server is too old for "+at, "Nothing was saved"),
			})
			if err := gone(p)(nil); err != nil {
				t.Error(err)
			}
		})
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", runtime(p.Name))},
		resource.TestStep{Config: p.Config("%s", runtime(p.Name, `account = "robot"`)), ExpectError: saying("Cannot update", "too old for account")},
		resource.TestStep{Config: p.Config("%s", runtime(p.Name)), ConfigPlanChecks: unchanged},
	)
}

// Which form of JSON the server speaks is found out without writing, once in a
// run; or it is configured.
func TestRuntimeWireVersion(t *testing.T) {
	t.Parallel()
	const saves = "POST .*"
	for _, version := range []string{acctest.NautesV042, acctest.NautesV038} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxNautes(t, version).NewProduct()
			wire := fmt.Sprintf("wire_version = %q", version[:4])
			steps(t,
				// A probe that is refused, and the save.
				resource.TestStep{
					PreConfig: p.ForgetRequests, Config: p.Config("%s", runtime(p.Name)), Check: p.CheckRequests(map[string]int{saves: 2}),
				},
				// A reply has told.
				resource.TestStep{
					PreConfig: p.ForgetRequests, Config: p.Config("%s", runtime(p.Name, `name = "other"`)),
					Check: p.CheckRequests(map[string]int{saves + "/other": 1}),
				},
				resource.TestStep{Config: p.Provider(p.Token, wire), Destroy: true},
			)
			steps(t, resource.TestStep{
				PreConfig: p.ForgetRequests, Config: p.Provider(p.Token, wire) + runtime(p.Name), Check: p.CheckRequests(map[string]int{saves: 1}),
			})
		})
	}
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	steps(t, resource.TestStep{
		Config:      p.Provider(p.Token, `wire_version = "v0.3"`) + runtime(p.Name),
		ExpectError: saying("Cannot create", "Nautes doesn't take this request, whatever it has stored"),
	})
	steps(t, resource.TestStep{
		Config: p.Provider(p.Token, `wire_version = "v1"`) + runtime(p.Name), ExpectError: saying("wire_version", "v0.4"),
	})
}

// More runtimes in one apply than Terraform creates at once all land, though calls that are made at once
// collide, and saves conflict.
func TestRuntimesLandWhileCallsCollide(t *testing.T) {
	t.Parallel()
	p := acctest.CollidingNautes(t).NewProduct()
	const count = 12
	config := p.Config(`resource %q "this" {
  count = %d
  %s
}`, runtimeType, count, attributes(p.Name, `name = "runtime-${count.index}"`, `pipelines = [{ name = "build", path = "pipelines/${count.index}" }]`))
	steps(t, resource.TestStep{Config: config, Check: func(*terraform.State) error {
		if found := len(p.Object("GET", p.URL("/projectpipelineruntimes"), nil)["items"].([]any)); found != count {
			return fmt.Errorf("%d runtimes on the server, want %d", found, count)
		}
		return nil
	}})
}

// Others' calls get in the way of each kind of call: those of ours that did
// nothing are repeated, and no others.
func TestRuntimeLandsWhileOthersUseTheServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	const (
		collision = "failed to clone repository, the repository url: u, err: failed to clone repository: fatal: " +
			"destination path 'default.project' already exists and is not an empty directory."
		conflict = "when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: x"
		rejected = "push data: To u\\n ! [rejected] main -> main (fetch first), err: exit status 1"
	)
	for _, meeting := range []struct {
		method, path, text string
		nth                int
	}{
		{"GET", "projectpipelineruntimes$", collision, 1},
		{"GET", "api-server-pr", collision, 1},
		{"POST", "api-server-pr", collision, 1},
		{"POST", "api-server-pr", conflict, 2},
		{"POST", "api-server-pr", rejected, 3},
		{"DELETE", "api-server-pr", conflict, 1},
	} {
		rule := faults.Rule{
			System: "nautes", Method: meeting.method, Path: meeting.path, Nth: meeting.nth, Fault: faults.Status, Status: 500,
			Headers: map[string]string{"Content-Type": "application/json"},
			Body:    fmt.Sprintf(`{"code":500,"reason":"","message":"%s","metadata":{}}`, meeting.text),
		}
		if err := p.Sandbox.Faults().Add(rule); err != nil {
			t.Fatal(err)
		}
	}
	steps(t, resource.TestStep{
		PreConfig: p.ForgetRequests, Config: p.Config("%s", runtime(p.Name)),
		Check: p.CheckRequests(map[string]int{"GET .*/projectpipelineruntimes": 2, "POST .*/api-server-pr": 4}),
	})
	if err := gone(p)(nil); err != nil {
		t.Error(err)
	}
}

// A plan of many runtimes lists them once.
func TestRuntimesAreReadByOneList(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	config := p.Config(`resource %q "this" {
  count = 5
  %s
}`, runtimeType, attributes(p.Name, `name = "runtime-${count.index}"`, `pipelines = [{ name = "build", path = "pipelines/${count.index}" }]`))
	steps(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: p.ForgetRequests, RefreshState: true, Check: p.CheckRequests(map[string]int{
			"GET .*/projectpipelineruntimes": 1, "GET .*/projectpipelineruntimes/.*": 0, "POST .*": 0,
		})},
	)
}

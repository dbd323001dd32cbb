// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// lib is a runtime whose repositories have a display name that isn't their
// path.
func lib(product string, settings ...string) string {
	return runtime(product, append(settings, `pipeline_source = "lib-path"`,
		`event_sources = [{ name = "push", gitlab = { repo_name = "lib-path", events = ["push_events"] } }]`,
		`additional_resources = { git = { coderepo = "lib-path" } }`)...)
}

// Nautes answers with display names. Where they differ from paths, that alone
// is no drift; but another repository is, and so is another name.
func TestRuntimeDisplayNamesAreNoDrift(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("lib-path", "Lib Display Name")
	config := p.Config("%s", lib(p.Name))
	steps(t,
		resource.TestStep{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
			onServer(p, object{"pipeline_source": "Lib Display Name"}),
			resource.TestCheckResourceAttr(address, "pipeline_source", "lib-path"),
			resource.TestCheckResourceAttr(address, "event_sources.0.gitlab.repo_name", "lib-path"),
			resource.TestCheckResourceAttr(address, "additional_resources.git.coderepo", "lib-path"),
		)},
		resource.TestStep{Config: p.Config("%s", lib(p.Name, `isolation = "exclusive"`)), ConfigPlanChecks: updated},
		resource.TestStep{Config: config, ConfigPlanChecks: updated},
		resource.TestStep{
			PreConfig: func() { p.Rename("lib-path", "New Name") },
			Config:    config, ConfigPlanChecks: updated,
			Check: onServer(p, object{"pipeline_source": "New Name"}),
		},
		resource.TestStep{Config: p.Config("%s", acctest.Forgotten(address))},
		// An import has but the name; to save the path is right.
		resource.TestStep{Config: config + importOf(p), ConfigPlanChecks: updated},
	)
}

// What a repository is called is read back with the save, so that a change
// made before the next plan is seen.
func TestRuntimeDriftOfRepositoriesIsSeen(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("lib-path", "Lib Display Name")
	p.NewRepository("other", "other")
	config := p.Config("%s", lib(p.Name))
	var all []resource.TestStep
	for i, change := range []object{
		nil,
		{"pipeline_source": "other"},
		{"pipeline_source": "api-server"},
		{"event_sources": []any{object{"name": "push", "gitlab": object{"repo_name": "other", "revision": "", "events": []any{"push_events"}}}}},
		{"additional_resources": object{"git": object{"coderepo": "other"}}},
	} {
		step := resource.TestStep{Config: config}
		if i > 0 {
			step.PreConfig = func() {
				body := stored()
				git := object{"repo_name": "lib-path", "revision": "", "events": []any{"push_events"}}
				body["pipeline_source"], body["event_sources"] = "lib-path", []any{object{"name": "push", "gitlab": git}}
				body["additional_resources"] = object{"git": object{"coderepo": "lib-path"}}
				for name, value := range change {
					body[name] = value
				}
				p.Save("api-server-pr", body, false)
			}
			step.ConfigPlanChecks = updated
		}
		all = append(all, step)
	}
	steps(t, all...)
}

// Names cost one read for all runtimes of a run, and none when they are known.
func TestRuntimeNamesAreReadOnce(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	some := func(isolation string) string {
		return p.Config(`resource %q "this" {
  count = 3
  %s
}`, runtimeType, attributes(p.Name, `name = "runtime-${count.index}"`, fmt.Sprintf("isolation = %q", isolation),
			`pipelines = [{ name = "build", path = "pipelines/${count.index}" }]`))
	}
	const one = ".*/runtime-[0-9]"
	steps(t,
		resource.TestStep{
			PreConfig: p.ForgetRequests, Config: some("shared"),
			// Three looks, and one read, which is a list.
			Check: p.CheckRequests(map[string]int{"POST " + one: 3, "GET " + one: 3, "GET .*": 4}),
		},
		resource.TestStep{
			PreConfig: p.ForgetRequests, Config: some("exclusive"),
			Check: p.CheckRequests(map[string]int{"POST " + one: 3, "GET " + one: 0}),
		},
	)
}

// A repository that isn't there is named where it stands.
func TestRuntimeUnknownRepository(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("lib-path", "Lib Display Name")
	p.GitLab.Object(http.MethodPost, "projects", object{"name": "stray", "namespace_id": p.GitLab.Object(http.MethodGet, "groups/"+p.Name, nil)["id"]})
	for setting, texts := range map[string][]string{
		`pipeline_source = "ghost"`:            {"with " + address, `pipeline_source = "ghost"`, "GitLab has no repository " + p.Name + "/ghost", "display name"},
		`pipeline_source = "Lib Display Name"`: {"with " + address, "pipeline_source = ", "GitLab has no repository " + p.Name + "/Lib Display Name"},
		`event_sources = [{ name = "push", gitlab = { repo_name = "ghost", events = ["push_events"] } }]`: {
			"with " + address, "GitLab has no repository " + p.Name + "/ghost",
		},
		`additional_resources = { git = { coderepo = "ghost" } }`: {
			"with " + address, "GitLab has no repository " + p.Name + "/ghost",
		},
		`pipeline_source = "stray"`: {"the product has no code repository for it", "insecure_skip_check"},
	} {
		t.Run(setting, func(t *testing.T) {
			steps(t, resource.TestStep{Config: p.Config("%s", runtime(p.Name, setting)), ExpectError: saying(texts...)})
		})
	}
}

// That one reference has drifted says nothing about the name that another one
// is known by.
func TestRuntimeDriftOfOneRepositoryHidesNoDriftOfAnother(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("lib-path", "Lib Display Name")
	p.NewRepository("other", "other")
	p.NewRepository("third", "third")
	elsewhere := func(source, coderepo string) func() {
		return func() {
			body := stored()
			body["pipeline_source"], body["additional_resources"] = source, object{"git": object{"coderepo": coderepo}}
			body["event_sources"] = []any{object{"name": "push", "gitlab": object{"repo_name": "lib-path", "events": []any{"push_events"}}}}
			p.Save("api-server-pr", body, false)
		}
	}
	steps(t,
		resource.TestStep{Config: p.Config("%s", lib(p.Name))},
		resource.TestStep{PreConfig: elsewhere("lib-path", "other"), RefreshState: true, ExpectNonEmptyPlan: true},
		resource.TestStep{
			PreConfig: elsewhere("third", "third"),
			Config: p.Config("%s", runtime(p.Name, `pipeline_source = "lib-path"`,
				`event_sources = [{ name = "push", gitlab = { repo_name = "lib-path", events = ["push_events"] } }]`,
				`additional_resources = { git = { coderepo = "other" } }`)),
			ConfigPlanChecks: updated, Check: onServer(p, object{"pipeline_source": "Lib Display Name"}),
		},
	)
}

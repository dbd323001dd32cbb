// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// Nautes answers nearly everything with 500. The diagnostic says what it means
// and what to do, and keeps the state: after each error, the runtime is there
// and its plan is empty.
func TestRuntimeErrorsSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	reporter := p.NewMember(acctest.Reporter)
	good := resource.TestStep{Config: p.Config("%s", runtime(p.Name))}
	changed := runtime(p.Name, `isolation = "exclusive"`)
	refused := func(config string, texts ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: saying(texts...)}
	}
	still := resource.TestStep{Config: good.Config, ConfigPlanChecks: unchanged}
	broken := stored()
	broken["destination"] = object{"environment": "env-gone"}
	broken["pipelines"] = []any{object{"name": "build", "path": "pipelines/broken"}}
	steps(t,
		good,
		refused(p.Provider("wrong")+changed, "Cannot read project pipeline runtime "+p.Name+"/api-server-pr",
			"GitLab doesn't accept the token", "Check the token"),
		still,
		refused(p.Provider(reporter.Token)+changed, "Cannot update project pipeline runtime", "too few rights", "push to its branch main"),
		still,
		refused(p.Config("%s", runtime(p.Name, `destination = { environment = "env-nope" }`)),
			"with "+address, "The product has no environment env-nope", "insecure_skip_check"),
		still,
		refused(p.Config("%s", runtime(p.Name, `name = "other"`, `project = "ghost"`)), "with "+address, "project = ", "The product has no project ghost"),
		good,
		resource.TestStep{
			PreConfig: func() { p.Save("broken", broken, true) }, Config: p.Config("%s", changed),
			ExpectError: saying("Nothing is wrong with this runtime", "ProjectPipelineRuntime broken", "Repair or delete that object"),
		},
		still,
		resource.TestStep{Config: p.Config("%s", runtime(p.Name, `isolation = "exclusive"`, `insecure_skip_check = true`)), ConfigPlanChecks: updated},
		resource.TestStep{PreConfig: func() { p.Delete("broken") }, Config: good.Config, ConfigPlanChecks: updated},
	)
}

// A product that is gone, or no product any more, is no proof that the runtime
// is gone.
func TestRuntimeOfAMissingProductIsKept(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"group":           {"There is no product", "may not see", "terraform state rm"},
		"default.project": {"is no product: it has no repository default.project", "terraform state rm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
			reason := "GROUP_NOT_FOUND"
			if name != "group" {
				reason = "PROJECT_NOT_FOUND"
			}
			gone := faults.Rule{
				System: "nautes", Fault: faults.Status, Status: http.StatusNotFound, Headers: map[string]string{"Content-Type": "application/json"},
				Body: `{"code":404,"reason":"` + reason + `","message":"gone","metadata":{}}`,
			}
			config := p.Config("%s", runtime(p.Name))
			failing := func() {
				if err := p.Sandbox.Faults().Add(gone); err != nil {
					t.Fatal(err)
				}
			}
			steps(t,
				resource.TestStep{Config: config},
				resource.TestStep{PreConfig: failing, Config: config, ExpectError: saying(append([]string{"Cannot read", "product ="}, texts...)...)},
				resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: config, ConfigPlanChecks: unchanged},
				resource.TestStep{PreConfig: failing, Config: config, Destroy: true, ExpectError: saying("Cannot", texts[0])},
				resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: config, ConfigPlanChecks: unchanged},
			)
		})
	}
}

// A redirect never turns a save into a read.
func TestRuntimeRedirectIsAnError(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	config := p.Config("%s", runtime(p.Name))
	rule := faults.Rule{System: "nautes", Method: http.MethodPost, Path: "api-server-pr", Fault: faults.Redirect, Status: http.StatusMovedPermanently,
		Headers: map[string]string{"Location": "/api/v1/" + p.URL("/projectpipelineruntimes")}}
	if err := p.Sandbox.Faults().Add(rule); err != nil {
		t.Fatal(err)
	}
	steps(t,
		resource.TestStep{Config: config, ExpectError: saying("Cannot create project pipeline runtime", "301")},
		resource.TestStep{PreConfig: p.Sandbox.Faults().Clear, Config: config},
	)
}

// The answer to a save gets lost: whether it came to be is looked up.
func TestRuntimeAnswerThatGotLost(t *testing.T) {
	t.Parallel()
	for _, fault := range []faults.Kind{faults.ResetAfter, faults.ResetBefore} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
			if err := p.Sandbox.Faults().Add(faults.Rule{System: "nautes", Method: http.MethodPost, Path: "api-server-pr", Nth: 1, Fault: fault}); err != nil {
				t.Fatal(err)
			}
			steps(t, resource.TestStep{Config: p.Config("%s", runtime(p.Name)), Check: onServer(p, object{"project": "api-server"})})
		})
	}
}

// Nautes needs to be configured only where it is used.
func TestRuntimeWithoutConfiguration(t *testing.T) {
	for _, variable := range []string{"NAUTES_BASE_URL", "NAUTES_TOKEN"} {
		t.Setenv(variable, "")
	}
	steps(t, resource.TestStep{
		Config:      "provider \"cicd\" {}\n" + dataSource("p", "r"),
		ExpectError: saying("Nautes is not configured", "base_url", "NAUTES_BASE_URL and NAUTES_TOKEN"),
	})
}

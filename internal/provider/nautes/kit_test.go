// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// TestMain lets more tests run at once than there are processors: they mostly
// wait, because calls to Nautes are kept a second apart. A live Nautes is one for
// all of them, and gives the name of their runtimes, which is a namespace there,
// only once: one at a time.
func TestMain(m *testing.M) {
	flag.Parse()
	const parallel = "test.parallel"
	n, err := strconv.Atoi(flag.Lookup(parallel).Value.String())
	if err == nil && acctest.Live() {
		err = flag.Set(parallel, "1")
	} else if err == nil && n < 8 {
		err = flag.Set(parallel, "8")
	}
	if err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

const address = runtimeType + ".this"

// customers is the example of Nautes' documents, but for the destination,
// which has become an object.
const customers = `
resource "cicd_nautes_project_pipeline_runtime" "this" {
  product         = %q
  name            = "api-server-pr"
  project         = "api-server"
  pipeline_source = "api-server"
  pipelines = [
    { name = "pipeline-test", label = "test", path = "pipeline/test" },
    { name = "pipeline-dev", label = "dev", path = "pipeline/dev" },
  ]
  event_sources = [
    {
      name     = "event-source-test"
      gitlab   = { repo_name = "api-server", revision = "test", events = ["PushEvents"] }
      calendar = { schedule = "0 15 17 ? * MON-FRI" }
    },
    {
      name     = "event-source-dev"
      gitlab   = { repo_name = "api-server", revision = "dev", events = ["PushEvents"] }
      calendar = { schedule = "0 0 16 ? * MON-FRI" }
    },
  ]
  pipeline_triggers = [
    { event_source = "event-source-dev", pipeline = "pipeline-dev" },
    { event_source = "event-source-test", pipeline = "pipeline-test" },
  ]
  destination = { environment = "env-test" }
  isolation   = "shared"
}
`

// attributes are those of a runtime: what it needs, and settings, which may
// also replace what it needs.
func attributes(product string, settings ...string) string {
	lines := settings
	for _, needed := range []string{
		fmt.Sprintf("product = %q", product), `name = "api-server-pr"`, `project = "api-server"`, `pipeline_source = "api-server"`,
		`pipelines = [{ name = "build", path = "pipelines/build" }]`,
		`event_sources = [{ name = "push", gitlab = { repo_name = "api-server", revision = "main", events = ["push_events"] } }]`,
		`pipeline_triggers = [{ event_source = "push", pipeline = "build" }]`,
		`destination = { environment = "env-test" }`,
	} {
		name, _, _ := strings.Cut(needed, " ")
		if !regexp.MustCompile(`(?m)^` + name + ` `).MatchString(strings.Join(settings, "\n")) {
			lines = append(lines, needed)
		}
	}
	return strings.Join(lines, "\n")
}

// runtime is the resource `this`.
func runtime(product string, settings ...string) string {
	return fmt.Sprintf("resource %q \"this\" {\n%s\n}\n", runtimeType, attributes(product, settings...))
}

// stored is the same as [runtime] without settings, as the API takes it.
func stored() object {
	return object{
		"project": "api-server", "pipeline_source": "api-server", "isolation": "shared", "destination": object{"environment": "env-test"},
		"pipelines":         []any{object{"name": "build", "path": "pipelines/build"}},
		"event_sources":     []any{object{"name": "push", "gitlab": object{"repo_name": "api-server", "revision": "main", "events": []any{"push_events"}}}},
		"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
	}
}

func importOf(p *acctest.Product) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = \"%s/api-server-pr\"\n}\n", address, p.Name)
}

// steps runs the steps of a test, and destroys what they left. A step that only
// plans does so twice: from the state as it is, and refreshed.
func steps(t *testing.T, all ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: all})
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

var (
	unchanged = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	updated   = planned(plancheck.ResourceActionUpdate)
	replaced  = planned(plancheck.ResourceActionDestroyBeforeCreate)
)

var saying = acctest.Saying

// onServer checks members of the runtime as the server shows it.
func onServer(p *acctest.Product, want object) resource.TestCheckFunc {
	return func(*terraform.State) error {
		runtime := p.Runtime("api-server-pr")
		for name, value := range want {
			if !reflect.DeepEqual(runtime[name], value) {
				return fmt.Errorf("on the server, %s is %v, want %v", name, runtime[name], value)
			}
		}
		return nil
	}
}

// gone checks that the runtime isn't on the server.
func gone(p *acctest.Product) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := p.Runtime("api-server-pr"); left != nil {
			return fmt.Errorf("still there: %v", left)
		}
		return nil
	}
}

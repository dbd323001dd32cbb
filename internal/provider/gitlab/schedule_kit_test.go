// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// schedule is the resource `this` in a project: what it needs, and settings,
// which may also replace what it needs.
func schedule(project string, settings ...string) string {
	return fmt.Sprintf("resource \"cicd_gitlab_pipeline_schedule\" \"this\" {\n%s\n}\n", attributes(project, settings...))
}

func attributes(project string, settings ...string) string {
	lines := settings
	for _, needed := range []string{
		fmt.Sprintf("project = %q", project), `description = "Build packages"`, `ref = "main"`, `cron = "0 1 * * 5"`,
	} {
		name, _, _ := strings.Cut(needed, " ")
		if !regexp.MustCompile(`(?m)^` + name + ` `).MatchString(strings.Join(settings, "\n")) {
			lines = append(lines, needed)
		}
	}
	return strings.Join(lines, "\n")
}

// importOf imports a schedule as `this`.
func importOf(project string, id int64) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = \"%s:%d\"\n}\n", address, project, id)
}

// steps runs the steps of a test, and destroys what they left. A step that only
// plans does so twice: from the state as it is, and refreshed.
func steps(t *testing.T, all ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: all})
}

// unchanged expects that nothing is to be done.
var unchanged = inPlan(plancheck.ExpectEmptyPlan())

// updated expects `this` to be changed in place.
var updated = inPlan(planned(address, plancheck.ResourceActionUpdate))

var saying = acctest.Saying

// onServer checks the project's one schedule.
func onServer(p *acctest.Project, want map[string]any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		s := p.Schedule()
		for name, value := range want {
			if fmt.Sprint(s[name]) != fmt.Sprint(value) {
				return fmt.Errorf("on the server, %s is %v, want %v", name, s[name], value)
			}
		}
		return nil
	}
}

// change changes the project's one schedule as its owner.
func change(p *acctest.Project, attributes map[string]any) {
	p.Object(http.MethodPut, p.URL("pipeline_schedules/%v", p.Schedule()["id"]), attributes)
}

// failing puts a fault in force on the requests whose method and path match.
func failing(t *testing.T, p *acctest.Project, rule faults.Rule) {
	t.Helper()
	if err := p.Sandbox.Faults().Add(rule); err != nil {
		t.Fatal(err)
	}
}

// variables are the project's one schedule's, by key.
func variables(p *acctest.Project) map[string]any {
	values := map[string]any{}
	for _, v := range p.Schedule()["variables"].([]any) {
		variable := v.(map[string]any)
		values[variable["key"].(string)] = variable["value"]
	}
	return values
}

// checkVariables checks the variables of the project's one schedule.
func checkVariables(p *acctest.Project, want map[string]any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if found := variables(p); fmt.Sprint(found) != fmt.Sprint(want) {
			return fmt.Errorf("variables on the server: %v, want %v", found, want)
		}
		return nil
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const thePipeline = pipelineType + ".this"

// documented is the example of the Pipeline API SPEC.
const documented = `
resource "cicd_rancher_pipeline" "this" {
  project_id   = %q
  active       = true
  display_name = "pipeline-test"
  stages = [{
    name = "build/test"
    steps = [{
      type        = "sourcecode"
      source_code = { remote_account_id = "somegitaccountname", repository = "", branch = "master" }
      run_script  = { image = "golang:1.8", shell_script = "echo example script", entry_point = "", args = "--optional args", env = [] }
      build_image = { dockerfile_path = "./Dockerfile", build_path = ".", image_tag = "" }
      push_image  = { image_tag = "" }
    }]
  }]
  triggers = {
    cron    = { active = true, timezone = "Asia/Hong_Kong", expression = "* 4 * * *" }
    webhook = { active = true }
  }
}
`

// documentedSpec is the same in the document's JSON, but for the name of the
// project.
func documentedSpec(p *acctest.RancherProject) object {
	return object{
		"projectName": p.ID,
		"active":      true,
		"displayName": "pipeline-test",
		"stages": []any{object{"name": "build/test", "steps": []any{object{
			"type":                 "sourcecode",
			"sourceCodeStepConfig": object{"remoteAccountName": "somegitaccountname", "repository": "", "branch": "master"},
			"runAScriptStepConfig": object{"image": "golang:1.8", "shellScript": "echo example script", "entryPoint": "", "args": "--optional args", "env": []any{}},
			"buildImageStepConfig": object{"dockerFilePath": "./Dockerfile", "buildPath": ".", "imageTag": ""},
			"pushImageStepConfig":  object{"imageTag": ""},
		}}}},
		"triggers": object{
			"cronTrigger":    object{"active": true, "timezone": "Asia/Hong_Kong", "expression": "* 4 * * *"},
			"webhookTrigger": object{"active": true},
		},
	}
}

// fullPipeline has a setting everywhere.
var fullPipeline = []string{
	`stages = [{
    name = "build"
    steps = [{
      type        = "sourcecode"
      source_code = { remote_account_id = "ra-1", repository = "https://git.example.com/app.git", branch = "main" }
      run_script  = { image = "golang:1.8", shell_script = "make\n", entry_point = "/bin/sh", args = "-x", env = ["A=1", "B=2"] }
      build_image = { dockerfile_path = "build/Dockerfile", build_path = "build", image_tag = "app:1" }
      push_image  = { image_tag = "app:1" }
    }]
  }]`,
	`triggers = {
    cron    = { active = true, timezone = "UTC", expression = "0 4 * * *" }
    webhook = { active = true }
  }`,
}

// fullStep is the step of [fullPipeline] on the server.
func fullStep() object {
	return object{
		"type":                 "sourcecode",
		"sourceCodeStepConfig": object{"remoteAccountName": "ra-1", "repository": "https://git.example.com/app.git", "branch": "main"},
		"runAScriptStepConfig": object{"image": "golang:1.8", "shellScript": "make", "entryPoint": "/bin/sh", "args": "-x", "env": []any{"A=1", "B=2"}},
		"buildImageStepConfig": object{"dockerFilePath": "build/Dockerfile", "buildPath": "build", "imageTag": "app:1"},
		"pushImageStepConfig":  object{"imageTag": "app:1"},
	}
}

// pipeline is the resource `this`: what it needs, and settings, which may also
// replace what it needs.
func pipeline(p *acctest.RancherProject, settings ...string) string {
	lines := settings
	for _, needed := range []string{
		fmt.Sprintf("project_id = %q", p.ID), `display_name = "app"`,
		`stages = [{ name = "clone", steps = [{ source_code = { repository = "https://git.example.com/app.git" } }] }]`,
	} {
		name, _, _ := strings.Cut(needed, " ")
		if !regexp.MustCompile(`(?m)^` + name + ` `).MatchString(strings.Join(settings, "\n")) {
			lines = append(lines, needed)
		}
	}
	return p.Config("%s", fmt.Sprintf("resource %q \"this\" {\n%s\n}\n", pipelineType, strings.Join(lines, "\n")))
}

// replacing is settings with one text in place of another, which must be there.
func replacing(t *testing.T, settings []string, old, now string) []string {
	t.Helper()
	var changed []string
	for _, setting := range settings {
		changed = append(changed, strings.Replace(setting, old, now, 1))
	}
	if reflect.DeepEqual(changed, settings) {
		t.Fatalf("%q is not in %q", old, settings)
	}
	return changed
}

// storedPipeline checks the whole spec of the pipeline, in which a member that
// is null is as good as one that isn't there.
func storedPipeline(p *acctest.RancherProject, want func() object) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		id, err := idOf(s, thePipeline)
		if err != nil {
			return err
		}
		spec := withoutNulls(withoutTypes(p.Stored("pipelines/" + id)["spec"]))
		if wanted := withoutNulls(want()); !reflect.DeepEqual(spec, wanted) {
			return fmt.Errorf("on the server:\n%v\nwant:\n%v", spec, wanted)
		}
		return nil
	}
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case object:
		clean := object{}
		for name, member := range v {
			if member != nil {
				clean[name] = withoutNulls(member)
			}
		}
		return clean
	case []any:
		clean := make([]any, len(v))
		for i := range v {
			clean[i] = withoutNulls(v[i])
		}
		return clean
	}
	return v
}

// importOf is a block that imports a pipeline as `this`.
func importOf(id string) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", thePipeline, id)
}

// onlyPipeline is the id of the project's one pipeline.
func onlyPipeline(t *testing.T, p *acctest.RancherProject) string {
	t.Helper()
	all := p.Listed(p.URL("pipelines"))
	if len(all) != 1 {
		t.Fatalf("the project has %d pipelines, not one", len(all))
	}
	return all[0]["id"].(string)
}

// noPipelines checks that none is left in the project.
func noPipelines(p *acctest.RancherProject) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := p.Listed(p.URL("pipelines")); len(left) > 0 {
			return fmt.Errorf("still there: %v", left)
		}
		return nil
	}
}

// The requests that change pipelines.
const (
	posts       = "POST projects/.*/pipelines"
	puts        = "PUT pipelines/.*"
	actions     = "POST pipelines/.*"
	deletes     = "DELETE pipelines/.*"
	changesSent = puts + "|" + actions
)

// failing makes requests go wrong.
func failing(t *testing.T, r *acctest.Rancher, rule faults.Rule) {
	t.Helper()
	rule.System = "rancher"
	if err := r.Sandbox.Faults().Add(rule); err != nil {
		t.Fatal(err)
	}
}

// refusing lets the server answer with one of its own errors.
func refusing(t *testing.T, r *acctest.Rancher, method, path string, status int, body string) {
	t.Helper()
	failing(t, r, faults.Rule{
		Method: method, Path: path, Nth: 1, Fault: faults.Status, Status: status, Body: body, Headers: map[string]string{"Content-Type": "application/json"},
	})
}

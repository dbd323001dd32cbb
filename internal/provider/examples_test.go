// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const examples = "../../examples"

// requirement is the block that users write once, and that most examples therefore leave out.
const requirement = `
terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}
`

// Examples are applied to the world that they speak of: the sandbox's demo projects, with one schedule that has one
// variable, and one pipeline. After that their plan is empty, or the test fails. The first one of each type is
// TestDocsFirstExamples' part.

func TestExampleConfigurations(t *testing.T) {
	files := examplesMatching(t, "provider/*.tf", "resources/*/resource_*.tf", "data-sources/*/data-source_*.tf")
	for _, file := range files {
		t.Run(nameOf(file), func(t *testing.T) {
			if strings.Contains(file, "write_only") {
				acctest.Needs(t, acctest.WriteOnly)
			}
			applyExample(t, resource.TestStep{Config: withRequirement(read(t, file))})
		})
	}
}

// An import example is read together with the resource's first example, and with the same kind of import of what that
// one depends on. Such a plan must import, and neither create nor destroy anything.
func TestExampleImports(t *testing.T) {
	resourceType := regexp.MustCompile(`(?m)^resource "(\w+)"`)
	for _, file := range examplesMatching(t, "resources/*/import-by-*.tf") {
		t.Run(nameOf(file), func(t *testing.T) {
			configuration := read(t, filepath.Join(filepath.Dir(file), "resource.tf"))
			for _, match := range resourceType.FindAllStringSubmatch(configuration, -1) {
				configuration += read(t, filepath.Join(examples, "resources", match[1], filepath.Base(file)))
			}
			step := resource.TestStep{Config: withRequirement(configuration)}
			step.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{onlyImports{}}
			if strings.Contains(file, "identity") {
				acctest.Needs(t, acctest.Identity)
			}
			applyExample(t, step)
		})
	}
}

// The command for importing names the id that the tested import block has.
func TestExampleImportCommands(t *testing.T) {
	for _, file := range examplesMatching(t, "resources/*/import.sh") {
		t.Run(nameOf(file), func(t *testing.T) {
			command := strings.Fields(read(t, file))
			to, id := command[len(command)-2], command[len(command)-1]
			block := read(t, filepath.Join(filepath.Dir(file), "import-by-string-id.tf"))
			for _, line := range []string{"to = " + to + "\n", fmt.Sprintf("id = %q\n", id)} {
				if !strings.Contains(block, line) {
					t.Errorf("the command imports %s as %s, but the import block has no line %q:\n%s", to, id, line, block)
				}
			}
		})
	}
}

// Every type has an example, and no example is left of a type that is gone.
func TestExamplesCoverEveryType(t *testing.T) {
	for kind, types := range typesByFolder(acctest.NewProtocol(t).Schemas) {
		folders, err := filepath.Glob(filepath.Join(examples, kind, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range folders {
			folders[i] = filepath.Base(folders[i])
		}
		for _, name := range types {
			if !slices.Contains(folders, name) {
				t.Errorf("examples/%s/%s is missing", kind, name)
			}
		}
		for _, folder := range folders {
			if !slices.Contains(types, folder) {
				t.Errorf("examples/%s/%s is of no type", kind, folder)
			}
		}
	}
}

func applyExample(t *testing.T, step resource.TestStep) {
	t.Helper()
	startDemoWorld(t, regexp.MustCompile(`(?m)^(import|data "cicd_nautes_\w+" "\w+") {`).MatchString(step.Config))
	if strings.Contains(step.Config, "wait_for") {
		countActions(t) // and let time pass
	}
	// The provider's own namespace, as the examples have it, instead of the test framework's default.
	t.Setenv("TF_ACC_PROVIDER_NAMESPACE", "terraform-provider-cicd")
	step.ConfigVariables = config.Variables{
		"gitlab_token":         config.StringVariable("unused"),
		"rancher_token":        config.StringVariable("unused:too"),
		"deploy_key":           config.StringVariable("a key"),
		"github_client_secret": config.StringVariable("a client secret"),
		"github_access_token":  config.StringVariable("an access token"),
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps:                    []resource.TestStep{step},
	})
}

// startDemoWorld starts a sandbox, puts there what the examples speak of, and points the provider to it. What the
// examples of Nautes and Rancher create is there on demand only: where a name is an identity, it can't be there when an
// example creates it.
func startDemoWorld(t *testing.T, created bool) {
	t.Helper()
	startFreshSandbox(t)
	calls := []string{
		`api/v4/projects/demo%2Fapp/pipeline_schedules {"description": "Build packages", "ref": "main", "cron": "0 1 * * 5"}`,
		`api/v4/projects/demo%2Fapp/pipeline_schedules/1/variables {"key": "PACKAGE_VERSION", "value": "2.1"}`,
		`api/v4/projects/demo%2Fapp/pipeline {"ref": "main"}`,
	}
	if created {
		calls = append(calls, runtimeOfExamples)
		calls = append(calls, rancherOfExamples...)
	}
	for _, call := range calls {
		path, body, _ := strings.Cut(call, " ")
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, os.Getenv("GITLAB_BASE_URL")+"/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+os.Getenv("GITLAB_TOKEN"))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode >= http.StatusBadRequest {
			t.Fatalf("POST %s: %s %s %v", path, response.Status, answer, err)
		}
	}
}

// runtimeOfExamples is the runtime that the example creates.
const runtimeOfExamples = `api/v1/products/demo/projectpipelineruntimes/app-build {
	"project": "app", "pipeline_source": "app", "isolation": "shared", "destination": {"environment": "test"},
	"pipelines": [{"name": "build", "path": "pipelines/build"}],
	"event_sources": [
		{"name": "push", "gitlab": {"repo_name": "app", "revision": "refs/heads/main", "events": ["push_events"]}},
		{"name": "weekdays", "calendar": {"schedule": "0 17 * * 1-5", "timezone": "Asia/Shanghai"}}
	],
	"pipeline_triggers": [
		{"event_source": "push", "pipeline": "build"}, {"event_source": "weekdays", "pipeline": "build", "revision": "main"}
	]
}`

const clientSecretOfExamples = "another client secret"

// rancherOfExamples are the objects that the examples create in Rancher, by the names that they import them by.
var rancherOfExamples = []string{
	`v3/clusters/c-demo/clusterpipelines {"name": "github-enterprise", "spec": {"githubConfig": {
		"host": "github.example.com", "clientID": "0123456789abcdef0123", "clientSecret": "` + clientSecretOfExamples + `"
	}}}`,
	`v3/remoteaccounts {"name": "ra-k7f2x", "spec": {
		"type": "github", "displayName": "Octocat", "accountName": "octocat", "accessToken": "another access token"
	}}`,
	`v3/projects/c-demo:p-app/pipelines {"name": "p-x2k7d", "spec": {
		"displayName": "publish",
		"stages": [
			{"name": "clone", "steps": [
				{"type": "sourcecode", "sourceCodeStepConfig": {"repository": "https://github.com/octocat/app.git", "branch": "main"}}
			]},
			{"name": "test", "steps": [
				{"type": "runascript", "runAScriptStepConfig": {"image": "golang:1.26", "shellScript": "go test ./...", "env": ["CGO_ENABLED=0"]}}
			]},
			{"name": "publish", "steps": [
				{"type": "buildimage", "buildImageStepConfig": {"imageTag": "registry.example.com/app:main"}},
				{"type": "pushimage", "pushImageStepConfig": {"imageTag": "registry.example.com/app:main"}}
			]}
		],
		"triggers": {
			"cronTrigger": {"active": true, "timezone": "Asia/Hong_Kong", "expression": "0 4 * * *"},
			"webhookTrigger": {"active": true}
		}
	}}`,
}

// onlyImports fails for a plan that creates or destroys, and for one that imports nothing.
type onlyImports struct{}

func (onlyImports) CheckPlan(_ context.Context, request plancheck.CheckPlanRequest, response *plancheck.CheckPlanResponse) {
	for _, change := range request.Plan.ResourceChanges {
		actions := change.Change.Actions
		if change.Change.Importing == nil || slices.Contains(actions, tfjson.ActionCreate) || slices.Contains(actions, tfjson.ActionDelete) {
			response.Error = fmt.Errorf("%s: %v, which is not an import alone", change.Address, actions)
		}
	}
}

func examplesMatching(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(filepath.Join(examples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if len(matches) == 0 {
			t.Fatalf("no example matches %s", pattern)
		}
		files = append(files, matches...)
	}
	return files
}

func nameOf(file string) string { return strings.TrimPrefix(file, examples+"/") }

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func withRequirement(configuration string) string {
	if strings.Contains(configuration, "required_providers") {
		return configuration
	}
	return requirement + configuration
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// population is how much there is to manage.
type population struct {
	Projects  int `json:"projects"`  // of GitLab
	Schedules int `json:"schedules"` // in all projects together
	Variables int `json:"variables"` // of each schedule that has any
	Products  int `json:"products"`
	Runtimes  int `json:"runtimes"` // in all products together
	Pipelines int `json:"pipelines"`
}

// withVariables is one in how many schedules has variables.
const withVariables = 5

// varied is the number of schedules that have variables.
func (p population) varied() int {
	if p.Variables == 0 {
		return 0
	}
	return p.Schedules / withVariables
}

// variables is the number of variables of all schedules together.
func (p population) variables() int { return p.varied() * p.Variables }

func (p population) check() error {
	if min(p.Projects, p.Schedules, p.Products, p.Runtimes, p.Pipelines) < 1 || p.Variables < 0 {
		return errors.New("every number of the population must be 1 or more; -variables may be 0")
	}
	return nil
}

// describe says in words what there is of a system.
func (p population) describe(system string) string {
	switch system {
	case gitlab:
		return fmt.Sprintf("%s schedules in %s projects, %s of them with %s variables each",
			thousands(p.Schedules), thousands(p.Projects), thousands(p.varied()), thousands(p.Variables))
	case nautes:
		return fmt.Sprintf("%s runtimes in %s products", thousands(p.Runtimes), thousands(p.Products))
	default:
		return fmt.Sprintf("%s pipelines in a project", thousands(p.Pipelines))
	}
}

// seedFile writes the calls by which the sandbox makes, as it starts, what schedules and runtimes need to exist. GitLab's projects come first, so that
// their ids are 1 to the number of projects.
func (p population) seedFile(path string) error {
	type call struct {
		Method string         `json:"method"`
		Path   string         `json:"path"`
		Body   map[string]any `json:"body"`
	}
	// A project may have ten schedules, unless the administrator says otherwise.
	calls := []call{{http.MethodPut, "/api/v4/application/plan_limits", map[string]any{"plan_name": "default", "ci_pipeline_schedules": p.Schedules}}}
	post := func(path string, body map[string]any) { calls = append(calls, call{http.MethodPost, path, body}) }
	for i := range p.Projects {
		post("/api/v4/projects", map[string]any{"name": fmt.Sprintf("bench-%d", i+1), "initialize_with_readme": true, "default_branch": "main"})
	}
	post("/api/v1/clusters/pipelines", map[string]any{
		"api_server": "https://pipelines.example.com:6443", "cluster_kind": "kubernetes", "cluster_type": "physical",
		"usage": "worker", "worker_type": "pipeline", "kubeconfig": "apiVersion: v1",
	})
	for i := range p.Products {
		name := fmt.Sprintf("product-%d", i+1)
		product := "/api/v1/products/" + name
		post(product, map[string]any{"git": map[string]any{"gitlab": map[string]any{"name": name, "path": name, "visibility": "private"}}})
		post(product+"/projects/app", map[string]any{"language": "go"})
		post(product+"/environments/test", map[string]any{"cluster": "pipelines", "env_type": "test"})
		post(product+"/coderepos/app", map[string]any{
			"project": "app", "pipeline_runtime": true, "webhook": map[string]any{"events": []string{"push_events"}},
			"git": map[string]any{"gitlab": map[string]any{"name": "app", "path": "app", "visibility": "private"}},
		})
	}
	content, err := json.MarshalIndent(calls, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

// newRancherProject makes a cluster and a project in it, and returns the project's id. Rancher makes up ids, so no file of calls could name them.
func newRancherProject(ctx context.Context, baseURL, token string) (string, error) {
	create := func(kind string, body map[string]any) (string, error) {
		content, err := json.Marshal(body)
		if err != nil {
			return "", err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, baseURL+"/v3/"+kind, bytes.NewReader(content))
		if err != nil {
			return "", err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return "", err
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		var created struct{ ID string }
		if err := errors.Join(err, json.Unmarshal(answer, &created)); err != nil || created.ID == "" {
			return "", fmt.Errorf("POST %s: %s: %s", request.URL, response.Status, answer)
		}
		return created.ID, nil
	}
	cluster, err := create("clusters", map[string]any{"name": "bench"})
	if err != nil {
		return "", err
	}
	return create("projects", map[string]any{"name": "bench", "clusterId": cluster})
}

// configuration is what a Terraform configuration is written from.
type configuration struct {
	population
	Provider provider
	// BaseURL is GitLab's, for a provider that doesn't complete it by itself.
	BaseURL string
	// RancherProject is the id of the project that the pipelines are in.
	RancherProject string
}

// write writes the configuration of a system into a folder.
func (c configuration) write(system, folder string) error {
	files := map[string]string{"main.tf": configurations[system]}
	if system == gitlab {
		files[filepath.Join("varied", "main.tf")] = variedSchedule
	}
	for name, text := range files {
		parsed, err := template.New(name).Parse(requiredProvider + strings.TrimPrefix(text, "\n"))
		if err != nil {
			return err
		}
		var content bytes.Buffer
		if err := parsed.Execute(&content, c); err != nil {
			return err
		}
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Varied is [population.varied], Plain the number of the other schedules.
func (c configuration) Varied() int { return c.varied() }

// Plain is the number of schedules without variables.
func (c configuration) Plain() int { return c.Schedules - c.varied() }

const requiredProvider = `terraform {
  required_providers {
    {{.Provider.Name}} = { source = "{{.Provider.Source}}" }
  }
}

`

// configurations are templates of what is applied, by system. Each object differs from the others of its kind. Projects are named by their ids, as
// `gitlab_project.x.id` would, and refs are full, as the older GitLab provider needs them for an empty plan.
var configurations = map[string]string{
	gitlab: `
provider "{{.Provider.Name}}" {
  {{- with .BaseURL}}
  base_url = "{{.}}"
  {{- end}}
}

resource "{{.Provider.Prefix}}_pipeline_schedule" "plain" {
  count       = {{.Plain}}
  project     = tostring(count.index % {{.Projects}} + 1)
  description = "Plain schedule ${count.index}"
  ref         = "refs/heads/main"
  cron        = "${count.index % 60} ${floor(count.index / 60) % 24} * * *"
}

# In a module of its own, a variable refers to its one schedule. A reference to one of many instances makes Terraform
# look at all of them, for each variable again, which would be what is measured.
module "varied" {
  source  = "./varied"
  count   = {{.Varied}}
  project = tostring(count.index % {{.Projects}} + 1)
  number  = count.index
}
`,
	nautes: `
provider "cicd" {}

resource "cicd_nautes_project_pipeline_runtime" "bench" {
  count           = {{.Runtimes}}
  product         = "product-${count.index % {{.Products}} + 1}"
  name            = "build-${count.index}"
  project         = "app"
  pipeline_source = "app"
  pipelines       = [{ name = "build", path = "pipelines/build-${count.index}" }]
  event_sources = [
    { name = "push", gitlab = { repo_name = "app", revision = "refs/heads/main", events = ["push_events"] } },
    { name = "daily", calendar = { schedule = "${count.index % 60} 17 * * *", timezone = "Asia/Shanghai" } },
  ]
  pipeline_triggers = [
    { event_source = "push", pipeline = "build" },
    { event_source = "daily", pipeline = "build", revision = "main" },
  ]
  destination = { environment = "test" }
}
`,
	rancher: `
provider "cicd" {}

resource "cicd_rancher_pipeline" "bench" {
  count        = {{.Pipelines}}
  project_id   = "{{.RancherProject}}"
  display_name = "build ${count.index}"
  stages = [
    {
      name  = "clone"
      steps = [{ type = "sourcecode", source_code = { repository = "https://github.com/octocat/app-${count.index}.git", branch = "main" } }]
    },
    {
      name  = "test"
      steps = [{ type = "runascript", run_script = { image = "golang:1.26", shell_script = "go test ./..." } }]
    },
  ]
  triggers = {
    cron = { active = true, timezone = "Asia/Hong_Kong", expression = "${count.index % 60} 4 * * *" }
  }
}
`,
}

// variedSchedule is the module of one schedule with variables.
const variedSchedule = `
variable "project" {
  type = string
}

variable "number" {
  type = number
}

resource "{{.Provider.Prefix}}_pipeline_schedule" "this" {
  project     = var.project
  description = "Schedule ${var.number} with variables"
  ref         = "refs/heads/main"
  cron        = "${var.number % 60} ${floor(var.number / 60) % 24} * * 1-5"
}

resource "{{.Provider.Prefix}}_pipeline_schedule_variable" "this" {
  count                = {{.Variables}}
  project              = var.project
  pipeline_schedule_id = {{.Provider.ScheduleID}}
  key                  = "KEY_${count.index}"
  value                = "value ${count.index} of schedule ${var.number}"
}
`

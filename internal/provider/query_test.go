// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const queryConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "token" { sensitive = true }
variable "base_url" {}

provider "cicd" {
  gitlab = {
    base_url = var.base_url
    token    = var.token
  }
  nautes = {
    base_url = var.base_url
    token    = var.token
  }
  rancher = {
    base_url = var.base_url
    token    = var.token
  }
}
`

// newQuery is the demo world, with a secret for the schedule's variable, and a
// workspace with queries to it.
func newQuery(t *testing.T, queries string) *workspace {
	t.Helper()
	acctest.Needs(t, acctest.Actions)
	startDemoWorld(t, true)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut,
		os.Getenv("GITLAB_BASE_URL")+"/api/v4/projects/demo%2Fapp/pipeline_schedules/1/variables/PACKAGE_VERSION?value="+valueSecret, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("PRIVATE-TOKEN", os.Getenv("GITLAB_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("setting the variable: %s", response.Status)
	}
	w := newWorkspace(t, queryConfiguration, map[string]string{"base_url": os.Getenv("GITLAB_BASE_URL"), "token": os.Getenv("GITLAB_TOKEN")})
	w.write("adopt.tfquery.hcl", queries)
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// adopt generates configuration for what the queries find, and imports it,
// which has to be n objects and to change nothing.
func (w *workspace) adopt(n string) {
	w.t.Helper()
	for _, step := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"query", "-json"}, `"type":"list_resource_found"`},
		{[]string{"query", "-generate-config-out=generated.tf"}, "demo"},
		{[]string{"plan"}, "Plan: " + n + " to import, 0 to add, 0 to change, 0 to destroy."},
		{[]string{"apply", "-auto-approve"}, "Apply complete! Resources: " + n + " imported, 0 added, 0 changed, 0 destroyed."},
		{[]string{"plan"}, "No changes."},
	} {
		shown := w.run(true, step.arguments...)
		if !strings.Contains(shown, step.want) {
			w.t.Fatalf("%v doesn't show %q. \n%s", step.arguments, step.want, shown[:min(len(shown), 4000)])
		}
		w.hides(strings.Join(step.arguments, " "), shown)
	}
	w.hides("the generated configuration", read(w.t, filepath.Join(w.folder, "generated.tf")))
}

// hides checks that a text has neither the secret of the schedule's variable nor
// that of the cluster's pipeline configuration.
func (w *workspace) hides(name, text string) {
	w.t.Helper()
	for _, secret := range []string{valueSecret, clientSecretOfExamples} {
		if at := strings.Index(text, secret); at >= 0 {
			w.t.Errorf("%s shows a secret: …%s…", name, text[max(0, at-300):min(len(text), at+100)])
		}
	}
}

// What the examples find can be adopted as it is.
func TestExampleQueries(t *testing.T) {
	var queries strings.Builder
	for _, file := range examplesMatching(t, "list-resources/*/list-resource.tfquery.hcl") {
		queries.WriteString(read(t, file) + "\n")
	}
	newQuery(t, queries.String()).adopt("7")
}

// So can what the guide finds.
func TestAdoptingAsTheGuideSays(t *testing.T) {
	guide := read(t, "../../templates/guides/adopt-what-exists.md")
	var queries strings.Builder
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(guide, -1) {
		if strings.HasPrefix(block[1], "list ") {
			queries.WriteString(block[1] + "\n")
		}
	}
	newQuery(t, queries.String()).adopt("3")
	for _, typeName := range []string{"cicd_gitlab_pipeline_schedule", "cicd_nautes_project_pipeline_runtime"} {
		if !strings.Contains(queries.String(), `list "`+typeName+`"`) {
			t.Errorf("the guide has no query of %s", typeName)
		}
	}
}

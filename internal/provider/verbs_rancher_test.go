// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const rancherVerbsConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "token" { sensitive = true }
variable "base_url" {}

provider "cicd" {
  rancher = {
    base_url    = var.base_url
    token       = var.token
    max_retries = 0
  }
}
`

// since114 skips a test for a tool that knows neither actions nor queries.
func since114(w *workspace) {
	w.t.Helper()
	out, _ := exec.CommandContext(w.t.Context(), w.tool, "version").Output()
	var major, minor int
	if _, err := fmt.Sscanf(string(out), "Terraform v%d.%d", &major, &minor); err != nil || major == 1 && minor < 14 {
		w.t.Skip("needs Terraform 1.14")
	}
}

// What the examples find can be adopted: the generated configuration imports it,
// and changes nothing.
func TestRancherQueriesPlanEmpty(t *testing.T) {
	startDemoWorld(t, true)
	w := newWorkspace(t, rancherVerbsConfiguration, map[string]string{"base_url": os.Getenv("RANCHER_URL"), "token": os.Getenv("RANCHER_TOKEN_KEY")})
	since114(w)
	var queries strings.Builder
	for _, file := range examplesMatching(t, "list-resources/cicd_rancher_*/list-resource.tfquery.hcl") {
		queries.WriteString(read(t, file) + "\n")
	}
	if err := os.WriteFile(filepath.Join(w.folder, "adopt.tfquery.hcl"), []byte(queries.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"query", "-json"}, `"type":"list_resource_found"`},
		{[]string{"query", "-generate-config-out=generated.tf"}, "publish"},
		{[]string{"plan"}, "Plan: 4 to import, 0 to add, 0 to change, 0 to destroy."},
		{[]string{"apply", "-auto-approve"}, "Apply complete! Resources: 4 imported, 0 added, 0 changed, 0 destroyed."},
		{[]string{"plan"}, "No changes."},
	} {
		shown := w.run(true, step.arguments...)
		if !strings.Contains(shown, step.want) {
			t.Fatalf("%v doesn't show %q: %s", step.arguments, step.want, shown[:min(len(shown), 4000)])
		}
	}
	if generated := read(t, filepath.Join(w.folder, "generated.tf")); strings.Contains(generated, "another client secret") {
		t.Errorf("the generated configuration has a secret:\n%s", generated)
	}
}

// The code of a login is shown nowhere, and sent once.
func TestRancherLoginKeepsItsCode(t *testing.T) {
	t.Parallel()
	const code = "CANARY-of-a-code"
	p := acctest.SandboxRancher(t).NewProject()
	w := newWorkspace(t, rancherVerbsConfiguration+fmt.Sprintf(`
variable "code" { sensitive = true }
action "cicd_rancher_remote_account_login" "github" {
  config {
    type       = "github"
    code       = var.code
    cluster_id = %q
  }
}
`, p.ClusterID), map[string]string{"base_url": p.BaseURL, "token": p.Token, "code": code})
	since114(w)
	login := func(succeeds bool) string {
		t.Helper()
		shown := w.run(succeeds, "apply", "-auto-approve", "-invoke=action.cicd_rancher_remote_account_login.github")
		for _, secret := range []string{code, p.Token} {
			if at := strings.Index(shown, secret); at >= 0 {
				t.Errorf("a secret is shown: …%s…", shown[max(0, at-300):min(len(shown), at+100)])
			}
		}
		return shown
	}
	if shown := login(false); !strings.Contains(shown, "github oauth app is not configured") {
		t.Errorf("the failure isn't told: %s", shown)
	}
	p.Make("clusters/"+p.ClusterID+"/clusterpipelines", acctest.Members{"githubConfig": acctest.Members{"clientID": "x", "clientSecret": "y"}})
	p.ForgetRequests()
	if shown := login(true); !strings.Contains(shown, "): connected") {
		t.Errorf("the success isn't told: %s", shown)
	}
	login(false)
	if posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") }); len(posts) != 2 {
		t.Errorf("requests %q", posts)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const invokedConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "token" { sensitive = true }
variable "base_url" {}
variable "value" { sensitive = true }

provider "cicd" {
  gitlab = {
    base_url    = var.base_url
    token       = var.token
    max_retries = 0
  }
}
action "cicd_gitlab_pipeline_create" "release" {
  config {
    project   = %[1]q
    ref       = "main"
    variables = [{ key = "RELEASE_KEY", value = var.value }]
    inputs    = { release_key = var.value }
    wait      = true
  }
}
data "cicd_gitlab_pipeline" "latest" { project = %[1]q }
action "cicd_gitlab_pipeline_retry" "latest" {
  config {
    project     = %[1]q
    pipeline_id = data.cicd_gitlab_pipeline.latest.id
  }
}
`

// An action can be run by itself. What it is given, and what becomes of it, is
// shown without secrets.
func TestActionIsInvoked(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Actions)
	p := acctest.SandboxGitLab(t).NewProject()
	p.TimePasses(time.Minute)
	w := newWorkspace(t, fmt.Sprintf(invokedConfiguration, p.Path), map[string]string{"base_url": p.BaseURL, "token": p.Token, "value": valueSecret})
	p.ForgetRequests()
	shown := w.run(true, "apply", "-auto-approve", "-invoke=action.cicd_gitlab_pipeline_create.release")
	for _, text := range []string{"Pipeline 1: created http", "Pipeline 1: success"} {
		if !strings.Contains(shown, text) {
			t.Errorf("%q is not told", text)
		}
	}
	for _, secret := range []string{valueSecret, p.Token} {
		if at := strings.Index(shown, secret); at >= 0 {
			t.Errorf("a secret is shown: …%s…", shown[max(0, at-300):min(len(shown), at+100)])
		}
	}
	if shown := w.run(true, "apply", "-auto-approve", "-invoke=action.cicd_gitlab_pipeline_retry.latest"); !strings.Contains(shown, "it stays so when there is nothing to run again") {
		t.Errorf("the action on what a data source read says: %s", shown)
	}
	posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") })
	if len(posts) != 2 {
		t.Errorf("requests %q", posts)
	}
}

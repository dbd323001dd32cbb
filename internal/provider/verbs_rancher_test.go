// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
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

// The code of a login is shown nowhere, and sent once.
func TestRancherLoginKeepsItsCode(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Actions)
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

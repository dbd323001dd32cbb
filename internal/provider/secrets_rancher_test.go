// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const rancherSecretsConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "base_url" {}
variable "access_key" {}
variable "secret_key" { sensitive = true }
variable "header" { sensitive = true }
variable "client_secret" { sensitive = true }
variable "access_token" { sensitive = true }

provider "cicd" {
  rancher = {
    base_url    = var.base_url
    access_key  = var.access_key
    secret_key  = var.secret_key
    headers     = { X-Proxy-Secret = var.header }
    max_retries = 0
  }
}
resource "cicd_rancher_cluster_pipeline_config" "kept" {
  cluster_id = %[1]q
  name       = "kept"
  github     = { client_id = "xxxxxx", client_secret = var.client_secret }
}
resource "cicd_rancher_remote_account" "kept" {
  type         = "github"
  access_token = var.access_token
}
data "cicd_rancher_cluster_pipeline_config" "kept" { id = cicd_rancher_cluster_pipeline_config.kept.id }
data "cicd_rancher_cluster_pipeline_configs" "all" { cluster_id = %[1]q }
data "cicd_rancher_remote_accounts" "all" {}
`

const rancherWriteOnlySecretsConfiguration = `
variable "client_secret_wo" {
  sensitive = true
  ephemeral = true
}
variable "access_token_wo" {
  sensitive = true
  ephemeral = true
}
variable "wo_version" { type = number }
resource "cicd_rancher_cluster_pipeline_config" "write_only" {
  cluster_id = %[1]q
  name       = "write-only"
  github = {
    client_id                = "xxxxxx"
    client_secret_wo         = var.client_secret_wo
    client_secret_wo_version = var.wo_version
  }
}
resource "cicd_rancher_remote_account" "write_only" {
  type                    = "github"
  access_token_wo         = var.access_token_wo
  access_token_wo_version = var.wo_version
}
`

// Rancher shows a secret once, in the answer to its creation. That isn't logged,
// nor is any other; the state has those that are to be kept.
func TestRancherSecretsStaySecret(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	secrets := map[string]string{
		"secret_key": "CANARY-of-a-secret-key", "header": headerSecret, "client_secret": "CANARY-of-a-client", "client_secret_wo": "CANARY-of-a-write-only-client",
		"access_token": "CANARY-of-an-account", "access_token_wo": "CANARY-of-a-write-only-account",
	}
	configuration := whereWriteOnly(rancherSecretsConfiguration, rancherWriteOnlySecretsConfiguration)
	w := newWorkspace(t, fmt.Sprintf(configuration, r.NewCluster()), map[string]string{
		"base_url": r.BaseURL, "access_key": "token-x1y2z", "wo_version": "1",
	})
	maps.Copy(w.setting, secrets)
	keepsSecrets := func(output, what string) {
		t.Helper()
		w.keepsSecrets(slices.Collect(maps.Keys(secrets)), output, what)
	}
	for _, arguments := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"plan"}, {"refresh"}} {
		keepsSecrets(w.run(true, arguments...), arguments[0])
	}
	state := w.state()
	for name, secret := range secrets {
		kept := name == "client_secret" || name == "access_token"
		if strings.Contains(state, secret) != kept {
			t.Errorf("that the state has %s should be %v", name, kept)
		}
	}

	// A change of everything, then errors that tell all they know.
	for _, name := range []string{"client_secret", "client_secret_wo", "access_token", "access_token_wo"} {
		w.setting[name] += "-2"
	}
	w.setting["wo_version"] = "2"
	keepsSecrets(w.run(true, "apply", "-auto-approve"), "apply of other values")
	token := w.setting["access_key"] + ":" + secrets["secret_key"]
	body := fmt.Sprintf(`{"type":"error","status":422,"code":"InvalidOption","fieldName":"spec","message":"You sent %s and %s"}`, token, headerSecret)
	for name, rule := range telling(token, headerSecret, body, fmt.Sprintf(`{"type":"error","status":"401","message":"must authenticate, not as %s"}`, secrets["secret_key"])) {
		if err := r.Sandbox.Faults().Add(rule); err != nil {
			t.Fatal(err)
		}
		keepsSecrets(w.run(false, "plan"), "plan after "+strings.ReplaceAll(name, "CANARY", ""))
		r.Sandbox.Faults().Clear()
	}

	// Errors that tell the body of what they refuse.
	w.setting["client_secret"], w.setting["client_secret_wo"], w.setting["wo_version"] = secrets["client_secret"]+"-3", secrets["client_secret_wo"]+"-3", "3"
	for name, secret := range map[string]string{"kept": w.setting["client_secret"], "write-only": w.setting["client_secret_wo"]} {
		if err := r.Sandbox.Faults().Add(faults.Rule{
			Method: http.MethodPut, Path: ":" + name + "$", Fault: faults.Status, Status: http.StatusUnprocessableEntity,
			Body: fmt.Sprintf(`{"type":"error","status":422,"code":"InvalidFormat","message":"refused: %s"}`, secret),
		}); err != nil {
			t.Fatal(err)
		}
	}
	refused := w.run(false, "apply", "-auto-approve")
	keepsSecrets(refused, "apply that is refused")
	want := strings.Count(configuration, `resource "cicd_rancher_cluster_pipeline_config"`)
	if n := strings.Count(refused, "Cannot update cluster pipeline configuration"); n < want {
		t.Errorf("%d refusals, want those of all %d configurations", n, want)
	}
	r.Sandbox.Faults().Clear()
	keepsSecrets(w.run(true, "destroy", "-auto-approve"), "destroy")
}

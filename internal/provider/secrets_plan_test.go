// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"archive/zip"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const plannedSecretsConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "base_url" {}
variable "token" {
  sensitive = true
  ephemeral = true
}
variable "api_key" {
  sensitive = true
  ephemeral = true
}
variable "header" {
  sensitive = true
  ephemeral = true
}
variable "client_cert" {
  ephemeral = true
}
variable "client_key" {
  sensitive = true
  ephemeral = true
}
variable "write_only" {
  sensitive = true
  ephemeral = true
}
variable "value" { sensitive = true }

locals {
  connection = {
    base_url        = var.base_url
    max_retries     = 0
    headers         = { X-Proxy-Secret = var.header }
    client_cert_pem = var.client_cert
    client_key_pem  = var.client_key
  }
}
provider "cicd" {
  gitlab  = merge(local.connection, { token = var.token })
  nautes  = merge(local.connection, { token = var.token })
  rancher = merge(local.connection, { token = var.api_key })
}
resource "cicd_gitlab_pipeline_schedule" "this" {
  project     = "demo/app"
  description = "Nightly"
  ref         = "main"
  cron        = "0 1 * * 5"
  variables   = { A = { value = var.value } }
  inputs      = { key = var.value }
}
resource "cicd_gitlab_pipeline_schedule_variable" "this" {
  project              = "demo/app"
  pipeline_schedule_id = 1
  key                  = "WRITE_ONLY"
  value_wo             = var.write_only
  value_wo_version     = 1
}
resource "cicd_nautes_project_pipeline_runtime" "this" {
  product             = "demo"
  name                = "secret-build"
  project             = "app"
  pipeline_source     = "app"
  insecure_skip_check = true
  destination         = { environment = "test" }
  pipelines           = [{ name = "build", path = "pipelines/build" }]
  event_sources       = [{ name = "push", gitlab = { repo_name = "app", revision = "main", events = ["push_events"] } }]
  pipeline_triggers   = [{ event_source = "push", pipeline = "build" }]
  hooks               = { pre_hooks = [{ name = "ls", vars = { printenv = var.value } }] }
}
resource "cicd_rancher_cluster_pipeline_config" "this" {
  cluster_id = "c-demo"
  name       = "write-only"
  github     = { client_id = "0123456789abcdef0123", client_secret_wo = var.write_only, client_secret_wo_version = 1 }
}
resource "cicd_rancher_remote_account" "this" {
  type         = "github"
  access_token = var.value
}
data "cicd_gitlab_pipeline_variables" "this" {
  project     = "demo/app"
  pipeline_id = 1
}
data "cicd_nautes_project_pipeline_runtimes" "all" { product = "demo" }
data "cicd_rancher_remote_accounts" "all" {}
`

// A plan that is kept in a file has the values that are planned, and neither
// credentials nor what is written only; nor has the state after it, nor what
// Terraform prints and logs of either.
func TestSavedPlanHoldsOnlyWhatIsPlanned(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	world := newDemoWorld(t)
	never := map[string]string{"token": secretToken, "api_key": secretRancher, "header": headerSecret, "client_key": world.client.keyPEM, "write_only": secretWriteOnly}
	w := newWorkspace(t, plannedSecretsConfiguration, map[string]string{"base_url": world.address, "client_cert": world.client.certificatePEM, "value": secretValue})
	maps.Copy(w.setting, never)
	hides := func(what, text string, names ...string) {
		t.Helper()
		for _, name := range names {
			secrets := []string{w.setting[name]}
			if name == "client_key" {
				secrets = strings.Split(w.setting[name], "\n")[1:3]
			}
			for _, secret := range secrets {
				if at := strings.Index(text, secret); at >= 0 {
					t.Errorf("%s shows %s: …%q…", what, name, text[max(0, at-200):min(len(text), at+100)])
				}
			}
		}
	}
	neverNames := slices.Collect(maps.Keys(never))
	hides("plan", w.run(true, "plan", "-out=plan.bin"), append(neverNames, "value")...)

	parts, err := zip.OpenReader(filepath.Join(w.folder, "plan.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	planned := false
	for _, part := range parts.File {
		file, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		hides(part.Name+" of the plan", string(content), neverNames...)
		planned = planned || strings.Contains(string(content), secretValue)
	}
	if !planned {
		t.Error("the plan has no value, so nothing was proved")
	}
	hides("apply", w.run(true, "apply", "plan.bin"), append(neverNames, "value")...)
	hides("the state", w.state(), neverNames...)
	if !strings.Contains(w.state(), secretValue) {
		t.Error("the state has no value, so nothing was proved")
	}
}

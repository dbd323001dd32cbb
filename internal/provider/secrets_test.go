// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// The secrets of a run. Each has its own text, so that a test that finds one
// says which.
const (
	headerSecret         = "CANARY-of-a-header"
	scheduleValueSecret  = "CANARY-of-a-schedules-variable"
	valueSecret          = "CANARY-of-a-variable"
	runValueSecret       = "CANARY-of-a-runs-variable"
	writeOnlySecret      = "CANARY-of-a-write-only-variable"
	otherWriteOnlySecret = "CANARY-of-the-next-write-only-variable"
)

const secretsConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "token" { sensitive = true }
variable "base_url" {}
variable "header" { sensitive = true }
variable "schedule_value" { sensitive = true }
variable "value" { sensitive = true }
variable "run_value" { sensitive = true }

provider "cicd" {
  gitlab = {
    base_url    = var.base_url
    token       = var.token
    headers     = { X-Proxy-Secret = var.header }
    max_retries = 0
  }
}
resource "cicd_gitlab_pipeline_schedule" "this" {
  project     = %[1]q
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
  variables   = { A = { value = var.schedule_value } }
  inputs      = { environment = "staging" }
}
resource "cicd_gitlab_pipeline_schedule" "other" {
  project     = %[1]q
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}
resource "cicd_gitlab_pipeline_schedule_variable" "plain" {
  project              = %[1]q
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.other.pipeline_schedule_id
  key                  = "PLAIN"
  value                = var.value
}
resource "cicd_gitlab_pipeline" "this" {
  project   = %[1]q
  ref       = "main"
  variables = [{ key = "RUN", value = var.run_value }]
}
data "cicd_gitlab_pipeline_variables" "this" {
  project     = %[1]q
  pipeline_id = cicd_gitlab_pipeline.this.pipeline_id
}
data "cicd_gitlab_pipeline_schedule" "this" {
  project              = %[1]q
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.this.pipeline_schedule_id
}
data "cicd_gitlab_pipeline_schedules" "all" { project = %[1]q }
data "cicd_gitlab_pipelines" "all" { project = %[1]q }
data "cicd_gitlab_pipeline" "latest" { project = %[1]q }
`

const writeOnlySecretsConfiguration = `
variable "value_wo" {
  sensitive = true
  ephemeral = true
}
variable "value_wo_version" { type = number }
resource "cicd_gitlab_pipeline_schedule_variable" "write_only" {
  project              = %[1]q
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.other.pipeline_schedule_id
  key                  = "WRITE_ONLY"
  value_wo             = var.value_wo
  value_wo_version     = var.value_wo_version
}
`

// whereWriteOnly adds to a configuration what only a command-line tool with
// write-only arguments takes.
func whereWriteOnly(configuration, more string) string {
	if !acctest.Has(acctest.WriteOnly) {
		return configuration
	}
	return configuration + more
}

// workspace is a folder in which the command-line tool runs with the built
// provider, and logs all that it can.
type workspace struct {
	t       *testing.T
	folder  string
	tool    string
	setting map[string]string
}

func newWorkspace(t *testing.T, configuration string, setting map[string]string) *workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("runs Terraform, so it needs TF_ACC=1")
	}
	w := &workspace{t: t, folder: t.TempDir(), tool: acctest.Tool(), setting: setting}
	if w.tool == "" {
		t.Skip("there is no terraform")
	}
	built, err := builtTools()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"main.tf":     configuration,
		"terraformrc": fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n    \"terraform-provider-cicd/cicd\" = %q\n  }\n  direct {}\n}\n", built),
	} {
		if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// run runs one command, and returns all that it printed and logged.
func (w *workspace) run(succeeds bool, arguments ...string) string {
	w.t.Helper()
	log := filepath.Join(w.folder, "log")
	command := exec.CommandContext(w.t.Context(), w.tool, append([]string{arguments[0], "-no-color"}, arguments[1:]...)...)
	command.Dir = w.folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.folder, "terraformrc"), "TF_LOG=TRACE", "TF_LOG_PATH="+log, "TF_INPUT=0",
		"GITLAB_TOKEN=", "GITLAB_BASE_URL=", "RANCHER_URL=", "RANCHER_TOKEN_KEY=", "RANCHER_ACCESS_KEY=", "RANCHER_SECRET_KEY=")
	for name, value := range w.setting {
		command.Env = append(command.Env, "TF_VAR_"+name+"="+value)
	}
	printed, err := command.CombinedOutput()
	if (err == nil) != succeeds {
		w.t.Fatalf("%v: %v\n%s", arguments, err, printed)
	}
	logged, err := os.ReadFile(log)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.Remove(log); err != nil {
		w.t.Fatal(err)
	}
	if !bytes.Contains(logged, []byte("API request")) {
		w.t.Errorf("%v: the log has no requests, so nothing was proved", arguments)
	}
	return string(printed) + string(logged)
}

// Nothing that a run prints, logs or keeps has a secret that doesn't belong
// there.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
	secrets := map[string]string{
		"token": p.Token, "header": headerSecret, "schedule_value": scheduleValueSecret, "value": valueSecret, "run_value": runValueSecret,
		"value_wo": writeOnlySecret,
	}
	w := newWorkspace(t, fmt.Sprintf(whereWriteOnly(secretsConfiguration, writeOnlySecretsConfiguration), p.Path), map[string]string{"base_url": p.BaseURL, "value_wo_version": "1"})
	maps.Copy(w.setting, secrets)
	keepsSecrets := func(output, what string) {
		t.Helper()
		w.keepsSecrets(slices.Collect(maps.Keys(secrets)), output, what)
	}
	for _, arguments := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"plan"}, {"refresh"}} {
		keepsSecrets(w.run(true, arguments...), arguments[0])
	}
	state := w.state()
	for name, kept := range map[string]bool{"token": false, "header": false, "value_wo": false, "value": true, "schedule_value": true, "run_value": true} {
		if strings.Contains(state, secrets[name]) != kept {
			t.Errorf("that the state has %s should be %v", name, kept)
		}
	}

	// A change of everything, then errors that tell all they know.
	w.setting["value_wo"], w.setting["value_wo_version"] = otherWriteOnlySecret, "2"
	w.setting["value"], w.setting["schedule_value"], w.setting["run_value"] = valueSecret+"2", scheduleValueSecret+"2", runValueSecret+"2"
	keepsSecrets(w.run(true, "apply", "-auto-approve"), "apply of other values")
	echo := p.Token + " and " + headerSecret
	for name, rule := range telling(p.Token, headerSecret,
		fmt.Sprintf(`{"message":{"base":["You sent %s"]}}`, echo), fmt.Sprintf(`{"error":"invalid","error_description":"Token %s is bad"}`, echo)) {
		if err := p.Sandbox.Faults().Add(rule); err != nil {
			t.Fatal(err)
		}
		keepsSecrets(w.run(false, "plan"), "plan after "+name)
		p.Sandbox.Faults().Clear()
	}
	keepsSecrets(w.run(true, "destroy", "-auto-approve"), "destroy")
}

// keepsSecrets fails the test when an output shows one of the variables.
func (w *workspace) keepsSecrets(variables []string, output, what string) {
	w.t.Helper()
	for _, name := range variables {
		if at := strings.Index(output, w.setting[name]); at >= 0 {
			w.t.Errorf("%s shows %s: …%s…", what, name, output[max(0, at-300):min(len(output), at+100)])
		}
	}
}

// telling are errors that tell what they were sent: the bodies that are given,
// and what can stand in any API's place.
func telling(token, header string, bodies ...string) map[string]faults.Rule {
	echo := token + " and " + header
	rules := map[string]faults.Rule{
		"a text":           {Fault: faults.Status, Status: http.StatusBadGateway, Body: "No route for " + echo, Headers: map[string]string{"Content-Type": "text/plain"}},
		"a page":           {Fault: faults.HTML, Body: "<html><title>" + echo + "</title></html>"},
		"a redirect":       {Fault: faults.Redirect, Headers: map[string]string{"Location": "https://elsewhere.example.com/" + token + "/" + header}},
		"a lost answer":    {Fault: faults.ResetBefore},
		"a cut-off answer": {Fault: faults.Truncate},
	}
	for _, body := range bodies {
		rules[body] = faults.Rule{Fault: faults.Status, Status: http.StatusBadRequest, Body: body}
	}
	return rules
}

func (w *workspace) state() string {
	w.t.Helper()
	state, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(state)
}

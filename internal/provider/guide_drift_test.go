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

	"go.yaml.in/yaml/v3"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const driftFolder = examples + "/drift/"

// driftJob is the shell of a job of the guide, and where it leaves its summary.
type driftJob struct {
	script, summary, token string
	environment            []string
}

// gitLabDriftJob is the GitLab job as its runner runs it, started by a schedule or for a merge request.
func gitLabDriftJob(t *testing.T, address, token, source string) driftJob {
	t.Helper()
	var jobs map[string]struct {
		Script    []string          `yaml:"script"`
		Variables map[string]string `yaml:"variables"`
		Artifacts struct {
			When    string            `yaml:"when"`
			Paths   []string          `yaml:"paths"`
			Reports map[string]string `yaml:"reports"`
		} `yaml:"artifacts"`
	}
	if err := yaml.Unmarshal([]byte(read(t, driftFolder+"gitlab-ci.yml")), &jobs); err != nil {
		t.Fatal(err)
	}
	job := jobs["drift"]
	if job.Artifacts.When != "always" || len(job.Artifacts.Paths) != 1 || job.Artifacts.Reports["terraform"] != "drift.json" {
		t.Fatalf("the job keeps %v", job.Artifacts)
	}
	environment := []string{"GITLAB_TOKEN=" + token, "CI_PIPELINE_SOURCE=" + source} // what GitLab and the user set
	for name, value := range job.Variables {
		environment = append(environment, name+"="+strings.ReplaceAll(value, "$CI_SERVER_URL", address))
	}
	return driftJob{strings.Join(job.Script, "\n"), job.Artifacts.Paths[0], token, environment}
}

// gitHubDriftJob is the GitHub job as its runner runs it, but for the steps that others have written.
func gitHubDriftJob(t *testing.T, address, token string) driftJob {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Env   map[string]string `yaml:"env"`
			Steps []struct {
				Uses string         `yaml:"uses"`
				With map[string]any `yaml:"with"`
				Run  string         `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	text := read(t, driftFolder+"github.yml")
	if uses, pinned := strings.Count(text, "uses:"), len(regexp.MustCompile(`uses: [\w/-]+@[0-9a-f]{40} # v\d`).FindAllString(text, -1)); uses != pinned {
		t.Errorf("of %d actions, only %d are pinned by a commit with its version beside it", uses, pinned)
	}
	if err := yaml.Unmarshal([]byte(text), &workflow); err != nil {
		t.Fatal(err)
	}
	job := driftJob{summary: "summary.md", token: token, environment: []string{"GITHUB_STEP_SUMMARY=summary.md"}}
	given := strings.NewReplacer("${{ vars.GITLAB_BASE_URL }}", address, "${{ secrets.GITLAB_TOKEN }}", token)
	for name, value := range workflow.Jobs["drift"].Env {
		job.environment = append(job.environment, name+"="+given.Replace(value))
	}
	for _, step := range workflow.Jobs["drift"].Steps {
		if strings.HasPrefix(step.Uses, "hashicorp/setup-terraform@") && step.With["terraform_wrapper"] != false {
			t.Error("the wrapper hides the exit code")
		}
		job.script += step.Run + "\n"
	}
	return job
}

// The guide's jobs tell drift from none, and an error from both. What they leave behind has no values.
func TestDriftGuide(t *testing.T) {
	t.Parallel()
	const secret = "CANARY-of-a-schedules-variable"
	p := acctest.SandboxGitLab(t).NewProject()
	r := newReader(t)
	r.put("drift.sh", read(t, driftFolder+"drift.sh"))
	r.put("main.tf", strings.ReplaceAll(read(t, driftFolder+"main.tf"), "demo/app", p.Path)+`
resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "`+p.Path+`"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
  variables   = { KEY = { value = "`+secret+`" } }
}
`)
	if out, code := r.do("terraform init\nterraform apply -auto-approve", "GITLAB_BASE_URL="+p.BaseURL, "GITLAB_TOKEN="+p.Token); code != 0 {
		t.Fatalf("%d: %s", code, out)
	}
	// The scope that the guide says is enough.
	token, _ := p.Object(http.MethodPost, "users/1/personal_access_tokens", map[string]any{"name": "drift", "scopes": []string{"read_api"}, "expires_at": "2026-06-01"})["token"].(string)
	run := func(job driftJob, wantCode int) (summary string) {
		t.Helper()
		printed, code := r.do(job.script, job.environment...)
		summary = read(t, filepath.Join(r.folder, job.summary))
		if code != wantCode {
			t.Errorf("the job ends with %d, not %d, and says\n%s%s", code, wantCode, summary, printed)
		}
		if strings.Contains(printed+summary, secret) || strings.Contains(printed+summary, job.token) {
			t.Errorf("there is a secret in\n%s%s", summary, printed)
		}
		if err := os.Remove(filepath.Join(r.folder, job.summary)); err != nil {
			t.Fatal(err)
		}
		return summary
	}
	reports := func(want string) {
		t.Helper()
		if report := read(t, filepath.Join(r.folder, "drift.json")); report != want {
			t.Errorf("GitLab's report is %q, not %q", report, want)
		}
	}
	says := func(summary, want string) {
		t.Helper()
		if summary != want {
			t.Errorf("the summary is\n%s\nnot\n%s", summary, want)
		}
	}
	scheduled := func(token string) driftJob { return gitLabDriftJob(t, p.BaseURL, token, "schedule") }

	const none = "### No drift: 0 to add, 0 to change, 0 to destroy\n"
	says(run(scheduled(token), 0), none)
	reports(`{"create": 0, "update": 0, "delete": 0}` + "\n")
	says(run(gitHubDriftJob(t, p.BaseURL, token), 0), none)

	for _, schedule := range p.Schedules() {
		path := p.URL("pipeline_schedules/%d", acctest.Number(schedule["id"]))
		if schedule["description"] == "Drift" {
			p.Call(http.MethodDelete, path, nil)
			continue
		}
		p.Object(http.MethodPut, path, map[string]any{"cron": "30 4 * * *"})
		p.Object(http.MethodPut, path+"/variables/KEY", map[string]any{"value": secret + "2"})
	}
	shown := blocks(read(t, guides+"drift-detection-in-ci.md.tmpl"), "text")
	for _, job := range []struct {
		driftJob
		code int
	}{
		{scheduled(token), 2},
		{gitLabDriftJob(t, p.BaseURL, token, "merge_request_event"), 0},
		{gitHubDriftJob(t, p.BaseURL, token), 2},
	} {
		says(run(job.driftJob, job.code), shown[0])
		reports(`{"create": 1, "update": 1, "delete": 0}` + "\n")
	}

	const wrong = "glpat-wrong"
	for _, job := range []driftJob{scheduled(wrong), gitHubDriftJob(t, p.BaseURL, wrong)} {
		summary := regexp.MustCompile(regexp.QuoteMeta(p.Path)+`:\d+`).ReplaceAllString(run(job, 1), "demo/app:1")
		for line := range strings.Lines(shown[1]) {
			if !strings.Contains(summary, line) {
				t.Errorf("the summary has no %q:\n%s", line, summary)
			}
		}
		reports("")
	}
}

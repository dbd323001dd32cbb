// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const (
	schedulesType = "cicd_gitlab_pipeline_schedules"
	pipelineType  = "cicd_gitlab_pipeline"
	pipelinesType = "cicd_gitlab_pipelines"
)

// The data sources show what the resources make, and what runs of it.
func TestDataSourcesInAConfiguration(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	pipeline := p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
	steps(t, resource.TestStep{
		Config: p.Config(`
%s
data "cicd_gitlab_pipeline_schedule" "this" {
  project              = cicd_gitlab_pipeline_schedule.this.project
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.this.pipeline_schedule_id
}
data "cicd_gitlab_pipeline_schedules" "inactive" {
  project    = %[2]q
  scope      = "inactive"
  depends_on = [cicd_gitlab_pipeline_schedule.this]
}
data "cicd_gitlab_pipelines" "api" {
  project = %[2]q
  source  = "api"
}
data "cicd_gitlab_pipeline" "latest" { project = %[2]q }
data "cicd_gitlab_pipeline" "one" {
  project     = %[2]q
  pipeline_id = data.cicd_gitlab_pipelines.api.pipelines[0].id
}
`, fmt.Sprintf(fullSchedule, p.Path), p.Path),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttrPair("data.cicd_gitlab_pipeline_schedule.this", "id", address, "id"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline_schedule.this", "ref", "refs/heads/main"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline_schedule.this", "variables.DEPLOY_ENV.value", "staging"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline_schedule.this", "inputs.environment", "staging"),
			resource.TestCheckResourceAttrSet("data.cicd_gitlab_pipeline_schedule.this", "next_run_at"),
			resource.TestCheckNoResourceAttr("data.cicd_gitlab_pipeline_schedule.this", "last_pipeline"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline_schedules.inactive", "pipeline_schedules.#", "1"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline_schedules.inactive", "pipeline_schedules.0.description", "Build packages"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipelines.api", "pipelines.#", "1"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipelines.api", "pipelines.0.ref", "main"),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline.latest", "id", fmt.Sprint(pipeline["id"])),
			resource.TestCheckResourceAttr("data.cicd_gitlab_pipeline.one", "sha", fmt.Sprint(pipeline["sha"])),
			resource.TestCheckResourceAttrSet("data.cicd_gitlab_pipeline.one", "user.username"),
		),
	})
}

// queries are the queries of what the provider asked for at paths with this
// ending.
func queries(p *acctest.Project, ending string) []url.Values {
	var all []url.Values
	for _, r := range p.Sandbox.Journal().Requests() {
		if strings.HasSuffix(r.Path, ending) && strings.HasPrefix(r.UserAgent, "terraform-provider-cicd/") {
			query, _ := url.ParseQuery(r.Query)
			all = append(all, query)
		}
	}
	return all
}

func list(t *testing.T, v tftypes.Value) []map[string]tftypes.Value {
	t.Helper()
	var elements []tftypes.Value
	err := v.As(&elements)
	objects := make([]map[string]tftypes.Value, len(elements))
	for i := range elements {
		if err == nil {
			err = elements[i].As(&objects[i])
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestScheduleListHasAllPages(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Object(http.MethodPut, "application/plan_limits?plan_name=default&ci_pipeline_schedules=0", nil)
	for i := range 150 {
		p.NewSchedule(p.Token, map[string]any{"description": fmt.Sprint(i), "active": i%3 == 0})
	}
	server := p.Protocol()
	for scope, want := range map[any]int{nil: 150, "active": 50, "inactive": 100} {
		p.ForgetRequests()
		read, diagnostics := server.Data(schedulesType, map[string]any{"project": p.Path, "scope": scope})
		server.Succeeds(diagnostics)
		ids := map[string]bool{}
		for _, s := range list(t, read["pipeline_schedules"]) {
			ids[s["pipeline_schedule_id"].String()] = true
		}
		requests := queries(p, "/pipeline_schedules")
		if pages := (want + 99) / 100; len(ids) != want || len(requests) != pages {
			t.Errorf("scope %v: %d schedules by %d requests, want %d by %d", scope, len(ids), len(requests), want, pages)
		}
	}
	if _, diagnostics := server.Data(schedulesType, map[string]any{"project": p.Path, "scope": "all"}); !points(diagnostics, "scope") {
		t.Errorf("an invalid scope: %s", acctest.Said(diagnostics))
	}
}

func TestPipelineListAsksForNoMoreThanItsLimit(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	for range 150 {
		p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
	}
	server := p.Protocol()
	for limit, want := range map[any][]string{
		nil: {"100", "100"}, int64(3): {"3"}, int64(100): {"100"}, int64(120): {"100", "100"}, int64(500): {"100", "100"},
	} {
		p.ForgetRequests()
		read, diagnostics := server.Data(pipelinesType, map[string]any{"project": p.Path, "limit": limit})
		server.Succeeds(diagnostics)
		var sizes []string
		for _, query := range queries(p, "/pipelines") {
			sizes = append(sizes, query.Get("per_page"))
		}
		count := 150
		if n, ok := limit.(int64); ok {
			count = min(count, int(n))
		}
		if got := len(list(t, read["pipelines"])); got != count || !slices.Equal(sizes, want) {
			t.Errorf("limit %v: %d pipelines by pages of %v; want %d by %v", limit, got, sizes, count, want)
		}
	}
}

func TestPipelineFiltersReachTheServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	pipeline := p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
	server := p.Protocol()
	filters := map[string]any{
		"scope": "pending", "status": "created", "ref": "main", "sha": pipeline["sha"], "yaml_errors": false, "name": "nightly",
		"username": "root", "source": "api", "updated_after": "2026-01-01T00:00:00Z", "updated_before": "2027-01-01",
		"created_after": "2026-01-02T03:04:05+09:00", "created_before": "2027-01-01T00:00:00.000Z", "order_by": "updated_at", "sort": "asc",
	}
	arguments := map[string]any{"project": p.Path}
	for name, value := range filters {
		arguments[name] = value
	}
	arguments["ref"] = "refs/heads/main"
	p.ForgetRequests()
	_, diagnostics := server.Data(pipelinesType, arguments)
	server.Succeeds(diagnostics)
	requests := queries(p, "/pipelines")
	if len(requests) != 1 {
		t.Fatalf("%d requests", len(requests))
	}
	for name, value := range filters {
		if got := requests[0].Get(name); got != fmt.Sprint(value) {
			t.Errorf("%s is sent as %q, want %q", name, got, value)
		}
	}
	for name := range requests[0] {
		if _, known := filters[name]; !known && name != "page" && name != "per_page" {
			t.Errorf("%s is sent, which nobody asked for", name)
		}
	}
}

func TestPipelineFilterThatGitLabRefusesIsNamed(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	server := p.Protocol()
	for name, value := range map[string]any{
		"scope": "all", "status": "done", "source": "scheduled", "order_by": "name", "sort": "up", "limit": int64(0),
		"updated_after": "yesterday", "updated_before": "x", "created_after": "x", "created_before": "x",
	} {
		_, diagnostics := server.Data(pipelinesType, map[string]any{"project": p.Path, name: value})
		if !points(diagnostics, name) {
			t.Errorf("%s = %v: %s", name, value, acctest.Said(diagnostics))
		}
	}
}

// points reports whether the one diagnostic is an error of an attribute.
func points(diagnostics []*tfprotov6.Diagnostic, attribute string) bool {
	return len(diagnostics) == 1 && acctest.Failed(diagnostics) &&
		diagnostics[0].Attribute.Equal(tftypes.NewAttributePath().WithAttributeName(attribute))
}

func TestPipelineByIDOrTheLatest(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	server := p.Protocol()
	_, diagnostics := server.Data(pipelineType, map[string]any{"project": p.Path})
	if said := acctest.Said(diagnostics); !contains(said, "latest pipeline of the default branch", "403 Forbidden", "has no pipeline") {
		t.Errorf("no latest pipeline: %s", said)
	}
	p.Object(http.MethodPost, p.URL("repository/branches?branch=dev&ref=main"), nil)
	create := func(ref string) int64 {
		return acctest.Number(p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": ref})["id"])
	}
	first, onMain, onDev, onTag := create("main"), create("main"), create("dev"), create("v1.0")
	for _, c := range []struct {
		arguments map[string]any
		id        int64
		ref       string
	}{
		{map[string]any{"pipeline_id": first}, first, "main"},
		{nil, onMain, "main"},
		{map[string]any{"ref": "dev"}, onDev, "dev"},
		{map[string]any{"ref": "refs/heads/dev"}, onDev, "refs/heads/dev"},
		{map[string]any{"ref": "v1.0"}, onTag, "v1.0"},
	} {
		arguments := map[string]any{"project": p.Path}
		for name, value := range c.arguments {
			arguments[name] = value
		}
		read, diagnostics := server.Data(pipelineType, arguments)
		server.Succeeds(diagnostics)
		if !read["id"].Equal(tftypes.NewValue(tftypes.Number, c.id)) || acctest.Text(read["ref"]) != c.ref {
			t.Errorf("%v: pipeline %s of %s, want %d of %s", c.arguments, read["id"], acctest.Text(read["ref"]), c.id, c.ref)
		}
	}
	for name, c := range map[string]struct {
		arguments map[string]any
		texts     []string
	}{
		"missing":     {map[string]any{"project": p.Path, "pipeline_id": int64(999999)}, []string{"Cannot read pipeline (999999)", "404", "not its iid"}},
		"no such ref": {map[string]any{"project": p.Path, "ref": "none"}, []string{"latest pipeline of none", "403", "no such ref"}},
		"no project":  {map[string]any{"project": "no/such"}, []string{"404 Project Not Found"}},
		"both":        {map[string]any{"project": p.Path, "ref": "main", "pipeline_id": int64(1)}, []string{"pipeline_id", "ref"}},
	} {
		_, diagnostics := server.Data(pipelineType, c.arguments)
		if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || !contains(said, c.texts...) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestScheduleDataSourceShowsWhatTheUserMayRead(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	developer := p.NewMember(acctest.Developer)
	id := p.NewSchedule(p.Token, nil)
	p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "TARGET", "value": "v1"})
	p.Call(http.MethodPost, p.URL("pipeline_schedules/%d/play", id), nil)
	arguments := map[string]any{"project": p.Path, "pipeline_schedule_id": id}

	admin := p.Protocol()
	read, diagnostics := admin.Data(scheduleType, arguments)
	admin.Succeeds(diagnostics)
	if read["variables"].IsNull() || read["last_pipeline"].IsNull() {
		t.Errorf("to the owner: variables %s, last pipeline %s", read["variables"], read["last_pipeline"])
	}
	other := p.As(developer.Token).Protocol()
	read, diagnostics = other.Data(scheduleType, arguments)
	other.Succeeds(diagnostics)
	if !read["variables"].IsNull() {
		t.Errorf("variables that GitLab doesn't show are %s, not null", read["variables"])
	}
	if err := p.Sandbox.GitLab().StripNextRunAt(int(id)); err != nil {
		t.Fatal(err)
	}
	p.Sandbox.GitLab().SetInputsUnsupported(true)
	read, diagnostics = other.Data(scheduleType, arguments)
	other.Succeeds(diagnostics)
	if !read["next_run_at"].IsNull() || !read["inputs"].IsNull() {
		t.Errorf("next run %s, inputs %s; GitLab sent neither", read["next_run_at"], read["inputs"])
	}
	_, diagnostics = admin.Data(scheduleType, map[string]any{"project": p.Path, "pipeline_schedule_id": int64(999999)})
	if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || !contains(said, "The project has no schedule with this id") {
		t.Errorf("a missing schedule: %s", said)
	}
}

func contains(said string, texts ...string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(said, text) })
}

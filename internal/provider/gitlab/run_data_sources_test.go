// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const (
	schedulePipelinesType = "cicd_gitlab_pipeline_schedule_pipelines"
	pipelineVariablesType = "cicd_gitlab_pipeline_variables"
)

// playedSchedule is a schedule with four pipelines, an hour apart: three are
// over, of which the second failed.
func playedSchedule(t *testing.T) (*acctest.Project, int64) {
	t.Helper()
	p := acctest.SandboxGitLab(t).NewProject()
	// On February 29th, the schedule doesn't run by itself meanwhile.
	schedule := p.NewSchedule(p.Token, map[string]any{"cron": "0 1 29 2 *"})
	p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", schedule), map[string]any{"key": "CICD_SANDBOX_RESULT", "value": "success"})
	for i, result := range []string{"success", "failed", "success", "success"} {
		if i > 0 {
			_ = p.Sandbox.Clock().Advance(time.Hour)
		}
		p.Object(http.MethodPut, p.URL("pipeline_schedules/%d/variables/CICD_SANDBOX_RESULT", schedule), map[string]any{"value": result})
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/play", schedule), nil)
		p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main"})
	}
	_ = p.Sandbox.Clock().Advance(5 * time.Second)
	return p, schedule
}

func TestSchedulePipelines(t *testing.T) {
	t.Parallel()
	p, schedule := playedSchedule(t)
	all := p.List(p.URL("pipeline_schedules/%d/pipelines", schedule))
	if len(all) != 4 {
		t.Fatalf("the schedule has %d pipelines", len(all))
	}
	// What an older server answers, whatever it is asked.
	old := acctest.SandboxGitLab(t).NewProject()
	same := old.NewSchedule(old.Token, nil)
	_, body := p.Call(http.MethodGet, p.URL("pipeline_schedules/%d/pipelines", schedule), nil)
	failing(t, old, faults.Rule{Method: http.MethodGet, Path: "/pipelines$", Fault: faults.Status, Status: http.StatusOK, Body: string(body), Headers: map[string]string{"Content-Type": "application/json"}})

	for name, c := range map[string]struct {
		filter map[string]any
		want   []int
	}{
		"all":              {nil, []int{0, 1, 2, 3}},
		"newest first":     {map[string]any{"sort": "desc"}, []int{3, 2, 1, 0}},
		"the newest":       {map[string]any{"sort": "desc", "limit": int64(1)}, []int{3}},
		"the newest two":   {map[string]any{"sort": "desc", "limit": int64(2)}, []int{3, 2}},
		"the oldest two":   {map[string]any{"limit": int64(2)}, []int{0, 1}},
		"failed":           {map[string]any{"status": "failed"}, []int{1}},
		"finished":         {map[string]any{"scope": "finished"}, []int{0, 1, 2}},
		"running":          {map[string]any{"scope": "running"}, []int{3}},
		"pending":          {map[string]any{"scope": "pending"}, nil},
		"created after":    {map[string]any{"created_after": "2026-01-15T14:00:00Z"}, []int{2, 3}},
		"created before":   {map[string]any{"created_before": "2026-01-15T15:00:00+01:00"}, []int{0, 1, 2}},
		"of that day":      {map[string]any{"created_after": "2026-01-15", "created_before": "2026-01-16"}, []int{0, 1, 2, 3}},
		"changed between":  {map[string]any{"updated_after": "2026-01-15T13:00:10Z", "updated_before": "2026-01-15T14:00:10Z"}, []int{1, 2}},
		"newest of failed": {map[string]any{"sort": "desc", "limit": int64(1), "status": "failed"}, []int{1}},
	} {
		for server, q := range map[string]struct {
			*acctest.Project
			schedule int64
		}{"new": {p, schedule}, "old": {old, same}} {
			t.Run(name+", "+server, func(t *testing.T) {
				protocol := q.Protocol()
				read, diagnostics := protocol.Data(schedulePipelinesType, plus(map[string]any{"project": q.Path, "pipeline_schedule_id": q.schedule}, c.filter))
				protocol.Succeeds(diagnostics)
				var got, want []string
				for _, found := range list(t, read["pipelines"]) {
					got = append(got, found["id"].String())
				}
				for _, i := range c.want {
					want = append(want, fmt.Sprintf("tftypes.Number<\"%v\">", all[i]["id"]))
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}

	server := p.Protocol()
	_, diagnostics := server.Data(schedulePipelinesType, map[string]any{"project": p.Path, "pipeline_schedule_id": schedule, "status": "succes"})
	if said := acctest.Said(diagnostics); !saying("WARNING: Unknown pipeline status", `the status "succes"`, "success, failed").MatchString(said) {
		t.Errorf("a misspelt status: %s", said)
	}
	for text, arguments := range map[string]map[string]any{
		"no schedule with this id":         {"pipeline_schedule_id": schedule + 1000},
		"404 Project Not Found":            {"project": "no/such", "pipeline_schedule_id": schedule},
		"Invalid Attribute Value Match":    {"pipeline_schedule_id": schedule, "scope": "all"},
		"status does not have a valid":     {"pipeline_schedule_id": schedule, "status": "nice"},
		"created_after is invalid":         {"pipeline_schedule_id": schedule, "created_after": "yesterday"},
		"value must be at least 1, got: 0": {"pipeline_schedule_id": int64(0)},
	} {
		_, diagnostics := server.Data(schedulePipelinesType, plus(map[string]any{"project": p.Path}, arguments))
		if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || !saying(text).MatchString(said) {
			t.Errorf("want %q: %s", text, said)
		}
	}
}

// As many pipelines are asked for as are wanted, unless the server may be one
// that doesn't filter or sort.
func TestSchedulePipelinesAsksForWhatIsWanted(t *testing.T) {
	t.Parallel()
	p, schedule := playedSchedule(t)
	server := p.Protocol()
	for _, c := range []struct {
		arguments map[string]any
		size      string
	}{
		{nil, "100"},
		{map[string]any{"limit": int64(1)}, "1"},
		{map[string]any{"limit": int64(3)}, "3"},
		{map[string]any{"limit": int64(1), "sort": "desc"}, "100"},
		{map[string]any{"limit": int64(1), "status": "failed"}, "100"},
		{map[string]any{"limit": int64(1), "created_after": "2026-01-15"}, "100"},
	} {
		p.ForgetRequests()
		_, diagnostics := server.Data(schedulePipelinesType, plus(map[string]any{"project": p.Path, "pipeline_schedule_id": schedule}, c.arguments))
		server.Succeeds(diagnostics)
		if asked := queries(p, "/pipelines"); len(asked) != 1 || asked[0].Get("per_page") != c.size {
			t.Errorf("%v: asked %v", c.arguments, asked)
		}
	}
}

func TestPipelineVariablesDataSource(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	const of = "data.cicd_gitlab_pipeline_variables.this"
	config := run(p.Path, runVariables) + fmt.Sprintf("data %q \"this\" {\n  project = %q\n  pipeline_id = %s.pipeline_id\n}\n", pipelineVariablesType, p.Path, runAddress)
	steps(t, resource.TestStep{
		Config: p.Config("%s", config),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(of, "variables.%", "2"),
			resource.TestCheckResourceAttr(of, "variables.TARGET.value", "staging"),
			resource.TestCheckResourceAttr(of, "variables.CONFIG.variable_type", "file"),
		),
	})
	developer := p.As(p.NewMember(acctest.Developer).Token).Protocol()
	for text, id := range map[string]int64{"maintainers and to the user who ran it": 1, "no pipeline with this id": 1000} {
		_, diagnostics := developer.Data(pipelineVariablesType, map[string]any{"project": p.Path, "pipeline_id": id})
		if said := acctest.Said(diagnostics); !saying("Cannot read variables of pipeline", text).MatchString(said) {
			t.Errorf("want %q: %s", text, said)
		}
	}
}

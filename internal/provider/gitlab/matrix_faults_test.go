// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What GitLab promises to nobody, the provider promises its users: see
// [acctest.Matrix]. One case is run by its name, as in
//
//	go test ./internal/provider/gitlab -run 'TestFaultMatrix/update_cicd_gitlab_pipeline$/1_DELETE/reset_after$'
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	acctest.Matrix(t, "GitLab", 16, possible(t), slices.Concat(
		acctest.Life(scheduleType, scheduleStage),
		acctest.Life(variableType, variableStage),
		acctest.Life(pipelineType, pipelineStage),
		[]acctest.Operation{acctest.Taken(variableType, variableStage)},
		performed(),
	))
}

// possible are the faults that may befall a request.
func possible(t *testing.T) []acctest.Fault {
	t.Helper()
	return acctest.Faults(t,
		acctest.Answer("401", http.StatusUnauthorized, `{"message":"401 Unauthorized"}`),
		acctest.Answer("403", http.StatusForbidden, `{"message":"403 Forbidden"}`),
		acctest.Answer("404 of the project", http.StatusNotFound, `{"message":"404 Project Not Found"}`),
		acctest.Answer("404 of nothing", http.StatusNotFound, `{"error":"404 Not Found"}`),
		acctest.Answer("404 of a proxy", http.StatusNotFound, "<html><title>404 Not Found</title></html>"),
	)
}

// secretValue is a variable's value that nothing tells.
const secretValue = "CANARY-of-a-variable"

// stage is one in a project of its own.
func stage(t *testing.T) (*acctest.Stage, *acctest.Project) {
	t.Helper()
	p := acctest.SandboxGitLab(t).NewProject()
	return &acctest.Stage{
		System: "gitlab", Sandbox: p.Sandbox, Connection: map[string]any{"base_url": p.BaseURL, "token": p.Token},
		Names: []string{p.Path, fmt.Sprintf("project %d", p.ID)}, Secrets: []string{p.Token, secretValue},
		Objects: func() map[string]string { return nil }, Vanish: func() {},
	}, p
}

// wantedSchedules are two configurations of a schedule with variables.
func wantedSchedules(p *acctest.Project) (first, second acctest.Wanted) {
	wanted := func(cron string, variables map[string]any) acctest.Wanted {
		all, stored := map[string]any{}, []string{cron}
		for _, key := range slices.Sorted(maps.Keys(variables)) {
			all[key] = map[string]any{"value": variables[key]}
			stored = append(stored, fmt.Sprintf("%s=%s", key, variables[key]))
		}
		return acctest.Wanted{
			Configuration: map[string]any{"project": p.Path, "description": "Build packages", "ref": "main", "cron": cron, "cron_timezone": "UTC", "variables": all},
			Stored:        strings.Join(stored, " "),
		}
	}
	return wanted("0 1 * * 5", map[string]any{"A": secretValue, "B": "2"}), wanted("0 2 * * 5", map[string]any{"A": "3", "C": "4"})
}

func scheduleStage(t *testing.T) *acctest.Stage {
	t.Helper()
	s, p := stage(t)
	first, second := wantedSchedules(p)
	s.Resource = &acctest.Resource{Type: scheduleType, First: first, Second: second}
	s.Objects = func() map[string]string { return storedSchedules(p) }
	s.Vanish = func() { emptied(p, "pipeline_schedules") }
	return s
}

// storedSchedules are a project's schedules by their ids: when they run, and
// their variables.
func storedSchedules(p *acctest.Project) map[string]string {
	all := map[string]string{}
	for _, s := range p.Schedules() {
		all[fmt.Sprintf("%s:%s", p.Path, s["id"])] = strings.Join(append([]string{s["cron"].(string)}, assignments(s["variables"])...), " ")
	}
	return all
}

// assignments are variables of an API object, sorted.
func assignments(variables any) []string {
	var all []string
	for _, element := range variables.([]any) {
		variable := element.(map[string]any)
		all = append(all, fmt.Sprintf("%s=%s", variable["key"], variable["value"]))
	}
	slices.Sort(all)
	return all
}

// emptied deletes all schedules or pipelines of a project.
func emptied(p *acctest.Project, collection string) {
	for _, one := range p.List(p.URL("%s?per_page=100", collection)) {
		p.Call(http.MethodDelete, p.URL("%s/%s", collection, one["id"]), nil)
	}
}

// wantedVariables are two configurations of a variable of a schedule.
func wantedVariables(p *acctest.Project, schedule int64) (first, second acctest.Wanted) {
	wanted := func(value string) acctest.Wanted {
		return acctest.Wanted{
			Configuration: map[string]any{"project": p.Path, "pipeline_schedule_id": schedule, "key": "KEY", "value": value}, Stored: value,
		}
	}
	return wanted(secretValue), wanted("2")
}

// storedVariables are a schedule's variables by their ids.
func storedVariables(p *acctest.Project, schedule int64) map[string]string {
	all := map[string]string{}
	for _, element := range p.Object(http.MethodGet, p.URL("pipeline_schedules/%d", schedule), nil)["variables"].([]any) {
		v := element.(map[string]any)
		all[fmt.Sprintf("%s:%d:%s", p.Path, schedule, v["key"])] = v["value"].(string)
	}
	return all
}

func variableStage(t *testing.T) *acctest.Stage {
	t.Helper()
	s, p := stage(t)
	id := p.NewSchedule(p.Token, nil)
	first, second := wantedVariables(p, id)
	s.Resource = &acctest.Resource{Type: variableType, First: first, Second: second, Occupy: func() {
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "KEY", "value": "theirs"})
	}}
	s.Objects = func() map[string]string { return storedVariables(p, id) }
	s.Vanish = func() { p.Call(http.MethodDelete, p.URL("pipeline_schedules/%d/variables/KEY", id), nil) }
	return s
}

func pipelineStage(t *testing.T) *acctest.Stage {
	t.Helper()
	s, p := stage(t)
	configuration := func(value string) map[string]any {
		return map[string]any{
			"project": p.Path, "ref": "main", "on_destroy": "delete", "variables": []any{map[string]any{"key": "A", "value": value}},
		}
	}
	s.Resource = &acctest.Resource{
		Type:   pipelineType,
		First:  acctest.Wanted{Configuration: configuration(secretValue), Stored: "main A=" + secretValue},
		Second: acctest.Wanted{Configuration: configuration("2"), Stored: "main A=2"},
	}
	s.Objects = func() map[string]string { return storedPipelines(t, p) }
	s.Vanish = func() { emptied(p, "pipelines") }
	return s
}

// storedPipelines are a project's pipelines by their ids: the ref and the
// variables.
func storedPipelines(t *testing.T, p *acctest.Project) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, one := range p.List(p.URL("pipelines?per_page=100")) {
		var variables []any
		switch status, answer := p.Call(http.MethodGet, p.URL("pipelines/%s/variables", one["id"]), nil); {
		case status == http.StatusNotFound: // deleted since it was listed, by a request that the fault held up
			continue
		case json.Unmarshal(answer, &variables) != nil:
			t.Fatalf("the variables of pipeline %s: %d %s", one["id"], status, answer)
		}
		all[fmt.Sprintf("%s:%s", p.Path, one["id"])] = strings.Join(append([]string{one["ref"].(string)}, assignments(variables)...), " ")
	}
	return all
}

// performed are the actions, data sources and lists.
func performed() []acctest.Operation {
	in := func(name string, prepare func(*acctest.Stage, *acctest.Project) map[string]any) acctest.Operation {
		return acctest.Performed(name, func(t *testing.T) (*acctest.Stage, map[string]any) {
			t.Helper()
			s, p := stage(t)
			s.Objects = func() map[string]string { return storedPipelines(t, p) }
			return s, plus(map[string]any{"project": p.Path}, prepare(s, p))
		})
	}
	schedule := func(s *acctest.Stage, p *acctest.Project) map[string]any {
		id := p.NewSchedule(p.Token, nil)
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "A", "value": secretValue})
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/play", id), nil)
		s.Vanish = func() { emptied(p, "pipeline_schedules") }
		return map[string]any{"pipeline_schedule_id": id}
	}
	pipeline := func(result string) func(s *acctest.Stage, p *acctest.Project) map[string]any {
		return func(s *acctest.Stage, p *acctest.Project) map[string]any {
			made := p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{
				"ref": "main", "variables": []any{map[string]any{"key": "CICD_SANDBOX_RESULT", "value": result}},
			})
			if result == "failed" {
				_ = p.Sandbox.Clock().Advance(time.Hour)
			}
			s.Vanish = func() { emptied(p, "pipelines") }
			s.Names = append(s.Names, fmt.Sprintf("pipeline (%s)", made["id"]))
			return map[string]any{"pipeline_id": acctest.Number(made["id"])}
		}
	}
	// alone is a stage whose project is the only argument.
	alone := func(prepare func(*acctest.Stage, *acctest.Project) map[string]any) func(*acctest.Stage, *acctest.Project) map[string]any {
		return func(s *acctest.Stage, p *acctest.Project) map[string]any {
			prepare(s, p)
			return nil
		}
	}
	return []acctest.Operation{
		in("invoke "+createPipeline, func(*acctest.Stage, *acctest.Project) map[string]any { return map[string]any{"ref": "main"} }),
		in("invoke "+retryPipeline, pipeline("failed")),
		in("invoke "+cancelPipeline, pipeline("success")),
		in("invoke "+deletePipeline, pipeline("success")),
		in("invoke cicd_gitlab_pipeline_schedule_play", schedule),
		in("invoke cicd_gitlab_pipeline_schedule_take_ownership", func(s *acctest.Stage, p *acctest.Project) map[string]any {
			other := p.NewMember(acctest.Maintainer)
			s.Vanish = func() { emptied(p, "pipeline_schedules") }
			return map[string]any{"pipeline_schedule_id": p.NewSchedule(other.Token, nil)}
		}),
		in("data "+pipelineType, pipeline("success")),
		in("data "+pipelineVariablesType, pipeline("success")),
		in("data "+pipelinesType, alone(pipeline("success"))),
		in("data "+scheduleType, schedule),
		in("data "+schedulesType, alone(schedule)),
		in("data "+schedulePipelinesType, schedule),
		in("list "+scheduleType, alone(schedule)),
		in("list "+variableType, alone(schedule)),
	}
}

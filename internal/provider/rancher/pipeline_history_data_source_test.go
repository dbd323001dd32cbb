// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// Runs and what they wrote, as a configuration gets at them.
func TestRunsInAConfiguration(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	pipeline := newPipeline(p, "app", "echo one", "echo two")
	id := run(p, pipeline)
	const data = "data.cicd_rancher_pipeline_"
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: []resource.TestStep{{
		Config: p.Config(`
data "cicd_rancher_pipeline_histories" "all" {
  project_id = %q
}
data "cicd_rancher_pipeline_history" "one" {
  id = data.cicd_rancher_pipeline_histories.all.pipeline_histories[0].id
}
data "cicd_rancher_pipeline_logs" "one" {
  history_id = data.cicd_rancher_pipeline_history.one.id
}
`, p.ID),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(data+"histories.all", "pipeline_histories.#", "1"),
			resource.TestCheckResourceAttr(data+"history.one", "id", id),
			resource.TestCheckResourceAttr(data+"history.one", "project_id", p.ID),
			resource.TestCheckResourceAttr(data+"history.one", "pipeline_id", pipeline),
			resource.TestCheckResourceAttr(data+"history.one", "display_name", "app-1"),
			resource.TestCheckResourceAttr(data+"history.one", "run_number", "1"),
			resource.TestCheckResourceAttr(data+"history.one", "trigger_type", "manual"),
			resource.TestCheckResourceAttr(data+"history.one", "state", "Success"),
			resource.TestCheckResourceAttr(data+"history.one", "stages.1.name", "test"),
			resource.TestCheckResourceAttr(data+"history.one", "stages.1.steps.1.state", "Success"),
			resource.TestCheckResourceAttr(data+"logs.one", "pipeline_logs.#", "3"),
		),
	}}})
}

// A run is shown as the server has it, from when it waits to its end.
func TestRunIsShownAsItIs(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	server := readerOf(t, p.Rancher)
	id := p.Act("pipelines/"+newPipeline(p, "app", "true", "exit 1", "true"), "run", nil)["id"].(string)
	check := func(state string) {
		t.Helper()
		want := shownRun(p, p.Stored("pipelineHistories/"+id))
		if want["state"] != state {
			t.Fatalf("the run is %v, want %s", want["state"], state)
		}
		shown := server.read("pipeline_history", members{"id": id})
		if at(shown, "pipeline", "id") != want["pipeline_id"] || len(listAt(listAt(shown, "pipeline", "stages")[1], "steps")) != 3 {
			t.Errorf("the pipeline of the run is %v", shown["pipeline"])
		}
		delete(shown, "pipeline")
		same(t, "a run that is "+state, shown, want)
		same(t, "a run in a list that is "+state, server.list("pipeline_histories", "pipeline_histories", members{"project_id": p.ID}), []members{want})
	}
	check("Waiting")
	finish(p)
	check("Fail")
}

// sixRuns are those of two pipelines, an hour apart: bad's first was started by
// hand and its second by cron, and both failed; good's first three went well,
// and its fourth waits.
func sixRuns(t *testing.T) (p *acctest.RancherProject, bad, good string) {
	t.Helper()
	p = acctest.SandboxRancher(t).NewProject()
	bad, good = newPipeline(p, "bad", "exit 1"), newPipeline(p, "good", "true")
	run(p, bad)
	for range 3 {
		run(p, good)
	}
	p.Change("pipelines/"+bad, members{"triggers": members{"cronTrigger": members{"active": true, "expression": "30 * * * *"}}})
	finish(p)
	p.Change("pipelines/"+bad, members{"triggers": nil})
	finish(p)
	p.Act("pipelines/"+good, "run", nil)
	return p, bad, good
}

func TestRunsAreFilteredAndTheNewestFirst(t *testing.T) {
	t.Parallel()
	p, bad, good := sixRuns(t)
	// Runs outlive their pipeline.
	p.Remove("pipelines/" + bad)
	server := readerOf(t, p.Rancher)
	for _, c := range []struct {
		filter members
		want   string
	}{
		{nil, "good-4 bad-2 good-3 good-2 good-1 bad-1"},
		{members{"pipeline_id": good}, "good-4 good-3 good-2 good-1"},
		{members{"pipeline_id": bad}, "bad-2 bad-1"},
		{members{"state": "Success"}, "good-3 good-2 good-1"},
		{members{"state": "Fail"}, "bad-2 bad-1"},
		{members{"state": "Waiting"}, "good-4"},
		{members{"state": "success"}, ""},
		{members{"trigger_type": "cron"}, "bad-2"},
		{members{"trigger_type": "manual", "state": "Fail"}, "bad-1"},
		{members{"trigger_type": "manual", "pipeline_id": bad, "state": "Fail"}, "bad-1"},
		{members{"trigger_type": "webhook"}, ""},
		{members{"pipeline_id": good, "state": "Fail"}, ""},
	} {
		arguments := members{"project_id": p.ID}
		maps.Copy(arguments, c.filter)
		got := column(server.list("pipeline_histories", "pipeline_histories", arguments), "display_name")
		if shown := strings.Trim(fmt.Sprint(got), "[]"); shown != c.want {
			t.Errorf("%v finds %q, want %q", c.filter, shown, c.want)
		}
	}
}

// Ids come in the order of their letters from the server, 10 before 2, and runs
// of one second have one time.
func TestRunsOfASecondAreOrderedByNumber(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	pipeline := newPipeline(p, "app")
	want := []any{}
	for n := range 11 {
		p.Act("pipelines/"+pipeline, "run", nil)
		want = append([]any{float64(n + 1)}, want...)
	}
	runs := readerOf(t, p.Rancher).list("pipeline_histories", "pipeline_histories", members{"project_id": p.ID})
	same(t, "the order of runs", column(runs, "run_number"), want)
}

func TestRunsOfNothing(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	pipeline := newPipeline(p, "app")
	other := p.NewProject()
	run(other, newPipeline(other, "other"))
	server := readerOf(t, p.Rancher)
	for _, arguments := range []members{{"project_id": p.ID}, {"project_id": p.ID, "pipeline_id": pipeline}} {
		if runs := server.list("pipeline_histories", "pipeline_histories", arguments); len(runs) > 0 {
			t.Errorf("%v finds %v", arguments, column(runs, "id"))
		}
	}
	absent := p.ClusterID + ":p-nnnnn"
	server.fails("pipeline_histories", members{"project_id": absent}, "project_id", "Cannot read project "+absent, "There is no project with this id")
	server.fails("pipeline_histories", members{"project_id": p.ID, "pipeline_id": p.Namespace + ":p-nnnnn"}, "pipeline_id", "There is no pipeline with this id")
	server.fails("pipeline_histories", members{"project_id": "app"}, "project_id", "full id")
	server.fails("pipeline_histories", members{"project_id": p.ID, "state": ""}, "state")
	server.fails("pipeline_history", members{"id": p.Namespace + ":p-nnnnn-1"}, "id", "Cannot read pipeline history", "There is no pipeline history with this id")
	server.fails("pipeline_history", members{"id": "p-nnnnn/1"}, "id", "<project>:<name>, as in p-x1y2z:p-abcde-1")
	server.fails("pipeline_logs", members{"history_id": p.Namespace + ":p-nnnnn-1"}, "history_id", "There is no pipeline history with this id")
}

// What is missing in a server's answer is null, and what is more doesn't
// matter.
func TestRunThatTellsLittle(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	id := "p-1:run"
	nothing := members{
		"id": id, "name": nil, "creator_id": nil, "created": nil, "project_id": nil, "pipeline_id": nil, "pipeline_display_name": nil, "display_name": nil,
		"run_number": 0.0, "trigger_type": nil, "state": nil, "started": nil, "ended": nil, "commit": nil, "stages": []any{},
	}
	with := func(more members) members {
		all := maps.Clone(nothing)
		maps.Copy(all, more)
		return all
	}
	unnamed := members{"name": nil, "state": nil, "started": nil, "ended": nil}
	unknown := maps.Clone(unnamed)
	delete(unknown, "name")
	unknown["type"] = nil
	for name, c := range map[string]struct{ answer, want members }{
		"no members": {members{}, nothing},
		"nulls":      {members{"spec": nil, "status": nil, "creatorId": nil}, nothing},
		"null inside": {
			members{"spec": members{"pipeline": nil, "projectName": nil}, "status": members{"stages": nil, "state": nil}}, nothing,
		},
		"a project's name": {members{"spec": members{"projectName": "project-abc"}}, nothing},
		"another project":  {members{"spec": members{"projectName": "c-1:p-2"}}, nothing},
		"unknown members": {
			members{"future": []any{1}, "spec": members{"future": members{}, "type": "/v3/schemas/pipelineHistorySpec", "projectName": "c-1:p-1"}}, with(members{"project_id": "c-1:p-1"}),
		},
		"more stages and steps than the pipeline": {
			members{
				"spec":   members{"pipeline": members{"spec": members{"stages": []any{members{"name": "only", "steps": []any{}}}}}},
				"status": members{"state": "Future", "stages": []any{members{"steps": []any{members{}}}, members{"state": "Success"}}},
			},
			with(members{"state": "Future", "stages": []any{
				members{"name": "only", "state": nil, "started": nil, "ended": nil, "steps": []any{unknown}},
				members{"name": nil, "state": "Success", "started": nil, "ended": nil, "steps": []any{}},
			}}),
		},
	} {
		answer := members{"id": id, "type": "pipelineHistory"}
		maps.Copy(answer, c.answer)
		r.Sandbox.Faults().Clear()
		answering(t, r, "/pipelineHistories/", answer)
		shown := readerOf(t, r).read("pipeline_history", members{"id": id})
		if given := at(c.answer, "spec", "pipeline") != nil; given == (shown["pipeline"] == nil) {
			t.Errorf("%s: the pipeline is %v", name, shown["pipeline"])
		}
		delete(shown, "pipeline")
		same(t, name, shown, c.want)
	}
	// In the list of a project, the project is known.
	answering(t, r, "(?i)/pipelinehistories$", collection("pipelineHistory", members{"id": id, "type": "pipelineHistory", "spec": members{"projectName": "project-abc"}}))
	runs := readerOf(t, r).list("pipeline_histories", "pipeline_histories", members{"project_id": "c-1:p-1"})
	same(t, "a run of a project", runs, []members{with(members{"project_id": "c-1:p-1"})})
}

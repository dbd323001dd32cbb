// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// threeSteps is a spec with two stages: the source and a script, and then an image.
func threeSteps(script string) string {
	return `{"triggers":null,"stages":[{"name":"one","steps":[{"type":"sourcecode","sourceCodeStepConfig":{"repository":"https://example.com/a.git","branch":"master"}},
		{"type":"runascript","runAScriptStepConfig":{"image":"golang:1.8","shellScript":"` + script + `"}}]},
		{"name":"two","steps":[{"type":"pushimage","pushImageStepConfig":{"imageTag":"a:1"}}]}]}`
}

// states are those of a history: the run's, and each stage's with its steps'.
func states(a answer) string {
	a.t.Helper()
	text := a.is(200).text("status.state")
	for i := range 2 {
		text += fmt.Sprintf("; %s:", a.text(fmt.Sprintf("status.stages.%d.state", i)))
		for j := range 2 {
			if state, ok := a.at(fmt.Sprintf("status.stages.%d.steps.%d.state", i, j)).(string); ok {
				text += " " + state
			}
		}
	}
	return text
}

func TestRun(t *testing.T) {
	k := newKit(t)
	id := k.pipeline(threeSteps("make\\nmake test"))
	pipeline, history := "/v3/pipelines/"+id, "/v3/pipelinehistories/"+id+"-1"
	started := k.post(pipeline+"?action=run", "").is(200)
	started.has("id", id+"-1", "type", "pipelineHistory", "name", short(id)+"-1", "creatorId", nil, "state", "active", "spec.projectName", k.project,
		"spec.displayName", "pipeline-test-1", "spec.runNumber", 1, "spec.triggerType", "manual", "spec.pipeline.id", id, "spec.pipeline.name", short(id),
		"spec.pipeline.spec.displayName", "pipeline-test", "spec.pipeline.status.nextRun", 1, "spec.pipeline.links", none, "spec.pipeline.actions", none,
		"status.started", "2026-01-15T12:00:00Z", "status.ended", none, "links.update", none, "links.self", "http://rancher.test/v3/pipelineHistories/"+id+"-1",
		"links.remove", "http://rancher.test/v3/pipelineHistories/"+id+"-1")
	k.get(pipeline).has("status.nextRun", 2, "status.lastHistoryId", id+"-1", "status.lastRunState", "Waiting", "status.lastStarted", "2026-01-15T12:00:00Z")
	for _, at := range []struct {
		states string
		logs   int
	}{
		{"Waiting; Waiting: Waiting Waiting; Waiting: Waiting", 0}, // 0 s
		{"Waiting; Waiting: Waiting Waiting; Waiting: Waiting", 0},
		{"Building; Building: Building Waiting; Waiting: Waiting", 1}, // 2 s
		{"Building; Building: Building Waiting; Waiting: Waiting", 1},
		{"Building; Building: Building Waiting; Waiting: Waiting", 1},
		{"Building; Building: Success Building; Waiting: Waiting", 2}, // 5 s
		{"Building; Building: Success Building; Waiting: Waiting", 2},
		{"Building; Building: Success Building; Waiting: Waiting", 2},
		{"Building; Success: Success Success; Building: Building", 3}, // 8 s
		{"Building; Success: Success Success; Building: Building", 3},
		{"Building; Success: Success Success; Building: Building", 3},
		{"Success; Success: Success Success; Success: Success", 3}, // 11 s
		{"Success; Success: Success Success; Success: Success", 3},
	} {
		a := k.get(history)
		if got := states(a); got != at.states {
			t.Errorf("%s: %s, want %s", k.clock.Now(), got, at.states)
		}
		finished := strings.HasPrefix(at.states, "Success;")
		if (a.at("actions.stop") == none) != finished || (a.at("actions.rerun") == none) == finished || (a.at("status.ended") == none) == finished {
			t.Errorf("%s: %s", k.clock.Now(), a.raw)
		}
		if logs := k.get(k.in("/pipelinelogs")).ids(); len(logs) != at.logs {
			t.Errorf("%s: logs %v", k.clock.Now(), logs)
		}
		k.get(pipeline).has("status.lastRunState", a.text("status.state"))
		k.advance(time.Second)
	}
	k.get(history).has("status.ended", "2026-01-15T12:00:11Z", "status.stages.0.ended", "2026-01-15T12:00:08Z", "status.stages.0.steps.1.started", "2026-01-15T12:00:05Z", "state", "active")
	if commit := k.get(history).text("status.commit"); len(commit) != 40 {
		t.Errorf("commit %s", commit)
	}
	k.get("/v3/pipelinelogs/"+id+"-1-0-1").is(200).has("name", short(id)+"-1-0-1", "type", "pipelineLog", "actions", object{}, "links.update", none, "links.remove", none,
		"created", "2026-01-15T12:00:05Z", "creatorId", nil, "state", none, "spec.projectName", k.project, "spec.pipelineHistoryName", short(id)+"-1",
		"spec.stageOrdinal", 0, "spec.stepOrdinal", 1, "spec.message", "Pulling image golang:1.8\n+ make\n+ make test\nStep ended: Success")
	k.get("/v3/pipelinelogs/"+id+"-1-1-0").is(200).has("spec.stageOrdinal", 1, "spec.stepOrdinal", 0)

	// the pipeline's end isn't its histories'; a leftover one is in the way of a namesake's run
	k.delete(pipeline).is(204)
	k.get(history).is(200)
	k.post(k.in("/pipelines"), `{"name":"`+short(id)+`",`+documentPipeline[1:]).is(201)
	k.post(pipeline+"?action=run", "").fails(500, "ServerError", "", `pipelinehistories.management.cattle.io "`+short(id)+`-1" already exists`)
	k.delete(history).is(204)
	if logs := k.get(k.in("/pipelinelogs")).ids(); len(logs) != 0 {
		t.Errorf("logs of a deleted history: %v", logs)
	}
	k.post(pipeline+"?action=run", `{"branch":"other"}`).is(200)
}

func TestLogGrows(t *testing.T) {
	k := newKit(t)
	id := k.pipeline(threeSteps("a\\nb\\nc\\nd"))
	k.post("/v3/pipelines/"+id+"?action=run", "").is(200)
	k.advance(5 * time.Second)
	before := 0
	for range 4 {
		message := k.get("/v3/pipelinelogs/" + id + "-1-0-1").text("spec.message")
		if len(message) <= before {
			t.Errorf("the log doesn't grow: %q", message)
		}
		before = len(message)
		k.advance(time.Second)
	}
}

func TestFailAndStop(t *testing.T) {
	k := newKit(t)
	id := k.pipeline(threeSteps("make\\nexit 1"))
	pipeline := "/v3/pipelines/" + id
	k.post(pipeline+"?action=run", "").is(200)
	k.advance(time.Hour)
	failed := "/v3/pipelinehistories/" + id + "-1"
	if got := states(k.get(failed)); got != "Fail; Fail: Success Fail; Skipped: Skipped" {
		t.Error(got)
	}
	k.get(failed).has("status.ended", "2026-01-15T12:00:08Z", "state", "active")
	k.get(pipeline).has("status.lastRunState", "Fail")
	if logs := k.get(k.in("/pipelinelogs")).ids(); len(logs) != 2 {
		t.Error(logs)
	}
	k.post(failed+"?action=stop", "").fails(422, "InvalidAction", "", "Invalid action: stop")

	// the same object begins again
	k.post(failed+"?action=rerun", "").is(200).has("id", id+"-1", "spec.runNumber", 1, "status.state", "Waiting", "status.started", "2026-01-15T13:00:00Z", "status.ended", none)
	k.get(pipeline).has("status.nextRun", 2, "status.lastRunState", "Waiting")
	if logs := k.get(k.in("/pipelinelogs")).ids(); len(logs) != 0 {
		t.Error("a run that begins again has logs", logs)
	}
	k.post(failed+"?action=rerun", "").fails(422, "InvalidAction", "", "Invalid action: rerun")
	k.advance(6 * time.Second)
	k.post(failed+"?action=stop", "").is(200).has("id", id+"-1", "status.state", "Abort", "status.ended", "2026-01-15T13:00:06Z")
	k.advance(time.Hour)
	if got := states(k.get(failed)); got != "Abort; Abort: Success Abort; Skipped: Skipped" {
		t.Error(got)
	}
	k.get(failed).has("status.ended", "2026-01-15T13:00:06Z", "status.stages.0.steps.1.ended", "2026-01-15T13:00:06Z")
	k.get(pipeline).has("status.lastRunState", "Abort")

	// exit 0 is no failure; an inactive pipeline runs when told to
	fine := "/v3/pipelines/" + k.pipeline(strings.Replace(threeSteps("exit 0"), "{", `{"active":false,`, 1))
	history := k.post(fine+"?action=run", "").is(200).text("id")
	k.advance(time.Minute)
	k.get("/v3/pipelinehistories/"+history).has("status.state", "Success")
}

func TestCronRuns(t *testing.T) {
	k := newKit(t)
	id := k.pipeline(`{"triggers":{"cronTrigger":{"active":true,"expression":"*/10 * * * *"}}}`)
	path := "/v3/pipelines/" + id
	k.advance(35 * time.Minute)
	runs := k.get(k.in("/pipelinehistories"))
	if ids := runs.ids(); len(ids) != 3 {
		t.Fatalf("runs %v", ids)
	}
	runs.has("data.0.created", "2026-01-15T12:10:00Z", "data.0.spec.triggerType", "cron", "data.0.creatorId", nil, "data.0.status.state", "Success",
		"data.2.created", "2026-01-15T12:30:00Z", "data.2.spec.runNumber", 3)
	k.get(path).has("status.nextRun", 4, "status.nextStart", "2026-01-15T12:40:00Z")
	k.post(path+"?action=deactivate", "").is(200)
	k.advance(time.Hour)
	k.get(path).has("status.nextRun", 4)
	k.post(path+"?action=activate", "").is(200).has("status.nextStart", "2026-01-15T13:40:00Z")
	k.put(path, `{"spec":{"triggers":{"cronTrigger":{"expression":"0 14 * * *"}}}}`).is(200).has("status.nextStart", "2026-01-15T14:00:00Z")
	k.advance(24 * time.Hour)
	k.get(path).has("status.nextRun", 5)
	k.put(path, `{"spec":{"triggers":{"cronTrigger":{"expression":"@every 1s"}}}}`).is(200)
	k.advance(24 * 365 * time.Hour) // bounded, and on from there
	k.get(path).has("status.nextRun", 1005, "status.nextStart", "2027-01-16T13:35:01Z")
	k.delete(path).is(204)
	k.advance(time.Hour)
	if n := k.get(k.in("/pipelinehistories?limit=0")).at("pagination.total"); n != 1004.0 {
		t.Errorf("%v runs", n)
	}
}

func TestHooks(t *testing.T) {
	k := newKit(t)
	id := k.pipeline("")
	hook := func(id, event, body string) answer {
		t.Helper()
		return k.do("POST", "/hooks?pipelineId="+id, body, "Authorization", "", "X-GitHub-Event", event)
	}
	hook("p-x:p-y", "push", "").is(404).has("type", "error", "code", 404)
	hook(id, "ping", "").is(200)
	hook(id, "issues", "").is(422).has("code", 422)
	hook(id, "push", `{"ref":"refs/heads/feature"}`).is(422)
	hook(id, "pull_request", `{"pull_request":{"base":{"ref":"feature"}}}`).is(422)
	k.get("/v3/pipelines/"+id).has("status.nextRun", 1)
	hook(id, "push", `{"ref":"refs/heads/master"}`).is(200)
	hook(id, "pull_request", `{"pull_request":{"base":{"ref":"master"}}}`).is(200)
	k.get("/v3/pipelinehistories/"+id+"-2").has("spec.triggerType", "webhook")
	k.put("/v3/pipelines/"+id, `{"spec":{"triggers":{"webhookTrigger":{"active":false}}}}`).is(200)
	hook(id, "push", "").is(451).has("code", 451)
	k.put("/v3/pipelines/"+id, `{"spec":{"active":false,"triggers":{"webhookTrigger":{"active":true}}}}`).is(200)
	hook(id, "push", "").is(451)
	k.do("GET", "/hooks?pipelineId="+id, "").is(405)
	k.get("/v3/pipelines/"+id).has("status.nextRun", 3)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	newPipeline   = "/projects/1/pipeline"
	allPipelines  = "/projects/1/pipelines"
	onePipeline   = allPipelines + "/1"
	rowFields     = "created_at id iid name project_id ref sha source status updated_at web_url"
	detailFields  = "archived before_sha committed_at coverage created_at detailed_status duration finished_at id iid project_id queued_duration ref sha source started_at status tag updated_at user web_url yaml_errors"
	forbiddenBody = `{"message":"403 Forbidden"}`
)

func (k *kit) advance(d time.Duration) {
	k.t.Helper()
	if err := k.clock.Advance(d); err != nil {
		k.t.Fatal(err)
	}
}

func TestPipelinesAsDocumented(t *testing.T) {
	k := newKit(t)
	p := k.project("group/app", nil)
	created := k.do("POST", newPipeline+"?ref=main", rootToken, "").is(201).object()
	if fieldsOf(created) != detailFields {
		t.Errorf("create has %s", fieldsOf(created))
	}
	for name, want := range map[string]any{
		"id": 1.0, "iid": 1.0, "project_id": 1.0, "status": "created", "source": "api", "ref": "main", "tag": false, "sha": p.Repo.head("main").SHA,
		"before_sha": strings.Repeat("0", 40), "web_url": "https://gitlab.example.com/group/app/-/pipelines/1", "yaml_errors": nil, "duration": nil,
	} {
		if created[name] != want {
			t.Errorf("%s = %v, want %v", name, created[name], want)
		}
	}
	single := k.do("GET", onePipeline, rootToken, "").is(200).object()
	if _, named := single["name"]; !named || len(single) != len(created)+1 {
		t.Errorf("single has %s", fieldsOf(single))
	}
	if rows := k.do("GET", allPipelines, rootToken, "").is(200).list(); len(rows) != 1 || fieldsOf(rows[0]) != rowFields {
		t.Errorf("list %v", rows)
	}
	k.do("POST", newPipeline+"?ref=v1.0", rootToken, `{"variables":[{"key":"VAR","value":"x"},{"key":"FILE","value":"y","variable_type":"file"}]}`).is(201)
	k.do("GET", allPipelines+"/2/variables", rootToken, "").is(200,
		`[{"key":"VAR","raw":false,"value":"x","variable_type":"env_var"},{"key":"FILE","raw":false,"value":"y","variable_type":"file"}]`)
	if tagged := k.do("GET", allPipelines+"/2", rootToken, "").object(); tagged["tag"] != true || tagged["ref"] != "v1.0" {
		t.Errorf("tag pipeline %v", tagged)
	}
	renamed := k.do("PUT", onePipeline+"/metadata", rootToken, "name=Deployment").is(200).object()
	if renamed["name"] != "Deployment" {
		t.Errorf("name %v", renamed["name"])
	}
	k.do("PUT", onePipeline+"/metadata", rootToken, "name="+strings.Repeat("n", 256)).
		is(400, `{"message":"Failed to update pipeline - Name is too long (maximum is 255 characters)"}`)
	k.do("PUT", onePipeline+"/metadata", rootToken, "").is(400, `{"error":"name is missing"}`)
	k.do("DELETE", onePipeline, rootToken, "").is(204, "")
	k.do("DELETE", onePipeline, rootToken, "").is(404, `{"message":"404 Not found"}`)
	if again := k.do("POST", newPipeline, rootToken, "ref=refs/heads/main").is(201).object(); again["id"] != 3.0 || again["iid"] != 3.0 || again["ref"] != "main" {
		t.Errorf("after a deletion: %v", again)
	}
}

func TestPipelineRunsOnTheClock(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", newPipeline, rootToken, "ref=main").is(201)
	check := func(status string, started, finished, updated any) {
		t.Helper()
		got := k.do("GET", onePipeline, rootToken, "").object()
		if got["status"] != status || got["started_at"] != started || got["finished_at"] != finished || got["updated_at"] != updated {
			t.Errorf("status %v, started %v, finished %v, updated %v; want %v %v %v %v", got["status"], got["started_at"], got["finished_at"],
				got["updated_at"], status, started, finished, updated)
		}
	}
	const at0, at1, at2, at10 = "2026-01-15T12:00:00.000Z", "2026-01-15T12:00:01.000Z", "2026-01-15T12:00:02.000Z", "2026-01-15T12:00:10.000Z"
	check("created", nil, nil, at0)
	k.advance(time.Second)
	check("pending", nil, nil, at1)
	k.advance(time.Second)
	check("running", at2, nil, at2)
	k.advance(7 * time.Second)
	check("running", at2, nil, at2)
	k.do("POST", onePipeline+"/retry", rootToken, "").is(201)
	check("running", at2, nil, at2) // nothing to retry
	k.advance(time.Minute)
	check("success", at2, at10, at10)
	if got := k.do("GET", onePipeline, rootToken, "").object(); got["duration"] != 8.0 || got["queued_duration"] != 2.0 {
		t.Errorf("duration %v, queued %v", got["duration"], got["queued_duration"])
	}
	k.do("POST", onePipeline+"/cancel", rootToken, "").is(200)
	check("success", at2, at10, at10) // nothing to cancel
	if got := k.do("GET", onePipeline, rootToken, "").object()["detailed_status"].(map[string]any); got["text"] != "Passed" || got["group"] != "success" {
		t.Errorf("detailed status %v", got)
	}
}

func TestCancelAndRetry(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	status := func(method, action string) any {
		return k.do(method, onePipeline+action, rootToken, "").object()["status"]
	}
	k.do("POST", newPipeline, rootToken, `{"ref":"main","variables":[{"key":"CICD_SANDBOX_RESULT","value":"failed"}]}`).is(201)
	k.advance(3 * time.Second)
	canceled := k.do("POST", onePipeline+"/cancel", rootToken, "").is(200).object()
	if canceled["status"] != "canceled" || canceled["duration"] != 1.0 {
		t.Errorf("canceled: %v after %v", canceled["status"], canceled["duration"])
	}
	k.advance(time.Hour)
	if got := status("GET", ""); got != "canceled" {
		t.Errorf("an hour later: %v", got)
	}
	k.do("POST", onePipeline+"/retry", rootToken, "").is(201)
	k.advance(5 * time.Second)
	if got := status("GET", ""); got != "running" {
		t.Errorf("retried: %v", got)
	}
	k.advance(5 * time.Second)
	if got := status("GET", ""); got != "failed" {
		t.Errorf("over: %v", got)
	}
	if got := status("POST", "/retry"); got != "created" {
		t.Errorf("retried after failure: %v", got)
	}
}

func TestPipelineFailsByConfiguration(t *testing.T) {
	k := newKit(t)
	p := k.project("group/app", nil)
	p.Repo.commit("main", p.Repo.branches["main"], Commit{CommittedAt: start},
		map[string]*file{".gitlab-ci.yml": newFile([]byte("variables:\n  CICD_SANDBOX_RESULT: \"failed\"\n"))})
	k.do("POST", newPipeline, rootToken, "ref=main").is(201)
	k.do("POST", newPipeline, rootToken, "ref=v1.0").is(201)
	k.do("POST", newPipeline, rootToken, `{"ref":"main","variables":[{"key":"CICD_SANDBOX_RESULT","value":"success"}]}`).is(201)
	k.advance(time.Minute)
	for id, want := range map[int]string{1: "failed", 2: "success", 3: "success"} {
		if got := k.do("GET", fmt.Sprintf("%s/%d", allPipelines, id), rootToken, "").object()["status"]; got != want {
			t.Errorf("pipeline %d: %v, want %s", id, got, want)
		}
	}
}

func TestPipelineRefusals(t *testing.T) {
	k := cast(t, nil)
	p := k.s.world.projects[1]
	main := p.Repo.branches["main"]
	p.Repo.branches["both"], p.Repo.tags["both"] = main, &Tag{Name: "both", Commit: main}
	p.Repo.commit("bare", nil, Commit{CommittedAt: start}, map[string]*file{"README": newFile(nil)})
	p.Repo.branches["prod"] = main
	p.ProtectedBranches = []*Protection{{Name: "prod", Push: []Grant{{Level: maintainer}}}}

	for body, want := range map[string]string{
		"":         `{"error":"ref is missing"}`,
		"ref=":     `{"message":{"base":["Reference not found"]}}`,
		"ref=none": `{"message":{"base":["Reference not found"]}}`,
		"ref=both": `{"message":{"base":["Ref is ambiguous"]}}`,
		"ref=bare": `{"message":{"base":["Missing CI config file"]}}`,
		"ref=prod": `{"message":{"base":["You do not have sufficient permission to run a pipeline on 'prod'. Please select a different branch or contact your administrator for assistance."]}}`,
		`{"ref":"main","variables":[{"key":"A","value":"1","variable_type":"x"}]}`: `{"error":"variables[0][variable_type] does not have a valid value"}`,
		`{"ref":"main","variables":[{"key":"A"},{"key":"A"}]}`:                     `{"message":{"base":["Duplicate variable name: A"]}}`,
	} {
		k.do("POST", newPipeline, "developer-token", body).is(400, want)
	}
	p.Settings["ci_pipeline_variables_minimum_override_role"] = "owner"
	k.do("POST", newPipeline, "developer-token", `{"ref":"main","variables":[{"key":"A","value":"1"}]}`).
		is(400, `{"message":{"base":["Insufficient permissions to set pipeline variables"]}}`)
	k.do("POST", newPipeline, "developer-token", "ref=both").is(400)
	k.do("GET", allPipelines, rootToken, "").is(200, "[]")
	k.do("POST", newPipeline, "developer-token", "ref=main").is(201)
}

func TestPipelinePermissions(t *testing.T) {
	verbs := []struct{ name, method, path, body string }{
		{"list", "GET", allPipelines, ""}, {"get", "GET", onePipeline, ""}, {"latest", "GET", allPipelines + "/latest", ""},
		{"variables", "GET", onePipeline + "/variables", ""}, {"create", "POST", newPipeline, "ref=main"},
		{"retry", "POST", onePipeline + "/retry", ""}, {"cancel", "POST", onePipeline + "/cancel", ""},
		{"rename", "PUT", onePipeline + "/metadata", "name=x"}, {"delete", "DELETE", onePipeline, ""},
	}
	for visibility, table := range map[string]map[string]string{
		"private": {
			"list":      "404 404 200 200 200 200 200 200 200",
			"get":       "404 404 200 200 200 200 200 200 200",
			"latest":    "404 404 200 200 200 200 200 200 200",
			"variables": "404 404 403 403 403 200 200 200 200",
			"create":    "401 404 403 403 201 201 201 201 201",
			"retry":     "401 404 403 403 201 201 201 201 201",
			"cancel":    "401 404 403 403 200 200 200 200 200",
			"rename":    "401 404 403 403 200 200 200 200 200",
			"delete":    "401 404 403 403 403 403 403 204 204",
		},
		"public": {
			"list":      "200 200 200 200 200 200 200 200 200",
			"get":       "200 200 200 200 200 200 200 200 200",
			"variables": "403 403 403 403 403 200 200 200 200",
			"create":    "401 403 403 403 201 201 201 201 201",
		},
	} {
		for _, verb := range verbs {
			want, tested := table[verb.name]
			if !tested {
				continue
			}
			var got []string
			for _, role := range roles {
				k := cast(t, map[string]any{"visibility": visibility})
				k.do("POST", newPipeline, "author-token", "ref=main").is(201)
				got = append(got, fmt.Sprint(k.do(verb.method, verb.path, tokenOf(role), verb.body).status))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s, %s: %s\nwant %s", visibility, verb.name, strings.Join(got, " "), want)
			}
		}
	}
}

func TestPrivatePipelinesOfAPublicProject(t *testing.T) {
	k := cast(t, map[string]any{"visibility": "public", "public_jobs": false})
	k.do("POST", newPipeline, "author-token", "ref=main").is(201)
	for _, token := range []string{"", "stranger-token", "guest-token"} {
		k.do("GET", allPipelines, token, "").is(403, forbiddenBody)
		k.do("GET", onePipeline, token, "").is(403, forbiddenBody)
	}
	k.do("GET", allPipelines, "reporter-token", "").is(200)
}

func TestLatestPipeline(t *testing.T) {
	k := newKit(t)
	p := k.project("group/app", nil)
	k.do("GET", allPipelines+"/latest", rootToken, "").is(403, forbiddenBody)
	for range 2 {
		k.do("POST", newPipeline, rootToken, "ref=main").is(201)
	}
	k.do("POST", newPipeline, rootToken, "ref=v1.0").is(201) // same commit, other ref
	for query, want := range map[string]any{"": 2.0, "?ref=main": 2.0, "?ref=v1.0": 3.0} {
		if got := k.do("GET", allPipelines+"/latest"+query, rootToken, "").is(200).object()["id"]; got != want {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	k.do("GET", allPipelines+"/latest?ref=none", rootToken, "").is(403, forbiddenBody)
	p.Repo.commit("main", p.Repo.branches["main"], Commit{CommittedAt: start}, p.Repo.branches["main"].files)
	k.do("GET", allPipelines+"/latest", rootToken, "").is(403, forbiddenBody) // none of the new head yet
}

func TestPipelineFilters(t *testing.T) {
	k := cast(t, nil)
	p := k.s.world.projects[1]
	p.Repo.branches["gone"] = p.Repo.branches["main"]
	k.do("POST", newPipeline, rootToken, "ref=gone").is(201) // 1
	k.advance(time.Minute)
	k.do("POST", newPipeline, "developer-token", "ref=main").is(201) // 2
	k.do("PUT", allPipelines+"/2/metadata", "developer-token", "name=Release").is(200)
	k.do("POST", newPipeline, "developer-token", `{"ref":"v1.0","variables":[{"key":"CICD_SANDBOX_RESULT","value":"failed"}]}`).is(201) // 3
	k.advance(time.Minute)
	k.do("POST", schedulePath+"/play", "maintainer-token", "").is(201) // 4
	k.advance(3 * time.Second)
	delete(p.Repo.branches, "gone")

	for query, want := range map[string]string{
		"": "4 3 2 1", "?sort=asc": "1 2 3 4", "?order_by=ref&sort=asc": "1 2 4 3", "?order_by=status": "2 1 4 3",
		"?order_by=user_id": "4 3 2 1", "?order_by=updated_at&sort=asc": "1 2 3 4",
		"?status=success": "2 1", "?status=failed": "3", "?status=manual": "",
		"?scope=running": "4", "?scope=pending": "", "?scope=finished": "3 2 1", "?scope=branches": "4", "?scope=tags": "3",
		"?ref=main": "4 2", "?ref=refs/heads/main": "", "?ref=none": "", "?sha=abc": "", "?sha=" + p.Repo.head("main").SHA: "4 3 2 1",
		"?username=developer": "3 2", "?username=nobody": "", "?name=Release": "2", "?name=release": "", "?source=schedule": "4",
		"?source=parent_pipeline": "", "?yaml_errors=true": "", "?yaml_errors=false": "4 3 2 1",
		"?created_after=2026-01-15T12:01:00Z": "4 3 2", "?created_before=2026-01-15T12:01:00Z": "3 2 1",
		"?updated_after=2026-01-15T12:01:10Z": "4 3 2", "?updated_before=2026-01-15T12:00:10Z": "1", "?created_after=2026-01-16": "",
		"?ref=main&status=success": "2", "?per_page=3&page=2": "1",
	} {
		var got []string
		for _, row := range k.do("GET", allPipelines+query, rootToken, "").is(200).list() {
			got = append(got, fmt.Sprint(row["id"]))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, want %s", query, strings.Join(got, " "), want)
		}
	}
	for query, want := range map[string]string{
		"?scope=all": "scope does not have a valid value", "?status=passed": "status does not have a valid value",
		"?source=scheduled": "source does not have a valid value", "?order_by=name": "order_by does not have a valid value",
		"?sort=up": "sort does not have a valid value", "?yaml_errors=some": "yaml_errors is invalid", "?created_after=later": "created_after is invalid",
	} {
		k.do("GET", allPipelines+query, rootToken, "").is(400, `{"error":"`+want+`"}`)
	}
}

func TestPipelineCheckOrder(t *testing.T) {
	k := cast(t, nil)
	k.project("group/other", nil)
	k.do("POST", newPipeline, "author-token", "ref=main").is(201)
	k.do("POST", allPipelines+"/abc/retry", "", "").is(401)
	k.do("GET", "/projects/99/pipelines/abc", rootToken, "").is(400, `{"error":"pipeline_id is invalid"}`)
	k.do("GET", "/projects/99/pipelines/1", rootToken, "").is(404, `{"message":"404 Project Not Found"}`)
	k.do("GET", "/projects/2/pipelines/1", rootToken, "").is(404, `{"message":"404 Not found"}`)
	k.do("POST", allPipelines+"/9/retry", "guest-token", "").is(404, `{"message":"404 Not found"}`)
	k.do("PUT", onePipeline+"/metadata", "reporter-token", "name="+strings.Repeat("n", 300)).is(403, forbiddenBody)
	k.do("DELETE", onePipeline, rootToken, "", "If-Unmodified-Since", "Thu, 15 Jan 2026 11:00:00 GMT").is(412)
}

func TestSchedulePipelines(t *testing.T) {
	k := cast(t, nil)
	for range 3 {
		k.do("POST", schedulePath+"/play", "developer-token", "").is(201)
	}
	k.do("POST", newPipeline, "developer-token", "ref=main").is(201)
	for query, want := range map[string]string{"": "1 2 3", "?sort=desc": "3 2 1", "?status=created": "1 2 3", "?scope=finished": "", "?per_page=2": "1 2"} {
		var got []string
		for _, row := range k.do("GET", schedulePath+"/pipelines"+query, rootToken, "").is(200).list() {
			got = append(got, fmt.Sprint(row["id"]))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, want %s", query, strings.Join(got, " "), want)
		}
	}
	// The schedule's variables came along, as they were then; the pipeline belongs to who played it.
	k.do("PUT", schedulePath+"/variables/KEY", "author-token", "value=later").is(200)
	k.do("GET", onePipeline+"/variables", "developer-token", "").is(200, `[{"key":"KEY","raw":false,"value":"secret","variable_type":"env_var"}]`)
	k.do("DELETE", allPipelines+"/3", rootToken, "").is(204)
	if got := k.do("GET", schedulePath, rootToken, "").object()["last_pipeline"].(map[string]any)["id"]; got != 2.0 {
		t.Errorf("last pipeline %v", got)
	}
	k.do("GET", schedulePath+"/pipelines?order_by=ref&sort=up", rootToken, "").is(400, `{"error":"sort does not have a valid value"}`)
}

func TestSchedulesRunWhenTheClockPasses(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", allSchedules, rootToken, "description=Hourly&ref=main&cron=0+*+*+*+*").is(201)
	k.do("POST", allSchedules, rootToken, "description=Idle&ref=main&cron=0+*+*+*+*&active=false").is(201)
	k.do("POST", allSchedules, rootToken, "description=Broken&ref=refs/heads/none&cron=0+*+*+*+*").is(201)
	k.advance(63*time.Minute - time.Second)
	k.do("GET", allPipelines, rootToken, "").is(200, "[]")
	k.advance(2*time.Hour + time.Second)
	rows := k.do("GET", allPipelines+"?sort=asc", rootToken, "").is(200).list()
	if len(rows) != 3 {
		t.Fatalf("%d pipelines, want 3", len(rows))
	}
	for i, created := range []string{"2026-01-15T13:03:00.000Z", "2026-01-15T14:03:00.000Z", "2026-01-15T15:03:00.000Z"} {
		if rows[i]["created_at"] != created || rows[i]["source"] != "schedule" {
			t.Errorf("run %d: %v", i, rows[i])
		}
	}
	if rows[0]["status"] != "success" || rows[2]["status"] != "created" {
		t.Errorf("statuses %v, %v", rows[0]["status"], rows[2]["status"])
	}
	for id, want := range map[int]string{1: "2026-01-15T16:03:00.000Z", 2: "2026-01-15T13:03:00.000Z", 3: "2026-01-15T16:03:00.000Z"} {
		if got := k.do("GET", fmt.Sprintf("%s/%d", allSchedules, id), rootToken, "").object()["next_run_at"]; got != want {
			t.Errorf("schedule %d runs next at %v, want %s", id, got, want)
		}
	}

	// Neither a deleted schedule runs, nor one that was switched off, nor one without an owner.
	k.do("DELETE", allSchedules+"/1", rootToken, "").is(204)
	k.advance(24 * time.Hour)
	if rows := k.do("GET", allPipelines, rootToken, "").list(); len(rows) != 3 {
		t.Errorf("%d pipelines, want 3", len(rows))
	}
}

func TestAJumpOfYearsIsBounded(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", allSchedules, rootToken, "description=Busy&ref=main&cron=*+*+*+*+*").is(201)
	k.advance(10 * 365 * 24 * time.Hour)
	got := k.do("GET", allSchedules+"/1", rootToken, "").is(200).object()
	if got["next_run_at"] != "2036-01-13T12:03:00.000Z" {
		t.Errorf("next_run_at %v", got["next_run_at"])
	}
	if runs := len(k.s.ci.pipelines); runs != maxCatchUp {
		t.Errorf("%d runs, want %d", runs, maxCatchUp)
	}
}

func TestCommitStatusesMakeAnExternalPipeline(t *testing.T) {
	k := newKit(t)
	p := k.project("group/app", nil)
	sha := p.Repo.head("main").SHA
	post := func(name, state string) int {
		return k.s.statusPosted(p, &CommitStatus{SHA: sha, Ref: "main", Name: name, State: state}, k.clock.Now())
	}
	for _, step := range []struct{ name, state, want string }{
		{"build", "pending", "pending"}, {"build", "running", "running"}, {"build", "success", "success"},
		{"deploy", "failed", "failed"}, {"deploy", "success", "success"},
	} {
		if id := post(step.name, step.state); id != 1 {
			t.Fatalf("pipeline %d", id)
		}
		if got := k.do("GET", onePipeline, rootToken, "").object(); got["status"] != step.want || got["source"] != "external" {
			t.Errorf("%s %s: %v %v", step.name, step.state, got["source"], got["status"])
		}
	}
	k.do("POST", newPipeline, rootToken, "ref=main").is(201)
	if id := post("lint", "failed"); id != 2 {
		t.Errorf("a status of a commit with a pipeline went to %d", id)
	}
}

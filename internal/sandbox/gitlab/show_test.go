// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// shown is an object of the page.
func (k *kit) shown(key string) webpage.Object {
	k.t.Helper()
	o, shown := k.s.Show().Object(key)
	if !shown {
		k.t.Fatalf("the page doesn't show %s", key)
	}
	return o
}

func facts(o webpage.Object) string {
	var texts []string
	for _, fact := range o.Facts {
		texts = append(texts, fact.Name+" "+fact.Value)
	}
	return strings.Join(texts, "; ")
}

func labels(o webpage.Object) string {
	var texts []string
	for _, change := range o.Changes {
		texts = append(texts, change.Label)
	}
	return strings.Join(texts, "; ")
}

// press makes the change that the page offers with that label.
func (k *kit) press(key, label string) {
	k.t.Helper()
	o := k.shown(key)
	change, offered := o.Change(label)
	if !offered {
		k.t.Fatalf("%s offers %s, not %s", key, labels(o), label)
	}
	request := change.Request
	if a := k.do(request.Method, strings.TrimPrefix(request.Path, apiRoot), rootToken, string(request.Body)); a.status >= 300 {
		k.t.Errorf("%s: %d %s", label, a.status, a.body)
	}
}

// expectShown compares what the page shows of an object with what it should.
func expectShown(t *testing.T, o webpage.Object, title, id, state, wantFacts, wantLabels string) {
	t.Helper()
	got := []string{o.Title, o.ID, o.State.Word, facts(o), labels(o)}
	if want := []string{title, id, state, wantFacts, wantLabels}; !slices.Equal(got, want) {
		t.Errorf("shows %q\n want %q", got, want)
	}
}

func TestShowSchedule(t *testing.T) {
	k := newKit(t)
	k.project("a/app", nil)
	k.do("POST", allSchedules, rootToken, `{"description":"Nightly","ref":"main","cron":"0 1 * * 5","cron_timezone":"Europe/Berlin","inputs":[{"name":"mode","value":"s3cret"}]}`).is(201)
	k.do("POST", schedulePath+"/variables", rootToken, `{"key":"TOKEN","value":"s3cret"}`).is(201)
	k.do("POST", schedulePath+"/variables", rootToken, `{"key":"LIST","value":"s3cret","variable_type":"file"}`).is(201)

	const around = "zone Europe/Berlin; ref refs/heads/main; "
	o := k.shown("schedule/1")
	expectShown(t, o, "Nightly", "a/app:1", "active", "cron 0 1 * * 5; "+around+"next Fri 16 Jan 00:03 UTC; owner root; variables LIST (file), TOKEN; inputs mode",
		"Change cron to 30 4 * * *; Deactivate; Delete variable LIST; Delete variable TOKEN; Delete")
	if want := time.Date(2026, 1, 16, 0, 3, 0, 0, time.UTC); o.Upcoming == nil || len(o.Upcoming.Times) != 1 || !o.Upcoming.Times[0].Equal(want) {
		t.Errorf("comes %+v", o.Upcoming)
	}
	if text, err := json.Marshal(k.s.Show()); err != nil || strings.Contains(string(text), "s3cret") || strings.Contains(string(text), rootToken) {
		t.Errorf("%s, %v", text, err)
	}

	// GitLab itself finds the next run of what was changed by hand.
	k.press("schedule/1", "Change cron to 30 4 * * *")
	if got := k.do("GET", schedulePath, rootToken, "").is(200).object(); got["cron"] != "30 4 * * *" || got["next_run_at"] != "2026-01-16T03:33:00.000Z" {
		t.Error(got)
	}
	if o := k.shown("schedule/1"); len(o.Upcoming.Times) != 7 || !o.Upcoming.Times[6].Equal(time.Date(2026, 1, 22, 3, 33, 0, 0, time.UTC)) {
		t.Errorf("comes %+v", o.Upcoming)
	}
	k.press("schedule/1", "Delete variable LIST")
	k.press("schedule/1", "Deactivate")
	expectShown(t, k.shown("schedule/1"), "Nightly", "a/app:1", "inactive", "cron 30 4 * * *; "+around+"owner root; variables TOKEN; inputs mode",
		"Change cron to 0 22 * * 1-5; Activate; Delete variable TOKEN; Delete")
	if o := k.shown("schedule/1"); o.Upcoming != nil {
		t.Errorf("comes %+v", o.Upcoming)
	}
	k.press("schedule/1", "Activate")
	if got := k.do("GET", schedulePath, rootToken, "").is(200).object(); got["active"] != true || len(got["variables"].([]any)) != 1 {
		t.Error(got)
	}
	k.press("schedule/1", "Delete")
	k.do("GET", schedulePath, rootToken, "").is(404)
}

func TestShowPipelines(t *testing.T) {
	k := newKit(t)
	k.project("a/app", nil)
	k.do("POST", allSchedules, rootToken, `{"description":"Often","ref":"main","cron":"* * * * *"}`).is(201)
	if o := k.shown("schedule/1"); len(o.Upcoming.Times) != 50 || !o.Upcoming.Endless {
		t.Errorf("comes %+v", o.Upcoming)
	}
	// A look is enough for what falls due, as a request is.
	if err := k.clock.Advance(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	expectShown(t, k.shown("pipeline/1"), "#1 on main", "a/app:1", "success", "source schedule; created Thu 15 Jan 12:03:00 UTC; schedule Often", "Delete")
	if o := k.shown("schedule/1"); len(o.Runs) != 1 || o.Runs[0].State != (webpage.State{Word: "success", Mood: webpage.Good}) {
		t.Errorf("ran %+v", o.Runs)
	}
	for range 25 {
		k.do("POST", "/projects/1/pipeline", rootToken, `{"ref":"main","variables":[{"key":"K","value":"s3cret"}]}`).is(201)
	}
	k.press("pipeline/26", "Cancel")
	expectShown(t, k.shown("pipeline/26"), "#26 on main", "a/app:26", "canceled", "source api; created Thu 15 Jan 12:10:00 UTC", "Delete")
	k.press("pipeline/26", "Delete")
	k.do("GET", "/projects/1/pipelines/26", rootToken, "").is(404)
	pipelines := k.s.Show().Sections[1]
	if len(pipelines.Objects) != shownPipelines || pipelines.Left != 25-shownPipelines || pipelines.Objects[0].Key != "pipeline/25" {
		t.Errorf("%d pipelines, %d left", len(pipelines.Objects), pipelines.Left)
	}
	if text, err := json.Marshal(k.s.Show()); err != nil || strings.Contains(string(text), "s3cret") {
		t.Errorf("%s, %v", text, err)
	}
}

// BenchmarkShow looks at a thousand schedules, each with times of its own.
func BenchmarkShow(b *testing.B) {
	k := newKit(b)
	k.s.world.planLimits.ciPipelineSchedules = 0
	k.project("a/app", nil)
	for i := range 1000 {
		k.do("POST", allSchedules, rootToken, fmt.Sprintf(`{"description":"Nightly","ref":"refs/heads/main","cron":"%d %d * * *"}`, i%60, i/60)).is(201)
	}
	for b.Loop() {
		k.s.Show()
	}
}

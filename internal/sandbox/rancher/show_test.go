// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// shown is an object of the page.
func (k *kit) shown(key string) webpage.Object {
	k.t.Helper()
	o, shown := k.server.Show().Object(key)
	if !shown {
		k.t.Fatalf("the page doesn't show %s", key)
	}
	return o
}

// press makes the change that the page offers with that label.
func (k *kit) press(key, label string) {
	k.t.Helper()
	o := k.shown(key)
	change, offered := o.Change(label)
	if !offered {
		k.t.Fatalf("%s offers %+v, not %s", key, o.Changes, label)
	}
	request := change.Request
	if a := k.do(request.Method, request.Path, string(request.Body)); a.status >= 300 {
		k.t.Errorf("%s: %d %s", label, a.status, a.raw)
	}
}

func told(o webpage.Object) string {
	texts := []string{o.Title, o.State.Word}
	for _, fact := range o.Facts {
		texts = append(texts, fact.Name+" "+fact.Value)
	}
	for _, stage := range o.Stages {
		texts = append(texts, strings.TrimSpace(stage.Name+": "+strings.Join(stage.Steps, ", ")+" "+stage.State.Word))
	}
	for _, run := range o.Runs {
		texts = append(texts, run.Title+" "+run.State.Word)
	}
	for _, change := range o.Changes {
		texts = append(texts, "["+change.Label+"]")
	}
	return strings.Join(texts, "; ")
}

func expectTold(t *testing.T, o webpage.Object, want string) {
	t.Helper()
	if got := told(o); got != want {
		t.Errorf("shows %s\n want %s", got, want)
	}
}

const secretivePipeline = `{"spec": {"displayName": "secretive", "stages": [
	{"name": "clone", "steps": [{"type": "sourcecode", "sourceCodeStepConfig": {"repository": "https://me:s3cret@github.com/demo/app.git", "branch": "main"}}]},
	{"name": "test", "steps": [{"type": "runascript", "runAScriptStepConfig": {"image": "alpine", "shellScript": "login s3cret", "env": ["TOKEN=s3cret"], "args": "s3cret"}},
		{"type": "buildimage", "buildImageStepConfig": {"imageTag": "app:1"}}, {"type": "pushimage", "pushImageStepConfig": {"imageTag": "app:1"}}]}],
	"triggers": {"cronTrigger": {"active": true, "expression": "0 4 * * *", "timezone": "Asia/Hong_Kong"}, "webhookTrigger": {"active": true}}}}`

// An address that is none may have a password anywhere.
func TestShowOddRepository(t *testing.T) {
	k := newKit(t)
	odd := strings.Replace(secretivePipeline, "https://me:s3cret@", "https://me:s3cret%ret@", 1)
	o := k.shown("pipeline/" + k.post(k.in("/pipelines"), odd).is(201).text("id"))
	if steps := o.Stages[0].Steps; len(steps) != 1 || steps[0] != "clone a repository main" {
		t.Errorf("shows %q", steps)
	}
}

func TestShowPipeline(t *testing.T) {
	k := newKit(t)
	id := k.post(k.in("/pipelines"), secretivePipeline).is(201).text("id")
	key := "pipeline/" + id
	const facts, stages = "; zone Asia/Hong_Kong; next Thu 15 Jan 20:00 UTC; webhook on", "; clone: clone demo/app main; test: run in alpine, build app:1, push app:1"
	o := k.shown(key)
	expectTold(t, o, "secretive; active; cron 0 4 * * *"+facts+stages+"; [Change cron to 30 9 * * *]; [Deactivate]; [Delete]")
	if len(o.Upcoming.Times) != 7 || !o.Upcoming.Times[1].Equal(time.Date(2026, 1, 16, 20, 0, 0, 0, time.UTC)) {
		t.Errorf("comes %+v", o.Upcoming)
	}
	k.post("/v3/pipelines/"+id+"?action=run", "{}").is(200)
	k.advance(6 * time.Second)
	expectTold(t, k.shown(key), "secretive; active; cron 0 4 * * *"+facts+"; clone: clone demo/app main Success; "+
		"test: run in alpine, build app:1, push app:1 Building; #1 Building; [Change cron to 30 9 * * *]; [Deactivate]; [Delete]")

	// Rancher itself finds the next run of what was changed by hand.
	k.press(key, "Change cron to 30 9 * * *")
	k.get("/v3/pipelines/"+id).is(200).has("spec.triggers.cronTrigger.expression", "30 9 * * *", "spec.triggers.cronTrigger.timezone", "Asia/Hong_Kong",
		"status.nextStart", "2026-01-16T09:30:00+08:00")
	k.press(key, "Deactivate")
	k.get("/v3/pipelines/"+id).is(200).has("state", "inactive", "spec.active", false)
	if o := k.shown(key); o.Upcoming != nil || o.State.Word != "inactive" {
		t.Errorf("%+v", o)
	}
	k.press(key, "Activate")
	k.get("/v3/pipelines/"+id).is(200).has("state", "active")
	if text, err := json.Marshal(k.server.Show()); err != nil || strings.Contains(string(text), "s3cret") || strings.Contains(string(text), adminToken) {
		t.Errorf("%s, %v", text, err)
	}
	k.press(key, "Delete")
	k.get("/v3/pipelines/" + id).is(404)
}

func TestShowConfigurationAndAccount(t *testing.T) {
	k := newKit(t, func(c *rancher.Config) { c.Finalizing = time.Minute })
	config := k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"name":"github","spec":{"githubConfig":{"clientID":"id","clientSecret":"s3cret"}}}`).is(201).text("id")
	account := k.post("/v3/remoteaccounts", `{"name":"mine","spec":{"type":"github","displayName":"Mine","accountName":"me","accessToken":"s3cret"}}`).is(201).text("id")
	expectTold(t, k.shown("clusterPipeline/"+config), "GitHub app of "+k.cluster+"; active; scheme https; clientID id; clientSecret is set; [Change host to github.example.com]; [Delete]")
	expectTold(t, k.shown("remoteAccount/"+account), "Mine; active; type github; account me; [Change displayName to Somebody else]; [Delete]")
	if text, err := json.Marshal(k.server.Show()); err != nil || strings.Contains(string(text), "s3cret") {
		t.Errorf("%s, %v", text, err)
	}
	k.press("clusterPipeline/"+config, "Change host to github.example.com")
	k.get("/v3/clusterpipelines/"+config).is(200).has("spec.githubConfig.host", "github.example.com", "spec.githubConfig.clientID", "id")
	k.press("remoteAccount/"+account, "Change displayName to Somebody else")
	k.get("/v3/remoteaccounts/"+account).is(200).has("spec.displayName", "Somebody else")

	k.press("clusterPipeline/"+config, "Delete")
	if o := k.shown("clusterPipeline/" + config); o.State.Word != "removing" || o.Changes != nil {
		t.Errorf("%+v", o)
	}
	k.advance(time.Minute)
	if sections := k.server.Show().Sections; len(sections[1].Objects) != 0 {
		t.Errorf("%+v", sections[1])
	}
}

func TestShowOtherDialect(t *testing.T) {
	server, err := rancher.New(rancher.Config{Clock: newKit(t).clock, AdminToken: adminToken, Dialect: rancher.V21})
	if err != nil {
		t.Fatal(err)
	}
	if view := server.Show(); view.Title != "Rancher" || view.Sections != nil {
		t.Errorf("%+v", view)
	}
}

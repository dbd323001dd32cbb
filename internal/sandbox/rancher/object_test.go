// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

func TestEnvelope(t *testing.T) {
	k := newKit(t)
	a := k.post(k.in("/pipelines"), pipelineBody(t, "")).is(201)
	id := a.text("id")
	if name := a.text("name"); !strings.HasPrefix(name, "p-") || len(name) != 7 || id != short(k.project)+":"+name {
		t.Errorf("generated the name %s, id %s", name, id)
	}
	if len(a.text("uuid")) != 36 || a.header["Location"] != nil {
		t.Error(a.raw, a.header)
	}
	for _, a := range []answer{a, k.get("/v3/pipelines/" + id), k.get(k.in("/pipelines/" + id))} {
		a.has("type", "pipeline", "baseType", "pipeline", "namespaceId", nil, "created", "2026-01-15T12:00:00Z", "createdTS", 1768478400000,
			"creatorId", "user-admin", "labels", none, "annotations", object{}, "removed", none, "ownerReferences", none, "state", "active",
			"transitioning", "no", "transitioningMessage", "",
			"spec.type", "/v3/schemas/pipelineSpec", "spec.stages.0.type", "/v3/schemas/stage", "spec.stages.0.steps.0.type", "sourcecode",
			"spec.stages.0.steps.0.runAScriptStepConfig.type", "/v3/schemas/runAScriptStepConfig", "status.type", "/v3/schemas/pipelineStatus")
	}
	// what only the server may say is dropped, unknown and misspelt members, too
	body := `{"id":"x:y","type":"cluster","uuid":"u","created":"2000-01-01T00:00:00Z","creatorId":"me","state":"odd","status":{"nextRun":9},"surplus":1,"name":"mine",
		"labels":{"a":"1"},"spec":{"displayName":"d","Active":false,"stages":[{"name":"s","steps":[{"type":"sourcecode","runAScriptStepConfig":{"image":"i","entrypoint":"x"}}]}]}}`
	k.post(k.in("/pipelines"), body).is(201).has("id", short(k.project)+":mine", "name", "mine", "type", "pipeline", "creatorId", "user-admin", "state", "active",
		"status.nextRun", 1, "surplus", none, "labels", object{"a": "1"}, "spec.active", true, "spec.Active", none,
		"spec.stages.0.steps.0.runAScriptStepConfig.entrypoint", none)
	k.post(k.in("/pipelines"), body).fails(409, "AlreadyExists", "", `pipelines.management.cattle.io "mine" already exists`)
	k.put("/v3/pipelines/"+short(k.project)+":mine", `{"name":"other","uuid":"u","creatorId":"me","status":{"nextRun":9}}`).is(200).has("name", "mine",
		"creatorId", "user-admin", "status.nextRun", 1)
	k.post(k.in("/pipelines"), strings.Replace(body, "mine", "Not_a_label", 1)).is(422).has("code", "InvalidFormat", "fieldName", "name")
	k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"name":"same","spec":{}}`).is(201).has("id", k.cluster+":same")
	k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"name":"same","spec":{}}`).is(409).has("code", "AlreadyExists")
}

// TestGeneratedNames are never refused as taken. With as many objects as here, two would draw the same in 97 cases of 100.
func TestGeneratedNames(t *testing.T) {
	k := newKit(t)
	for range 10_000 {
		k.serveAs(http.StatusCreated, http.MethodPost, "/v3/clusters", `{"name":"one"}`)
	}
}

func TestParents(t *testing.T) {
	k := newKit(t)
	id := k.pipeline("")
	other := k.newProject()
	scoped := "/v3/projects/" + other + "/pipelines/" + id
	text := `pipelines.management.cattle.io "` + short(id) + `" not found`
	k.get(scoped).fails(404, "NotFound", "", text)
	k.put(scoped, `{"spec":{"displayName":"changed"}}`).fails(404, "NotFound", "", text)
	k.delete(scoped).is(404)
	k.post(scoped+"?action=run", "").is(404)
	k.server.SetQuirks(rancher.Quirks{NullThroughWrongParent: true})
	for _, a := range []answer{k.get(scoped), k.put(scoped, `{"spec":{"displayName":"changed"}}`)} {
		if a.status != 200 || strings.TrimSpace(a.raw) != "null" {
			t.Errorf("%s through another parent: %d %s", a.request, a.status, a.raw)
		}
	}
	k.get("/v3/pipelines/"+id).has("spec.displayName", "changed") // as in Norman, the write has taken place
	k.get("/v3/projects/" + other + "/pipelines/p-x:p-y").is(404)
	k.server.SetQuirks(rancher.Quirks{})

	// the parent comes from the path, else from the body, and stays
	k.put("/v3/pipelines/"+id, `{"spec":{"projectName":"`+other+`"}}`).is(200).has("spec.projectName", k.project)
	k.post("/v3/pipelines", pipelineBody(t, `{"projectName":"`+other+`"}`)).is(201).has("spec.projectName", other)
	k.post("/v3/pipelines", pipelineBody(t, `{"projectName":null}`)).fails(422, "InvalidFormat", "spec", "projectName=MissingRequired 422: ")
	k.post("/v3/pipelines", documentPipeline).fails(404, "NotFound", "", `namespaces "project-abc" not found`)
	k.post("/v3/projects/"+k.cluster+":p-none/pipelines", documentPipeline).fails(404, "NotFound", "", `namespaces "p-none" not found`)
	k.post("/v3/clusters/c-none/clusterpipelines", `{"spec":{}}`).fails(404, "NotFound", "", `namespaces "c-none" not found`)
	k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec":{"clusterName":"c-none"}}`).is(201).has("spec.clusterName", k.cluster)
	k.post("/v3/projects", `{"name":"x","clusterId":"c-none"}`).is(404)
	for path, want := range map[string]int{k.in("/pipelines"): 1, "/v3/projects/" + other + "/pipelines": 1, "/v3/pipelines": 2, "/v3/projects/c-x:p-none/pipelines": 0,
		"/v3/clusters/c-none/clusterpipelines": 0, "/v3/clusters/c-none/pipelines": 2} {
		if ids := k.get(path).ids(); len(ids) != want {
			t.Errorf("%s: %v", path, ids)
		}
	}
	k.delete("/v3/projects/" + other).is(204)
	if ids := k.get("/v3/pipelines").ids(); len(ids) != 1 || ids[0] != id {
		t.Errorf("of a deleted project there are %v", ids)
	}
	k.delete("/v3/clusters/" + k.cluster).is(204)
	k.get("/v3/pipelines/" + id).is(404)
	k.get("/v3/projects/" + k.project).is(404)
}

func TestDelete(t *testing.T) {
	k := newKit(t)
	path := k.in("/pipelines/" + k.pipeline(""))
	gone := k.delete(path).is(204)
	if gone.raw != "" || gone.header["Content-Type"][0] != "application/json" {
		t.Errorf("%v %q", gone.header, gone.raw)
	}
	k.get(path).is(404)
	k.delete(path).is(404)

	k = newKit(t, func(c *rancher.Config) { c.Finalizing = time.Minute })
	path = k.in("/pipelines/" + k.pipeline(""))
	k.get(path).has("state", "active", "removed", none)
	pending := []any{"removed", "2026-01-15T12:00:00Z", "removedTS", 1768478400000, "state", "removing", "transitioning", "yes"}
	k.delete(path).is(200).has(pending...)
	k.advance(59 * time.Second)
	k.delete(path).is(200).has(pending...)
	k.get(path).is(200).has(pending...)
	k.advance(time.Second)
	k.get(path).is(404)

	// contents go with their project, when that is gone; until then nothing new gets in
	path = k.in("/pipelines/" + k.pipeline(""))
	k.delete("/v3/projects/" + k.project).is(200)
	k.get(path).is(200).has("removed", none)
	k.post(k.in("/pipelines"), documentPipeline).is(403).has("code", "Forbidden")
	k.advance(time.Minute)
	k.get(path).is(404)
}

// What is stuck says so five minutes after its deletion began, however long it takes.
func TestStuckDeletion(t *testing.T) {
	k := newKit(t, func(c *rancher.Config) { c.Finalizing = time.Hour })
	path := k.in("/pipelines/" + k.pipeline(""))
	k.delete(path).is(200).has("transitioning", "yes")
	k.advance(5 * time.Minute)
	k.delete(path).is(200).has("transitioning", "yes")
	k.advance(time.Second)
	k.get(path).is(200).has("state", "removing", "transitioning", "error", "transitioningMessage", "waiting on pipeline-cleanup")
}

// A PUT can replace what is stored: then what it leaves out is lost, where the object belongs included.
func TestReplace(t *testing.T) {
	k := newKit(t)
	path := "/v3/pipelines/" + k.pipeline(`{"triggers":{"webhookTrigger":{"active":true}}}`)
	before := k.get(path)
	k.put(path+"?_replace=false", `{"spec":{"displayName":"merged"}}`).is(200).has("spec.triggers.webhookTrigger.active", true)
	k.put(path+"?_replace=true", `{"labels":{"a":"1"},"spec":{"displayName":"replaced","projectName":"`+k.project+`"}}`).is(200).has(
		"spec.displayName", "replaced", "spec.triggers", none, "spec.stages", none, "spec.projectName", nil, "labels", object{"a": "1"},
		"id", before.text("id"), "name", before.text("name"), "uuid", before.text("uuid"), "creatorId", "user-admin", "status.nextRun", 1)
	if ids := k.get(k.in("/pipelines")).ids(); len(ids) != 1 {
		t.Errorf("the project has the pipelines %v", ids)
	}
	k.put(path+"?_replace=true", `{}`).is(200).has("spec", none, "labels", object{"a": "1"})
}

func TestSecrets(t *testing.T) {
	k := newKit(t)
	configs := "/v3/clusters/" + k.cluster + "/clusterpipelines"
	a := k.post(configs, `{"spec":{"githubConfig":{"clientID":"id","clientSecret":"hush"}}}`).is(201)
	config := configs + "/" + a.text("id")
	account := k.post("/v3/remoteaccounts", `{"spec":{"type":"github","accessToken":"hush"}}`).is(201).has("spec.accessToken", "hush")
	path := "/v3/remoteaccounts/" + account.text("id")
	for _, a := range []answer{
		a, k.get(config), k.get(configs), k.put(config, `{"spec":{"githubConfig":{"clientSecret":"hush"}}}`), k.get(path), k.get("/v3/remoteaccounts"),
		k.put(path, `{"spec":{"displayName":"x","accessToken":"hush"}}`), k.post(path+"?action=refreshrepos", ""),
	} {
		if a.status > 201 || strings.Contains(a.raw, "hush") || strings.Contains(a.raw, "clientSecret") || strings.Contains(a.raw, "accessToken") {
			t.Errorf("%s: %d %s", a.request, a.status, a.raw)
		}
	}
}

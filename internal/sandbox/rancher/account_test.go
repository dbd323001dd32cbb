// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

func TestRemoteAccounts(t *testing.T) {
	k := newKit(t)
	id := k.post("/v3/remoteaccounts", `{"name":"mine","spec":{"type":"github","displayName":"d","userName":"forged","accountName":"ann"}}`).is(201).has(
		"id", "mine", "spec.userName", "admin", "creatorId", "user-admin", "state", none, "namespaceId", nil,
		"actions", object{"refreshrepos": "http://rancher.test/v3/remoteAccounts/mine?action=refreshrepos"}).text("id")
	k.put("/v3/remoteaccounts/"+id, `{"spec":{"displayName":"e","avatarUrl":"https://a","htmlUrl":"https://h"}}`).is(200).has("spec.displayName", "e",
		"spec.avatarUrl", "https://a", "spec.htmlUrl", "https://h", "spec.accountName", "ann")
	k.post("/v3/remoteaccounts", `{"name":"mine","spec":{"type":"github"}}`).fails(409, "AlreadyExists", "", `remoteaccounts.management.cattle.io "mine" already exists`)
	k.delete("/v3/remoteaccounts/" + id).is(204)
	k.get("/v3/remoteaccounts/"+id).fails(404, "NotFound", "", `remoteaccounts.management.cattle.io "mine" not found`)
}

func TestLogin(t *testing.T) {
	k := newKit(t)
	login := func(body string) answer { t.Helper(); return k.post("/v3/remoteaccounts?action=login", body) }
	body := `{"type":"github","code":"c0de","redirectUrl":"https://x","clusterName":"` + k.cluster + `"}`
	login(body).fails(500, "ServerError", "", "github oauth app is not configured")
	config := "/v3/clusterpipelines/" + k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec":{}}`).text("id")
	login(body).fails(500, "ServerError", "", "github oauth app is not configured")
	k.put(config, `{"spec":{"githubConfig":{"clientID":"a","clientSecret":"b"}}}`).is(200)
	login(`{"type":"gitlab","code":"c0de"}`).is(500).has("code", "ServerError")
	login(`{}`).fails(422, "MissingRequired", "type", "")
	account := login(body).is(200).has("type", "remoteAccount", "spec.type", "github", "spec.accessToken", none, "creatorId", "user-admin")
	login(body).is(409).has("code", "AlreadyExists")
	if ids := k.get("/v3/remoteaccounts?creatorId=user-admin").ids(); !slices.Equal(ids, []string{account.text("id")}) {
		t.Errorf("accounts %v", ids)
	}
	k.get("/v3/gitrepocaches").has("data.0.spec.remoteAccountName", account.text("id"), "data.0.spec.repositories.1.name", account.text("spec.accountName")+"/web")
}

func TestRefresh(t *testing.T) {
	k := newKit(t)
	account := k.post("/v3/remoteaccounts", `{"spec":{"type":"github","accountName":"ann"}}`).is(201).text("id")
	path := "/v3/remoteaccounts/" + account
	cache := k.post(path+"?action=refreshrepos", "").is(200).has("type", "gitRepoCache", "links.update", none, "links.remove", none, "actions", object{},
		"spec.remoteAccountName", account, "spec.type", "github", "spec.repositories.0.name", "ann/app", "spec.repositories.0.cloneUrl", "https://github.com/ann/app.git",
		"spec.repositories.1.permissions", object{"pull": true, "push": true, "admin": false, "type": "/v3/schemas/repositoryPermissions"}, "creatorId", "user-admin").text("id")
	k.put(path, `{"spec":{"accountName":"bob"}}`).is(200)
	k.post(path+"?action=refreshrepos", "").is(200).has("id", cache, "spec.repositories.0.name", "bob/app")
	k.get("/v3/gitrepocaches/"+cache).has("spec.repositories.0.name", "bob/app")
	k.delete(path).is(204)
	k.get("/v3/gitrepocaches/" + cache).is(404)
	k.post(path+"?action=refreshrepos", "").is(404)
}

func TestDemo(t *testing.T) {
	k := newKit(t, func(c *rancher.Config) { c.Finalizing = 2 })
	k.server.SeedDemo()
	k.get("/v3/clusters/c-demo").is(200).has("name", "demo")
	k.get("/v3/clusters/c-demo/clusterpipelines/c-demo:github").is(200).has("spec.githubConfig.scheme", "https")
	k.get("/v3/projects/c-demo:p-app/pipelines/p-app:build").is(200).has("status.lastRunState", "Success", "spec.projectName", "c-demo:p-app", "creatorId", "user-admin")
	k.get("/v3/projects/c-demo:p-app/pipelinehistories/p-app:build-1").is(200).has("status.state", "Success", "status.started", "2026-01-15T11:00:00Z")
	k.get("/v3/projects/c-demo:p-app/pipelinelogs/p-app:build-1-1-0").is(200)
	k.get("/v3/remoteaccounts/demo-github").is(200).has("spec.userName", "admin")
	k.get("/v3/gitrepocaches").has("data.0.spec.repositories.0.name", "demo/app")
	k.post("/v3/projects/c-demo:p-app/pipelines/p-app:build?action=run", "").is(200).has("name", "build-2")
}

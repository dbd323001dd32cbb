// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// documentPipeline is the Pipeline API SPEC's own example, with the brackets that got lost.
const documentPipeline = `{"spec": {
	"projectName": "project-abc", "active": true, "displayName": "pipeline-test",
	"stages": [{"name": "build/test", "steps": [{
		"type": "sourcecode",
		"sourceCodeStepConfig": {"remoteAccountName": "somegitaccountname", "repository": "", "branch": "master"},
		"runAScriptStepConfig": {"image": "golang:1.8", "shellScript": "echo example script", "entryPoint": "", "args": "--optional args", "env": []},
		"buildImageStepConfig": {"dockerFilePath": "./Dockerfile", "buildPath": ".", "imageTag": ""},
		"pushImageStepConfig": {"imageTag": ""}}]}],
	"triggers": {"cronTrigger": {"active": true, "timezone": "Asia/Hong_Kong", "expression": "* 4 * * *"}, "webhookTrigger": {"active": true}}},
	"status": {}}`

// pipeline makes the document's pipeline in the kit's project, with changes to its spec, and returns its id.
func (k *kit) pipeline(changes string) string {
	k.t.Helper()
	return k.post(k.in("/pipelines"), pipelineBody(k.t, changes)).is(201).text("id")
}

// pipelineBody is the document's pipeline with other members of spec; null takes one away.
func pipelineBody(t testing.TB, changes string) string {
	t.Helper()
	var body, wanted map[string]any
	if err := json.Unmarshal([]byte(documentPipeline), &body); err != nil {
		t.Fatal(err)
	}
	if changes == "" {
		return documentPipeline
	}
	if err := json.Unmarshal([]byte(changes), &wanted); err != nil {
		t.Fatal(err)
	}
	for name, value := range wanted {
		body["spec"].(map[string]any)[name] = value
		if value == nil {
			delete(body["spec"].(map[string]any), name)
		}
	}
	content, _ := json.Marshal(body)
	return string(content)
}

// TestDocument finds each field that the Pipeline API SPEC prints where it prints it, in the answers to the requests that it names.
func TestDocument(t *testing.T) {
	k := newKit(t)
	check := func(a answer, fields string) {
		t.Helper()
		for line := range strings.SplitSeq(strings.TrimSpace(fields), "\n") {
			path, want, _ := strings.Cut(strings.TrimSpace(line), " = ")
			got, err := json.Marshal(a.at(path))
			if a.at(path) == none || err != nil || want != "" && string(got) != want {
				t.Errorf("%s: %s is %s, want %s", a.request, path, got, want)
			}
		}
	}
	config := k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec": {"clusterName": "cluster-abc",
		"githubConfig": {"scheme": "https", "host": "", "clientID": "xxxxxx", "clientSecret": "xxxxxxxxx"}}}`).is(201)
	check(config, `
		spec.clusterName = "`+k.cluster+`"
		spec.githubConfig.scheme = "https"
		spec.githubConfig.host = ""
		spec.githubConfig.clientID = "xxxxxx"`) // and no clientSecret: see TestSecrets

	created := k.post(k.in("/pipelines"), documentPipeline).is(201)
	id := created.text("id")
	for _, a := range []answer{created, k.get(k.in("/pipelines/" + id)).is(200)} {
		check(a, `
		spec.projectName = "`+k.project+`"
		spec.active = true
		spec.displayName = "pipeline-test"
		spec.stages.0.name = "build/test"
		spec.stages.0.steps.0.type = "sourcecode"
		spec.stages.0.steps.0.sourceCodeStepConfig.remoteAccountName = "somegitaccountname"
		spec.stages.0.steps.0.sourceCodeStepConfig.repository = ""
		spec.stages.0.steps.0.sourceCodeStepConfig.branch = "master"
		spec.stages.0.steps.0.runAScriptStepConfig.image = "golang:1.8"
		spec.stages.0.steps.0.runAScriptStepConfig.shellScript = "echo example script"
		spec.stages.0.steps.0.runAScriptStepConfig.entryPoint = ""
		spec.stages.0.steps.0.runAScriptStepConfig.args = "--optional args"
		spec.stages.0.steps.0.runAScriptStepConfig.env = []
		spec.stages.0.steps.0.buildImageStepConfig.dockerFilePath = "./Dockerfile"
		spec.stages.0.steps.0.buildImageStepConfig.buildPath = "."
		spec.stages.0.steps.0.buildImageStepConfig.imageTag = ""
		spec.stages.0.steps.0.pushImageStepConfig.imageTag = ""
		spec.triggers.cronTrigger.active = true
		spec.triggers.cronTrigger.timezone = "Asia/Hong_Kong"
		spec.triggers.cronTrigger.expression = "* 4 * * *"
		spec.triggers.webhookTrigger.active = true
		status`)
	}
	for _, action := range []string{"run", "export", "deactivate", "activate"} {
		if created.at("actions."+action) == none {
			t.Errorf("a pipeline has no action %s", action)
		}
		k.post(k.in("/pipelines/"+id)+"?action="+action, "").is(200)
	}

	history := short(id) + "-1"
	check(k.get(k.in("/pipelinehistories/"+short(k.project)+":"+history)).is(200), `
		spec.projectName = "`+k.project+`"
		spec.displayName = "pipeline-test-1"
		spec.runNumber = 1
		spec.triggerType = "manual"
		spec.pipeline.id = "`+id+`"
		spec.pipeline.spec.stages.0.steps.0.type = "sourcecode"
		actions.stop`)
	k.advance(time.Minute)
	check(k.get(k.in("/pipelinehistories/"+short(k.project)+":"+history)).is(200), "actions.rerun")
	check(k.get(k.in("/pipelinelogs/"+short(k.project)+":"+history+"-0-0")).is(200), `
		spec.projectName = "`+k.project+`"
		spec.pipelineHistoryName = "`+history+`"
		spec.stageOrdinal = 0
		spec.stepOrdinal = 0
		spec.message`)

	account := k.post("/v3/remoteaccounts", `{"spec": {"displayName": "somename", "type": "github", "userName": "rancherusername", "avatarUrl": "",
		"htmlUrl": "", "accountName": "gitaccountname", "accessToken": "secret"}}`).is(201)
	check(account, `spec.accessToken = "secret"`)
	creator := account.text("creatorId")
	check(k.get("/v3/remoteaccounts?creatorId="+creator), `
		data.0.spec.displayName = "somename"
		data.0.spec.type = "github"
		data.0.spec.userName = "admin"
		data.0.spec.avatarUrl = ""
		data.0.spec.htmlUrl = ""
		data.0.spec.accountName = "gitaccountname"
		data.0.actions.refreshrepos
		actions.login`)
	k.post("/v3/remoteaccounts/"+account.text("id")+"?action=refreshrepos", "").is(200)
	check(k.get("/v3/gitrepocaches?creatorId="+creator), `
		data.0.spec.type = "github"
		data.0.spec.remoteAccountName = "`+account.text("id")+`"
		data.0.spec.repositories.0.name
		data.0.spec.repositories.0.cloneUrl
		data.0.spec.repositories.0.permissions.pull = true
		data.0.spec.repositories.0.permissions.push = true
		data.0.spec.repositories.0.permissions.admin = true
		data.0.spec.repositories.0.language = "go"`)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import "testing"

// step makes a spec with one step besides the source.
func step(config string) string {
	return `{"stages":[{"name":"s","steps":[{"type":"sourcecode"},{` + config + `}]}]}`
}

func TestRulesOnCreate(t *testing.T) {
	k := newKit(t)
	for _, test := range []struct{ body, code, field, message string }{
		{`{}`, "MissingRequired", "spec", ""},
		{`{"spec":null}`, "InvalidBodyContent", "", "invalid definition for pipeline '': expect souce code step at the start"},
		{`{"spec":7}`, "InvalidFormat", "spec", "InvalidFormat 422: Value can not be converted to type pipelineSpec: 7"},
		{pipelineBody(t, `{"displayName":null}`), "InvalidFormat", "spec", "displayName=MissingRequired 422: "},
		{pipelineBody(t, `{"stages":null}`), "InvalidFormat", "spec", "stages=MissingRequired 422: "},
		{pipelineBody(t, `{"stages":[]}`), "InvalidFormat", "spec", "stages=MissingRequired 422: "},
		{pipelineBody(t, `{"stages":"s"}`), "InvalidFormat", "spec", "stages=MissingRequired 422: "},
		{pipelineBody(t, `{"stages":[null]}`), "InvalidFormat", "spec", "stages=NotNullable 422: Individual array values can not be null"},
		{pipelineBody(t, `{"stages":[{"steps":[{"type":"sourcecode"}]}]}`), "InvalidFormat", "spec", "stages=InvalidFormat 422: name=MissingRequired 422: "},
		{pipelineBody(t, `{"stages":[{"name":"s"}]}`), "InvalidFormat", "spec", "stages=InvalidFormat 422: steps=MissingRequired 422: "},
		{pipelineBody(t, step(`"runAScriptStepConfig":{"args":""}`)), "InvalidFormat", "spec",
			"stages=InvalidFormat 422: steps=InvalidFormat 422: runAScriptStepConfig=InvalidFormat 422: image=MissingRequired 422: "},
		{pipelineBody(t, step(`"sourceCodeStepConfig":{}`)), "InvalidFormat", "spec",
			"stages=InvalidFormat 422: steps=InvalidFormat 422: sourceCodeStepConfig=InvalidFormat 422: repository=MissingRequired 422: "},
		{pipelineBody(t, step(`"type":"deploy"`)), "InvalidFormat", "spec", "stages=InvalidFormat 422: steps=InvalidFormat 422: type=InvalidOption 422: "},
		{pipelineBody(t, `{"stages":[{"name":"s","steps":[{"type":"runascript"}]}]}`), "InvalidBodyContent", "",
			"invalid definition for pipeline 'pipeline-test': expect souce code step at the start"},
		{pipelineBody(t, `{"triggers":{"cronTrigger":{"active":false,"expression":"0 0 * * 7"}}}`), "InvalidBodyContent", "", "error parse cron trigger"},
	} {
		k.post(k.in("/pipelines"), test.body).fails(422, test.code, test.field, test.message)
	}
	for _, spec := range []string{
		`{"displayName":""}`, step(`"type":""`), step(`"type":null`), step(""), step(`"runAScriptStepConfig":{"image":null}`), step(`"sourceCodeStepConfig":{"repository":""}`),
		`{"stages":[{"name":"","steps":[{"sourceCodeStepConfig":{"repository":""}}]}]}`, `{"triggers":null}`, `{"triggers":{"cronTrigger":{"expression":""}}}`,
		`{"triggers":{"cronTrigger":{"timezone":"Mars/Olympus"}}}`,
	} {
		k.pipeline(spec)
	}
	k.post("/v3/clusters", `{}`).fails(422, "MissingRequired", "name", "")
	configs := "/v3/clusters/" + k.cluster + "/clusterpipelines"
	k.post(configs, `{"spec":{"githubConfig":{"scheme":"ftp","clientID":"a","clientSecret":"b"}}}`).fails(422, "InvalidFormat", "spec", "githubConfig=InvalidFormat 422: scheme=InvalidOption 422: ")
	k.post(configs, `{"spec":{"githubConfig":{"clientID":"a"}}}`).fails(422, "InvalidFormat", "spec", "githubConfig=InvalidFormat 422: clientSecret=MissingRequired 422: ")
	k.post("/v3/remoteaccounts", `{"spec":{"type":"gitlab"}}`).fails(422, "InvalidFormat", "spec", "type=InvalidOption 422: ")
	k.post("/v3/remoteaccounts", `{"spec":{}}`).fails(422, "InvalidFormat", "spec", "type=MissingRequired 422: ")
}

func TestCoercion(t *testing.T) {
	k := newKit(t)
	for raw, want := range map[string]bool{
		`true`: true, `"TRUE"`: true, `"t"`: true, `"Yes"`: true, `"y"`: true, `["true"]`: true, `false`: false, `"on"`: false, `1`: false, `"1"`: false, `{}`: false,
		`"" `: false,
	} {
		id := k.post(k.in("/pipelines"), pipelineBody(t, `{"active":`+raw+`}`)).is(201).has("spec.active", want).text("id")
		k.delete("/v3/pipelines/" + id)
	}
	id := k.pipeline(`{"displayName":12.5,"stages":[{"name":"  s\n","steps":[{"type":" sourcecode ","runAScriptStepConfig":{"image":true,"shellScript":"a\n  b\n","env":[" K=V ",1]}}]}]}`)
	k.get("/v3/pipelines/"+id).has("spec.displayName", "12.5", "spec.stages.0.name", "s", "spec.stages.0.steps.0.type", "sourcecode",
		"spec.stages.0.steps.0.runAScriptStepConfig.image", "true", "spec.stages.0.steps.0.runAScriptStepConfig.shellScript", "a\n  b",
		"spec.stages.0.steps.0.runAScriptStepConfig.env", list("K=V", "1"))
}

func TestDefaults(t *testing.T) {
	k := newKit(t)
	const build = "spec.stages.0.steps.1.buildImageStepConfig."
	id := k.pipeline(`{"active":null,"stages":[{"name":"s","steps":[{"type":"sourcecode"},{"buildImageStepConfig":{"dockerFilePath":""}},{}]}],"triggers":{"cronTrigger":{}}}`)
	k.get("/v3/pipelines/"+id).has("spec.active", true, build+"dockerFilePath", "./Dockerfile", build+"buildPath", ".", build+"imageTag", none,
		"spec.stages.0.steps.2.buildImageStepConfig", none, "spec.stages.0.steps.2.type", none, "spec.triggers.cronTrigger.active", false,
		"spec.triggers.cronTrigger.timezone", none, "spec.triggers.webhookTrigger", none)
	// of a PUT nothing is replaced by a default, nor missed
	k.put("/v3/pipelines/"+id, `{"spec":{"stages":[{"steps":[{"type":"sourcecode"},{"buildImageStepConfig":{"dockerFilePath":"","buildPath":null}}]}]}}`).is(200).has(
		build+"dockerFilePath", "", build+"buildPath", nil, "spec.stages.0.name", none)
	k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec":{"githubConfig":{"scheme":"","clientID":"a","clientSecret":"b"}}}`).is(201).has(
		"spec.githubConfig.scheme", "https", "spec.githubConfig.host", "")
	k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec":{}}`).is(201).has("spec.githubConfig", none)
	k.post("/v3/remoteaccounts", `{"spec":{"type":"github"}}`).is(201).has("spec.avatarUrl", "", "spec.htmlUrl", "", "spec.accountName", none)
}

func TestDeepMerge(t *testing.T) {
	k := newKit(t)
	path := "/v3/pipelines/" + k.pipeline("")
	put := func(body string) answer { t.Helper(); return k.put(path, body).is(200) }
	put(`{}`).has("spec.displayName", "pipeline-test", "spec.triggers.cronTrigger.expression", "* 4 * * *")
	put(`{"spec":{"triggers":{"cronTrigger":{"expression":"0 1 * * *"}}}}`).has("spec.triggers.cronTrigger.expression", "0 1 * * *",
		"spec.triggers.cronTrigger.timezone", "Asia/Hong_Kong", "spec.triggers.webhookTrigger.active", true, "spec.displayName", "pipeline-test")
	put(`{"spec":{"triggers":{"cronTrigger":{"timezone":null,"active":null}}}}`).has("spec.triggers.cronTrigger.timezone", nil, "spec.triggers.cronTrigger.active", true)
	put(`{"spec":{"triggers":null}}`).has("spec.triggers", nil, "spec.stages.0.name", "build/test")
	put(`{"spec":{"displayName":null}}`).has("spec.displayName", nil)
	put(`{"spec":{"stages":[{"name":"new","steps":[{"sourceCodeStepConfig":{"repository":"r"}}]}]}}`).has("spec.stages.1", none, "spec.stages.0.name", "new",
		"spec.stages.0.steps.0.sourceCodeStepConfig.branch", none, "spec.stages.0.steps.0.runAScriptStepConfig", none)
	k.get(path).has("spec.triggers", nil, "spec.displayName", nil, "spec.stages.0.name", "new")

	put(`{"labels":{"a":"1","b":"2"},"annotations":{"n":"1"}}`).has("labels", object{"a": "1", "b": "2"})
	put(`{"labels":{"b":"3","x.cattle.io/own":"no"}}`).has("labels", object{"b": "3"}, "annotations", object{"n": "1"})

	for body, message := range map[string]string{
		`{"spec":{"stages":[{"name":"s","steps":[{"type":"runascript"}]}]}}`: "invalid definition for pipeline '': expect souce code step at the start",
		`{"spec":{"stages":null}}`: "invalid definition for pipeline '': expect souce code step at the start",
		`{"spec":{"triggers":{"cronTrigger":{"expression":"60 * * * *"}}}}`: "error parse cron trigger",
	} {
		k.put(path, body).fails(422, "InvalidBodyContent", "", message)
	}
	k.put(path, "").fails(422, "InvalidBodyContent", "", "Failed to parse body: EOF")
	k.put("/v3/pipelines/p-x:p-y", "{}").is(404)

	config := "/v3/clusterpipelines/" + k.post("/v3/clusters/"+k.cluster+"/clusterpipelines", `{"spec":{"githubConfig":{"clientID":"a","clientSecret":"b"}}}`).text("id")
	k.put(config, `{"spec":{"clusterName":"c-other","githubConfig":null}}`).is(200).has("spec.githubConfig", nil, "spec.clusterName", k.cluster)
	account := "/v3/remoteaccounts/" + k.post("/v3/remoteaccounts", `{"spec":{"type":"github","accountName":"a"}}`).text("id")
	k.put(account, `{"spec":{"type":"gitlab","userName":"u","accountName":"b"}}`).is(200).has("spec.type", "github", "spec.userName", "admin", "spec.accountName", "b")
}

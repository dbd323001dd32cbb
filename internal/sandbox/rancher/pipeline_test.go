// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestSwitching(t *testing.T) {
	k := newKit(t)
	path := "/v3/pipelines/" + k.pipeline("")
	k.post(path+"?action=activate", "").fails(500, "ServerError", "", "Error resource is not inactive")
	k.post(path+"?action=deactivate", "").is(200).has("id", strings.TrimPrefix(path, "/v3/pipelines/"), "type", "pipeline", "spec.active", false, "state", "inactive",
		"status.nextStart", nil)
	k.post(path+"?action=deactivate", "").fails(500, "ServerError", "", "Error resource is not active")
	k.get(path).has("spec.active", false, "state", "inactive", "actions.activate", "http://rancher.test"+path+"?action=activate",
		"actions.deactivate", "http://rancher.test"+path+"?action=deactivate")
	k.post(path+"?action=activate", "{}").is(200).has("spec.active", true, "state", "active", "status.nextStart", "2026-01-16T04:00:00+08:00")
	k.put(path, `{"spec":{"active":false}}`).is(200).has("state", "inactive")
	k.put(path, `{"spec":{"active":null}}`).is(200).has("state", "inactive", "spec.active", false)
}

func TestActionsAndLinks(t *testing.T) {
	k := newKit(t)
	id := k.pipeline("")
	path := "/v3/pipelines/" + id
	k.post(path+"?action=explode", "").fails(422, "InvalidAction", "", "Invalid action: explode")
	k.post("/v3/pipelines?action=run", "").fails(422, "InvalidAction", "", "Invalid action: run")
	k.post("/v3/clusterpipelines/"+k.cluster+":x?action=run", "").fails(422, "InvalidAction", "", "Invalid action: run")
	k.post("/v3/pipelines/p-x:p-y?action=run", "").fails(404, "NotFound", "", `pipelines.management.cattle.io "p-y" not found`)
	k.get(path+"?action=run").is(200).has("id", id, "status.nextRun", 1) // only POST acts

	const yaml = `active: true
displayName: pipeline-test
stages:
    - name: build/test
      steps:
        - buildImageStepConfig:
            buildPath: .
            dockerFilePath: ./Dockerfile
            imageTag: ""
          pushImageStepConfig:
            imageTag: ""
          runAScriptStepConfig:
            args: --optional args
            entryPoint: ""
            env: []
            image: golang:1.8
            shellScript: echo example script
          sourceCodeStepConfig:
            branch: master
            remoteAccountName: somegitaccountname
            repository: ""
          type: sourcecode
triggers:
    cronTrigger:
        active: true
        expression: '* 4 * * *'
        timezone: Asia/Hong_Kong
    webhookTrigger:
        active: true
`
	for _, a := range []answer{k.post(path+"?action=export", ""), k.get(path + "/export"), k.get(k.in("/pipelines/" + id + "/export"))} {
		if a.status != 200 || a.raw != yaml || a.header["Content-Disposition"][0] != "attachment; filename=pipeline-pipeline-test.yaml" || a.header["Content-Type"][0] != "application/x-yaml" {
			t.Errorf("%s: %d %v %s", a.request, a.status, a.header, a.raw)
		}
	}
}

// TestCron is the table of what robfig/cron's ParseStandard takes.
func TestCron(t *testing.T) {
	k := newKit(t)
	for _, expression := range []string{
		"* 4 * * *", " * * * * * ", "*\t*\t*\t*\t*", "? ? ? ? ?", "* * * JAN MON-FRI", "* * * jan sun", "1,,2 * * * *", ", * * * *", "0 0 31 2 *", "*-5 * * * *", "1/5 * * * *",
		"@every 1s", "@every -5m", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "",
	} {
		id := k.pipeline(fmt.Sprintf(`{"active":false,"triggers":{"cronTrigger":{"active":true,"expression":%q}}}`, expression))
		k.get("/v3/pipelines/"+id).has("spec.triggers.cronTrigger.expression", strings.TrimSpace(expression))
	}
	for _, expression := range []string{
		"* 4 * *", "0 * 4 * * *", "0 0 * * 7", "60 * * * *", "0 24 * * *", "0 0 0 * *", "5-1 * * * *", "*/0 * * * *", "@reboot", "@HOURLY", "TZ=Asia/Tokyo 0 5 * * *",
		"L * * * *", "* * W * *", "* * * * 1#2", "@every", "@every x", "x",
	} {
		for _, active := range []bool{true, false} {
			k.post(k.in("/pipelines"), pipelineBody(t, fmt.Sprintf(`{"triggers":{"cronTrigger":{"active":%v,"expression":%q}}}`, active, expression))).fails(
				422, "InvalidBodyContent", "", "error parse cron trigger")
		}
	}
}

func TestNextStart(t *testing.T) {
	k := newKit(t)
	if err := k.clock.Set(time.Date(2026, 1, 30, 21, 50, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for trigger, want := range map[string]any{
		`{"active":true,"timezone":"Asia/Hong_Kong","expression":"* 4 * * *"}`:  "2026-02-01T04:00:00+08:00",
		`{"active":true,"expression":"* 4 * * *"}`:                              "2026-01-31T04:00:00Z",
		`{"active":true,"timezone":"Mars/Olympus","expression":"* 4 * * *"}`:    "2026-01-31T04:00:00Z",
		`{"active":true,"expression":"0 0 13 * 5"}`:                             "2026-02-06T00:00:00Z", // either the 13th or a Friday
		`{"active":true,"expression":"0 0 31 2 *"}`:                             nil,
		`{"active":true,"expression":", * * * *"}`:                              nil,
		`{"active":true,"expression":"@every 90m"}`:                             "2026-01-30T23:20:00Z",
		`{"active":false,"timezone":"Asia/Hong_Kong","expression":"* 4 * * *"}`: nil,
		`{"timezone":"Asia/Hong_Kong","expression":"* 4 * * *"}`:                nil,
	} {
		a := k.get("/v3/pipelines/" + k.pipeline(`{"triggers":{"cronTrigger":`+trigger+`}}`))
		if got := a.at("status.nextStart"); got != want && (want != nil || got != none) {
			t.Errorf("%s: next start %v, want %v", trigger, got, want)
		}
	}
}

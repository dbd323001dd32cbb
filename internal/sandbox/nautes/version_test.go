// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
)

func old(c *nautes.Config) { c.Version = nautes.V038 }

// documented is the example of Nautes' manual, which describes v0.3.
const documented = `{
    "project": "api-server",
    "pipeline_source": "api-server",
    "pipelines": [
        {"name": "pipeline-test", "label": "test", "path": "pipeline/test"},
        {"name": "pipeline-dev", "label": "dev", "path": "pipeline/dev"}
    ],
    "event_sources": [
        {"name": "event-source-test", "gitlab": {"repo_name": "api-server", "revision": "test", "events": ["PushEvents"]},
            "calendar": {"schedule": "0 15 17 ? * MON-FRI"}},
        {"name": "event-source-dev", "gitlab": {"repo_name": "api-server", "revision": "dev", "events": ["PushEvents"]},
            "calendar": {"schedule": "0 0 16 ? * MON-FRI"}}
    ],
    "pipeline_triggers": [
        {"event_source": "event-source-dev", "pipeline": "pipeline-dev"},
        {"event_source": "event-source-test", "pipeline": "pipeline-test"}
    ],
    "destination": "env-test",
    "isolation": "shared"
}`

// TestDocumentedExample saves the manual's example to either version, and looks at the answer and at the file.
func TestDocumentedExample(t *testing.T) {
	for _, version := range []struct {
		name                          string
		configure                     func(*nautes.Config)
		body, destination, stored     string
		calendar, trigger, additional string
	}{
		{
			"v0.3.8", old, documented, `"env-test"`, "env-test", "null", "", "",
		}, {
			"v0.4.2", func(*nautes.Config) {}, strings.Replace(documented, `"env-test"`, `{"environment": "env-test"}`, 1),
			`{"environment":"env-test","namespace":""}`, "{environment: env-test, namespace: ''}",
			`{"schedule":"0 SCHEDULE ? * MON-FRI","interval":"","exclusion_dates":[],"timezone":""}`, `,"inputs":[]`,
			`,"additional_resources":{"git":null},"account":"","hooks":{"pre_hooks":[],"post_hooks":[]}`,
		},
	} {
		t.Run(version.name, func(t *testing.T) {
			k := newKit(t, version.configure)
			k.post(runtimes+"/api-server-pr", version.body).is(`{"message":"Successfully saved api-server-pr configuration"}`)
			source := func(name, schedule string) string {
				return fmt.Sprintf(`{"name":"event-source-%s","gitlab":{"repo_name":"api-server","revision":"%s","events":["PushEvents"]},"calendar":%s}`,
					name, name, strings.Replace(version.calendar, "SCHEDULE", schedule, 1))
			}
			trigger := func(name string) string {
				return fmt.Sprintf(`{"event_source":"event-source-%s","pipeline":"pipeline-%s","revision":""%s}`, name, name, version.trigger)
			}
			reply := `{"name":"api-server-pr","project":"api-server","pipeline_source":"api-server","event_sources":[` +
				source("test", "15 17") + "," + source("dev", "0 16") + `],"pipelines":[{"name":"pipeline-test","label":"test","path":"pipeline/test"},` +
				`{"name":"pipeline-dev","label":"dev","path":"pipeline/dev"}],"pipeline_triggers":[` + trigger("dev") + "," + trigger("test") +
				`],"destination":` + version.destination + `,"isolation":"shared"` + version.additional + "}"
			k.get(runtimes + "/api-server-pr").is(reply)
			k.get(runtimes).is(`{"items":[` + reply + "]}")

			file := k.content("projects/api-server/api-server-pr.yaml")
			want := strings.NewReplacer("REPO", k.codeRepo("api-server"), "DESTINATION", version.stored).Replace(documentedFile)
			if version.name == "v0.4.2" {
				want += "  additionalResources: {}\n  hooks: {}\n"
			}
			if got, want := parsed(t, file), parsed(t, want); !reflect.DeepEqual(got, want) {
				t.Errorf("stored\n%s\nwant\n%v", file, want)
			}
			k.delete(runtimes + "/api-server-pr").is(`{"message":"Successfully deleted api-server-pr configuration"}`)
		})
	}
}

// documentedFile is the manual's file, with the names that the code gives to fields and repositories.
const documentedFile = `apiVersion: nautes.resource.nautes.io/v1alpha1
kind: ProjectPipelineRuntime
metadata:
  creationTimestamp: null
  name: api-server-pr
spec:
  destination: DESTINATION
  eventSources:
  - calendar:
      schedule: 0 15 17 ? * MON-FRI
    gitlab:
      events:
      - PushEvents
      repoName: REPO
      revision: test
    name: event-source-test
  - calendar:
      schedule: 0 0 16 ? * MON-FRI
    gitlab:
      events:
      - PushEvents
      repoName: REPO
      revision: dev
    name: event-source-dev
  isolation: shared
  pipelineTriggers:
  - eventSource: event-source-dev
    pipeline: pipeline-dev
  - eventSource: event-source-test
    pipeline: pipeline-test
  pipelines:
  - label: test
    name: pipeline-test
    path: pipeline/test
  - label: dev
    name: pipeline-dev
    path: pipeline/dev
  pipelineSource: REPO
  project: api-server
`

func parsed(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestOldVersion: contract section 9, the row of v0.3.8.
func TestOldVersion(t *testing.T) {
	k := newKit(t, old)
	sound := change{"destination": "env-test"}
	with := func(changes change) string {
		all := change{"destination": "env-test"}
		for name, value := range changes {
			all[name] = value
		}
		return runtime(all)
	}
	if f := k.post(runtimes+"/r1", runtime(nil)).failure(); f.Code != 400 || f.Reason != "CODEC" {
		t.Errorf("an object as destination: %+v", f)
	}
	const rule = "invalid SaveRequest.Body: embedded message failed validation | caused by: "
	k.post(runtimes+"/r1", with(change{"destination": nil})).fails(400, "VALIDATOR", rule+"invalid SaveRequest_Body.Destination: value length must be at least 1 runes")
	k.post(runtimes+"/r1", with(change{"event_sources": `[{"name":"e","gitlab":{"repo_name":"x"}}]`})).fails(400, "VALIDATOR",
		rule+"invalid SaveRequest_Body.EventSources[0]: embedded message failed validation | caused by: invalid EventSource.Gitlab: "+
			"embedded message failed validation | caused by: invalid Gitlab.Revision: value length must be at least 1 runes")
	k.post(runtimes+"/r1", "").fails(500, "UNKNOWN", "unknown request error")

	// What this version doesn't know is taken and lost.
	k.post(runtimes+"/r1", with(change{
		"account": "robot", "additional_resources": `{"git":{"coderepo":"ghost"}}`, "hooks": `{"pre_hooks":[{"name":"zz"}]}`,
		"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"pipeline-dev","inputs":[{}]}]`,
	})).saved("r1 configuration")
	lost := k.get(runtimes + "/r1")
	k.post(runtimes+"/r1", runtime(sound)).saved("r1 configuration")
	k.get(runtimes + "/r1").is(lost.body)
	k.post(runtimes+"/r1", with(change{"event_sources": `[{"name":"event-source-dev","calendar":{"schedule":"0 0 * * *"}}]`})).saved("r1 configuration")
	k.get(runtimes + "/r1").has(`{"name":"event-source-dev","gitlab":null,"calendar":null}`)
	k.post(runtimes+"/r1", runtime(sound)).saved("r1 configuration")

	const advice = ", please check if the parameters filled in the 'pipeline_triggers."
	k.post(runtimes+"/r2", with(change{"pipeline_triggers": `[{"event_source":"nope","pipeline":"pipeline-dev"}]`})).
		fails(500, "", "event source nope does not exist"+advice+"event_source' field are correct")
	k.post(runtimes+"/r2?insecure_skip_check=1", with(change{"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"nope"}]`})).
		fails(500, "", "pipeline nope does not exist"+advice+"pipeline' field are correct")
	k.post(runtimes+"/r2", with(change{"pipeline_source": "ghost"})).fails(500, "", "invalid authorization code repository specified, err: "+
		"error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET "+gitlabURL+"/api/v4/projects/labs/ghost: "+
		"404 {message: 404 Project Not Found} metadata = map[] cause = <nil>")
	k.post(runtimes+"/r2", with(change{"destination": "env-nope"})).fails(500, "", "during global validation, it was found that Environment 'env-nope' "+
		"does not exist or is unavailable. Please check ProjectPipelineRuntime 'r2' in directory 'projects/api-server'.")
	k.post(runtimes+"/r2", runtime(sound)).fails(500, "", "duplicate pipeline found in verify the validity of the global template, "+
		"respectively api-server/r1 and api-server/r2")
	k.get(runtimes + "?field_selector=destination=env-t").has(`"r1"`)
	k.get(runtimes + "?field_selector=destination=dev").is(`{"items":[]}`)
	k.get(runtimes+"?field_selector=project_name=r1").fails(500, "", "failed to get selector, the filter field project_name operator symbol = is not supported")
}

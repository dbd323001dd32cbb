// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"
)

// The real server's bugs, by the numbers of contract section 7.

// 7.1
func TestPostHooksVanish(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/r1", runtime(change{"hooks": `{"post_hooks":[{"name":"ls"}]}`})).saved("r1 configuration")
	k.get(runtimes + "/r1").has(`"hooks":{"pre_hooks":[],"post_hooks":[]}`)
	if stored := k.content("projects/api-server/r1.yaml"); !strings.Contains(stored, "postHooks:") {
		t.Errorf("they are not even stored:\n%s", stored)
	}
}

// 7.2
func TestInputsBreakReads(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/sound", runtime(change{"pipelines": `[{"name":"pipeline-dev","path":"sound"}]`})).saved("sound configuration")
	inputs := func(of ...string) string {
		var triggers []string
		for i, input := range of {
			triggers = append(triggers, fmt.Sprintf(`{"event_source":"event-source-dev","pipeline":"pipeline-dev","revision":"%d","inputs":[%s]}`, i, input))
		}
		return runtime(change{"pipeline_triggers": "[" + strings.Join(triggers, ",") + "]"})
	}
	const transmission = `"transmission_method":{"kustomization":{"path":"p"}}}`
	k.post(runtimes+"/r1", inputs(`{"source":{"built_in_var":"Namespace"},`+transmission)).saved("r1 configuration")
	k.get(runtimes+"/r1").fails(500, "UNKNOWN", "unknown request error")
	k.get(runtimes).fails(500, "UNKNOWN", "unknown request error")
	k.get(runtimes + "/sound").has(`"sound"`)
	k.get(runtimes + "?field_selector=project_name=sound").has(`"sound"`)
	k.post(runtimes+"/r1?insecure_skip_check=true", inputs(`{"source":{"built_in_var":"a","from_event":"b"}}`)).saved("r1 configuration")
	k.get(runtimes+"/r1").fails(500, "UNKNOWN", "unknown request error")

	both := func(name string) string {
		return `{"source":{"built_in_var":"` + name + `","from_event":"x"},` + transmission
	}
	k.post(runtimes+"/r1?insecure_skip_check=true", inputs(both("a"), "", both("b"))).saved("r1 configuration")
	a, b := both("a"), both("b")
	k.get(runtimes + "/r1").has(fmt.Sprintf(`"revision":"0","inputs":[%s]}`, a))
	k.get(runtimes + "/r1").has(fmt.Sprintf(`"revision":"1","inputs":[%s]}`, a))
	k.get(runtimes + "/r1").has(fmt.Sprintf(`"revision":"2","inputs":[%s,%s]}`, a, b))
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	k.get(runtimes).has(`"r1"`)
}

const byHand = `apiVersion: nautes.resource.nautes.io/v1alpha1
kind: ProjectPipelineRuntime
metadata: {name: NAME}
spec:
  project: api-server
  pipelineSource: REPO
  pipelines: [{name: p, path: NAME}]
  eventSources: [{name: e}]
  pipelineTriggers: [{eventSource: e, pipeline: p}]
  destination: {environment: env-test, namespace: NAME}
  isolation: shared
`

func (k *kit) byHand(project, name string, replace ...string) {
	k.t.Helper()
	replace = append(replace, "NAME", name, "REPO", k.codeRepo("api-server"))
	k.file("projects/"+project+"/"+name+".yaml", strings.NewReplacer(replace...).Replace(byHand))
}

// 7.3
func TestFileWithoutAdditionalResourcesPanics(t *testing.T) {
	k := newKit(t)
	k.byHand("api-server", "old")
	k.get(runtimes+"/old").fails(500, "UNKNOWN", "unknown request error")
	k.get(runtimes).fails(500, "UNKNOWN", "unknown request error")
	k.post(runtimes+"/old", runtime(nil)).saved("old configuration")
	k.get(runtimes + "/old").has(`"additional_resources":{"git":null}`)
}

// 7.9
func TestRuntimeNamedLikeItsProject(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/web", runtime(nil)).saved("web configuration")
	f := k.post(runtimes+"/api-server", runtime(nil)).failure()
	if f.Code != 500 || !strings.Contains(f.Message, "Project 'api-server' does not exist or is unavailable") {
		t.Errorf("%+v", f)
	}
	k.get("/products/labs/projects/api-server").has(`"go"`)
	k.post(runtimes+"/api-server?insecure_skip_check=true", runtime(nil)).saved("api-server configuration")
	k.get("/products/labs/projects/api-server").fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	if a := k.post(runtimes+"/web", runtime(nil)); a.status != 500 {
		t.Errorf("the product still works: %s", a.body)
	}
}

// 7.10
func TestTopLevelNamesAreSkippedEverywhere(t *testing.T) {
	k := newKit(t)
	k.post("/products/labs/projects/production?insecure_skip_check=true", `{}`).saved("production configuration")
	k.get("/products/labs/projects/production").fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	k.post("/products/more", `{"git":{"gitlab":{"visibility":"private"}}}`)
	k.file("stray/x.yaml", "no resource at all")
	k.get(runtimes).is(`{"items":[]}`)
	k.post("/products/more/projects/stray", `{}`).saved("stray configuration")
	k.get("/products/more/projects/stray").fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
}

// TestFilesByHand: contract sections 5.1 and 6.2. A file that can't be read stops everything in its product, with or without the global check.
func TestFilesByHand(t *testing.T) {
	k := newKit(t)
	const extra = "\n  additionalResources: {}"
	k.byHand("web", "twin", "  isolation: shared", "  isolation: shared"+extra, "api-server", "web")
	k.byHand("api-server", "twin", "  isolation: shared", "  isolation: shared"+extra)
	k.get(runtimes + "/twin").has(`"project":"api-server"`)
	if got := names(k.get(runtimes)); got != "twin twin" {
		t.Errorf("listed %s", got)
	}
	k.file("projects/web/twin.yaml", "")
	k.file("projects/api-server/of-another-name.yaml", strings.NewReplacer("NAME", "inside", "REPO", k.codeRepo("api-server")).Replace(byHand))
	k.post(runtimes+"/inside", runtime(nil)).saved("inside configuration")
	k.delete(runtimes + "/inside").deleted("inside configuration")
	if got := names(k.get(runtimes)); got != "twin" {
		t.Errorf("listed %s: a runtime was not saved to the file that held it", got)
	}
	k.byHand("api-server", "weird", "  isolation: shared", "  isolation: shared"+extra, "REPO", "weird")
	k.get(runtimes+"/weird").fails(500, "", "the codeRepo name weird is illegal and must be in the format 'repo-ID'")
	k.get(runtimes+"?field_selector=project_name=twin").fails(500, "", "the codeRepo name weird is illegal and must be in the format 'repo-ID'")
	k.byHand("api-server", "weird", "  isolation: shared", "  isolation: shared"+extra, "REPO", fmt.Sprintf("%q", fmt.Sprint(k.ids["api-server"])))
	k.get(runtimes+"/weird").fails(500, "", fmt.Sprintf("the codeRepo name %d is illegal and must be in the format 'repo-ID'", k.ids["api-server"]))
	k.byHand("api-server", "weird", "  isolation: shared", "  isolation: shared"+extra, "REPO", `""`)
	k.get(runtimes+"/weird").fails(500, "", "the pipelineSource field value of projectPipelineRuntime weird should not be empty")

	for content, message := range map[string]string{
		strings.Replace(byHand, "{environment: env-test, namespace: NAME}", "env-test", 1): "json: cannot unmarshal string into Go struct field " +
			"ProjectPipelineRuntimeSpec.spec.destination of type v1alpha1.ProjectPipelineDestination",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n": "when loading the nodes tree, unable to generate resource node tree of type 'ConfigMap'",
		"metadata: {name: x}\n":                                  "node weird kind is empty",
	} {
		k.file("projects/api-server/weird.yaml", content)
		k.get(runtimes+"/twin").fails(500, "", message)
		k.get(runtimes).fails(500, "", message)
		k.post(runtimes+"/twin?insecure_skip_check=true", runtime(nil)).fails(500, "", message)
		k.delete(runtimes+"/twin?insecure_skip_check=true").fails(500, "", message)
		k.get("/products/labs/projects/web").fails(500, "", message)
	}
	for _, content := range []string{"a: [", "- a\n"} {
		k.file("projects/api-server/weird.yaml", content)
		if a := k.get(runtimes); a.status != 500 || a.failure().Reason != "" {
			t.Errorf("%q: %s", content, a.body)
		}
	}
	k.file("projects/api-server/weird.yaml", "")
	k.file("projects/api-server/README.md", "no resource")
	k.get(runtimes + "/twin").has(`"twin"`)
}

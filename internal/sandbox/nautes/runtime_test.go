// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
)

func TestRuntimeLifecycle(t *testing.T) {
	k := newKit(t)
	k.get(runtimes).is(`{"items":[]}`)
	k.get(runtimes+"/r1").fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	k.delete(runtimes+"/r1").fails(500, "", "ProjectPipelineRuntime resource r1 not found or invalid. Please check whether the resource exists under the default project")
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	const reply = `{"name":"r1","project":"api-server","pipeline_source":"api-server",` +
		`"event_sources":[{"name":"event-source-dev","gitlab":{"repo_name":"api-server","revision":"dev","events":["push_events"]},"calendar":null}],` +
		`"pipelines":[{"name":"pipeline-dev","label":"dev","path":"pipeline/dev"}],` +
		`"pipeline_triggers":[{"event_source":"event-source-dev","pipeline":"pipeline-dev","revision":"","inputs":[]}],` +
		`"destination":{"environment":"env-test","namespace":""},"isolation":"shared","additional_resources":{"git":null},"account":"",` +
		`"hooks":{"pre_hooks":[],"post_hooks":[]}}`
	k.get(runtimes + "/r1").is(reply)
	k.get(runtimes).is(`{"items":[` + reply + `]}`)

	// A save replaces everything.
	k.post(runtimes+"/r1", runtime(change{
		"account": "robot", "isolation": "exclusive", "event_sources": `[{"name":"event-source-dev","calendar":{}}]`,
		"additional_resources": `{"git":{"coderepo":"lib-path","url":"https://x","path":"deploy"}}`, "destination": `{"environment":"env-test","namespace":"ns"}`,
		"hooks": `{"pre_hooks":[{"name":"ls","vars":{"b":"2","a":"1"},"alias":"first"}],"post_hooks":[{"name":"post-only"}]}`,
	})).saved("r1 configuration")
	for _, part := range []string{
		`"event_sources":[{"name":"event-source-dev","gitlab":null,"calendar":{"schedule":"","interval":"","exclusion_dates":[],"timezone":""}}]`,
		`"destination":{"environment":"env-test","namespace":"ns"},"isolation":"exclusive",` +
			`"additional_resources":{"git":{"coderepo":"Lib Display Name","url":"https://x","revision":"","path":"deploy"}},"account":"robot",` +
			`"hooks":{"pre_hooks":[{"name":"ls","vars":{"a":"1","b":"2"},"alias":"first"}],"post_hooks":[{"name":"post-only","vars":{},"alias":""}]}}`,
	} {
		k.get(runtimes + "/r1").has(part)
	}
	k.delete(runtimes + "/r1").deleted("r1 configuration")
	k.get(runtimes+"/r1").fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
}

func TestAbsentAndEmptyAreTheSame(t *testing.T) {
	k := newKit(t)
	for _, empty := range []change{
		{"additional_resources": "null", "hooks": "null", "account": nil}, {"additional_resources": "{}", "hooks": "{}"},
		{"hooks": `{"pre_hooks":[],"post_hooks":null}`, "unknown": 1, "insecure_skip_check": 5, "name": []any{}, "pipelineSource": 1},
	} {
		k.post(runtimes+"/r1", runtime(empty)).saved("r1 configuration")
		k.get(runtimes + "/r1").has(`"additional_resources":{"git":null},"account":"","hooks":{"pre_hooks":[],"post_hooks":[]}`)
	}
}

func TestOrderIsKept(t *testing.T) {
	k := newKit(t)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		one, two := order[0], order[1]
		body := runtime(change{
			"pipelines":         fmt.Sprintf(`[{"name":"%s","path":"%s"},{"name":"%s","path":"%s"}]`, one, one, two, two),
			"event_sources":     fmt.Sprintf(`[{"name":"%s"},{"name":"%s","calendar":{"exclusion_dates":["%s","%s"]}}]`, one, two, one, two),
			"pipeline_triggers": fmt.Sprintf(`[{"event_source":"%s","pipeline":"%s"},{"event_source":"%s","pipeline":"%s"}]`, one, two, two, one),
		})
		k.post(runtimes+"/r1", body).saved("r1 configuration")
		k.get(runtimes + "/r1").has(fmt.Sprintf(`"pipelines":[{"name":"%s","label":"","path":"%s"},{"name":"%s",`, one, one, two))
		k.get(runtimes + "/r1").has(fmt.Sprintf(`"exclusion_dates":["%s","%s"]`, one, two))
		k.get(runtimes + "/r1").has(fmt.Sprintf(`"pipeline_triggers":[{"event_source":"%s","pipeline":"%s",`, one, two))
	}
	k.post(runtimes+"/a1", runtime(change{"project": "web", "pipeline_source": "web", "event_sources": `[{"name":"event-source-dev"}]`})).saved("a1 configuration")
	k.post(runtimes+"/B", runtime(change{"pipelines": `[{"name":"pipeline-dev","path":"B"}]`})).saved("B configuration")
	if got := names(k.get(runtimes)); got != "B r1 a1" {
		t.Errorf("listed %s: it goes by project, then by file name, by bytes", got)
	}
}

// names are those of the listed items.
func names(a answer) string {
	var found []string
	for _, part := range strings.Split(a.body, `{"name":"`)[1:] {
		name, rest, _ := strings.Cut(part, `"`)
		if strings.HasPrefix(rest, `,"project":`) {
			found = append(found, name)
		}
	}
	return strings.Join(found, " ")
}

// TestDisplayNames: what is saved by path comes back by display name, and can't be saved again like that.
func TestDisplayNames(t *testing.T) {
	k := newKit(t)
	body := runtime(change{"pipeline_source": "lib-path"})
	k.post(runtimes+"/r1", body).saved("r1 configuration")
	k.get(runtimes + "/r1").has(`"pipeline_source":"Lib Display Name"`)
	if a := k.post(runtimes+"/r1", runtime(change{"pipeline_source": "Lib Display Name"})); a.status != 500 {
		t.Error(a)
	}
	k.inGitLab("PUT", "projects/labs%2Flib-path", `{"name":"Renamed"}`)
	k.get(runtimes).has(`"pipeline_source":"Renamed"`)
	k.post(runtimes+"/r1", body).saved("r1 configuration")

	k.inGitLab("DELETE", fmt.Sprintf("projects/%d", k.ids["lib-path"]), "")
	gone := fmt.Sprintf("failed to convert codeRepo name repo-%d to repository name, err: error: code = 404 reason = PROJECT_NOT_FOUND message = "+
		"failed to get project, err: GET %s/api/v4/projects/%d: 404 {message: 404 Project Not Found} metadata = map[] cause = <nil>",
		k.ids["lib-path"], gitlabURL, k.ids["lib-path"])
	for _, path := range []string{"/r1", "", "?field_selector=project=other"} {
		k.get(runtimes+path).fails(500, "", gone)
	}
}

// TestListAsksForEachRepositoryOnce, however many runtimes show it; and each list asks anew.
func TestListAsksForEachRepositoryOnce(t *testing.T) {
	asked := map[string]int{}
	k := newKit(t, func(config *nautes.Config) {
		gitlab := config.GitLab
		config.GitLab = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked[r.URL.Path]++
			gitlab.ServeHTTP(w, r)
		})
	})
	for i := range 3 {
		k.post(numberedRuntime(i)).saved(fmt.Sprintf("rt-%d configuration", i))
	}
	repository := fmt.Sprintf("/api/v4/projects/%d", k.ids["api-server"])
	clear(asked)
	k.get(runtimes).has(`"rt-2"`)
	if asked[repository] != 1 {
		t.Errorf("asked %d times", asked[repository])
	}
	k.inGitLab("PUT", fmt.Sprintf("projects/%d", k.ids["api-server"]), `{"name":"Renamed"}`)
	k.get(runtimes).has(`"pipeline_source":"Renamed"`)
}

// TestEventSourcesAreNotChecked: whatever Kubernetes and Argo Events will think of it, the API takes it.
func TestEventSourcesAreNotChecked(t *testing.T) {
	k := newKit(t)
	for _, sources := range []string{
		`[{"name":"event-source-dev"}]`,
		`[{"name":"event-source-dev","calendar":{"schedule":"0 15 17 ? * MON-FRI","interval":"soon","timezone":"Moon/Base","exclusion_dates":["never"]}}]`,
		`[{"name":"event-source-dev","gitlab":{"repo_name":"api-server"},"calendar":{"schedule":"* * * * *"}}]`,
		`[{"name":"event-source-dev","gitlab":{"repo_name":"api-server","events":["PushEvents"]}},{"name":"Ä _X"}]`,
	} {
		k.post(runtimes+"/-R%20%C3%A4_1", runtime(change{"event_sources": sources, "destination": `{"environment":"env-test","namespace":"Not A Namespace"}`})).
			saved("-R ä_1 configuration")
	}
	k.get(runtimes + "/-R%20%C3%A4_1").has(`"events":["PushEvents"]`)
}

// TestSaveIsRepeatable: the same save again changes nothing, and needs no right to push then.
func TestSaveIsRepeatable(t *testing.T) {
	k := newKit(t)
	reader := k.user("reader", 20)
	k.post(runtimes+"/r2", runtime(nil)).saved("r2 configuration")
	first := runtime(change{"pipelines": `[{"name":"pipeline-dev","path":"1"}]`})
	k.post(runtimes+"/r1", first).saved("r1 configuration")
	after := k.commits()
	if list := k.content("production/kustomization.yaml"); !strings.Contains(list, "api-server/r2.yaml\n  - ../projects/api-server/r1.yaml") {
		t.Errorf("a new file goes to the end of its folder at first:\n%s", list)
	}
	k.post(runtimes+"/r1", first).saved("r1 configuration")
	if sorted := k.commits(); sorted == after {
		t.Error("the list of resources was not sorted by the next save")
	}
	after = k.commits()
	k.post(runtimes+"/r1", first).saved("r1 configuration")
	if k.commits() != after {
		t.Error("a save of the same makes a commit")
	}
	k.do("POST", runtimes+"/r1", first, "Authorization", reader).saved("r1 configuration")
	a := k.do("POST", runtimes+"/r1", runtime(change{"account": "x", "pipelines": `[{"name":"pipeline-dev","path":"1"}]`}), "Authorization", reader)
	if f := a.failure(); a.status != 500 || f.Reason != "" || !strings.HasPrefix(f.Message, "push data: ") || !strings.Contains(f.Message, "error: 403") ||
		!strings.HasSuffix(f.Message, ", err: exit status 128") {
		t.Error(a)
	}
	k.do("DELETE", runtimes+"/r1", "", "Authorization", reader).fails(500, "", a.failure().Message)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"
)

func itoa(v any) string { return fmt.Sprint(v) }

const verify = "verify project pipeline runtime failed, err: "

func (k *kit) codeRepo(path string) string { return fmt.Sprintf("repo-%d", k.ids[path]) }

// TestRefusals: contract section 6.2, what is refused about the runtime that is being saved, and whether insecure_skip_check helps.
func TestRefusals(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/other", runtime(change{"pipelines": `[{"name":"pipeline-dev","path":"other"}]`})).saved("other configuration")
	k.post("/clusters/deployments", strings.Replace(pipelineCluster, `"worker_type":"pipeline"`, `"worker_type":"deployment"`, 1)).saved("deployments cluster")
	k.post("/products/labs/environments/production", `{"cluster":"deployments","env_type":"prod"}`).saved("production configuration")
	missing := func(kind, name, project string) string {
		return fmt.Sprintf("during global validation, it was found that %s '%s' does not exist or is unavailable. "+
			"Please check ProjectPipelineRuntime 'r1' in directory 'projects/%s'", kind, name, project)
	}
	unknown := func(what, path string) string {
		return fmt.Sprintf("failed to get codeRepo name when converting %s, err: failed to convert repository name %s to codeRepo name, err: "+
			"error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET %s/api/v4/projects/labs/%s: "+
			"404 {message: 404 Project Not Found} metadata = map[] cause = <nil>", what, path, gitlabURL, path)
	}
	input := func(input string) change {
		return change{"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"pipeline-dev","inputs":[` + input + `]}]`}
	}
	gitlabSource := func(repositories ...string) change {
		sources := []string{`{"name":"event-source-dev"}`}
		for i, path := range repositories {
			sources = append(sources, fmt.Sprintf(`{"name":"e%d","gitlab":{"repo_name":%q}}`, i, path))
		}
		return change{"event_sources": "[" + strings.Join(sources, ",") + "]"}
	}
	for _, row := range []struct {
		name      string
		changes   change
		message   string
		skippable bool
	}{
		{"no destination", change{"destination": nil}, "pipeline deployment target configuration not submitted, please checked '.Destination' field ", false},
		{"null destination", change{"destination": "null"}, "pipeline deployment target configuration not submitted, please checked '.Destination' field ", false},
		{"trigger of no event source", change{"pipeline_triggers": `[{"event_source":"nope","pipeline":"pipeline-dev"}]`}, "the event source nope in the trigger does not exist", false},
		{"trigger of no pipeline", change{"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"nope"}]`}, verify + "found non-existent pipeline nope in trigger", true},
		{"unknown source", change{"pipeline_source": "ghost"}, unknown("pipeline repository name", "ghost"), false},
		{"unknown repository of an event source", gitlabSource("ghost"), unknown("git repository name for event source", "ghost"), false},
		{"unknown additional repository", change{"additional_resources": `{"git":{"coderepo":"ghost"}}`}, unknown("git repository name for additional resources", "ghost"), false},
		{"additional URL alone", change{"additional_resources": `{"git":{"url":"https://x"}}`}, unknown("git repository name for additional resources", ""), false},
		{"unknown project", change{"project": "ghost"}, missing("Project", "ghost", "ghost"), true},
		{"unknown environment", change{"destination": `{"environment":"env-nope"}`}, missing("Environment", "env-nope", "api-server"), true},
		{"unregistered source", change{"pipeline_source": "stranger"}, missing("CodeRepo", k.codeRepo("stranger"), "api-server"), true},
		{"unregistered repository of an event source", gitlabSource("stranger"), missing("CodeRepo", k.codeRepo("stranger"), "api-server"), true},
		{"unregistered additional repository", change{"additional_resources": `{"git":{"coderepo":"stranger"}}`},
			verify + "pipeline can not use code repo " + k.codeRepo("stranger") + " in additional resource: node " + k.codeRepo("stranger") + " not found", true},
		{"foreign source", change{"pipeline_source": "web"}, verify + "not permitted to use repository " + k.codeRepo("web"), true},
		{"foreign additional repository", change{"additional_resources": `{"git":{"coderepo":"web"}}`},
			verify + "pipeline can not use code repo " + k.codeRepo("web") + " in additional resource: not permitted to use repository " + k.codeRepo("web"), true},
		{"foreign repositories of event sources", gitlabSource("web", "lib-path", "web"),
			verify + "not permitted to use repository " + k.codeRepo("web") + "; not permitted to use repository " + k.codeRepo("web"), true},
		{"a path twice", change{"pipelines": `[{"name":"pipeline-dev","path":"p"},{"name":"q","path":"p"}]`},
			"ProjectPipelineRuntime r1 uses the same code repository for both codeSource and pipelineSource under api-server directory, as found in the global validation", true},
		{"the path of another runtime", change{"pipelines": `[{"name":"pipeline-dev","path":"other"}]`}, "duplicate reference found between resource other and resource r1", true},
		{"a pipeline twice", change{"pipelines": `[{"name":"pipeline-dev","path":"1"},{"name":"pipeline-dev","path":"2"}]`}, verify + "pipeline pipeline-dev is duplicate", true},
		{"an event source twice", change{"event_sources": `[{"name":"event-source-dev"},{"name":"event-source-dev"}]`}, verify + "event source event-source-dev is duplicate", true},
		{"a trigger twice", change{"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"pipeline-dev","revision":"v1"},
			{"event_source":"event-source-dev","pipeline":"pipeline-dev"},{"event_source":"event-source-dev","pipeline":"pipeline-dev","revision":"v1"}]`},
			verify + "trigger is duplicate, event source event-source-dev, pipeline pipeline-dev, trigger v1", true},
		{"a cluster for something else", change{"destination": `{"environment":"production"}`}, verify + "cluster is not a pipeline cluster", true},
		{"an input from nowhere", input("{}"), verify + "builtInVar and fromEvent cannot be empty at the same time", true},
		{"an input from two sources", input(`{"source":{"built_in_var":"a","from_event":"b"}}`), verify + "both builtInVar and fromEvent has value", true},
		{"an input to nowhere", input(`{"source":{"built_in_var":"a"},"transmission_method":{}}`), verify + "transmission method can not be nil", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			k := &kit{t: t, nautes: k.nautes}
			k.post(runtimes+"/r1", runtime(row.changes)).fails(500, "", row.message)
			skipped := k.post(runtimes+"/r1?insecure_skip_check=true", runtime(row.changes))
			if !row.skippable {
				skipped.fails(500, "", row.message)
				return
			}
			skipped.saved("r1 configuration")
			k.delete(runtimes + "/r1").deleted("r1 configuration")
		})
	}
}

func TestProjectIsFixed(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	for _, query := range []string{"", "?insecure_skip_check=true"} {
		k.post(runtimes+"/r1"+query, runtime(change{"project": "web"})).fails(500, "", "existing pipeline runtime is not allow modifying the project field")
	}
}

func TestMissingProduct(t *testing.T) {
	k := newKit(t)
	k.post("/products/ghost/projectpipelineruntimes/r1", runtime(nil)).fails(500, "", "failed to get codeRepo name when converting pipeline repository name, err: "+
		"failed to convert repository name api-server to codeRepo name, err: error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: "+
		"GET "+gitlabURL+"/api/v4/projects/ghost/api-server: 404 {message: 404 Project Not Found} metadata = map[] cause = <nil>")
	text := "failed to get group, err: GET " + gitlabURL + "/api/v4/groups/ghost: 404 {message: 404 Group Not Found}"
	k.get("/products/ghost/projectpipelineruntimes/r1").fails(404, "GROUP_NOT_FOUND", text)
	k.delete("/products/ghost/projectpipelineruntimes/r1").fails(404, "GROUP_NOT_FOUND", text)
	k.get("/products/ghost/projectpipelineruntimes").fails(404, "GROUP_NOT_FOUND",
		"error: code = 404 reason = GROUP_NOT_FOUND message = "+text+" metadata = map[] cause = <nil>")

	k.inGitLab("POST", "groups", `{"name":"bare","path":"bare"}`)
	text = "failed to get project, err: GET " + gitlabURL + "/api/v4/projects/bare/default.project: 404 {message: 404 Project Not Found}"
	k.get("/products/bare/projectpipelineruntimes/r1").fails(404, "PROJECT_NOT_FOUND", text)
	k.delete("/products/bare/projectpipelineruntimes/r1").fails(404, "PROJECT_NOT_FOUND", text)
	k.get("/products/bare/projectpipelineruntimes").fails(404, "PROJECT_NOT_FOUND", "bare is non product, missing metadata")
}

// TestCheckIsGlobal: contract section 6.3. One broken runtime stops every change in its product that isn't made with skip, but its own removal.
func TestCheckIsGlobal(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	k.post(runtimes+"/skipped?insecure_skip_check=true", runtime(change{"destination": `{"environment":"env-nope"}`})).saved("skipped configuration")
	const broken = "during global validation, it was found that Environment 'env-nope' does not exist or is unavailable. " +
		"Please check ProjectPipelineRuntime 'skipped' in directory 'projects/api-server'"
	k.post(runtimes+"/r9", runtime(change{"pipelines": `[{"name":"pipeline-dev","path":"9"}]`})).fails(500, "", broken)
	k.delete(runtimes+"/r1").fails(500, "", broken)
	k.post("/products/labs/projects/new", `{"language":"go"}`).fails(500, "", broken)
	k.get(runtimes + "/skipped").has(`"environment":"env-nope"`)
	k.delete(runtimes + "/r1?insecure_skip_check=true").deleted("r1 configuration")
	k.delete(runtimes + "/skipped").deleted("skipped configuration")
}

// TestClusters: what the cluster behind the environment must be like.
func TestClusters(t *testing.T) {
	k := newKit(t)
	k.nautes.RemoveComponent("pipelines", "event_listener")
	k.post(runtimes+"/r1", runtime(nil)).fails(500, "UNKNOWN", "unknown request error")
	k.nautes.RemoveComponent("pipelines", "pipeline")
	k.post(runtimes+"/r1", runtime(nil)).fails(500, "", verify+"cluster component pipeline is empty")
	k.delete("/clusters/pipelines").deleted("pipelines cluster")
	told := map[string]bool{}
	for range 40 {
		told[k.post(runtimes+"/r1", runtime(nil)).failure().Message] = true
	}
	for _, text := range []string{
		verify + `get cluster by runtime failed: clusters.nautes.resource.nautes.io "pipelines" not found`,
		"during global validation, it was found that Cluster 'pipelines' does not exist or is unavailable. Please check Environment 'env-test' in directory 'envs'" +
			`err: clusters.nautes.resource.nautes.io "pipelines" not found`,
	} {
		if !told[text] {
			t.Errorf("never told %s, but %v", text, told)
		}
	}
	k.post("/clusters/pipelines", pipelineCluster).saved("pipelines cluster")
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
}

// TestBindings: a binding grants a repository to some projects, or to all of the product.
func TestBindings(t *testing.T) {
	k := newKit(t)
	foreign := runtime(change{"pipeline_source": "web"})
	k.post("/products/labs/coderepobindings/b", `{"projects":["web"],"permissions":"readonly","coderepo":"web"}`).saved("b configuration")
	k.post(runtimes+"/r1", foreign).fails(500, "", verify+"not permitted to use repository "+k.codeRepo("web"))
	for _, projects := range []string{`["web","api-server"]`, "[]"} {
		k.post("/products/labs/coderepobindings/b", `{"projects":`+projects+`,"permissions":"readonly","coderepo":"web"}`).saved("b configuration")
		k.post(runtimes+"/r1", foreign).saved("r1 configuration")
	}
	k.delete("/products/labs/coderepobindings/b").fails(500, "", verify+"not permitted to use repository "+k.codeRepo("web"))
}

// TestHooks: contract section 6.5.
func TestHooks(t *testing.T) {
	k := newKit(t)
	const illegal = verify + "hook is illegal: "
	calendar := `[{"name":"event-source-dev","calendar":{"schedule":"0 0 * * *"}}]`
	for _, row := range []struct{ hooks, message string }{
		{`{"pre_hooks":[{"name":"zz"}]}`, "unknown hook zz"},
		{`{"post_hooks":[{}]}`, "unknown hook "},
		{`{"pre_hooks":[{"name":"post-only"}]}`, "hook post-only can not be a pre hook"},
		{`{"post_hooks":[{"name":"pre-only"}]}`, "hook pre-only can not be a post hook"},
		{`{"pre_hooks":[{"name":"ls","alias":"a"},{"name":"ls","alias":"b"}]}`, "a duplicate hook ls was found"},
		{`{"pre_hooks":[{"name":"ls"}],"post_hooks":[{"name":"ls"}]}`, "hook alias ls is used by other hook"},
		{`{"pre_hooks":[{"name":"ls","alias":"x"}],"post_hooks":[{"name":"post-only","alias":"x"}]}`, "hook alias x is used by other hook"},
		{`{"pre_hooks":[{"name":"pre-only"}]}`, "hook pre-only verify failed: hook doesn't support event source [calendar]"},
	} {
		body := runtime(change{"hooks": row.hooks, "event_sources": calendar})
		k.post(runtimes+"/r1", body).fails(500, "", illegal+row.message)
		k.post(runtimes+"/r1?insecure_skip_check=true", body).saved("r1 configuration")
	}
	k.post(runtimes+"/r1", runtime(change{"hooks": `{"pre_hooks":[{"name":"ls"},{"name":"pre-only"}],"post_hooks":[{"name":"ls","alias":"again"}]}`})).saved("r1 configuration")
	k.post(runtimes+"/r1", runtime(change{"event_sources": calendar, "hooks": `{"pre_hooks":[{"name":"ls","vars":{"anything":"x"}}]}`})).saved("r1 configuration")
}

// TestNamespaces: a namespace is taken once a runtime has reached the cluster, whatever its product; until then two may save it.
func TestNamespaces(t *testing.T) {
	k := newKit(t)
	named := func(path, namespace, environment string) string {
		return runtime(change{
			"pipelines":   fmt.Sprintf(`[{"name":"pipeline-dev","path":%q}]`, path),
			"destination": fmt.Sprintf(`{"environment":%q,"namespace":%q}`, environment, namespace),
		})
	}
	const used = verify + "namespace taken-ns is used by other runtime"
	k.post(runtimes+"/r1", named("1", "taken-ns", "env-test")).saved("r1 configuration")
	k.post(runtimes+"/r2", named("2", "taken-ns", "env-test")).saved("r2 configuration")
	k.delete(runtimes + "/r2").deleted("r2 configuration")
	if err := k.clock.Advance(1e9); err != nil {
		t.Fatal(err)
	}
	k.post(runtimes+"/r2", named("2", "taken-ns", "env-test")).fails(500, "", used)
	k.post(runtimes+"/taken-ns", named("2", "", "env-test")).fails(500, "", used)
	k.post(runtimes+"/r2", named("2", "taken-ns", "env-dev")).saved("r2 configuration")
	k.post(runtimes+"/r1", named("1", "taken-ns", "env-test")).saved("r1 configuration")

	// Another product on the same cluster.
	k.post("/products/more", `{"git":{"gitlab":{"visibility":"private"}}}`)
	k.post("/products/more/projects/api-server", `{}`).saved("api-server configuration")
	k.post("/products/more/environments/env-test", `{"cluster":"pipelines","env_type":"test"}`).saved("env-test configuration")
	k.post("/products/more/coderepos/api-server", `{"project":"api-server","git":{"gitlab":{"visibility":"private"}}}`).saved("api-server configuration")
	k.post("/products/more/projectpipelineruntimes/r1", named("1", "taken-ns", "env-test")).fails(500, "", used)
	k.delete(runtimes + "/r1").deleted("r1 configuration")
	k.post("/products/more/projectpipelineruntimes/r1", named("1", "taken-ns", "env-test")).fails(500, "", used)
	if err := k.clock.Advance(1e9); err != nil {
		t.Fatal(err)
	}
	k.post("/products/more/projectpipelineruntimes/r1", named("1", "taken-ns", "env-test")).saved("r1 configuration")

	// What Kubernetes refuses takes no namespace.
	k.post(runtimes+"/Upper", named("3", "free-ns", "env-test")).saved("Upper configuration")
	if err := k.clock.Advance(1e9); err != nil {
		t.Fatal(err)
	}
	k.post(runtimes+"/lower", named("4", "free-ns", "env-test")).saved("lower configuration")
}

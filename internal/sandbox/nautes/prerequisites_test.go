// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"
)

const missingFile = " not found or invalid. Please check whether the resource exists under the default project"

func TestProducts(t *testing.T) {
	k := newKit(t)
	const product = "/products/shop"
	k.post(product, `{}`).fails(400, "VALIDATOR", "invalid SaveProductRequest.Git: value is required")
	k.post(product, `{"git":{}}`).fails(500, "", "failed to get gitlab parameter")
	k.post(product, `{"git":{"gitlab":{"visibility":"internal"}}}`).fails(400, "VALIDATOR", "invalid SaveProductRequest.Git: embedded message failed validation | "+
		"caused by: invalid Git.Gitlab: embedded message failed validation | caused by: invalid Gitlab.Visibility: value must be in list [public private]")
	k.post(product, `{"git":{"gitlab":{"path":"other","visibility":"private"}}}`).fails(500, "", "when creating a GitLab group, the path must be consistent "+
		"with the product name. the expected name is shop, but it is currently other")
	k.get(product).fails(500, "", "there are no default projects under this product")
	for _, name := range []string{"Shop", "The Shop"} {
		k.post(product, `{"git":{"gitlab":{"name":"`+name+`","path":"shop","visibility":"private","description":"d"}}}`).is(`{"message":"Successfully saved"}`)
		k.get(product).is(`{"name":"` + name + `","git":{"gitlab":{"path":"shop","visibility":"private","description":"d"},"github":null}}`)
	}
	k.get("/products?field_selector=product_name=Shop").has(`{"items":[{"name":"The Shop",`)
	if a := k.get("/products"); strings.Count(a.body, `"git"`) != 2 {
		t.Error(a)
	}
	k.get(product + "/projects").is(`{"items":[]}`)
	k.delete("/products/labs").fails(500, "", "here are multiple project in labs, unable to delete")
	k.delete(product).is(`{"message":"Successfully deleted"}`)
	k.delete(product).fails(404, "GROUP_NOT_FOUND", "failed to get group, err: GET "+gitlabURL+"/api/v4/groups/shop: 404 {message: 404 Group Not Found}")
	if list := k.content("production/kustomization.yaml"); !strings.Contains(list, "- ../envs/env-test.yaml") || !strings.Contains(list, "kind: Kustomization") {
		t.Errorf("the list of resources is\n%s", list)
	}
}

func TestProjects(t *testing.T) {
	k := newKit(t)
	const project = "/products/labs/projects/new"
	k.get(project).fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	k.post(project, "").fails(500, "UNKNOWN", "unknown request error")
	for _, language := range []string{"go", ""} {
		k.post(project, `{"language":"`+language+`"}`).saved("new configuration")
		k.get(project).is(`{"product":"labs","name":"new","language":"` + language + `"}`)
	}
	k.get("/products/labs/projects?field_selector=project_name=ne").is(`{"items":[{"product":"labs","name":"new","language":""}]}`)
	k.delete(project).deleted("new configuration")
	k.delete(project).fails(500, "", "Project resource new"+missingFile)
	a := k.delete("/products/labs/projects/web")
	a.fails(500, "", fmt.Sprintf("during global validation, it was found that Project 'web' does not exist or is unavailable. "+
		"Please check CodeRepo 'web' in directory 'code-repos/%s'", k.codeRepo("web")))
}

func TestEnvironments(t *testing.T) {
	k := newKit(t)
	const environment = "/products/labs/environments/new"
	k.get(environment).fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	k.post(environment, "").fails(500, "UNKNOWN", "unknown request error")
	k.post(environment, `{"cluster":"c"}`).fails(400, "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: "+
		"invalid SaveRequest_Body.EnvType: value length must be at least 1 runes")
	if a := k.post(environment, `{"cluster":"pipelines","env_type":"t"}`); a.status != 500 || !strings.Contains(a.body, "duplicate reference cluster resources sbetween") {
		t.Error(a)
	}
	k.post(environment, `{"cluster":"none","env_type":"t"}`).fails(500, "", "during global validation, it was found that Cluster 'none' does not exist "+
		`or is unavailable. Please check Environment 'new' in directory 'envs'err: clusters.nautes.resource.nautes.io "none" not found`)
	k.post("/clusters/third", pipelineCluster).saved("third cluster")
	k.post(environment, `{"cluster":"third","env_type":"t"}`).saved("new configuration")
	k.get(environment).is(`{"product":"labs","name":"new","cluster":"third","env_type":"t"}`)
	k.get("/products/labs/environments?field_selector=cluster=thi,env_type=t").is(`{"items":[{"product":"labs","name":"new","cluster":"third","env_type":"t"}]}`)
	for _, name := range []string{"r1", "r2"} {
		k.post(runtimes+"/"+name+"?insecure_skip_check=true", runtime(change{"destination": `{"environment":"new"}`})).saved(name + " configuration")
	}
	k.delete(environment+"?insecure_skip_check=true").fails(500, "", "environment referenced by [pipelineRuntime/r1|pipelineRuntime/r2], not allowed to be deleted")
	k.delete(runtimes + "/r1").deleted("r1 configuration")
	k.delete(runtimes + "/r2").deleted("r2 configuration")
	k.delete(environment).deleted("new configuration")
	k.delete(environment).fails(500, "UNKNOWN", "unknown request error")
}

func TestCodeRepos(t *testing.T) {
	k := newKit(t)
	const repo = "/products/labs/coderepos/tool"
	body := func(more string) string {
		return `{"project":"web","pipeline_runtime":true,` + more + `"git":{"gitlab":{"visibility":"private","description":"d"}}}`
	}
	notFound := "failed to get project, err: GET " + gitlabURL + "/api/v4/projects/labs/tool: 404 {message: 404 Project Not Found}"
	k.get(repo).fails(404, "PROJECT_NOT_FOUND", notFound)
	k.delete(repo).deleted("tool configuration")
	k.post(repo, `{}`).fails(400, "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: invalid SaveRequest_Body.Git: value is required")
	k.post(repo, `{"git":{"gitlab":{"path":"x","visibility":"private"}}}`).fails(500, "", "the name of the codeRepo resource must be the same as the repository path")
	k.post(repo, body(`"webhook":{"events":["PushEvents"]},`)).fails(500, "", "invalid webhook PushEvents please refer to gitlab api documentation: "+
		"https://docs.gitlab.com/ee/api/projects.html#edit-project-hook")
	k.get(repo).fails(404, "RESOURCE_NOT_FOUND", "the resource is not found") // but GitLab has it by now
	k.post(repo, body("")).saved("tool configuration")
	reply := fmt.Sprintf(`{"product":"labs","name":"tool","project":"web","webhook":{"events":[]},"deployment_runtime":false,"pipeline_runtime":true,`+
		`"git":{"gitlab":{"name":"tool","path":"tool","visibility":"private","description":"d","ssh_url_to_repo":"git@gitlab.example.com:labs/tool.git",`+
		`"http_url_to_repo":"%s/labs/tool.git"},"github":null}}`, gitlabURL)
	k.get(repo).is(reply)
	list := k.get("/products/labs/coderepos?field_selector=project=w,pipeline_runtime=true,deployment_runtime=false")
	list.has(reply)
	if all := k.get("/products/labs/coderepos"); all.status != 200 || !strings.Contains(all.body, reply) || strings.Contains(all.body, "Lib Display Name") {
		t.Errorf("one with another display name than path is not listed: %s", all.body)
	}
	k.post(runtimes+"/r1", runtime(change{"project": "web", "pipeline_source": "tool", "event_sources": `[{"name":"event-source-dev"}]`})).saved("r1 configuration")
	if a := k.delete(repo); a.status != 500 {
		t.Error(a)
	}
	k.delete(runtimes + "/r1").deleted("r1 configuration")
	k.delete(repo).deleted("tool configuration")
	k.get(repo).fails(404, "PROJECT_NOT_FOUND", notFound)
}

func TestBindingsAPI(t *testing.T) {
	k := newKit(t)
	const binding = "/products/labs/coderepobindings/b"
	k.get(binding).fails(404, "RESOURCE_NOT_FOUND", "the resource is not found")
	k.post(binding, "").fails(500, "UNKNOWN", "unknown request error")
	k.post(binding, `{"permissions":"all","coderepo":"web"}`).fails(400, "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: "+
		"invalid SaveRequest_Body.Permissions: value must be in list [readonly readwrite]")
	k.post(binding, `{"permissions":"readonly","coderepo":"lib-path","projects":["ghost"]}`).fails(500, "", "project resource ghost does not exist or is invalid")
	k.post(binding, `{"permissions":"readonly","coderepo":"stranger"}`).fails(500, "", fmt.Sprintf(
		"the authorization repository %s does not exist when checking CodeRepoBinding b", k.codeRepo("stranger")))
	k.post(binding, `{"permissions":"readonly","coderepo":"lib-path","projects":["web"],"product":"x"}`).saved("b configuration")
	const reply = `{"product":"labs","name":"b","projects":["web"],"permissions":"readonly","coderepo":"Lib Display Name"}`
	k.get(binding).is(reply)
	k.get("/products/labs/coderepobindings?field_selector=coderepo=Lib,product=labs,projects.in=we").is(`{"items":[` + reply + "]}")
	k.post(binding, `{"permissions":"readonly","coderepo":"web"}`).fails(500, "NOT_ALLOWED_MODIFY", "It is not allowed to modify the authorized repository. "+
		"If you want to change the authorized repository, please delete the authorization")
	k.delete(binding).deleted("b configuration")
	k.delete(binding).fails(500, "", "CodeRepoBinding resource b"+missingFile)
}

func TestClustersAPI(t *testing.T) {
	k := newKit(t)
	const cluster = "/clusters/new"
	k.get(cluster).fails(500, "", "the cluster resource new is not found")
	k.post(cluster, "").fails(500, "UNKNOWN", "unknown request error")
	with := func(from, to string) answer { return k.post(cluster, strings.Replace(pipelineCluster, from, to, 1)) }
	with(`"physical"`, `"imagined"`).fails(400, "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: "+
		"invalid SaveRequest_Body.ClusterType: value must be in list [physical virtual]")
	const validate = "failed to validate save request, err: "
	with("https://", "http://").fails(500, "", validate+"the apiserver http://127.0.0.1:6443 is not an https URL")
	with(`"physical"`, `"virtual"`).fails(500, "", validate+"the 'Host Cluster' for virtual cluster is required")
	with(`"worker_type":"pipeline"`, `"worker_type":""`).fails(500, "", validate+"when the cluster usage is 'worker', the 'WorkerType' field is required")
	with(`"worker_type":"pipeline"`, `"host_cluster":"h","worker_type":"pipeline"`).fails(500, "", "failed to validate cluster, err: host cluster can not belong to another host")
	with(`"usage":"worker"`, `"usage":"host"`).fails(500, "", "failed to validate cluster, err: host cluster's work type should be empty")
	with("clusters: []", "").fails(500, "", "failed to save kubeconfig to secret store, err: register physical cluster, kubeconfig is not empty")

	with(`"kubeconfig"`, `"components_list":{"pipeline":{"name":"jenkins","additions":{"host":"ci"}},"progressive_delivery":{"name":"x"}},
		"reserved_namespaces_allowed_products":{"argocd":["labs"]},"kubeconfig"`).saved("new cluster")
	k.get(cluster).is(`{"name":"new","cluster_kind":"kubernetes","cluster_type":"physical","usage":"worker","host_cluster":"","primary_domain":"127.0.0.1.nip.io",` +
		`"worker_type":"pipeline","api_server":"https://127.0.0.1:6443","components_list":{"multi_tenant":{"name":"hnc","namespace":"hnc-system","additions":{}},` +
		`"secret_sync":{"name":"external-secrets","namespace":"external-secrets","additions":{}},` +
		`"gateway":{"name":"traefik","namespace":"traefik","additions":{"httpNodePort":"30080","httpsNodePort":"30443"}},` +
		`"deployment":{"name":"argocd","namespace":"argocd","additions":{"host":"argocd.new.127.0.0.1.nip.io"}},"progressive_delivery":null,` +
		`"pipeline":{"name":"jenkins","namespace":"tekton-pipelines","additions":{"host":"ci"}},"event_listener":null},` +
		`"reserved_namespaces_allowed_products":{"argocd":["labs"]},"product_allowed_cluster_resources":{}}`)
	for selector, count := range map[string]int{"cluster_name=pipe": 1, "cluster_type=physical": 3, "cluster_type=phys": 0, "usage=worker,worker_type=pipeline": 3} {
		if a := k.get("/clusters?field_selector=" + selector); a.status != 200 || strings.Count(a.body, `"api_server"`) != count {
			t.Errorf("%s: %d %s", selector, a.status, a.body)
		}
	}
	k.do("GET", cluster, "", "Authorization", "wrong").fails(500, "", "GET "+gitlabURL+"/api/v4/user: 401 {message: 401 Unauthorized}")
	k.do("POST", cluster, pipelineCluster, "Authorization", "").fails(500, "", "token is not found")
	k.delete(cluster).deleted("new cluster")
	k.delete(cluster).fails(500, "", "the cluster resource new is not found")
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// shownConfig is how a cluster's pipeline configuration is to be shown, by what the
// server stores.
func shownConfig(cluster string, stored members) members {
	more := members{"cluster_id": cluster, "state": stored["state"], "github": nil}
	if github, ok := at(stored, "spec", "githubConfig").(members); ok {
		more["github"] = members{"scheme": github["scheme"], "host": github["host"], "client_id": github["clientID"]}
	}
	return enveloped(stored, more)
}

func TestClusterPipelineConfigsInAConfiguration(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	const data = "data.cicd_rancher_cluster_pipeline_config"
	steps(t, resource.TestStep{
		Config: r.Config(`
resource "cicd_rancher_cluster_pipeline_config" "this" {
  cluster_id = %q
  name       = "main"
  github     = { client_id = "id", client_secret = "hidden-secret" }
}
data "cicd_rancher_cluster_pipeline_config" "this" {
  id = cicd_rancher_cluster_pipeline_config.this.id
}
data "cicd_rancher_cluster_pipeline_configs" "all" {
  cluster_id = cicd_rancher_cluster_pipeline_config.this.cluster_id
}
`, cluster),
		Check: checks(
			resource.TestCheckResourceAttr(data+".this", "id", cluster+":main"),
			resource.TestCheckResourceAttr(data+".this", "cluster_id", cluster),
			resource.TestCheckResourceAttr(data+".this", "github.scheme", "https"),
			resource.TestCheckResourceAttr(data+".this", "github.client_id", "id"),
			resource.TestCheckNoResourceAttr(data+".this", "github.client_secret"),
			resource.TestCheckResourceAttr(data+"s.all", "cluster_pipeline_configs.#", "1"),
			resource.TestCheckResourceAttr(data+"s.all", "cluster_pipeline_configs.0.name", "main"),
		),
	})
}

func TestClusterPipelineConfigsAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	cluster, other := r.NewCluster(), r.NewCluster()
	path := "clusters/" + cluster + "/clusterpipelines"
	for name, spec := range map[string]members{
		"b": {"githubConfig": members{"scheme": "http", "host": "git.example.com", "clientID": "one", "clientSecret": "hidden-secret"}},
		"a": {"githubConfig": members{"clientID": "two", "clientSecret": "hidden-secret"}},
		"c": {},
	} {
		r.Object(http.MethodPost, path, members{"name": name, "spec": spec})
	}
	r.Object(http.MethodPost, "clusters/"+other+"/clusterpipelines", members{"name": "other", "spec": members{}})
	server := readerOf(t, r)
	var want []members
	for _, stored := range listed(t, r, path) {
		want = append(want, shownConfig(cluster, stored))
	}
	got := server.list("cluster_pipeline_configs", "cluster_pipeline_configs", members{"cluster_id": cluster})
	same(t, "the configurations", got, want)
	same(t, "their order", column(got, "name"), []any{"a", "b", "c"})
	for _, config := range want {
		same(t, "a configuration", server.read("cluster_pipeline_config", members{"id": config["id"]}), config)
	}
}

func TestClusterPipelineConfigsOfNothing(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	cluster := r.NewCluster()
	server := readerOf(t, r)
	if found := server.list("cluster_pipeline_configs", "cluster_pipeline_configs", members{"cluster_id": cluster}); len(found) > 0 {
		t.Errorf("a new cluster has %v", found)
	}
	server.fails("cluster_pipeline_configs", members{"cluster_id": "c-nnnnn"}, "cluster_id", "Cannot read cluster c-nnnnn", "There is no cluster with this id")
	server.fails("cluster_pipeline_configs", members{"cluster_id": "a/b"}, "cluster_id", "cluster's id")
	server.fails("cluster_pipeline_config", members{"id": cluster + ":none"}, "id", "Cannot read cluster pipeline configuration "+cluster+":none", "There is no cluster pipeline configuration")
	r.Sandbox.Faults().Clear()
	for path, read := range map[string]func(){
		"/clusterPipelines/": func() {
			server.fails("cluster_pipeline_config", members{"id": cluster + ":none"}, "", "must authenticate")
		},
		"(?i)/clusterpipelines$": func() {
			server.fails("cluster_pipeline_configs", members{"cluster_id": cluster}, "", "Cannot list cluster pipeline configurations in cluster "+cluster, "must authenticate")
		},
		"(?i)/clusters/[^/]+$": func() {
			server.fails("cluster_pipeline_configs", members{"cluster_id": cluster}, "", "Cannot read cluster "+cluster, "must authenticate")
		},
	} {
		answeringStatus(t, r, http.StatusUnauthorized, path, members{"type": "error", "status": "401", "message": "must authenticate"})
		read()
		r.Sandbox.Faults().Clear()
	}
}

// A secret that a server shows nevertheless goes nowhere.
func TestClusterPipelineConfigWithoutItsSecret(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	answering(t, r, "/clusterPipelines/", members{"id": "c-1:main", "type": "clusterPipeline", "future": 1, "spec": members{
		"clusterName": "cluster-abc", "gitlabConfig": members{}, "githubConfig": members{"clientSecret": "hidden-secret", "type": "/v3/schemas/githubClusterConfig"},
	}})
	shown := readerOf(t, r).read("cluster_pipeline_config", members{"id": "c-1:main"})
	same(t, "a configuration", shown, shownConfig("c-1", members{"id": "c-1:main", "spec": members{"githubConfig": members{"scheme": "", "host": "", "clientID": ""}}}))
	if text, err := json.Marshal(shown); err != nil || strings.Contains(string(text), "hidden-secret") {
		t.Errorf("shown: %s, %v", text, err)
	}
}

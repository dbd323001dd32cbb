// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// A refresh reads the lists of a project's pipelines, of a cluster's
// configurations and of the accounts, whatever they hold beside.
func TestManyObjectsAreReadFromTheirLists(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	stages := []any{object{"name": "build", "steps": []any{object{"type": "sourcecode"}}}}
	var reads []acctest.InState
	for n := range 120 {
		id := r.Make(p.URL("pipelines"), object{"displayName": fmt.Sprint("Number ", n), "stages": stages})
		if n%2 == 0 {
			reads = append(reads, acctest.InState{TypeName: pipelineType, Attributes: object{"id": id, "project_id": p.ID, "display_name": fmt.Sprint("Number ", n)}})
		}
	}
	for range 3 {
		id := r.Make("clusters/"+p.ClusterID+"/clusterpipelines", object{})
		reads = append(reads, acctest.InState{TypeName: configType, Attributes: object{"id": id, "cluster_id": p.ClusterID}}, acctest.InState{TypeName: accountType, Attributes: object{"id": r.NewAccount(), "type": "github"}})
	}
	server := r.Protocol()
	r.ForgetRequests()
	server.ReadAll(reads)
	// Who is alone in waiting for a page that doesn't hold its pipeline asks for
	// that itself. The dialect is asked for once.
	if n := len(r.Requests()); n < 5 || n > 5+acctest.Parallelism {
		t.Errorf("%d requests: %q", n, r.Requests())
	}
	if err := r.CheckRequests(map[string]int{
		"GET projects/" + p.ID + "/pipelines": 2, "GET clusters/" + p.ClusterID + "/clusterpipelines": 1, "GET remoteaccounts": 1,
	})(nil); err != nil {
		t.Error(err)
	}
}

// Each creation, change and deletion is one request; so is switching a pipeline
// on or off.
func TestWritesTakeOneRequestEach(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	config := func(name string, active bool) string {
		return r.Config(`
resource "cicd_rancher_pipeline" "these" {
  count        = 2
  project_id   = %[1]q
  display_name = "%[2]s ${count.index}"
  active       = %[4]t
  stages       = [{ name = "clone", steps = [{ source_code = { repository = "https://git.example.com/app.git" } }] }]
}

resource "cicd_rancher_cluster_pipeline_config" "this" {
  cluster_id = %[3]q
  github     = { client_id = %[2]q, client_secret = "secret" }
}
`, p.ID, name, p.ClusterID, active)
	}
	const item = "pipelines/[^/]+"
	r.ForgetRequests()
	steps(t,
		resource.TestStep{Config: config("a", true), Check: r.CheckRequests(map[string]int{
			"POST projects/" + p.ID + "/pipelines": 2, "POST clusters/" + p.ClusterID + "/clusterpipelines": 1, "(PUT|DELETE) .*": 0, "GET .+/.*": 0,
		})},
		resource.TestStep{Config: config("b", true), Check: r.CheckRequests(map[string]int{
			"PUT " + item: 2, "PUT clusterPipelines/[^/]+": 1, "(POST|DELETE) .*": 0,
		})},
		resource.TestStep{Config: config("b", false), Check: r.CheckRequests(map[string]int{"POST " + item: 2, "(PUT|DELETE) .*": 0})},
	)
	if err := r.CheckRequests(map[string]int{"DELETE " + item: 2, "DELETE clusterPipelines/[^/]+": 1})(nil); err != nil {
		t.Error(err)
	}
}

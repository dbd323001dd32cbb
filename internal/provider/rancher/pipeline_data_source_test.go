// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"net/http"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// shownSpec is how the document's example is shown.
func shownSpec() members {
	return members{
		"display_name": "pipeline-test", "active": true,
		"stages": []any{members{"name": "build/test", "steps": []any{members{
			"type":        "sourcecode",
			"source_code": members{"remote_account_id": "somegitaccountname", "repository": "", "branch": "master"},
			"run_script":  members{"image": "golang:1.8", "shell_script": "echo example script", "entry_point": "", "args": "--optional args", "env": []any{}},
			"build_image": members{"dockerfile_path": "./Dockerfile", "build_path": ".", "image_tag": ""},
			"push_image":  members{"image_tag": ""},
		}}}},
		"triggers": members{
			"cron":    members{"active": true, "timezone": "Asia/Hong_Kong", "expression": "* 4 * * *"},
			"webhook": members{"active": true},
		},
	}
}

// shownPipeline is how a pipeline is shown, with this spec.
func shownPipeline(p *acctest.RancherProject, id string, spec members) members {
	stored := p.Stored("pipelines/" + id)
	spec["project_id"], spec["state"] = p.ID, stored["state"]
	return enveloped(stored, spec)
}

func TestPipelineIsShown(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	r := readerOf(t, p.Rancher)
	id := p.Make(p.URL("pipelines"), documentedSpec(p))
	bare := newPipeline(p, "bare")
	p.Act("pipelines/"+bare, "deactivate", nil)
	bareSpec := members{
		"display_name": "bare", "active": false, "triggers": members{"cron": nil, "webhook": nil},
		"stages": []any{members{"name": "clone", "steps": []any{members{
			"type": "sourcecode", "source_code": members{"remote_account_id": "", "repository": "https://git.example.com/app.git", "branch": ""},
			"run_script": nil, "build_image": nil, "push_image": nil,
		}}}},
	}
	first, second := shownPipeline(p, id, shownSpec()), shownPipeline(p, bare, bareSpec)
	same(t, "the pipeline", r.read("pipeline", members{"id": id}), first)
	same(t, "the bare pipeline", r.read("pipeline", members{"id": bare}), second)

	all := []any{first, second}
	slices.SortFunc(all, func(a, b any) int {
		if a.(members)["id"].(string) < b.(members)["id"].(string) {
			return -1
		}
		return 1
	})
	same(t, "the list", r.read("pipelines", members{"project_id": p.ID}), members{"project_id": p.ID, "pipelines": all})
}

func TestPipelinesOfOthersAreNotShown(t *testing.T) {
	t.Parallel()
	server := acctest.NewRancher(t)
	p, other := server.NewProject(), server.NewProject()
	newPipeline(other, "app")
	r := readerOf(t, server)
	same(t, "the list", r.list("pipelines", "pipelines", members{"project_id": p.ID}), []members(nil))
	r.fails("pipelines", members{"project_id": p.ClusterID + ":p-nope1"}, "project_id", "There is no project")
	r.fails("pipelines", members{"project_id": "p-nope1"}, "project_id", "full id")
	r.fails("pipeline", members{"id": p.Namespace + ":p-nope1"}, "id", "Cannot read pipeline "+p.Namespace+":p-nope1", "There is no pipeline with this id")
	r.fails("pipeline_export", members{"pipeline_id": p.Namespace + ":p-nope1"}, "pipeline_id", "There is no pipeline with this id")
}

// The export is the server's text, and says what the pipeline is.
func TestPipelineExportIsTheServersText(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	id := p.Make(p.URL("pipelines"), documentedSpec(p))
	status, want := p.Call(http.MethodPost, "pipelines/"+id+"?action=export", nil)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, want)
	}
	text, _ := readerOf(t, p.Rancher).read("pipeline_export", members{"pipeline_id": id})["yaml"].(string)
	if text != string(want) {
		t.Errorf("the export is\n%s\nwant\n%s", text, want)
	}
	var spec members
	if err := yaml.Unmarshal([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	if spec["displayName"] != "pipeline-test" {
		t.Errorf("the export has %v", spec)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What Rancher promises to nobody, the provider promises its users: see
// [acctest.Matrix]. One case is run by its name, as in
//
//	go test ./internal/provider/rancher -run 'TestFaultMatrix/update_cicd_rancher_pipeline$/2_PUT/reset_after$'
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	acctest.Matrix(t, "Rancher", 16, possible(t), slices.Concat(
		acctest.Life(pipelineType, pipelineStage),
		acctest.Life(accountType, accountStage),
		acctest.Life(configType, configStage),
		[]acctest.Operation{acctest.Taken(configType, configStage)},
		performed(),
	))
}

// possible are the faults that may befall a request.
func possible(t *testing.T) []acctest.Fault {
	t.Helper()
	return acctest.Faults(t,
		acctest.Answer("401", http.StatusUnauthorized, `{"type":"error","status":"401","message":"must authenticate"}`),
		acctest.Answer("403", http.StatusForbidden, `{"type":"error","baseType":"error","status":403,"code":"Forbidden","message":"pipelines.project.cattle.io is forbidden"}`),
		acctest.Answer("404 of the parent", http.StatusNotFound,
			`{"type":"error","baseType":"error","status":404,"code":"NotFound","message":"projects.management.cattle.io \"p-gone\" not found"}`),
		acctest.Answer("404 of the type", http.StatusNotFound,
			`{"type":"error","baseType":"error","status":404,"code":"NotFound","message":"failed to find schema pipelines"}`),
		acctest.Answer("404 of a router", http.StatusNotFound, "404 page not found\n"),
	)
}

// stage is one in a project of its own.
func stage(t *testing.T) (*acctest.Stage, *acctest.RancherProject) {
	t.Helper()
	p := acctest.SandboxRancher(t).NewProject()
	return &acctest.Stage{
		System: "rancher", Sandbox: p.Sandbox, Connection: members{"base_url": p.BaseURL, "token": p.Token},
		Names: []string{p.ID, p.ClusterID}, Secrets: []string{p.Token, canary},
		Objects: func() map[string]string { return nil }, Vanish: func() {},
	}, p
}

// storedIn are the objects of a collection by their ids, with a member of each
// one's spec.
func storedIn(r *acctest.Rancher, collection string, path ...string) map[string]string {
	all := map[string]string{}
	for _, listed := range r.Listed(collection) {
		all[listed["id"].(string)] = fmt.Sprint(at(listed, append([]string{"spec"}, path...)...))
	}
	return all
}

// emptied deletes all objects of a collection.
func emptied(r *acctest.Rancher, collection, items string) func() {
	return func() {
		for _, listed := range r.Listed(collection) {
			r.Remove(items + "/" + listed["id"].(string))
		}
	}
}

func pipelineStage(t *testing.T) *acctest.Stage {
	t.Helper()
	return pipelinesOf(stage(t))
}

// pipelinesOf is the stage of pipelines in a project.
func pipelinesOf(in *acctest.Stage, p *acctest.RancherProject) *acctest.Stage {
	s := *in
	configuration := func(name string, active bool) members {
		return members{
			"project_id": p.ID, "display_name": name, "active": active,
			"stages":   []any{members{"name": "clone", "steps": []any{members{"source_code": members{"repository": "https://git.example.com/app.git"}}}}},
			"triggers": members{"cron": members{"expression": "0 4 * * *"}},
		}
	}
	s.Resource = &acctest.Resource{
		Type:   pipelineType,
		First:  acctest.Wanted{Configuration: configuration("app", true), Stored: "app true"},
		Second: acctest.Wanted{Configuration: configuration("other", false), Stored: "other false"},
	}
	s.Objects = func() map[string]string {
		all := storedIn(p.Rancher, p.URL("pipelines"), "displayName")
		for id, active := range storedIn(p.Rancher, p.URL("pipelines"), "active") {
			all[id] += " " + active
		}
		return all
	}
	s.Vanish = emptied(p.Rancher, p.URL("pipelines"), "pipelines")
	return &s
}

func accountStage(t *testing.T) *acctest.Stage {
	t.Helper()
	return accountsOf(stage(t))
}

// accountsOf is the stage of accounts in a project.
func accountsOf(in *acctest.Stage, p *acctest.RancherProject) *acctest.Stage {
	s := *in
	configuration := func(name string) members {
		return members{"type": "github", "display_name": name, "account_name": "octocat", "access_token": canary}
	}
	s.Resource = &acctest.Resource{
		Type:   accountType,
		First:  acctest.Wanted{Configuration: configuration("Octocat"), Stored: "Octocat"},
		Second: acctest.Wanted{Configuration: configuration("Other"), Stored: "Other"},
	}
	s.Names = append(s.Names, "remote account")
	s.Objects = func() map[string]string { return storedIn(p.Rancher, "remoteaccounts", "displayName") }
	s.Vanish = emptied(p.Rancher, "remoteaccounts", "remoteaccounts")
	return &s
}

func configStage(t *testing.T) *acctest.Stage {
	t.Helper()
	return configsOf(stage(t))
}

// configsOf is the stage of configs in a project.
func configsOf(in *acctest.Stage, p *acctest.RancherProject) *acctest.Stage {
	s := *in
	configuration := func(client string) members {
		return members{"cluster_id": p.ClusterID, "name": "own", "github": members{"client_id": client, "client_secret": canary}}
	}
	collection := "clusters/" + p.ClusterID + "/clusterpipelines"
	s.Resource = &acctest.Resource{
		Type:   configType,
		First:  acctest.Wanted{Configuration: configuration("one"), Stored: "one"},
		Second: acctest.Wanted{Configuration: configuration("two"), Stored: "two"},
		Occupy: func() {
			p.Object(http.MethodPost, collection, members{"name": "own", "spec": members{"githubConfig": members{"clientID": "theirs", "clientSecret": "theirs"}}})
		},
	}
	s.Objects = func() map[string]string { return storedIn(p.Rancher, collection, "githubConfig", "clientID") }
	s.Vanish = emptied(p.Rancher, collection, "clusterpipelines")
	return &s
}

// performed are the actions, data sources and lists.
func performed() []acctest.Operation {
	in := func(name string, prepare func(*acctest.Stage, *acctest.RancherProject) members) acctest.Operation {
		return acctest.Performed(name, func(t *testing.T) (*acctest.Stage, members) {
			t.Helper()
			s, p := stage(t)
			s.Objects = func() map[string]string { return storedIn(p.Rancher, p.URL("pipelinehistories"), "runNumber") }
			arguments := prepare(s, p)
			for _, id := range arguments {
				s.Names = append(s.Names, fmt.Sprint(id))
			}
			s.Text = name == "data cicd_rancher_pipeline_export"
			s.Once = name == "invoke "+rerunHistory || name == "invoke "+loginAccount
			return s, arguments
		})
	}
	pipeline := func(argument string, active bool) func(*acctest.Stage, *acctest.RancherProject) members {
		return func(s *acctest.Stage, p *acctest.RancherProject) members {
			id := newPipeline(p, "app")
			if !active {
				p.Act("pipelines/"+id, "deactivate", nil)
			}
			s.Vanish = emptied(p.Rancher, p.URL("pipelines"), "pipelines")
			return members{argument: id}
		}
	}
	history := func(argument string, over bool) func(*acctest.Stage, *acctest.RancherProject) members {
		return func(s *acctest.Stage, p *acctest.RancherProject) members {
			id := newPipeline(p, "app")
			if over {
				id = run(p, id)
			} else {
				id = p.Act("pipelines/"+id, "run", nil)["id"].(string)
			}
			s.Vanish = emptied(p.Rancher, p.URL("pipelinehistories"), "pipelinehistories")
			return members{argument: id}
		}
	}
	account := func(s *acctest.Stage, p *acctest.RancherProject) members {
		id := p.NewAccount()
		s.Vanish = emptied(p.Rancher, "remoteaccounts", "remoteaccounts")
		return members{"remote_account_id": id}
	}
	config := func(s *acctest.Stage, p *acctest.RancherProject) members {
		collection := "clusters/" + p.ClusterID + "/clusterpipelines"
		id := p.Make(collection, members{"githubConfig": members{"clientID": "x", "clientSecret": canary}})
		s.Vanish = emptied(p.Rancher, collection, "clusterpipelines")
		return members{"id": id}
	}
	// within is a stage whose arguments are others than the object's id.
	within := func(prepare func(*acctest.Stage, *acctest.RancherProject) members, arguments func(*acctest.RancherProject) members) func(*acctest.Stage, *acctest.RancherProject) members {
		return func(s *acctest.Stage, p *acctest.RancherProject) members {
			prepare(s, p)
			return arguments(p)
		}
	}
	project := func(p *acctest.RancherProject) members { return members{"project_id": p.ID} }
	cluster := func(p *acctest.RancherProject) members { return members{"cluster_id": p.ClusterID} }
	return []acctest.Operation{
		in("invoke "+runPipeline, pipeline("pipeline_id", true)),
		in("invoke "+activatePipeline, pipeline("pipeline_id", false)),
		in("invoke "+deactivatePipeline, pipeline("pipeline_id", true)),
		in("invoke "+stopHistory, history("history_id", false)),
		in("invoke "+rerunHistory, history("history_id", true)),
		in("invoke "+deleteHistory, history("history_id", true)),
		in("invoke "+refreshRepositories, account),
		in("invoke "+loginAccount, within(config, func(p *acctest.RancherProject) members {
			return members{"type": "github", "code": canary, "cluster_id": p.ClusterID}
		})),
		in("data "+pipelineType, pipeline("id", true)),
		in("data cicd_rancher_pipelines", within(pipeline("id", true), project)),
		in("data cicd_rancher_pipeline_export", pipeline("pipeline_id", true)),
		in("data cicd_rancher_pipeline_history", history("id", true)),
		in("data cicd_rancher_pipeline_histories", within(history("id", true), project)),
		in("data cicd_rancher_pipeline_logs", history("history_id", true)),
		in("data cicd_rancher_remote_accounts", func(s *acctest.Stage, p *acctest.RancherProject) members {
			account(s, p)
			s.Names = append(s.Names, "remote accounts")
			return members{}
		}),
		in("data cicd_rancher_git_repositories", account),
		in("data "+configType, config),
		in("data cicd_rancher_cluster_pipeline_configs", within(config, cluster)),
		in("list "+pipelineType, within(pipeline("id", true), project)),
		in("list "+configType, within(config, cluster)),
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// creations are what is created of each type, where, and changes that make
// something else of it.
func creations(p *acctest.RancherProject) map[string]struct {
	typeName, in, at string
	config           object
	stored           object
	others           []object
} {
	stages := []any{object{"name": "clone", "steps": []any{object{"type": "sourcecode"}}}}
	app := object{"displayName": "app", "stages": stages}
	github := func(id string) object { return object{"githubConfig": object{"clientID": id, "clientSecret": "s"}} }
	account := object{"type": "github", "displayName": "Octocat", "accountName": "octocat"}
	with := func(spec object, name string, value any) object {
		other := maps.Clone(spec)
		other[name] = value
		return other
	}
	inProject, inCluster := p.URL("pipelines"), "clusters/"+p.ClusterID+"/clusterpipelines"
	sound := soundPipeline()
	sound["project_id"], sound["active"], sound["display_name"] = p.ID, true, " app\n"
	return map[string]struct {
		typeName, in, at string
		config           object
		stored           object
		others           []object
	}{
		"pipeline": {pipelineType, inProject, "project " + p.ID, sound, app, []object{with(app, "displayName", "other")}},
		"configuration without a name": {
			configType, inCluster, "cluster " + p.ClusterID, object{"cluster_id": p.ClusterID, "github": object{"client_id": " a ", "client_secret": "s"}},
			github("a"), []object{github("b"), {}},
		},
		"remote account": {
			accountType, "remoteaccounts", "Rancher", object{"type": "github", "display_name": "Octocat ", "account_name": "octocat"},
			account, []object{with(account, "displayName", "other"), with(account, "accountName", nil)},
		},
	}
}

// When the answer to a creation got lost, nobody knows: it isn't repeated, and
// what is said names what there is that could be it, and what to do.
func TestCreationWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name := range creations(acctest.SandboxRancher(t).NewProject()) {
		for _, fault := range []faults.Kind{faults.ResetAfter, faults.Status} {
			t.Run(name+", "+string(fault), func(t *testing.T) {
				t.Parallel()
				r := acctest.SandboxRancher(t)
				c := creations(r.NewProject())[name]
				before := map[string]bool{}
				for _, other := range c.others {
					before[r.Make(c.in, other)] = true
				}
				failing(t, r, faults.Rule{Method: http.MethodPost, Path: c.in, Fault: fault, Status: http.StatusBadGateway})
				r.ForgetRequests()
				said := acctest.Said(r.Protocol().Create(c.typeName, c.config))
				if err := r.CheckRequests(map[string]int{"POST .*": 1})(nil); err != nil {
					t.Error(err)
				}
				want := "nothing in " + c.at + " could be it"
				if fault == faults.ResetAfter {
					want = "these in " + c.at + " could be it: "
					for _, o := range r.Listed(c.in) {
						if id := o["id"].(string); !before[id] {
							want += id + " (created 2026-01-15T12:00:00Z by user-admin)."
						}
					}
				}
				for _, text := range []string{"Cannot create ", "may nevertheless have done", "terraform import", "WARNING", want} {
					if !strings.Contains(said, text) {
						t.Errorf("%q is not in: %s", text, said)
					}
				}
				if again := len(r.Listed(c.in)); again != len(before)+strings.Count(want, "created") {
					t.Errorf("there are %d", again)
				}
			})
		}
	}
}

// One of a given name is known by it.
func TestCreationOfANameWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	cluster := r.NewCluster()
	in := "clusters/" + cluster + "/clusterpipelines"
	r.Make(in, object{})
	failing(t, r, faults.Rule{Method: http.MethodPost, Path: in, Fault: faults.ResetAfter})
	said := acctest.Said(r.Protocol().Create(configType, object{"cluster_id": cluster, "name": "github"}))
	for _, text := range []string{"terraform import <address> " + cluster + ":github", "could be it: " + cluster + ":github (created "} {
		if !strings.Contains(said, text) {
			t.Errorf("%q is not in: %s", text, said)
		}
	}
}

// An account at another kind of host is another one, whatever it is called.
func TestAccountOfAnotherTypeIsNoCandidate(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	failing(t, r, faults.Rule{Method: http.MethodPost, Path: "remoteaccounts", Fault: faults.ResetAfter})
	answering(t, r, "/remoteaccounts", collection("remoteAccount",
		object{"id": "ra-1", "type": "remoteAccount", "spec": object{"type": "gitlab", "accountName": "octocat"}},
		object{"id": "ra-2", "type": "remoteAccount", "spec": object{"type": "github", "accountName": "octocat"}},
	))
	said := acctest.Said(r.Protocol().Create(accountType, object{"type": "github", "account_name": "octocat"}))
	if want := "could be it: ra-2 (created "; !strings.Contains(said, want) {
		t.Errorf("%q is not in: %s", want, said)
	}
}

// The time may be up before the answer comes: the look has time of its own.
func TestCreationThatTakesTooLong(t *testing.T) {
	t.Parallel()
	for name := range creations(acctest.SandboxRancher(t).NewProject()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t)
			c := creations(r.NewProject())[name]
			c.config["timeouts"] = object{"create": "500ms"}
			server := r.Protocol()
			r.Answered(func(req *http.Request) {
				if req.Method == http.MethodPost {
					<-req.Context().Done() // the answer waits for the provider to give up
				}
			})
			said := acctest.Said(server.Create(c.typeName, c.config))
			for _, text := range []string{"Cannot create ", "did not answer in time", "could be it: "} {
				if !strings.Contains(said, text) {
					t.Errorf("%q is not in: %s", text, said)
				}
			}
		})
	}
}

// When what there is can't be looked up, that is said.
func TestCreationWhoseLookFails(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	failing(t, r, faults.Rule{Path: "remoteaccounts", Fault: faults.ResetBefore})
	said := acctest.Said(r.Protocol().Create(accountType, object{"type": "github"}))
	for _, text := range []string{"may have been created", "could not be looked up", "The connection broke"} {
		if !strings.Contains(said, text) {
			t.Errorf("%q is not in: %s", text, said)
		}
	}
}

// So has the look after a switch.
func TestPipelineSwitchThatTakesTooLong(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	attributes := func(id any, active bool) object {
		config := soundPipeline()
		config["project_id"], config["id"], config["active"], config["timeouts"] = p.ID, id, active, object{"update": "500ms"}
		if id != nil {
			config["state"] = "active"
			config["stages"] = []any{object{"name": "clone", "steps": []any{object{"source_code": object{"repository": ""}}}}}
		}
		return config
	}
	id := newPipeline(p, "app")
	server := r.Protocol()
	r.Answered(func(req *http.Request) {
		if req.Method == http.MethodPost {
			<-req.Context().Done()
		}
	})
	now := server.Update(pipelineType, attributes(id, true), attributes(nil, false), attributes(id, false))
	if active := plain(t, now["active"]); active != false {
		t.Errorf("in state, active is %v", active)
	}
}

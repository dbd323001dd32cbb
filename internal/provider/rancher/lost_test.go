// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

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
	stages := []any{object{"name": "clone", "steps": []any{object{"sourceCodeStepConfig": object{"repository": ""}}}}}
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

// around is the sandbox with something that happens before and after each of the
// provider's requests; nil is nothing.
func around(t *testing.T, r *acctest.Rancher, before, after func(*http.Request)) *acctest.Rancher {
	t.Helper()
	handler := r.Sandbox.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if before != nil {
			before(req)
		}
		handler.ServeHTTP(w, req)
		if after != nil {
			after(req)
		}
	}))
	t.Cleanup(server.Close)
	other := *r
	other.BaseURL = server.URL
	return &other
}

// When the answer to a creation got lost, what it made is looked for and taken.
// It is not what was there before, somebody else's, or another one. When it
// isn't there, it is created again.
func TestCreationWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name := range creations(acctest.SandboxRancher(t).NewProject()) {
		for fault, there := range map[faults.Kind]bool{faults.ResetAfter: true, faults.Truncate: true, faults.ResetBefore: false, faults.HTML: false, faults.Status: false} {
			t.Run(name+", "+string(fault), func(t *testing.T) {
				t.Parallel()
				r := acctest.SandboxRancher(t)
				c := creations(r.NewProject())[name]
				if there {
					r.Make(c.in, c.stored)
					_ = r.Sandbox.Clock().Advance(time.Minute)
				}
				r.As("other:secret").Make(c.in, c.stored)
				for _, other := range c.others {
					r.Make(c.in, other)
				}
				before := len(r.Listed(c.in))
				failing(t, r, faults.Rule{Method: http.MethodPost, Path: c.in, Nth: 1, Fault: fault, Status: map[faults.Kind]int{faults.Status: 502}[fault]})
				server := r.Protocol()
				r.ForgetRequests()
				if said := acctest.Said(server.Create(c.typeName, c.config)); said != "" {
					t.Error(said)
				}
				if err := r.CheckRequests(map[string]int{"POST .*": map[bool]int{true: 1, false: 2}[there]})(nil); err != nil {
					t.Error(err)
				}
				if made := len(r.Listed(c.in)) - before; made != 1 {
					t.Errorf("%d were made", made)
				}
			})
		}
	}
}

// What was taken is in state as what was answered would be.
func TestStateOfWhatWasLost(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	for _, path := range []string{"/pipelines$", "/clusterpipelines$", "/remoteaccounts$"} {
		for n := range 3 {
			failing(t, r, faults.Rule{Method: http.MethodPost, Path: path, Nth: n + 1, Fault: faults.ResetAfter})
		}
	}
	config := r.Config(`
resource "cicd_rancher_pipeline" "this" {
  count        = 3
  project_id   = %q
  display_name = "app"
  stages       = [{ name = "clone", steps = [{ source_code = { repository = "" } }, { build_image = { image_tag = "a" } }] }]
}

resource "cicd_rancher_cluster_pipeline_config" "this" {
  count      = 3
  cluster_id = %q
  github     = { client_id = "a", client_secret = "s" }
}

resource "cicd_rancher_remote_account" "this" {
  count        = 3
  type         = "github"
  access_token = "t"
}

output "ids" {
  value = length(toset(concat(cicd_rancher_pipeline.this[*].id, cicd_rancher_cluster_pipeline_config.this[*].id, cicd_rancher_remote_account.this[*].id)))
}
`, p.ID, p.ClusterID)
	steps(t,
		resource.TestStep{Config: config, Check: checks(resource.TestCheckOutput("ids", "9"), r.CheckRequests(map[string]int{"POST .*": 9}))},
		resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
	)
}

// When it can't be told which it is, all that it can be are named, and none is
// taken.
func TestCreationThatCanBeSeveral(t *testing.T) {
	t.Parallel()
	for name := range creations(acctest.SandboxRancher(t).NewProject()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t)
			c := creations(r.NewProject())[name]
			failing(t, r, faults.Rule{Method: http.MethodPost, Path: c.in, Nth: 2, Fault: faults.ResetAfter})
			server := around(t, r, func(req *http.Request) {
				if req.Method == http.MethodPost {
					r.Make(c.in, c.stored)
				}
			}, nil).Protocol()
			said := acctest.Said(server.Create(c.typeName, c.config))
			wanted := []string{"Cannot create ", "may nevertheless have done", "More than one", "so none was taken", "Import the right one"}
			listed := r.Listed(c.in)
			for _, o := range listed {
				wanted = append(wanted, o["id"].(string)+" (created 2026-01-15T12:00:00Z by user-admin)")
			}
			for _, text := range wanted {
				if !strings.Contains(said, text) {
					t.Errorf("%q is not in: %s", text, said)
				}
			}
			if len(listed) != 2 {
				t.Errorf("there are %d", len(listed))
			}
		})
	}
}

// What is like it, but was there before, is not taken; nor is it doubled, since
// a proxy's clock may be wrong.
func TestCreationWithATwinFromBefore(t *testing.T) {
	t.Parallel()
	for name := range creations(acctest.SandboxRancher(t).NewProject()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t)
			c := creations(r.NewProject())[name]
			twin := r.Make(c.in, c.stored)
			_ = r.Sandbox.Clock().Advance(time.Minute)
			failing(t, r, faults.Rule{Method: http.MethodPost, Path: c.in, Nth: 1, Fault: faults.ResetBefore})
			said := acctest.Said(r.Protocol().Create(c.typeName, c.config))
			if !saying("Cannot create", "made before the request", "not taken, nor was", "created again: "+twin).MatchString(said) || len(r.Listed(c.in)) != 1 {
				t.Errorf("there are %d, and it says %s", len(r.Listed(c.in)), said)
			}
		})
	}
}

// One of a given name is known by it. What others have of that name is left
// alone, also when a repeat comes upon it.
func TestCreationOfANameWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for fault, theirs := range map[faults.Kind]bool{faults.ResetAfter: false, faults.Status: true} {
		r := acctest.SandboxRancher(t)
		cluster := r.NewCluster()
		in := "clusters/" + cluster + "/clusterpipelines"
		r.Make(in, object{})
		if theirs {
			r.Object(http.MethodPost, in, object{"name": "github", "spec": object{"githubConfig": object{"clientID": "theirs", "clientSecret": "s"}}})
		}
		failing(t, r, faults.Rule{Method: http.MethodPost, Path: in, Nth: 1, Fault: fault, Status: map[faults.Kind]int{faults.Status: 502}[fault]})
		said := acctest.Said(r.Protocol().Create(configType, object{"cluster_id": cluster, "name": "github"}))
		switch {
		case !theirs && said != "":
			t.Error(said)
		case theirs && !saying("Cannot create", "409", "left as it is", "terraform import <address> "+cluster+":github").MatchString(said):
			t.Errorf("it says %s", said)
		}
		if len(r.Listed(in)) != 2 {
			t.Errorf("there are %d", len(r.Listed(in)))
		}
	}
}

// An account at another kind of host is another one, whatever it is called, and
// what is being deleted is nothing to have.
func TestAccountOfAnotherTypeIsNoCandidate(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	failing(t, r, faults.Rule{Method: http.MethodPost, Path: "remoteaccounts", Fault: faults.ResetBefore})
	made := func(id, kind string) object {
		return object{"id": id, "type": "remoteAccount", "created": "2026-01-15T12:00:00Z", "creatorId": "user-admin", "spec": object{"type": kind, "accountName": "octocat"}}
	}
	gone := made("ra-2", "github")
	gone["removed"] = "2026-01-15T12:00:00Z"
	answering(t, r, "/remoteaccounts", collection("remoteAccount", made("ra-1", "gitlab"), gone))
	said := acctest.Said(r.Protocol().Create(accountType, object{"type": "github", "account_name": "octocat"}))
	for _, text := range []string{"Cannot create ", "is not there, at least not yet", "terraform import"} {
		if !strings.Contains(said, text) {
			t.Errorf("%q is not in: %s", text, said)
		}
	}
	if err := r.CheckRequests(map[string]int{"POST .*": 3})(nil); err != nil {
		t.Error(err)
	}
}

// Where Rancher doesn't tell who its user is, who created something doesn't
// count.
func TestLookWithoutAUser(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	failing(t, r, faults.Rule{Path: "/users", Fault: faults.Status, Status: http.StatusForbidden})
	failing(t, r, faults.Rule{Method: http.MethodPost, Path: "remoteaccounts", Fault: faults.ResetAfter})
	if said := acctest.Said(r.Protocol().Create(accountType, object{"type": "github"})); said != "" {
		t.Error(said)
	}
	if n := len(r.Listed("remoteaccounts")); n != 1 {
		t.Errorf("there are %d", n)
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
			server := around(t, r, nil, func(req *http.Request) {
				if req.Method == http.MethodPost {
					<-req.Context().Done() // the answer waits for the provider to give up
				}
			}).Protocol()
			if said := acctest.Said(server.Create(c.typeName, c.config)); said != "" {
				t.Error(said)
			}
			if n := len(r.Listed(c.in)); n != 1 {
				t.Errorf("there are %d", n)
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
	for _, text := range []string{"may nevertheless have done", "looked for, but that failed too", "The connection broke", "terraform import"} {
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

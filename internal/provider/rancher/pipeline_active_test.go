// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// A new pipeline is active or not from its first moment.
func TestPipelineIsCreatedInactive(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	steps(t,
		resource.TestStep{
			PreConfig: p.ForgetRequests,
			Config:    pipeline(p, `active = false`),
			Check: checks(
				p.CheckRequests(map[string]int{posts: 1, changesSent: 0}),
				onServer(p.Rancher, "pipelines", thePipeline, object{"active": false}),
				resource.TestCheckResourceAttr(thePipeline, "state", "inactive"),
			),
		},
		resource.TestStep{
			Config: pipeline(p), ConfigPlanChecks: updated(thePipeline),
			Check: checks(
				p.CheckRequests(map[string]int{puts: 0, "POST pipelines/.*": 1}),
				onServer(p.Rancher, "pipelines", thePipeline, object{"active": true}),
				resource.TestCheckResourceAttr(thePipeline, "state", "active"),
			),
		},
	)
}

// Somebody else switches it off or on: that is seen, and healed by one request.
func TestPipelineActiveDriftHeals(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	for active, act := range map[string]string{"true": "deactivate", "false": "activate"} {
		config := pipeline(p, `active = `+active, fullPipeline[0], fullPipeline[1])
		steps(t,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig: func() {
					p.Act("pipelines/"+onlyPipeline(t, p), act, nil)
					p.ForgetRequests()
				},
				Config: config, ConfigPlanChecks: updated(thePipeline),
				Check: checks(
					p.CheckRequests(map[string]int{puts: 0, actions: 1}),
					onServer(p.Rancher, "pipelines", thePipeline, object{"active": active == "true"}),
				),
			},
		)
	}
}

// A change of something else takes a second request, after which both are so.
func TestPipelineActiveChangesWithTheRest(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: p.ForgetRequests,
			Config:    pipeline(p, `active = false`, `display_name = "x"`), ConfigPlanChecks: updated(thePipeline),
			Check: checks(
				p.CheckRequests(map[string]int{puts: 1, actions: 1}),
				onServer(p.Rancher, "pipelines", thePipeline, object{"active": false, "displayName": "x"}),
			),
		},
	)
}

// The state can be older than what the server has, without a refresh or when
// somebody else was faster. A change says nothing about active; its answer tells.
func TestPipelineActiveIsComparedWithTheServer(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	for _, c := range []struct {
		name, act         string
		before, after     bool
		displayName       string
		puts, posts, gets int
	}{
		{"switched off since, and something else changes", "deactivate", true, true, "x", 1, 1, 0},
		{"switched off since, as planned", "deactivate", true, false, "app", 0, 1, 1},
		{"switched off since, as planned, and something else changes", "deactivate", true, false, "x", 1, 0, 0},
		{"switched on since, and something else changes", "activate", false, false, "x", 1, 1, 0},
		{"switched on since, as planned", "activate", false, true, "app", 0, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			attributes := func(id any, displayName string, active bool) object {
				config := soundPipeline()
				config["project_id"], config["id"], config["display_name"], config["active"] = p.ID, id, displayName, active
				if id != nil {
					config["state"] = map[bool]string{true: "active", false: "inactive"}[active]
					config["stages"] = []any{object{"name": "clone", "steps": []any{object{"type": "", "source_code": object{"repository": "", "remote_account_id": "", "branch": ""}}}}}
				}
				return config
			}
			id := p.Make(p.URL("pipelines"), object{"displayName": "app", "active": c.before, "stages": []any{
				object{"name": "clone", "steps": []any{object{"type": "sourcecode", "sourceCodeStepConfig": object{"repository": ""}}}},
			}})
			p.Act("pipelines/"+id, c.act, nil)
			p.ForgetRequests()
			state := attributes(id, "app", c.before)
			config := attributes(nil, c.displayName, c.after)
			proposed := attributes(id, c.displayName, c.after)
			now := p.Protocol().Update(pipelineType, state, config, proposed)
			if err := p.CheckRequests(map[string]int{puts: c.puts, actions: c.posts, "GET pipelines/.*": c.gets})(nil); err != nil {
				t.Error(err)
			}
			stored := p.Stored("pipelines/" + id)
			if active := at(stored, "spec", "active"); active != c.after {
				t.Errorf("on the server, active is %v", active)
			}
			if name := at(stored, "spec", "displayName"); name != c.displayName {
				t.Errorf("on the server, displayName is %v", name)
			}
			if got := plain(t, now["active"]); got != c.after {
				t.Errorf("in state, active is %v", got)
			}
			if got := plain(t, now["state"]); got != stored["state"] && c.before != c.after {
				t.Errorf("state is %v, on the server %v", got, stored["state"])
			}
		})
	}
}

// The answer to an activation got lost: it was made, or it wasn't.
func TestPipelineActivationWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	lose := func() {
		failing(t, r, faults.Rule{Method: http.MethodPost, Path: "/v3/pipelines/", Nth: 1, Fault: faults.ResetAfter})
	}
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: lose,
			Config:    pipeline(p, `active = false`),
			Check: checks(
				p.CheckRequests(map[string]int{actions: 1}),
				onServer(r, "pipelines", thePipeline, object{"active": false}),
				resource.TestCheckResourceAttr(thePipeline, "state", "inactive"),
			),
		},
	)
}

// A refused switch leaves the rest of the change in state, and says what it
// was about.
func TestPipelineSwitchIsRefused(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: func() {
				refusing(t, r, http.MethodPost, "/v3/pipelines/", http.StatusForbidden,
					`{"type":"error","baseType":"error","status":403,"code":"Forbidden","message":"pipelines is forbidden"}`)
			},
			Config:      pipeline(p, `active = false`, `display_name = "x"`),
			ExpectError: saying("Cannot deactivate pipeline p-", "pipelines is forbidden"),
		},
		resource.TestStep{
			PreConfig: func() {
				r.Sandbox.Faults().Clear()
				p.ForgetRequests()
			},
			Config: pipeline(p, `active = false`, `display_name = "x"`),
			Check: checks(
				p.CheckRequests(map[string]int{puts: 0, actions: 1}),
				onServer(r, "pipelines", thePipeline, object{"active": false, "displayName": "x"}),
			),
		},
	)
}

// Should a new pipeline not be as it was to be, it is switched. It is in state
// also when that fails.
func TestPipelineIsSwitchedAfterCreation(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	makeInactive := func() {
		id := newPipeline(p, "app")
		p.Act("pipelines/"+id, "deactivate", nil)
		body, err := json.Marshal(p.Stored("pipelines/" + id))
		if err != nil {
			t.Fatal(err)
		}
		refusing(t, r, http.MethodPost, "/pipelines$", http.StatusCreated, string(body))
		p.ForgetRequests()
	}
	config := pipeline(p, `stages = [{ name = "clone", steps = [{ type = "sourcecode", source_code = { repository = "https://git.example.com/app.git" } }] }]`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(), CheckDestroy: noPipelines(p),
		Steps: []resource.TestStep{
			{
				PreConfig: func() {
					makeInactive()
					failing(t, r, faults.Rule{Method: http.MethodPost, Path: "/v3/pipelines/", Nth: 1, Fault: faults.Status, Status: http.StatusBadGateway})
				},
				Config: config, ExpectError: saying("Cannot activate pipeline p-", "502 Bad Gateway"),
			},
			{
				PreConfig: func() {
					r.Sandbox.Faults().Clear()
					makeInactive()
				},
				Config: config, ConfigPlanChecks: replaced(thePipeline),
				Check: checks(
					p.CheckRequests(map[string]int{deletes: 1, posts: 1, actions: 1, puts: 0}),
					onServer(r, "pipelines", thePipeline, object{"active": true}),
				),
			},
		},
	})
}

// An answer as if it had been switched proves nothing when the pipeline then
// says otherwise.
func TestPipelineSwitchWithoutEffect(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	config := pipeline(p, `active = false`)
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: func() { refusing(t, r, http.MethodPost, "/v3/pipelines/", http.StatusOK, "null") },
			Config:    config, ExpectError: saying("Cannot deactivate pipeline p-", "it is still active"),
		},
		resource.TestStep{
			PreConfig: func() {
				r.Sandbox.Faults().Clear()
				body, err := json.Marshal(p.Stored("pipelines/" + onlyPipeline(t, p)))
				if err != nil {
					t.Fatal(err)
				}
				refusing(t, r, http.MethodPost, "/v3/pipelines/", http.StatusOK, string(body))
			},
			Config: config, ExpectError: saying("Cannot deactivate pipeline p-", "it is still active"),
		},
		resource.TestStep{
			PreConfig: r.Sandbox.Faults().Clear,
			Config:    config, ConfigPlanChecks: updated(thePipeline), Check: onServer(r, "pipelines", thePipeline, object{"active": false}),
		},
	)
}

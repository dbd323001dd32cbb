// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// finalizing starts a sandbox that takes a minute to delete something. The
// minute is over once the provider has looked at what it deletes.
func finalizing(t *testing.T) *acctest.Rancher {
	t.Helper()
	r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	deleted := map[string]bool{}
	var mu sync.Mutex
	r.Answered(func(req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case !strings.HasPrefix(req.UserAgent(), "terraform-provider-cicd/"):
		case req.Method == http.MethodDelete:
			deleted[req.URL.Path] = true
		case req.Method == http.MethodGet && deleted[req.URL.Path]:
			pass(t, r)
		}
	})
	return r
}

// pass lets the minute pass.
func pass(t *testing.T, r *acctest.Rancher) {
	if err := r.Sandbox.Clock().Advance(time.Minute); err != nil {
		t.Error(err)
	}
}

// going are the resources, each with the collection that it is in.
func going(r *acctest.Rancher) map[string]struct{ config, collection string } {
	return map[string]struct{ config, collection string }{
		configAddress:  {clusterConfig(r.NewCluster(), `name = "github"`, gitHub(secret)), "clusterpipelines"},
		accountAddress: {account(`display_name = "somename"`, `access_token = "secret"`), "remoteaccounts"},
	}
}

// A deletion takes as long as Rancher takes to finish it: it isn't over with the
// answer to the DELETE.
func TestDestroyWaitsUntilRancherIsDone(t *testing.T) {
	t.Parallel()
	for address := range going(finalizing(t)) {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			r := finalizing(t)
			c := going(r)[address]
			var id string
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				CheckDestroy: checks(func(*terraform.State) error {
					if left := r.Stored(c.collection + "/" + id); left != nil {
						return fmt.Errorf("still there: %v", left)
					}
					return nil
				}),
				Steps: []resource.TestStep{
					{Config: r.Config("%s", c.config), Check: func(s *terraform.State) (err error) { id, err = idOf(s, address); return err }},
				},
			})
		})
	}
}

// What somebody else has deleted, and Rancher hasn't finished to delete, is
// neither there nor gone: the plan says so, and the apply waits.
func TestWhatIsBeingDeletedIsReplacedWhenItIsGone(t *testing.T) {
	t.Parallel()
	for address := range going(finalizing(t)) {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			r := finalizing(t)
			c := going(r)[address]
			config := r.Config("%s", c.config)
			path := func(s *terraform.State) string {
				id, err := idOf(s, address)
				if err != nil {
					t.Error(err)
				}
				return c.collection + "/" + id
			}
			var stored string
			remember := func(s *terraform.State) error { stored = path(s); return nil }
			steps(t,
				resource.TestStep{Config: config, Check: remember},
				resource.TestStep{
					PreConfig: func() { r.Remove(stored) }, Config: config, ConfigPlanChecks: replaced(address),
					Check: func(s *terraform.State) error {
						if object := r.Stored(path(s)); object == nil || object["removed"] != nil {
							return fmt.Errorf("on the server: %v", object)
						}
						return nil
					},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
			)
		})
	}
}

// The plan's words for that.
func TestWhatIsBeingDeletedIsAWarning(t *testing.T) {
	t.Parallel()
	r := finalizing(t)
	cluster := r.NewCluster()
	config := r.Make("clusters/"+cluster+"/clusterpipelines", object{})
	account := r.NewAccount()
	r.Remove("clusterpipelines/" + config)
	r.Remove("remoteaccounts/" + account)
	server := r.Protocol()
	for typeName, c := range map[string]struct {
		id     string
		config object
	}{configType: {config, object{"cluster_id": cluster}}, accountType: {account, object{"type": "github"}}} {
		said := acctest.Said(server.PlanImported(typeName, c.id, c.config))
		for _, text := range []string{"WARNING: Rancher is deleting ", c.id, "It was deleted, by somebody else or by an earlier run", "waits until it is gone"} {
			if !strings.Contains(said, text) {
				t.Errorf("%s: said %q, want %q", typeName, said, text)
			}
		}
	}
}

// An apply that can't wait so long says what Rancher waits for, and the next
// one goes on.
func TestDestroyThatTakesTooLong(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	cluster := r.NewCluster()
	config := r.Config("%s", clusterConfig(cluster, `name = "github"`, `timeouts = { delete = "300ms" }`))
	steps(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, Destroy: true, ExpectError: saying("Cannot delete cluster pipeline configuration "+cluster+":github", "still removing", "timeouts")},
		resource.TestStep{PreConfig: func() { pass(t, r) }, Config: config, ConfigPlanChecks: created(configAddress)},
		resource.TestStep{
			PreConfig: func() {
				r.Answered(func(req *http.Request) {
					if req.Method == http.MethodDelete {
						pass(t, r)
					}
				})
			},
			Config: config, ConfigPlanChecks: unchanged,
		},
	)
}

// What has no state of its own is being removed all the same.
func TestDestroyOfAnAccountThatTakesTooLong(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	id := r.NewAccount()
	said := acctest.Said(r.Protocol().Destroy(accountType, object{"id": id, "type": "github", "timeouts": object{"delete": "300ms"}}))
	for _, text := range []string{"ERROR: Cannot delete remote account " + id, "it is still removing", "timeouts"} {
		if !strings.Contains(said, text) {
			t.Errorf("%q is not in: %s", text, said)
		}
	}
}

// Nothing can be made in what is being deleted. That is no lack of a role.
func TestCreateInWhatIsBeingDeleted(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	p := r.NewProject()
	r.Remove("projects/" + p.ID)
	config := soundPipeline()
	config["project_id"], config["active"] = p.ID, true
	said := acctest.Said(r.Protocol().Create(pipelineType, config))
	if !saying("Cannot create pipeline", `AttributeName("project_id")`, "Project "+p.ID+" is being deleted").MatchString(said) || strings.Contains(said, "role") {
		t.Error(said)
	}
}

// null is no page of something else's, and a change may have been made.
func TestNullForAChange(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	account := r.NewAccount()
	null := norman(200, "null")
	null.Path = "(?i)remoteaccounts"
	failing(t, r, null)
	server := r.Protocol()
	for name, said := range map[string]string{
		"DELETE": acctest.Said(server.Destroy(accountType, object{"id": account, "type": "github"})),
		"POST":   acctest.Said(server.Create(accountType, object{"type": "github"})),
	} {
		if !saying("ERROR: Cannot ", "Rancher answered "+name+" /v3/remote", "with null", "may nevertheless have done").MatchString(said) || strings.Contains(said, "sign-in") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

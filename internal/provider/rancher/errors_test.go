// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

// norman is an answer in the manner of Rancher's framework.
func norman(status int, body string) faults.Rule {
	return faults.Rule{System: "rancher", Fault: faults.Status, Status: status, Headers: map[string]string{"Content-Type": "application/json"}, Body: body}
}

// Nothing but the proof that the object is gone takes it out of the state: each
// of these answers is an error.
func TestStateIsKeptWithoutProofOfAbsence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule faults.Rule
		text string
	}{
		"401": {norman(401, `{"type":"error","status":"401","message":"must authenticate"}`), "must authenticate"},
		"403": {norman(403, `{"type":"error","status":403,"code":"Forbidden","message":"no"}`), "lacks a role"},
		"404 of a server without the type": {
			norman(404, `{"type":"error","status":404,"code":"NotFound","message":"failed to find schema clusterPipelines"}`), "doesn't have",
		},
		"404 of a proxy":    {norman(404, `{"error":"not found"}`), "404"},
		"page":              {faults.Rule{System: "rancher", Fault: faults.HTML}, "HTML page"},
		"500":               {norman(500, `{"type":"error","status":500,"code":"ServerError","message":"boom"}`), "boom"},
		"another object":    {norman(200, `{"id":"c-other:x","type":"clusterPipeline","spec":{}}`), "it is"},
		"another type":      {norman(200, `{"id":"x","type":"pipeline","spec":{}}`), "it is not a"},
		"an empty object":   {norman(200, `{}`), "it is not a"},
		"null":              {norman(200, "null"), "Rancher answered GET /v3/"},
		"cut-off":           {faults.Rule{System: "rancher", Fault: faults.Truncate}, "connection broke"},
		"lost":              {faults.Rule{System: "rancher", Fault: faults.ResetBefore}, "connection broke"},
		"to another server": {faults.Rule{System: "rancher", Fault: faults.Redirect, Headers: map[string]string{"Location": "https://elsewhere.example.com/"}}, "elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t)
			server := r.Protocol()
			for kind, o := range map[string]struct{ typeName, path, id string }{
				"cluster pipeline configuration": {configType, "clusterPipelines", r.Make("clusters/"+r.NewCluster()+"/clusterpipelines", object{})},
				"remote account":                 {accountType, "remoteAccounts", r.NewAccount()},
			} {
				rule := c.rule
				rule.Method, rule.Path = http.MethodGet, "(?i)"+o.path
				if err := r.Sandbox.Faults().Add(rule); err != nil {
					t.Fatal(err)
				}
				said := acctest.Said(server.Read(o.typeName, object{"id": o.id}))
				if !saying("ERROR: Cannot read "+kind+" "+o.id, c.text).MatchString(said) {
					t.Errorf("%s: %q", kind, said)
				}
				r.Sandbox.Faults().Clear()
				server.Succeeds(server.Read(o.typeName, object{"id": o.id}))
			}
		})
	}
}

// After such an error, a run finds everything as it was.
func TestStateIsKeptAfterAnError(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	config := r.Config("%s", clusterConfig(r.NewCluster(), `name = "github"`)+account(`display_name = "somename"`))
	steps(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := r.Sandbox.Faults().Add(norman(403, `{"type":"error","status":403,"code":"Forbidden","message":"no"}`)); err != nil {
					t.Fatal(err)
				}
			},
			Config: config, ExpectError: saying("Cannot read"),
		},
		resource.TestStep{PreConfig: r.Sandbox.Faults().Clear, Config: config, ConfigPlanChecks: unchanged},
	)
}

// What is there already is left alone, and the error says how to import it.
func TestCreateNeverTakesOver(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	r.Object(http.MethodPost, "clusters/"+cluster+"/clusterpipelines", object{
		"name": "github", "spec": object{"githubConfig": object{"clientID": "theirs", "clientSecret": "theirs"}},
	})
	steps(t,
		resource.TestStep{
			Config:      r.Config("%s", clusterConfig(cluster, `name = "github"`, gitHub(secret))),
			ExpectError: saying("Cannot create cluster pipeline configuration in cluster "+cluster, "left as it is", "terraform import <address> "+cluster+":github"),
		},
	)
	github := r.Stored("clusterpipelines/" + cluster + ":github")["spec"].(object)["githubConfig"].(object)
	if github["clientID"] != "theirs" {
		t.Errorf("on the server: %v", github)
	}
}

// A cluster that doesn't exist is told at its attribute, and nothing is made.
func TestCreateInAClusterThatDoesNotExist(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	steps(t, resource.TestStep{
		Config:      r.Config("%s", clusterConfig("c-none1", `name = "github"`)),
		ExpectError: saying("Cannot create cluster pipeline configuration in cluster c-none1", "cluster_id =", "There is no cluster c-none1"),
	})
	if made := r.Stored("clusterpipelines/c-none1:github"); made != nil {
		t.Errorf("made %v", made)
	}
}

// What the server refuses is told at the attribute that it names.
func TestRefusalIsToldAtTheAttribute(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	cluster := r.NewCluster()
	refused := norman(422, `{"type":"error","status":422,"code":"InvalidFormat","fieldName":"spec","message":"githubConfig=InvalidFormat 422: clientID=MissingRequired 422:"}`)
	refused.Method, refused.Path = http.MethodPost, "clusterpipelines"
	if err := r.Sandbox.Faults().Add(refused); err != nil {
		t.Fatal(err)
	}
	said := r.Protocol().Create(configType, object{"cluster_id": cluster, "github": object{"client_id": "a", "client_secret": "b"}})
	want := tftypes.NewAttributePath().WithAttributeName("github").WithAttributeName("client_id")
	if len(said) != 1 || !said[0].Attribute.Equal(want) || !strings.Contains(said[0].Detail, "spec.githubConfig.clientID is missing") {
		t.Error(acctest.Said(said))
	}
}

// What is deleted already needs no deletion.
func TestDestroyOfWhatIsGone(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	server := r.Protocol()
	for typeName, state := range map[string]object{
		configType: {"id": r.NewCluster() + ":gone", "cluster_id": "c", "name": "gone"}, accountType: {"id": "ra-gone", "type": "github"},
	} {
		if said := acctest.Said(server.Destroy(typeName, state)); said != "" {
			t.Errorf("%s: %s", typeName, said)
		}
	}
}

// A server that has another pipeline API, or none, is one clear error, and is
// asked no more than to tell. `dialect` overrides that.
func TestServersOfAnotherDialect(t *testing.T) {
	t.Parallel()
	for dialect, text := range map[string]string{
		"v2.0": "in another form", "v2.1": "files in the repository", "none": "no pipelines at all",
	} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherDialect = rancher.Dialect(dialect) })
			two := account() + `resource "cicd_rancher_remote_account" "other" { type = "github" }`
			steps(t,
				resource.TestStep{Config: r.Config("%s", two), ExpectError: saying("This server doesn't have the pipeline API", text, `dialect = "spec"`)},
				resource.TestStep{
					Config:      r.Provider(r.Token, `dialect = "spec"`) + account(),
					ExpectError: saying("Cannot create remote account", "404"),
				},
			)
			asked := map[string]int{"GET ": 1, "POST .*": 1, "POST remoteaccounts": 1, "GET project/schemas/pipelineSetting": 1}
			if dialect == "v2.0" {
				asked["GET project/schemas/pipelineSetting"] = 0
			}
			if err := r.CheckRequests(asked)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// What speaks this dialect is asked about it once a run, and not at all when
// the configuration says it.
func TestDialectIsFoundOutOnce(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	for settings, asked := range map[string]int{"": 1, `dialect = "spec"`: 0} {
		server := acctest.NewProtocol(t)
		block := map[string]any{"base_url": r.BaseURL, "token": r.Token, "max_retries": int64(0)}
		if settings != "" {
			block["dialect"] = "spec"
		}
		server.Succeeds(server.Configure(map[string]any{"rancher": block}))
		r.ForgetRequests()
		for range 3 {
			server.Succeeds(server.Create(accountType, object{"type": "github"}))
		}
		if err := r.CheckRequests(map[string]int{"GET ": asked, "GET .*": asked, "POST .*": 3})(nil); err != nil {
			t.Errorf("%q: %v", settings, err)
		}
	}
}

// A server that isn't a Rancher.
func TestServerThatIsNoRancher(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	for name, rule := range map[string]faults.Rule{
		"page": {System: "rancher", Fault: faults.HTML}, "nothing": {System: "rancher", Fault: faults.Status, Status: 404, Body: "404 page not found"},
		"other JSON": norman(200, `{"hello":"world"}`),
	} {
		if err := r.Sandbox.Faults().Add(rule); err != nil {
			t.Fatal(err)
		}
		said := acctest.Said(r.Protocol().Create(accountType, object{"type": "github"}))
		if !saying("ERROR: Cannot create remote account", "isn't Rancher's API", "Check base_url").MatchString(said) {
			t.Errorf("%s: %s", name, said)
		}
		r.Sandbox.Faults().Clear()
	}
}

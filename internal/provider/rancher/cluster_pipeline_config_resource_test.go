// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const (
	configType    = "cicd_rancher_cluster_pipeline_config"
	configAddress = configType + ".this"
)

// clusterConfig is the resource `this`.
func clusterConfig(cluster string, settings ...string) string {
	return fmt.Sprintf("resource %q \"this\" {\n  cluster_id = %q\n  %s\n}\n", configType, cluster, strings.Join(settings, "\n  "))
}

// gitHub is a github with a client id, and settings.
func gitHub(settings ...string) string {
	return "github = {\n    client_id = \"xxxxxx\"\n    " + strings.Join(settings, "\n    ") + "\n  }"
}

const secret = `client_secret = "xxxxxxxxx"`

func configOnServer(r *acctest.Rancher, github any) resource.TestCheckFunc {
	return onServer(r, "clusterpipelines", configAddress, object{"githubConfig": github})
}

// configPath is the API path of the cluster's one configuration.
func configPath(r *acctest.Rancher, cluster string) string {
	return "clusterpipelines/" + r.Listed("clusters/" + cluster + "/clusterpipelines")[0]["id"].(string)
}

// noConfigs checks that the cluster has no configuration left.
func noConfigs(r *acctest.Rancher, cluster string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := r.Listed("clusters/" + cluster + "/clusterpipelines"); len(left) > 0 {
			return fmt.Errorf("still there: %v", left)
		}
		return nil
	}
}

// attributes checks attributes of the resource at an address.
func attributes(address string, want map[string]string) resource.TestCheckFunc {
	var all []resource.TestCheckFunc
	for name, value := range want {
		all = append(all, resource.TestCheckResourceAttr(address, name, value))
	}
	return checks(all...)
}

// The document's own example: created, changed, changed by others, healed,
// imported and destroyed, each with no more requests than it takes.
func TestClusterPipelineConfigLife(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	config := func(github string) string { return r.Config("%s", clusterConfig(cluster, `name = "github"`, github)) }
	example := config(gitHub(`scheme = "https"`, `host = ""`, secret))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: checks(
			r.CheckRequests(map[string]int{"DELETE .*": 1, "DELETE clusterPipelines/" + cluster + ":github": 1}), noConfigs(r, cluster),
		),
		Steps: []resource.TestStep{
			{
				PreConfig: r.ForgetRequests, Config: example, ConfigPlanChecks: created(configAddress),
				Check: checks(
					r.CheckRequests(map[string]int{"POST .*": 1, "POST clusters/" + cluster + "/clusterpipelines": 1, "PUT .*": 0}),
					configOnServer(r, object{"scheme": "https", "host": "", "clientID": "xxxxxx"}),
					attributes(configAddress, map[string]string{
						"id": cluster + ":github", "name": "github", "cluster_id": cluster, "github.scheme": "https", "github.host": "", "github.client_secret": "xxxxxxxxx",
					}),
				),
			},
			{Config: example, ConfigPlanChecks: unchanged},
			{ResourceName: configAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"github.client_secret"}},
			{
				PreConfig: r.ForgetRequests, Config: config(gitHub(`scheme = "http"`, `host = "git.example.com"`, secret)), ConfigPlanChecks: updated(configAddress),
				Check: checks(
					r.CheckRequests(map[string]int{"PUT clusterPipelines/" + cluster + ":github": 1, "PUT .*": 1, "POST .*": 0, "DELETE .*": 0}),
					configOnServer(r, object{"scheme": "http", "host": "git.example.com", "clientID": "xxxxxx"}),
				),
			},
			{
				// What is left out is the server's default again.
				Config: config(gitHub(secret)), ConfigPlanChecks: updated(configAddress),
				Check: configOnServer(r, object{"scheme": "https", "host": "", "clientID": "xxxxxx"}),
			},
			{Config: config(gitHub(secret)), ConfigPlanChecks: unchanged},
			{
				PreConfig: func() {
					r.Change(configPath(r, cluster), object{"githubConfig": object{"scheme": "http", "host": "evil.example.com", "clientID": "theirs"}})
				},
				Config: config(gitHub(secret)), ConfigPlanChecks: updated(configAddress),
				Check: configOnServer(r, object{"scheme": "https", "host": "", "clientID": "xxxxxx"}),
			},
			{
				PreConfig: func() { r.Change(configPath(r, cluster), object{"githubConfig": nil}) },
				Config:    config(gitHub(secret)), ConfigPlanChecks: updated(configAddress),
				Check: configOnServer(r, object{"scheme": "https", "host": "", "clientID": "xxxxxx"}),
			},
			{Config: config(""), ConfigPlanChecks: updated(configAddress), Check: configOnServer(r, nil)},
			{Config: config(""), ConfigPlanChecks: unchanged},
			{
				PreConfig: func() {
					r.Change(configPath(r, cluster), object{"githubConfig": object{"clientID": "theirs", "clientSecret": "theirs"}})
				},
				Config: config(""), ConfigPlanChecks: updated(configAddress), Check: configOnServer(r, nil),
			},
			{
				PreConfig: func() { r.Remove(configPath(r, cluster)) },
				Config:    example, ConfigPlanChecks: created(configAddress), Check: configOnServer(r, object{"scheme": "https", "host": "", "clientID": "xxxxxx"}),
			},
			{PreConfig: r.ForgetRequests, Config: example, ConfigPlanChecks: unchanged},
		},
	})
}

// Without anything but the cluster: Rancher makes up a name.
func TestClusterPipelineConfigMinimal(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster, other := r.NewCluster(), r.NewCluster()
	config := r.Config("%s", clusterConfig(cluster))
	steps(t,
		resource.TestStep{Config: config, Check: checks(
			configOnServer(r, nil), resource.TestMatchResourceAttr(configAddress, "id", matching(cluster+":cp-[a-z0-9]{5}")),
			resource.TestMatchResourceAttr(configAddress, "name", matching("cp-[a-z0-9]{5}")), resource.TestCheckNoResourceAttr(configAddress, "github.scheme"),
		)},
		resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
		resource.TestStep{ResourceName: configAddress, ImportState: true, ImportStateVerify: true},
		// A name of its own, and another cluster, are other objects.
		resource.TestStep{Config: r.Config("%s", clusterConfig(cluster, `name = "own"`)), ConfigPlanChecks: replaced(configAddress)},
		resource.TestStep{Config: r.Config("%s", clusterConfig(cluster)), ConfigPlanChecks: unchanged},
		resource.TestStep{
			Config: r.Config("%s", clusterConfig(other, `name = "own"`)), ConfigPlanChecks: replaced(configAddress),
			Check: checks(noConfigs(r, cluster), attributes(configAddress, map[string]string{"id": other + ":own"})),
		},
	)
}

// The secret is sent when it is new or another one, and along with whatever
// else changes; nothing shows what the server has.
func TestClusterPipelineConfigSecret(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	r := acctest.SandboxRancher(t)
	cluster := r.NewCluster()
	config := func(settings ...string) string { return r.Config("%s", clusterConfig(cluster, gitHub(settings...))) }
	writeOnly := func(value string, version int, more ...string) string {
		return config(append(more, fmt.Sprintf("client_secret_wo = %q", value), fmt.Sprintf("client_secret_wo_version = %d", version))...)
	}
	sent := &sentBodies{}
	r.Sent(sent.add)
	secretSent := func(want string) resource.TestCheckFunc { return sent.check("clientSecret", want) }
	kept := []statecheck.StateCheck{noSecret("SECRET")}
	hidden := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		noSecret("SECRET"), plancheck.ExpectResourceAction(configAddress, plancheck.ResourceActionUpdate),
	}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config(), ExpectError: saying("GitHub application without a secret", "client_secret_wo")},
			{Config: config(`client_secret = ""`), ExpectError: saying("client_secret", "must not be empty")},
			{Config: config(`client_secret = "a"`, `client_secret_wo = "a"`, `client_secret_wo_version = 1`), ExpectError: saying("Invalid Attribute Combination")},
			{Config: config(`client_secret_wo = "a"`), ExpectError: saying("client_secret_wo_version")},
			{Config: config(`client_secret = "open-1"`), Check: secretSent("open-1")},
			{Config: config(`client_secret = "open-2"`), ConfigPlanChecks: updated(configAddress), Check: secretSent("open-2")},
			{Config: config(`client_secret = "open-2"`, `host = "h"`), ConfigPlanChecks: updated(configAddress), Check: secretSent("open-2")},
			{
				// Left out, it stays on the server, and leaves the state.
				PreConfig: r.ForgetRequests, Config: config(`host = "h"`), ConfigPlanChecks: updated(configAddress),
				Check: checks(r.CheckRequests(map[string]int{"PUT .*": 0}), secretSent(""), resource.TestCheckNoResourceAttr(configAddress, "github.client_secret")),
			},
			{Config: config(`host = ""`), ConfigPlanChecks: updated(configAddress), Check: secretSent("")},
			{Config: writeOnly("SECRET-1", 1), ConfigPlanChecks: hidden, ConfigStateChecks: kept, Check: secretSent("SECRET-1")},
			{Config: writeOnly("SECRET-2", 1), ConfigPlanChecks: unchanged, ConfigStateChecks: kept, Check: secretSent("")},
			{Config: writeOnly("SECRET-2", 2), ConfigPlanChecks: hidden, ConfigStateChecks: kept, Check: secretSent("SECRET-2")},
			{
				// Whoever put in another application put in its secret, too.
				PreConfig: func() {
					r.Change(configPath(r, cluster), object{"githubConfig": object{"clientID": "theirs", "clientSecret": "theirs"}})
					sent.take()
				},
				Config: writeOnly("SECRET-2", 2), ConfigPlanChecks: hidden, ConfigStateChecks: kept, Check: secretSent("SECRET-2"),
			},
			{
				PreConfig: func() {
					r.Change(configPath(r, cluster), object{"githubConfig": nil})
					sent.take()
				},
				Config: writeOnly("SECRET-2", 2), ConfigPlanChecks: hidden, ConfigStateChecks: kept, Check: secretSent("SECRET-2"),
			},
			{Config: writeOnly("SECRET-2", 2, `scheme = "http"`), ConfigPlanChecks: hidden, Check: secretSent("SECRET-2")},
		},
	})
}

// After an import nobody knows the secret: a configuration without it plans
// empty, one with it sends it.
func TestClusterPipelineConfigSecretAfterAnImport(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	id := r.Make("clusters/"+cluster+"/clusterpipelines", object{"githubConfig": object{"clientID": "xxxxxx", "clientSecret": "theirs"}})
	imports := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", configAddress, id)
	with := r.Config("%s", clusterConfig(cluster, gitHub(secret)))
	without := r.Config("%s", clusterConfig(cluster, gitHub()))
	steps(t,
		resource.TestStep{
			PreConfig: r.ForgetRequests, Config: without + imports,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(configAddress, plancheck.ResourceActionNoop)}},
			Check:            r.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}),
		},
		resource.TestStep{Config: without, ConfigPlanChecks: unchanged},
		resource.TestStep{PreConfig: r.ForgetRequests, Config: with, ConfigPlanChecks: updated(configAddress), Check: r.CheckRequests(map[string]int{"PUT .*": 1})},
		resource.TestStep{Config: with, ConfigPlanChecks: unchanged},
		// One that is gone needs its secret.
		resource.TestStep{Config: without, ConfigPlanChecks: updated(configAddress)},
		resource.TestStep{
			PreConfig: func() { r.Change("clusterpipelines/"+id, object{"githubConfig": nil}) }, Config: without,
			ExpectError: saying("GitHub application without a secret"),
		},
		resource.TestStep{Config: with, ConfigPlanChecks: updated(configAddress)},
	)
}

// What is certainly refused fails before anything is done, at its attribute.
func TestClusterPipelineConfigIsCheckedAtPlan(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	github := func(name string, value any) object {
		g := object{"client_id": "x", "client_secret": "y"}
		g[name] = value
		return object{"cluster_id": "c-abc12", "github": g}
	}
	for name, c := range map[string]struct {
		config object
		text   string
	}{
		"empty cluster":    {object{"cluster_id": ""}, "cluster_id"},
		"project":          {object{"cluster_id": "c-abc12:p-x"}, "must be a cluster's id"},
		"path":             {object{"cluster_id": "c/../x"}, "must be a cluster's id"},
		"upper case name":  {object{"cluster_id": "c-abc12", "name": "GitHub"}, "lower case"},
		"name with a dash": {object{"cluster_id": "c-abc12", "name": "github-"}, "hyphen"},
		"empty name":       {object{"cluster_id": "c-abc12", "name": ""}, "lower case"},
		"long name":        {object{"cluster_id": "c-abc12", "name": strings.Repeat("a", 254)}, "at most 253"},
		"scheme":           {github("scheme", "ftp"), `"https"`},
		"no client id":     {github("client_id", nil), "client_id"},
		"empty secret":     {github("client_secret", ""), "must not be empty"},
	} {
		if said := acctest.Said(server.Validate(configType, c.config)); !strings.Contains(said, "ERROR") || !strings.Contains(said, c.text) {
			t.Errorf("%s: %q", name, said)
		}
	}
	for name, config := range map[string]object{
		"minimal": {"cluster_id": "c-abc12"}, "name": {"cluster_id": "local", "name": "a-1"}, "empty client id": github("client_id", ""), "empty host": github("host", ""),
	} {
		if said := acctest.Said(server.Validate(configType, config)); said != "" {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// A github that is a whole of another resource isn't known at plan.
func TestClusterPipelineConfigThatIsKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	for name, github := range map[string]string{
		"all":     "github = terraform_data.x.output",
		"members": "github = {\n client_id = terraform_data.x.output.client_id\n client_secret = terraform_data.x.output.client_secret\n }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := r.Config("%s", clusterConfig(cluster, github)+`
resource "terraform_data" "x" {
  input = {
    scheme = null, host = null, client_id = "a", client_secret = "b", client_secret_wo = null, client_secret_wo_version = null
  }
}
`)
			steps(t,
				resource.TestStep{Config: config, Check: configOnServer(r, object{"scheme": "https", "host": "", "clientID": "a"})},
				resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
			)
		})
	}
}

// Out of the configuration by `removed`, it stays on the server.
func TestClusterPipelineConfigIsForgotten(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	steps(t,
		resource.TestStep{Config: r.Config("%s", clusterConfig(cluster, `name = "github"`))},
		resource.TestStep{
			PreConfig: r.ForgetRequests, Config: r.Config("%s", acctest.Forgotten(configAddress)),
			Check: checks(r.CheckRequests(map[string]int{"DELETE .*": 0}), func(*terraform.State) error {
				if r.Stored("clusterpipelines/"+cluster+":github") == nil {
					return fmt.Errorf("it is gone")
				}
				return nil
			}),
		},
	)
}

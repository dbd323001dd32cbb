// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// An example of an action is applied with a resource that triggers it, unless it has one.
func TestExampleActions(t *testing.T) {
	action := regexp.MustCompile(`(?m)^action "(\w+)" "(\w+)"`)
	for _, file := range examplesMatching(t, "actions/*/action*.tf") {
		t.Run(nameOf(file), func(t *testing.T) {
			configuration := read(t, file)
			if names := action.FindStringSubmatch(configuration); names == nil {
				t.Fatal("there is no action in it")
			} else if !strings.Contains(configuration, "action_trigger") {
				configuration += `
resource "terraform_data" "trigger" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.` + names[1] + "." + names[2] + `]
    }
  }
}
`
			}
			startDemoWorld(t, false)
			acted := countActions(t)
			t.Setenv("TF_ACC_PROVIDER_NAMESPACE", "terraform-provider-cicd")
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
				Steps: []resource.TestStep{{
					Config:          withRequirement(configuration),
					ConfigVariables: config.Variables{"deploy_key": config.StringVariable("a key")},
				}},
			})
			if acted.Load() == 0 {
				t.Error("nothing was asked of the server but to read")
			}
		})
	}
}

// countActions counts the requests to GitLab that do more than read. Each look at what a pipeline has come to moves the
// sandbox's clock, so that nobody has to wait for it.
func countActions(t *testing.T) *atomic.Int64 {
	t.Helper()
	world, err := url.Parse(os.Getenv("GITLAB_BASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	var count atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(world)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet:
			count.Add(1)
		case count.Load() > 0:
			response, err := http.Post(world.JoinPath("_sandbox/clock").String(), "application/json", strings.NewReader(`{"advance":"1m"}`))
			if err != nil {
				t.Error(err)
				break
			}
			_ = response.Body.Close()
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Setenv("GITLAB_BASE_URL", server.URL)
	return &count
}

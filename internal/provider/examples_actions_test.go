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

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// An example of an action is applied with a resource that triggers it, unless it has one.
func TestExampleActions(t *testing.T) {
	acctest.Needs(t, acctest.Actions)
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
			if strings.Contains(configuration, `"cicd_rancher_pipeline_activate"`) {
				deactivateDemoPipeline(t)
			}
			acted := countActions(t)
			t.Setenv("TF_ACC_PROVIDER_NAMESPACE", "terraform-provider-cicd")
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:          withRequirement(configuration),
					ConfigVariables: config.Variables{"deploy_key": config.StringVariable("a key"), "github_code": config.StringVariable("a code")},
				}},
			})
			if acted.Load() == 0 {
				t.Error("nothing was asked of the server but to read")
			}
		})
	}
}

// deactivateDemoPipeline makes the pipeline of the demo's Rancher what can be activated.
func deactivateDemoPipeline(t *testing.T) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, os.Getenv("RANCHER_URL")+"/v3/pipelines/p-app:build?action=deactivate", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("RANCHER_TOKEN_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("deactivating the pipeline: %s", response.Status)
	}
}

// countActions counts the requests that do more than read. Each look at what a pipeline has come to moves the
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
	for _, variable := range []string{"GITLAB_BASE_URL", "RANCHER_URL"} {
		t.Setenv(variable, server.URL)
	}
	return &count
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What the guide says in HCL makes what it shows as requests of Rancher's document.
func TestRancherGuide(t *testing.T) {
	p := acctest.SandboxRancher(t).NewProject()
	guide := read(t, guides+"rancher-pipelines-from-rest.md")
	guide = strings.ReplaceAll(strings.ReplaceAll(guide, "cluster-id:project-id", p.ID), "cluster-id", p.ClusterID)
	configuration := p.Config("")
	for _, block := range blocks(guide, "terraform") {
		if strings.HasPrefix(block, "resource ") {
			configuration += block
		}
	}
	requests := blocks(guide, "json")
	collections := []string{p.URL("pipelines"), "clusters/" + p.ClusterID + "/clusterpipelines", "remoteaccounts"}
	if len(requests) != len(collections) || strings.Count(configuration, "resource ") != len(collections) {
		t.Fatalf("the guide has %d requests, and this configuration:\n%s", len(requests), configuration)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: []resource.TestStep{{
		Config: configuration,
		ConfigVariables: config.Variables{
			"github_client_secret": config.StringVariable("a client secret"), "github_access_token": config.StringVariable("an access token"),
		},
		Check: func(*terraform.State) error {
			for i, collection := range collections {
				stored := p.Listed(collection)
				if len(stored) != 1 {
					return fmt.Errorf("%s are %d", collection, len(stored))
				}
				var want map[string]any
				if err := json.Unmarshal([]byte(requests[i]), &want); err != nil {
					return err
				}
				if err := holds(stored[0]["spec"], want["spec"], "spec"); err != nil {
					return err
				}
			}
			return nil
		},
	}}})
}

// hidden and given are what an answer doesn't have, and what it has another value for than the document.
var hidden, given = regexp.MustCompile(`\.(clientSecret|accessToken)$`), regexp.MustCompile(`\.(clusterName|projectName)$`)

// holds fails when what is stored lacks something of what is wanted.
func holds(stored, want any, at string) error {
	switch want := want.(type) {
	case map[string]any:
		members, _ := stored.(map[string]any)
		for name, value := range want {
			at := at + "." + name
			if _, ok := members[name]; ok == hidden.MatchString(at) {
				return fmt.Errorf("%s is there: %t", at, ok)
			}
			if hidden.MatchString(at) || given.MatchString(at) {
				continue
			}
			if err := holds(members[name], value, at); err != nil {
				return err
			}
		}
		return nil
	case []any:
		elements, _ := stored.([]any)
		if len(elements) != len(want) {
			return fmt.Errorf("%s has %d elements, want %d", at, len(elements), len(want))
		}
		for i := range want {
			if err := holds(elements[i], want[i], fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	}
	if !reflect.DeepEqual(stored, want) {
		return fmt.Errorf("%s is %v, want %v", at, stored, want)
	}
	return nil
}

// What the guide says in HCL makes what the request of Nautes' document makes.
func TestNautesGuide(t *testing.T) {
	t.Parallel()
	n := acctest.SandboxNautes(t, acctest.NautesV038) // which takes the document's destination
	called, applied := n.NewProduct(), n.NewProduct()
	guide := read(t, guides+"nautes-runtime-from-rest.md")
	request := strings.NewReplacer("HTTP://xxx.xxx.xxx.xxx:xxxxx", n.BaseURL, "xxxxxxxxxxxxxxxxxxxxxxxxxx", n.Token, "nautes-labs", called.Name).Replace(blocks(guide, "shell")[0])
	if _, err := curl(calls(t, request)[0]); err != nil {
		t.Fatal(err)
	}
	configuration := blocks(guide, "terraform")[0]
	configuration = configuration[strings.Index(configuration, "resource "):]
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: []resource.TestStep{{
		Config: applied.Config("%s", strings.ReplaceAll(configuration, "nautes-labs", applied.Name)),
		Check: func(*terraform.State) error {
			one, other := called.Runtime("api-server-pr"), applied.Runtime("api-server-pr")
			if one == nil || !reflect.DeepEqual(one, other) {
				return fmt.Errorf("the request made %v, and the configuration %v", one, other)
			}
			return nil
		},
	}}})
}

// The guide's resource runs a pipeline and waits for it.
func TestRunGuide(t *testing.T) {
	block := blocks(read(t, guides+"run-retry-cancel-pipelines.md.tmpl"), "terraform")[0]
	applyExample(t, resource.TestStep{Config: withRequirement(block)})
}

// The guide's import is that of the examples, which [TestExampleImports] applies.
func TestAdoptGuideShowsAnExample(t *testing.T) {
	shown := blocks(read(t, guides+"adopt-what-exists.md"), "terraform")
	folder := examples + "/resources/cicd_gitlab_pipeline_schedule/"
	example := read(t, folder+"import-by-string-id.tf") + "\n" + regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, folder+"resource.tf"), "")
	if last := shown[len(shown)-1]; last != example {
		t.Errorf("the guide shows\n%s\nand the example is\n%s", last, example)
	}
}

// What the guide on secrets says makes what it shows, and keeps no secret.
func TestSecretsGuide(t *testing.T) {
	acctest.Needs(t, acctest.WriteOnly)
	startDemoWorld(t, false)
	address, token := os.Getenv("GITLAB_BASE_URL"), os.Getenv("GITLAB_TOKEN")
	configuration := fmt.Sprintf(`provider "cicd" {
  gitlab  = { base_url = %[1]q, token = %[2]q }
  rancher = { base_url = %[1]q, token = %[2]q }
}
`, address, token)
	for _, block := range blocks(read(t, guides+"secrets-that-never-reach-state.md"), "terraform") {
		configuration += block
	}
	secrets := map[string]string{"deploy_key": "a-deploy-key", "github_client_secret": "a-client-secret", "github_token": "a-git-host-token"}
	w := newWorkspace(t, requirement+configuration, maps.Clone(secrets))
	output := w.run(true, "apply", "-auto-approve") + w.run(true, "plan")
	if !strings.Contains(output, "4 added") || !strings.Contains(output, "No changes") {
		t.Errorf("the guide's configuration isn't created, or isn't all:\n%s", output)
	}
	w.keepsSecrets(slices.Collect(maps.Keys(secrets)), output+w.state(), "output or state")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v4/projects/demo%2Fapp/pipeline_schedules/2", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("PRIVATE-TOKEN", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(answer), secrets["deploy_key"]) {
		t.Errorf("GitLab doesn't have the value: %s, %v", answer, err)
	}
}

// The README leads to the page of every type and function, and every page that it leads to is there.
func TestReadmeLeadsToEveryPage(t *testing.T) {
	readme := read(t, "../../README.md")
	pages, err := filepath.Glob("../../docs/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if link := strings.TrimPrefix(page, "../../"); !strings.Contains(readme, "]("+link+")") {
			t.Errorf("the README has no link to %s", link)
		}
	}
	for _, match := range regexp.MustCompile(`\]\((\w[^):#]*)\)`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat("../../" + match[1]); err != nil {
			t.Errorf("the README leads to %s: %v", match[1], err)
		}
	}
}

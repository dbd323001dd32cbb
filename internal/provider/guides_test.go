// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// blocks are a guide's pieces of code in a language.
func blocks(guide, language string) []string {
	var all []string
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(guide, -1) {
		all = append(all, match[1])
	}
	return all
}

// What the guide says in HCL makes what it shows as requests of Rancher's document.
func TestRancherGuide(t *testing.T) {
	p := acctest.SandboxRancher(t).NewProject()
	guide := read(t, "../../templates/guides/rancher-pipelines-from-rest.md")
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

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// names are the names of what a list of the product's runtimes finds.
func names(t *testing.T, server *acctest.Protocol, configuration map[string]any, limit int64) string {
	t.Helper()
	found, diagnostics := server.List(runtimeType, configuration, limit, false)
	server.Succeeds(diagnostics)
	var all []string
	for _, one := range found {
		if product, name := acctest.Text(one.Identity["product"]), acctest.Text(one.Identity["name"]); product != configuration["product"] || name != one.Name {
			t.Errorf("the identity of %s is %s/%s", one.Name, product, name)
		}
		all = append(all, one.Name)
	}
	return fmt.Sprint(all)
}

func TestRuntimeList(t *testing.T) {
	t.Parallel()
	p, server := threeRuntimes(t)
	for _, c := range []struct {
		selector any
		limit    int64
		want     string
	}{
		{nil, 0, "[build test-nightly test]"},
		{nil, 2, "[build test-nightly]"},
		{"project_name=test", 0, "[test-nightly test]"},
		{"project_name=test", 1, "[test-nightly]"},
		{"project=no-such", 0, "[]"},
	} {
		p.ForgetRequests()
		if got := names(t, server, map[string]any{"product": p.Name, "field_selector": c.selector}, c.limit); got != c.want {
			t.Errorf("%v up to %d: %s, want %s", c.selector, c.limit, got, c.want)
		}
		if requests := p.Requests(); len(requests) > 1 {
			t.Errorf("%v up to %d: requests %q", c.selector, c.limit, requests)
		}
	}
	_, diagnostics := server.List(runtimeType, map[string]any{"product": "no-such"}, 0, true)
	if said := acctest.Said(diagnostics); !saying("no product no-such").MatchString(said) {
		t.Errorf("it says %s", said)
	}
	_, diagnostics = server.List(runtimeType, map[string]any{"product": "a/b"}, 0, true)
	if !acctest.Failed(diagnostics) {
		t.Error("a product a/b was listed")
	}
}

// What is included has what a configuration needs, and nothing empty, on the
// first versions of Nautes, too.
func TestListedRuntimeIsWhatIsConfigured(t *testing.T) {
	t.Parallel()
	for _, version := range []string{acctest.NautesV042, acctest.NautesV038} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxNautes(t, version).NewProduct()
			steps(t, resource.TestStep{Config: p.Config("%s", runtime(p.Name)), Check: func(*terraform.State) error {
				server := p.Protocol()
				found, diagnostics := server.List(runtimeType, map[string]any{"product": p.Name}, 0, true)
				server.Succeeds(diagnostics)
				if len(found) != 1 {
					return fmt.Errorf("found %v", found)
				}
				for name, want := range map[string]string{
					"id": p.Name + "/api-server-pr", "product": p.Name, "name": "api-server-pr", "project": "api-server", "pipeline_source": "api-server", "isolation": "shared",
				} {
					if got := acctest.Text(found[0].Resource[name]); got != want {
						t.Errorf("%s is %s, want %s", name, got, want)
					}
				}
				for _, empty := range []string{"account", "hooks", "additional_resources", "timeouts"} {
					if !found[0].Resource[empty].IsNull() {
						t.Errorf("%s is %s", empty, found[0].Resource[empty])
					}
				}
				return nil
			}})
		})
	}
}

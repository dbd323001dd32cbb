// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

func dataSource(product, name string) string {
	return fmt.Sprintf("data %q \"this\" {\n  product = %q\n  name = %q\n}\n", runtimeType, product, name)
}

func TestRuntimeDataSource(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.NewRepository("lib-path", "Lib Display Name")
	config := p.Config("%s", strings.Replace(fmt.Sprintf(full, p.Name), `pipeline_source = "api-server"`, `pipeline_source = "lib-path"`, 1))
	const data = "data." + address
	steps(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config + dataSource(p.Name, "api-server-pr"), Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(data, "id", p.Name+"/api-server-pr"),
			resource.TestCheckResourceAttr(data, "pipeline_source", "Lib Display Name"),
			resource.TestCheckResourceAttr(data, "event_sources.1.calendar.schedule", "0 17 * * 1-5"),
			resource.TestCheckResourceAttr(data, "event_sources.1.calendar.exclusion_dates.0", "EXDATE:20260101T000000Z"),
			resource.TestCheckResourceAttr(data, "destination.namespace", "builds"),
			resource.TestCheckResourceAttr(data, "hooks.pre_hooks.0.vars.path", "/"),
			resource.TestCheckResourceAttr(data, "additional_resources.git.url", "https://git.example.com/m.git"),
			resource.TestCheckResourceAttr(data, "pipeline_triggers.1.revision", ""),
		)},
	)
}

// threeRuntimes are listed in the order of their files, test-nightly.yaml before
// test.yaml.
func threeRuntimes(t *testing.T) (*acctest.Product, *acctest.Protocol) {
	t.Helper()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	for i, name := range []string{"build", "test", "test-nightly"} {
		body := stored()
		body["pipelines"] = []any{object{"name": "build", "path": fmt.Sprintf("pipelines/%d", i)}}
		p.Save(name, body, false)
	}
	return p, p.Protocol()
}

func TestRuntimesDataSource(t *testing.T) {
	t.Parallel()
	p, server := threeRuntimes(t)
	for selector, want := range map[string]string{
		"":                                      "[build test-nightly test]",
		"project=api":                           "[build test-nightly test]",
		"project_name=test":                     "[test-nightly test]",
		"project=api-server,project_name=build": "[build]",
		"project=web":                           "[]",
		"pipeline_triggers.pipeline=build":      "[build test-nightly test]",
	} {
		arguments := object{"product": p.Name}
		if selector != "" {
			arguments["field_selector"] = selector
		}
		data, diagnostics := server.Data("cicd_nautes_project_pipeline_runtimes", arguments)
		server.Succeeds(diagnostics)
		var runtimes []tftypes.Value
		if err := data["project_pipeline_runtimes"].As(&runtimes); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range runtimes {
			members := map[string]tftypes.Value{}
			if err := r.As(&members); err != nil {
				t.Fatal(err)
			}
			names = append(names, acctest.Text(members["name"]))
		}
		if got := fmt.Sprint(names); got != want {
			t.Errorf("field_selector %q finds %s, want %s", selector, got, want)
		}
	}
}

func TestRuntimesDataSourceErrors(t *testing.T) {
	t.Parallel()
	p, server := threeRuntimes(t)
	for _, c := range []struct {
		kind      string
		arguments object
		texts     []string
	}{
		{runtimeType, object{"product": p.Name, "name": "nope"}, []string{"Cannot read project pipeline runtime " + p.Name + "/nope", "no runtime with this name", `AttributeName("name")`}},
		{runtimeType, object{"product": "no-such", "name": "nope"}, []string{"There is no product no-such", `AttributeName("product")`}},
		{runtimeType + "s", object{"product": "no-such"}, []string{"Cannot list the project pipeline runtimes of product no-such", "There is no product no-such"}},
		{runtimeType + "s", object{"product": p.Name, "field_selector": "destination=env"}, []string{"failed to match resource"}},
		{runtimeType + "s", object{"product": p.Name, "field_selector": "nope=env"}, []string{"failed to get selector"}},
		{runtimeType + "s", object{"product": "a/b"}, []string{"must not be empty"}},
	} {
		_, diagnostics := server.Data(c.kind, c.arguments)
		errors := said(diagnostics, tfprotov6.DiagnosticSeverityError)
		for _, text := range c.texts {
			if len(errors) != 1 || !strings.Contains(errors[0], text) {
				t.Errorf("%s %v: %q, want %q", c.kind, c.arguments, errors, text)
			}
		}
	}
}

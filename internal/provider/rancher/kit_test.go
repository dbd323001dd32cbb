// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

type object = map[string]any

// steps runs the steps of a test, and destroys what they left. A step that only
// plans does so twice: from the state as it is, and refreshed.
func steps(t *testing.T, all ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: all})
}

// planned expects what is planned for the resource at an address.
func planned(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func created(address string) resource.ConfigPlanChecks {
	return planned(address, plancheck.ResourceActionCreate)
}

func updated(address string) resource.ConfigPlanChecks {
	return planned(address, plancheck.ResourceActionUpdate)
}

func replaced(address string) resource.ConfigPlanChecks {
	return planned(address, plancheck.ResourceActionDestroyBeforeCreate)
}

var unchanged = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

var saying = acctest.Saying

// idOf is the id in state of the resource at an address.
func idOf(s *terraform.State, address string) (string, error) {
	r := s.RootModule().Resources[address]
	if r == nil {
		return "", fmt.Errorf("the state has no %s", address)
	}
	return r.Primary.Attributes["id"], nil
}

// onServer checks members of the object that the resource at an address is, as
// the server shows it: those of its spec. collection is where it is, as in
// `pipelines`; nil is a member that isn't there or is null.
func onServer(r *acctest.Rancher, collection, address string, want object) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		id, err := idOf(s, address)
		if err != nil {
			return err
		}
		stored := r.Stored(collection + "/" + id)
		if stored == nil {
			return fmt.Errorf("the server has no %s", id)
		}
		spec := withoutTypes(stored["spec"]).(object)
		for name, value := range want {
			if !reflect.DeepEqual(spec[name], value) {
				return fmt.Errorf("on the server, %s is %v, want %v", name, spec[name], value)
			}
		}
		return nil
	}
}

// withoutTypes takes out the schema ids that the server puts into nested
// objects.
func withoutTypes(v any) any {
	switch v := v.(type) {
	case object:
		clean := object{}
		for name, member := range v {
			if text, ok := member.(string); name != "type" || !ok || len(text) < 4 || text[:4] != "/v3/" {
				clean[name] = withoutTypes(member)
			}
		}
		return clean
	case []any:
		clean := make([]any, len(v))
		for i := range v {
			clean[i] = withoutTypes(v[i])
		}
		return clean
	}
	return v
}

// checks are several checks, all of which are made.
func checks(all ...resource.TestCheckFunc) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(all...)
}

func matching(pattern string) *regexp.Regexp { return regexp.MustCompile("^" + pattern + "$") }

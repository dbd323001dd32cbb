// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// A replacement deletes first. What can't be made anew afterwards is not
// deleted: the plan fails, if it is certain that the new parent isn't there.
func TestPlanRefusesToMoveToAParentThatIsNotThere(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p, other := r.NewProject(), r.NewProject()
	noProject := p.ClusterID + ":p-nnnnn"
	settings := soundPipeline()
	delete(settings, "project_id")
	for _, c := range []struct {
		typeName, parent, collection  string
		present, another, absent, way string
		settings                      object
	}{
		{pipelineType, "project_id", "projects", p.ID, other.ID, noProject, "There is no project " + noProject, settings},
		{configType, "cluster_id", "clusters", p.ClusterID, other.ClusterID, "c-nnnnn", "There is no cluster c-nnnnn", object{"name": "github"}},
	} {
		plan := func(from, to any) []*tfprotov6.Diagnostic {
			config, state := maps.Clone(c.settings), maps.Clone(c.settings)
			config[c.parent] = to
			var was object
			if from != nil {
				state[c.parent], state["id"], state["state"] = from, "p-x1y2z:p-abcde", "active"
				was = state
			}
			proposed := maps.Clone(config)
			proposed["id"], proposed["state"] = state["id"], state["state"]
			r.ForgetRequests()
			return r.Protocol().Plan(c.typeName, was, config, proposed)
		}
		looks := func(what string, want int) {
			t.Helper()
			looked := 0
			for _, request := range r.Requests() {
				if strings.HasPrefix(request, "GET "+c.collection+"/") {
					looked++
				}
			}
			if looked != want {
				t.Errorf("%s: a plan that %s sent %q", c.typeName, what, r.Requests())
			}
		}

		diagnostics := plan(c.present, c.absent)
		said := acctest.Said(diagnostics)
		at := tftypes.NewAttributePath().WithAttributeName(c.parent)
		if len(diagnostics) != 1 || !diagnostics[0].Attribute.Equal(at) || !saying("ERROR: "+c.way, "p-x1y2z:p-abcde", "Check "+c.parent).MatchString(said) {
			t.Errorf("%s: %s", c.typeName, said)
		}
		looks("moves to nowhere", 1)
		unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		for what, way := range map[string]struct {
			from, to any
			looks    int
		}{
			"moves": {c.present, c.another, 1}, "stays": {c.absent, c.absent, 0}, "moves who knows where": {c.present, unknown, 0}, "creates": {nil, c.absent, 0},
		} {
			if diagnostics := plan(way.from, way.to); acctest.Failed(diagnostics) {
				t.Errorf("%s: a plan that %s fails: %s", c.typeName, what, acctest.Said(diagnostics))
			}
			looks(what, way.looks)
		}

		// Whatever else goes wrong proves nothing.
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError} {
			failing(t, r, faults.Rule{Method: http.MethodGet, Path: "/v3/" + c.collection + "/", Fault: faults.Status, Status: status, Body: "no"})
			if diagnostics := plan(c.present, c.absent); acctest.Failed(diagnostics) {
				t.Errorf("%s: after a %d, a plan fails: %s", c.typeName, status, acctest.Said(diagnostics))
			}
			r.Sandbox.Faults().Clear()
		}
	}
}

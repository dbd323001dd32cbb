// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// What isn't proof that the pipeline is gone leaves the state as it is.
func TestPipelineIsNotLostByErrors(t *testing.T) {
	t.Parallel()
	const one = "/v3/(projects/[^/]+/)?pipelines"
	asJSON := map[string]string{"Content-Type": "application/json"}
	for name, c := range map[string]struct {
		rule faults.Rule
		says []string
	}{
		"no permission": {
			faults.Rule{Fault: faults.Status, Status: http.StatusForbidden, Headers: asJSON,
				Body: `{"type":"error","baseType":"error","status":403,"code":"Forbidden","message":"pipelines is forbidden"}`},
			[]string{"Cannot read pipeline p-", "pipelines is forbidden"},
		},
		"another token": {
			faults.Rule{Fault: faults.Status, Status: http.StatusUnauthorized, Headers: asJSON, Body: `{"type":"error","status":"401","message":"must authenticate"}`},
			[]string{"Cannot read pipeline p-", "must authenticate", "Check the token"},
		},
		"another server": {faults.Rule{Fault: faults.Status, Status: http.StatusNotFound, Body: "404 page not found"}, []string{"Cannot read pipeline p-"}},
		"no such type": {
			faults.Rule{Fault: faults.Status, Status: http.StatusNotFound, Headers: asJSON,
				Body: `{"type":"error","baseType":"error","status":404,"code":"NotFound","message":"failed to find schema pipelines"}`},
			[]string{"Cannot read pipeline p-"},
		},
		"a failing server": {faults.Rule{Fault: faults.Status, Status: http.StatusBadGateway}, []string{"Cannot read pipeline p-", "502 Bad Gateway"}},
		"a sign-in page":   {faults.Rule{Fault: faults.HTML}, []string{"Cannot read pipeline p-"}},
		"half an answer":   {faults.Rule{Fault: faults.Truncate}, []string{"Cannot read pipeline p-"}},
		"another object":   {faults.Rule{Fault: faults.Status, Status: http.StatusOK, Headers: asJSON, Body: `{"id":"p-1:p-2","type":"pipeline","spec":{}}`}, []string{"Cannot read pipeline p-"}},
		"null":             {faults.Rule{Fault: faults.Status, Status: http.StatusOK, Headers: asJSON, Body: "null"}, []string{"Cannot read pipeline p-", "with null"}},
		"any object":       {faults.Rule{Fault: faults.Status, Status: http.StatusOK, Headers: asJSON, Body: `{}`}, []string{"Cannot read pipeline p-"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acctest.SandboxRancher(t)
			p := r.NewProject()
			c.rule.Method, c.rule.Path = http.MethodGet, one
			steps(t,
				resource.TestStep{Config: pipeline(p)},
				resource.TestStep{PreConfig: func() { failing(t, r, c.rule) }, Config: pipeline(p), ExpectError: saying(c.says...)},
				resource.TestStep{PreConfig: r.Sandbox.Faults().Clear, Config: pipeline(p), ConfigPlanChecks: unchanged},
			)
		})
	}
}

// The server's refusals are told at the attribute.
func TestPipelineRefusalsAreTold(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	steps(t,
		resource.TestStep{
			Config:      pipeline(&acctest.RancherProject{Rancher: r, ID: "c-nope1:p-nope1"}),
			ExpectError: saying("Cannot create pipeline in project c-nope1:p-nope1", `project_id = "c-nope1:p-nope1"`, "There is no project"),
		},
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: func() {
				refusing(t, r, http.MethodPut, "/v3/pipelines/", http.StatusUnprocessableEntity,
					`{"type":"error","baseType":"error","status":422,"code":"InvalidFormat","fieldName":"spec","message":"stages=InvalidFormat 422: name=MissingRequired 422:"}`)
			},
			Config:      pipeline(p, `display_name = "x"`),
			ExpectError: saying("Cannot update pipeline p-", "stages = [", "spec.stages.name is missing"),
		},
		resource.TestStep{
			PreConfig: r.Sandbox.Faults().Clear,
			Config:    pipeline(p, `display_name = "x"`), ConfigPlanChecks: updated(thePipeline),
			Check: onServer(r, "pipelines", thePipeline, object{"displayName": "x"}),
		},
	)
}

// What the server is doing to the pipeline after a change is no error, although
// the plan couldn't know of it.
func TestPipelineStateMovesOn(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: func() {
				answer := p.Stored("pipelines/" + onlyPipeline(t, p))
				answer["state"], answer["transitioning"], answer["spec"].(object)["displayName"] = "updating", "yes", "x"
				body, err := json.Marshal(answer)
				if err != nil {
					t.Fatal(err)
				}
				refusing(t, r, http.MethodPut, "/v3/pipelines/", http.StatusOK, string(body))
			},
			Config: pipeline(p, `display_name = "x"`), ExpectNonEmptyPlan: true,
			Check: resource.TestCheckResourceAttr(thePipeline, "display_name", "x"),
		},
		resource.TestStep{PreConfig: r.Sandbox.Faults().Clear, Config: pipeline(p, `display_name = "x"`)},
	)
}

// A pipeline that is gone when it is to be changed or deleted.
func TestPipelineIsGone(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{
			PreConfig: func() { p.Remove("pipelines/" + onlyPipeline(t, p)) },
			Config:    pipeline(p), ConfigPlanChecks: created(thePipeline),
		},
		resource.TestStep{
			Config: pipeline(p),
			Check: func(*terraform.State) error {
				p.Remove("pipelines/" + onlyPipeline(t, p))
				return nil
			},
			ExpectNonEmptyPlan: true,
		},
	)
}

// A server takes its time to delete: an apply waits for that, also when
// somebody else began it.
func TestPipelineThatIsBeingDeleted(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute })
	p := r.NewProject()
	finishDeletions(t, r)
	var first string
	steps(t,
		resource.TestStep{
			Config: pipeline(p),
			Check: func(s *terraform.State) (err error) {
				first, err = idOf(s, thePipeline)
				return err
			},
		},
		resource.TestStep{
			PreConfig:        func() { p.Remove("pipelines/" + first) },
			Config:           pipeline(p),
			ConfigPlanChecks: planned(thePipeline, plancheck.ResourceActionDestroyBeforeCreate),
			Check: func(s *terraform.State) error {
				if now, err := idOf(s, thePipeline); err != nil || now == first {
					return errors.Join(err, errors.New("the pipeline is the one that was deleted"))
				}
				return nil
			},
		},
	)
}

// finishDeletions lets the time pass that the server takes to delete, as soon
// as the provider has asked it to.
func finishDeletions(t *testing.T, r *acctest.Rancher) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	t.Cleanup(look.Stop)
	go func() {
		for {
			select {
			case <-t.Context().Done():
				return
			case <-look.C:
			}
			if slices.ContainsFunc(r.Requests(), func(request string) bool { return strings.HasPrefix(request, "DELETE ") }) {
				_ = r.Sandbox.Clock().Advance(time.Minute)
			}
		}
	}()
}

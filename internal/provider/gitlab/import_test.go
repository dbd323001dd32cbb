// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const (
	scheduleType = "cicd_gitlab_pipeline_schedule"
	variableType = "cicd_gitlab_pipeline_schedule_variable"
)

// importable is what a user may want to import: a configuration of `this`, the
// id of what it describes, and the same as GitLab has it already.
type importable struct {
	address string
	config  func(project string, schedule int64) string
	id      func(project string, schedule int64) string
}

func importables() map[string]importable {
	scheduleID := func(project string, schedule int64) string { return fmt.Sprintf("%s:%d", project, schedule) }
	return map[string]importable{
		"minimal schedule": {address, func(project string, _ int64) string { return fmt.Sprintf(minimalSchedule, project) }, scheduleID},
		"full schedule": {address, func(project string, _ int64) string {
			// Timeouts are in no server, so no import can bring them.
			return strings.Replace(fmt.Sprintf(fullSchedule, project), `timeouts = { create = "5m" }`, "", 1)
		}, scheduleID},
		"variable": {
			variableAddress,
			func(project string, schedule int64) string {
				return variableConfig(project, schedule, "value = \"v1\"\n  variable_type = \"file\"")
			},
			func(project string, schedule int64) string { return fmt.Sprintf("%s:%d:TARGET", project, schedule) },
		},
	}
}

// make makes it on the server and returns the schedule's id.
func (i importable) make(p *acctest.Project, name string) int64 {
	switch name {
	case "variable":
		schedule := p.NewSchedule(p.Token, nil)
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", schedule),
			map[string]any{"key": "TARGET", "value": "v1", "variable_type": "file"})
		return schedule
	case "minimal schedule":
		return p.NewSchedule(p.Token, map[string]any{"description": "Build packages"})
	}
	schedule := p.NewSchedule(p.Token, map[string]any{
		"description": "Build packages", "cron_timezone": "Asia/Tokyo", "active": false,
		"inputs": []any{
			map[string]any{"name": "environment", "value": "staging"}, map[string]any{"name": "replicas", "value": 3},
			map[string]any{"name": "dry_run", "value": true}, map[string]any{"name": "regions", "value": []string{"eu", "us"}},
		},
	})
	for _, variable := range []map[string]any{
		{"key": "DEPLOY_ENV", "value": "staging"}, {"key": "KUBECONFIG", "value": "apiVersion: v1", "variable_type": "file"},
	} {
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", schedule), variable)
	}
	return schedule
}

// An import block plans nothing but the import: by the project's path and its
// number, with a configuration that was there, and with a generated one.
func TestImportByID(t *testing.T) {
	t.Parallel()
	for name, i := range importables() {
		for _, spelling := range []string{"path", "number"} {
			t.Run(name+" by "+spelling, func(t *testing.T) {
				t.Parallel()
				p := acctest.NewGitLab(t).NewProject()
				project := p.Path
				if spelling == "number" {
					project = fmt.Sprint(p.ID)
				}
				block := resource.TestStep{ResourceName: i.address, ImportState: true, ImportStateKind: resource.ImportBlockWithID}
				all := []resource.TestStep{{Config: p.Config("%s", i.config(project, p.NewSchedule(p.Token, nil)))}, block}
				if acctest.Has(acctest.Generation) {
					block.GenerateConfig = true
					all = append(all, block)
				}
				steps(t, all...)
			})
		}
	}
}

// What an import brought stays as it is when it is applied.
func TestImportIsFollowedByAnEmptyPlan(t *testing.T) {
	t.Parallel()
	for name, i := range importables() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewGitLab(t).NewProject()
			schedule := i.make(p, name)
			p.ForgetRequests()
			steps(t, resource.TestStep{
				Config: p.Config("%s\nimport {\n  to = %s\n  id = %q\n}\n", i.config(p.Path, schedule), i.address, i.id(p.Path, schedule)),
				Check:  p.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}),
			})
		})
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Identity)
	for name, i := range importables() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewGitLab(t).NewProject()
			schedule := p.NewSchedule(p.Token, nil)
			block := resource.TestStep{ResourceName: i.address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity}
			generated := block
			generated.GenerateConfig = true
			steps(t, resource.TestStep{Config: p.Config("%s", i.config(fmt.Sprint(p.ID), schedule))}, block, generated)
		})
	}
}

// By id or by identity, an import finds the same object, and gives it the same
// identity.
func TestImportsAgree(t *testing.T) {
	t.Parallel()
	for name, i := range importables() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			schedule := i.make(p, name)
			server := p.Protocol()
			typeName, identity := scheduleType, map[string]any{"project_id": p.ID, "pipeline_schedule_id": schedule}
			if name == "variable" {
				typeName, identity["key"] = variableType, "TARGET"
			}
			byIdentity, one := server.Import(typeName, "", identity)
			byNumber, two := server.Import(typeName, i.id(fmt.Sprint(p.ID), schedule), nil)
			byPath, three := server.Import(typeName, i.id(p.Path, schedule), nil)
			equal(t, "identities", one, two)
			equal(t, "identities", one, three)
			equal(t, "states", byIdentity, byNumber)
			if got := acctest.Text(byPath["project"]); got != p.Path {
				t.Errorf("the project of an import by path is %s", got)
			}
			for _, own := range []string{"project", "id"} {
				delete(byNumber, own)
				delete(byPath, own)
			}
			equal(t, "states", byNumber, byPath)
		})
	}
}

func equal(t *testing.T, what string, a, b map[string]tftypes.Value) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s differ: %v and %v", what, a, b)
	}
	for name := range a {
		if !a[name].Equal(b[name]) {
			t.Errorf("%s differ in %s: %s and %s", what, name, a[name], b[name])
		}
	}
}

func TestImportExplainsAnIDThatNamesNothing(t *testing.T) {
	t.Parallel()
	g := acctest.SandboxGitLab(t)
	server := g.Protocol()
	for _, c := range []struct{ typeName, id, want string }{
		{scheduleType, "13", "<project>:<schedule id>"},
		{scheduleType, "a:b:c", "<project>:<schedule id>"},
		{scheduleType, "app:13", `"app" is no project`},
		{scheduleType, ":13", `"" is no project`},
		{scheduleType, "group/app:", `"" is no schedule id`},
		{scheduleType, "group/app:-1", `"-1" is no schedule id`},
		{scheduleType, "group/app:99999999999999999999", "is no schedule id"},
		{variableType, "29:13", "<project>:<schedule id>:<key>"},
		{variableType, "29:13:NOT-A-KEY", "<project>:<schedule id>:<key>"},
		{variableType, "app:13:KEY", `"app" is no project`},
		{variableType, "29:x:KEY", `"x" is no schedule id`},
	} {
		resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, ID: c.id})
		if err != nil {
			t.Fatal(err)
		}
		if said := acctest.Said(resp.Diagnostics); !strings.Contains(said, "ERROR: Unusable import id") || !strings.Contains(said, c.want) {
			t.Errorf("%s %q: %s", c.typeName, c.id, said)
		}
	}
	if requests := g.Requests(); len(requests) > 0 {
		t.Errorf("GitLab was asked: %q", requests)
	}
}

func TestImportOfWhatDoesNotExistFails(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	schedule := p.NewSchedule(p.Token, nil)
	missing := func(address, id string, texts ...string) resource.TestStep {
		return resource.TestStep{
			Config:       p.Config("%s%s", fmt.Sprintf(minimalSchedule, p.Path), variableConfig(p.Path, schedule, `value = "x"`)),
			ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: saying(texts...),
		}
	}
	steps(t,
		missing(address, p.Path+":999999999", "Cannot import non-existent remote object"),
		missing(variableAddress, fmt.Sprintf("%s:%d:TARGET", p.Path, schedule), "Cannot import non-existent remote object"),
		missing(variableAddress, p.Path+":999999999:TARGET", "Cannot import non-existent remote object"),
		missing(address, "no/such:1", "Cannot import pipeline schedule (no/such:1)", "404 Project Not Found"),
		missing(variableAddress, "no/such:1:TARGET", "Cannot import pipeline schedule variable (no/such:1:TARGET)", "404 Project Not Found"),
	)
}

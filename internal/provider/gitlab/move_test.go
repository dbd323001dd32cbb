// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	acc "github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// A `moved` block brings a schedule and its variable over from gitlabhq/gitlab
// without touching either, and nothing is left to do.
func TestMoveFromTheGitLabProvider(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Moves)
	for _, ref := range []string{"main", "refs/heads/main"} {
		for _, spelling := range []string{"path", "number"} {
			t.Run(ref+" "+spelling, func(t *testing.T) {
				t.Parallel()
				p := acctest.NewGitLab(t).NewProject()
				project := p.Path
				if spelling == "number" {
					project = fmt.Sprint(p.ID)
				}
				id := p.NewSchedule(p.Token, map[string]any{"description": "Build packages", "ref": ref})
				p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "TARGET", "value": "v1"})
				before := fmt.Sprintf(`
resource "gitlab_pipeline_schedule" "old" {
  id             = "%[1]s:%[2]d"
  project        = %[1]q
  take_ownership = true
}
resource "gitlab_pipeline_schedule_variable" "old" {
  id      = "%[1]s:%[2]d:TARGET"
  project = %[1]q
}
`, project, id)
				after := schedule(project, fmt.Sprintf("ref = %q", ref), "take_ownership = true") + variableConfig(project, id, `value = "v1"`) + `
moved {
  from = gitlab_pipeline_schedule.old
  to   = cicd_gitlab_pipeline_schedule.this
}
moved {
  from = gitlab_pipeline_schedule_variable.old
  to   = cicd_gitlab_pipeline_schedule_variable.this
}
`
				providers := acctest.Providers()
				providers["gitlab"] = providerserver.NewProtocol6WithError(otherProvider{})
				acc.Test(t, acc.TestCase{
					ProtoV6ProviderFactories: providers,
					Steps: []acc.TestStep{
						{Config: before},
						{
							PreConfig:        p.ForgetRequests,
							Config:           p.Config("%s", after),
							ConfigPlanChecks: unchanged,
							Check: acc.ComposeAggregateTestCheckFunc(
								p.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}),
								acc.TestCheckResourceAttr(address, "id", fmt.Sprintf("%s:%d", project, id)),
								acc.TestCheckResourceAttr(address, "project_id", fmt.Sprint(p.ID)),
								acc.TestCheckResourceAttr(variableAddress, "value", "v1"),
							),
						},
					},
				})
			})
		}
	}
}

// otherProvider has the source types, with as much of them as a move looks at,
// and keeps what it is given.
type otherProvider struct{}

func (otherProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "gitlab"
}
func (otherProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (otherProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (otherProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (otherProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return otherResource("gitlab_pipeline_schedule") },
		func() resource.Resource { return otherResource("gitlab_pipeline_schedule_variable") },
	}
}

type otherResource string

func (r otherResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = string(r)
}

func (otherResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Required: true}, "project": schema.StringAttribute{Required: true},
		"take_ownership": schema.BoolAttribute{Optional: true},
	}}
}

func (otherResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (otherResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
func (otherResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (otherResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// A move runs before the provider is configured. What isn't known to be the
// same is left alone, so that Terraform says that it can't be moved.
func TestMoveTakesOnlyWhatIsTheSame(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	good := tfprotov6.MoveResourceStateRequest{SourceProviderAddress: "registry.terraform.io/gitlabhq/gitlab", SourceSchemaVersion: 1}
	scheduleState := map[string]any{"id": "group/app:13", "project": "group/app", "pipeline_schedule_id": 13, "unknown": true}
	variableState := map[string]any{"id": "group/app:13:KEY", "project": "group/app"}
	for name, c := range map[string]struct {
		typeName string
		state    map[string]any
		change   func(*tfprotov6.MoveResourceStateRequest)
		// want is the target's id, or else what the error says.
		want, failure string
	}{
		"a schedule":           {scheduleType, scheduleState, nil, "group/app:13", ""},
		"a variable":           {variableType, variableState, nil, "group/app:13:KEY", ""},
		"OpenTofu's registry":  {scheduleType, scheduleState, from("registry.opentofu.org/gitlabhq/gitlab"), "group/app:13", ""},
		"OpenTofu 1.10":        {scheduleType, scheduleState, from("gitlab"), "group/app:13", ""},
		"another provider":     {scheduleType, scheduleState, from("registry.terraform.io/other/notgitlab"), "", "Unable to Move Resource State"},
		"another type":         {scheduleType, scheduleState, ofType("gitlab_project"), "", "Unable to Move Resource State"},
		"types crossed":        {scheduleType, variableState, ofType("gitlab_pipeline_schedule_variable"), "", "Unable to Move Resource State"},
		"types crossed back":   {variableType, scheduleState, ofType("gitlab_pipeline_schedule"), "", "Unable to Move Resource State"},
		"a version to come":    {scheduleType, scheduleState, ofVersion(99), "", "Unable to Move Resource State"},
		"a schedule, bad id":   {scheduleType, with(scheduleState, "id", "thirteen"), nil, "", `"thirteen" is not as expected`},
		"a variable, bad id":   {variableType, with(variableState, "id", "13"), nil, "", `"13" is not as expected`},
		"a schedule, no id":    {scheduleType, map[string]any{"project": "1"}, nil, "", "<null> is not as expected"},
		"ownership to be kept": {scheduleType, with(scheduleState, "take_ownership", true), nil, "group/app:13", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := good
			req.TargetTypeName, req.SourceTypeName = c.typeName, strings.TrimPrefix(c.typeName, "cicd_")
			if c.change != nil {
				c.change(&req)
			}
			raw, err := json.Marshal(c.state)
			if err != nil {
				t.Fatal(err)
			}
			req.SourceState = &tfprotov6.RawState{JSON: raw}
			resp, err := server.Server.MoveResourceState(t.Context(), &req)
			if err != nil {
				t.Fatal(err)
			}
			said := acctest.Said(resp.Diagnostics)
			if c.want == "" {
				if !strings.Contains(said, "ERROR: ") || !strings.Contains(said, c.failure) {
					t.Errorf("said %q", said)
				}
				return
			}
			server.Succeeds(resp.Diagnostics)
			moved := server.State(c.typeName, resp.TargetState)
			if got := acctest.Text(moved["id"]); got != c.want {
				t.Errorf("the id is %s, want %s", got, c.want)
			}
		})
	}
}

func from(provider string) func(*tfprotov6.MoveResourceStateRequest) {
	return func(r *tfprotov6.MoveResourceStateRequest) { r.SourceProviderAddress = provider }
}

func ofType(name string) func(*tfprotov6.MoveResourceStateRequest) {
	return func(r *tfprotov6.MoveResourceStateRequest) { r.SourceTypeName = name }
}

func ofVersion(version int64) func(*tfprotov6.MoveResourceStateRequest) {
	return func(r *tfprotov6.MoveResourceStateRequest) { r.SourceSchemaVersion = version }
}

func with(state map[string]any, name string, value any) map[string]any {
	state = maps.Clone(state)
	state[name] = value
	return state
}

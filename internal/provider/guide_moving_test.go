// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	acc "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What the other provider has, by the guide's first configuration, is taken over by the second one, and nothing is left to do.
func TestMovingGuide(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Moves)
	p := acctest.SandboxGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, map[string]any{"description": "Build packages"})
	p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "PACKAGE_VERSION", "value": "2.1"})
	shown := blocks(strings.ReplaceAll(read(t, guides+"moving-from-gitlabhq.md"), "demo/app", p.Path), "terraform")
	if id != 1 || len(shown) != 2 {
		t.Fatalf("schedule %d, configurations %q", id, shown)
	}
	providers := acctest.Providers()
	providers["gitlab"] = providerserver.NewProtocol6WithError(gitlabhq{})
	acc.Test(t, acc.TestCase{
		ProtoV6ProviderFactories: providers,
		Steps: []acc.TestStep{
			{Config: shown[0]},
			{
				PreConfig:        p.ForgetRequests,
				Config:           p.Config("%s", shown[1]),
				ConfigPlanChecks: acc.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check: acc.ComposeAggregateTestCheckFunc(
					p.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}),
					acc.TestCheckResourceAttr("cicd_gitlab_pipeline_schedule.build_packages", "pipeline_schedule_id", "1"),
					acc.TestCheckResourceAttr("cicd_gitlab_pipeline_schedule_variable.package_version", "value", "2.1"),
				),
			},
		},
	})
}

// gitlabhq has the other provider's two types, with the attributes that the guide sets. What it creates is there already: schedule 1, and its variable.
type gitlabhq struct{}

func (gitlabhq) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "gitlab"
}
func (gitlabhq) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (gitlabhq) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (gitlabhq) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (gitlabhq) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return gitlabhqResource("gitlab_pipeline_schedule") },
		func() resource.Resource { return gitlabhqResource("gitlab_pipeline_schedule_variable") },
	}
}

type gitlabhqResource string

func (r gitlabhqResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = string(r)
}

func (r gitlabhqResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	set := []string{"project", "description", "ref", "cron"}
	number := schema.Int64Attribute{Computed: true}
	if r == "gitlab_pipeline_schedule_variable" {
		set, number = []string{"project", "key", "value"}, schema.Int64Attribute{Required: true}
	}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}, "pipeline_schedule_id": number}}
	for _, name := range set {
		resp.Schema.Attributes[name] = schema.StringAttribute{Required: true}
	}
}

func (r gitlabhqResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	var project string
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("project"), &project)...)
	id := project + ":1"
	if r == "gitlab_pipeline_schedule_variable" {
		id += ":PACKAGE_VERSION"
	}
	for name, value := range map[string]attr.Value{"id": types.StringValue(id), "pipeline_schedule_id": types.Int64Value(1)} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
func (gitlabhqResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (gitlabhqResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (gitlabhqResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

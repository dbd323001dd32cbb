// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// schedulesDataSource is cicd_gitlab_pipeline_schedules.
type schedulesDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newSchedulesDataSource() datasource.DataSource { return &schedulesDataSource{} }

type schedulesModel struct {
	Project   types.String      `tfsdk:"project"`
	Scope     types.String      `tfsdk:"scope"`
	Schedules []scheduleSummary `tfsdk:"pipeline_schedules"`
}

func (*schedulesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedules"
}

func (*schedulesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("All pipeline schedules of a GitLab project, newest first. GitLab lists schedules without their variables and last pipelines; "+
			"[`cicd_gitlab_pipeline_schedule`](gitlab_pipeline_schedule.md) has these, and the inputs.",
			toReadSchedules, refInFull+" The function [`gitlab_ref`](../functions/gitlab_ref.md) spells a name so, to compare it.", nextRunIs),
		Attributes: map[string]schema.Attribute{
			"project": projectArgument(),
			"scope": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(string(gitlabapi.ActiveSchedules), string(gitlabapi.InactiveSchedules))},
				MarkdownDescription: "Only `active` or `inactive` schedules. Default: all.",
			},
			"pipeline_schedules": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The schedules that match.",
				NestedObject: schema.NestedAttributeObject{Attributes: scheduleSummaryAttributes()},
			},
		},
	}
}

func (d *schedulesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m schedulesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	m.Schedules = []scheduleSummary{}
	for schedule, err := range client.Schedules(ctx, m.Project.ValueString(), gitlabapi.ScheduleScope(m.Scope.ValueString()), 0) {
		if err != nil {
			resp.Diagnostics.Append(readObject("pipeline schedules", "", m.Project).failed("list", err)...)
			return
		}
		m.Schedules = append(m.Schedules, scheduleSummaryOf(schedule))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

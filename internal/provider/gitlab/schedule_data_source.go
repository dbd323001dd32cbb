// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleDataSource is cicd_gitlab_pipeline_schedule, to read.
type scheduleDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newScheduleDataSource() datasource.DataSource { return &scheduleDataSource{} }

type scheduleDataModel struct {
	scheduleSummary
	ID           types.String  `tfsdk:"id"`
	Project      types.String  `tfsdk:"project"`
	LastPipeline types.Object  `tfsdk:"last_pipeline"`
	Variables    types.Map     `tfsdk:"variables"`
	Inputs       types.Dynamic `tfsdk:"inputs"`
}

func (*scheduleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule"
}

func (*scheduleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := scheduleSummaryAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"id":      schema.StringAttribute{Computed: true, MarkdownDescription: "`<project>:<schedule id>`, the project as in `project`."},
		"project": projectArgument(),
		"pipeline_schedule_id": schema.Int64Attribute{
			Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)}, MarkdownDescription: "The schedule's id, as in the address of the page on which it is edited.",
		},
		"last_pipeline": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The newest pipeline that the schedule created; null before the first.", Attributes: pipelineSummaryAttributes(),
		},
		"variables": schema.MapNestedAttribute{
			Computed: true, MarkdownDescription: "The schedule's variables by key; null when the token's user may not read them, which only the owner and maintainers may.",
			NestedObject: schema.NestedAttributeObject{Attributes: variableAttributes()},
		},
		"inputs": schema.DynamicAttribute{
			Computed: true, MarkdownDescription: "The schedule's pipeline inputs by name, as an object; null before GitLab 17.11, which has none.",
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("A GitLab pipeline schedule, with what only the server decides: its next run and its last pipeline.",
			toReadSchedules+"\n\nIts variables take "+ownVariables+": for others, `variables` is null, which is no error.",
			refInFull+" The function [`gitlab_ref`](../functions/gitlab_ref.md) spells a name so, to compare it.",
			nextRunIs,
			valuesInState,
		),
		Attributes: attributes,
	}
}

func (d *scheduleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m scheduleDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	id := scheduleID{Project: m.Project.ValueString(), Schedule: m.PipelineScheduleID.ValueInt64()}
	schedule, err := client.Schedule(ctx, id.Project, id.Schedule)
	if err != nil {
		about := readObject("pipeline schedule", id.String(), m.Project)
		about.argument = "pipeline_schedule_id"
		if errors.Is(err, gitlabapi.ErrAbsent) {
			about.advise = "The project has no schedule with this id. Check pipeline_schedule_id."
		}
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	m.scheduleSummary = scheduleSummaryOf(*schedule)
	m.ID = types.StringValue(id.String())
	m.Variables, m.Inputs = types.MapNull(variableType), types.DynamicNull()
	if schedule.Variables != nil {
		m.Variables = variablesValue(*schedule.Variables)
	}
	if schedule.Inputs != nil {
		inputs, diags := inputsValue(*schedule.Inputs, types.DynamicNull())
		resp.Diagnostics.Append(diags...)
		m.Inputs = inputs
	}
	kinds := attributeTypes(pipelineSummaryAttributes())
	m.LastPipeline = types.ObjectNull(kinds)
	if schedule.LastPipeline != nil {
		object, diags := types.ObjectValueFrom(ctx, kinds, pipelineSummaryOf(*schedule.LastPipeline))
		resp.Diagnostics.Append(diags...)
		m.LastPipeline = object
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// variableAttributes are those of a variable in a map by key; see
// variablesValue.
func variableAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"value":         schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The value, in clear."},
		"variable_type": schema.StringAttribute{Computed: true, MarkdownDescription: "`env_var`, or `file`: then the variable holds the path of a temporary file with the value in it."},
	}
}

// scheduleSummary is a schedule as it stands in a list.
type scheduleSummary struct {
	PipelineScheduleID types.Int64  `tfsdk:"pipeline_schedule_id"`
	Description        types.String `tfsdk:"description"`
	Ref                types.String `tfsdk:"ref"`
	Cron               types.String `tfsdk:"cron"`
	CronTimezone       types.String `tfsdk:"cron_timezone"`
	Active             types.Bool   `tfsdk:"active"`
	NextRunAt          types.String `tfsdk:"next_run_at"`
	CreatedAt          types.String `tfsdk:"created_at"`
	UpdatedAt          types.String `tfsdk:"updated_at"`
	Owner              types.Object `tfsdk:"owner"`
}

func scheduleSummaryOf(s gitlabapi.Schedule) scheduleSummary {
	return scheduleSummary{
		PipelineScheduleID: types.Int64Value(s.ID),
		Description:        types.StringValue(s.Description),
		Ref:                types.StringValue(s.Ref),
		Cron:               types.StringValue(s.Cron),
		CronTimezone:       types.StringValue(s.CronTimezone),
		Active:             types.BoolValue(s.Active),
		NextRunAt:          types.StringPointerValue(s.NextRunAt),
		CreatedAt:          types.StringValue(s.CreatedAt),
		UpdatedAt:          types.StringValue(s.UpdatedAt),
		Owner:              ownerValue(s.Owner),
	}
}

func scheduleSummaryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"pipeline_schedule_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "The schedule's id."},
		"description":          schema.StringAttribute{Computed: true, MarkdownDescription: "What the schedule is for."},
		"ref":                  schema.StringAttribute{Computed: true, MarkdownDescription: "The ref as GitLab stores it: in full, as in `refs/heads/main`; before about version 17 as it was given."},
		"cron":                 schema.StringAttribute{Computed: true, MarkdownDescription: "When the schedule runs: the cron expression, as it was given."},
		"cron_timezone":        schema.StringAttribute{Computed: true, MarkdownDescription: "The time zone of `cron`, as it was given."},
		"active":               schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the schedule runs at its times."},
		"next_run_at":          schema.StringAttribute{Computed: true, MarkdownDescription: "When GitLab runs the schedule next, in UTC, in RFC 3339 form; set for inactive schedules too; null when it could not be computed."},
		"created_at":           schema.StringAttribute{Computed: true, MarkdownDescription: "When the schedule was created, in UTC, in RFC 3339 form."},
		"updated_at":           schema.StringAttribute{Computed: true, MarkdownDescription: "When the schedule last changed, in UTC, in RFC 3339 form."},
		"owner":                schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "Who the schedule belongs to; null when that user was deleted.", Attributes: userAttributes()},
	}
}

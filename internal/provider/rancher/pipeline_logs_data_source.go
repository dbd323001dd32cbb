// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// logsDataSource is cicd_rancher_pipeline_logs.
type logsDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newLogsDataSource() datasource.DataSource { return &logsDataSource{} }

type logsModel struct {
	HistoryID types.String `tfsdk:"history_id"`
	Logs      []logModel   `tfsdk:"pipeline_logs"`
}

// logModel is what one step of a run wrote.
type logModel struct {
	envelope
	StageOrdinal types.Int64  `tfsdk:"stage_ordinal"`
	StepOrdinal  types.Int64  `tfsdk:"step_ordinal"`
	Message      types.String `tfsdk:"message"`
}

func (*logsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_logs"
}

func (*logsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	number := func(what string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Computed: true, MarkdownDescription: "The number of the " + what + ", as the server counts: some servers count from 0, some from 1.",
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: page("What the steps of a run of a Rancher pipeline wrote, in the order of stages and steps. A step has a log once it has begun.",
			needsKey("see the runs and the logs of the project's pipelines"),
			"The logs hold whatever the steps printed, secrets included, and go into the state in clear.",
			"Rancher can't list the logs of one run, so all logs of the project are read.",
		),
		Attributes: map[string]schema.Attribute{
			"history_id": idArgument(historyIDs, "The id of the run, as in `p-x1y2z:p-abcde-1`."),
			"pipeline_logs": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The logs, one for each step that has begun.",
				NestedObject: schema.NestedAttributeObject{Attributes: enveloped("log", map[string]schema.Attribute{
					"stage_ordinal": number("step's stage in the pipeline"),
					"step_ordinal":  number("step in its stage"),
					"message":       shown("All that the step has written so far."),
				})},
			},
		},
	}
}

func (d *logsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m logsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	history, err := client.PipelineHistory(ctx, m.HistoryID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unread(path.Root("history_id"), historyKind, m.HistoryID.ValueString(), err)...)
		return
	}
	logs, err := client.PipelineLogs(ctx, projectOf(*history))
	if err != nil {
		resp.Diagnostics.Append(unlisted("logs of "+historyKind+" "+m.HistoryID.ValueString(), "", "", err)...)
		return
	}
	m.Logs = []logModel{}
	for _, log := range logsOf(*history, logs) {
		m.Logs = append(m.Logs, logModel{
			envelope:     envelopeOf(log.Object),
			StageOrdinal: types.Int64Value(log.Spec.StageOrdinal),
			StepOrdinal:  types.Int64Value(log.Spec.StepOrdinal),
			Message:      types.StringValue(log.Spec.Message),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// projectOf is the full id of a run's project. It is empty, which lists the
// logs of all projects, for a run that doesn't tell it: what stands there as the
// project's name can be any text.
func projectOf(history rancherapi.PipelineHistory) string {
	project := history.Spec.ProjectName
	if !scopedID.MatchString(project) || !inProject(history.ID, project) {
		return ""
	}
	return project
}

// logsOf are the logs of a run, in the order of stages and steps. They name
// their run by its name, which is unique in the project, or by its whole id.
func logsOf(history rancherapi.PipelineHistory, logs []rancherapi.PipelineLog) []rancherapi.PipelineLog {
	logs = slices.DeleteFunc(logs, func(log rancherapi.PipelineLog) bool {
		run := log.Spec.PipelineHistoryName
		return run != history.ID && run != nameOf(history.ID) || parentOf(log.ID) != parentOf(history.ID)
	})
	slices.SortFunc(logs, func(a, b rancherapi.PipelineLog) int {
		return cmp.Or(cmp.Compare(a.Spec.StageOrdinal, b.Spec.StageOrdinal), cmp.Compare(a.Spec.StepOrdinal, b.Spec.StepOrdinal), cmp.Compare(a.ID, b.ID))
	})
	return logs
}

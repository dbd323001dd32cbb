// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// historiesDataSource is cicd_rancher_pipeline_histories.
type historiesDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newHistoriesDataSource() datasource.DataSource { return &historiesDataSource{} }

type historiesModel struct {
	ProjectID   types.String   `tfsdk:"project_id"`
	PipelineID  types.String   `tfsdk:"pipeline_id"`
	State       types.String   `tfsdk:"state"`
	TriggerType types.String   `tfsdk:"trigger_type"`
	Histories   []historyModel `tfsdk:"pipeline_histories"`
}

func (*historiesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_histories"
}

func (*historiesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(description string, checks ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: checks, MarkdownDescription: description}
	}
	unheardOf := func(what string, words []string) doubt {
		return doubt{summary: "Unknown " + what, about: func(word string) string {
			if slices.Contains(words, word) {
				return ""
			}
			return fmt.Sprintf("%q is none of %s. Where the server uses no other word, no run matches: every letter has to be the same.", word, strings.Join(words, ", "))
		}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: page("The runs of a Rancher project's pipelines, which Rancher calls pipeline histories: the newest first. Filters combine: a run has to match all of them.",
			needsKey("see the runs of the project's pipelines"),
			"Rancher can't filter them, so all runs of the project are read.",
			hiddenInLists, runsOutlive,
		),
		Attributes: map[string]schema.Attribute{
			"project_id": projectIDArgument(),
			"pipeline_id": filter("Only runs of the pipeline with this id. Runs of a pipeline that was deleted are found as well. An id of no pipeline and no run is an error.",
				pipelineIDs.check()),
			"state": filter("Only runs in this state: "+runStates+". It has to be written as the server writes it.",
				stringvalidator.LengthAtLeast(1), unheardOf("state of a run", slices.Concat(unfinishedStates, finishedStates))),
			"trigger_type": filter("Only runs that were started this way: `manual`, `cron` or `webhook`.",
				stringvalidator.LengthAtLeast(1), unheardOf("way to start a run", triggerTypes)),
			"pipeline_histories": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The runs that match.",
				NestedObject: schema.NestedAttributeObject{Attributes: historyAttributes()},
			},
		},
	}
}

func (d *historiesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m historiesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	project := m.ProjectID.ValueString()
	histories, err := client.PipelineHistories(ctx, project)
	if err != nil {
		resp.Diagnostics.Append(unlisted("pipeline histories", "project", project, err)...)
		return
	}
	if len(histories) == 0 {
		resp.Diagnostics.Append(place{"project", project, client.Project}.confirm(ctx)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	ofPipeline := false
	newestFirst(histories)
	m.Histories = []historyModel{}
	for _, history := range histories {
		run := historyModelOf(history)
		run.ProjectID = m.ProjectID
		ofPipeline = ofPipeline || run.PipelineID.Equal(m.PipelineID)
		if m.wants(run) {
			m.Histories = append(m.Histories, run)
		}
	}
	if !m.PipelineID.IsNull() && !ofPipeline {
		if _, err := client.Pipeline(ctx, m.PipelineID.ValueString()); err != nil {
			resp.Diagnostics.Append(unread(path.Root("pipeline_id"), "pipeline", m.PipelineID.ValueString(), err)...)
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m historiesModel) wants(run historyModel) bool {
	matches := func(filter, value types.String) bool { return filter.IsNull() || filter.Equal(value) }
	return matches(m.PipelineID, run.PipelineID) && matches(m.State, run.State) && matches(m.TriggerType, run.TriggerType)
}

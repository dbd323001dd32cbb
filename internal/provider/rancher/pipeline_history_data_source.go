// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// historyDataSource is cicd_rancher_pipeline_history.
type historyDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newHistoryDataSource() datasource.DataSource { return &historyDataSource{} }

type historyDataModel struct {
	historyModel
	Pipeline *pipelineShown `tfsdk:"pipeline"`
}

func (*historyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_history"
}

func (*historyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := historyAttributes()
	attributes["id"] = idArgument(historyIDs, "The run's id, as in `p-x1y2z:p-abcde-1`: the pipeline's id and the run's number.")
	attributes["pipeline"] = schema.SingleNestedAttribute{
		Computed: true, Attributes: pipelineShownAttributes(),
		MarkdownDescription: "The pipeline as it was at the run. What is not set is shown as empty.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: page("A run of a Rancher pipeline, which Rancher calls a pipeline history.", needsKey("see the runs of the project's pipelines"),
			runsOutlive, emptyIfUnset,
		),
		Attributes: attributes,
	}
}

func (d *historyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	history, err := client.PipelineHistory(ctx, id.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unread(path.Root("id"), historyKind, id.ValueString(), err)...)
		return
	}
	m := historyDataModel{historyModel: historyModelOf(*history)}
	if history.Spec.Pipeline != nil {
		pipeline, diags := pipelineShownOf(ctx, history.Spec.Pipeline)
		resp.Diagnostics.Append(diags...)
		m.Pipeline = &pipeline
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

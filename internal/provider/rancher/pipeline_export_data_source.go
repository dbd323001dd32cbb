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

// pipelineExportDataSource is cicd_rancher_pipeline_export.
type pipelineExportDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newPipelineExportDataSource() datasource.DataSource { return &pipelineExportDataSource{} }

type pipelineExportModel struct {
	PipelineID types.String `tfsdk:"pipeline_id"`
	YAML       types.String `tfsdk:"yaml"`
}

func (*pipelineExportDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_export"
}

func (*pipelineExportDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("A Rancher pipeline as a YAML file, in Rancher's own words.", needsKey("see the project's pipelines"),
			"The file holds what Rancher keeps of the pipeline, environment variables of its steps among it, and goes into the state."),
		Attributes: map[string]schema.Attribute{
			"pipeline_id": idArgument(pipelineIDs, "The pipeline's id, as in `p-x1y2z:p-abcde`."),
			"yaml":        shown("The file's text, byte for byte as the server made it. `yamldecode` reads it."),
		},
	}
}

func (d *pipelineExportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m pipelineExportModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	text, err := client.ExportPipeline(ctx, m.PipelineID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unread(path.Root("pipeline_id"), "pipeline", m.PipelineID.ValueString(), err)...)
		return
	}
	m.YAML = types.StringValue(text)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

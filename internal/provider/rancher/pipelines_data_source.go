// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// pipelinesDataSource is cicd_rancher_pipelines.
type pipelinesDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newPipelinesDataSource() datasource.DataSource { return &pipelinesDataSource{} }

type pipelinesModel struct {
	ProjectID types.String    `tfsdk:"project_id"`
	Pipelines []pipelineShown `tfsdk:"pipelines"`
}

func (*pipelinesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipelines"
}

func (*pipelinesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("The pipelines of a Rancher project, in the order of their ids.", needsKey("see the project's pipelines"), hiddenInLists, emptyIfUnset),
		Attributes: map[string]schema.Attribute{
			"project_id": projectIDArgument(),
			"pipelines": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The pipelines.",
				NestedObject: schema.NestedAttributeObject{Attributes: pipelineShownAttributes()},
			},
		},
	}
}

func (d *pipelinesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m pipelinesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	id := m.ProjectID.ValueString()
	pipelines, err := client.Pipelines(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(unlisted("pipelines", "project", id, err)...)
		return
	}
	if len(pipelines) == 0 {
		resp.Diagnostics.Append(place{"project", id, client.Project}.confirm(ctx)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	m.Pipelines = []pipelineShown{}
	for _, pipeline := range pipelines {
		shown, diags := pipelineShownOf(ctx, &pipeline)
		resp.Diagnostics.Append(diags...)
		m.Pipelines = append(m.Pipelines, shown)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

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

// clusterPipelineConfigsDataSource is cicd_rancher_cluster_pipeline_configs.
type clusterPipelineConfigsDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newClusterPipelineConfigsDataSource() datasource.DataSource {
	return &clusterPipelineConfigsDataSource{}
}

type clusterPipelineConfigsModel struct {
	ClusterID types.String                 `tfsdk:"cluster_id"`
	Configs   []clusterPipelineConfigShown `tfsdk:"cluster_pipeline_configs"`
}

func (*clusterPipelineConfigsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_cluster_pipeline_configs"
}

func (*clusterPipelineConfigsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("The pipeline configurations of a Rancher cluster, in the order of their ids.",
			needsKey("see the cluster's pipeline configurations"), hiddenInLists, "Rancher never shows client secrets."),
		Attributes: map[string]schema.Attribute{
			"cluster_id": schema.StringAttribute{Required: true, Validators: clusterID, MarkdownDescription: "The cluster's id, as in `c-abc12`."},
			"cluster_pipeline_configs": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The configurations.",
				NestedObject: schema.NestedAttributeObject{Attributes: clusterPipelineConfigAttributes()},
			},
		},
	}
}

func (d *clusterPipelineConfigsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m clusterPipelineConfigsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	id := m.ClusterID.ValueString()
	configs, err := client.ClusterPipelines(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(unlisted("cluster pipeline configurations", "cluster", id, err)...)
		return
	}
	if len(configs) == 0 {
		resp.Diagnostics.Append(place{"cluster", id, client.Cluster}.confirm(ctx)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	m.Configs = []clusterPipelineConfigShown{}
	for _, config := range configs {
		m.Configs = append(m.Configs, clusterPipelineConfigShownOf(config))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

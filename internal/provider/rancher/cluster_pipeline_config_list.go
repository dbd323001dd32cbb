// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// clusterPipelineConfigList is cicd_rancher_cluster_pipeline_config, to be
// found.
type clusterPipelineConfigList struct {
	system.Resource[*rancherapi.Client]
}

var _ list.ListResourceWithConfigure = (*clusterPipelineConfigList)(nil)

func newClusterPipelineConfigList() list.ListResource { return &clusterPipelineConfigList{} }

type clusterPipelineConfigListModel struct {
	ClusterID types.String `tfsdk:"cluster_id"`
}

func (*clusterPipelineConfigList) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	newClusterPipelineConfigResource().Metadata(ctx, req, resp)
}

func (*clusterPipelineConfigList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Finds the pipeline configurations of a Rancher cluster, in the order of their ids.",
			needsKey("see the cluster's pipeline configurations"), hiddenInLists,
			"Rancher never shows client secrets; a generated configuration does without, and Rancher keeps the one that it has.",
		),
		Attributes: map[string]schema.Attribute{
			"cluster_id": schema.StringAttribute{Required: true, Validators: clusterID, MarkdownDescription: "The cluster's id, as in `c-abc12`."},
		},
	}
}

func (r *clusterPipelineConfigList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config clusterPipelineConfigListModel
	diags := req.Config.Get(ctx, &config)
	client, ok := r.Client(&diags)
	if !ok || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	cluster := config.ClusterID.ValueString()
	stream.Results = found(ctx, req, place{"cluster", cluster, client.Cluster}, "cluster pipeline configurations", client.EachClusterPipeline(ctx, cluster, int(req.Limit)),
		func(c *rancherapi.ClusterPipeline) bool { return c.Removed == "" },
		func(c *rancherapi.ClusterPipeline, result *list.ListResult) {
			if identify(ctx, req, result, nameOf(c.ID), c.ID) {
				include(ctx, result, c.ID, func(m *clusterPipelineConfigModel) diag.Diagnostics { return m.refresh(ctx, c) })
			}
		})
}

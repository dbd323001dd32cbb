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

// clusterPipelineConfigDataSource is cicd_rancher_cluster_pipeline_config, to read.
type clusterPipelineConfigDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newClusterPipelineConfigDataSource() datasource.DataSource {
	return &clusterPipelineConfigDataSource{}
}

// clusterPipelineConfigShown is a cluster's pipeline configuration as a data source
// shows it: without the secret, which the server never shows.
type clusterPipelineConfigShown struct {
	envelope
	ClusterID types.String `tfsdk:"cluster_id"`
	GitHub    *gitHubShown `tfsdk:"github"`
	State     types.String `tfsdk:"state"`
}

type gitHubShown struct {
	Scheme   types.String `tfsdk:"scheme"`
	Host     types.String `tfsdk:"host"`
	ClientID types.String `tfsdk:"client_id"`
}

func (*clusterPipelineConfigDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_cluster_pipeline_config"
}

func (*clusterPipelineConfigDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := clusterPipelineConfigAttributes()
	attributes["id"] = idArgument(configIDs, clusterPipelineConfigIDDescription)
	resp.Schema = schema.Schema{
		MarkdownDescription: page("A cluster's pipeline configuration in Rancher: the OAuth application with which people who make pipelines in the cluster log in at their git host.",
			needsKey("see the cluster's pipeline configurations"), "Rancher never shows the client secret."),
		Attributes: attributes,
	}
}

func clusterPipelineConfigAttributes() map[string]schema.Attribute {
	return enveloped("configuration", map[string]schema.Attribute{
		"cluster_id": shown("The cluster's id, as in `c-abc12`."),
		"github": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The OAuth application of GitHub; null when there is none.",
			Attributes: map[string]schema.Attribute{
				"scheme":    shown("How to reach the host: `https` or `http`."),
				"host":      shown("The host of a GitHub Enterprise; empty for github.com."),
				"client_id": shown("The application's client id."),
			},
		},
		"state": shown(stateDescription),
	})
}

func (d *clusterPipelineConfigDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	config, err := client.ClusterPipeline(ctx, id.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unread(path.Root("id"), "cluster pipeline configuration", id.ValueString(), err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, clusterPipelineConfigShownOf(*config))...)
}

func clusterPipelineConfigShownOf(c rancherapi.ClusterPipeline) clusterPipelineConfigShown {
	m := clusterPipelineConfigShown{envelope: envelopeOf(c.Object), ClusterID: types.StringValue(parentOf(c.ID)), State: stateOf(c.Object)}
	if github := c.Spec.GithubConfig; github != nil {
		m.GitHub = &gitHubShown{Scheme: types.StringValue(said(github.Scheme)), Host: types.StringValue(said(github.Host)), ClientID: types.StringValue(said(github.ClientID))}
	}
	return m
}

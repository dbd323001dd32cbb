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

// pipelineList is cicd_rancher_pipeline, to be found.
type pipelineList struct {
	system.Resource[*rancherapi.Client]
}

var _ list.ListResourceWithConfigure = (*pipelineList)(nil)

func newPipelineList() list.ListResource { return &pipelineList{} }

type pipelineListModel struct {
	ProjectID   types.String `tfsdk:"project_id"`
	DisplayName types.String `tfsdk:"display_name"`
	Active      types.Bool   `tfsdk:"active"`
}

func (*pipelineList) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	newPipelineResource().Metadata(ctx, req, resp)
}

func (*pipelineList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Finds the pipelines of a Rancher project, in the order of their ids. Filters combine: a pipeline has to match all of them.",
			needsKey("see the project's pipelines"), hiddenInLists),
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{Required: true, Validators: fullProjectID, MarkdownDescription: pipelineProjectDescription},
			"display_name": schema.StringAttribute{
				Optional: true, Validators: notEmpty, MarkdownDescription: "Only pipelines with exactly this display name, which several can have. Default: all.",
			},
			"active": schema.BoolAttribute{Optional: true, MarkdownDescription: "`true`: only pipelines that are active; `false`: only others. Default: all."},
		},
	}
}

func (r *pipelineList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config pipelineListModel
	diags := req.Config.Get(ctx, &config)
	client, ok := r.Client(&diags)
	if !ok || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	perPage := int(req.Limit)
	if !config.DisplayName.IsNull() || !config.Active.IsNull() {
		perPage = 0
	}
	project := config.ProjectID.ValueString()
	stream.Results = found(ctx, req, place{"project", project, client.Project}, "pipelines", client.EachPipeline(ctx, project, perPage),
		config.wants, func(p *rancherapi.Pipeline, result *list.ListResult) {
			if identify(ctx, req, result, p.Spec.DisplayName, p.ID) {
				include(ctx, result, p.ID, func(m *pipelineModel) (diags diag.Diagnostics) {
					m.ProjectID = config.ProjectID
					m.pipelineSpec, diags = intake{all: true}.spec(ctx, p, m.pipelineSpec)
					m.take(p)
					return diags
				})
			}
		})
}

func (m pipelineListModel) wants(p *rancherapi.Pipeline) bool {
	return p.Removed == "" && (m.DisplayName.IsNull() || sameText(m.DisplayName.ValueString(), p.Spec.DisplayName)) &&
		(m.Active.IsNull() || m.Active.ValueBool() == isActive(p))
}

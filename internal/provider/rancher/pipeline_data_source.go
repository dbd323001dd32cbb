// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// pipelineDataSource is cicd_rancher_pipeline, to read.
type pipelineDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newPipelineDataSource() datasource.DataSource { return &pipelineDataSource{} }

// pipelineShown is a pipeline as data sources show it.
type pipelineShown struct {
	envelope
	pipelineSpec
	ProjectID types.String `tfsdk:"project_id"`
	State     types.String `tfsdk:"state"`
}

func (*pipelineDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline"
}

func (*pipelineDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := pipelineShownAttributes()
	attributes["id"] = idArgument(pipelineIDs, "The pipeline's id, as in `p-x1y2z:p-abcde`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: page("A Rancher pipeline: its stages and what starts them.", needsKey("see the project's pipelines"), emptyIfUnset,
			"Its runs are read by [`cicd_rancher_pipeline_histories`](rancher_pipeline_histories.md).",
		),
		Attributes: attributes,
	}
}

func pipelineShownAttributes() map[string]schema.Attribute {
	attributes := enveloped("pipeline", answered(pipelineSpecAttributes()))
	maps.Copy(attributes, map[string]schema.Attribute{
		"project_id": shown("The project, as the server names it in the pipeline: its full id, `<cluster>:<project>`, normally."),
		"state":      shown(pipelineStateDescription),
	})
	return attributes
}

func (d *pipelineDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	stored, err := client.Pipeline(ctx, id.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unread(path.Root("id"), "pipeline", id.ValueString(), err)...)
		return
	}
	m, diags := pipelineShownOf(ctx, stored)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func pipelineShownOf(ctx context.Context, p *rancherapi.Pipeline) (pipelineShown, diag.Diagnostics) {
	spec, diags := intake{all: true}.spec(ctx, p, pipelineSpec{})
	return pipelineShown{envelope: envelopeOf(p.Object), pipelineSpec: spec, ProjectID: present(p.Spec.ProjectName), State: stateOf(p.Object)}, diags
}

// answered are the attributes of a resource as those of a data source: only
// the server has a say.
func answered(attributes map[string]resourceschema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for name, attribute := range attributes {
		description, _, _ := strings.Cut(strings.TrimPrefix(attribute.GetMarkdownDescription(), required), " Default")
		switch a := attribute.(type) {
		case resourceschema.StringAttribute:
			all[name] = shown(description)
		case resourceschema.BoolAttribute:
			all[name] = schema.BoolAttribute{Computed: true, MarkdownDescription: description}
		case resourceschema.ListAttribute:
			all[name] = schema.ListAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
		case resourceschema.SingleNestedAttribute:
			all[name] = schema.SingleNestedAttribute{Computed: true, Attributes: answered(a.Attributes), MarkdownDescription: description}
		case resourceschema.ListNestedAttribute:
			all[name] = schema.ListNestedAttribute{
				Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: answered(a.NestedObject.Attributes)}, MarkdownDescription: description,
			}
		}
	}
	return all
}

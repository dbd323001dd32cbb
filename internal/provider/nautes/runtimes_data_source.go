// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// runtimesDataSource is cicd_nautes_project_pipeline_runtimes.
type runtimesDataSource struct {
	system.DataSource[*server]
}

const fieldSelectorDescription = "Only runtimes that match all of these terms, as in `project=api-server,pipeline_source=api`. A term matches when the field " +
	"*contains* the value, in the same letter case. Nautes knows the fields `project`, `pipeline_source` (by its display name), " +
	"`pipeline_triggers.pipeline`, from 0.4.2 `project_name` (which is the *runtime's* name), and up to 0.3.8 `destination`. " +
	"Values can hold neither `,` nor `=`, and have to begin with a letter, a digit or `_`."

func newRuntimesDataSource() datasource.DataSource { return &runtimesDataSource{} }

type runtimesModel struct {
	Product       types.String  `tfsdk:"product"`
	FieldSelector types.String  `tfsdk:"field_selector"`
	Runtimes      []runtimeSpec `tfsdk:"project_pipeline_runtimes"`
}

func (*runtimesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_nautes_project_pipeline_runtimes"
}

func (*runtimesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("The project pipeline runtimes of a Nautes product, as Nautes shows them: ordered by project and name, repositories by their "+
			"display names in GitLab, and what is not set as empty.", toRead, inputsHidden, slowly),
		Attributes: map[string]schema.Attribute{
			"product":        schema.StringAttribute{Required: true, Validators: pathSegment, MarkdownDescription: productDescription},
			"field_selector": schema.StringAttribute{Optional: true, MarkdownDescription: fieldSelectorDescription},
			"project_pipeline_runtimes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The runtimes that match.",
				NestedObject: schema.NestedAttributeObject{Attributes: answered(specAttributes())},
			},
		},
	}
}

func (d *runtimesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m runtimesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	nautes, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	runtimes, err := nautes.Runtimes(ctx, m.Product.ValueString(), m.FieldSelector.ValueString())
	if err != nil {
		resp.Diagnostics.Append(about{product: m.Product.ValueString()}.failed("list", err)...)
		return
	}
	m.Runtimes = []runtimeSpec{}
	for _, runtime := range runtimes {
		spec, diags := reading{all: true}.spec(ctx, &runtime, runtimeSpec{})
		resp.Diagnostics.Append(diags...)
		m.Runtimes = append(m.Runtimes, spec)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

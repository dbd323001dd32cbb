// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// runtimeDataSource is cicd_nautes_project_pipeline_runtime, to read.
type runtimeDataSource struct {
	system.DataSource[*server]
}

func newRuntimeDataSource() datasource.DataSource { return &runtimeDataSource{} }

type runtimeDataModel struct {
	runtimeSpec
	ID      types.String `tfsdk:"id"`
	Product types.String `tfsdk:"product"`
}

func (*runtimeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_nautes_project_pipeline_runtime"
}

func (*runtimeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := answered(specAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"id":      schema.StringAttribute{Computed: true, MarkdownDescription: idDescription},
		"product": schema.StringAttribute{Required: true, Validators: pathSegment, MarkdownDescription: productDescription},
		"name":    schema.StringAttribute{Required: true, Validators: pathSegment, MarkdownDescription: nameDescription},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("A Nautes project pipeline runtime, as Nautes shows it: repositories by their display names in GitLab, and what is not set as empty.",
			toRead, inputsHidden, slowly),
		Attributes: attributes,
	}
}

func (d *runtimeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m runtimeDataModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("product"), &m.Product)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &m.Name)...)
	nautes, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	id := runtimeID{Product: m.Product.ValueString(), Name: m.Name.ValueString()}
	stored, err := nautes.Runtime(ctx, id.Product, id.Name)
	about := about{product: id.Product, name: id.Name}
	switch {
	case errors.Is(err, nautesapi.ErrAbsent):
		resp.Diagnostics.AddAttributeError(path.Root("name"), about.summary("read"), "Product "+about.product+" has no runtime with this name. Check name, and product.")
		return
	case err != nil:
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	spec, diags := reading{all: true}.spec(ctx, stored, runtimeSpec{})
	resp.Diagnostics.Append(diags...)
	m.runtimeSpec, m.ID = spec, types.StringValue(id.String())
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// answered are the attributes of a resource as those of a data source: only
// the server has a say.
func answered(attributes map[string]resourceschema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for name, attribute := range attributes {
		description := strings.Replace(strings.TrimPrefix(attribute.GetMarkdownDescription(), required), byPath, byDisplayName, 1)
		switch a := attribute.(type) {
		case resourceschema.StringAttribute:
			all[name] = schema.StringAttribute{Computed: true, MarkdownDescription: description}
		case resourceschema.ListAttribute:
			all[name] = schema.ListAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
		case resourceschema.MapAttribute:
			all[name] = schema.MapAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
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

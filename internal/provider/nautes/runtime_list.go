// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// runtimeList is cicd_nautes_project_pipeline_runtime, to be found.
type runtimeList struct {
	system.Resource[*server]
}

var _ list.ListResourceWithConfigure = (*runtimeList)(nil)

func newRuntimeList() list.ListResource { return &runtimeList{} }

type runtimeListModel struct {
	Product       types.String `tfsdk:"product"`
	FieldSelector types.String `tfsdk:"field_selector"`
}

func (*runtimeList) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	newRuntimeResource().Metadata(ctx, req, resp)
}

func (*runtimeList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Finds the project pipeline runtimes of a Nautes product, ordered by project and name, in one answer of Nautes.",
			toRead+" To manage what is found takes more: see [`cicd_nautes_project_pipeline_runtime`](../resources/nautes_project_pipeline_runtime.md).",
			inputsHidden,
			"Nautes shows repositories by their display names in GitLab, and takes their paths. Where the two differ, put the paths into generated configuration.",
		),
		Attributes: map[string]schema.Attribute{
			"product":        schema.StringAttribute{Required: true, Validators: pathSegment, MarkdownDescription: productDescription},
			"field_selector": schema.StringAttribute{Optional: true, MarkdownDescription: fieldSelectorDescription},
		},
	}
}

func (r *runtimeList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config runtimeListModel
	diags := req.Config.Get(ctx, &config)
	nautes, _ := r.Client(&diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	product := config.Product.ValueString()
	var version nautesapi.WireVersion
	runtimes := func(yield func(nautesapi.Runtime, error) bool) {
		all, err := nautes.Runtimes(ctx, product, config.FieldSelector.ValueString())
		if err == nil && len(all) > 0 && req.IncludeResource {
			version, err = nautes.WireVersion(ctx, product)
		}
		if err != nil {
			yield(nautesapi.Runtime{}, err)
			return
		}
		for _, runtime := range all {
			if !yield(runtime, nil) {
				return
			}
		}
	}
	stream.Results = system.Found(ctx, req, iter.Seq2[nautesapi.Runtime, error](runtimes), func(runtime nautesapi.Runtime, result *list.ListResult) {
		id := runtimeID{Product: product, Name: runtime.Name}
		result.DisplayName = runtime.Name
		result.Diagnostics.Append(result.Identity.Set(ctx, runtimeIdentity{Product: config.Product, Name: types.StringValue(runtime.Name)})...)
		if !req.IncludeResource {
			return
		}
		var m runtimeModel
		result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), id.String())...)
		result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
		// What is empty stays out: left out and empty are the same to Nautes.
		spec, more := reading{names: newRepositoryNames(nil), version: version}.spec(ctx, &runtime, runtimeSpec{})
		result.Diagnostics.Append(more...)
		m.runtimeSpec, m.Product, m.InsecureSkipCheck = spec, config.Product, types.BoolValue(false)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}, func(err error) diag.Diagnostic { return about{product: product}.failed("list", err)[0] })
}

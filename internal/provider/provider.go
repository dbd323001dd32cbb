// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider: its configuration, and the
// registry of its systems. Everything about one system is in that system's
// package below.
package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/functions"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/gitlab"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nautes"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/rancher"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// systems is the registry: one line a system.
func systems() []system.System {
	return []system.System{
		gitlab.System{},
		nautes.System{},
		rancher.System{},
	}
}

const repository = "https://github.com/terraform-provider-cicd/terraform-provider-cicd"

// New returns the factory of the provider at a version, which goes into the
// User-Agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &cicd{version: version} }
}

type cicd struct{ version string }

var (
	_ provider.ProviderWithActions       = (*cicd)(nil)
	_ provider.ProviderWithFunctions     = (*cicd)(nil)
	_ provider.ProviderWithListResources = (*cicd)(nil)
)

func (p *cicd) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cicd"
	resp.Version = p.version
}

func (p *cicd) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	blocks := map[string]schema.Attribute{}
	for _, s := range systems() {
		blocks[s.Name()] = s.Block()
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the pipeline objects of GitLab, Nautes and Rancher. " +
			"Each system is optional: configure those that you use, here or by environment variables.",
		Attributes: blocks,
	}
}

func (p *cicd) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	userAgent := fmt.Sprintf("terraform-provider-cicd/%s (+%s) Terraform/%s", p.version, repository, req.TerraformVersion)
	var accesses system.Accesses
	for _, s := range systems() {
		var block types.Object
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(s.Name()), &block)...)
		access, diags := s.Connect(ctx, block, userAgent)
		resp.Diagnostics.Append(diags...)
		accesses = append(accesses, access)
	}
	// After an error no type gets a client, so none works with half a
	// configuration.
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = accesses
	resp.DataSourceData = accesses
	resp.ActionData = accesses
	resp.ListResourceData = accesses
}

func (p *cicd) Resources(context.Context) []func() resource.Resource {
	return of(system.System.Resources)
}

func (p *cicd) DataSources(context.Context) []func() datasource.DataSource {
	return of(system.System.DataSources)
}

func (p *cicd) Actions(context.Context) []func() action.Action {
	return of(system.System.Actions)
}

func (p *cicd) ListResources(context.Context) []func() list.ListResource {
	return of(system.System.ListResources)
}

func (p *cicd) Functions(context.Context) []func() function.Function {
	return functions.All()
}

// of are the types of one kind that the systems have.
func of[T any](kind func(system.System) []func() T) []func() T {
	var all []func() T
	for _, s := range systems() {
		all = append(all, kind(s)...)
	}
	return all
}

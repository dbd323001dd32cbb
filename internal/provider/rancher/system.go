// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package rancher is Rancher's slice of the provider.
package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// System is Rancher. It has its place in the provider's configuration, and no
// types yet.
type System struct{}

// Name is `rancher`.
func (System) Name() string { return "rancher" }

// Block is the schema of the provider's `rancher` block.
func (System) Block() schema.SingleNestedAttribute {
	pair := func(other string) []validator.String {
		return []validator.String{
			stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName(other)),
			stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("token")),
		}
	}
	return system.ConnectionBlock("Rancher", "The address of the Rancher server, with or without `/v3`. Default: the environment variable `RANCHER_URL`.",
		transport.DefaultRequestTimeout, map[string]schema.Attribute{
			"token": system.TokenAttribute("An API key's bearer token, `name:secret`. Default: the environment variable `RANCHER_TOKEN_KEY`."),
			"access_key": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: pair("secret_key"),
				MarkdownDescription: "An API key's access key, in place of `token`. Default: the environment variable `RANCHER_ACCESS_KEY`.",
			},
			"secret_key": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: pair("access_key"),
				MarkdownDescription: "The secret key of `access_key`. Default: the environment variable `RANCHER_SECRET_KEY`.",
			},
		})
}

// Connect makes nothing: no type uses Rancher yet.
func (System) Connect(context.Context, types.Object, string) (any, diag.Diagnostics) {
	return nil, nil
}

// Resources are Rancher's resources.
func (System) Resources() []func() resource.Resource { return nil }

// DataSources are Rancher's data sources.
func (System) DataSources() []func() datasource.DataSource { return nil }

// Actions are Rancher's actions.
func (System) Actions() []func() action.Action { return nil }

// ListResources are Rancher's list resources.
func (System) ListResources() []func() list.ListResource { return nil }

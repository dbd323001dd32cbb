// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package nautes is Nautes' slice of the provider.
package nautes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// System is Nautes. It has its place in the provider's configuration, and no
// types yet.
type System struct{}

// Name is `nautes`.
func (System) Name() string { return "nautes" }

// Block is the schema of the provider's `nautes` block.
func (System) Block() schema.SingleNestedAttribute {
	attributes := system.ConnectionAttributes("The address of the Nautes API server. Default: the environment variable `NAUTES_BASE_URL`.", transport.DefaultRequestTimeout)
	attributes["token"] = schema.StringAttribute{
		Optional: true, Sensitive: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		MarkdownDescription: "A token of the GitLab that Nautes works on, with the `api` scope. Default: the environment variable `NAUTES_TOKEN`.",
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How to reach Nautes.",
		Attributes:          attributes,
	}
}

// Connect makes nothing: no type uses Nautes yet.
func (System) Connect(context.Context, types.Object, string) (any, diag.Diagnostics) {
	return nil, nil
}

// Resources are Nautes' resources.
func (System) Resources() []func() resource.Resource { return nil }

// DataSources are Nautes' data sources.
func (System) DataSources() []func() datasource.DataSource { return nil }

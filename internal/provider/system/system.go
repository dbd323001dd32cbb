// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package system is the seam between the provider and its systems: what a
// system (GitLab, Nautes, Rancher) gives to the provider, and what every
// system needs from it: connection settings, a client that is there or a
// diagnostic that says why not, and words for what went wrong on the way.
//
// What belongs here is needed by at least two systems and knows none of them.
package system

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// System is one system's slice of the provider.
type System interface {
	// Name is the system's block in the provider's configuration, and the
	// second word of its types' names.
	Name() string
	// Block is the schema of that block.
	Block() schema.SingleNestedAttribute
	// Connect makes the system's [Access] from its block, which is null when
	// the user wrote none, and from the environment. It contacts nothing.
	Connect(ctx context.Context, block types.Object, userAgent string) (any, diag.Diagnostics)
	// Resources, DataSources, Actions and ListResources are the system's types.
	Resources() []func() resource.Resource
	DataSources() []func() datasource.DataSource
	Actions() []func() action.Action
	ListResources() []func() list.ListResource
}

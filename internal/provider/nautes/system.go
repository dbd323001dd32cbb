// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package nautes is Nautes' slice of the provider: project pipeline runtimes.
//
// The resource's life is in runtime_resource.go, its schema and what is checked
// at plan in files of their own. runtime_model.go and runtime_refresh.go are
// the pure conversion between Terraform's values and the API's. What the server
// does is in internal/nautesapi.
package nautes

import (
	"context"
	"net/http"
	"time"

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

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// System is Nautes.
type System struct{}

// Name is `nautes`.
func (System) Name() string { return "nautes" }

const (
	baseURLVariable = "NAUTES_BASE_URL"
	tokenVariable   = "NAUTES_TOKEN" //nolint:gosec // the name of a variable, not a token
	// requestTimeout is for a server that clones a git repository for each
	// call, and asks GitLab and Kubernetes many things for a save.
	requestTimeout = 120 * time.Second
)

// Block is the schema of the provider's `nautes` block.
func (System) Block() schema.SingleNestedAttribute {
	var versions []string
	for _, v := range nautesapi.WireVersions() {
		versions = append(versions, string(v))
	}
	return system.ConnectionBlock("Nautes", "The address of the Nautes API server, with or without `/api/v1`. "+
		"Default: the environment variable `"+baseURLVariable+"`.", requestTimeout, map[string]schema.Attribute{
		"token": system.TokenAttribute("An access token of the GitLab that Nautes works on, with the `api` scope; its user needs to be able to push to the " +
			"`main` branch of the product's `default.project`. Default: the environment variable `" + tokenVariable + "`."),
		"wire_version": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf(versions...)},
			MarkdownDescription: "The form of JSON that the server speaks: `v0.4` for Nautes 0.3.9 and later, `v0.3` for 0.3.0 to 0.3.8. " +
				"Default: the provider finds out, without writing anything.",
		},
	})
}

type block struct {
	system.Connection
	Token       types.String `tfsdk:"token"`
	WireVersion types.String `tfsdk:"wire_version"`
}

// Connect makes Nautes' client.
func (s System) Connect(ctx context.Context, config types.Object, userAgent string) (any, diag.Diagnostics) {
	var b block
	known, diags := system.Decode(ctx, config, &b)
	if !known {
		return system.NotYet[*server]("Nautes"), diags
	}
	token, more := system.Credential(b.Token, path.Root(s.Name()).AtName("token"), tokenVariable)
	diags.Append(more...)
	baseURL, more := b.Address(baseURLVariable)
	diags.Append(more...)
	if token == "" || baseURL == "" {
		return system.Unavailable[*server]("Nautes is not configured",
			"A cicd_nautes_… type is used, but there is no address or no token for Nautes. Set base_url and token in the provider's "+
				"nautes block, or the environment variables "+baseURLVariable+" and "+tokenVariable+"."), diags
	}
	access, more := system.Open(b.Connection, system.Target{
		System: "Nautes", BaseURL: baseURL, Secrets: []string{token}, SecretMembers: nautesapi.SecretMembers(),
		Transport: transport.Options{UserAgent: userAgent, RequestTimeout: requestTimeout, RefusesWith500: true},
	}, func(h *http.Client) (*server, error) {
		client, err := nautesapi.New(nautesapi.Config{
			BaseURL: baseURL, Token: token, HTTP: h, WireVersion: nautesapi.WireVersion(b.WireVersion.ValueString()),
		})
		return newServer(client), err
	})
	return access, append(diags, more...)
}

// Resources are Nautes' resources.
func (System) Resources() []func() resource.Resource {
	return []func() resource.Resource{newRuntimeResource}
}

// DataSources are Nautes' data sources.
func (System) DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newRuntimeDataSource, newRuntimesDataSource}
}

// Actions are Nautes's actions.
func (System) Actions() []func() action.Action { return nil }

// ListResources are Nautes's list resources.
func (System) ListResources() []func() list.ListResource { return nil }

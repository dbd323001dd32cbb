// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package gitlab is GitLab's slice of the provider: pipeline schedules, their
// variables, and pipelines.
//
// Each type has a file for its life (`*_resource.go`, `*_data_source.go`),
// one for its schema, and one for the conversion between Terraform's values
// and the API's (`*_model.go`), which is pure. What the server does is in
// internal/gitlabapi.
package gitlab

import (
	"context"
	"net/http"

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

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// System is GitLab.
type System struct{}

// Name is `gitlab`.
func (System) Name() string { return "gitlab" }

const (
	baseURLVariable = "GITLAB_BASE_URL"
	tokenVariable   = "GITLAB_TOKEN"
)

// Block is the schema of the provider's `gitlab` block.
func (System) Block() schema.SingleNestedAttribute {
	return system.ConnectionBlock("GitLab", "The address of the GitLab instance, with or without `/api/v4`, "+
		"and with its path prefix if it has one. Default: the environment variable `"+baseURLVariable+"`, else `https://gitlab.com`.",
		transport.DefaultRequestTimeout, map[string]schema.Attribute{
			"token": system.TokenAttribute("The token to authenticate with; it needs the `api` scope (`read_api` is enough for plans and data sources). Default: the environment variable `" + tokenVariable + "`."),
			"token_type": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(gitlabapi.TokenTypes()...)},
				MarkdownDescription: "What `token` is: `private` for a personal, project or group access token (the default), `oauth` for an OAuth access token, `job` for a CI job token. GitLab takes job tokens on no route of pipeline schedules.",
			},
		})
}

type block struct {
	system.Connection
	Token     types.String `tfsdk:"token"`
	TokenType types.String `tfsdk:"token_type"`
}

// Connect makes GitLab's client.
func (s System) Connect(ctx context.Context, config types.Object, userAgent string) (any, diag.Diagnostics) {
	var b block
	known, diags := system.Decode(ctx, config, &b)
	if !known {
		return system.NotYet[*gitlabapi.Client]("GitLab"), diags
	}
	token, more := system.Credential(b.Token, path.Root(s.Name()).AtName("token"), tokenVariable)
	diags.Append(more...)
	if token == "" {
		return system.Unavailable[*gitlabapi.Client]("GitLab is not configured",
			"A cicd_gitlab_… type is used, but there is no token for GitLab. Set token in the provider's gitlab block, "+
				"or the environment variable "+tokenVariable+"; and base_url or "+baseURLVariable+" unless it is gitlab.com."), diags
	}
	baseURL, more := b.Address(baseURLVariable)
	diags.Append(more...)
	access, more := system.Open(b.Connection, system.Target{
		System: "GitLab", BaseURL: baseURL, Secrets: []string{token}, SecretMembers: gitlabapi.SecretMembers(),
		Transport: transport.Options{UserAgent: userAgent, RequestTimeout: transport.DefaultRequestTimeout},
	}, func(h *http.Client) (*gitlabapi.Client, error) {
		return gitlabapi.New(gitlabapi.Config{BaseURL: baseURL, Token: token, TokenType: b.TokenType.ValueString(), HTTP: h})
	})
	return access, append(diags, more...)
}

// Resources are GitLab's resources.
func (System) Resources() []func() resource.Resource {
	return []func() resource.Resource{newScheduleResource, newScheduleVariableResource, newPipelineResource}
}

// DataSources are GitLab's data sources.
func (System) DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newScheduleDataSource, newSchedulesDataSource, newSchedulePipelinesDataSource,
		newPipelineDataSource, newPipelinesDataSource, newPipelineVariablesDataSource,
	}
}

// Actions are GitLab's actions.
func (System) Actions() []func() action.Action {
	return []func() action.Action{
		newPlayScheduleAction, newTakeOwnershipAction, newCreatePipelineAction, newRetryPipelineAction, newCancelPipelineAction,
		newDeletePipelineAction,
	}
}

// ListResources are GitLab's list resources.
func (System) ListResources() []func() list.ListResource {
	return []func() list.ListResource{newScheduleList, newScheduleVariableList}
}

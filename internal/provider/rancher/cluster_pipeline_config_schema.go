// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// schemes are what `scheme` may be; the first is the server's default.
var schemes = []string{"https", "http"}

const clusterPipelineConfigIDDescription = "The configuration's id: `<cluster_id>:<name>`, as in `c-abc12:github`."

func clusterPipelineConfigSchema(ctx context.Context) schema.Schema {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: page("A cluster's pipeline configuration in Rancher: the OAuth application with which people who make pipelines in the cluster log in at their git host.",
			needsKey("create, change and delete pipeline configurations in the cluster"),
			"Rancher never shows the client secret. A change of it made elsewhere is not seen.",
			"`client_secret` is in the state in clear; `client_secret_wo` is in no state and no plan. See the guide [Secrets that never reach state](../guides/secrets-that-never-reach-state.md).",
			"An import has no secret. The configuration may leave it out then: Rancher keeps the one it has.",
			"Creating one whose name the cluster has already is an error, and leaves that as it is.",
			deletedSlowly,
		),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, PlanModifiers: kept, MarkdownDescription: clusterPipelineConfigIDDescription},
			"cluster_id": schema.StringAttribute{
				Required: true, Validators: clusterID, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The cluster's id, as in `c-abc12`. Another cluster replaces the configuration.",
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true, Validators: objectName,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The configuration's name in the cluster: lower case letters, digits and hyphens. Another name replaces the configuration. " +
					"Default: Rancher makes one up.",
			},
			"github": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "An OAuth application of GitHub. Default: none; taking it out of the configuration removes it from Rancher.", Attributes: gitHubAttributes(),
			},
			"state":    schema.StringAttribute{Computed: true, PlanModifiers: kept, MarkdownDescription: stateDescription},
			"timeouts": system.TimeoutsAttribute(ctx),
		},
	}
}

const stateDescription = "What Rancher says of the object itself, such as `active`; `removing` while it is being deleted. Null where it says nothing."

func gitHubAttributes() map[string]schema.Attribute {
	scheme := defaulted(schemes[0], "How to reach the host: `https` or `http`.")
	scheme.Validators = []validator.String{stringvalidator.OneOf(schemes...)}
	host := defaulted("", "")
	host.Validators = []validator.String{hostName}
	host.MarkdownDescription = "The host name of a GitHub Enterprise, as in `git.example.com`, without `https://`. Default: empty, which is github.com."
	return map[string]schema.Attribute{
		"scheme":    scheme,
		"host":      host,
		"client_id": schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{spelling{}}, MarkdownDescription: "The application's client id, which GitHub shows in its settings."},
		"client_secret": system.SecretAttribute("client_secret", schema.StringAttribute{
			Validators: notEmpty,
			MarkdownDescription: "The application's client secret, which is kept in state. Where `github` is new, it needs `client_secret` or `client_secret_wo`; " +
				"with neither, one that exists keeps its secret.",
		}),
		"client_secret_wo": system.WriteOnlyAttribute("client_secret", schema.StringAttribute{
			Validators: notEmpty,
			MarkdownDescription: "The application's client secret, which is kept nowhere (Terraform or OpenTofu 1.11 or later). It is sent when `client_secret_wo_version` changes, " +
				"and whenever something else of `github` does.",
		}),
		"client_secret_wo_version": system.WriteOnlyVersionAttribute("client_secret"),
	}
}

var hostName = doubt{summary: "Not a host name", about: func(text string) string {
	if !strings.Contains(text, "/") {
		return ""
	}
	return fmt.Sprintf("%q is an address or has a path. Rancher takes a host name there, as in git.example.com, and puts github.scheme before it.", text)
}}

var notEmpty = []validator.String{system.NotEmpty()}

func (*clusterPipelineConfigResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	identitySchema("The configuration's id, `<cluster_id>:<name>`.", resp)
}

var gitHubType = nested.TypeOf(gitHubAttributes())

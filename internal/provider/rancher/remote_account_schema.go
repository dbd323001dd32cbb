// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

func remoteAccountSchema(ctx context.Context) schema.Schema {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, PlanModifiers: kept, MarkdownDescription: description}
	}
	version := system.WriteOnlyVersionAttribute("access_token")
	version.MarkdownDescription = "Any number. Change it to replace the account by one with the present `access_token_wo`."
	return schema.Schema{
		MarkdownDescription: page("A Rancher user's account at a git host, by which pipelines get at repositories. For an account that a person connects by OAuth, there is the action "+
			"[`cicd_rancher_remote_account_login`](../actions/rancher_remote_account_login.md).",
			"An API key of any user. The account belongs to that user: Terraform with another user's key may not see it.",
			"Rancher takes the access token when it creates the account, never shows it, and ignores any later one. So another token replaces the account, which then has another id.",
			"What token an account has that was imported isn't known: the first one that is configured for it is taken to be that, and is not sent.",
			"`access_token` is in the state in clear; `access_token_wo` is in no state and no plan. See the guide [Secrets that never reach state](../guides/secrets-that-never-reach-state.md).",
			deletedSlowly,
		),
		Attributes: map[string]schema.Attribute{
			"id": computed("The account's id, which Rancher makes up."),
			"type": schema.StringAttribute{
				Required: true, PlanModifiers: []planmodifier.String{spelling{}, stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{knownAccountType},
				MarkdownDescription: "The kind of git host: `github`. Another kind replaces the account.",
			},
			"display_name": text("What people see in Rancher. Default: empty."),
			"account_name": text("The login at the git host, as in `octocat`. Default: empty."),
			"access_token": system.SecretAttribute("access_token", schema.StringAttribute{
				Validators:          notEmpty,
				MarkdownDescription: "The access token of the git host, which is kept in state. Another one, or none any more, replaces the account. Default: none.",
			}),
			"access_token_wo": system.WriteOnlyAttribute("access_token", schema.StringAttribute{
				Validators: notEmpty,
				MarkdownDescription: "The access token of the git host, which is kept nowhere (Terraform or OpenTofu 1.11 or later). It is sent only when the account is created: " +
					"change `access_token_wo_version` to replace the account.",
			}),
			"access_token_wo_version": version,
			"user_name":               computed("The Rancher user whose account it is: the one whose key created it."),
			"avatar_url":              computed("The address of the account's picture; may be empty."),
			"html_url":                computed("The address of the account's page at the git host; may be empty."),
			"creator_id":              computed("The id of the user who created the account; null when the server itself did."),
			"state":                   computed(stateDescription),
			"timeouts":                system.TimeoutsAttribute(ctx),
		},
	}
}

const gitHubAccount = "github"

var knownAccountType = doubt{summary: "Unknown type of remote account", about: func(text string) string {
	if sameText(text, gitHubAccount) {
		return ""
	}
	return fmt.Sprintf("%q is not %s, the only type that the Pipeline API SPEC has. A server that doesn't know it either refuses the account.", text, gitHubAccount)
}}

func (*remoteAccountResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	identitySchema("The account's id, as in `ra-k7f2x`.", resp)
}

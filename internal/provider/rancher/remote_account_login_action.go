// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// loginAction is cicd_rancher_remote_account_login.
type loginAction struct {
	system.Action[*rancherapi.Client]
}

type loginModel struct {
	Type        types.String   `tfsdk:"type"`
	Code        types.String   `tfsdk:"code"`
	RedirectURL types.String   `tfsdk:"redirect_url"`
	ClusterID   types.String   `tfsdk:"cluster_id"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func newLoginAction() action.Action { return &loginAction{} }

func (*loginAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_remote_account_login"
}

func (*loginAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Connects an account at a git host to the user of the provider's token by OAuth: Rancher trades the code that the git host gave for an access token, "+
			"and makes a remote account of it.",
			"An API key of any user. The account will be that user's.",
			"The cluster needs a pipeline configuration with the application that the code is for: see [`cicd_rancher_cluster_pipeline_config`](../resources/rancher_cluster_pipeline_config.md).",
			"A code works once, and for some minutes only. An account that is connected already is an error.",
			"An account whose access token you have is the resource [`cicd_rancher_remote_account`](../resources/rancher_remote_account.md) instead.",
		),
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Required: true, Validators: notEmpty, MarkdownDescription: "The kind of git host: `github`.",
			},
			"code": schema.StringAttribute{
				Required: true, Validators: notEmpty,
				MarkdownDescription: "The code with which the git host sent the user back. It is a secret, taken once, and for some minutes only. Terraform keeps nothing of an action, " +
					"but shows this in the plan unless it comes from a sensitive variable.",
			},
			"redirect_url": schema.StringAttribute{
				Optional: true, Validators: notEmpty, MarkdownDescription: "The address to which the git host sent the user, where it was asked for with one. Default: none.",
			},
			"cluster_id": schema.StringAttribute{
				Required: true, Validators: clusterID, MarkdownDescription: "The id of the cluster whose pipeline configuration has the application, as in `c-abc12`.",
			},
			"timeouts": system.ActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *loginAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m loginModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	progress := system.ProgressOf(resp)
	progress("Logging in to a remote account, for cluster " + m.ClusterID.ValueString())
	account, err := client.LoginRemoteAccount(ctx, rancherapi.Login{
		Type: m.Type.ValueString(), Code: rancherapi.Secret(m.Code.ValueString()), RedirectURL: m.RedirectURL.ValueStringPointer(), ClusterName: m.ClusterID.ValueString(),
	})
	var refusal *rancherapi.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Taken():
		resp.Diagnostics.AddAttributeError(path.Root("code"), "The account is connected already", system.Explain("Rancher", err)+
			"\n\nThe token's user has a remote account for this account at the git host. Rancher left it as it is, with the access token that "+
			"it has. If that is no longer good, delete the remote account, and log in with a new code: Rancher takes each code once.")
	case err != nil:
		about := object{
			kind: "remote account", parentKind: "cluster", parent: m.ClusterID.ValueString(), whenFailed: "Rancher fails like this also when cluster " + m.ClusterID.ValueString() + " has no pipeline configuration with an application: " +
				"the resource cicd_rancher_cluster_pipeline_config makes one.",
			whenLost: "Look for the account with the data source cicd_rancher_remote_accounts. If it isn't there, log in again with a new code: each is taken once.",
		}
		resp.Diagnostics.Append(about.failed("log in to a", err)...)
	case account == nil:
		progress("Remote account: connected; Rancher didn't tell its id")
	default:
		progress("Remote account " + account.ID + prefixed(" ", inBrackets(said(account.Spec.AccountName))) + ": connected")
	}
}

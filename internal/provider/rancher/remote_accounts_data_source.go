// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// accountsDataSource is cicd_rancher_remote_accounts.
type accountsDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newAccountsDataSource() datasource.DataSource { return &accountsDataSource{} }

type accountsModel struct {
	CreatorID types.String   `tfsdk:"creator_id"`
	Accounts  []accountShown `tfsdk:"remote_accounts"`
}

// accountShown is a remote account as a data source shows it.
type accountShown struct {
	envelope
	Type        types.String `tfsdk:"type"`
	DisplayName types.String `tfsdk:"display_name"`
	AccountName types.String `tfsdk:"account_name"`
	UserName    types.String `tfsdk:"user_name"`
	AvatarURL   types.String `tfsdk:"avatar_url"`
	HTMLURL     types.String `tfsdk:"html_url"`
	State       types.String `tfsdk:"state"`
}

func (*accountsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_remote_accounts"
}

func (*accountsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("The accounts at git hosts that Rancher knows and that the token's user may see, in the order of their ids.",
			"An API key of any user. Accounts belong to users: those of others may be left out, without a word.",
			"Rancher never shows their access tokens.",
		),
		Attributes: map[string]schema.Attribute{
			"creator_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Only accounts that the user with this id created, as in `user-kb8l5`. Default: all. No account that the server itself created is among them.",
			},
			"remote_accounts": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The accounts.",
				NestedObject: schema.NestedAttributeObject{Attributes: enveloped("account", map[string]schema.Attribute{
					"type":         shown("The kind of git host, such as `github`."),
					"display_name": shown("What people see in Rancher; may be empty."),
					"account_name": shown("The login at the git host; may be empty."),
					"user_name":    shown("The Rancher user whose account it is."),
					"avatar_url":   shown("The address of the account's picture."),
					"html_url":     shown("The address of the account's page at the git host."),
					"state":        shown(stateDescription),
				})},
			},
		},
	}
}

func (d *accountsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m accountsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	accounts, err := client.RemoteAccounts(ctx, m.CreatorID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unlisted("remote accounts", "", "", err)...)
		return
	}
	m.Accounts = []accountShown{}
	for _, account := range accounts {
		// It is shown as the resource has it after an import.
		var imported remoteAccountModel
		imported.refresh(&account)
		m.Accounts = append(m.Accounts, accountShown{
			envelope: envelopeOf(account.Object), Type: imported.Type, DisplayName: imported.DisplayName, AccountName: imported.AccountName,
			UserName: imported.UserName, AvatarURL: imported.AvatarURL, HTMLURL: imported.HTMLURL, State: imported.State,
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

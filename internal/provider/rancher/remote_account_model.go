// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// remoteAccountModel is a remote account in configuration, plan and state.
type remoteAccountModel struct {
	ID                   types.String   `tfsdk:"id"`
	Type                 types.String   `tfsdk:"type"`
	DisplayName          types.String   `tfsdk:"display_name"`
	AccountName          types.String   `tfsdk:"account_name"`
	AccessToken          types.String   `tfsdk:"access_token"`
	AccessTokenWO        types.String   `tfsdk:"access_token_wo"`
	AccessTokenWOVersion types.Int64    `tfsdk:"access_token_wo_version"`
	UserName             types.String   `tfsdk:"user_name"`
	AvatarURL            types.String   `tfsdk:"avatar_url"`
	HTMLURL              types.String   `tfsdk:"html_url"`
	CreatorID            types.String   `tfsdk:"creator_id"`
	State                types.String   `tfsdk:"state"`
	Timeouts             timeouts.Value `tfsdk:"timeouts"`
}

func (m remoteAccountModel) identity() objectIdentity { return objectIdentity{ID: m.ID} }

func (m remoteAccountModel) token() system.Secret {
	return system.Secret{Value: m.AccessToken, WriteOnly: m.AccessTokenWO, Version: m.AccessTokenWOVersion}
}

// creation is what creates the planned account.
func (m remoteAccountModel) creation(config remoteAccountModel) rancherapi.RemoteAccountSpec {
	spec := m.names()
	spec.Type = m.Type.ValueStringPointer()
	if token := m.token().Given(config.token()); token != nil {
		spec.AccessToken = rancherapi.Secret(*token)
	}
	return spec
}

// change is what turns the account in state m into the planned one, and whether
// that is anything. Nothing but the names can be changed.
func (m remoteAccountModel) change(plan remoteAccountModel) (from, to rancherapi.RemoteAccountSpec, differs bool) {
	return m.names(), plan.names(), !plan.DisplayName.Equal(m.DisplayName) || !plan.AccountName.Equal(m.AccountName)
}

func (m remoteAccountModel) names() rancherapi.RemoteAccountSpec {
	return rancherapi.RemoteAccountSpec{DisplayName: m.DisplayName.ValueStringPointer(), AccountName: m.AccountName.ValueStringPointer()}
}

// tokenChange is what a plan has to do about the token.
type tokenChange int

const (
	// sameToken is nothing, or but a change of where the token is kept.
	sameToken tokenChange = iota
	// firstToken is the first one that is configured for an account that was
	// imported.
	firstToken
	// otherToken is another one than Rancher has, which takes another account.
	otherToken
)

// tokenChange tells how a plan's token differs from that of the account in
// state m. imported says that the account came with a token that isn't known.
func (m remoteAccountModel) tokenChange(plan, config remoteAccountModel, imported bool) tokenChange {
	switch {
	case !m.token().Differs(plan.token()):
		return sameToken
	case imported:
		return firstToken
	case !m.AccessToken.IsNull() && m.AccessToken.Equal(config.AccessTokenWO):
		return sameToken
	}
	return otherToken
}

// refresh takes the server's account into the model. A text that was left out
// stays so as long as it is empty there. Right after an import, what is left
// out becomes empty, which plans empty whether the configuration has it or not.
func (m *remoteAccountModel) refresh(stored *rancherapi.RemoteAccount) {
	in := intake{all: m.Type.IsNull()}
	m.ID = types.StringValue(stored.ID)
	m.Type = intake{}.text(m.Type, stored.Spec.Type)
	m.DisplayName = in.text(m.DisplayName, stored.Spec.DisplayName)
	m.AccountName = in.text(m.AccountName, stored.Spec.AccountName)
	m.AccessTokenWO = types.StringNull()
	m.UserName = types.StringPointerValue(stored.Spec.UserName)
	m.AvatarURL = types.StringPointerValue(stored.Spec.AvatarURL)
	m.HTMLURL = types.StringPointerValue(stored.Spec.HTMLURL)
	m.CreatorID = types.StringNull()
	if stored.CreatorID != "" {
		m.CreatorID = types.StringValue(stored.CreatorID)
	}
	m.State = stateOf(stored.Object)
}

// object is what diagnostics are about.
func (m remoteAccountModel) object() object {
	return object{
		kind: "remote account", id: m.ID.ValueString(),
		members: map[string]path.Path{
			"spec.type": path.Root("type"), "spec.displayName": path.Root("display_name"),
			"spec.accountName": path.Root("account_name"), "spec.accessToken": path.Root("access_token"),
		},
	}
}

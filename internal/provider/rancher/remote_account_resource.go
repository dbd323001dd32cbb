// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// remoteAccountResource is cicd_rancher_remote_account.
type remoteAccountResource struct {
	system.Resource[*rancherapi.Client]
}

var (
	_ resource.ResourceWithConfigure   = (*remoteAccountResource)(nil)
	_ resource.ResourceWithIdentity    = (*remoteAccountResource)(nil)
	_ resource.ResourceWithImportState = (*remoteAccountResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*remoteAccountResource)(nil)
)

func newRemoteAccountResource() resource.Resource { return &remoteAccountResource{} }

// importedKey is where private state has that the account was imported, and
// that no token has been configured for it since.
const importedKey = "imported"

func (*remoteAccountResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_remote_account"
}

func (*remoteAccountResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = remoteAccountSchema(ctx)
}

// ModifyPlan replaces the account for another token, and when it is being
// deleted.
func (r *remoteAccountResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	if req.State.Raw.IsNull() {
		r.Expect(&resp.Diagnostics)
		return
	}
	var config, plan, state remoteAccountModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	imported, diags := system.Recall[bool](ctx, req.Private, importedKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.object().replaceRemoved(ctx, state.State, resp) {
		return
	}
	at := path.Root("access_token")
	if !config.AccessTokenWO.IsNull() {
		at = path.Root("access_token_wo_version")
	}
	switch state.tokenChange(plan, config, imported) {
	case sameToken:
	case firstToken:
		// Another type replaces the account, which sends the token.
		if plan.Type.Equal(state.Type) {
			resp.Diagnostics.AddAttributeWarning(at, "An update in place doesn't send the access token",
				"Remote account "+state.ID.ValueString()+" was imported, and Rancher doesn't show what token it has. It is taken to have this one, which is noted but not sent, "+
					"unless the account is replaced. To make sure that it has it, have it replaced: terraform apply -replace=<address>. Pipelines that name it then need its new id.")
		}
	case otherToken:
		for name, differs := range map[string]bool{
			"access_token":            !plan.AccessToken.Equal(state.AccessToken),
			"access_token_wo_version": !plan.AccessTokenWOVersion.Equal(state.AccessTokenWOVersion),
		} {
			if differs {
				resp.RequiresReplace.Append(path.Root(name))
			}
		}
	}
}

// Create makes the account.
func (r *remoteAccountResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, state remoteAccountModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), state.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	created, err := client.CreateRemoteAccount(ctx, state.creation(config))
	created, err = creation.Settle(ctx, lostObject, created, err)
	if err != nil {
		resp.Diagnostics.Append(state.object().failed(creating, err)...)
		return
	}
	state.refresh(created)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Read takes the server's account into state. Only a proven absence takes it
// out of there.
func (r *remoteAccountResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state remoteAccountModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	stored, err := client.ListedRemoteAccount(ctx, state.ID.ValueString())
	switch {
	case errors.Is(err, rancherapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(state.object().failed(reading, err)...)
		return
	}
	state.refresh(stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update sends the names, if they differ. A plan that brings the first token of
// an imported account has no more to do than to note it.
func (r *remoteAccountResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state remoteAccountModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if from, to, differs := state.change(plan); differs {
		if _, err := client.UpdateRemoteAccount(ctx, state.ID.ValueString(), from, to); err != nil {
			resp.Diagnostics.Append(state.object().failed(updating, err)...)
			return
		}
	}
	if state.token().Differs(plan.token()) {
		resp.Diagnostics.Append(system.Remember(ctx, resp.Private, importedKey, false)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete deletes the account, waits until it is gone, and is content when that
// is done already.
func (r *remoteAccountResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state remoteAccountModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	if err := client.DeleteRemoteAccount(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, rancherapi.ErrAbsent) {
		resp.Diagnostics.Append(state.object().failed(deleting, err)...)
	}
}

// ImportState takes the account's id, or an identity.
func (*remoteAccountResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByID(ctx, req, resp, accountIDs)
	resp.Diagnostics.Append(system.Remember(ctx, resp.Private, importedKey, true)...)
}

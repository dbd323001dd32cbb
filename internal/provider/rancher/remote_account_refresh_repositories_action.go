// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// refreshRepositoriesAction is cicd_rancher_remote_account_refresh_repositories.
type refreshRepositoriesAction struct {
	system.Action[*rancherapi.Client]
}

type refreshRepositoriesModel struct {
	RemoteAccountID types.String   `tfsdk:"remote_account_id"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func newRefreshRepositoriesAction() action.Action { return &refreshRepositoriesAction{} }

func (*refreshRepositoriesAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_remote_account_refresh_repositories"
}

func (*refreshRepositoriesAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Has Rancher ask the git host again which repositories a remote account can reach, and tells how many.",
			"An API key of the user whose account it is.",
			"The data source [`cicd_rancher_git_repositories`](../data-sources/rancher_git_repositories.md) shows them.",
		),
		Attributes: map[string]schema.Attribute{
			"remote_account_id": accountIDAttribute(),
			"timeouts":          system.ActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *refreshRepositoriesAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m refreshRepositoriesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	id, progress := m.RemoteAccountID.ValueString(), system.ProgressOf(resp)
	progress("Refreshing the repositories of remote account " + id)
	cache, err := client.RefreshRepositories(ctx, id)
	if err != nil {
		about := actedOn("remote account", "remote_account_id", m.RemoteAccountID)
		about.whenFailed = "Rancher fails like this also when the git host no longer takes the account's access token."
		about.whenLost = "Refreshing them again does no harm."
		resp.Diagnostics.Append(about.failed("refresh the repositories of", err)...)
		return
	}
	progress(fmt.Sprintf("Remote account %s: %s", id, counted(len(cache.Spec.Repositories))))
}

func counted(repositories int) string {
	if repositories == 1 {
		return "1 repository"
	}
	return fmt.Sprintf("%d repositories", repositories)
}

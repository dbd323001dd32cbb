// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// deleteHistoryAction is cicd_rancher_pipeline_history_delete.
type deleteHistoryAction struct {
	system.Action[*rancherapi.Client]
}

type deleteHistoryModel struct {
	HistoryID types.String   `tfsdk:"history_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func newDeleteHistoryAction() action.Action { return &deleteHistoryAction{} }

func (*deleteHistoryAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_history_delete"
}

func (*deleteHistoryAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Deletes a run of a Rancher pipeline, for good, and waits until it is gone.", needsKey("delete runs of the project's pipelines"),
			"A run that isn't there is a warning."),
		Attributes: map[string]schema.Attribute{
			"history_id": historyIDAttribute(),
			"timeouts":   system.ActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *deleteHistoryAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m deleteHistoryModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	id, progress := m.HistoryID.ValueString(), system.ProgressOf(resp)
	progress("Deleting run " + id)
	err := client.DeletePipelineHistory(ctx, id)
	switch {
	case errors.Is(err, rancherapi.ErrAbsent):
		resp.Diagnostics.AddWarning("There is no run "+id, "Run "+id+" was to be deleted, but it isn't there, or the token's user may not see it. "+
			"If it was deleted before, all is well; else check history_id.")
	case err != nil:
		about := actedOn(historyKind, "history_id", m.HistoryID)
		about.whenLost = "Deleting it again does no harm."
		resp.Diagnostics.Append(about.failed(deleting, err)...)
	default:
		progress("Run " + id + ": deleted")
	}
}

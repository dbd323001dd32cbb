// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// stopHistoryAction is cicd_rancher_pipeline_history_stop.
type stopHistoryAction struct {
	system.Action[*rancherapi.Client]
}

func newStopHistoryAction() action.Action { return &stopHistoryAction{} }

func (*stopHistoryAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_history_stop"
}

func (*stopHistoryAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Stops a run of a Rancher pipeline.", needsKey("stop runs of the project's pipelines"),
			"A run that is over already stays as it is, which is no error."),
		Attributes: map[string]schema.Attribute{
			"history_id": historyIDAttribute(),
			"wait":       system.WaitAttribute("Whether to wait until the run is over, where Rancher takes time to stop it. How it ended is told, and is no error."),
			"timeouts":   system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

// Invoke tries before it looks: what is to be stopped mostly runs.
func (a *stopHistoryAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m historyActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := m.about(), system.ProgressOf(resp)
	about.whenLost = "Look at the run, with the data source cicd_rancher_pipeline_history. Stopping it again does no harm."
	progress("Stopping run " + about.id)
	h, err := client.StopPipelineHistory(ctx, m.HistoryID.ValueString())
	if notNow(err) || transport.OutcomeUnknown(err) {
		if now, lookErr := client.PipelineHistory(ctx, m.HistoryID.ValueString()); lookErr == nil && now.Finished() {
			h, err = now, nil
		}
	}
	if err != nil {
		resp.Diagnostics.Append(about.failed(stopping, err)...)
		return
	}
	progress(beforeWait(h, m.Wait.ValueBool()))
	if m.Wait.ValueBool() && !h.Finished() {
		if h, err = waitForRun(ctx, client, h, finished, progress); err != nil {
			resp.Diagnostics.Append(notAwaited(h, err))
			return
		}
	}
	if h.Finished() && !rancherapi.Aborted(h.RunState()) {
		progress("Run " + h.ID + " ended by itself before it could be stopped")
	}
}

// notNow reports whether a run was refused an action because it is finished, or
// isn't.
func notNow(err error) bool {
	var refusal *rancherapi.Refusal
	return errors.As(err, &refusal) && refusal.Code == rancherapi.CodeInvalidAction
}

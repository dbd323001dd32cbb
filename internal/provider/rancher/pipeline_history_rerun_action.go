// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// rerunHistoryAction is cicd_rancher_pipeline_history_rerun.
type rerunHistoryAction struct {
	system.Action[*rancherapi.Client]
}

func newRerunHistoryAction() action.Action { return &rerunHistoryAction{} }

func (*rerunHistoryAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_history_rerun"
}

func (*rerunHistoryAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Runs again what a finished run of a Rancher pipeline ran, however it ended.", needsKey("run the project's pipelines"),
			"On some servers that is the same run, whose outcome and logs are lost with that, on others a new one; progress tells its id.",
			"A run that isn't finished is an error.",
			runsGoOn,
		),
		Attributes: map[string]schema.Attribute{
			"history_id": historyIDAttribute(),
			"wait":       system.WaitAttribute("Whether to wait until the run that begins is over. " + endsOfRun),
			"timeouts":   system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

// rerunShows is how long a run that runs again may go on to show its old end.
var rerunShows = 15 * time.Second

// Invoke looks first: what begins is told from what was by how that was.
func (a *rerunHistoryAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m historyActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := m.about(), system.ProgressOf(resp)
	about.whenLost = "Look at the runs of the pipeline, with the data source cicd_rancher_pipeline_histories, before you run it again."
	before, err := client.PipelineHistory(ctx, m.HistoryID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(about.failed(rerun, err)...)
		return
	}
	if !before.Finished() {
		resp.Diagnostics.Append(notOver(before))
		return
	}
	progress("Rerunning run " + before.ID)
	h, err := client.RerunPipelineHistory(ctx, before.ID)
	if transport.OutcomeUnknown(err) {
		if now, lookErr := client.PipelineHistory(ctx, before.ID); lookErr == nil && again(before, now) {
			h, err = now, nil
			progress("Rancher's answer got lost, but the run has begun again")
		}
	}
	if notNow(err) {
		if now, lookErr := client.PipelineHistory(ctx, before.ID); lookErr == nil && !now.Finished() {
			resp.Diagnostics.Append(notOver(now))
			return
		}
	}
	if err != nil {
		resp.Diagnostics.Append(about.failed(rerun, err)...)
		return
	}
	if !again(before, h) {
		if h, err = rerunBegins(ctx, client, before, progress); err != nil {
			resp.Diagnostics.Append(notAwaited(h, err))
			return
		}
	} else {
		progress(beforeWait(h, m.Wait.ValueBool()))
	}
	switch {
	case !again(before, h):
		summary := "Run " + h.ID + " does not run again"
		detail := "Rancher took the wish to run " + h.ID + " again, but its state is still " + stateOfRun(h) + ". It may have begun another run without telling. " + about.whenLost
		if m.Wait.ValueBool() {
			resp.Diagnostics.AddError(summary, detail)
		} else {
			resp.Diagnostics.AddWarning(summary, detail)
		}
	case m.Wait.ValueBool():
		resp.Diagnostics.Append(runToEnd(ctx, client, h, progress)...)
	}
}

// again reports whether a run is another one than before, or the same that has
// begun again.
func again(before, now *rancherapi.PipelineHistory) bool {
	if now.ID != before.ID || !now.Finished() {
		return true
	}
	return now.Status.Started != before.Status.Started
}

// rerunBegins waits for a run that still has the end of before to begin again,
// since Rancher may answer before it does. A server that doesn't show it at last
// is an error.
func rerunBegins(
	ctx context.Context, client *rancherapi.Client, before *rancherapi.PipelineHistory, progress func(string),
) (*rancherapi.PipelineHistory, error) {
	short, cancel := context.WithTimeout(ctx, rerunShows)
	defer cancel()
	h, err := waitForRun(short, client, before, func(now *rancherapi.PipelineHistory) bool { return again(before, now) }, progress)
	var unfinished *poll.UnfinishedError
	if errors.As(err, &unfinished) && ctx.Err() == nil {
		return h, unfinished.Trouble
	}
	return h, err
}

func notOver(h *rancherapi.PipelineHistory) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Run "+h.ID+" is not over",
		called(h)+" was to run again, but it has not ended: its state is "+stateOfRun(h)+". Nothing was done. "+
			"Wait until it is over, or stop it, with the action cicd_rancher_pipeline_history_stop.")
}

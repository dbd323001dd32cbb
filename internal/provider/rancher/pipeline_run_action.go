// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// runPipelineAction is cicd_rancher_pipeline_run.
type runPipelineAction struct {
	system.Action[*rancherapi.Client]
}

type runPipelineModel struct {
	PipelineID types.String   `tfsdk:"pipeline_id"`
	Wait       types.Bool     `tfsdk:"wait"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func newRunPipelineAction() action.Action { return &runPipelineAction{} }

func (*runPipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_run"
}

func (*runPipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: page("Runs a Rancher pipeline, also one that isn't active.", needsKey("run the project's pipelines"),
			"Each invocation is a new run, which Rancher calls a pipeline history.",
			runsGoOn,
		),
		Attributes: map[string]schema.Attribute{
			"pipeline_id": pipelineIDAttribute(),
			"wait":        system.WaitAttribute("Whether to wait until the run is over. " + endsOfRun),
			"timeouts":    system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

// Invoke looks at the pipeline first: a run that Rancher started without telling
// is known by its number.
func (a *runPipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m runPipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := actedOn("pipeline", "pipeline_id", m.PipelineID), system.ProgressOf(resp)
	before, err := client.Pipeline(ctx, m.PipelineID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(about.failed(running, err)...)
		return
	}
	progress("Running pipeline " + before.ID)
	h, err := client.RunPipeline(ctx, before.ID)
	var refusal *rancherapi.Refusal
	silent := h == nil && err == nil
	if silent || transport.OutcomeUnknown(err) {
		since := runsSince(ctx, client, before)
		// What there is after Rancher's own failure can have been in the way before.
		if len(since) == 1 && !errors.As(err, &refusal) {
			h, err = &since[0], nil
			progress(map[bool]string{true: "Rancher didn't tell which run it is", false: "Rancher's answer got lost"}[silent] + "; it is the one since then")
		}
		about.whenLost = lookForRun(before, since)
		about.whenFailed = "Rancher can make a run and then fail to count it. Such a run is in the way of every later one, until it is deleted, " +
			"with the action cicd_rancher_pipeline_history_delete."
	}
	switch {
	case err != nil:
		resp.Diagnostics.Append(about.failed(running, err)...)
		return
	case h == nil:
		resp.Diagnostics.Append(untold(about, m.Wait.ValueBool()))
		return
	}
	progress(beforeWait(h, m.Wait.ValueBool()))
	if m.Wait.ValueBool() {
		resp.Diagnostics.Append(runToEnd(ctx, client, h, progress)...)
	}
}

// untold says that Rancher ran a pipeline without saying which run that is.
func untold(about object, wait bool) diag.Diagnostic {
	summary := "Rancher didn't tell which run of " + about.name() + " it is"
	detail := "Rancher took the wish to run " + about.name() + ", but answered without a run. "
	if wait {
		return diag.NewErrorDiagnostic(summary, detail+"So it can't be waited for. "+about.whenLost)
	}
	return diag.NewWarningDiagnostic(summary, detail+about.whenLost)
}

// runsSince are the runs that can be the one that was to be started, as far as
// Rancher tells.
func runsSince(ctx context.Context, client *rancherapi.Client, before *rancherapi.Pipeline) []rancherapi.PipelineHistory {
	if before.Status.NextRun == 0 {
		return nil
	}
	runs, err := client.RunsSince(ctx, before)
	if err != nil {
		return nil
	}
	return runs
}

// lookForRun says which run can be the one that was to be started.
func lookForRun(p *rancherapi.Pipeline, since []rancherapi.PipelineHistory) string {
	if len(since) == 0 {
		return "Look at the runs of the pipeline, with the data source cicd_rancher_pipeline_histories, before you run it again."
	}
	var all []string
	for _, h := range since {
		all = append(all, h.ID+" (created "+h.Created+", "+stateOfRun(&h)+")")
	}
	return "Right after that, the newest runs of pipeline " + p.ID + " were: " + strings.Join(all, ", ") + ". Look at them before you run it again."
}

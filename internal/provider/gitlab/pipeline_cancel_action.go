// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// cancelPipelineAction is cicd_gitlab_pipeline_cancel.
type cancelPipelineAction struct {
	system.Action[*gitlabapi.Client]
}

func newCancelPipelineAction() action.Action { return &cancelPipelineAction{} }

func (*cancelPipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_cancel"
}

func (*cancelPipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Cancels a GitLab pipeline: its jobs that aren't over end.", toRunPipelines,
			"A pipeline that is over already stays as it is, which is no error.",
			"Where runners clean up after a job, the pipeline is `canceling` for a while after the action is done: see `wait`.",
		),
		Attributes: map[string]schema.Attribute{
			"project":     actionProjectAttribute(),
			"pipeline_id": actionPipelineIDAttribute(),
			"wait": system.WaitAttribute("Whether to wait until nothing of the pipeline runs any more: runners may take time to clean up (`canceling`). " +
				"How it ended is told, and is no error."),
			"timeouts": system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *cancelPipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m pipelineActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := m.about(), system.ProgressOf(resp)
	about.whenLost = "Look at the pipeline's page. Canceling it again does no harm."
	project, err := requestProject(ctx, client, m.Project)
	if err != nil {
		resp.Diagnostics.Append(about.failed(canceling, err)...)
		return
	}
	progress(fmt.Sprintf("Canceling pipeline %s", about.id))
	p, err := client.CancelPipeline(ctx, project, m.PipelineID.ValueInt64())
	if err != nil {
		resp.Diagnostics.Append(about.failed(canceling, err)...)
		return
	}
	progress(beforeWait(p, m.Wait.ValueBool()))
	if m.Wait.ValueBool() && !pipelineOver(p) {
		p, err = waitForPipeline(ctx, client, project, p, pipelineOver, progress)
		if err != nil {
			resp.Diagnostics.Append(about.notAwaited(p, err))
			return
		}
	}
	switch p.Status {
	case "success", "failed", "skipped":
		progress(fmt.Sprintf("Pipeline %d ended by itself before it could be canceled", p.ID))
	case "manual":
		resp.Diagnostics.AddWarning(fmt.Sprintf("Pipeline %d is not canceled", p.ID),
			fmt.Sprintf("Nothing of pipeline %d of project %s runs, but it isn't over: it waits for a job that somebody can start by hand, "+
				"which GitLab doesn't cancel.%s", p.ID, about.project, pipelinePage(p, "\n\nIts page is ")))
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// retryPipelineAction is cicd_gitlab_pipeline_retry.
type retryPipelineAction struct {
	system.Action[*gitlabapi.Client]
}

func newRetryPipelineAction() action.Action { return &retryPipelineAction{} }

func (*retryPipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_retry"
}

func (*retryPipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Runs a GitLab pipeline's failed and canceled jobs again.", toRunPipelines,
			"It stays the same pipeline, with the same id. To run all its jobs again, create another one.",
			"A pipeline that has no such jobs stays as it is; with `wait`, a warning says so.",
		),
		Attributes: map[string]schema.Attribute{
			"project":     actionProjectAttribute(),
			"pipeline_id": actionPipelineIDAttribute(),
			"wait":        system.WaitAttribute("Whether to wait until the pipeline is over. " + endsOfRun),
			"timeouts":    system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

// retryShows is how long a retried pipeline may go on to show its old status.
var retryShows = 15 * time.Second

func (a *retryPipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m pipelineActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := m.about(), system.ProgressOf(resp)
	project, err := requestProject(ctx, client, m.Project)
	if err != nil {
		resp.Diagnostics.Append(about.failed(retrying, err)...)
		return
	}
	progress(fmt.Sprintf("Retrying pipeline %s", about.id))
	p, err := client.RetryPipeline(ctx, project, m.PipelineID.ValueInt64())
	if err != nil {
		resp.Diagnostics.Append(about.failed(retrying, err)...)
		return
	}
	if !m.Wait.ValueBool() {
		news := pipelineNews(p)
		if pipelineOver(p) {
			news += " (GitLab took the wish; it stays so when there is nothing to run again)"
		}
		progress(news)
		return
	}
	progress(beforeWait(p, true))
	idle := false
	if pipelineOver(p) {
		if p, idle, err = retryBegins(ctx, client, project, p, progress); err != nil {
			resp.Diagnostics.Append(about.notAwaited(p, err))
			return
		}
	}
	if idle {
		resp.Diagnostics.AddWarning(fmt.Sprintf("Pipeline %d does not run again", p.ID),
			fmt.Sprintf("GitLab took the wish to retry pipeline %d of project %s, but its status is still %s. That is so when none of its jobs has failed or "+
				"was canceled, so that there is nothing to run again.%s", p.ID, about.project, p.Status, pipelinePage(p, "\n\nIts page is ")))
		resp.Diagnostics.Append(about.outcome(p)...)
		return
	}
	resp.Diagnostics.Append(about.runToEnd(ctx, client, project, p, progress)...)
}

// retryBegins waits for a pipeline that still has the status of before to move,
// since GitLab may answer before it does; idle says that it doesn't. One whose
// jobs are queued may still show the old status. It has run again when it was
// finished at another time. A server that doesn't show it at last is an error.
func retryBegins(
	ctx context.Context, client *gitlabapi.Client, project string, before *gitlabapi.Pipeline, progress func(string),
) (p *gitlabapi.Pipeline, idle bool, err error) {
	short, cancel := context.WithTimeout(ctx, retryShows)
	defer cancel()
	p, err = waitForPipeline(short, client, project, before, func(now *gitlabapi.Pipeline) bool {
		return !pipelineOver(now) || now.Status != before.Status || moved(before.FinishedAt, now.FinishedAt)
	}, progress)
	var unfinished *poll.UnfinishedError
	if errors.As(err, &unfinished) && ctx.Err() == nil {
		return p, unfinished.Trouble == nil, unfinished.Trouble
	}
	return p, false, err
}

// moved reports whether two times, as far as GitLab says them, differ.
func moved(from, to *string) bool { return from != nil && to != nil && *from != *to }

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// pipelinePace is how often a pipeline is looked at. Most take minutes; those
// that are over in seconds are not kept waiting for.
var pipelinePace = poll.Pace{First: time.Second, Longest: 15 * time.Second}

// pipelineOver reports whether a pipeline comes no further by itself. One that
// is `manual` waits for a person to start a job, for days if need be. One that
// is `scheduled` has a delayed job, which GitLab starts; and a status that only
// a later GitLab knows is taken for one on the way.
func pipelineOver(p *gitlabapi.Pipeline) bool {
	return slices.Contains([]string{"success", "failed", "canceled", "skipped", "manual"}, p.Status)
}

// waitForPipeline looks at a pipeline until it is as it was waited for, or the
// context ends, and tells progress of each status other than that of last, which
// is the pipeline as the caller has seen it. A server that fails, or can't be
// reached, for a while is waited for, too. It returns the pipeline as it was seen
// last, also with an error; for words on that error see [object.notAwaited].
func waitForPipeline(
	ctx context.Context, client *gitlabapi.Client, project string, last *gitlabapi.Pipeline, until func(*gitlabapi.Pipeline) bool, progress func(string),
) (*gitlabapi.Pipeline, error) {
	err := poll.Until(ctx, pipelinePace, func(ctx context.Context) (string, bool, error) {
		p, err := client.Pipeline(ctx, project, last.ID)
		switch {
		case transport.MayPass(err):
			return "", false, poll.Passing(err)
		case err != nil:
			return "", false, err
		}
		if last.Status != p.Status {
			progress(pipelineNews(p))
		}
		last = p
		return p.Status, until(p), nil
	})
	return last, err
}

// pipelineNews is a pipeline's status in a sentence.
func pipelineNews(p *gitlabapi.Pipeline) string {
	return fmt.Sprintf("Pipeline %d: %s%s", p.ID, p.Status, pipelinePage(p, " "))
}

// beforeWait is a pipeline's status before it may be waited for. It says what an
// interruption means, because after one Terraform passes on nothing more that
// an action tells.
func beforeWait(p *gitlabapi.Pipeline, wait bool) string {
	if !wait || pipelineOver(p) {
		return pipelineNews(p)
	}
	return pipelineNews(p) + " (goes on in GitLab when the wait is interrupted)"
}

// pipelinePage is where people look at a pipeline, after a prefix; old servers
// don't say.
func pipelinePage(p *gitlabapi.Pipeline, prefix string) string {
	if p.WebURL == nil {
		return ""
	}
	return prefix + *p.WebURL
}

// outcome is what to say of a run that was wanted, once it is over: that it
// failed or was canceled is an error, and that it did nothing, or not all, a
// warning.
func (o object) outcome(p *gitlabapi.Pipeline) diag.Diagnostics {
	var diags diag.Diagnostics
	at := fmt.Sprintf("Pipeline %d of project %s, on %s, ", p.ID, o.project, p.Ref)
	page := pipelinePage(p, "\n\nIts page is ")
	switch p.Status {
	case "failed":
		why := ""
		if p.YAMLErrors != nil && *p.YAMLErrors != "" {
			why = " GitLab says of its configuration: " + *p.YAMLErrors
		}
		diags.AddError(fmt.Sprintf("Pipeline %d failed", p.ID), at+"ended with the status failed."+why+
			" When the cause is out of the way, the action cicd_gitlab_pipeline_retry runs its failed jobs again."+page)
	case "canceled":
		diags.AddError(fmt.Sprintf("Pipeline %d was canceled", p.ID), at+"was canceled while it was waited for. "+
			"The action cicd_gitlab_pipeline_retry runs its canceled jobs again."+page)
	case "skipped":
		diags.AddWarning(fmt.Sprintf("Pipeline %d was skipped", p.ID), at+"ran no job: all of them were skipped."+page)
	case "manual":
		diags.AddWarning(fmt.Sprintf("Pipeline %d waits for a manual job", p.ID), at+"is blocked by a job that somebody has to start by hand. "+
			"It did not fail, but it is not through either; it was waited for no longer."+page)
	}
	return diags
}

// notAwaited is what to say when a wait for a pipeline ended before the
// pipeline; p is how it was seen last.
func (o object) notAwaited(p *gitlabapi.Pipeline, err error) diag.Diagnostic {
	var unfinished *poll.UnfinishedError
	id, goesOn := p.ID, " It goes on in GitLab."+pipelinePage(p, "\n\nIts page is ")
	seen := fmt.Sprintf(" When it was last seen, its status was %s.", p.Status)
	if errors.As(err, &unfinished) && unfinished.Trouble != nil {
		goesOn += "\n\nGitLab hasn't told how it is doing since: " + system.Explain("GitLab", unfinished.Trouble)
	}
	switch {
	case errors.As(err, &unfinished) && errors.Is(err, context.DeadlineExceeded):
		return diag.NewErrorDiagnostic(fmt.Sprintf("Pipeline %d is not done in time", id),
			fmt.Sprintf("The time to wait for pipeline %d of project %s is up.%s If it needs longer, raise timeouts.%s", id, o.project, seen, goesOn))
	case errors.As(err, &unfinished):
		return diag.NewErrorDiagnostic(fmt.Sprintf("Interrupted while waiting for pipeline %d", id),
			fmt.Sprintf("The run was interrupted while it waited for pipeline %d of project %s.%s%s", id, o.project, seen, goesOn))
	case errors.Is(err, gitlabapi.ErrAbsent):
		return diag.NewErrorDiagnostic(fmt.Sprintf("Pipeline %d is gone", id),
			fmt.Sprintf("Pipeline %d of project %s was deleted while it was waited for.%s How it ended can't be told.", id, o.project, seen))
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot follow pipeline %d", id),
		fmt.Sprintf("Pipeline %d of project %s exists, but GitLab no longer told how it is doing.%s%s\n\n%s", id, o.project, seen, goesOn, system.Explain("GitLab", err)))
}

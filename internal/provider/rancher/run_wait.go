// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// runPace is how often a run is looked at. Most take minutes; those that are
// over in seconds are not kept waiting for.
var runPace = poll.Pace{First: time.Second, Longest: 15 * time.Second}

// waitForRun looks at a run until it is as it was waited for, or the context
// ends, and tells progress whenever it has come further than last, which is the
// run as the caller has seen it. A server that fails, or can't be reached, for a
// while is waited for, too. It returns the run as it was seen last, also with an
// error; for words on that error see [notAwaited].
func waitForRun(
	ctx context.Context, client *rancherapi.Client, last *rancherapi.PipelineHistory, until func(*rancherapi.PipelineHistory) bool, progress func(string),
) (*rancherapi.PipelineHistory, error) {
	err := poll.Until(ctx, runPace, func(ctx context.Context) (string, bool, error) {
		h, err := client.PipelineHistory(ctx, last.ID)
		switch {
		case transport.MayPass(err):
			return "", false, poll.Passing(err)
		case err != nil:
			return "", false, err
		}
		if news := runNews(h); news != runNews(last) {
			progress(news)
		}
		last = h
		return stateOfRun(h), until(h), nil
	})
	return last, err
}

// finished is what most wait for.
func finished(h *rancherapi.PipelineHistory) bool { return h.Finished() }

// runToEnd waits for a run, of which the news was told, until it is over, and
// says how that went.
func runToEnd(ctx context.Context, client *rancherapi.Client, h *rancherapi.PipelineHistory, progress func(string)) diag.Diagnostics {
	var err error
	if !h.Finished() {
		h, err = waitForRun(ctx, client, h, finished, progress)
	}
	if err != nil {
		return diag.Diagnostics{notAwaited(h, err)}
	}
	return outcome(h)
}

func stateOfRun(h *rancherapi.PipelineHistory) string {
	if state := h.RunState(); state != "" {
		return state
	}
	return "Waiting"
}

// runNews is how far a run has come.
func runNews(h *rancherapi.PipelineHistory) string {
	return fmt.Sprintf("Run %s: %s%s", h.ID, stateOfRun(h), prefixed(", ", stepIn(h, func(state string) bool { return state == "Building" })))
}

// beforeWait is a run's news before it may be waited for. It says what an
// interruption means, because after one Terraform passes on nothing more that
// an action tells.
func beforeWait(h *rancherapi.PipelineHistory, wait bool) string {
	if !wait || h.Finished() {
		return runNews(h)
	}
	return runNews(h) + " (goes on in Rancher when the wait is interrupted)"
}

// stepIn names the first step whose state is one of those asked for, else the
// first such stage; empty when there is none. The status names nothing: it is
// parallel to the pipeline that ran.
func stepIn(h *rancherapi.PipelineHistory, wanted func(state string) bool) string {
	run := historyModelOf(*h)
	for i, stage := range run.Stages {
		if !wanted(stage.State.ValueString()) {
			continue
		}
		at := fmt.Sprintf("stage %d of %d%s", i+1, len(run.Stages), prefixed(" ", quoted(stage.Name.ValueString())))
		for j, step := range stage.Steps {
			if wanted(step.State.ValueString()) {
				return fmt.Sprintf("%s, step %d of %d%s", at, j+1, len(stage.Steps), prefixed(" ", inBrackets(step.Type.ValueString())))
			}
		}
		return at
	}
	return ""
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%q", text)
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// called is a run in a sentence.
func called(h *rancherapi.PipelineHistory) string {
	return "Run " + h.ID + prefixed(" ", inBrackets(h.Spec.DisplayName))
}

// outcome is what to say of a run that was wanted, once it is over: that it
// isn't through is an error. What its steps have printed may hold secrets, and is
// not repeated.
func outcome(h *rancherapi.PipelineHistory) diag.Diagnostics {
	var diags diag.Diagnostics
	state := h.RunState()
	logs := "\n\nWhat its steps have printed is in the data source cicd_rancher_pipeline_logs, with history_id = \"" + h.ID + "\"."
	again := " When the cause is out of the way, the action cicd_rancher_pipeline_history_rerun runs it again."
	switch {
	case h.Succeeded():
	case rancherapi.Failed(state):
		diags.AddError("Run "+h.ID+" failed", called(h)+" ended with the state "+state+prefixed(", in ", stepIn(h, rancherapi.Failed))+"."+again+logs)
	case rancherapi.Aborted(state):
		diags.AddError("Run "+h.ID+" was stopped", called(h)+" was stopped by somebody while it was waited for"+prefixed(", in ", stepIn(h, rancherapi.Aborted))+
			". The action cicd_rancher_pipeline_history_rerun runs it again."+logs)
	case state == "Skipped":
		diags.AddError("Run "+h.ID+" was skipped", called(h)+" ran none of its steps: Rancher skipped it. It is neither through nor has it failed.")
	case state == "Denied":
		diags.AddError("Run "+h.ID+" was denied", called(h)+" was not allowed to run.")
	default:
		diags.AddError("Run "+h.ID+" ended as "+state, called(h)+" ended with the state "+state+", which the provider doesn't know. It can't tell whether all is well."+logs)
	}
	return diags
}

// notAwaited is what to say when a wait for a run ended before the run; h is how
// it was seen last.
func notAwaited(h *rancherapi.PipelineHistory, err error) diag.Diagnostic {
	var unfinished *poll.UnfinishedError
	goesOn := " It goes on in Rancher; the data source cicd_rancher_pipeline_history shows how it is doing."
	seen := " When it was last seen, its state was " + stateOfRun(h) + "."
	if errors.As(err, &unfinished) && unfinished.Trouble != nil {
		goesOn += "\n\nRancher hasn't told how it is doing since: " + system.Explain("Rancher", unfinished.Trouble)
	}
	switch {
	case errors.As(err, &unfinished) && errors.Is(err, context.DeadlineExceeded):
		return diag.NewErrorDiagnostic("Run "+h.ID+" is not done in time", "The time to wait for run "+h.ID+" is up."+seen+" If it needs longer, raise timeouts."+goesOn)
	case errors.As(err, &unfinished):
		return diag.NewErrorDiagnostic("Interrupted while waiting for run "+h.ID, "Terraform was interrupted while it waited for run "+h.ID+"."+seen+goesOn)
	case errors.Is(err, rancherapi.ErrAbsent):
		return diag.NewErrorDiagnostic("Run "+h.ID+" is gone", "Run "+h.ID+" was deleted while it was waited for."+seen+" How it ended can't be told.")
	}
	return diag.NewErrorDiagnostic("Cannot follow run "+h.ID, "Run "+h.ID+" exists, but Rancher no longer told how it is doing."+seen+goesOn+"\n\n"+system.Explain("Rancher", err))
}

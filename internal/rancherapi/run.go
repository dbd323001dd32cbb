// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"slices"
	"strings"
)

// The actions of a run.
const (
	actionStop  = "stop"
	actionRerun = "rerun"
)

// The states of a run that fails or is stopped, as servers spell them.
var (
	failedStates  = []string{"Fail", "Failed"}
	abortedStates = []string{"Abort", "Aborted"}
	// unfinished are the states of a run that goes on by itself. Rancher has
	// not written the state yet where there is none.
	unfinished = []string{"", "Waiting", "Building", "Pending", "Queueing"}
)

// RunState is the state of the run: the outcome, once it is [PipelineHistory.Finished].
func (h *PipelineHistory) RunState() string {
	if h.Status == nil {
		return ""
	}
	return h.Status.State
}

// Finished reports whether the run has ended, however it did.
func (h *PipelineHistory) Finished() bool { return !slices.Contains(unfinished, h.RunState()) }

// Succeeded reports whether the run ended, and all of it well.
func (h *PipelineHistory) Succeeded() bool { return h.RunState() == "Success" }

// Failed reports whether it is the state of what failed, of a run, a stage or a
// step.
func Failed(state string) bool { return slices.Contains(failedStates, state) }

// Aborted reports whether it is the state of what was stopped.
func Aborted(state string) bool { return slices.Contains(abortedStates, state) }

// RunPipeline starts a run of the pipeline, also of one that isn't active.
// Where Rancher takes that without saying which run it is, it returns nil.
//
// An error with status 500 is no proof that there is no run: Rancher makes it
// before it counts it, and fails when the counting does. See
// [Client.RunsSince].
func (c *Client) RunPipeline(ctx context.Context, id string) (*PipelineHistory, error) {
	a, err := c.runAction(ctx, pipelines, id, actionRun)
	if err != nil || a.empty() {
		return nil, err
	}
	return decode[PipelineHistory](a, pipelineHistories, "")
}

// RunsSince are the runs of a pipeline, as it was read before one was to be
// started by hand, that can be that one: those by hand with a number that was
// not given yet. One that a pipeline of the same name left behind is none of
// them. Where Rancher doesn't tell the next number, nothing can be told from it.
func (c *Client) RunsSince(ctx context.Context, before *Pipeline) ([]PipelineHistory, error) {
	var in parent
	if name := before.Spec.ProjectName; strings.Contains(name, ":") && strings.HasPrefix(before.ID, project(name).prefix+":") {
		in = project(name)
	}
	all, err := list[PipelineHistory](ctx, c, pipelineHistories, listOptions{parent: in})
	var runs []PipelineHistory
	for _, h := range all {
		if h.Spec.Pipeline != nil && h.Spec.Pipeline.ID == before.ID && h.Spec.RunNumber >= before.Status.NextRun &&
			h.Spec.TriggerType == "manual" && h.Created >= before.Created {
			runs = append(runs, h)
		}
	}
	return runs, err
}

// StopPipelineHistory stops a run. One that is finished is a [Refusal] with the
// code [CodeInvalidAction].
func (c *Client) StopPipelineHistory(ctx context.Context, id string) (*PipelineHistory, error) {
	return act[PipelineHistory](ctx, c, pipelineHistories, id, actionStop)
}

// RerunPipelineHistory runs what a finished run ran again. The answer is the run
// that begins: the same one, or another. One that isn't finished is a [Refusal]
// with the code [CodeInvalidAction].
func (c *Client) RerunPipelineHistory(ctx context.Context, id string) (*PipelineHistory, error) {
	a, err := c.runAction(ctx, pipelineHistories, id, actionRerun)
	if err != nil {
		return nil, err
	}
	if a.empty() {
		return c.PipelineHistory(ctx, id)
	}
	return decode[PipelineHistory](a, pipelineHistories, "")
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import "context"

// PipelineHistory is a run of a pipeline. Its outcome is in its Status; State
// of the [Object] is always active.
type PipelineHistory struct {
	Object
	Spec PipelineHistorySpec `json:"spec"`
	// Status is nil until Rancher has written it.
	Status *PipelineHistoryStatus `json:"status"`
}

// PipelineHistorySpec says what is run, and why.
type PipelineHistorySpec struct {
	// ProjectName is mostly the project's id, but not surely.
	ProjectName string `json:"projectName"`
	// DisplayName is the pipeline's with the number of the run.
	DisplayName string `json:"displayName"`
	// RunNumber counts the pipeline's runs from 1.
	RunNumber int64 `json:"runNumber"`
	// TriggerType is manual, cron or webhook.
	TriggerType string `json:"triggerType"`
	// Pipeline is the pipeline as it was before the run.
	Pipeline *Pipeline `json:"pipeline"`
}

// PipelineHistoryStatus is how far a run has come. States are Waiting,
// Building, Success, Fail, Skipped, Pending, Denied and Abort; later servers
// say Queueing, Failed and Aborted, too. Times are RFC 3339 and empty where
// there are none yet.
type PipelineHistoryStatus struct {
	Commit  string                 `json:"commit"`
	State   string                 `json:"state"`
	Started string                 `json:"started"`
	Ended   string                 `json:"ended"`
	Stages  []PipelineHistoryStage `json:"stages"`
}

// PipelineHistoryStage is the status of the stage with the same index.
type PipelineHistoryStage struct {
	State   string                `json:"state"`
	Started string                `json:"started"`
	Ended   string                `json:"ended"`
	Steps   []PipelineHistoryStep `json:"steps"`
}

// PipelineHistoryStep is the status of the step with the same index.
type PipelineHistoryStep struct {
	State   string `json:"state"`
	Started string `json:"started"`
	Ended   string `json:"ended"`
}

var pipelineHistories = kind{"pipelineHistory", "pipelineHistories"}

// PipelineHistories lists the runs of all pipelines of the project, those of
// deleted ones among them. A project that doesn't exist has none.
func (c *Client) PipelineHistories(ctx context.Context, projectID string) ([]PipelineHistory, error) {
	return list[PipelineHistory](ctx, c, pipelineHistories, listOptions{parent: project(projectID)})
}

// PipelineHistory reads a run, or returns [ErrAbsent].
func (c *Client) PipelineHistory(ctx context.Context, id string) (*PipelineHistory, error) {
	return get[PipelineHistory](ctx, c, pipelineHistories, id)
}

// DeletePipelineHistory deletes a run and waits until it is gone.
// [ErrAbsent] means that it was gone already.
func (c *Client) DeletePipelineHistory(ctx context.Context, id string) error {
	return remove(ctx, c, pipelineHistories, id)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import "context"

// PipelineLog is what one step of a run has printed so far.
type PipelineLog struct {
	Object
	Spec PipelineLogSpec `json:"spec"`
}

// PipelineLogSpec says which step printed what. Whether ordinals count from 0
// or 1 differs between servers.
type PipelineLogSpec struct {
	// ProjectName is mostly the project's id, but not surely.
	ProjectName string `json:"projectName"`
	// PipelineHistoryName is the run's name, on some servers its id.
	PipelineHistoryName string `json:"pipelineHistoryName"`
	StageOrdinal        int64  `json:"stageOrdinal"`
	StepOrdinal         int64  `json:"stepOrdinal"`
	Message             string `json:"message"`
}

var pipelineLogs = kind{"pipelineLog", "pipelineLogs"}

// logsPerPage is low since a log holds all that its step has printed.
const logsPerPage = 100

// PipelineLogs lists the logs of all runs of the project, or of all projects
// when projectID is empty: Rancher can't select by run. A project that doesn't
// exist has none.
func (c *Client) PipelineLogs(ctx context.Context, projectID string) ([]PipelineLog, error) {
	o := listOptions{perPage: logsPerPage}
	if projectID != "" {
		o.parent = project(projectID)
	}
	return list[PipelineLog](ctx, c, pipelineLogs, o)
}

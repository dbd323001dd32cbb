// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// PipelineCreation is what a new pipeline is made from.
type PipelineCreation struct {
	// Ref is a branch or tag, by its name or in full.
	Ref       string           `json:"ref"`
	Variables []VariableChange `json:"variables,omitempty"`
	// Inputs are by name; their JSON types are kept. Servers before 17.10
	// ignore them.
	Inputs map[string]any `json:"inputs,omitempty"`
}

// CreatePipeline creates a pipeline, as the token's user and with the source
// `api`. When it is refused, GitLab has kept nothing.
func (c *Client) CreatePipeline(ctx context.Context, project string, creation PipelineCreation) (*Pipeline, error) {
	c.creations.underWay.RLock()
	defer c.creations.underWay.RUnlock()
	var p Pipeline
	_, err := c.do(ctx, http.MethodPost, projectPath(project, "/pipeline"), creation, &p, func() bool { return p.ID > 0 })
	if err != nil {
		return nil, err
	}
	c.creations.known.Store(p.ID, true)
	return &p, nil
}

// RetryPipeline runs a pipeline's failed and canceled jobs again. When there
// are none, GitLab answers with the unchanged pipeline, and so may it before
// it gets to work.
func (c *Client) RetryPipeline(ctx context.Context, project string, id int64) (*Pipeline, error) {
	return c.changePipeline(ctx, project, id, "retry")
}

// CancelPipeline cancels a pipeline's jobs that aren't over. When there are
// none, GitLab answers with the unchanged pipeline. The status may be
// `canceling` for as long as runners clean up.
func (c *Client) CancelPipeline(ctx context.Context, project string, id int64) (*Pipeline, error) {
	return c.changePipeline(ctx, project, id, "cancel")
}

func (c *Client) changePipeline(ctx context.Context, project string, id int64, verb string) (*Pipeline, error) {
	var p Pipeline
	_, err := c.do(ctx, http.MethodPost, pipelinePath(project, id)+"/"+verb, nil, &p, func() bool { return p.ID == id })
	if err != nil {
		return nil, pipelineAbsence(err)
	}
	return &p, nil
}

// DeletePipeline deletes a pipeline with its jobs, logs and artifacts.
// [ErrAbsent] means that it was gone already.
func (c *Client) DeletePipeline(ctx context.Context, project string, id int64) error {
	var p Pipeline
	_, err := c.do(ctx, http.MethodDelete, pipelinePath(project, id), nil, &p, func() bool { return p.ID == id })
	return pipelineAbsence(err)
}

// PlaySchedule has GitLab run a schedule's pipeline now, as the token's user,
// whether the schedule is active or not. GitLab creates the pipeline some time
// after its answer, which doesn't name it, and says nothing when it can't.
func (c *Client) PlaySchedule(ctx context.Context, project string, id int64) error {
	var accepted struct {
		Message string `json:"message"`
	}
	_, err := c.do(ctx, http.MethodPost, schedulePath(project, id)+"/play", nil, &accepted, func() bool {
		return strings.HasPrefix(accepted.Message, "201")
	})
	return c.proveAbsence(ctx, project, err)
}

func pipelinePath(project string, id int64) string {
	return projectPath(project, "/pipelines/%d", id)
}

// pipelineAbsence turns the 404 of a pipeline into [ErrAbsent].
func pipelineAbsence(err error) error {
	if notFound(err, pipelineNotFound) {
		return fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	return err
}

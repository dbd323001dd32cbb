// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
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
// `api`. When it is refused, GitLab has kept nothing; when its answer got lost,
// the error is a [creation.LostError].
func (c *Client) CreatePipeline(ctx context.Context, project string, wanted PipelineCreation) (*Pipeline, error) {
	wish := pipelineWish{project, wanted}
	return c.newPipelines.Create(ctx, project+" "+ShortRef(wanted.Ref), wish, func(ctx context.Context) (*Pipeline, error) {
		var p Pipeline
		_, err := c.do(ctx, http.MethodPost, projectPath(project, "/pipeline"), wanted, &p, func() bool { return p.ID > 0 })
		return &p, err
	}, wish.madeBy(c))
}

// ClaimPipeline takes a pipeline for the work of the caller, and reports false
// when it is that of another creation, or another claim, of this client.
func (c *Client) ClaimPipeline(id int64) bool { return c.newPipelines.Claim(id) }

// KnowPipeline says that a pipeline exists, so that no creation that begins
// later takes it, or an older one, for its own.
func (c *Client) KnowPipeline(id int64) { c.newPipelines.See(id) }

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
// [ErrAbsent] means that it was gone already; when an answer got lost and the
// repeat finds nothing, the pipeline is deleted.
func (c *Client) DeletePipeline(ctx context.Context, project string, id int64) error {
	var p Pipeline
	ctx, doubt := transport.WatchDoubt(ctx)
	_, err := c.do(ctx, http.MethodDelete, pipelinePath(project, id), nil, &p, func() bool { return p.ID == id })
	if err = pipelineAbsence(err); errors.Is(err, ErrAbsent) && doubt.Load() {
		return nil
	}
	return err
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

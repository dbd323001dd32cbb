// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"iter"
	"net/http"
	"slices"
)

// Pipeline is a pipeline. Lists, and a schedule's last pipeline, fill the
// members down to Name; the rest is only in a single pipeline. What GitLab may
// leave out or give as null is a pointer.
type Pipeline struct {
	ID        int64   `json:"id"`
	IID       *int64  `json:"iid"`
	ProjectID *int64  `json:"project_id"`
	SHA       string  `json:"sha"`
	Ref       string  `json:"ref"`
	Status    string  `json:"status"`
	Source    *string `json:"source"`
	CreatedAt *string `json:"created_at"`
	UpdatedAt *string `json:"updated_at"`
	WebURL    *string `json:"web_url"`
	Name      *string `json:"name"`

	BeforeSHA  *string `json:"before_sha"`
	Tag        *bool   `json:"tag"`
	YAMLErrors *string `json:"yaml_errors"`
	User       *User   `json:"user"`
	StartedAt  *string `json:"started_at"`
	FinishedAt *string `json:"finished_at"`
	// Duration and QueuedDuration are in seconds.
	Duration       *int64  `json:"duration"`
	QueuedDuration *int64  `json:"queued_duration"`
	Coverage       *string `json:"coverage"`
}

// PipelineFilter limits a list of pipelines; nil members don't. The values are
// GitLab's own, times in ISO 8601.
type PipelineFilter struct {
	Scope         *string `url:"scope,omitempty"`
	Status        *string `url:"status,omitempty"`
	Ref           *string `url:"ref,omitempty"`
	SHA           *string `url:"sha,omitempty"`
	YAMLErrors    *bool   `url:"yaml_errors,omitempty"`
	Name          *string `url:"name,omitempty"`
	Username      *string `url:"username,omitempty"`
	Source        *string `url:"source,omitempty"`
	UpdatedAfter  *string `url:"updated_after,omitempty"`
	UpdatedBefore *string `url:"updated_before,omitempty"`
	CreatedAfter  *string `url:"created_after,omitempty"`
	CreatedBefore *string `url:"created_before,omitempty"`
	OrderBy       *string `url:"order_by,omitempty"`
	Sort          *string `url:"sort,omitempty"`
}

// Pipelines lists a project's pipelines, child pipelines left out unless the
// filter asks for them. It reads pages of at most perPage (0: GitLab's most),
// so that who wants three doesn't fetch a hundred.
func (c *Client) Pipelines(ctx context.Context, project string, filter PipelineFilter, perPage int) iter.Seq2[Pipeline, error] {
	type query struct {
		page
		PipelineFilter
	}
	return list[Pipeline](ctx, c, projectPath(project, "/pipelines"), pageSize(perPage), func(p Pipeline) int64 { return p.ID }, func(p page) any {
		return query{page: p, PipelineFilter: filter}
	})
}

// Pipeline reads one pipeline, child pipelines too.
func (c *Client) Pipeline(ctx context.Context, project string, id int64) (*Pipeline, error) {
	var p Pipeline
	_, err := c.do(ctx, http.MethodGet, pipelinePath(project, id), nil, &p, func() bool { return p.ID == id })
	if err != nil {
		return nil, pipelineAbsence(err)
	}
	c.newPipelines.See(id)
	return &p, nil
}

// LatestPipeline reads the newest pipeline of a ref's head commit; an empty
// ref means the default branch. GitLab answers 403, not 404, when there is
// none.
func (c *Client) LatestPipeline(ctx context.Context, project, ref string) (*Pipeline, error) {
	var p Pipeline
	query := struct {
		Ref string `url:"ref,omitempty"`
	}{ref}
	_, err := c.do(ctx, http.MethodGet, projectPath(project, "/pipelines/latest"), query, &p, func() bool { return p.ID > 0 })
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// SchedulePipelines lists the pipelines that a schedule created, oldest first
// unless the filter sorts otherwise. Of the filter's members GitLab knows the
// scope, the status, the times and the order here, and none of them up to
// version 18.1 at least: it ignores what it doesn't know. It returns [ErrAbsent]
// only on proof.
func (c *Client) SchedulePipelines(ctx context.Context, project string, schedule int64, filter PipelineFilter, perPage int) iter.Seq2[Pipeline, error] {
	type query struct {
		page
		PipelineFilter
	}
	pipelines := list[Pipeline](ctx, c, schedulePath(project, schedule)+"/pipelines", pageSize(perPage), func(p Pipeline) int64 { return p.ID }, func(p page) any {
		return query{page: p, PipelineFilter: filter}
	})
	return func(yield func(Pipeline, error) bool) {
		for pipeline, err := range pipelines {
			if !yield(pipeline, c.proveAbsence(ctx, project, err)) {
				return
			}
		}
	}
}

// PipelineVariables reads the variables that a pipeline was created with. Only
// maintainers, and who triggered the pipeline, may.
func (c *Client) PipelineVariables(ctx context.Context, project string, id int64) ([]Variable, error) {
	var variables []Variable
	_, err := c.do(ctx, http.MethodGet, pipelinePath(project, id)+"/variables", nil, &variables, func() bool {
		return !slices.ContainsFunc(variables, func(v Variable) bool { return v.Key == "" })
	})
	if err != nil {
		return nil, pipelineAbsence(err)
	}
	return variables, nil
}

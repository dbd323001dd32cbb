// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
)

// pipelineWish is what a pipeline was created with, and in which project.
type pipelineWish struct {
	project string
	PipelineCreation
}

// pipelineKind tells which pipeline a creation made. Two creations are never
// alike: GitLab doesn't show which inputs a pipeline has, and to take another's
// deployment for one's own is worse than an error.
func (c *Client) pipelineKind() creation.Kind[int64, Pipeline, pipelineWish] {
	return creation.Kind[int64, Pipeline, pipelineWish]{
		ID:         func(p Pipeline) int64 { return p.ID },
		Name:       func(p Pipeline) string { return idText(p.ID) },
		Made:       func(p Pipeline) (time.Time, bool) { return timeOf(textOr(p.CreatedAt, "")) },
		Resolution: time.Millisecond,
		Before:     olderOrSame,
		Fits:       c.pipelineFits,
	}
}

// madeBy lists the newest pipelines that the token's user created by the API on
// the ref.
func (w pipelineWish) madeBy(c *Client) creation.List[Pipeline] {
	return func(ctx context.Context, clock *creation.Clock) ([]Pipeline, error) {
		me, err := c.CurrentUser(ctx)
		if err != nil {
			return nil, err
		}
		ref, source, newest := ShortRef(w.Ref), "api", "desc"
		query := struct {
			page
			PipelineFilter
		}{page{PerPage: maxPerPage}, PipelineFilter{Ref: &ref, Source: &source, Username: &me.Username, Sort: &newest}}
		var recent []Pipeline
		sent := time.Now()
		resp, err := c.do(ctx, http.MethodGet, projectPath(w.project, "/pipelines"), query, &recent, func() bool { return true })
		if err != nil {
			return nil, err
		}
		clock.Answered(resp.Header, sent)
		return recent, nil
	}
}

// variables are values and types by key.
type variables map[string][2]string

// pipelineKey names a pipeline in the client.
type pipelineKey struct {
	project string
	id      int64
}

// pipelineFits reports whether a pipeline may be a creation's, as far as its
// variables tell, which never change.
func (c *Client) pipelineFits(ctx context.Context, p Pipeline, w pipelineWish) (bool, error) {
	present, err := c.ranWith.Get(ctx, pipelineKey{w.project, p.ID}, func(ctx context.Context) (variables, error) {
		shown, err := c.PipelineVariables(ctx, w.project, p.ID)
		switch {
		case IsForbidden(err):
			return nil, nil
		case err != nil:
			return nil, err
		}
		all := variables{}
		for _, v := range shown {
			all[v.Key] = [2]string{v.VariableType, textOr(v.Value, "")}
		}
		return all, nil
	})
	if err != nil {
		return false, err
	}
	wanted := variables{}
	for _, v := range w.Variables {
		wanted[v.Key] = [2]string{textOr(v.VariableType, "env_var"), textOr(v.Value, "")}
	}
	return present == nil || maps.Equal(present, wanted), nil
}

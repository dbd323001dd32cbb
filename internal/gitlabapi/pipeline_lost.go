// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"maps"
	"net/http"
	"sync"
	"time"
)

// creations are what this client knows of the pipelines that it created.
type creations struct {
	// underWay is held for reading by each creation, so that who looks for a
	// lost one can wait until it is known what became of the others.
	underWay sync.RWMutex
	// known are the ids of those that were answered, or found.
	known sync.Map
}

// FindCreated looks for the pipeline of a creation whose answer got lost, which
// began at the local time began. It returns the pipelines that can be it: those
// that the token's user created by the API since then, on the same ref and with
// the same variables, and that aren't known to be another creation's of this
// client. If it is one, this client takes it for that creation's from now on. A
// server that is still at work may create the pipeline later.
func (c *Client) FindCreated(ctx context.Context, project string, creation PipelineCreation, began time.Time) ([]Pipeline, error) {
	me, err := c.CurrentUser(ctx)
	if err != nil {
		return nil, err
	}
	c.creations.underWay.Lock()
	defer c.creations.underWay.Unlock()

	ref, source, newest := ShortRef(creation.Ref), "api", "desc"
	query := struct {
		page
		PipelineFilter
	}{page{PerPage: maxPerPage}, PipelineFilter{Ref: &ref, Source: &source, Username: &me.Username, Sort: &newest}}
	var recent []Pipeline
	resp, err := c.do(ctx, http.MethodGet, projectPath(project, "/pipelines"), query, &recent, func() bool { return true })
	if err != nil {
		return nil, err
	}
	since := serverTime(resp.Header).Add(-time.Since(began))
	var found []Pipeline
	for _, p := range recent {
		_, known := c.creations.known.Load(p.ID)
		if known || p.CreatedAt == nil || p.ID <= 0 {
			continue
		}
		created, err := time.Parse(time.RFC3339, *p.CreatedAt)
		if err != nil || created.Before(since) {
			continue
		}
		same, err := c.hasVariables(ctx, project, p.ID, creation.Variables)
		if err != nil {
			return nil, err
		}
		if same {
			found = append(found, p)
		}
	}
	if len(found) == 1 {
		c.creations.known.Store(found[0].ID, true)
	}
	return found, nil
}

// serverTime is what the server's clock showed when it answered. It can differ
// from the clock here, and by it pipelines have their times.
func serverTime(header http.Header) time.Time {
	if t, err := http.ParseTime(header.Get("Date")); err == nil {
		return t
	}
	return time.Now()
}

// hasVariables reports whether a pipeline may have been created with these
// variables; it may, too, when it isn't shown which it has.
func (c *Client) hasVariables(ctx context.Context, project string, id int64, want []VariableChange) (bool, error) {
	present, err := c.PipelineVariables(ctx, project, id)
	if IsForbidden(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	text := func(s *string, missing string) string {
		if s == nil {
			return missing
		}
		return *s
	}
	has, wants := map[string][2]string{}, map[string][2]string{}
	for _, v := range present {
		has[v.Key] = [2]string{v.VariableType, text(v.Value, "")}
	}
	for _, v := range want {
		wants[v.Key] = [2]string{text(v.VariableType, "env_var"), text(v.Value, "")}
	}
	return maps.Equal(has, wants), nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"slices"
	"strings"
	"time"
)

// What the filters of pipelines take.
var (
	pipelineStatuses = []string{
		"created", "waiting_for_resource", "preparing", "waiting_for_callback", "pending", "running", "success", "failed", "canceling",
		"canceled", "skipped", "manual", "scheduled",
	}
	pipelineSources = []string{
		"unknown", "push", "web", "trigger", "schedule", "api", "external", "pipeline", "chat", "webide", "merge_request_event",
		"external_pull_request_event", "parent_pipeline", "ondemand_dast_scan", "ondemand_dast_validation",
		"security_orchestration_policy", "container_registry_push", "duo_workflow", "pipeline_execution_policy_schedule",
	}
	pipelineScopes = []string{"running", "pending", "finished", "branches", "tags"}
)

// findPipelines filters and sorts candidates by the request's parameters, as both lists of pipelines do. Whoever can't read the
// project's pipelines finds none.
func (c *call) findPipelines(project *Project, candidates []*pipeline) []*pipeline {
	if !c.s.canReadPipelines(c.user, project) {
		return nil
	}
	keep := c.pipelineFilter(project, candidates)
	type row struct {
		*pipeline
		progress
	}
	var rows []row
	for _, p := range candidates {
		if state := p.at(c.now); keep(p, state) {
			rows = append(rows, row{p, state})
		}
	}
	compare := map[string]func(a, b row) int{
		"status":     func(a, b row) int { return strings.Compare(a.status, b.status) },
		"ref":        func(a, b row) int { return strings.Compare(a.ref, b.ref) },
		"updated_at": func(a, b row) int { return a.updatedAt.Compare(b.updatedAt) },
		"user_id":    func(a, b row) int { return userID(a.user) - userID(b.user) },
	}[c.str("order_by")]
	// Candidates come in ascending order of their ids, which a stable sort leaves to equal rows.
	if compare != nil {
		slices.SortStableFunc(rows, compare)
	}
	if c.str("sort") == "desc" {
		slices.Reverse(rows)
	}
	found := make([]*pipeline, len(rows))
	for i, r := range rows {
		found[i] = r.pipeline
	}
	return found
}

func userID(u *User) int {
	if u == nil {
		return 0
	}
	return u.ID
}

// pipelineFilter tells which pipelines meet all of the request's filters.
func (c *call) pipelineFilter(project *Project, candidates []*pipeline) func(*pipeline, progress) bool {
	scope := c.scopeFilter(project, candidates)
	text := func(name, actual string) bool { return !c.has(name) || c.str(name) == actual }
	return func(p *pipeline, state progress) bool {
		username := ""
		if p.user != nil {
			username = p.user.Username
		}
		return scope(p, state) &&
			text("status", state.status) && text("ref", p.ref) && text("sha", p.sha) && text("source", p.source) &&
			(!c.has("username") || username != "" && strings.EqualFold(c.str("username"), username)) &&
			(!c.has("name") || p.name == c.raw("name")) &&
			!c.bool("yaml_errors") && // the sandbox stores no pipeline with mistakes in its configuration
			c.within("updated", state.updatedAt) && c.within("created", p.createdAt)
	}
}

// within tells whether t lies between the bounds that the request sets, which themselves count as inside.
func (c *call) within(what string, t time.Time) bool {
	t = t.Truncate(time.Millisecond) // what clients are shown
	return (!c.has(what+"_before") || !t.After(c.time(what+"_before"))) && (!c.has(what+"_after") || !t.Before(c.time(what+"_after")))
}

func (c *call) scopeFilter(project *Project, candidates []*pipeline) func(*pipeline, progress) bool {
	switch scope := c.str("scope"); scope {
	case "running", "pending":
		return func(_ *pipeline, state progress) bool { return state.status == scope }
	case "finished":
		return func(_ *pipeline, state progress) bool {
			return slices.Contains([]string{"success", "failed", "canceled"}, state.status)
		}
	case "branches", "tags":
		latest := map[string]*pipeline{}
		for _, p := range candidates {
			existing := project.Repo.branches[p.ref] != nil
			if p.tag {
				existing = project.Repo.tags[p.ref] != nil
			}
			if existing && p.tag == (scope == "tags") {
				latest[p.ref] = p
			}
		}
		return func(p *pipeline, _ progress) bool { return latest[p.ref] == p }
	}
	return func(*pipeline, progress) bool { return true }
}

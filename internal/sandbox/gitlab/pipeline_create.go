// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"regexp"
	"time"
)

const ciConfigPath = ".gitlab-ci.yml"

// resultVariable decides how a pipeline ends: one with the value "failed" makes it fail. It is looked for among the pipeline's own
// variables and then in the CI configuration.
const resultVariable = "CICD_SANDBOX_RESULT"

// noSHA stands for a commit that doesn't exist.
const noSHA = "0000000000000000000000000000000000000000"

var failsByConfig = regexp.MustCompile(`(?m)^[ \t]+` + resultVariable + `:[ \t]*["']?failed["']?[ \t]*$`)

// pipelineOrder is what a pipeline is to be made from.
type pipelineOrder struct {
	project   *Project
	user      *User // nil: nobody, who may do nothing
	ref       string
	source    string
	schedule  *schedule // nil for other sources
	variables []*variable
}

// createPipeline creates a pipeline, or says why it can't, in GitLab's words and order of checks.
func (s *Server) createPipeline(order pipelineOrder, now time.Time) (created *pipeline, refusal string) {
	p := order.project
	// A schedule's variables were checked when they were set.
	if len(order.variables) > 0 && order.schedule == nil && !s.canSetPipelineVariables(order.user, p) {
		return nil, "Insufficient permissions to set pipeline variables"
	}
	if p.Settings["builds_access_level"] == "disabled" {
		return nil, "Pipelines are disabled!"
	}
	if !s.canRunPipelines(order.user, p) {
		return nil, "Insufficient permissions to create a new pipeline"
	}
	if s.protectedAgainst(order.user, p, order.ref) {
		return nil, fmt.Sprintf("You do not have sufficient permission to run a pipeline on '%s'. Please select a different branch or "+
			"contact your administrator for assistance.", order.ref)
	}
	if !isFullRef(order.ref) && p.Repo.branches[order.ref] != nil && p.Repo.tags[order.ref] != nil {
		return nil, "Ref is ambiguous"
	}
	head := p.Repo.head(order.ref)
	if head == nil || order.ref == "" {
		return nil, "Reference not found"
	}
	config, found := head.file(ciConfigPath)
	if !found {
		return nil, "Missing CI config file"
	}
	name, tag := splitRef(order.ref)
	if !isFullRef(order.ref) {
		tag = p.Repo.tags[name] != nil
	}
	created = &pipeline{
		project: p, sha: head.SHA, beforeSHA: noSHA, ref: name, tag: tag, source: order.source, user: order.user,
		schedule: order.schedule, fails: failsByConfig.Match(config), createdAt: now, startedAt: now,
	}
	for _, v := range order.variables {
		own := *v // later changes of the schedule's variables are none of this pipeline's
		created.variables = append(created.variables, &own)
		if v.key == resultVariable {
			created.fails = v.value == "failed"
		}
	}
	s.ci.addPipeline(created)
	return created, ""
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

func (s *Server) pipelineRoutes() []route {
	const (
		all = "/projects/{id}/pipelines"
		one = all + "/{pipeline_id}"
	)
	id := requires("pipeline_id", integerType)

	return []route{
		{"GET", all, public, append(params{}.paginated(),
			optional("scope", stringType).oneOf(pipelineScopes...),
			optional("status", stringType).oneOf(pipelineStatuses...),
			optional("ref", stringType), optional("sha", stringType),
			optional("yaml_errors", booleanType), optional("username", stringType),
			optional("updated_before", dateTimeType), optional("updated_after", dateTimeType),
			optional("created_before", dateTimeType), optional("created_after", dateTimeType),
			optional("order_by", stringType).oneOf("id", "status", "ref", "updated_at", "user_id").byDefault("id"),
			optional("sort", stringType).oneOf("asc", "desc").byDefault("desc"),
			optional("source", stringType).oneOf(pipelineSources...),
			optional("name", stringType),
		), listPipelines},
		{"POST", "/projects/{id}/pipeline", signedIn, params{
			requires("ref", stringType),
			optional("variables", arrayType).of(optional("key", stringType), optional("value", stringType),
				optional("variable_type", stringType).oneOf("env_var", "file").byDefault("env_var")),
			optional("inputs", hashType),
		}, createPipeline},
		{"GET", all + "/latest", public, params{optional("ref", stringType)}, getLatestPipeline},
		{"GET", one, public, params{id}, getPipeline},
		{"GET", one + "/variables", public, params{id}, listPipelineVariables},
		{"POST", one + "/retry", signedIn, params{id}, retryPipeline},
		{"POST", one + "/cancel", signedIn, params{id}, cancelPipeline},
		{"DELETE", one, signedIn, params{id}, deletePipeline},
		{"PUT", one + "/metadata", signedIn, params{id, requires("name", stringType)}, renamePipeline},
	}
}

// pipeline is the pipeline that the request names, for a caller of whom permitted says that he may do what he asks; or it has answered.
func (c *call) pipeline(permitted func(*User, *pipeline) bool) (*pipeline, bool) {
	project, ok := c.project(noAccess)
	if !ok {
		return nil, false
	}
	p := c.s.ci.pipelines[c.int("pipeline_id")]
	if p == nil || p.project != project {
		c.message(http.StatusNotFound, "404 Not found")
		return nil, false
	}
	if !permitted(c.user, p) {
		c.forbidden()
		return nil, false
	}
	return p, true
}

func (s *Server) canReadPipeline(u *User, p *pipeline) bool { return s.canReadPipelines(u, p.project) }

// canUpdatePipeline tells whether the user may retry, cancel and rename the pipeline.
func (s *Server) canUpdatePipeline(u *User, p *pipeline) bool {
	return s.canRunPipelines(u, p.project) && !s.protectedAgainst(u, p.project, p.fullRef())
}

func (s *Server) canReadPipelineVariables(u *User, p *pipeline) bool {
	return s.role(u, p.project) >= maintainer || u != nil && p.user == u && s.canUpdatePipeline(u, p)
}

func (s *Server) canDeletePipeline(u *User, p *pipeline) bool {
	return !p.project.Archived && s.role(u, p.project) >= owner
}

func (p *pipeline) fullRef() string {
	if p.tag {
		return tagPrefix + p.ref
	}
	return branchPrefix + p.ref
}

func listPipelines(c *call) {
	project, ok := c.project(noAccess)
	if !ok {
		return
	}
	if !c.s.canReadPipelines(c.user, project) {
		c.forbidden()
		return
	}
	found := c.findPipelines(project, c.s.ci.of(project).pipelines)
	c.json(http.StatusOK, page(c, found, func(p *pipeline) any { return c.pipelineRow(p) }))
}

func getPipeline(c *call) {
	if p, ok := c.pipeline(c.s.canReadPipeline); ok {
		c.json(http.StatusOK, c.pipelineObject(p, true))
	}
}

// getLatestPipeline finds the newest pipeline of the ref's head commit. GitLab asks for permission on what it found, be it nothing:
// that is refused, not missing.
func getLatestPipeline(c *call) {
	project, ok := c.project(noAccess)
	if !ok {
		return
	}
	ref := c.str("ref")
	if ref == "" {
		ref = project.DefaultBranch
	}
	if head := project.Repo.resolve(ref); head != nil && c.s.canReadPipelines(c.user, project) {
		for _, p := range slices.Backward(c.s.ci.of(project).pipelines) {
			if p.sha == head.SHA && p.ref == ref {
				c.json(http.StatusOK, c.pipelineObject(p, true))
				return
			}
		}
	}
	c.forbidden()
}

func listPipelineVariables(c *call) {
	p, ok := c.pipeline(c.s.canReadPipelineVariables)
	if !ok {
		return
	}
	variables := make([]object, 0, len(p.variables))
	for _, v := range p.variables {
		variables = append(variables, v.object())
	}
	c.json(http.StatusOK, variables)
}

func createPipeline(c *call) {
	project, ok := c.project(noAccess)
	if !ok {
		return
	}
	if !c.s.canRunPipelines(c.user, project) {
		c.forbidden()
		return
	}
	order := pipelineOrder{project: project, user: c.user, ref: c.str("ref"), source: "api"}
	named := map[string]bool{}
	for _, fields := range c.hashes("variables") {
		key, _ := fields["key"].(string)
		variableType, _ := fields["variable_type"].(string)
		if named[key] {
			c.invalid(map[string][]string{"base": {"Duplicate variable name: " + key}})
			return
		}
		named[key] = true
		order.variables = append(order.variables, &variable{key: key, value: fields["value"], variableType: variableType})
	}
	p, refusal := c.s.createPipeline(order, c.now)
	if refusal != "" {
		c.invalid(map[string][]string{"base": {refusal}})
		return
	}
	c.json(http.StatusCreated, c.pipelineObject(p, false))
}

// retryPipeline starts a failed or canceled pipeline again. One with nothing to retry stays as it is.
func retryPipeline(c *call) {
	p, ok := c.pipeline(c.s.canUpdatePipeline)
	if !ok {
		return
	}
	if status := p.at(c.now).status; p.reported == nil && (status == "failed" || status == "canceled") {
		p.startedAt, p.canceledAt = c.now, time.Time{}
	}
	c.json(http.StatusCreated, c.pipelineObject(p, false))
}

// cancelPipeline stops a pipeline that isn't over. One that is stays as it is.
func cancelPipeline(c *call) {
	p, ok := c.pipeline(c.s.canUpdatePipeline)
	if !ok {
		return
	}
	if p.reported == nil && !p.at(c.now).finished() {
		p.canceledAt = c.now
	}
	c.json(http.StatusOK, c.pipelineObject(p, false))
}

func deletePipeline(c *call) {
	p, ok := c.pipeline(c.s.canDeletePipeline)
	if !ok || !c.unmodified(p.at(c.now).updatedAt) {
		return
	}
	c.s.ci.removePipeline(p)
	c.noContent()
}

func renamePipeline(c *call) {
	p, ok := c.pipeline(c.s.canUpdatePipeline)
	if !ok {
		return
	}
	if utf8.RuneCountInString(c.str("name")) > maxNameLength {
		c.message(http.StatusBadRequest, "Failed to update pipeline - Name is too long (maximum is 255 characters)")
		return
	}
	p.name, p.renamedAt = c.raw("name"), c.now
	c.json(http.StatusOK, c.pipelineObject(p, true))
}

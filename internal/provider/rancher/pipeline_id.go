// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"regexp"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

var (
	// projectIDPattern is a cluster's id and the project's own half.
	projectIDPattern = regexp.MustCompile(`^` + segment + `:` + segment + `$`)
	// pipelineIDPattern is the project's own half, and a name in it.
	pipelineIDPattern = regexp.MustCompile(`^` + segment + `:` + segment + `$`)
)

// namespaceOf is what the id of something in a project begins with.
func namespaceOf(id string) string {
	namespace, _, _ := strings.Cut(id, ":")
	return namespace
}

func inProject(pipeline, project string) bool {
	_, half, _ := strings.Cut(project, ":")
	return half == namespaceOf(pipeline)
}

// fullProjectIDOf is the id of a pipeline's project, if the server tells it. A
// project's name in a pipeline is the project's full id normally; nothing keeps
// a server from having another name there.
func fullProjectIDOf(p *rancherapi.Pipeline) (string, bool) {
	project := p.Spec.ProjectName
	return project, projectIDPattern.MatchString(project) && inProject(p.ID, project)
}

// cutProject cuts `<project_id>/<id>`, which names a pipeline also where the
// server doesn't tell its project.
func cutProject(text string) (project, id string, ok bool) {
	project, id, ok = strings.Cut(text, "/")
	return project, id, ok && projectIDPattern.MatchString(project) && inProject(id, project)
}

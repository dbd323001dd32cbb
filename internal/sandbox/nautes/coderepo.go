// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"net/http"
	"strconv"
)

type saveCodeRepo struct {
	Product   string        `json:"product_name"`
	Name      string        `json:"coderepo_name"`
	SkipCheck bool          `json:"insecure_skip_check"`
	Body      *codeRepoBody `json:"body"`
}

func (r *saveCodeRepo) problem(*Server) string {
	if r.Body == nil {
		return ""
	}
	return embedded("SaveRequest.Body", r.Body.Git.problem("SaveRequest_Body.Git"))
}

type codeRepoBody struct {
	Project           string          `json:"project"`
	Webhook           *webhookMessage `json:"webhook"`
	DeploymentRuntime bool            `json:"deployment_runtime"`
	PipelineRuntime   bool            `json:"pipeline_runtime"`
	Git               *gitMessage     `json:"git"`
}

type webhookMessage struct {
	Events []string `json:"events"`
}

type oneCodeRepo struct {
	Product   string `json:"product_name"`
	Name      string `json:"coderepo_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

type codeRepoReply struct {
	Product           string           `json:"product"` // GitLab's display name of the group; in lists, its path
	Name              string           `json:"name"`
	Project           string           `json:"project"`
	Webhook           webhookMessage   `json:"webhook"`
	DeploymentRuntime bool             `json:"deployment_runtime"`
	PipelineRuntime   bool             `json:"pipeline_runtime"`
	Git               codeRepoGitReply `json:"git"`
}

type codeRepoGitReply struct {
	GitLab *codeRepoGitLabReply `json:"gitlab"`
	GitHub *codeRepoGitLabReply `json:"github"`
}

type codeRepoGitLabReply struct {
	Name          string `json:"name"`
	Path          string `json:"path"`
	Visibility    string `json:"visibility"`
	Description   string `json:"description"`
	SSHURLToRepo  string `json:"ssh_url_to_repo"`
	HTTPURLToRepo string `json:"http_url_to_repo"`
}

func codeRepoRoutes() []route {
	const root = "/products/{product_name}/coderepos"
	const one = root + "/{coderepo_name}"
	return []route{
		{http.MethodGet, root, on((*call).listCodeRepos)},
		{http.MethodGet, one, on((*call).getCodeRepo)},
		{http.MethodPost, one, on((*call).saveCodeRepo)},
		{http.MethodDelete, one, on((*call).deleteCodeRepo)},
	}
}

func codeRepoReplyOf(product string, spec *codeRepoSpec, r *repository) codeRepoReply {
	reply := codeRepoReply{
		Product: product, Name: spec.RepoName, Project: spec.Project, DeploymentRuntime: spec.DeploymentRuntime, PipelineRuntime: spec.PipelineRuntime,
		Git: codeRepoGitReply{GitLab: &codeRepoGitLabReply{r.Name, r.Path, r.Visibility, r.Description, r.SSHURLToRepo, r.HTTPURLToRepo}},
	}
	if spec.Webhook != nil {
		reply.Webhook.Events = spec.Webhook.Events
	}
	return reply
}

func (c *call) getCodeRepo(r *oneCodeRepo) (any, error) {
	found, err := c.gitlab.repository(r.Product + "/" + r.Name)
	if err != nil {
		return nil, err
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	spec := specOf[codeRepoSpec](w.tree, codeRepoKind, found.codeRepoName())
	if spec == nil {
		return nil, resourceNotFound()
	}
	product, err := c.gitlab.productNameOf(spec.Product)
	if err != nil {
		return nil, err
	}
	return codeRepoReplyOf(product, spec, found), nil
}

// listCodeRepos shows only those whose display name is their path, as the real server does.
func (c *call) listCodeRepos(r *listed) (any, error) {
	w, err := c.openList(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	repositories, err := all[repository](c.gitlab, "groups/"+strconv.Itoa(w.group.ID)+"/projects?simple=false")
	if err != nil {
		return nil, err
	}
	var reply items[codeRepoReply]
	for _, found := range repositories {
		spec := specOf[codeRepoSpec](w.tree, codeRepoKind, found.codeRepoName())
		if spec == nil || spec.RepoName != found.Name {
			continue
		}
		selected, err := selects(r.FieldSelector, fields{
			"project": contains(spec.Project), "pipeline_runtime": equals(strconv.FormatBool(spec.PipelineRuntime)),
			"deployment_runtime": equals(strconv.FormatBool(spec.DeploymentRuntime)),
		})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, codeRepoReplyOf(r.Product, spec, &found))
		}
	}
	return reply, nil
}

// saveCodeRepo creates or changes the repository in GitLab first; that stays done if the rest fails.
func (c *call) saveCodeRepo(r *saveCodeRepo) (any, error) {
	if r.Body == nil || r.Body.Git.GitLab == nil {
		return nil, panicked()
	}
	git := r.Body.Git.GitLab
	if git.Name == "" {
		git.Name = r.Name
	}
	if git.Path == "" {
		git.Path = git.Name
	}
	if git.Path != r.Name {
		return nil, errors.New("the name of the codeRepo resource must be the same as the repository path")
	}
	g, err := c.gitlab.group(r.Product)
	if err != nil {
		return nil, err
	}
	wish := git.wish()
	found, err := c.gitlab.repository(g.Path + "/" + r.Name)
	method, target := http.MethodPost, "projects"
	switch {
	case err == nil:
		method, target = http.MethodPut, "projects/"+strconv.Itoa(found.ID)
		if git.Visibility == found.Visibility {
			delete(wish, "visibility")
		}
	case hasReason(err, "PROJECT_NOT_FOUND"):
		found = new(repository)
		wish["namespace_id"] = g.ID
	default:
		return nil, err
	}
	if _, err := c.gitlab.call(method, target, wish, found); err != nil {
		return nil, err
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	name := found.codeRepoName()
	spec := &codeRepoSpec{
		CodeRepoProvider: "gitlab", Product: g.resource(), Project: r.Body.Project, RepoName: r.Name,
		DeploymentRuntime: r.Body.DeploymentRuntime, PipelineRuntime: r.Body.PipelineRuntime,
	}
	if r.Body.Webhook != nil && r.Body.Webhook.Events != nil {
		spec.Webhook = &webhookEvents{r.Body.Webhook.Events}
	}
	n := &node{path: "code-repos/" + name + "/" + name + ".yaml", kind: codeRepoKind, name: name, spec: spec}
	if err := w.save(n, r.SkipCheck); err != nil {
		return nil, err
	}
	return saved(r.Name)
}

// deleteCodeRepo removes the resource and then the repository in GitLab. One that GitLab doesn't have is a success.
func (c *call) deleteCodeRepo(r *oneCodeRepo) (any, error) {
	g, err := c.gitlab.group(r.Product)
	if err != nil {
		return nil, err
	}
	found, err := c.gitlab.repository(g.Path + "/" + r.Name)
	if hasReason(err, "PROJECT_NOT_FOUND") {
		return deleted(r.Name)
	}
	if err != nil {
		return nil, err
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	name := found.codeRepoName()
	if !w.tree.has(codeRepoKind, name) {
		return nil, fail(http.StatusNotFound, "NODE_NOT_FOUND", "failed to get coderepo of repository %s", name)
	}
	if err := w.delete(codeRepoKind, name, r.SkipCheck); err != nil {
		return nil, err
	}
	if _, err := c.gitlab.call(http.MethodDelete, "projects/"+strconv.Itoa(found.ID), nil, nil); err != nil {
		return nil, err
	}
	return deleted(r.Name)
}

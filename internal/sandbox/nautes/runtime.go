// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"net/http"
)

type saveRuntime struct {
	Product   string       `json:"product_name"`
	Name      string       `json:"project_pipeline_runtime_name"`
	SkipCheck bool         `json:"insecure_skip_check"`
	Body      *runtimeBody `json:"body"`
}

func (r *saveRuntime) problem(*Server) string { return embedded("SaveRequest.Body", r.Body.problem()) }

type saveOldRuntime struct {
	Product   string          `json:"product_name"`
	Name      string          `json:"project_pipeline_runtime_name"`
	SkipCheck bool            `json:"insecure_skip_check"`
	Body      *oldRuntimeBody `json:"body"`
}

func (r *saveOldRuntime) problem(*Server) string {
	return embedded("SaveRequest.Body", r.Body.problem())
}

type oneRuntime struct {
	Product   string `json:"product_name"`
	Name      string `json:"project_pipeline_runtime_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

// listed is the request for the resources of a product.
type listed struct {
	Product       string `json:"product_name"`
	FieldSelector string `json:"field_selector"`
}

func (s *Server) runtimeRoutes() []route {
	const root = "/products/{product_name}/projectpipelineruntimes"
	const one = root + "/{project_pipeline_runtime_name}"
	save := on((*call).saveRuntime)
	if s.old {
		save = on((*call).saveOldRuntime)
	}
	return []route{
		{http.MethodGet, root, on((*call).listRuntimes)},
		{http.MethodGet, one, on((*call).getRuntime)},
		{http.MethodPost, one, save},
		{http.MethodDelete, one, on((*call).deleteRuntime)},
	}
}

func (c *call) saveRuntime(r *saveRuntime) (any, error) {
	if r.Body == nil {
		return nil, panicked()
	}
	events := map[string]bool{}
	for _, event := range r.Body.EventSources {
		events[event.Name] = true
	}
	for _, trigger := range r.Body.PipelineTriggers {
		if !events[trigger.EventSource] {
			return nil, fmt.Errorf("the event source %s in the trigger does not exist", trigger.EventSource)
		}
	}
	if r.Body.Destination == nil {
		return nil, errors.New("pipeline deployment target configuration not submitted, please checked '.Destination' field ")
	}
	spec := r.Body.spec()
	var err error
	if spec.PipelineSource, err = c.gitlab.codeRepoNameOf(r.Product, spec.PipelineSource); err != nil {
		return nil, fmt.Errorf("failed to get codeRepo name when converting pipeline repository name, err: %w", err)
	}
	if git := spec.AdditionalResources.Git; git != nil {
		if git.CodeRepo, err = c.gitlab.codeRepoNameOf(r.Product, git.CodeRepo); err != nil {
			return nil, fmt.Errorf("failed to get codeRepo name when converting git repository name for additional resources, err: %w", err)
		}
	}
	for _, event := range spec.EventSources {
		if event.GitLab == nil {
			continue
		}
		if event.GitLab.RepoName, err = c.gitlab.codeRepoNameOf(r.Product, event.GitLab.RepoName); err != nil {
			return nil, fmt.Errorf("failed to get codeRepo name when converting git repository name for event source, err: %w", err)
		}
	}
	return c.storeRuntime(r.Product, r.Name, spec, r.SkipCheck)
}

// saveOldRuntime is how v0.3.8 saves.
func (c *call) saveOldRuntime(r *saveOldRuntime) (any, error) {
	if r.Body == nil {
		return nil, panicked()
	}
	spec := r.Body.upgraded().spec()
	events, pipelines := map[string]bool{}, map[string]bool{}
	for _, event := range spec.EventSources {
		events[event.Name] = true
	}
	for _, pipeline := range spec.Pipelines {
		pipelines[pipeline.Name] = true
	}
	const advice = "please check if the parameters filled in the 'pipeline_triggers.%s' field are correct"
	for _, trigger := range spec.PipelineTriggers {
		if !events[trigger.EventSource] {
			return nil, fmt.Errorf("event source %s does not exist, "+advice, trigger.EventSource, "event_source")
		}
		if !pipelines[trigger.Pipeline] {
			return nil, fmt.Errorf("pipeline %s does not exist, "+advice, trigger.Pipeline, "pipeline")
		}
	}
	repositories := []*string{&spec.PipelineSource}
	for _, event := range spec.EventSources {
		if event.GitLab != nil {
			repositories = append(repositories, &event.GitLab.RepoName)
		}
	}
	for _, name := range repositories {
		found, err := c.gitlab.repository(r.Product + "/" + *name)
		if err != nil {
			return nil, fmt.Errorf("invalid authorization code repository specified, err: %v", err) //nolint:errorlint // loses status and reason, as there
		}
		*name = found.codeRepoName()
	}
	return c.storeRuntime(r.Product, r.Name, spec, r.SkipCheck)
}

// storeRuntime creates or replaces a runtime. Its name is looked up in the whole product, and it stays in its project.
func (c *call) storeRuntime(product, name string, spec *runtimeSpec, skipCheck bool) (any, error) {
	w, err := c.open(product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := &node{path: "projects/" + spec.Project + "/" + name + ".yaml", kind: runtimeKind, name: name, spec: spec}
	if stored := w.tree.find(runtimeKind, name); stored != nil {
		if stored.spec.(*runtimeSpec).Project != spec.Project {
			return nil, errors.New("existing pipeline runtime is not allow modifying the project field")
		}
		n.path = stored.path
	}
	if err := w.save(n, skipCheck); err != nil {
		return nil, err
	}
	return saved(name)
}

func (c *call) getRuntime(r *oneRuntime) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := w.tree.find(runtimeKind, r.Name)
	if n == nil {
		return nil, resourceNotFound()
	}
	shown, err := c.shown(n)
	if err != nil {
		return nil, err
	}
	return c.runtimeReply(n.name, shown)
}

func (c *call) runtimeReply(name string, shown *runtimeSpec) (any, error) {
	if c.s.old {
		shown.AdditionalResources = &additionalResourcesSpec{} // unknown to the old server, so it can't miss them
	}
	reply, err := shown.reply(name)
	if err != nil || !c.s.old {
		return reply, err
	}
	return reply.downgraded(), nil
}

// shown is a runtime with GitLab's display names in place of its repositories' names. One repository that can't be read any more spoils it.
func (c *call) shown(n *node) (*runtimeSpec, error) {
	r := n.spec.(*runtimeSpec)
	if r.PipelineSource == "" {
		return nil, fmt.Errorf("the pipelineSource field value of projectPipelineRuntime %s should not be empty", n.name)
	}
	repositories := []*string{&r.PipelineSource}
	if git := r.additionalGit(); git != nil && git.CodeRepo != "" {
		repositories = append(repositories, &git.CodeRepo)
	}
	for _, event := range r.EventSources {
		if event.GitLab != nil {
			repositories = append(repositories, &event.GitLab.RepoName)
		}
	}
	for _, name := range repositories {
		displayName, known := c.displayNames[*name]
		if !known {
			var err error
			if displayName, err = c.gitlab.displayNameOf(*name); err != nil {
				return nil, err
			}
			c.displayNames[*name] = displayName
		}
		*name = displayName
	}
	return r, nil
}

func (c *call) deleteRuntime(r *oneRuntime) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.delete(runtimeKind, r.Name, r.SkipCheck); err != nil {
		return nil, err
	}
	return deleted(r.Name)
}

func (c *call) listRuntimes(r *listed) (any, error) {
	w, err := c.openList(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var reply items[any]
	for _, n := range w.tree.all(runtimeKind) {
		shown, err := c.shown(n)
		if err != nil {
			return nil, err
		}
		selected, err := selects(r.FieldSelector, c.runtimeFields(n.name, shown))
		if err != nil {
			return nil, err
		}
		if !selected {
			continue
		}
		item, err := c.runtimeReply(n.name, shown)
		if err != nil {
			return nil, err
		}
		reply.Items = append(reply.Items, item)
	}
	return reply, nil
}

func (c *call) runtimeFields(name string, r *runtimeSpec) fields {
	var pipelines []string
	for _, trigger := range r.PipelineTriggers {
		pipelines = append(pipelines, trigger.Pipeline)
	}
	f := fields{
		"project": contains(r.Project), "pipeline_source": contains(r.PipelineSource), "pipeline_triggers.pipeline": contains(pipelines...),
		"destination": contains(r.Destination.Environment),
	}
	if !c.s.old {
		f["project_name"] = contains(name) // misnamed there
		f["destination"] = func(string) (bool, error) {
			return false, errors.New("inconsistent data type, expected is 'String', but now is 'struct'")
		}
	}
	return f
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
)

// check is the global check: of every resource of the product, not only of the one that is being changed. The resources are visited in random
// order, so of two faults either may be told.
func (w *workspace) check() error {
	for i, n := range w.tree.nodes {
		for _, other := range w.tree.nodes[i+1:] {
			if n.kind == other.kind && n.name == other.name && path.Dir(n.path) == path.Dir(other.path) {
				return fmt.Errorf("duplicate names are not allowed for resources, duplicate files are %s and %s ", n.baseName(), other.baseName())
			}
		}
	}
	// The check of each runtime includes this one, which looks at them all.
	duplicates := sync.OnceValue(w.checkDuplicates)
	for _, i := range rand.Perm(len(w.tree.nodes)) { //nolint:gosec // an order, no secret
		if err := w.checkNode(w.tree.nodes[i], duplicates); err != nil {
			return err
		}
	}
	return nil
}

func (w *workspace) checkNode(n *node, duplicates func() error) error {
	switch spec := n.spec.(type) {
	case *projectSpec:
		if err := n.checkFolder(); err != nil {
			return err
		}
		if product := w.group.resource(); spec.Product != product {
			return fmt.Errorf("the product name of resource %s does not match the current product name, expected %s, but now is %s ", n.name, product, spec.Product)
		}
	case *environmentSpec:
		return w.checkEnvironment(n, spec)
	case *codeRepoSpec:
		return w.checkCodeRepo(n, spec)
	case *bindingSpec:
		if !w.tree.has(codeRepoKind, spec.CodeRepo) {
			return fmt.Errorf("the authorization repository %s does not exist when checking CodeRepoBinding %s", spec.CodeRepo, n.name)
		}
		for _, project := range spec.Projects {
			if !w.tree.has(projectKind, project) {
				return fmt.Errorf("project resource %s does not exist or is invalid", project)
			}
		}
	case *runtimeSpec:
		return w.checkRuntime(n, spec, duplicates)
	}
	return nil
}

func (n *node) checkFolder() error {
	if folder := path.Base(path.Dir(n.path)); folder != n.name {
		return fmt.Errorf("the resource directory name is inconsistent, the subdirectory name of %s resource should be %s, but now it is %s", n.name, n.name, folder)
	}
	return nil
}

// missing is the error about a resource that another one refers to.
func (w *workspace) missing(kind, name string, in *node, inName, folder string) error {
	end := ""
	if w.c.s.old {
		end = "."
	}
	return fmt.Errorf("during global validation, it was found that %s '%s' does not exist or is unavailable. Please check %s '%s' in directory '%s'%s",
		kind, name, in.kind, inName, folder, end)
}

func clusterNotFound(name string) error {
	return fmt.Errorf("clusters.nautes.resource.nautes.io %q not found", name)
}

func (w *workspace) checkEnvironment(n *node, spec *environmentSpec) error {
	if product := w.group.resource(); spec.Product != product {
		return fmt.Errorf("the product name of resource %s does not match the current product name, expected is %s, but now is %s", n.name, product, spec.Product)
	}
	if w.c.s.cluster(spec.Cluster) == nil {
		return fmt.Errorf("%werr: %w", w.missing("Cluster", spec.Cluster, n, n.name, "envs"), clusterNotFound(spec.Cluster))
	}
	environments := w.tree.all(environmentKind)
	for i, one := range environments {
		for _, other := range environments[i+1:] {
			if one.spec.(*environmentSpec).Cluster == other.spec.(*environmentSpec).Cluster {
				return fmt.Errorf("duplicate reference cluster resources sbetween resource %s and resource %s", one.baseName(), other.baseName())
			}
		}
	}
	return nil
}

// webhooks are GitLab's events that a code repository may ask for.
var webhooks = []string{
	"confidential_issues_events", "confidential_note_events", "deployment_events", "issues_events", "job_events", "merge_requests_events",
	"note_events", "pipeline_events", "push_events", "releases_events", "tag_push_events",
}

func (w *workspace) checkCodeRepo(n *node, spec *codeRepoSpec) error {
	if err := n.checkFolder(); err != nil {
		return err
	}
	if product := w.group.resource(); spec.Product != product {
		return fmt.Errorf("the product name of resource %s does not match the current product name, expected product is %s, but now is %s",
			spec.RepoName, product, spec.Product)
	}
	if spec.Webhook != nil {
		for _, event := range spec.Webhook.Events {
			if event != "" && !slices.Contains(webhooks, event) {
				return fmt.Errorf("invalid webhook %s please refer to gitlab api documentation: "+
					"https://docs.gitlab.com/ee/api/projects.html#edit-project-hook", event)
			}
		}
	}
	if spec.Project != "" && !w.tree.has(projectKind, spec.Project) {
		return w.missing(projectKind, spec.Project, n, spec.RepoName, "code-repos/"+n.name)
	}
	return nil
}

func (w *workspace) checkRuntime(n *node, r *runtimeSpec, duplicates func() error) error {
	for i, pipeline := range r.Pipelines {
		if slices.ContainsFunc(r.Pipelines[i+1:], func(other pipelineSpec) bool { return other.Path == pipeline.Path }) {
			return fmt.Errorf("ProjectPipelineRuntime %s uses the same code repository for both codeSource and pipelineSource under %s directory, "+
				"as found in the global validation", n.name, r.Project)
		}
	}
	references := [][2]string{{projectKind, r.Project}, {environmentKind, r.Destination.Environment}, {codeRepoKind, r.PipelineSource}}
	for _, event := range r.EventSources {
		if event.GitLab != nil {
			references = append(references, [2]string{codeRepoKind, event.GitLab.RepoName})
		}
	}
	for _, reference := range references {
		if !w.tree.has(reference[0], reference[1]) {
			return w.missing(reference[0], reference[1], n, n.name, "projects/"+r.Project)
		}
	}
	if err := duplicates(); err != nil {
		return err
	}
	if err := w.verifyRuntime(n, r); err != nil {
		if hasReason(err, "UNKNOWN") {
			return err
		}
		return fmt.Errorf("verify project pipeline runtime failed, err: %w", err)
	}
	return nil
}

// checkDuplicates refuses two runtimes that run the same pipeline in the same place.
func (w *workspace) checkDuplicates() error {
	runtimes := w.tree.all(runtimeKind)
	for i, n := range runtimes {
		for _, other := range runtimes[i+1:] {
			one, two := n.spec.(*runtimeSpec), other.spec.(*runtimeSpec)
			if one.PipelineSource != two.PipelineSource || one.Destination != two.Destination || !slices.ContainsFunc(one.Pipelines, func(p pipelineSpec) bool {
				return slices.ContainsFunc(two.Pipelines, func(q pipelineSpec) bool { return p.Path == q.Path })
			}) {
				continue
			}
			if w.c.s.old {
				return fmt.Errorf("duplicate pipeline found in verify the validity of the global template, respectively %s/%s and %s/%s",
					one.Project, n.baseName(), two.Project, other.baseName())
			}
			return fmt.Errorf("duplicate reference found between resource %s and resource %s", n.name, other.name)
		}
	}
	return nil
}

// verifyRuntime is what the admission webhook checks too. The order of its rules is fixed.
func (w *workspace) verifyRuntime(n *node, r *runtimeSpec) error {
	if err := r.verifyStatic(); err != nil {
		return err
	}
	name := specOf[environmentSpec](w.tree, environmentKind, r.Destination.Environment).Cluster
	target := w.c.s.cluster(name)
	if target == nil {
		return fmt.Errorf("get cluster by runtime failed: %w", clusterNotFound(name))
	}
	if !target.runsPipelines() {
		return errors.New("cluster is not a pipeline cluster")
	}
	if err := w.mayUse(r.Project, r.PipelineSource); err != nil {
		return err
	}
	if !w.c.s.old {
		if git := r.additionalGit(); git != nil && git.CodeRepo != "" {
			if err := w.mayUse(r.Project, git.CodeRepo); err != nil {
				return fmt.Errorf("pipeline can not use code repo %s in additional resource: %w", git.CodeRepo, err)
			}
		}
		if namespace := r.namespace(n.name); w.c.s.namespaceUsed(name, namespace, w.group.ID, n.name) {
			return fmt.Errorf("namespace %s is used by other runtime", namespace)
		}
		if target.Components.Pipeline == nil {
			return errors.New("cluster component pipeline is empty")
		}
		if err := target.verifyHooks(r); err != nil {
			return err
		}
	}
	var refused []string
	for _, event := range r.EventSources {
		if event.GitLab != nil && event.GitLab.RepoName != "" {
			if err := w.mayUse(r.Project, event.GitLab.RepoName); err != nil {
				refused = append(refused, err.Error())
			}
		}
	}
	if refused != nil {
		return errors.New(strings.Join(refused, "; "))
	}
	return nil
}

func (r *runtimeSpec) additionalGit() *additionalGitSpec {
	if r.AdditionalResources == nil {
		return nil
	}
	return r.AdditionalResources.Git
}

// mayUse is nil if the repository belongs to the project or a binding grants it.
func (w *workspace) mayUse(project, codeRepo string) error {
	repo := specOf[codeRepoSpec](w.tree, codeRepoKind, codeRepo)
	if repo == nil {
		return fmt.Errorf("node %s not found", codeRepo)
	}
	if repo.Product == w.group.resource() && repo.Project == project {
		return nil
	}
	for _, n := range w.tree.all(bindingKind) {
		binding := n.spec.(*bindingSpec)
		if binding.CodeRepo == codeRepo && (len(binding.Projects) == 0 || slices.Contains(binding.Projects, project)) {
			return nil
		}
	}
	return fmt.Errorf("not permitted to use repository %s", codeRepo)
}

// verifyStatic checks what needs no other resource.
func (r *runtimeSpec) verifyStatic() error {
	events, pipelines, triggers := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, event := range r.EventSources {
		if events[event.Name] {
			return fmt.Errorf("event source %s is duplicate", event.Name)
		}
		events[event.Name] = true
	}
	for _, pipeline := range r.Pipelines {
		if pipelines[pipeline.Name] {
			return fmt.Errorf("pipeline %s is duplicate", pipeline.Name)
		}
		pipelines[pipeline.Name] = true
	}
	if git := r.additionalGit(); git != nil && git.CodeRepo == "" && git.URL == "" {
		return errors.New("code repo and url can not be empty at the same time")
	}
	for _, t := range r.PipelineTriggers {
		key := strings.Join([]string{t.EventSource, t.Pipeline, t.Revision}, "|")
		switch {
		case !events[t.EventSource]:
			return fmt.Errorf("found non-existent event source %s in trigger", t.EventSource)
		case !pipelines[t.Pipeline]:
			return fmt.Errorf("found non-existent pipeline %s in trigger", t.Pipeline)
		case triggers[key]:
			return fmt.Errorf("trigger is duplicate, event source %s, pipeline %s, trigger %s", t.EventSource, t.Pipeline, t.Revision)
		}
		triggers[key] = true
	}
	for _, t := range r.PipelineTriggers {
		for _, input := range t.Inputs {
			switch {
			case input.Source.BuiltInVar == nil && input.Source.FromEvent == nil:
				return errors.New("builtInVar and fromEvent cannot be empty at the same time")
			case input.Source.BuiltInVar != nil && input.Source.FromEvent != nil:
				return errors.New("both builtInVar and fromEvent has value")
			case input.TransmissionMethod.Kustomization == nil:
				return errors.New("transmission method can not be nil")
			}
		}
	}
	return nil
}

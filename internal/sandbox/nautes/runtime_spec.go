// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

// runtimeSpec is a project pipeline runtime as its file holds it.
type runtimeSpec struct {
	Project             string                   `json:"project"`
	PipelineSource      string                   `json:"pipelineSource"` // as repo-N
	Pipelines           []pipelineSpec           `json:"pipelines"`
	Destination         destinationSpec          `json:"destination"`
	EventSources        []eventSourceSpec        `json:"eventSources"`
	Isolation           string                   `json:"isolation"`
	PipelineTriggers    []triggerSpec            `json:"pipelineTriggers"`
	AdditionalResources *additionalResourcesSpec `json:"additionalResources,omitempty"`
	Hooks               *hooksSpec               `json:"hooks,omitempty"`
	Account             string                   `json:"account,omitempty"`
}

type pipelineSpec struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
	Path  string `json:"path"`
}

type destinationSpec struct {
	Environment string `json:"environment"`
	Namespace   string `json:"namespace"`
}

type eventSourceSpec struct {
	Name     string        `json:"name"`
	GitLab   *gitlabSpec   `json:"gitlab,omitempty"`
	Calendar *calendarSpec `json:"calendar,omitempty"`
}

type gitlabSpec struct {
	RepoName string   `json:"repoName"` // as repo-N
	Revision string   `json:"revision,omitempty"`
	Events   []string `json:"events"`
}

type calendarSpec struct {
	Schedule       string   `json:"schedule,omitempty"`
	Interval       string   `json:"interval,omitempty"`
	ExclusionDates []string `json:"exclusionDates,omitempty"`
	Timezone       string   `json:"timezone,omitempty"`
}

type triggerSpec struct {
	EventSource string      `json:"eventSource"`
	Pipeline    string      `json:"pipeline"`
	Revision    string      `json:"revision,omitempty"`
	Inputs      []inputSpec `json:"inputs,omitempty"`
}

type inputSpec struct {
	Source struct {
		BuiltInVar *string `json:"builtInVar,omitempty"`
		FromEvent  *string `json:"fromEvent,omitempty"`
	} `json:"source"`
	TransmissionMethod struct {
		Kustomization *kustomizationSpec `json:"kustomization,omitempty"`
	} `json:"transmissionMethod"`
}

type kustomizationSpec struct {
	Path string `json:"path"`
}

type additionalResourcesSpec struct {
	Git *additionalGitSpec `json:"git,omitempty"`
}

type additionalGitSpec struct {
	CodeRepo string `json:"codeRepo,omitempty"` // as repo-N
	URL      string `json:"url,omitempty"`
	Revision string `json:"revision"`
	Path     string `json:"path"`
}

type hooksSpec struct {
	PreHooks  []hookSpec `json:"preHooks,omitempty"`
	PostHooks []hookSpec `json:"postHooks,omitempty"`
}

type hookSpec struct {
	Name  string            `json:"name"`
	Alias *string           `json:"alias,omitempty"`
	Vars  map[string]string `json:"vars,omitempty"`
}

// alias is the name that must be the hook's alone.
func (h hookSpec) alias() string {
	if h.Alias != nil {
		return *h.Alias
	}
	return h.Name
}

// namespace is where a runtime of that name runs.
func (r *runtimeSpec) namespace(name string) string {
	if r.Destination.Namespace != "" {
		return r.Destination.Namespace
	}
	return name
}

// oldRuntimeSpec is the file's form before v0.3.9.
type oldRuntimeSpec struct {
	Project          string            `json:"project,omitempty"`
	PipelineSource   string            `json:"pipelineSource,omitempty"`
	Pipelines        []pipelineSpec    `json:"pipelines,omitempty"`
	Destination      string            `json:"destination,omitempty"`
	EventSources     []eventSourceSpec `json:"eventSources,omitempty"`
	Isolation        string            `json:"isolation,omitempty"`
	PipelineTriggers []triggerSpec     `json:"pipelineTriggers,omitempty"`
}

func (r *runtimeSpec) toOld() *oldRuntimeSpec {
	return &oldRuntimeSpec{
		Project: r.Project, PipelineSource: r.PipelineSource, Pipelines: r.Pipelines, Destination: r.Destination.Environment,
		EventSources: r.EventSources, Isolation: r.Isolation, PipelineTriggers: r.PipelineTriggers,
	}
}

func (r *oldRuntimeSpec) toNew() *runtimeSpec {
	return &runtimeSpec{
		Project: r.Project, PipelineSource: r.PipelineSource, Pipelines: r.Pipelines, Destination: destinationSpec{Environment: r.Destination},
		EventSources: r.EventSources, Isolation: r.Isolation, PipelineTriggers: r.PipelineTriggers,
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import "encoding/json"

// Runtime is a project pipeline runtime: which events run which pipelines
// where. Zero values stand for what is absent; the server makes no difference
// between the two. The order of lists is the order they were saved in.
//
// Runtimes that this package returns may be shared: don't change them.
type Runtime struct {
	// Name identifies the runtime within its product; it is part of the path,
	// and ignored in what is saved.
	Name string `json:"name,omitempty"`
	// Project is the project it belongs to, which can't change.
	Project string `json:"project"`
	// PipelineSource is the repository that holds the pipelines: saved as the
	// path of a GitLab project in the product's group, and returned as that
	// project's display name.
	PipelineSource string `json:"pipeline_source"`
	// Pipelines are the pipelines in that repository.
	Pipelines []Pipeline `json:"pipelines,omitempty"`
	// EventSources are what can trigger them.
	EventSources []EventSource `json:"event_sources,omitempty"`
	// PipelineTriggers say which source triggers which pipeline.
	PipelineTriggers []PipelineTrigger `json:"pipeline_triggers,omitempty"`
	// Destination is where the pipelines run.
	Destination Destination `json:"destination"`
	// Isolation is "shared" or "exclusive"; the server has no default.
	Isolation string `json:"isolation"`
	// AdditionalResources are deployed beside the pipelines; from v0.3.9.
	AdditionalResources AdditionalResources `json:"additional_resources,omitzero"`
	// Account is the service account; empty means one named like the runtime;
	// from v0.4.1.
	Account string `json:"account,omitempty"`
	// Hooks run before and after each pipeline; from v0.4.2.
	Hooks Hooks `json:"hooks,omitzero"`
}

// Pipeline is a pipeline in the runtime's pipeline source.
type Pipeline struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
	// Path is the pipeline's place in the repository.
	Path string `json:"path"`
}

// EventSource is something that happens: a webhook event, a moment of a
// calendar, either of the two, or neither.
type EventSource struct {
	Name     string        `json:"name"`
	GitLab   *GitLabEvents `json:"gitlab,omitempty"`
	Calendar *Calendar     `json:"calendar,omitempty"`
}

// GitLabEvents are webhook events of a GitLab project.
type GitLabEvents struct {
	// RepoName is saved as a path and returned as a display name, as
	// [Runtime.PipelineSource] is.
	RepoName string `json:"repo_name"`
	// Revision is a Lua pattern that the event's ref has to match; before
	// v0.4.2 it can't be empty.
	Revision string   `json:"revision,omitempty"`
	Events   []string `json:"events,omitempty"`
}

// Calendar is a schedule: a five-field cron expression, or else an interval.
// Servers before v0.3.9 take it but never return it.
type Calendar struct {
	Schedule       string   `json:"schedule,omitempty"`
	Interval       string   `json:"interval,omitempty"`
	ExclusionDates []string `json:"exclusion_dates,omitempty"`
	Timezone       string   `json:"timezone,omitempty"`
}

// UnmarshalJSON also takes a bare string, which Nautes' documents show in
// replies, for the schedule.
func (c *Calendar) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &c.Schedule)
	}
	type members Calendar
	return json.Unmarshal(data, (*members)(c))
}

// PipelineTrigger runs a pipeline when an event source has an event.
type PipelineTrigger struct {
	EventSource string `json:"event_source"`
	Pipeline    string `json:"pipeline"`
	// Revision is a git revision; empty means the event's.
	Revision string `json:"revision,omitempty"`
	// Inputs are from v0.4.2.
	Inputs []Input `json:"inputs,omitempty"`
}

// Input gives the pipeline a value: a built-in variable's or one from the
// event, exactly one of them, written to a path by kustomization.
type Input struct {
	BuiltInVar, FromEvent, KustomizationPath string
}

// inputOnWire is how deep the three texts of an [Input] lie.
type inputOnWire struct {
	Source struct {
		BuiltInVar string `json:"built_in_var,omitempty"`
		FromEvent  string `json:"from_event,omitempty"`
	} `json:"source"`
	TransmissionMethod struct {
		Kustomization struct {
			Path string `json:"path"`
		} `json:"kustomization"`
	} `json:"transmission_method"`
}

// MarshalJSON gives the server's nested form.
func (i Input) MarshalJSON() ([]byte, error) {
	var w inputOnWire
	w.Source.BuiltInVar, w.Source.FromEvent = i.BuiltInVar, i.FromEvent
	w.TransmissionMethod.Kustomization.Path = i.KustomizationPath
	return json.Marshal(w)
}

// UnmarshalJSON takes the server's nested form.
func (i *Input) UnmarshalJSON(data []byte) error {
	var w inputOnWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*i = Input{w.Source.BuiltInVar, w.Source.FromEvent, w.TransmissionMethod.Kustomization.Path}
	return nil
}

// Destination is where pipelines run. Servers before v0.3.9 know the
// environment alone.
type Destination struct {
	Environment string `json:"environment"`
	// Namespace is empty for one named like the runtime; from v0.3.9.
	Namespace string `json:"namespace,omitempty"`
}

// UnmarshalJSON also takes the bare string of servers before v0.3.9.
func (d *Destination) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &d.Environment)
	}
	type members Destination
	return json.Unmarshal(data, (*members)(d))
}

// AdditionalResources are manifests to deploy beside the pipelines.
type AdditionalResources struct {
	Git *AdditionalGit `json:"git,omitempty"`
}

// AdditionalGit is where those manifests are.
type AdditionalGit struct {
	// CodeRepo is saved as a path and returned as a display name, as
	// [Runtime.PipelineSource] is. The server wants it even beside a URL.
	CodeRepo string `json:"coderepo,omitempty"`
	URL      string `json:"url,omitempty"`
	Revision string `json:"revision,omitempty"`
	Path     string `json:"path,omitempty"`
}

// Hooks are tasks around each pipeline. v0.4.2 returns no post hooks unless
// there is a pre hook.
type Hooks struct {
	PreHooks  []Hook `json:"pre_hooks,omitempty"`
	PostHooks []Hook `json:"post_hooks,omitempty"`
}

// Hook is one task that the server's administrator has defined.
type Hook struct {
	Name  string            `json:"name"`
	Vars  map[string]string `json:"vars,omitempty"`
	Alias string            `json:"alias,omitempty"`
}

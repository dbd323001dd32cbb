// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"errors"
	"iter"

	"go.yaml.in/yaml/v3"
)

// Pipeline is a pipeline of a project.
type Pipeline struct {
	Object
	Spec PipelineSpec `json:"spec"`
	// Status is what Rancher itself keeps of it.
	Status PipelineStatus `json:"status"`
}

// PipelineStatus is what Rancher keeps of a pipeline, as far as a client needs
// it.
type PipelineStatus struct {
	// NextRun is the number that the next run gets; 0 where Rancher doesn't tell.
	NextRun int64 `json:"nextRun"`
}

// PipelineSpec is what a client sets of a [Pipeline].
type PipelineSpec struct {
	// ProjectName is mostly the project's id, but not surely. A create sends
	// the id of its path, and an update never sends it.
	ProjectName string `json:"projectName,omitempty"`
	// Active is whether the triggers run the pipeline. A create without it
	// takes true. An update never sends it: see [Client.ActivatePipeline].
	Active      *bool  `json:"active,omitempty"`
	DisplayName string `json:"displayName"`
	// Stages are replaced as a whole by an update.
	Stages []Stage `json:"stages"`
	// Triggers is nil where there are none; an update with nil removes them.
	Triggers *Triggers `json:"triggers"`
}

// Stage is a sequence of steps.
type Stage struct {
	Name  string `json:"name"`
	Steps []Step `json:"steps"`
}

// Step is a step of a stage. It may have any of the four configurations, more
// than one among them. What is nil is not sent.
type Step struct {
	// Type is sourcecode, runascript, buildimage or pushimage.
	Type       *string               `json:"type"`
	SourceCode *SourceCodeStepConfig `json:"sourceCodeStepConfig"`
	RunAScript *RunAScriptStepConfig `json:"runAScriptStepConfig"`
	BuildImage *BuildImageStepConfig `json:"buildImageStepConfig"`
	PushImage  *PushImageStepConfig  `json:"pushImageStepConfig"`
}

// SourceCodeStepConfig says what to check out. RemoteAccountName is the id of
// a [RemoteAccount], Repository the URL to clone.
type SourceCodeStepConfig struct {
	RemoteAccountName *string `json:"remoteAccountName"`
	Repository        *string `json:"repository"`
	Branch            *string `json:"branch"`
}

// RunAScriptStepConfig says which script to run in which image.
type RunAScriptStepConfig struct {
	Image       *string `json:"image"`
	ShellScript *string `json:"shellScript"`
	EntryPoint  *string `json:"entryPoint"`
	// Args is one text, not a list.
	Args *string `json:"args"`
	// Env is a list of NAME=value; nil where Rancher has none, which differs
	// from an empty list.
	Env []string `json:"env"`
}

// BuildImageStepConfig says how to build an image. A create that leaves
// DockerFilePath or BuildPath out, or gives an empty one, gets ./Dockerfile
// or . in its place; an update doesn't.
type BuildImageStepConfig struct {
	DockerFilePath *string `json:"dockerFilePath"`
	BuildPath      *string `json:"buildPath"`
	ImageTag       *string `json:"imageTag"`
}

// PushImageStepConfig says which image to push.
type PushImageStepConfig struct {
	ImageTag *string `json:"imageTag"`
}

// Triggers say what runs a pipeline. In an update, nil removes.
type Triggers struct {
	Cron    *CronTrigger    `json:"cronTrigger"`
	Webhook *WebhookTrigger `json:"webhookTrigger"`
}

// CronTrigger runs a pipeline by the clock. In an update, nil clears.
type CronTrigger struct {
	Active bool `json:"active"`
	// Timezone is an IANA name; the server's own zone without one, and with one
	// that it doesn't know.
	Timezone *string `json:"timezone"`
	// Expression has five fields, or is a descriptor such as @daily.
	Expression *string `json:"expression"`
}

// WebhookTrigger runs a pipeline when its repository changes.
type WebhookTrigger struct {
	Active bool `json:"active"`
}

var pipelines = kind{"pipeline", "pipelines"}

// The actions of a pipeline.
const (
	actionActivate   = "activate"
	actionDeactivate = "deactivate"
	actionExport     = "export"
	actionRun        = "run"
)

// Pipelines lists the project's pipelines. A project that doesn't exist has
// none.
func (c *Client) Pipelines(ctx context.Context, projectID string) ([]Pipeline, error) {
	return list[Pipeline](ctx, c, pipelines, listOptions{parent: project(projectID)})
}

// EachPipeline goes over the project's pipelines, perPage at a time, and asks
// for no page that isn't needed; 0 is as many as Rancher gives.
func (c *Client) EachPipeline(ctx context.Context, projectID string, perPage int) iter.Seq2[Pipeline, error] {
	return each[Pipeline](ctx, c, pipelines, listOptions{parent: project(projectID), perPage: pageOf(perPage)})
}

// Pipeline reads a pipeline, or returns [ErrAbsent].
func (c *Client) Pipeline(ctx context.Context, id string) (*Pipeline, error) {
	return get[Pipeline](ctx, c, pipelines, id)
}

// CreatePipeline creates a pipeline, whose name Rancher chooses.
func (c *Client) CreatePipeline(ctx context.Context, projectID string, spec PipelineSpec) (*Pipeline, error) {
	spec.ProjectName = projectID
	return create(ctx, c, pipelines, &c.created.pipelines, project(projectID), "", spec, spec.shown())
}

// UpdatePipeline turns the pipeline from one into another, but for whether it
// is active. Only what differs is sent; what becomes nil is cleared.
func (c *Client) UpdatePipeline(ctx context.Context, id string, from, to PipelineSpec) (*Pipeline, error) {
	for _, spec := range []*PipelineSpec{&from, &to} {
		spec.ProjectName, spec.Active = "", nil
	}
	return update[Pipeline](ctx, c, pipelines, id, from, to)
}

// ActivatePipeline lets the triggers run an inactive pipeline. An active one is
// a [Refusal] with status 500: look first.
func (c *Client) ActivatePipeline(ctx context.Context, id string) (*Pipeline, error) {
	return act[Pipeline](ctx, c, pipelines, id, actionActivate)
}

// DeactivatePipeline keeps the triggers from running an active pipeline. An
// inactive one is a [Refusal] with status 500: look first.
func (c *Client) DeactivatePipeline(ctx context.Context, id string) (*Pipeline, error) {
	return act[Pipeline](ctx, c, pipelines, id, actionDeactivate)
}

// DeletePipeline deletes a pipeline and waits until it is gone. Its histories
// and logs stay. [ErrAbsent] means that it was gone already.
func (c *Client) DeletePipeline(ctx context.Context, id string) error {
	return remove(ctx, c, pipelines, id)
}

// ExportPipeline returns the pipeline as the YAML text that Rancher makes of
// it, byte for byte.
func (c *Client) ExportPipeline(ctx context.Context, id string) (string, error) {
	a, err := c.runAction(ctx, pipelines, id, actionExport)
	if err != nil {
		return "", err
	}
	// The content type depends on the server's machine, so it proves nothing.
	var content struct {
		Stages []any `yaml:"stages"`
	}
	if err := yaml.Unmarshal(a.body, &content); err != nil {
		return "", a.unreadable(err)
	}
	if len(content.Stages) == 0 {
		return "", a.unreadable(errors.New("it has no stages"))
	}
	return string(a.body), nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// historyModel is a run of a pipeline, as data sources show it.
type historyModel struct {
	envelope
	ProjectID           types.String   `tfsdk:"project_id"`
	PipelineID          types.String   `tfsdk:"pipeline_id"`
	PipelineDisplayName types.String   `tfsdk:"pipeline_display_name"`
	DisplayName         types.String   `tfsdk:"display_name"`
	RunNumber           types.Int64    `tfsdk:"run_number"`
	TriggerType         types.String   `tfsdk:"trigger_type"`
	State               types.String   `tfsdk:"state"`
	Started             types.String   `tfsdk:"started"`
	Ended               types.String   `tfsdk:"ended"`
	Commit              types.String   `tfsdk:"commit"`
	Stages              []historyStage `tfsdk:"stages"`
}

type historyStage struct {
	Name    types.String  `tfsdk:"name"`
	State   types.String  `tfsdk:"state"`
	Started types.String  `tfsdk:"started"`
	Ended   types.String  `tfsdk:"ended"`
	Steps   []historyStep `tfsdk:"steps"`
}

type historyStep struct {
	Type    types.String `tfsdk:"type"`
	State   types.String `tfsdk:"state"`
	Started types.String `tfsdk:"started"`
	Ended   types.String `tfsdk:"ended"`
}

const historyKind = "pipeline history"

// The states of a run, and of its stages and steps, before and after it has
// ended, and what starts one.
var (
	unfinishedStates = []string{"Waiting", "Pending", "Building"}
	finishedStates   = []string{"Success", "Fail", "Abort", "Skipped", "Denied"}
	triggerTypes     = []string{"manual", "cron", "webhook"}
)

// runStates are the states in words.
const runStates = "`Waiting`, `Pending` and `Building` before it has ended, then `Success`, `Fail`, `Abort`, `Skipped` or `Denied`"

func historyAttributes() map[string]schema.Attribute {
	timed := func(what string, attributes map[string]schema.Attribute) map[string]schema.Attribute {
		attributes["state"] = shown("How the " + what + " is doing: " + runStates + ".")
		attributes["started"] = shown("When the " + what + " started, in UTC; null before that.")
		attributes["ended"] = shown("When the " + what + " ended, in UTC; null before that.")
		return attributes
	}
	steps := timed("step", map[string]schema.Attribute{
		"type": shown("The step's type in the pipeline as it was at the run, such as `sourcecode`."),
	})
	stages := timed("stage", map[string]schema.Attribute{
		"name": shown("The stage's name in the pipeline as it was at the run."),
		"steps": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "How each step of the stage is doing, in the order of the pipeline.",
			NestedObject: schema.NestedAttributeObject{Attributes: steps},
		},
	})
	return enveloped("run", timed("run", map[string]schema.Attribute{
		"project_id":            shown("The full id of the project, as in `c-abc12:p-x1y2z`; null when the server doesn't tell it."),
		"pipeline_id":           shown("The id of the pipeline that ran. A run outlives its pipeline."),
		"pipeline_display_name": shown("The pipeline's display name as it was at the run."),
		"display_name":          shown("The run's display name: the pipeline's and the run's number, as in `pipeline-test-1`."),
		"run_number":            schema.Int64Attribute{Computed: true, MarkdownDescription: "The run's number. Each pipeline counts its runs from 1."},
		"trigger_type":          shown("What started the run: `manual`, `cron` or `webhook`."),
		"commit":                shown("The hash of the commit that ran; null when the server doesn't tell."),
		"stages": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "How each stage is doing, in the order of the pipeline.",
			NestedObject: schema.NestedAttributeObject{Attributes: stages},
		},
	}))
}

func historyModelOf(h rancherapi.PipelineHistory) historyModel {
	pipeline, status := h.Spec.Pipeline, h.Status
	if pipeline == nil {
		pipeline = &rancherapi.Pipeline{}
	}
	if status == nil {
		status = &rancherapi.PipelineHistoryStatus{}
	}
	m := historyModel{
		envelope:            envelopeOf(h.Object),
		ProjectID:           present(projectOf(h)),
		PipelineID:          present(pipeline.ID),
		PipelineDisplayName: present(pipeline.Spec.DisplayName),
		DisplayName:         present(h.Spec.DisplayName),
		RunNumber:           types.Int64Value(h.Spec.RunNumber),
		TriggerType:         present(h.Spec.TriggerType),
		State:               present(status.State),
		Started:             present(status.Started),
		Ended:               present(status.Ended),
		Commit:              present(status.Commit),
		Stages:              []historyStage{},
	}
	for i, status := range status.Stages {
		stage := historyStage{
			State: present(status.State), Started: present(status.Started), Ended: present(status.Ended), Steps: []historyStep{},
		}
		// The status names nothing: it is parallel to the pipeline that ran.
		var ran rancherapi.Stage
		if stages := pipeline.Spec.Stages; i < len(stages) {
			ran = stages[i]
		}
		stage.Name = present(ran.Name)
		for j, status := range status.Steps {
			step := historyStep{State: present(status.State), Started: present(status.Started), Ended: present(status.Ended)}
			if j < len(ran.Steps) {
				step.Type = present(said(ran.Steps[j].Type))
			}
			stage.Steps = append(stage.Steps, step)
		}
		m.Stages = append(m.Stages, stage)
	}
	return m
}

// newestFirst orders runs by when they were created, which the server tells to
// the second, and the runs of a second by their numbers. The server's own order
// is that of the letters of ids, where run 10 comes before run 2.
func newestFirst(histories []rancherapi.PipelineHistory) {
	slices.SortFunc(histories, func(a, b rancherapi.PipelineHistory) int {
		return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(b.Spec.RunNumber, a.Spec.RunNumber), cmp.Compare(a.ID, b.ID))
	})
}

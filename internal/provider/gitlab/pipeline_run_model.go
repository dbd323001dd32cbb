// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"maps"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// runModel is a pipeline that Terraform runs, in configuration, plan and state.
type runModel struct {
	ID             types.String   `tfsdk:"id"`
	Project        types.String   `tfsdk:"project"`
	ProjectID      types.Int64    `tfsdk:"project_id"`
	PipelineID     types.Int64    `tfsdk:"pipeline_id"`
	Ref            types.String   `tfsdk:"ref"`
	Variables      types.List     `tfsdk:"variables"`
	Inputs         types.Dynamic  `tfsdk:"inputs"`
	Keepers        types.Map      `tfsdk:"keepers"`
	WaitFor        types.String   `tfsdk:"wait_for"`
	OnDestroy      types.String   `tfsdk:"on_destroy"`
	IID            types.Int64    `tfsdk:"iid"`
	SHA            types.String   `tfsdk:"sha"`
	Tag            types.Bool     `tfsdk:"tag"`
	Status         types.String   `tfsdk:"status"`
	Source         types.String   `tfsdk:"source"`
	User           types.Object   `tfsdk:"user"`
	WebURL         types.String   `tfsdk:"web_url"`
	CreatedAt      types.String   `tfsdk:"created_at"`
	UpdatedAt      types.String   `tfsdk:"updated_at"`
	StartedAt      types.String   `tfsdk:"started_at"`
	FinishedAt     types.String   `tfsdk:"finished_at"`
	Duration       types.Int64    `tfsdk:"duration"`
	QueuedDuration types.Int64    `tfsdk:"queued_duration"`
	Coverage       types.String   `tfsdk:"coverage"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// runIdentity is what never changes about a pipeline.
type runIdentity struct {
	ProjectID  types.Int64 `tfsdk:"project_id"`
	PipelineID types.Int64 `tfsdk:"pipeline_id"`
}

func (m runModel) identity() runIdentity {
	return runIdentity{ProjectID: m.ProjectID, PipelineID: m.PipelineID}
}

var runVariableType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"key": types.StringType, "value": types.StringType, "variable_type": types.StringType,
}}

func runVariableValue(v pipelineVariableModel) attr.Value {
	return types.ObjectValueMust(runVariableType.AttrTypes, map[string]attr.Value{
		"key": v.Key, "value": v.Value, "variable_type": v.VariableType,
	})
}

// refresh takes the server's pipeline into the model. The ref keeps its
// spelling as long as it means the same.
func (m *runModel) refresh(p *gitlabapi.Pipeline) {
	m.setID(p.ID)
	if !gitlabapi.SameRef(m.Ref.ValueString(), p.Ref) {
		m.Ref = types.StringValue(p.Ref)
	}
	if m.WaitFor.IsNull() {
		m.WaitFor = types.StringValue(untilCreated)
	}
	if m.OnDestroy.IsNull() {
		m.OnDestroy = types.StringValue(keepIt)
	}
	m.IID = types.Int64PointerValue(p.IID)
	m.SHA = types.StringValue(p.SHA)
	m.Tag = types.BoolPointerValue(p.Tag)
	m.Status = types.StringValue(p.Status)
	m.Source = types.StringPointerValue(p.Source)
	m.User = ownerValue(p.User)
	m.WebURL = types.StringPointerValue(p.WebURL)
	m.CreatedAt = types.StringPointerValue(p.CreatedAt)
	m.UpdatedAt = types.StringPointerValue(p.UpdatedAt)
	m.StartedAt = types.StringPointerValue(p.StartedAt)
	m.FinishedAt = types.StringPointerValue(p.FinishedAt)
	m.Duration = types.Int64PointerValue(p.Duration)
	m.QueuedDuration = types.Int64PointerValue(p.QueuedDuration)
	m.Coverage = types.StringPointerValue(p.Coverage)
}

// setID sets the ids that follow from the pipeline's number and the project as
// it is spelled.
func (m *runModel) setID(pipeline int64) {
	m.PipelineID = types.Int64Value(pipeline)
	m.ID = types.StringValue(pipelineID{Project: m.Project.ValueString(), Pipeline: pipeline}.String())
}

func (m runModel) projectIDText() string { return strconv.FormatInt(m.ProjectID.ValueInt64(), 10) }

// fullRef is a pipeline's ref in full; empty when the server doesn't tell
// whether it is a tag.
func fullRef(p *gitlabapi.Pipeline) string {
	switch {
	case p.Tag == nil:
		return ""
	case *p.Tag:
		return gitlabapi.TagRef(p.Ref)
	}
	return gitlabapi.BranchRef(p.Ref)
}

// runVariables is the server's variables as state has them.
func runVariables(variables []gitlabapi.Variable) types.List {
	elements := make([]attr.Value, len(variables))
	for i, v := range variables {
		elements[i] = runVariableValue(pipelineVariableModel{
			Key: types.StringValue(v.Key), Value: types.StringPointerValue(v.Value), VariableType: types.StringValue(v.VariableType),
		})
	}
	return types.ListValueMust(runVariableType, elements)
}

// plannedVariables is what `variables` plans: in the order of the state when it
// is the same variables, and with the state's value where none is configured,
// as in a configuration that Terraform generated. leftAlone says that the
// pipeline was imported and its variables weren't configured since.
func plannedVariables(ctx context.Context, config, state types.List, leftAlone bool) (types.List, diag.Diagnostics) {
	switch {
	case config.IsNull() && leftAlone:
		return state, nil
	case config.IsNull() || config.IsUnknown():
		return config, nil
	}
	present, diags := byKey(ctx, state)
	planned := map[string]pipelineVariableModel{}
	elements := make([]attr.Value, len(config.Elements()))
	known := true
	for i, element := range config.Elements() {
		if elements[i] = element; element.IsUnknown() {
			known = false
			continue
		}
		var v pipelineVariableModel
		if object, ok := element.(types.Object); ok {
			diags.Append(object.As(ctx, &v, basetypes.ObjectAsOptions{})...)
		}
		was, exists := present[v.Key.ValueString()]
		switch {
		case !v.Value.IsNull():
		case v.Key.IsUnknown():
			v.Value = types.StringUnknown()
		case exists:
			v.Value = was.Value
		default:
			diags.AddAttributeError(path.Root("variables").AtListIndex(i).AtName("value"), "Variable without a value",
				"A pipeline that is to be run needs the value of "+v.Key.ValueString()+". Give it one, which may be empty (\"\"). Only the variables of a pipeline that exists can do without.")
		}
		if v.VariableType.IsNull() {
			v.VariableType = types.StringValue(variableTypes[0])
		}
		elements[i], planned[v.Key.ValueString()] = runVariableValue(v), v
		known = known && !v.Key.IsUnknown()
	}
	if diags.HasError() {
		return config, diags
	}
	if !state.IsNull() && known && maps.EqualFunc(planned, present, func(a, b pipelineVariableModel) bool { return a == b }) {
		return state, diags
	}
	return types.ListValueMust(runVariableType, elements), diags
}

// byKey are the variables of a list by their keys.
func byKey(ctx context.Context, list types.List) (map[string]pipelineVariableModel, diag.Diagnostics) {
	variables, diags := pipelineVariables(ctx, list)
	all := map[string]pipelineVariableModel{}
	for _, v := range variables {
		all[v.Key.ValueString()] = v
	}
	return all, diags
}

// collection is a list or a map.
type collection[E any] interface {
	attr.Value
	Elements() E
}

// sameElements reports whether two lists or maps have the same elements: null
// and empty have none.
func sameElements[L ~[]attr.Value | ~map[string]attr.Value](a, b collection[L]) bool {
	return a.Equal(b) || !a.IsUnknown() && !b.IsUnknown() && len(a.Elements()) == 0 && len(b.Elements()) == 0
}

// emptyInputs reports whether known inputs are none.
func emptyInputs(v types.Dynamic) bool {
	inputs, diags := inputsOf(v)
	return !v.IsUnknown() && !v.IsUnderlyingValueUnknown() && !diags.HasError() && len(inputs) == 0
}

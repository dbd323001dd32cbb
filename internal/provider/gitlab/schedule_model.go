// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// scheduleModel is a schedule in configuration, plan and state.
type scheduleModel struct {
	ID                 types.String   `tfsdk:"id"`
	Project            types.String   `tfsdk:"project"`
	ProjectID          types.Int64    `tfsdk:"project_id"`
	PipelineScheduleID types.Int64    `tfsdk:"pipeline_schedule_id"`
	Description        types.String   `tfsdk:"description"`
	Ref                types.String   `tfsdk:"ref"`
	Cron               types.String   `tfsdk:"cron"`
	CronTimezone       types.String   `tfsdk:"cron_timezone"`
	Active             types.Bool     `tfsdk:"active"`
	TakeOwnership      types.Bool     `tfsdk:"take_ownership"`
	Variables          types.Map      `tfsdk:"variables"`
	Inputs             types.Dynamic  `tfsdk:"inputs"`
	Owner              types.Object   `tfsdk:"owner"`
	CreatedAt          types.String   `tfsdk:"created_at"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// scheduleIdentity is what never changes about a schedule: a project can be
// renamed, so its path is no part of it.
type scheduleIdentity struct {
	ProjectID          types.Int64 `tfsdk:"project_id"`
	PipelineScheduleID types.Int64 `tfsdk:"pipeline_schedule_id"`
}

func (m scheduleModel) identity() scheduleIdentity {
	return scheduleIdentity{ProjectID: m.ProjectID, PipelineScheduleID: m.PipelineScheduleID}
}

// variableModel is an element of a schedule's `variables`.
type variableModel struct {
	Value        types.String `tfsdk:"value"`
	VariableType types.String `tfsdk:"variable_type"`
}

var (
	variableType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"value": types.StringType, "variable_type": types.StringType,
	}}
	ownerTypes = map[string]attr.Type{
		"id": types.Int64Type, "username": types.StringType, "name": types.StringType,
	}
)

// creation is the body that creates the planned schedule.
func (m scheduleModel) creation() (gitlabapi.ScheduleChange, diag.Diagnostics) {
	inputs, diags := inputChanges(types.DynamicNull(), m.Inputs)
	return gitlabapi.ScheduleChange{
		Description:  m.Description.ValueStringPointer(),
		Ref:          m.Ref.ValueStringPointer(),
		Cron:         m.Cron.ValueStringPointer(),
		CronTimezone: m.CronTimezone.ValueStringPointer(),
		Active:       m.Active.ValueBoolPointer(),
		Inputs:       inputs,
	}, diags
}

// change is the body that turns the schedule in state m into the planned one,
// and whether there is anything to send: what is the same stays out of it, so
// that nothing is overwritten that the plan didn't show.
func (m scheduleModel) change(plan scheduleModel) (gitlabapi.ScheduleChange, bool, diag.Diagnostics) {
	inputs, diags := inputChanges(m.Inputs, plan.Inputs)
	change := gitlabapi.ScheduleChange{Inputs: inputs}
	differs := len(inputs) > 0
	text := func(to **string, from, planned types.String) {
		if !planned.Equal(from) {
			*to, differs = planned.ValueStringPointer(), true
		}
	}
	text(&change.Description, m.Description, plan.Description)
	text(&change.Ref, m.Ref, plan.Ref)
	text(&change.Cron, m.Cron, plan.Cron)
	text(&change.CronTimezone, m.CronTimezone, plan.CronTimezone)
	if !plan.Active.Equal(m.Active) {
		change.Active, differs = plan.Active.ValueBoolPointer(), true
	}
	return change, differs, diags
}

// refresh takes the server's schedule into the model. What means the same as
// before keeps its spelling. known is what the ref's name is known to mean.
// adopt takes variables and inputs in although the model has
// none yet, which an import does. It returns whether the schedule's variables
// could be read.
func (m *scheduleModel) refresh(s *gitlabapi.Schedule, known knownRef, adopt bool) (readable bool, diags diag.Diagnostics) {
	m.setID(s.ID)
	m.Description = types.StringValue(s.Description)
	if !known.same(m.Ref.ValueString(), s.Ref) {
		m.Ref = types.StringValue(s.Ref)
	}
	if !sameCron(m.Cron.ValueString(), s.Cron) {
		m.Cron = types.StringValue(s.Cron)
	}
	m.CronTimezone = types.StringValue(s.CronTimezone)
	m.Active = types.BoolValue(s.Active)
	if m.TakeOwnership.IsNull() {
		m.TakeOwnership = types.BoolValue(false)
	}
	m.setServerSide(s)

	if s.Inputs != nil && (!noInputs(m.Inputs) || adopt && len(*s.Inputs) > 0) {
		inputs, more := inputsValue(*s.Inputs, m.Inputs)
		diags.Append(more...)
		m.Inputs = inputs
	}
	if s.Variables == nil {
		return false, diags
	}
	if !m.Variables.IsNull() || adopt && len(*s.Variables) > 0 {
		m.Variables = variablesValue(*s.Variables)
	}
	return true, diags
}

// managesMore reports whether the plan manages variables or inputs that were
// left alone so far. What the schedule has of them isn't in state m then.
func (m *scheduleModel) managesMore(plan scheduleModel) (variables, inputs bool) {
	variables = m.Variables.IsNull() && !plan.Variables.IsNull() && !plan.Variables.IsUnknown()
	inputs = noInputs(m.Inputs) && !noInputs(plan.Inputs) && !plan.Inputs.IsUnknown() && !plan.Inputs.IsUnderlyingValueUnknown()
	return variables, inputs
}

// takeIn takes the server's variables and inputs into the state, those that
// the plan begins to manage.
func (m *scheduleModel) takeIn(s *gitlabapi.Schedule, plan scheduleModel) diag.Diagnostics {
	var diags diag.Diagnostics
	variables, inputs := m.managesMore(plan)
	if variables && s.Variables != nil {
		m.Variables = variablesValue(*s.Variables)
	}
	if inputs && s.Inputs != nil {
		m.Inputs, diags = inputsValue(*s.Inputs, types.DynamicNull())
	}
	return diags
}

// setServerSide takes what only the server decides.
func (m *scheduleModel) setServerSide(s *gitlabapi.Schedule) {
	m.Owner = ownerValue(s.Owner)
	m.CreatedAt = types.StringValue(s.CreatedAt)
}

// setID sets the ids that follow from the schedule's number and the project as
// it is spelled.
func (m *scheduleModel) setID(schedule int64) {
	m.PipelineScheduleID = types.Int64Value(schedule)
	m.ID = types.StringValue(scheduleID{Project: m.Project.ValueString(), Schedule: schedule}.String())
}

func ownerValue(owner *gitlabapi.User) types.Object {
	if owner == nil {
		return types.ObjectNull(ownerTypes)
	}
	return types.ObjectValueMust(ownerTypes, map[string]attr.Value{
		"id":       types.Int64Value(owner.ID),
		"username": types.StringValue(owner.Username),
		"name":     types.StringValue(owner.Name),
	})
}

// ownerID returns the owner's id; false when there is no owner, or none known.
func ownerID(owner types.Object) (int64, bool) {
	id, ok := owner.Attributes()["id"].(types.Int64)
	return id.ValueInt64(), ok && !owner.IsNull() && !id.IsNull() && !id.IsUnknown()
}

func variablesValue(variables []gitlabapi.Variable) types.Map {
	models := map[string]variableModel{}
	for _, v := range variables {
		models[v.Key] = variableModel{Value: types.StringPointerValue(v.Value), VariableType: types.StringValue(v.VariableType)}
	}
	return variablesMap(models)
}

func variableValue(v variableModel) attr.Value {
	return types.ObjectValueMust(variableType.AttrTypes, map[string]attr.Value{
		"value": v.Value, "variable_type": v.VariableType,
	})
}

// variablesOf reads a map of variables whose elements are known.
func variablesOf(ctx context.Context, m types.Map) (map[string]variableModel, diag.Diagnostics) {
	variables := map[string]variableModel{}
	if m.IsNull() || m.IsUnknown() {
		return variables, nil
	}
	var diags diag.Diagnostics
	for key, element := range m.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		var v variableModel
		diags.Append(object.As(ctx, &v, basetypes.ObjectAsOptions{})...)
		variables[key] = v
	}
	return variables, diags
}

// variableStep is one call that brings a schedule's variables nearer to plan.
type variableStep struct {
	key string
	// from is nil for a variable to create, to for one to delete.
	from, to *variableModel
}

func (s variableStep) change() gitlabapi.VariableChange {
	change := gitlabapi.VariableChange{Key: s.key}
	if s.from == nil || !s.to.Value.Equal(s.from.Value) {
		change.Value = s.to.Value.ValueStringPointer()
	}
	if s.from == nil || !s.to.VariableType.Equal(s.from.VariableType) {
		change.VariableType = s.to.VariableType.ValueStringPointer()
	}
	return change
}

// variableSteps is the difference between two sets of variables: deletions
// first, each part in the order of the keys.
func variableSteps(from, to map[string]variableModel) []variableStep {
	var steps []variableStep
	for key, v := range from {
		if _, stays := to[key]; !stays {
			steps = append(steps, variableStep{key: key, from: &v})
		}
	}
	for key, planned := range to {
		present, exists := from[key]
		switch {
		case !exists:
			steps = append(steps, variableStep{key: key, to: &planned})
		case present != planned:
			steps = append(steps, variableStep{key: key, from: &present, to: &planned})
		}
	}
	slices.SortFunc(steps, func(a, b variableStep) int {
		if deletes := a.to == nil; deletes != (b.to == nil) {
			if deletes {
				return -1
			}
			return 1
		}
		return strings.Compare(a.key, b.key)
	})
	return steps
}

func variablesMap(variables map[string]variableModel) types.Map {
	elements := map[string]attr.Value{}
	for key, v := range variables {
		elements[key] = variableValue(v)
	}
	return types.MapValueMust(variableType, elements)
}

func ownerName(owner types.Object) string {
	name, _ := owner.Attributes()["username"].(types.String)
	return name.ValueString()
}

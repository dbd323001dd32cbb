// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleVariableModel is one variable of a schedule in configuration, plan
// and state.
type scheduleVariableModel struct {
	ID                 types.String   `tfsdk:"id"`
	Project            types.String   `tfsdk:"project"`
	ProjectID          types.Int64    `tfsdk:"project_id"`
	PipelineScheduleID types.Int64    `tfsdk:"pipeline_schedule_id"`
	Key                types.String   `tfsdk:"key"`
	Value              types.String   `tfsdk:"value"`
	ValueWO            types.String   `tfsdk:"value_wo"`
	ValueWOVersion     types.Int64    `tfsdk:"value_wo_version"`
	VariableType       types.String   `tfsdk:"variable_type"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// scheduleVariableIdentity is what never changes about a variable.
type scheduleVariableIdentity struct {
	ProjectID          types.Int64  `tfsdk:"project_id"`
	PipelineScheduleID types.Int64  `tfsdk:"pipeline_schedule_id"`
	Key                types.String `tfsdk:"key"`
}

func (m scheduleVariableModel) identity() scheduleVariableIdentity {
	return scheduleVariableIdentity{ProjectID: m.ProjectID, PipelineScheduleID: m.PipelineScheduleID, Key: m.Key}
}

// setID sets the id that follows from the project as it is spelled.
func (m *scheduleVariableModel) setID() {
	m.ID = types.StringValue(variableID{
		scheduleID: scheduleID{Project: m.Project.ValueString(), Schedule: m.PipelineScheduleID.ValueInt64()},
		Key:        m.Key.ValueString(),
	}.String())
}

func (m scheduleVariableModel) projectIDText() string {
	return strconv.FormatInt(m.ProjectID.ValueInt64(), 10)
}

func (m scheduleVariableModel) secret() system.Secret {
	return system.Secret{Value: m.Value, WriteOnly: m.ValueWO, Version: m.ValueWOVersion}
}

// creation is the body that creates the planned variable.
func (m scheduleVariableModel) creation(config scheduleVariableModel) gitlabapi.VariableChange {
	return gitlabapi.VariableChange{
		Key: m.Key.ValueString(), Value: m.secret().Given(config.secret()), VariableType: m.VariableType.ValueStringPointer(),
	}
}

// change is the body that turns the variable in state m into the planned one,
// and whether there is anything to send. A write-only value is sent when its
// version changes, or when it takes the place of one that state held; and with
// whatever else changes, since nobody can see whether someone changed it too.
func (m scheduleVariableModel) change(plan, config scheduleVariableModel) (gitlabapi.VariableChange, bool) {
	var change gitlabapi.VariableChange
	if !plan.VariableType.Equal(m.VariableType) {
		change.VariableType = plan.VariableType.ValueStringPointer()
	}
	if m.secret().Differs(plan.secret()) || change.VariableType != nil && !config.ValueWO.IsNull() {
		change.Value = plan.secret().Given(config.secret())
	}
	return change, change.VariableType != nil || change.Value != nil
}

// refresh takes the server's variable into the model. A value that is managed
// as write-only stays out of it.
func (m *scheduleVariableModel) refresh(v gitlabapi.Variable) {
	m.setID()
	m.VariableType = types.StringValue(v.VariableType)
	if m.ValueWOVersion.IsNull() {
		m.Value = types.StringPointerValue(v.Value)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleVariableResource is cicd_gitlab_pipeline_schedule_variable.
type scheduleVariableResource struct {
	system.Resource[*gitlabapi.Client]
}

var (
	_ resource.ResourceWithConfigure   = (*scheduleVariableResource)(nil)
	_ resource.ResourceWithIdentity    = (*scheduleVariableResource)(nil)
	_ resource.ResourceWithImportState = (*scheduleVariableResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*scheduleVariableResource)(nil)
	_ resource.ResourceWithMoveState   = (*scheduleVariableResource)(nil)
)

func newScheduleVariableResource() resource.Resource { return &scheduleVariableResource{} }

func (*scheduleVariableResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule_variable"
}

func (*scheduleVariableResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = scheduleVariableSchema(ctx)
}

// ModifyPlan sees to it that a value comes from somewhere, that none is kept
// when it is write-only, and that another spelling of the project is no other
// project.
func (r *scheduleVariableResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || asItIs(ctx, req, resp) {
		return
	}
	var config, plan, state scheduleVariableModel
	exists := !req.State.Raw.IsNull()
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Value.IsNull() {
		switch {
		case !config.ValueWOVersion.IsNull():
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("value"), types.StringNull())...)
		case !exists || !state.ValueWOVersion.IsNull():
			resp.Diagnostics.AddAttributeError(path.Root("value"), "Variable without a value",
				"Set value, or value_wo together with value_wo_version. Only a variable that exists, and whose value is in state, can do without.")
		}
	}
	if !exists {
		r.Expect(&resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(planProjectID(ctx, r, state.Project, &state.ProjectID, &resp.Plan)...)
	if resp.Diagnostics.HasError() || plan.Project.Equal(state.Project) {
		return
	}
	same, diags := sameProject(ctx, r, state.Project, state.ProjectID, plan.Project)
	resp.Diagnostics.Append(diags...)
	switch {
	case diags.HasError():
	case !same:
		resp.RequiresReplace.Append(path.Root("project"))
	case plan.Project.IsUnknown() || plan.PipelineScheduleID.IsUnknown() || plan.Key.IsUnknown():
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringUnknown())...)
	default:
		plan.setID()
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.ID)...)
	}
}

// Create adds the variable. One that is there already is left alone.
func (r *scheduleVariableResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, state scheduleVariableModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), state.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	state.setID()
	err := settleProject(ctx, client, state.Project, &state.ProjectID)
	if err == nil {
		err = createVariable(ctx, client, state.projectIDText(), state.PipelineScheduleID.ValueInt64(), state.creation(config))
	}
	if err != nil {
		resp.Diagnostics.Append(state.failed(ctx, client, creating, err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Read finds the variable among its schedule's. It is gone when it isn't among
// those that GitLab shows, or when its schedule is gone.
func (r *scheduleVariableResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state scheduleVariableModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(state.object().failed("read", err)...)
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	schedule, err := client.SharedSchedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	switch {
	case errors.Is(err, gitlabapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(state.object().failed("read", err)...)
		return
	case schedule.Variables == nil:
		resp.Diagnostics.Append(state.unreadable(schedule.Owner))
		return
	}
	i := slices.IndexFunc(*schedule.Variables, func(v gitlabapi.Variable) bool { return v.Key == state.Key.ValueString() })
	if i < 0 {
		resp.State.RemoveResource(ctx)
		return
	}
	state.refresh((*schedule.Variables)[i])
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update sends what differs.
func (r *scheduleVariableResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state scheduleVariableModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(state.object().failed(updating, err)...)
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if change, differs := state.change(plan, config); differs {
		_, err := client.UpdateVariable(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64(), state.Key.ValueString(), change)
		if err != nil {
			resp.Diagnostics.Append(state.failed(ctx, client, updating, err)...)
			return
		}
	}
	plan.setID()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete removes the variable, and is content when that is done already.
func (r *scheduleVariableResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state scheduleVariableModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	err := settleProject(ctx, client, state.Project, &state.ProjectID)
	if err == nil {
		err = client.DeleteVariable(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64(), state.Key.ValueString())
	}
	if err != nil && !errors.Is(err, gitlabapi.ErrAbsent) {
		resp.Diagnostics.Append(state.failed(ctx, client, deleting, err)...)
	}
}

// ImportState takes `<project>:<schedule id>:<key>`, or an identity.
func (r *scheduleVariableResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, ok := r.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	var identity scheduleVariableIdentity
	id, err := parseVariableID(req.ID)
	switch {
	case req.ID == "":
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		id = variableID{
			scheduleID: scheduleID{Project: strconv.FormatInt(identity.ProjectID.ValueInt64(), 10), Schedule: identity.PipelineScheduleID.ValueInt64()},
			Key:        identity.Key.ValueString(),
		}
	case err != nil:
		resp.Diagnostics.AddError("Unusable import id", "The id "+strconv.Quote(req.ID)+" names no variable of a pipeline schedule: "+err.Error()+".")
		return
	default:
		projectID, err := client.ProjectID(ctx, id.Project)
		if err != nil {
			resp.Diagnostics.Append(variableObject(id.Project, req.ID, "").failed(importing, err)...)
			return
		}
		identity = scheduleVariableIdentity{
			ProjectID: types.Int64Value(projectID), PipelineScheduleID: types.Int64Value(id.Schedule), Key: types.StringValue(id.Key),
		}
	}
	resp.Diagnostics.Append(setAttributes(ctx, &resp.State, map[string]any{
		"id": id.String(), "project": id.Project, "key": id.Key,
		"project_id": identity.ProjectID, "pipeline_schedule_id": identity.PipelineScheduleID,
	})...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

// MoveState takes over a gitlab_pipeline_schedule_variable.
func (*scheduleVariableResource) MoveState(context.Context) []resource.StateMover {
	source := schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}}
	return []resource.StateMover{{
		SourceSchema: &source,
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if !comesFrom(req, "gitlab_pipeline_schedule_variable") {
				return
			}
			var was types.String
			resp.Diagnostics.Append(req.SourceState.GetAttribute(ctx, path.Root("id"), &was)...)
			id, err := parseVariableID(was.ValueString())
			if err != nil {
				resp.Diagnostics.Append(unmovable(req, was, err))
				return
			}
			resp.Diagnostics.Append(setAttributes(ctx, &resp.TargetState, map[string]any{
				"id": id.String(), "project": id.Project, "pipeline_schedule_id": id.Schedule, "key": id.Key,
			})...)
		},
	}}
}

func (m scheduleVariableModel) object() object {
	return variableObject(m.Project.ValueString(), m.ID.ValueString(), "")
}

// failed is like object.failed. A refusal is most often about the schedule's
// owner, so it is found out who that is.
func (m scheduleVariableModel) failed(ctx context.Context, client *gitlabapi.Client, verb string, err error) diag.Diagnostics {
	about := m.object()
	if gitlabapi.IsForbidden(err) {
		if schedule, readErr := client.Schedule(ctx, m.projectIDText(), m.PipelineScheduleID.ValueInt64()); readErr == nil && schedule.Owner != nil {
			about.whenForbidden = onlyOwners(schedule.Owner.Username)
		}
	}
	return about.failed(verb, err)
}

// unreadable is a warning for a variable whose state can stay as it is, and an
// error for one that is new to the state.
func (m scheduleVariableModel) unreadable(owner *gitlabapi.User) diag.Diagnostic {
	warning := m.object().variablesUnreadable(owner)
	if m.VariableType.IsNull() {
		return diag.NewErrorDiagnostic(warning.Summary(), "GitLab shows a schedule's variables to its owner and to maintainers only. "+
			"Use a token of one of them to bring the variable into state.")
	}
	return warning
}

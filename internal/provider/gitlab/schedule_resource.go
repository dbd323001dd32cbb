// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"maps"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleResource is cicd_gitlab_pipeline_schedule.
type scheduleResource struct {
	system.Resource[*gitlabapi.Client]
}

var (
	_ resource.ResourceWithConfigure   = (*scheduleResource)(nil)
	_ resource.ResourceWithIdentity    = (*scheduleResource)(nil)
	_ resource.ResourceWithImportState = (*scheduleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*scheduleResource)(nil)
	_ resource.ResourceWithMoveState   = (*scheduleResource)(nil)
)

func newScheduleResource() resource.Resource { return &scheduleResource{} }

func (*scheduleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule"
}

func (*scheduleResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = scheduleSchema(ctx)
}

// Create makes the schedule and then its variables. The schedule is in state
// as soon as it exists, with those variables that exist.
func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	change, diags := plan.creation()
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	state := plan
	about := scheduleObject(plan)
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	created, err := client.CreateSchedule(ctx, state.projectIDText(), change)
	created, err = creation.Settle(ctx, lostSchedule, created, err)
	if err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	state.setID(created.ID)
	state.setServerSide(created)
	resp.Diagnostics.Append(rememberRef(ctx, resp.Private, created.Ref)...)
	if len(change.Inputs) > 0 && created.Inputs == nil {
		state.Inputs = types.DynamicNull()
		resp.Diagnostics.Append(scheduleObject(state).inputsUnknownToServer())
	}
	resp.Diagnostics.Append(state.apply(ctx, client, plan.Variables, variablesMap(nil))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Read takes the server's schedule into state. Only a proven absence takes the
// schedule out of it.
func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := rememberedRef(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	imported, diags := req.Private.GetKey(ctx, importKey)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := scheduleObject(state)
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	look := client.ListedSchedule
	if !state.Variables.IsNull() || len(imported) > 0 {
		look = client.SharedSchedule
	}
	schedule, err := look(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	switch {
	case errors.Is(err, gitlabapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	resp.Diagnostics.Append(rememberRef(ctx, resp.Private, string(known.learn(state.Ref.ValueString(), schedule.Ref)))...)
	readable, diags := state.refresh(schedule, known, len(imported) > 0)
	resp.Diagnostics.Append(diags...)
	if !readable && len(state.Variables.Elements()) > 0 {
		resp.Diagnostics.Append(about.variablesUnreadable(schedule.Owner))
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importKey, nil)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update sends what differs. State follows each call that succeeded, so that
// after an error it says what the server has.
func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	defer func() { resp.Diagnostics.Append(resp.State.Set(ctx, state)...) }()
	about := scheduleObject(state)
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(about.failed(updating, err)...)
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if plan.Owner.IsUnknown() {
		resp.Diagnostics.Append(r.takeOver(ctx, client, plan, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if variables, inputs := state.managesMore(plan); variables || inputs {
		schedule, err := client.Schedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
		if err != nil {
			resp.Diagnostics.Append(about.failed("read", err)...)
			return
		}
		resp.Diagnostics.Append(state.takeIn(schedule, plan)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}

	change, differs, diags := state.change(plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	inputsIgnored := false
	if differs {
		schedule, err := client.UpdateSchedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64(), change)
		if err != nil {
			resp.Diagnostics.Append(about.failed(updating, err)...)
			return
		}
		if change.Ref != nil {
			resp.Diagnostics.Append(rememberRef(ctx, resp.Private, schedule.Ref)...)
		}
		inputsIgnored = len(change.Inputs) > 0 && schedule.Inputs == nil
	}
	before := state
	state = plan
	state.Owner, state.CreatedAt, state.Variables = before.Owner, before.CreatedAt, before.Variables
	state.setID(before.PipelineScheduleID.ValueInt64())
	if inputsIgnored {
		state.Inputs = before.Inputs
		resp.Diagnostics.Append(about.inputsUnknownToServer())
	}
	resp.Diagnostics.Append(state.apply(ctx, client, plan.Variables, before.Variables)...)
}

// takeOver makes the token's user the owner when the plan wants that and it
// isn't so. The plan left the owner open because it was to change, or because
// it wasn't known yet whether it is.
func (r *scheduleResource) takeOver(ctx context.Context, client *gitlabapi.Client, plan scheduleModel, state *scheduleModel) diag.Diagnostics {
	if !plan.TakeOwnership.ValueBool() {
		return nil
	}
	mine, diags := r.owns(ctx, *state)
	if mine || diags.HasError() {
		return diags
	}
	schedule, err := client.TakeOwnership(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	if err != nil {
		return scheduleObject(*state).failed(takingOver, err)
	}
	state.setServerSide(schedule)
	return nil
}

// Delete deletes the schedule, and is content when that is done already.
func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	err := settleProject(ctx, client, state.Project, &state.ProjectID)
	if err == nil {
		err = client.DeleteSchedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	}
	if err != nil && !errors.Is(err, gitlabapi.ErrAbsent) {
		resp.Diagnostics.Append(scheduleObject(state).failed(deleting, err)...)
	}
}

// ImportState takes `<project>:<schedule id>`, or an identity.
func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, ok := r.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	var identity scheduleIdentity
	id, err := parseScheduleID(req.ID)
	switch {
	case req.ID == "":
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		id = scheduleID{Project: strconv.FormatInt(identity.ProjectID.ValueInt64(), 10), Schedule: identity.PipelineScheduleID.ValueInt64()}
	case err != nil:
		resp.Diagnostics.AddError("Unusable import id", "The id "+strconv.Quote(req.ID)+" names no pipeline schedule: "+err.Error()+".")
		return
	default:
		projectID, err := client.ProjectID(ctx, id.Project)
		if err != nil {
			resp.Diagnostics.Append(object{kind: "pipeline schedule", id: req.ID, project: id.Project}.failed(importing, err)...)
			return
		}
		identity = scheduleIdentity{ProjectID: types.Int64Value(projectID), PipelineScheduleID: types.Int64Value(id.Schedule)}
	}
	resp.Diagnostics.Append(setAttributes(ctx, &resp.State, map[string]any{
		"id": id.String(), "project": id.Project,
		"project_id": identity.ProjectID, "pipeline_schedule_id": identity.PipelineScheduleID,
	})...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importKey, []byte("true"))...)
}

// apply brings the schedule's variables from what they are to the plan's, and
// keeps in m what became true.
func (m *scheduleModel) apply(ctx context.Context, client *gitlabapi.Client, planned, present types.Map) diag.Diagnostics {
	if planned.Equal(present) || planned.IsNull() {
		m.Variables = planned
		return nil
	}
	from, diags := variablesOf(ctx, present)
	to, more := variablesOf(ctx, planned)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	now := maps.Clone(from)
	for _, step := range variableSteps(from, to) {
		if err := m.run(ctx, client, step); err != nil {
			id := variableID{scheduleID: scheduleID{Project: m.Project.ValueString(), Schedule: m.PipelineScheduleID.ValueInt64()}, Key: step.key}
			about := variableObject(id.Project, id.String(), ownerName(m.Owner))
			diags.Append(about.failedVariable(step, err))
			break
		}
		if step.to == nil {
			delete(now, step.key)
		} else {
			now[step.key] = *step.to
		}
	}
	m.Variables = variablesMap(now)
	return diags
}

func (m *scheduleModel) run(ctx context.Context, client *gitlabapi.Client, step variableStep) error {
	project, id := m.projectIDText(), m.PipelineScheduleID.ValueInt64()
	switch {
	case step.from == nil:
		return createVariable(ctx, client, project, id, step.change())
	case step.to == nil:
		if err := client.DeleteVariable(ctx, project, id, step.key); !errors.Is(err, gitlabapi.ErrAbsent) {
			return err
		}
		return nil
	default:
		_, err := client.UpdateVariable(ctx, project, id, step.key, step.change())
		return err
	}
}

// createVariable adds a variable to a schedule, and sees to it that it is there
// when the answer gets lost.
func createVariable(ctx context.Context, client *gitlabapi.Client, project string, id int64, change gitlabapi.VariableChange) error {
	made, err := client.CreateVariable(ctx, project, id, change)
	_, err = creation.Settle(ctx, lostSchedule, made, err)
	return err
}

// projectIDText is the project as requests name it: by its id, because GitLab
// follows a path that is no longer current only on GET.
func (m scheduleModel) projectIDText() string {
	return strconv.FormatInt(m.ProjectID.ValueInt64(), 10)
}

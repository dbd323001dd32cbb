// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// ModifyPlan decides what needs a look at GitLab or at several attributes:
// whether another spelling of the project is another project, whether the
// owner changes, and whether each variable has a value.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state scheduleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	resp.Diagnostics.Append(missingValues(ctx, config.Variables, state.Variables)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		if id, numeric := gitlabapi.NumericProject(plan.Project.ValueString()); numeric && !plan.Project.IsUnknown() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), id)...)
		}
		return
	}
	if !plan.Project.Equal(state.Project) {
		same, diags := sameProject(ctx, r, state.Project, state.ProjectID, plan.Project)
		resp.Diagnostics.Append(diags...)
		switch {
		case diags.HasError():
			return
		case !same:
			resp.RequiresReplace.Append(path.Root("project"))
			return
		}
		plan.ID = types.StringUnknown()
		if !plan.Project.IsUnknown() {
			plan.setID(state.PipelineScheduleID.ValueInt64())
		}
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.ID)...)
	}
	if state.Variables.IsNull() && !config.Variables.IsNull() && !config.Variables.IsUnknown() {
		resp.Diagnostics.Append(r.unmanagedVariables(ctx, state, config.Variables)...)
	}
	if plan.TakeOwnership.ValueBool() {
		resp.Diagnostics.Append(r.planOwner(ctx, state, req.State.Raw, &resp.Plan)...)
	}
}

// planOwner plans a change of owner, unless the token's user is it. Then a
// wish for it that is all that differs, as after an import, is no change.
func (r *scheduleResource) planOwner(ctx context.Context, state scheduleModel, present tftypes.Value, plan *tfsdk.Plan) diag.Diagnostics {
	mine, diags := r.owns(ctx, state)
	switch {
	case diags.HasError():
	case !mine:
		diags.Append(plan.SetAttribute(ctx, path.Root("owner"), types.ObjectUnknown(ownerTypes))...)
	default:
		unchanged := tfsdk.Plan{Schema: plan.Schema, Raw: plan.Raw}
		diags.Append(unchanged.SetAttribute(ctx, path.Root("take_ownership"), state.TakeOwnership)...)
		if unchanged.Raw.Equal(present) {
			*plan = unchanged
		}
	}
	return diags
}

// owns reports whether the schedule belongs to the token's user. Who that is
// costs one request a run.
func (r *scheduleResource) owns(ctx context.Context, state scheduleModel) (bool, diag.Diagnostics) {
	var diags diag.Diagnostics
	client, ok := r.Client(&diags)
	if !ok {
		return false, diags
	}
	me, err := client.CurrentUser(ctx)
	if err != nil {
		diags.Append(scheduleObject(state).failed("find out who would take ownership of", err)...)
		return false, diags
	}
	owner, known := ownerID(state.Owner)
	return known && owner == me.ID, diags
}

// unmanagedVariables warns of variables that Terraform left alone so far and
// that will be removed when it manages them: the state doesn't have them, so
// the plan can't show it.
func (r *scheduleResource) unmanagedVariables(ctx context.Context, state scheduleModel, configured types.Map) diag.Diagnostics {
	var diags diag.Diagnostics
	client, ok := r.Client(&diags)
	if !ok {
		return diags
	}
	schedule, err := client.Schedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	if err != nil {
		diags.Append(scheduleObject(state).failed("read the variables of", err)...)
		return diags
	}
	if schedule.Variables == nil {
		return diags
	}
	var removed []string
	for _, v := range *schedule.Variables {
		if _, stays := configured.Elements()[v.Key]; !stays {
			removed = append(removed, v.Key)
		}
	}
	if len(removed) > 0 {
		slices.Sort(removed)
		diags.AddAttributeWarning(path.Root("variables"), "Variables will be removed",
			"The schedule has variables that Terraform has left alone so far and that aren't in variables. Once set, variables are "+
				"all that the schedule has, so these will be removed: "+strings.Join(removed, ", ")+".")
	}
	return diags
}

// missingValues finds configured variables without a value that don't exist
// yet, so that there is none to leave as it is.
func missingValues(ctx context.Context, configured, present types.Map) diag.Diagnostics {
	variables, diags := variablesOf(ctx, configured)
	for key, v := range variables {
		if _, exists := present.Elements()[key]; v.Value.IsNull() && !exists {
			diags.AddAttributeError(path.Root("variables").AtMapKey(key).AtName("value"), "Variable without a value",
				"The variable "+key+" doesn't exist yet, so it needs a value. It may be empty (\"\").")
		}
	}
	return diags
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	if plan.TakeOwnership.ValueBool() {
		mine, diags := r.owns(ctx, state)
		resp.Diagnostics.Append(diags...)
		if !diags.HasError() && !mine {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("owner"), types.ObjectUnknown(ownerTypes))...)
		}
	}
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

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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
	if asItIs(ctx, req, resp) {
		// Only a wish for its ownership may be unmet.
		var wish types.Bool
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("take_ownership"), &wish)...)
		if !wish.ValueBool() {
			return
		}
	}
	var config, plan, state scheduleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if req.State.Raw.IsNull() {
		r.Expect(&resp.Diagnostics)
		resp.Diagnostics.Append(missingValues(config.Variables, types.MapNull(variableType))...)
		if id, numeric := gitlabapi.NumericProject(plan.Project.ValueString()); numeric && !plan.Project.IsUnknown() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), id)...)
		}
		return
	}
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(planProjectID(ctx, r, state.Project, &state.ProjectID, &resp.Plan)...)
	resp.Diagnostics.Append(r.planUnmanaged(ctx, &state, plan)...)
	resp.Diagnostics.Append(missingValues(config.Variables, state.Variables)...)
	if resp.Diagnostics.HasError() {
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
	switch {
	case plan.TakeOwnership.IsUnknown():
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("owner"), types.ObjectUnknown(ownerTypes))...)
	case plan.TakeOwnership.ValueBool():
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

// planUnmanaged takes into state what the plan begins to manage, and warns of
// what will be removed of it: Terraform's state doesn't have it, so the plan
// can't show that.
func (r *scheduleResource) planUnmanaged(ctx context.Context, state *scheduleModel, plan scheduleModel) diag.Diagnostics {
	var diags diag.Diagnostics
	variables, inputs := state.managesMore(plan)
	client, ok := r.Client(&diags)
	if !ok || !variables && !inputs {
		return diags
	}
	schedule, err := client.Schedule(ctx, state.projectIDText(), state.PipelineScheduleID.ValueInt64())
	if err != nil {
		return scheduleObject(*state).failed("read", err)
	}
	diags.Append(state.takeIn(schedule, plan)...)
	if variables {
		diags.Append(willGo("variables", state.Variables.Elements(), plan.Variables.Elements())...)
	}
	if inputs {
		present, _ := inputsOf(state.Inputs)
		planned, more := inputsOf(plan.Inputs)
		diags.Append(more...)
		diags.Append(willGo("inputs", present, planned)...)
	}
	return diags
}

// willGo warns of what is present and not planned.
func willGo(attribute string, present, planned map[string]attr.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(present)), func(name string) bool { _, stays := planned[name]; return stays })
	if len(names) > 0 {
		diags.AddAttributeWarning(path.Root(attribute), "Some "+attribute+" will be removed",
			"The schedule has "+attribute+" that Terraform has left alone so far, and that aren't configured. Once set, "+attribute+" are "+
				"all that the schedule has, so these will be removed: "+strings.Join(names, ", ")+".")
	}
	return diags
}

// missingValues finds configured variables without a value that don't exist
// yet, so that there is none to leave as it is. A variable that is null as a
// whole would crash Terraform when it looks for the sensitive part in it.
func missingValues(configured, present types.Map) diag.Diagnostics {
	var diags diag.Diagnostics
	for key, element := range configured.Elements() {
		_, exists := present.Elements()[key]
		object, _ := element.(types.Object)
		value, _ := object.Attributes()["value"].(types.String)
		switch {
		case element.IsNull():
			diags.AddAttributeError(path.Root("variables").AtMapKey(key), "Variable without attributes",
				"The variable "+key+" is null. Leave it out of variables to remove it, or write { value = ... }.")
		case !element.IsUnknown() && value.IsNull() && !exists:
			diags.AddAttributeError(path.Root("variables").AtMapKey(key).AtName("value"), "Variable without a value",
				"The variable "+key+" doesn't exist yet, so it needs a value. Give it one, which may be empty (\"\").")
		}
	}
	return diags
}

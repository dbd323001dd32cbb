// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// ModifyPlan says that there is no Rancher, or no project to move to, before an
// apply finds out, and when the state becomes another one.
func (r *pipelineResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	if req.State.Raw.IsNull() {
		r.Expect(&resp.Diagnostics)
		return
	}
	var plan, state pipelineModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.about().replaceRemoved(ctx, state.State, resp) {
		return
	}
	state.about().refuseMove(ctx, &r.Resource, state.Timeouts, plan.ProjectID, (*rancherapi.Client).Project, resp)
	if !plan.Active.Equal(state.Active) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
	}
}

// What follows is about members of objects. A schema's default would also be
// put into an object that nobody configured, or that isn't known yet; in those,
// the framework asks no plan modifier.

// defaultText plans the server's default. An empty text means the same: when it
// creates, the server puts the default in its place.
type defaultText string

func (m defaultText) Description(context.Context) string {
	return "The default is " + string(m) + "."
}
func (m defaultText) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m defaultText) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case req.ConfigValue.IsNull():
		resp.PlanValue = types.StringValue(string(m))
	case known(req.ConfigValue) && sameText(req.ConfigValue.ValueString(), "") && req.StateValue.Equal(types.StringValue(string(m))):
		resp.PlanValue = req.StateValue
	default:
		spelling{}.PlanModifyString(ctx, req, resp)
	}
}

// defaultFalse plans a switch to be off.
type defaultFalse struct{}

func (defaultFalse) Description(context.Context) string               { return "The default is false." }
func (m defaultFalse) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (defaultFalse) PlanModifyBool(_ context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.BoolValue(false)
	}
}

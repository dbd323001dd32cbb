// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan says the id of a new runtime, which follows from its names, and
// that there is no Nautes to make it in before an apply finds out.
func (r *runtimeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || !req.State.Raw.IsNull() {
		return
	}
	r.Expect(&resp.Diagnostics)
	var product, name types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("product"), &product)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	if !product.IsUnknown() && !name.IsUnknown() {
		id := runtimeID{Product: product.ValueString(), Name: name.ValueString()}
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), id.String())...)
	}
}

// leftOut plans what isn't configured: it is null, or stays as it is if that
// is as good as null. To Nautes, left out and empty are the same; a state that
// was imported has the latter.
type leftOut struct{}

func (leftOut) Description(context.Context) string               { return "Left out and empty are the same." }
func (m leftOut) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (leftOut) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.StringNull()
		if empty(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

func (leftOut) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.ListNull(req.ConfigValue.ElementType(ctx))
		if empty(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

func (leftOut) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.MapNull(req.ConfigValue.ElementType(ctx))
		if empty(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

func (leftOut) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.ObjectNull(req.ConfigValue.AttributeTypes(ctx))
		if empty(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

// empty reports whether a value is as good as null. Nested in an object that
// wasn't there before, null has no type: such a value is kept nowhere.
func empty(v attr.Value) bool {
	if v.IsNull() {
		return false
	}
	switch v := v.(type) {
	case types.String:
		return v.ValueString() == ""
	case types.List:
		return len(v.Elements()) == 0
	case types.Map:
		return len(v.Elements()) == 0
	case types.Object:
		for _, member := range v.Attributes() {
			if !member.IsNull() && !empty(member) {
				return false
			}
		}
		return true
	}
	return false
}

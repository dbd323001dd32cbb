// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// LeftOut plans an attribute that isn't configured, of a server to which left
// out and empty are the same: it is null, or stays as it is if that is as good
// as null. A state that was imported has the latter.
type LeftOut struct{}

// Description is for people who read the schema.
func (LeftOut) Description(context.Context) string { return "Left out and empty are the same." }

// MarkdownDescription is [LeftOut.Description].
func (m LeftOut) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString plans a text.
func (LeftOut) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.StringNull()
		if stays(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

// PlanModifyList plans a list.
func (LeftOut) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.ListNull(req.ConfigValue.ElementType(ctx))
		if stays(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

// PlanModifyMap plans a map.
func (LeftOut) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.MapNull(req.ConfigValue.ElementType(ctx))
		if stays(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

// PlanModifyObject plans an object.
func (LeftOut) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.ObjectNull(req.ConfigValue.AttributeTypes(ctx))
		if stays(req.StateValue) {
			resp.PlanValue = req.StateValue
		}
	}
}

// stays reports whether state has something that is as good as null. Null
// itself has no type where it is nested in an object that wasn't there before.
func stays(state attr.Value) bool { return !state.IsNull() && Empty(state) }

// Empty reports whether a value is known and as good as null: an empty text,
// list or map, false, or an object of nothing but such members.
func Empty(v attr.Value) bool {
	if v.IsNull() {
		return true
	}
	if v.IsUnknown() {
		return false
	}
	switch v := v.(type) {
	case types.String:
		return v.ValueString() == ""
	case types.Bool:
		return !v.ValueBool()
	case types.List:
		return len(v.Elements()) == 0
	case types.Map:
		return len(v.Elements()) == 0
	case types.Object:
		for _, member := range v.Attributes() {
			if !Empty(member) {
				return false
			}
		}
		return true
	}
	return false
}

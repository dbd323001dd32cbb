// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// defaultVariableType is GitLab's default, for configured elements of
// `variables`. A schema's default would also be put into an element that isn't
// known yet, which newer versions of Terraform refuse; and what isn't
// configured at all stays as it is.
type defaultVariableType struct{}

func (defaultVariableType) Description(context.Context) string {
	return "The default is " + variableTypes[0] + "."
}
func (m defaultVariableType) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (defaultVariableType) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var element types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, req.Path.ParentPath(), &element)...)
	if req.ConfigValue.IsNull() && !element.IsNull() && !element.IsUnknown() {
		resp.PlanValue = types.StringValue(variableTypes[0])
	}
}

// Another spelling of what the state has is no change. Terraform lets a plan
// keep the prior value of a configured attribute for exactly this.

type keepCronSpelling struct{}

func (keepCronSpelling) Description(context.Context) string {
	return "Blanks around and between the fields don't matter."
}
func (m keepCronSpelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepCronSpelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if sameCron(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

type keepRefSpelling struct{}

func (keepRefSpelling) Description(context.Context) string {
	return "A short ref and the full ref that GitLab makes of it are the same."
}
func (m keepRefSpelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepRefSpelling) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	known, diags := rememberedRef(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if known.same(req.PlanValue.ValueString(), req.StateValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

type keepInputSpelling struct{}

func (keepInputSpelling) Description(context.Context) string {
	return "A number or bool and its text are the same input to GitLab."
}
func (m keepInputSpelling) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (keepInputSpelling) PlanModifyDynamic(_ context.Context, req planmodifier.DynamicRequest, resp *planmodifier.DynamicResponse) {
	if noInputs(req.StateValue) || noInputs(req.PlanValue) || req.PlanValue.IsUnknown() || req.PlanValue.IsUnderlyingValueUnknown() {
		return
	}
	present, _ := inputsOf(req.StateValue)
	planned, diags := inputsOf(req.PlanValue)
	if !diags.HasError() && sameInputs(present, planned) {
		resp.PlanValue = req.StateValue
	}
}

// Private state holds what Terraform's state has no place for.
const (
	refKey    = "ref"
	importKey = "import"
)

// rememberedRef is what the ref's short name is known to mean.
func rememberedRef(ctx context.Context, private system.PrivateReader) (knownRef, diag.Diagnostics) {
	return system.Recall[knownRef](ctx, private, refKey)
}

// rememberRef keeps what the server has stored for a ref, unless it stored the
// name as it is and so didn't say what it means.
func rememberRef(ctx context.Context, private system.PrivateWriter, stored string) diag.Diagnostics {
	if !gitlabapi.FullRef(stored) {
		return nil
	}
	return system.Remember(ctx, private, refKey, stored)
}

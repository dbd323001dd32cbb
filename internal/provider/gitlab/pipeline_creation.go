// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// pipelineVariableModel is a variable that a new pipeline gets.
type pipelineVariableModel struct {
	Key          types.String `tfsdk:"key"`
	Value        types.String `tfsdk:"value"`
	VariableType types.String `tfsdk:"variable_type"`
}

// pipelineCreation is the body that creates a pipeline, of the resource or of
// the action. What isn't configured stays out of it.
func pipelineCreation(ctx context.Context, ref types.String, variables types.List, inputs types.Dynamic) (gitlabapi.PipelineCreation, diag.Diagnostics) {
	creation := gitlabapi.PipelineCreation{Ref: ref.ValueString()}
	models, diags := pipelineVariables(ctx, variables)
	for _, v := range models {
		creation.Variables = append(creation.Variables, gitlabapi.VariableChange{
			Key: v.Key.ValueString(), Value: v.Value.ValueStringPointer(), VariableType: v.VariableType.ValueStringPointer(),
		})
	}
	given, more := inputsOf(inputs)
	diags.Append(more...)
	for name, value := range given {
		out, err := inputToAPI(value)
		if err != nil {
			diags.AddAttributeError(inputsPath, "Unusable input", fmt.Sprintf("Input %q: %s.", name, err))
			continue
		}
		if creation.Inputs == nil {
			creation.Inputs = map[string]any{}
		}
		creation.Inputs[name] = out
	}
	return creation, diags
}

// pipelineVariables reads the variables of a new pipeline that are known.
func pipelineVariables(ctx context.Context, list types.List) ([]pipelineVariableModel, diag.Diagnostics) {
	var (
		variables []pipelineVariableModel
		diags     diag.Diagnostics
	)
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		var v pipelineVariableModel
		diags.Append(object.As(ctx, &v, basetypes.ObjectAsOptions{})...)
		variables = append(variables, v)
	}
	return variables, diags
}

// uniqueKeys rejects variables of which two have the same key, as GitLab does.
type uniqueKeys struct{}

func (uniqueKeys) Description(context.Context) string               { return "each variable has a key of its own" }
func (v uniqueKeys) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (uniqueKeys) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	variables, diags := pipelineVariables(ctx, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	named := map[string]bool{}
	for _, v := range variables {
		key := v.Key.ValueString()
		if named[key] {
			resp.Diagnostics.AddAttributeError(req.Path, "Variable given twice", fmt.Sprintf("GitLab would refuse two variables with the key %q.", key))
		}
		named[key] = key != ""
	}
}

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

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
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
	wanted := gitlabapi.PipelineCreation{Ref: ref.ValueString()}
	models, diags := pipelineVariables(ctx, variables)
	for _, v := range models {
		wanted.Variables = append(wanted.Variables, gitlabapi.VariableChange{
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
		if wanted.Inputs == nil {
			wanted.Inputs = map[string]any{}
		}
		wanted.Inputs[name] = out
	}
	return wanted, diags
}

// create runs a pipeline, by one request. When its answer gets lost it looks
// for the pipeline, and returns it if it can be told: then found is true. A
// pipeline that isn't there is not created again: where it comes late after
// all, it would be a second deployment, which is worse than an error.
func (o object) create(
	ctx context.Context, client *gitlabapi.Client, project string, wanted gitlabapi.PipelineCreation,
) (p *gitlabapi.Pipeline, found bool, err error) {
	made, err := client.CreatePipeline(ctx, project, wanted)
	p, err = creation.Settle(ctx, lostPipeline, made, err)
	if err != nil || p == made {
		return p, false, err
	}
	// A list says less of it.
	if whole, err := client.Pipeline(ctx, project, p.ID); err == nil {
		return whole, true, nil
	}
	return p, true, nil
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
	for i, v := range variables {
		key := v.Key.ValueString()
		if named[key] {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i).AtName("key"), "Variable given twice",
				fmt.Sprintf("GitLab would refuse two variables with the key %q. Remove one of them.", key))
		}
		named[key] = key != ""
	}
}

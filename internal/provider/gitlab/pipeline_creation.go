// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
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

// seekPace is how often a pipeline is looked for whose creation's answer got
// lost, and seekFor how long: a slow server may make it after a proxy gave up.
var (
	seekPace = poll.Pace{First: 300 * time.Millisecond, Longest: 5 * time.Second}
	seekFor  = 30 * time.Second
)

// create runs a pipeline, by one request. When its answer gets lost it looks
// for the pipeline, and returns it if it can be told: then found is true. If
// not, the error's advice is in the object. byHand says what to do with a
// pipeline that isn't known, or with several.
func (o *object) create(
	ctx context.Context, client *gitlabapi.Client, project string, creation gitlabapi.PipelineCreation, byHand creationAdvice,
) (p *gitlabapi.Pipeline, found bool, err error) {
	p, err = client.CreatePipeline(ctx, project, creation)
	var lost *gitlabapi.CreationLostError
	if !errors.As(err, &lost) {
		return p, false, err
	}
	var (
		last gitlabapi.Sighting
		end  time.Time
	)
	seekErr := poll.Until(ctx, seekPace, func(ctx context.Context) (string, bool, error) {
		seen, err := lost.Look(ctx)
		// The first look may have waited for other creations on the ref.
		if end.IsZero() {
			end = time.Now().Add(seekFor)
		}
		over := time.Now().After(end)
		switch {
		case err == nil:
			last = seen
		case !over && transport.MayPass(err):
			err = poll.Passing(err)
		}
		return "", over || seen.Mine != nil || seen.Several, err
	})
	if last.Mine == nil {
		o.advise = o.notFound(ctx, last, seekErr, byHand)
		return nil, false, err
	}
	// A list says less of it.
	if whole, err := client.Pipeline(ctx, project, last.Mine.ID); err == nil {
		return whole, true, nil
	}
	return last.Mine, true, nil
}

// creationAdvice is what to do by hand about a pipeline that may have been
// created: when none, and when more than one can be it.
type creationAdvice struct{ one, several string }

// notFound says what was looked for and found when that doesn't tell the
// pipeline.
func (o *object) notFound(ctx context.Context, last gitlabapi.Sighting, err error, byHand creationAdvice) string {
	switch {
	case ctx.Err() != nil:
		return byHand.one
	case len(last.Candidates) > 0:
		var ids []string
		for _, p := range last.Candidates {
			ids = append(ids, fmt.Sprintf("%s:%d", o.project, p.ID))
		}
		if len(ids) == 1 {
			return "A pipeline was found that may be it, but may as well have been there before, or come from another request whose answer got lost, so it was not taken: " +
				ids[0] + ". " + byHand.several
		}
		return "More than one pipeline can be it, so none was taken: " + strings.Join(ids, ", ") + ". " + byHand.several
	case err != nil:
		return "The pipeline was looked for, but that failed too. " + system.Explain("GitLab", err) + "\n\n" + byHand.one
	}
	return fmt.Sprintf("The pipeline was looked for during %s and is not there, at least not yet. %s", seekFor, byHand.one)
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

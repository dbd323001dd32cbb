// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// pipelineResource is cicd_gitlab_pipeline: one run.
type pipelineResource struct {
	system.Resource[*gitlabapi.Client]
}

var (
	_ resource.ResourceWithConfigure   = (*pipelineResource)(nil)
	_ resource.ResourceWithIdentity    = (*pipelineResource)(nil)
	_ resource.ResourceWithImportState = (*pipelineResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*pipelineResource)(nil)
)

func newPipelineResource() resource.Resource { return &pipelineResource{} }

// leftAloneKey is where private state has which of an imported pipeline's
// attributes weren't configured since; see [leftAlone].
const leftAloneKey = "left_alone"

// leftAlone are the attributes of an imported pipeline that GitLab shows to
// some or to nobody. The first configuration of one says what it has been and
// not what it is to become, and runs nothing.
type leftAlone map[string]bool

func imported() leftAlone {
	return leftAlone{variablesAttributeName: true, inputsAttributeName: true, keepersAttributeName: true}
}

const (
	variablesAttributeName = "variables"
	inputsAttributeName    = "inputs"
	keepersAttributeName   = "keepers"
)

func (*pipelineResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline"
}

func (*pipelineResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = pipelineSchema(ctx)
}

// ModifyPlan decides what runs a new pipeline, and whether another spelling of
// the project is another project.
func (r *pipelineResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state runModel
	exists := !req.State.Raw.IsNull()
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	left, diags := system.Recall[leftAlone](ctx, req.Private, leftAloneKey)
	resp.Diagnostics.Append(diags...)
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	} else {
		// What was known of the pipeline that a new one replaces.
		left = nil
		for _, key := range []string{leftAloneKey, refKey} {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, key, nil)...)
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Variables, diags = plannedVariables(ctx, config.Variables, state.Variables, left[variablesAttributeName])
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(variablesAttributeName), plan.Variables)...)
	if !exists {
		r.Expect(&resp.Diagnostics)
		if id, numeric := gitlabapi.NumericProject(plan.Project.ValueString()); numeric && !plan.Project.IsUnknown() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), id)...)
		}
		return
	}
	for name, same := range map[string]bool{
		variablesAttributeName: sameElements(plan.Variables, state.Variables) || state.Variables.IsNull() && left[variablesAttributeName],
		inputsAttributeName:    plan.Inputs.Equal(state.Inputs) || emptyInputs(plan.Inputs) && emptyInputs(state.Inputs) || noInputs(state.Inputs) && left[inputsAttributeName],
		keepersAttributeName:   sameElements(plan.Keepers, state.Keepers) || state.Keepers.IsNull() && left[keepersAttributeName],
	} {
		if !same {
			resp.RequiresReplace.Append(path.Root(name))
		}
	}
	if resp.Diagnostics.HasError() || plan.Project.Equal(state.Project) {
		return
	}
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
		plan.setID(state.PipelineID.ValueInt64())
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

// Create runs a pipeline, and waits for what it is to wait for. The pipeline is
// in state as soon as it exists, whatever becomes of the wait.
func (r *pipelineResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state runModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	creation, diags := pipelineCreation(ctx, state.Ref, state.Variables, state.Inputs)
	resp.Diagnostics.Append(diags...)
	timeout := state.Timeouts.Create
	if state.WaitFor.ValueString() == untilFinished {
		timeout = system.Patient(timeout)
	}
	client, ctx, cancel := r.Start(ctx, timeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := state.object()
	if err := settleProject(ctx, client, state.Project, &state.ProjectID); err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	about.byHand = creationAdvice{
		one:     "Look at the project's pipelines. If it is there, import it, terraform import <address> " + about.project + ":<pipeline id>. If not, apply again.",
		several: "Import the right one, terraform import <address> <id>. If there are too many, cancel them; if none is this apply's, apply again.",
	}
	pipeline, _, err := about.create(ctx, client, state.projectIDText(), creation)
	if err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	// From here on it exists, and state says so whatever happens.
	if state.WaitFor.ValueString() == untilFinished && !pipelineOver(pipeline) {
		var last *gitlabapi.Pipeline
		last, err = waitForPipeline(ctx, client, state.projectIDText(), pipeline, pipelineOver, func(string) {})
		pipeline = last
	}
	state.refresh(pipeline)
	resp.Diagnostics.Append(rememberRef(ctx, resp.Private, fullRef(pipeline))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	about = state.object()
	switch {
	case err != nil:
		resp.Diagnostics.Append(tainted(about.notAwaited(pipeline, err)))
	case state.WaitFor.ValueString() == untilFinished:
		for _, d := range about.outcome(pipeline) {
			resp.Diagnostics.Append(tainted(d))
		}
	}
}

// tainted adds to an error what becomes of the pipeline, which is in state.
func tainted(d diag.Diagnostic) diag.Diagnostic {
	if d.Severity() != diag.SeverityError {
		return d
	}
	return diag.NewErrorDiagnostic(d.Summary(), d.Detail()+
		"\n\nThe pipeline is in state, and tainted: the next apply runs another one in its place. To keep this one instead, run `terraform untaint` on the resource.")
}

// Read takes the server's pipeline into state. Only a proven absence takes the
// pipeline out of it; since the next apply runs another one then, that is not
// silent.
func (r *pipelineResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state runModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	importing, diags := req.Private.GetKey(ctx, importKey)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := state.object()
	about.managed = true
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	pipeline, err := client.Pipeline(ctx, state.projectIDText(), state.PipelineID.ValueInt64())
	switch {
	case errors.Is(err, gitlabapi.ErrAbsent):
		if len(importing) == 0 {
			resp.Diagnostics.AddWarning(fmt.Sprintf("Pipeline %d is gone", state.PipelineID.ValueInt64()),
				fmt.Sprintf("Pipeline %s, on %s, was deleted in GitLab, so the next apply runs a new one. If the run has done its work, and isn't to be "+
					"done again, take the resource out of the configuration, with a removed block whose lifecycle has destroy = false.",
					state.ID.ValueString(), state.Ref.ValueString()))
		}
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	if len(importing) > 0 {
		resp.Diagnostics.Append(state.readVariables(ctx, client)...)
	}
	state.refresh(pipeline)
	resp.Diagnostics.Append(rememberRef(ctx, resp.Private, fullRef(pipeline))...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importKey, nil)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// readVariables takes the variables of a pipeline in that is being imported, if
// it has some and the token's user may read them. They never change.
func (m *runModel) readVariables(ctx context.Context, client *gitlabapi.Client) diag.Diagnostics {
	variables, err := client.PipelineVariables(ctx, m.projectIDText(), m.PipelineID.ValueInt64())
	switch {
	case gitlabapi.IsForbidden(err):
	case err != nil:
		about := m.object()
		about.kind = "the variables of " + about.kind
		return about.failed("read", err)
	case len(variables) > 0:
		m.Variables = runVariables(variables)
	}
	return nil
}

// Update sends nothing: what would need another pipeline replaces the resource.
func (r *pipelineResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state runModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	left, diags := system.Recall[leftAlone](ctx, req.Private, leftAloneKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.setID(state.PipelineID.ValueInt64())
	maps.DeleteFunc(left, func(name string, _ bool) bool {
		return name == variablesAttributeName && !plan.Variables.Equal(state.Variables) ||
			name == inputsAttributeName && !noInputs(plan.Inputs) || name == keepersAttributeName && !plan.Keepers.IsNull()
	})
	resp.Diagnostics.Append(system.Remember(ctx, resp.Private, leftAloneKey, left)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Delete does what on_destroy says, and is content when the pipeline is gone
// already.
func (r *pipelineResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state runModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if client, ok := r.Client(&diag.Diagnostics{}); ok {
		// The pipeline that takes this one's place is younger.
		client.KnowPipeline(state.PipelineID.ValueInt64())
	}
	if state.OnDestroy.ValueString() == keepIt {
		return
	}
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, verb := state.object(), canceling
	var err error
	if state.OnDestroy.ValueString() == cancelIt {
		_, err = client.CancelPipeline(ctx, state.projectIDText(), state.PipelineID.ValueInt64())
	} else {
		verb = deleting
		about.whenForbidden = "Deleting a pipeline needs the owner role in the project. To leave the pipeline as it is, apply on_destroy = \"keep\" first."
		err = client.DeletePipeline(ctx, state.projectIDText(), state.PipelineID.ValueInt64())
	}
	if err != nil && !errors.Is(err, gitlabapi.ErrAbsent) {
		resp.Diagnostics.Append(about.failed(verb, err)...)
	}
}

// ImportState takes `<project>:<pipeline id>`, or an identity.
func (r *pipelineResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client, ok := r.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	var identity runIdentity
	id, err := parsePipelineID(req.ID)
	switch {
	case req.ID == "":
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		id = pipelineID{Project: strconv.FormatInt(identity.ProjectID.ValueInt64(), 10), Pipeline: identity.PipelineID.ValueInt64()}
	case err != nil:
		resp.Diagnostics.AddError("Unusable import id", "The id "+strconv.Quote(req.ID)+" names no pipeline: "+err.Error()+".")
		return
	default:
		projectID, err := client.ProjectID(ctx, id.Project)
		if err != nil {
			resp.Diagnostics.Append(pipelineObject(types.StringValue(id.Project), id.Pipeline).failed("import", err)...)
			return
		}
		identity = runIdentity{ProjectID: types.Int64Value(projectID), PipelineID: types.Int64Value(id.Pipeline)}
	}
	resp.Diagnostics.Append(setAttributes(ctx, &resp.State, map[string]any{
		"id": id.String(), "project": id.Project, "project_id": identity.ProjectID, "pipeline_id": identity.PipelineID,
	})...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importKey, []byte("true"))...)
	resp.Diagnostics.Append(system.Remember(ctx, resp.Private, leftAloneKey, imported())...)
}

func (m runModel) object() object {
	o := pipelineObject(m.Project, m.PipelineID.ValueInt64())
	o.argument = "" // GitLab numbers it
	return o
}

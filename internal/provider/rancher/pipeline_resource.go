// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// pipelineResource is cicd_rancher_pipeline.
type pipelineResource struct {
	system.Resource[*rancherapi.Client]
}

var (
	_ resource.ResourceWithConfigure      = (*pipelineResource)(nil)
	_ resource.ResourceWithIdentity       = (*pipelineResource)(nil)
	_ resource.ResourceWithImportState    = (*pipelineResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*pipelineResource)(nil)
	_ resource.ResourceWithValidateConfig = (*pipelineResource)(nil)
)

func newPipelineResource() resource.Resource { return &pipelineResource{} }

func (*pipelineResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline"
}

func (*pipelineResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = pipelineSchema(ctx)
}

// Create makes the pipeline. It is in state as soon as it exists.
func (r *pipelineResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan pipelineModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	wanted, diags := plan.api(ctx)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	created, err := client.CreatePipeline(ctx, plan.ProjectID.ValueString(), wanted)
	created, err = creation.Settle(ctx, lostObject, created, err)
	if err != nil {
		resp.Diagnostics.Append(plan.about().failed(creating, err)...)
		return
	}
	state := plan
	state.ID = types.StringValue(created.ID)
	state.take(created)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(state.activate(ctx, client, plan.Active.ValueBool())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Read takes the server's pipeline into state. Only a proven absence takes the
// pipeline out of it.
func (r *pipelineResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state pipelineModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	// Right after an import there are but the ids.
	imported := state.DisplayName.IsNull()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	stored, err := client.ListedPipeline(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	switch {
	case errors.Is(err, rancherapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(state.about().failed(reading, err)...)
		return
	}
	if imported {
		resp.Diagnostics.Append(state.settleProject(stored)...)
	}
	spec, diags := intake{all: imported}.spec(ctx, stored, state.pipelineSpec)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.pipelineSpec = spec
	state.take(stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update sends the pipeline as planned, unless the server has it so, and then
// switches it on or off, unless it is. State follows each call that succeeded,
// so that after an error it says what the server has.
func (r *pipelineResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state pipelineModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	wanted, diags := plan.api(ctx)
	resp.Diagnostics.Append(diags...)
	present, diags := state.api(ctx)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	next := plan
	next.ID, next.Active, next.State = state.ID, state.Active, state.State
	wanted.Active, present.Active = nil, nil
	if !reflect.DeepEqual(wanted, present) {
		updated, err := client.UpdatePipeline(ctx, state.ID.ValueString(), present, wanted)
		if err != nil {
			resp.Diagnostics.Append(state.about().failed(updating, err)...)
			return
		}
		next.take(updated)
	}
	resp.Diagnostics.Append(next.activate(ctx, client, plan.Active.ValueBool())...)
	if !plan.State.IsUnknown() && !resp.Diagnostics.HasError() {
		// What the server makes of it by itself is seen by the next read.
		next.State = plan.State
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, next)...)
}

// Delete deletes the pipeline and waits until it is gone, and is content when
// that is so already.
func (r *pipelineResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state pipelineModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	if err := client.DeletePipeline(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, rancherapi.ErrAbsent) {
		resp.Diagnostics.Append(state.about().failed(deleting, err)...)
	}
}

// ImportState takes `<id>`, `<project_id>/<id>`, or an identity; the id is
// `<project>:<name>`.
func (*pipelineResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if project, id, ok := cutProject(req.ID); ok {
		if !inProject(id, project) {
			resp.Diagnostics.AddError(unusableID, "The projects differ: "+project+" is one, but pipeline "+id+" is in another, "+parentOf(id)+". Check both ids.")
			return
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), project)...)
		req.ID = id
	}
	form := pipelineIDs
	form.words += ", or <project_id>/<project>:<name>, as in c-abc12:p-x1y2z/p-x1y2z:p-abcde"
	importByID(ctx, req, resp, form)
}

// take takes in what the server says about a pipeline beside what was sent.
func (m *pipelineModel) take(p *rancherapi.Pipeline) {
	m.Active, m.State = types.BoolValue(isActive(p)), stateOf(p.Object)
}

// activate switches the pipeline on or off, unless it is so: in the wrong state,
// that is an error of the server's. The model then is as the server says.
func (m *pipelineModel) activate(ctx context.Context, client *rancherapi.Client, active bool) diag.Diagnostics {
	if m.Active.ValueBool() == active {
		return nil
	}
	switched, verb, err := switchPipeline(ctx, client, m.ID.ValueString(), active)
	if err != nil {
		return m.about().failed(verb, err)
	}
	m.take(switched)
	if m.Active.ValueBool() != active {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot "+verb+" "+m.about().name(),
			"Rancher answered as if it had, but of the pipeline it says that it is still "+map[bool]string{true: "active", false: "inactive"}[!active]+". Apply again.")}
	}
	return nil
}

// switchPipeline switches a pipeline on or off that isn't so; verb is which.
func switchPipeline(ctx context.Context, client *rancherapi.Client, id string, active bool) (switched *rancherapi.Pipeline, verb string, err error) {
	call, verb := client.DeactivatePipeline, "deactivate"
	if active {
		call, verb = client.ActivatePipeline, "activate"
	}
	switched, err = call(ctx, id)
	if maybeSwitched(err) {
		// Somebody else may have been faster, or the answer got lost.
		look, cancel, worthIt := afterwards(ctx)
		defer cancel()
		if worthIt {
			if now, lookErr := client.Pipeline(look, id); lookErr == nil && isActive(now) == active {
				return now, verb, nil
			}
		}
	}
	return switched, verb, err
}

// maybeSwitched reports whether a pipeline can be as wanted in spite of an
// error.
func maybeSwitched(err error) bool {
	var refusal *rancherapi.Refusal
	return errors.As(err, &refusal) && refusal.Status == http.StatusInternalServerError || err != nil && transport.OutcomeUnknown(err)
}

// settleProject gives an imported pipeline its project, or checks it.
func (m *pipelineModel) settleProject(p *rancherapi.Pipeline) diag.Diagnostics {
	var diags diag.Diagnostics
	project, told := fullProjectIDOf(p)
	switch {
	case told && m.ProjectID.IsNull():
		m.ProjectID = types.StringValue(project)
	case told && m.ProjectID.ValueString() != project:
		diags.AddError("Cannot import pipeline "+p.ID, "It is in project "+project+", not in "+m.ProjectID.ValueString()+".")
	case m.ProjectID.IsNull():
		diags.AddError("Cannot import pipeline "+p.ID, "Rancher doesn't tell the full id of the pipeline's project, but calls it \""+p.Spec.ProjectName+"\". "+
			"Import it by both ids, <project_id>/<project>:<name>, as in c-abc12:"+parentOf(p.ID)+"/"+p.ID+".")
	}
	return diags
}

// about is what diagnostics of the pipeline are about.
func (m pipelineModel) about() object {
	return object{
		kind: "pipeline", id: m.ID.ValueString(), parentKind: "project", parent: m.ProjectID.ValueString(), importID: m.ID.ValueString(),
		members: map[string]path.Path{
			"spec.displayName":                     path.Root("display_name"),
			"spec.stages":                          path.Root("stages"),
			"spec.triggers":                        path.Root("triggers"),
			"spec.triggers.cronTrigger":            path.Root("triggers").AtName("cron"),
			"spec.triggers.cronTrigger.expression": path.Root("triggers").AtName("cron").AtName("expression"),
			"spec.triggers.cronTrigger.timezone":   path.Root("triggers").AtName("cron").AtName("timezone"),
			"spec.triggers.webhookTrigger":         path.Root("triggers").AtName("webhook"),
		},
	}
}

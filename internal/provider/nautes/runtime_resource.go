// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"errors"
	"reflect"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// runtimeResource is cicd_nautes_project_pipeline_runtime.
type runtimeResource struct {
	system.Resource[*server]
}

var (
	_ resource.ResourceWithConfigure      = (*runtimeResource)(nil)
	_ resource.ResourceWithIdentity       = (*runtimeResource)(nil)
	_ resource.ResourceWithImportState    = (*runtimeResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*runtimeResource)(nil)
	_ resource.ResourceWithValidateConfig = (*runtimeResource)(nil)
)

func newRuntimeResource() resource.Resource { return &runtimeResource{} }

// namesKey is where private state has the display names of repositories; see
// [repositoryNames].
const namesKey = "repository_names"

func (*runtimeResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_nautes_project_pipeline_runtime"
}

func (*runtimeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = runtimeSchema(ctx)
}

// Create saves the runtime, unless there is one of its name: a save would
// replace that.
func (r *runtimeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan runtimeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	wanted, diags := plan.api(ctx)
	resp.Diagnostics.Append(diags...)
	nautes, ctx, cancel := r.Start(ctx, plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := plan.about()
	about.saved = wanted
	err := nautes.CreateRuntime(ctx, about.product, about.name, wanted, about.skipped)
	switch {
	case errors.Is(err, nautesapi.ErrExists):
		resp.Diagnostics.Append(about.exists())
		return
	case unreadable(err):
		resp.Diagnostics.Append(about.existsUnreadable())
		return
	case err != nil:
		resp.Diagnostics.Append(about.failed("create", err)...)
		return
	}
	plan.ID = types.StringValue(plan.runtimeID().String())
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(system.Remember(ctx, resp.Private, namesKey, nautes.repositoryNames(ctx, about.product, wanted, nil))...)
}

// Read takes the server's runtime into state. Only a proven absence takes the
// runtime out of it.
func (r *runtimeResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state runtimeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := system.Recall[map[string]string](ctx, req.Private, namesKey)
	resp.Diagnostics.Append(diags...)
	nautes, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	// Right after an import there are but the names.
	imported := state.Project.IsNull()
	about := state.about()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	stored, err := nautes.Runtime(ctx, about.product, about.name)
	switch {
	case errors.Is(err, nautesapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case unreadable(err) && !imported:
		resp.Diagnostics.Append(about.unreadable())
		return
	case err != nil:
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	version, err := nautes.WireVersion(ctx, about.product)
	if err != nil {
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	how := reading{all: imported, names: newRepositoryNames(known), version: version}
	spec, diags := how.spec(ctx, stored, state.runtimeSpec)
	resp.Diagnostics.Append(diags...)
	state.runtimeSpec = spec
	if state.InsecureSkipCheck.IsNull() {
		state.InsecureSkipCheck = types.BoolValue(false)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(system.Remember(ctx, resp.Private, namesKey, how.names.now())...)
}

// Update saves the runtime as planned. What only the provider knows is no
// reason to save.
func (r *runtimeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state runtimeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := system.Recall[map[string]string](ctx, req.Private, namesKey)
	resp.Diagnostics.Append(diags...)
	wanted, diags := plan.api(ctx)
	resp.Diagnostics.Append(diags...)
	present, diags := state.api(ctx)
	resp.Diagnostics.Append(diags...)
	nautes, ctx, cancel := r.Start(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if !reflect.DeepEqual(wanted, present) {
		about := plan.about()
		about.saved = wanted
		if err := nautes.SaveRuntime(ctx, about.product, about.name, wanted, about.skipped); err != nil {
			resp.Diagnostics.Append(about.failed("update", err)...)
			return
		}
		names := nautes.repositoryNames(ctx, about.product, wanted, only(known, repositories(&present)))
		resp.Diagnostics.Append(system.Remember(ctx, resp.Private, namesKey, names)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete deletes the runtime, and is content when that is done already.
func (r *runtimeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state runtimeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	nautes, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := state.about()
	err := nautes.DeleteRuntime(ctx, about.product, about.name, about.skipped)
	if err != nil && !errors.Is(err, nautesapi.ErrAbsent) {
		resp.Diagnostics.Append(about.failed("delete", err)...)
	}
}

// ImportState takes `<product>/<name>`, or an identity.
func (*runtimeResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity runtimeIdentity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		id, err := parseRuntimeID(req.ID)
		if err != nil {
			resp.Diagnostics.AddError("Unusable import id", "The id "+strconv.Quote(req.ID)+" names no project pipeline runtime: "+err.Error()+".")
			return
		}
		identity = runtimeIdentity{Product: types.StringValue(id.Product), Name: types.StringValue(id.Name)}
	}
	id := runtimeID{Product: identity.Product.ValueString(), Name: identity.Name.ValueString()}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("product"), identity.Product)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), identity.Name)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

// unreadable reports whether a runtime exists that the server can't show.
func unreadable(err error) bool {
	var refusal *nautesapi.Refusal
	return errors.As(err, &refusal) && refusal.Kind == nautesapi.RuntimeUnreadable
}

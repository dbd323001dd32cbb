// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// clusterPipelineConfigResource is cicd_rancher_cluster_pipeline_config.
type clusterPipelineConfigResource struct {
	system.Resource[*rancherapi.Client]
}

var (
	_ resource.ResourceWithConfigure   = (*clusterPipelineConfigResource)(nil)
	_ resource.ResourceWithIdentity    = (*clusterPipelineConfigResource)(nil)
	_ resource.ResourceWithImportState = (*clusterPipelineConfigResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*clusterPipelineConfigResource)(nil)
)

func newClusterPipelineConfigResource() resource.Resource { return &clusterPipelineConfigResource{} }

func (*clusterPipelineConfigResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_cluster_pipeline_config"
}

func (*clusterPipelineConfigResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = clusterPipelineConfigSchema(ctx)
}

// ModifyPlan sees to it that a new github has a secret, and that there is the
// cluster to move to, and replaces what is being deleted.
func (r *clusterPipelineConfigResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, state clusterPipelineConfigModel
	exists := !req.State.Raw.IsNull()
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	} else {
		r.Expect(&resp.Diagnostics)
	}
	github, diags := config.gitHub(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !config.GitHub.IsNull() && !config.GitHub.IsUnknown() && state.GitHub.IsNull() && github.ClientSecret.IsNull() && github.ClientSecretWO.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("github").AtName("client_secret"), "GitHub application without a secret",
			"Set client_secret, or client_secret_wo together with client_secret_wo_version. Only where Rancher has a secret already can the configuration do without.")
	}
	if !exists {
		return
	}
	if state.object().replaceRemoved(ctx, state.State, resp) {
		if config.Name.IsNull() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("name"), types.StringUnknown())...)
		}
		return
	}
	state.object().refuseMove(ctx, &r.Resource, state.Timeouts, config.ClusterID, (*rancherapi.Client).Cluster, resp)
}

// Create makes the configuration. One of its name that is there already is left
// alone.
func (r *clusterPipelineConfigResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, state clusterPipelineConfigModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	spec, diags := state.creation(ctx, config)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(creation.WithRun(ctx), state.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	created, err := client.CreateClusterPipeline(ctx, state.ClusterID.ValueString(), state.Name.ValueString(), spec)
	created, err = creation.Settle(ctx, lostObject, created, err)
	if err != nil {
		resp.Diagnostics.Append(state.object().failed(creating, err)...)
		return
	}
	resp.Diagnostics.Append(state.refresh(ctx, created)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Read takes the server's configuration into state. Only a proven absence takes
// it out of there.
func (r *clusterPipelineConfigResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state clusterPipelineConfigModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	stored, err := client.ListedClusterPipeline(ctx, state.ClusterID.ValueString(), state.ID.ValueString())
	switch {
	case errors.Is(err, rancherapi.ErrAbsent):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(state.object().failed(reading, err)...)
		return
	}
	resp.Diagnostics.Append(state.refresh(ctx, stored)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update sends the configuration as planned. What only the provider knows is no
// reason to.
func (r *clusterPipelineConfigResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state clusterPipelineConfigModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	from, to, differs, diags := state.change(ctx, plan, config)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := r.Start(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if differs {
		if _, err := client.UpdateClusterPipeline(ctx, state.ID.ValueString(), from, to); err != nil {
			resp.Diagnostics.Append(state.object().failed(updating, err)...)
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete deletes the configuration, waits until it is gone, and is content when
// that is done already.
func (r *clusterPipelineConfigResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state clusterPipelineConfigModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ctx, cancel := r.Start(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	if err := client.DeleteClusterPipeline(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, rancherapi.ErrAbsent) {
		resp.Diagnostics.Append(state.object().failed(deleting, err)...)
	}
}

// ImportState takes `<cluster_id>:<name>`, or an identity.
func (*clusterPipelineConfigResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByID(ctx, req, resp, configIDs)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// switchPipelineAction is cicd_rancher_pipeline_activate, or
// cicd_rancher_pipeline_deactivate.
type switchPipelineAction struct {
	system.Action[*rancherapi.Client]
	active bool
}

type switchPipelineModel struct {
	PipelineID types.String   `tfsdk:"pipeline_id"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func newActivatePipelineAction() action.Action { return &switchPipelineAction{active: true} }

func newDeactivatePipelineAction() action.Action { return &switchPipelineAction{} }

func (a *switchPipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_pipeline_" + a.verb()
}

func (a *switchPipelineAction) verb() string {
	if a.active {
		return "activate"
	}
	return "deactivate"
}

func (a *switchPipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	description, may, already := "Keeps triggers from starting a Rancher pipeline. It can still be run by hand.", "deactivate pipelines in the project",
		"One that is inactive already stays as it is, which is no error."
	if a.active {
		description, may, already = "Lets triggers start a Rancher pipeline.", "activate pipelines in the project", "One that is active already stays as it is, which is no error."
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: page(description, needsKey(may),
			already,
			"This is for pipelines that Terraform doesn't manage, or for a while; for those it manages, set `active` of "+
				"[`cicd_rancher_pipeline`](../resources/rancher_pipeline.md), or the next apply switches them back.",
		),
		Attributes: map[string]schema.Attribute{
			"pipeline_id": pipelineIDAttribute(),
			"timeouts":    system.ActionTimeoutsAttribute(ctx),
		},
	}
}

// Invoke looks first: to switch what is so already is an error of the server's.
func (a *switchPipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m switchPipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := actedOn("pipeline", "pipeline_id", m.PipelineID), system.ProgressOf(resp)
	about.whenLost = "Look at the pipeline, with the data source cicd_rancher_pipeline. Doing it again does no harm."
	now := map[bool]string{true: "active", false: "inactive"}[a.active]
	p, err := client.Pipeline(ctx, m.PipelineID.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.Append(about.failed(a.verb(), err)...)
		return
	case isActive(p) == a.active:
		progress("Pipeline " + p.ID + ": " + now + " already")
		return
	}
	progress(map[bool]string{true: "Activating", false: "Deactivating"}[a.active] + " pipeline " + p.ID)
	if _, _, err = switchPipeline(ctx, client, p.ID, a.active); err != nil {
		resp.Diagnostics.Append(about.failed(a.verb(), err)...)
		return
	}
	progress("Pipeline " + p.ID + ": " + now)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// createPipelineAction is cicd_gitlab_pipeline_create.
type createPipelineAction struct {
	system.Action[*gitlabapi.Client]
}

type createPipelineModel struct {
	Project   types.String   `tfsdk:"project"`
	Ref       types.String   `tfsdk:"ref"`
	Variables types.List     `tfsdk:"variables"`
	Inputs    types.Dynamic  `tfsdk:"inputs"`
	Wait      types.Bool     `tfsdk:"wait"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func newCreatePipelineAction() action.Action { return &createPipelineAction{} }

func (*createPipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_create"
}

func (*createPipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Runs a GitLab pipeline on a branch or tag, as the user of the provider's token. For one that Terraform remembers, see the resource "+
			"[`cicd_gitlab_pipeline`](../resources/gitlab_pipeline.md).",
			toRunPipelines+" "+toSetVariables,
			"Each invocation is a new pipeline.",
			"`[skip ci]` in the commit's message doesn't keep GitLab from running it.",
			"A value of a variable is shown in the plan, unless it comes from a sensitive variable of Terraform's.",
		),
		Attributes: map[string]schema.Attribute{
			"project": actionProjectAttribute(),
			"ref": schema.StringAttribute{
				Required: true, Validators: []validator.String{scheduleRef{}},
				MarkdownDescription: "The branch or tag to run on: its name, as in `main` or `v1.0`, or, when there are both of that name, the full ref, as in `refs/heads/main`.",
			},
			"variables": schema.ListNestedAttribute{
				Optional: true, Validators: []validator.List{uniqueKeys{}},
				MarkdownDescription: "Variables that the pipeline gets, each key once. Terraform keeps no value of an action's, but shows it in the plan unless it comes from a sensitive variable.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"key": schema.StringAttribute{
						Required: true, Validators: variableKey, MarkdownDescription: "The variable's name: 1 to 255 letters, digits and `_`. Letter case matters.",
					},
					"value": schema.StringAttribute{Required: true, MarkdownDescription: "The value, which may be empty."},
					"variable_type": schema.StringAttribute{
						Optional: true, Validators: []validator.String{stringvalidator.OneOf(variableTypes...)},
						MarkdownDescription: "`env_var` (default), or `file`: then the variable holds the path of a temporary file with the value in it.",
					},
				}},
			},
			"inputs": schema.DynamicAttribute{
				Optional: true, Validators: []validator.Dynamic{inputsObject{}},
				MarkdownDescription: "Pipeline inputs by name, as in `{ environment = \"staging\", replicas = 3 }`: strings, numbers, bools, or lists of these. " +
					"Needs GitLab 17.10; older ones ignore them.",
			},
			"wait":     system.WaitAttribute("Whether to wait until the pipeline is over. " + endsOfRun),
			"timeouts": system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *createPipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m createPipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	creation, diags := pipelineCreation(ctx, m.Ref, m.Variables, m.Inputs)
	resp.Diagnostics.Append(diags...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := pipelineObject(m.Project, 0), system.ProgressOf(resp)
	project, err := requestProject(ctx, client, m.Project)
	if err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	progress(fmt.Sprintf("Running a pipeline on %s of %s", m.Ref.ValueString(), about.project))
	about.byHand = creationAdvice{
		one: "Look at the project's pipelines before you run it again.", several: "Cancel those that are too many; if none is this action's, run it again.",
	}
	p, found, err := about.create(ctx, client, project, creation)
	if err != nil {
		resp.Diagnostics.Append(about.failed(creating, err)...)
		return
	}
	if found {
		progress("GitLab's answer got lost, but the pipeline is there")
	}
	progress(beforeWait(p, m.Wait.ValueBool()))
	if m.Wait.ValueBool() {
		resp.Diagnostics.Append(about.runToEnd(ctx, client, project, p, progress)...)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// pipelineVariablesDataSource is cicd_gitlab_pipeline_variables.
type pipelineVariablesDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newPipelineVariablesDataSource() datasource.DataSource { return &pipelineVariablesDataSource{} }

type pipelineVariablesModel struct {
	Project    types.String `tfsdk:"project"`
	PipelineID types.Int64  `tfsdk:"pipeline_id"`
	Variables  types.Map    `tfsdk:"variables"`
}

func (*pipelineVariablesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_variables"
}

func (*pipelineVariablesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("The variables that a GitLab pipeline was run with: those that its trigger or its schedule gave it, and not those of the project "+
			"or of its configuration.",
			readToken+" who has the maintainer role in the project, or who ran the pipeline and still has the developer role. GitLab shows them to nobody else.",
			valuesInState,
		),
		Attributes: map[string]schema.Attribute{
			"project":     projectArgument(),
			"pipeline_id": schema.Int64Attribute{Required: true, Validators: anID, MarkdownDescription: "The pipeline's id, as in the address of its page; not its number in the project (`iid`)."},
			"variables": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "The variables by key.",
				NestedObject: schema.NestedAttributeObject{Attributes: variableAttributes()},
			},
		},
	}
}

func (d *pipelineVariablesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m pipelineVariablesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	variables, err := client.PipelineVariables(ctx, m.Project.ValueString(), m.PipelineID.ValueInt64())
	if err != nil {
		about := pipelineObject(m.Project, m.PipelineID.ValueInt64())
		about.kind = "variables of pipeline"
		about.whenForbidden = "GitLab shows a pipeline's variables to maintainers and to the user who ran it, and to nobody else. " + askFor
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	m.Variables = variablesValue(variables)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

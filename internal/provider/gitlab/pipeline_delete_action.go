// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// deletePipelineAction is cicd_gitlab_pipeline_delete.
type deletePipelineAction struct {
	system.Action[*gitlabapi.Client]
}

type deletePipelineModel struct {
	Project    types.String   `tfsdk:"project"`
	PipelineID types.Int64    `tfsdk:"pipeline_id"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func newDeletePipelineAction() action.Action { return &deletePipelineAction{} }

func (*deletePipelineAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_delete"
}

func (*deletePipelineAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Deletes a GitLab pipeline with its jobs, logs and artifacts, for good.",
			writeToken+" with the owner role in the project, or who is an administrator of the instance. The maintainer role isn't enough.",
			"Its child pipelines stay.",
			"A pipeline that wasn't there is a warning.",
			"A pipeline that is a [`cicd_gitlab_pipeline`](../resources/gitlab_pipeline.md) of some configuration is planned anew there: destroy that instead.",
		),
		Attributes: map[string]schema.Attribute{
			"project":     actionProjectAttribute(),
			"pipeline_id": actionPipelineIDAttribute(),
			"timeouts":    system.ActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *deletePipelineAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m deletePipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about := pipelineObject(m.Project, m.PipelineID.ValueInt64())
	progress := system.ProgressOf(resp)
	about.whenForbidden = "Deleting a pipeline needs the owner role in the project. " + askFor
	project, err := requestProject(ctx, client, m.Project)
	if err == nil {
		progress(fmt.Sprintf("Deleting pipeline %s", about.id))
		err = client.DeletePipeline(ctx, project, m.PipelineID.ValueInt64())
	}
	switch {
	case errors.Is(err, gitlabapi.ErrAbsent):
		resp.Diagnostics.AddWarning(fmt.Sprintf("There is no pipeline %d", m.PipelineID.ValueInt64()),
			fmt.Sprintf("Pipeline %d of project %s was to be deleted, but it isn't there. If it was deleted before, all is well. %s",
				m.PipelineID.ValueInt64(), about.project, about.whenAbsent))
	case err != nil:
		resp.Diagnostics.Append(about.failed(deleting, err)...)
	default:
		progress(fmt.Sprintf("Pipeline %d: deleted", m.PipelineID.ValueInt64()))
	}
}

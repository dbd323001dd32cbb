// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// GitLab's actions are each a [system.Action]. A DELETE may be repeated, because
// it means the same when it is. What became of a POST whose answer got lost is
// for the user to find out, except for a pipeline that was created, which is
// looked for.

var (
	_ action.ActionWithConfigure  = (*playScheduleAction)(nil)
	_ action.ActionWithModifyPlan = (*playScheduleAction)(nil)
)

// pipelineActionModel is what an action on one pipeline is given. Deleting
// knows no wait.
type pipelineActionModel struct {
	Project    types.String   `tfsdk:"project"`
	PipelineID types.Int64    `tfsdk:"pipeline_id"`
	Wait       types.Bool     `tfsdk:"wait"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func (m pipelineActionModel) about() object {
	return pipelineObject(m.Project, m.PipelineID.ValueInt64())
}

// scheduleActionObject is a schedule that an action is about.
func scheduleActionObject(project types.String, id types.Int64) object {
	return object{
		kind: "pipeline schedule", id: fmt.Sprintf("%s:%d", project.ValueString(), id.ValueInt64()), project: project.ValueString(), argument: "pipeline_schedule_id",
	}
}

// requestProject is a project as requests name it: by its id, because GitLab
// follows a path that is no longer current only on GET.
func requestProject(ctx context.Context, client *gitlabapi.Client, project types.String) (string, error) {
	id, err := client.ProjectID(ctx, project.ValueString())
	return strconv.FormatInt(id, 10), err
}

// runToEnd waits for a run, of which the news was told, until it is over, and says how that went.
func (o object) runToEnd(ctx context.Context, client *gitlabapi.Client, project string, p *gitlabapi.Pipeline, progress func(string)) diag.Diagnostics {
	p, err := waitForPipeline(ctx, client, project, p, pipelineOver, progress)
	if err != nil {
		return diag.Diagnostics{o.notAwaited(p, err)}
	}
	return o.outcome(p)
}

// anID rejects a number that can't be an id.
var anID = []validator.Int64{int64validator.AtLeast(1)}

func actionProjectAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{projectSpelling},
		MarkdownDescription: "The project: its numeric id, or its full path as in `group/project`.",
	}
}

func actionPipelineIDAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Required: true, Validators: anID,
		MarkdownDescription: "The pipeline's id, as in the address of its page; not its number in the project (`iid`).",
	}
}

func actionScheduleIDAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{Required: true, Validators: anID, MarkdownDescription: "The schedule's id, as in the address of the page on which it is edited: `pipeline_schedule_id` of `cicd_gitlab_pipeline_schedule`."}
}

// endsOfRun says how an action that waits for a run takes its end.
const endsOfRun = "A pipeline that fails, or is canceled meanwhile, is an error; one that is skipped, or is blocked by a job that somebody has to start by hand " +
	"(`manual`), is a warning."

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// takeOwnershipAction is cicd_gitlab_pipeline_schedule_take_ownership.
type takeOwnershipAction struct {
	system.Action[*gitlabapi.Client]
}

type takeOwnershipModel struct {
	Project            types.String   `tfsdk:"project"`
	PipelineScheduleID types.Int64    `tfsdk:"pipeline_schedule_id"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func newTakeOwnershipAction() action.Action { return &takeOwnershipAction{} }

func (*takeOwnershipAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule_take_ownership"
}

func (*takeOwnershipAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Makes the user of the provider's token the owner of a GitLab pipeline schedule.",
			writeToken+" with the maintainer role in the project. Who owns the schedule already needs the developer role only, and nothing happens.",
			"The schedule's pipelines run as that user from then on, with that user's permissions.",
			"It is for schedules that Terraform doesn't manage; for those it does, set `take_ownership` of "+
				"[`cicd_gitlab_pipeline_schedule`](../resources/gitlab_pipeline_schedule.md), which also sees to it that the schedule stays yours.",
		),
		Attributes: map[string]schema.Attribute{
			"project":              actionProjectAttribute(),
			"pipeline_schedule_id": actionScheduleIDAttribute(),
			"timeouts":             system.ActionTimeoutsAttribute(ctx),
		},
	}
}

func (a *takeOwnershipAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m takeOwnershipModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.Start(ctx, m.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := scheduleActionObject(m.Project, m.PipelineScheduleID), system.ProgressOf(resp)
	about.whenLost = "Look who the schedule's owner is. Taking it over again does no harm."
	project, err := requestProject(ctx, client, m.Project)
	var schedule *gitlabapi.Schedule
	if err == nil {
		progress(fmt.Sprintf("Taking ownership of pipeline schedule %s", about.id))
		schedule, err = client.TakeOwnership(ctx, project, m.PipelineScheduleID.ValueInt64())
	}
	if gitlabapi.IsForbidden(err) {
		if mine := ownSchedule(ctx, client, project, m.PipelineScheduleID.ValueInt64()); mine != nil {
			schedule, err = mine, nil
		}
	}
	if err != nil {
		resp.Diagnostics.Append(about.failed(takingOver, err)...)
		return
	}
	owner := ""
	if schedule.Owner != nil {
		owner = schedule.Owner.Username
	}
	progress(fmt.Sprintf("Pipeline schedule %d: its owner is %s", schedule.ID, owner))
}

// ownSchedule is the schedule when it belongs to the token's user already, or
// nil: GitLab used to refuse a schedule to its own owner.
func ownSchedule(ctx context.Context, client *gitlabapi.Client, project string, id int64) *gitlabapi.Schedule {
	schedule, err := client.Schedule(ctx, project, id)
	if err != nil || schedule.Owner == nil {
		return nil
	}
	if me, err := client.CurrentUser(ctx); err != nil || me.ID != schedule.Owner.ID {
		return nil
	}
	return schedule
}

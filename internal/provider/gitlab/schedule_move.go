// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A `moved` block may come from the types of gitlabhq/gitlab, whose ids are
// the same as ours. Moving takes only what a read can't find out; GitLab is
// asked afterwards, because a move runs before the provider is configured.

// newestSource is the newest schema version of the source types that is known.
const newestSource = 1

// comesFrom matches by the end of the provider's address: the registry, and
// in forks the namespace, differ. OpenTofu 1.10 and 1.11 give nothing but the
// end.
func comesFrom(req resource.MoveStateRequest, typeName string) bool {
	return strings.HasSuffix("/"+req.SourceProviderAddress, "/gitlab") &&
		req.SourceTypeName == typeName && req.SourceSchemaVersion <= newestSource && req.SourceState != nil
}

// MoveState takes over a gitlab_pipeline_schedule.
func (*scheduleResource) MoveState(context.Context) []resource.StateMover {
	source := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":             schema.StringAttribute{Computed: true},
		"project":        schema.StringAttribute{Required: true},
		"take_ownership": schema.BoolAttribute{Optional: true},
	}}
	return []resource.StateMover{{
		SourceSchema: &source,
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if !comesFrom(req, "gitlab_pipeline_schedule") {
				return
			}
			var was struct {
				ID            types.String `tfsdk:"id"`
				Project       types.String `tfsdk:"project"`
				TakeOwnership types.Bool   `tfsdk:"take_ownership"`
			}
			resp.Diagnostics.Append(req.SourceState.Get(ctx, &was)...)
			text := was.ID.ValueString()
			if req.SourceSchemaVersion == 0 && !strings.Contains(text, ":") {
				// Version 0 had the schedule's number alone.
				text = was.Project.ValueString() + ":" + text
			}
			id, err := parseScheduleID(text)
			if err != nil {
				resp.Diagnostics.Append(unmovable(req, was.ID, err))
				return
			}
			resp.Diagnostics.Append(setAttributes(ctx, &resp.TargetState, map[string]any{
				"id": id.String(), "project": id.Project, "pipeline_schedule_id": id.Schedule,
				"take_ownership": was.TakeOwnership.ValueBool(),
			})...)
		},
	}}
}

func unmovable(req resource.MoveStateRequest, id types.String, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Cannot move the "+req.SourceTypeName,
		"Its id "+id.String()+" is not as expected: "+err.Error()+". Import the object instead.")
}

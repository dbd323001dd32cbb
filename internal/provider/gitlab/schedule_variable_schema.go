// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

func scheduleVariableSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: system.Page("One variable of a GitLab pipeline schedule.",
			writeToken+" who **owns the schedule** and has the developer role in the project, or who is an administrator of the instance. Maintainers who don't own the schedule may "+
				"destroy a variable and read it, but neither create nor change one: set `take_ownership` of [`cicd_gitlab_pipeline_schedule`](gitlab_pipeline_schedule.md). "+
				onProtectedRefs+" "+toSetVariables,
			"Don't use it for a schedule whose `variables` are set: each would remove what the other made.",
			"Creating one whose key the schedule has already is an error, and leaves that as it is: import it.",
			"`value` is in the state in clear. `value_wo` is in no state and no plan, but then a value that somebody changes in GitLab isn't noticed: see the guide "+
				"[Secrets that never reach state](../guides/secrets-that-never-reach-state.md).",
			"Where the token's user may not read variables, the state stays as it is, with a warning, and a change made elsewhere isn't seen.",
			"GitLab's masked, protected and hidden variables are those of projects and groups. A schedule's are none of these.",
		),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "`<project>:<schedule id>:<key>`, the project as in `project`.",
			},
			"project": projectAttribute(),
			"project_id": schema.Int64Attribute{
				Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "The project's numeric id, which stays when the project is renamed or moved.",
			},
			"pipeline_schedule_id": schema.Int64Attribute{
				Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				MarkdownDescription: "The schedule's id: `pipeline_schedule_id` of `cicd_gitlab_pipeline_schedule`. Another schedule replaces the variable.",
			},
			"key": schema.StringAttribute{
				Required: true, Validators: variableKey, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The variable's name: 1 to 255 letters, digits and `_`. Letter case matters. Another key replaces the variable.",
			},
			"value": system.SecretAttribute("value", schema.StringAttribute{
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The value, which is kept in state. A new variable needs `value` or `value_wo`; " +
					"with neither, a variable that exists keeps its value.",
			}),
			"value_wo": system.WriteOnlyAttribute("value", schema.StringAttribute{
				MarkdownDescription: "The value, which is kept nowhere (Terraform or OpenTofu 1.11 or later). It is sent when `value_wo_version` changes; a change of it made elsewhere is not seen. An import puts the present value into state; the next apply takes it out.",
			}),
			"value_wo_version": system.WriteOnlyVersionAttribute("value"),
			"variable_type":    variableTypeAttribute(),
			"timeouts":         system.TimeoutsAttribute(ctx),
		},
	}
}

func (*scheduleVariableResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := scheduleIdentityAttributes()
	maps.Copy(attributes, map[string]identityschema.Attribute{
		"key": identityschema.StringAttribute{RequiredForImport: true, Description: "The variable's key, in the same letter case."},
	})
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

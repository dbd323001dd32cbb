// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// variableTypes are the kinds of variable; the first is GitLab's default.
var variableTypes = []string{"env_var", "file"}

func scheduleSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: system.Page("A GitLab pipeline schedule: it runs a pipeline on a ref at the times of a cron expression, as the user who owns the schedule.",
			writeToken+". Let it be a user of Terraform's own, because GitLab tells a schedule's owner from everybody else:\n\n"+
				"| to | the user needs |\n| --- | --- |\n"+
				"| create it | the developer role in the project. Who creates a schedule owns it. |\n"+
				"| change it, or create or change its variables | to **own it**, with the developer role still. Maintainers and owners of the project are refused: see `take_ownership`. (GitLab before about version 16 let maintainers.) |\n"+
				"| take it over, or destroy it or its variables | "+ownVariables+" |\n"+
				"| read it | the reporter role |\n"+
				"| read its variables | "+ownVariables+" |\n\n"+
				"Administrators of the instance may do all of that. "+onProtectedRefs+" That goes for creating and changing. "+toSetVariables+
				" CI job tokens won't do: GitLab takes them on no route of schedules.",
			refInFull+" Both spellings are the same to the provider, and plan no change.",
			"GitLab looks for due schedules at intervals: on gitlab.com every 5 minutes, on a self-managed instance 3, 13, 23, 33, 43 and 53 minutes past the hour unless its "+
				"administrator has set something else. So `0 1 * * *` runs at 01:03 there, and `*/5 * * * *` six times an hour.",
			"A project has at most 10 schedules unless its plan or the instance's administrator allows more. Inactive ones count.",
			"A schedule that somebody takes over runs with that user's permissions from then on. With `take_ownership = true`, the next plan shows it.",
			"Destroying a schedule leaves the pipelines that it ran where they are.",
			"Other attributes than these, such as when the schedule runs next, are those of the data source [`cicd_gitlab_pipeline_schedule`](../data-sources/gitlab_pipeline_schedule.md).",
			"To move from `gitlab_pipeline_schedule` of the gitlabhq/gitlab provider, see the guide [Moving from the gitlabhq/gitlab provider](../guides/moving-from-gitlabhq.md).",
		),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "`<project>:<schedule id>`, the project as in `project`.",
			},
			"project": projectAttribute(),
			"project_id": schema.Int64Attribute{
				Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "The project's numeric id, which stays when the project is renamed or moved.",
			},
			"pipeline_schedule_id": schema.Int64Attribute{
				Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "The schedule's id.",
			},
			"description": schema.StringAttribute{
				Required: true, Validators: []validator.String{notBlank},
				MarkdownDescription: "What the schedule is for, which must not be blank. GitLab shows it as the schedule's name.",
			},
			"ref": schema.StringAttribute{
				Required: true, Validators: []validator.String{scheduleRef{}}, PlanModifiers: []planmodifier.String{keepRefSpelling{}},
				MarkdownDescription: "The branch or tag to run on: its name, as in `main` or `v1.0`, or the full ref, as in `refs/heads/main`. " +
					"GitLab refuses a name that neither is a branch nor a tag, or that is both; it doesn't check full refs.",
			},
			"cron": schema.StringAttribute{
				Required: true, Validators: []validator.String{cronSyntax{}}, PlanModifiers: []planmodifier.String{keepCronSpelling{}},
				MarkdownDescription: "When to run, as in `0 1 * * 5`. GitLab reads it with [Fugit](https://github.com/floraison/fugit): five fields, " +
					"or six with seconds first; no time zone. Where both the day of the month and that of the week are restricted, either is enough. How often GitLab looks for " +
					"due schedules limits how exactly it is kept.",
			},
			"cron_timezone": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString("UTC"), Validators: []validator.String{knownTimezone{}},
				MarkdownDescription: "The time zone of `cron`: a name of the tz database (`Asia/Tokyo`), a name of Rails " +
					"(`Pacific Time (US & Canada)`), or an offset (`+09:00`). Letter case matters. Default `UTC`.",
			},
			"active": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "Whether the schedule runs at its times. One that doesn't can still be played. Default `true`.",
			},
			"take_ownership": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Whether the schedule has to belong to the user of the provider's token. When it belongs to someone else, the plan shows " +
					"a change of `owner`, and apply takes the schedule over before it changes anything; this needs the maintainer role. " +
					"Scheduled pipelines run with the permissions of the owner. Plan and apply as the same user then, and have one such user: " +
					"two would take the schedule from each other in every run. Default `false`.",
			},
			"variables": variablesAttribute(),
			"inputs": schema.DynamicAttribute{
				Optional: true, Validators: []validator.Dynamic{inputsObject{}}, PlanModifiers: []planmodifier.Dynamic{keepInputSpelling{}},
				MarkdownDescription: "Pipeline inputs by name, as in `{ environment = \"staging\", replicas = 3 }`: strings, numbers, bools, or lists of these. " +
					"When set, inputs that aren't in it are removed, and taking it out of the configuration removes those that it had. As long as it isn't set, inputs are left alone. Needs GitLab 17.11.",
			},
			"owner": schema.SingleNestedAttribute{
				Computed: true, PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Who the schedule belongs to; null when that user was deleted.",
				Attributes: map[string]schema.Attribute{
					"id":       schema.Int64Attribute{Computed: true, MarkdownDescription: "The user's id."},
					"username": schema.StringAttribute{Computed: true, MarkdownDescription: "The user's name for signing in."},
					"name":     schema.StringAttribute{Computed: true, MarkdownDescription: "The user's full name."},
				},
			},
			"created_at": schema.StringAttribute{
				Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "When the schedule was created, in UTC, in RFC 3339 form.",
			},
			"timeouts": system.TimeoutsAttribute(ctx),
		},
	}
}

func projectAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{projectSpelling},
		MarkdownDescription: "The project: its numeric id, or its full path as in `group/project`. Another spelling of the same project, " +
			"such as its path after a rename, is changed in place; another project replaces the object.",
	}
}

func variablesAttribute() schema.MapNestedAttribute {
	kind := variableTypeAttribute()
	kind.Default, kind.PlanModifiers = nil, []planmodifier.String{defaultVariableType{}}
	return schema.MapNestedAttribute{
		Optional: true, Computed: true,
		PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown(), unmanagedOnCreate{}},
		Validators:    []validator.Map{mapvalidator.KeysAre(variableKey...)},
		MarkdownDescription: "The schedule's variables by key. When set, it is all of them: others are removed, so `{}` removes all. When not set, " +
			"variables are left alone; use it so together with `cicd_gitlab_pipeline_schedule_variable`, never set. " +
			"Only the schedule's owner and maintainers can read variables; for others, drift of them is not seen, and a warning says so.",
		NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				"value": schema.StringAttribute{
					Optional: true, Computed: true, Sensitive: true,
					// Null in state is kept too: GitLab may have null for a value. That a
					// new variable has none is refused before it could matter.
					PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
					MarkdownDescription: "The value. It is kept in state; to keep it out, use `cicd_gitlab_pipeline_schedule_variable` with `value_wo`. " +
						"When not set, the value is left as it is, which only a variable that exists can be.",
				},
				"variable_type": kind,
			},
		},
	}
}

func variableTypeAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(variableTypes[0]),
		Validators:          []validator.String{stringvalidator.OneOf(variableTypes...)},
		MarkdownDescription: "`env_var` (default), or `file`: then the variable holds the path of a temporary file with the value in it.",
	}
}

func (*scheduleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: scheduleIdentityAttributes()}
}

func scheduleIdentityAttributes() map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"project_id":           identityschema.Int64Attribute{RequiredForImport: true, Description: "The project's numeric id; not its path, which can change."},
		"pipeline_schedule_id": identityschema.Int64Attribute{RequiredForImport: true, Description: "The schedule's id, as in the address of the page on which it is edited."},
	}
}

// unmanagedOnCreate makes a computed map that nobody configured null in a new
// object, rather than known after apply.
type unmanagedOnCreate struct{}

func (unmanagedOnCreate) Description(context.Context) string {
	return "Variables that aren't configured are left alone."
}
func (m unmanagedOnCreate) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (unmanagedOnCreate) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.State.Raw.IsNull() && req.ConfigValue.IsNull() {
		resp.PlanValue = types.MapNull(variableType)
	}
}

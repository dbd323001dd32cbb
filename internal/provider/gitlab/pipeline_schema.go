// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// The values of wait_for.
const (
	untilNothing  = "none"
	untilCreated  = "created"
	untilFinished = "finished"
)

// The values of on_destroy.
const (
	keepIt   = "keep"
	cancelIt = "cancel"
	deleteIt = "delete"
)

func pipelineSchema(ctx context.Context) schema.Schema {
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}, MarkdownDescription: description,
		}
	}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}, MarkdownDescription: description,
		}
	}
	choice := func(byDefault, description string, others ...string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(byDefault),
			Validators:          []validator.String{stringvalidator.OneOf(append(others, byDefault)...)},
			MarkdownDescription: description,
		}
	}
	return schema.Schema{
		MarkdownDescription: system.Page("One run of a GitLab pipeline. Creating the resource runs a pipeline on a ref, as the user of the provider's token. For a run that Terraform needn't remember, there is the action "+
			"[`cicd_gitlab_pipeline_create`](../actions/gitlab_pipeline_create.md) (Terraform 1.14).",
			toRunPipelines+" "+toSetVariables+"\n\n"+
				"To read it takes the reporter role; to read its variables, the maintainer role or to have run it. `on_destroy = \"cancel\"` needs what running needs, `\"delete\"` the owner role.",
			"A change of `ref`, `variables`, `inputs` or `keepers`, or another project, runs a new pipeline in the place of the old one; `on_destroy` says what "+
				"becomes of that. Everything else changes in place and sends nothing to GitLab.",
			"New commits run nothing: give `keepers` what is to run another pipeline.",
			"Apply is done when GitLab has the pipeline, which may fail later. To have apply fail then, set `wait_for`.",
			"What the pipeline does after its creation is no drift: `status` and the times follow it, and plan nothing.",
			"When the pipeline was deleted in GitLab, the plan is to run a new one, and a warning says so. Mind that where old pipelines are cleaned up, "+
				"by hand or because the project has it so: a run would be repeated long after it was done. To prevent that, take the resource out of the "+
				"configuration once it has done its work, with a `removed` block, or use the action, which keeps no state.",
			"An import runs nothing. GitLab doesn't tell the `inputs` of a pipeline, knows nothing of `keepers`, and shows `variables` to maintainers and to who ran it "+
				"alone: what of these isn't known is taken from the first configuration that has it, without a new run.",
		),
		Attributes: map[string]schema.Attribute{
			"id":          text("`<project>:<pipeline id>`, the project as in `project`."),
			"project":     projectAttribute(),
			"project_id":  number("The project's numeric id, which stays when the project is renamed or moved."),
			"pipeline_id": number("The pipeline's id, unique in the instance."),
			"ref": schema.StringAttribute{
				Required: true, Validators: []validator.String{scheduleRef{}},
				PlanModifiers: []planmodifier.String{keepRefSpelling{}, stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The branch or tag to run on: its name, as in `main` or `v1.0`, or the full ref, as in `refs/heads/main`, " +
					"which a name needs that both a branch and a tag have. Another ref runs a new pipeline.",
			},
			"variables": runVariablesAttribute(),
			"inputs": schema.DynamicAttribute{
				Optional: true, Validators: []validator.Dynamic{inputsObject{}}, PlanModifiers: []planmodifier.Dynamic{keepInputSpelling{}},
				MarkdownDescription: "Pipeline inputs by name, as in `{ environment = \"staging\", replicas = 3 }`: strings, numbers, bools, or lists of these. " +
					"A change runs a new pipeline. GitLab shows them to nobody afterwards. Needs GitLab 17.10, and is ignored before. Writing a value with another type, `\"3\"` for `3`, is taken for the same " +
					"value and runs no new pipeline; the next run gets it as it is written then.",
			},
			"keepers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Any values. When one changes, a new pipeline runs: a version, the hash of a file, an image's digest. GitLab doesn't get them.",
			},
			"wait_for": choice(untilCreated, "What to wait for when the pipeline is created: `created` (default), that GitLab has it; or `finished`, that it is over. "+
				"Then apply fails when the pipeline fails or is canceled: it is in state, tainted, so that the next apply runs another; and it warns when all jobs were "+
				"skipped, or when a job has to be started by hand, for which it doesn't wait. "+
				"`none` waits no longer than `created`, because GitLab answers when it has the pipeline.", untilNothing, untilFinished),
			"on_destroy": choice(keepIt, "What to do with the pipeline when the resource is destroyed or replaced: `keep` (default) leaves it alone; `cancel` cancels what isn't over; "+
				"`delete` deletes it with its jobs, logs and artifacts, which needs the owner role.", cancelIt, deleteIt),
			"iid": number("The pipeline's number in its project."),
			"sha": text("The full hash of the commit that the pipeline runs on."),
			"tag": schema.BoolAttribute{
				Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}, MarkdownDescription: "Whether `ref` is a tag.",
			},
			"status": text("The pipeline's status when it was last read, such as `running`, `success`, `failed` or `canceled`."),
			"source": text("What started the pipeline: `api`, unless it was imported."),
			"user": schema.SingleNestedAttribute{
				Computed: true, PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Who ran the pipeline; null when that user was deleted.",
				Attributes: map[string]schema.Attribute{
					"id":       schema.Int64Attribute{Computed: true, MarkdownDescription: "The user's id."},
					"username": schema.StringAttribute{Computed: true, MarkdownDescription: "The user's name for signing in."},
					"name":     schema.StringAttribute{Computed: true, MarkdownDescription: "The user's full name."},
				},
			},
			"web_url":         text("The address of the pipeline's page."),
			"created_at":      text("When the pipeline was created, in UTC, in RFC 3339 form."),
			"updated_at":      text("When the pipeline last changed, in UTC, in RFC 3339 form."),
			"started_at":      text("When the first job started, in UTC, in RFC 3339 form; null before that."),
			"finished_at":     text("When the pipeline finished, in UTC, in RFC 3339 form; null before that."),
			"duration":        number("How long the pipeline ran, in seconds; null until it finished."),
			"queued_duration": number("How long the pipeline waited to start, in seconds; null until it did."),
			"coverage":        text("The test coverage in percent, as in `30.00`; null when there is none."),
			"timeouts":        system.PatientTimeoutsAttribute(ctx, "for `create` with `wait_for = \"finished\"`"),
		},
	}
}

func runVariablesAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		// Computed, so that what an import found can stay when it isn't configured.
		Optional: true, Computed: true, Validators: []validator.List{uniqueKeys{}},
		MarkdownDescription: "The variables to run the pipeline with. Their order doesn't matter. A change runs a new pipeline. After an import, those of the pipeline are left as they are until they are configured.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"key": schema.StringAttribute{
				Required: true, Validators: variableKey, MarkdownDescription: "The variable's name: 1 to 255 letters, digits and `_`. Letter case matters.",
			},
			"value": schema.StringAttribute{
				Optional: true, Computed: true, Sensitive: true,
				MarkdownDescription: "The value, which is kept in state. A new pipeline needs it; for one that exists, it may be left out.",
			},
			"variable_type": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{stringvalidator.OneOf(variableTypes...)},
				MarkdownDescription: "`env_var` (default), or `file`: then the variable holds the path of a temporary file with the value in it.",
			},
		}},
	}
}

func (*pipelineResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id":  identityschema.Int64Attribute{RequiredForImport: true, Description: "The project's numeric id; not its path, which can change."},
		"pipeline_id": identityschema.Int64Attribute{RequiredForImport: true, Description: "The pipeline's id, as in the address of its page; not its number in the project."},
	}}
}

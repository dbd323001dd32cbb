// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// The server's defaults, which it fills in when it creates a pipeline and never
// again.
const (
	defaultDockerfilePath = "./Dockerfile"
	defaultBuildPath      = "."
)

// sourceCodeType is the type of a step that checks out, which the first step of
// a pipeline has to do.
const sourceCodeType = "sourcecode"

// stepKind is a type that steps are known to have, the attribute with its
// settings, and what that is in the document.
type stepKind struct {
	name, settings, documented string
	of                         func(stepModel) types.Object
}

var stepKinds = []stepKind{
	{sourceCodeType, "source_code", "sourceCodeStepConfig", func(m stepModel) types.Object { return m.SourceCode }},
	{"runascript", "run_script", "runAScriptStepConfig", func(m stepModel) types.Object { return m.RunScript }},
	{"buildimage", "build_image", "buildImageStepConfig", func(m stepModel) types.Object { return m.BuildImage }},
	{"pushimage", "push_image", "pushImageStepConfig", func(m stepModel) types.Object { return m.PushImage }},
}

func (k stepKind) translation() string { return k.documented + " is " + k.settings }

func stepTypes() []string {
	var names []string
	for _, kind := range stepKinds {
		names = append(names, kind.name)
	}
	return names
}

const (
	pipelineProjectDescription = "The project's full id, `<cluster>:<project>`, as in `c-abc12:p-x1y2z`."
	pipelineIDDescription      = "The pipeline's id, which Rancher makes up, as in `p-x1y2z:p-abcde`."
	pipelineStateDescription   = "`active` or `inactive`, or what Rancher is doing to the pipeline, such as `removing`."
)

func pipelineSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: pipelineIDDescription,
		},
		"project_id": schema.StringAttribute{
			Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}, Validators: fullProjectID,
			MarkdownDescription: pipelineProjectDescription + " Another project replaces the pipeline.",
		},
		"state": schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: pipelineStateDescription,
		},
		"timeouts": system.TimeoutsAttribute(ctx),
	}
	maps.Copy(attributes, pipelineSpecAttributes())
	return schema.Schema{
		MarkdownDescription: page("A Rancher pipeline: stages of steps that check out, run scripts, and build and push images, and what starts them.",
			needsKey("create, change, activate, deactivate and delete pipelines in the project")+" The remote accounts that its steps name have to be ones that Rancher may use for it.",
			"Terraform ignores unknown names inside `stages` and `triggers`, such as those of the API's JSON: read the plan.",
			"In `stages`, members whose description begins with \"Required.\" are listed as optional, because Terraform would demand them of an element that isn't known yet; "+
				"they are checked all the same.",
			"`stages` are replaced as a whole when something in them changes; what else is in the pipeline, and isn't configured, stays.",
			"`active` is switched by Rancher's actions, and not by saving: a change of it can take a request of its own. A pipeline that is inactive can still be run by hand.",
			"Rancher checks neither a repository nor a remote account. What is wrong with them shows in the first run.",
			"Destroying a pipeline leaves its runs and their logs where they are.",
			deletedSlowly,
			"Names need not be unique: where the answer to a creation got lost, the provider looks for what it made, and never creates it twice.",
			"An import takes the pipeline's `id`. Where the server doesn't tell the full id of its project, it takes `<project_id>/<id>`.",
		),
		Attributes: attributes,
	}
}

// pipelineSpecAttributes are what a user says about a pipeline.
func pipelineSpecAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"display_name": schema.StringAttribute{
			Required: true, PlanModifiers: []planmodifier.String{spelling{}},
			MarkdownDescription: "The name that people see. It need not be unique. Runs are called after it: `<display_name>-<number>`.",
		},
		"active": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether triggers start the pipeline. Default `true`.",
		},
		"stages": schema.ListNestedAttribute{
			Required: true, Validators: atLeastOne,
			MarkdownDescription: "The stages, one after the other: at least one. The first step of the first one has to check out: it needs `source_code`, or the type `" + sourceCodeType + "`.",
			NestedObject:        schema.NestedAttributeObject{Attributes: stageAttributes()},
		},
		"triggers": schema.SingleNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{system.LeftOut{}},
			MarkdownDescription: "What starts the pipeline, other than people. Default: nothing does.",
			Attributes:          triggersAttributes(),
		},
	}
}

func stageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": member("The stage's name. It may contain `/`."),
		"steps": schema.ListNestedAttribute{
			Optional: true, Validators: atLeastOne,
			MarkdownDescription: required + "The steps of the stage, one after the other: at least one.",
			NestedObject:        schema.NestedAttributeObject{Attributes: stepAttributes()},
		},
	}
}

func stepAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"type": text("What the step does: `" + strings.Join(stepTypes(), "`, `") + "`. A step may have settings for several of them."),
		"source_code": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "What to check out, for the type `sourcecode`.", Attributes: sourceCodeAttributes(),
		},
		"run_script": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "The script to run, for the type `runascript`.", Attributes: runScriptAttributes(),
		},
		"build_image": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "The image to build, for the type `buildimage`.", Attributes: buildImageAttributes(),
		},
		"push_image": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "The image to push, for the type `pushimage`.", Attributes: pushImageAttributes(),
		},
	}
}

func sourceCodeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"remote_account_id": text("The id of the remote account to check out with, for a repository that isn't public: `id` of `cicd_rancher_remote_account`. Rancher doesn't check that there is one."),
		"repository": schema.StringAttribute{
			Required: true, PlanModifiers: []planmodifier.String{spelling{}},
			MarkdownDescription: "The repository's clone URL, as in `https://github.com/octocat/app.git`. Rancher takes an empty one, and doesn't check any.",
		},
		"branch": text("The branch to check out, as in `main`."),
	}
}

func runScriptAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image": schema.StringAttribute{
			Required: true, PlanModifiers: []planmodifier.String{spelling{}},
			MarkdownDescription: "The image to run the script in, as in `golang:1.8`.",
		},
		"shell_script": text("The shell script to run in the image."),
		"entry_point":  text("What to run in place of the image's own entry point."),
		"args":         text("The arguments of the entry point, as one text, as in `--verbose ./src`."),
		"env": schema.ListAttribute{
			Optional: true, Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.List{system.LeftOut{}, spelling{}},
			Validators:          []validator.List{listvalidator.NoNullValues()},
			MarkdownDescription: "Environment variables, each as in `KEY=value`. They are kept in state, and are no place for secrets.",
		},
	}
}

func buildImageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"dockerfile_path": defaulted(defaultDockerfilePath, "The Dockerfile's path in the repository."),
		"build_path":      defaulted(defaultBuildPath, "The path in the repository of what the image is built from."),
		"image_tag":       text("The image's name and tag, as in `registry.example.com/app:1.0`."),
	}
}

func pushImageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{"image_tag": text("The name and tag of the image, as in `registry.example.com/app:1.0`.")}
}

func triggersAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"cron": schema.SingleNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{system.LeftOut{}},
			MarkdownDescription: "Moments in time at which the pipeline starts.", Attributes: cronAttributes(),
		},
		"webhook": schema.SingleNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{system.LeftOut{}},
			MarkdownDescription: "Events of the repository, such as a push, that start the pipeline.", Attributes: webhookAttributes(),
		},
	}
}

func cronAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"active": inactive("Whether the expression starts the pipeline. Default `false`, as on the server."),
		"timezone": text("The time zone of `expression`: a name of the tz database, as in `Asia/Hong_Kong`. Default: the server's local time, which Rancher " +
			"also uses for a name that it doesn't know."),
		"expression": text("When to start, as in `0 4 * * 1-5`: the five fields minute, hour, day of month, month and day of week, where Sunday is 0 " +
			"and never 7; or one of `@yearly`, `@monthly`, `@weekly`, `@daily`, `@hourly` and `@every 1h30m`. Where both days are restricted, either is enough."),
	}
}

func webhookAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{"active": inactive("Whether such events start the pipeline. Default `false`, as on the server.")}
}

// required begins the description of a member that isn't marked as required.
const required = "Required. "

// member is a text that each element of a list has to have, which may be empty.
// It isn't marked as required, because the framework then complains of an
// element that isn't known yet; see [pipelineCheck.required].
func member(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, PlanModifiers: []planmodifier.String{spelling{}}, MarkdownDescription: required + description,
	}
}

// text is an attribute for which left out and empty are the same.
func text(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.String{system.LeftOut{}, spelling{}}, MarkdownDescription: description,
	}
}

// defaulted is a text for which the server has a default.
func defaulted(value, description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.String{defaultText(value)},
		MarkdownDescription: description + " Default `" + value + "`.",
	}
}

// inactive is a switch that the server has off.
func inactive(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.Bool{defaultFalse{}}, MarkdownDescription: description,
	}
}

func (*pipelineResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	identitySchema("The pipeline's id, as in `p-x1y2z:p-abcde`.", resp)
}

// The types of the nested values.
var (
	stageType      = nested.TypeOf(stageAttributes())
	stepType       = nested.TypeOf(stepAttributes())
	sourceCodeKind = nested.TypeOf(sourceCodeAttributes())
	runScriptKind  = nested.TypeOf(runScriptAttributes())
	buildImageKind = nested.TypeOf(buildImageAttributes())
	pushImageKind  = nested.TypeOf(pushImageAttributes())
	triggersType   = nested.TypeOf(triggersAttributes())
	cronType       = nested.TypeOf(cronAttributes())
	webhookType    = nested.TypeOf(webhookAttributes())
)

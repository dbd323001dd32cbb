// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// isolations are what `isolation` may be; the first is the documents' default,
// which the server doesn't have.
var isolations = []string{"shared", "exclusive"}

const (
	productDescription = "The product: the path of its GitLab group."
	nameDescription    = "The runtime's name. It is unique in the product, whatever project the runtime belongs to."
	idDescription      = "`<product>/<name>`."
)

func runtimeSchema(ctx context.Context) schema.Schema {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: idDescription,
		},
		"product": schema.StringAttribute{
			Required: true, PlanModifiers: replace, Validators: pathSegment,
			MarkdownDescription: productDescription + " Another product replaces the runtime.",
		},
		"insecure_skip_check": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Skip the server's check of the whole product when the runtime is created, changed or destroyed. The check finds, for example, an " +
				"environment that doesn't exist, in this runtime or in any other. Without it, Nautes stores what the cluster then may refuse. Default `false`.",
		},
		"timeouts": system.TimeoutsAttribute(ctx),
	}
	maps.Copy(attributes, specAttributes())
	for member, why := range map[string]string{
		"name":    " Another name replaces it.",
		"project": " Nautes can't move a runtime: another project replaces it.",
	} {
		attribute, _ := attributes[member].(schema.StringAttribute)
		attribute.PlanModifiers = replace
		attribute.MarkdownDescription += why
		attributes[member] = attribute
	}
	return schema.Schema{
		MarkdownDescription: system.Page("A Nautes project pipeline runtime: which events run which pipelines of a repository, and in which environment. The product, the project, the environment and the "+
			"code repositories have to be there: the provider doesn't manage them.",
			toWrite,
			"Nautes keeps a runtime as a file in the product's `default.project` repository, and the cluster follows some moments later. It takes much "+
				"that the cluster then refuses, without a word; the provider warns of what it knows of.",
			"Nautes' API only saves, whether there is a runtime of that name or not. The provider looks first: creating never takes over a runtime that is there, which is an error, and to be imported. "+
				"A change saves the whole runtime as it was planned; what somebody changed after the plan is replaced.",
			slowly,
			"Nautes checks the whole product before each save and each deletion. An object that is broken there, even one of somebody else, fails them all; the error names it. See `insecure_skip_check`.",
			"Nautes takes repositories by their paths and shows them by their display names in GitLab. Where the two differ, an import plans one change.",
			inputsHidden+" Terraform keeps what it knows of it, with a warning.",
			"Members of lists whose description begins with \"Required.\" are listed as optional, because Terraform would demand them of an element that isn't known yet; they are checked all the same.",
		),
		Attributes: attributes,
	}
}

// specAttributes are what Nautes has of a runtime.
func specAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true, Validators: pathSegment, MarkdownDescription: nameDescription},
		"project": schema.StringAttribute{
			Required: true, Validators: notEmpty, MarkdownDescription: "The project of the product that the runtime belongs to. The runtime can't have the same name.",
		},
		"pipeline_source": schema.StringAttribute{
			Required: true, Validators: notEmpty,
			MarkdownDescription: "The repository that holds the pipelines" + byPath,
		},
		"pipelines": schema.ListNestedAttribute{
			Required: true, Validators: atLeastOne,
			MarkdownDescription: "The pipelines in that repository: at least one.",
			NestedObject:        schema.NestedAttributeObject{Attributes: pipelineAttributes()},
		},
		"event_sources": schema.ListNestedAttribute{
			Required: true, Validators: atLeastOne,
			MarkdownDescription: "What can trigger pipelines: at least one. Each has `gitlab`, `calendar`, or both.",
			NestedObject:        schema.NestedAttributeObject{Attributes: eventSourceAttributes()},
		},
		"pipeline_triggers": schema.ListNestedAttribute{
			Required: true, Validators: atLeastOne,
			MarkdownDescription: "Which event source triggers which pipeline: at least one.",
			NestedObject:        schema.NestedAttributeObject{Attributes: triggerAttributes()},
		},
		"destination": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: "Where the pipelines run. A change is made in place.",
			Attributes: destinationAttributes(),
		},
		"isolation": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(isolations[0]),
			Validators:          []validator.String{stringvalidator.OneOf(isolations...)},
			MarkdownDescription: "Whether the runtime's resources are `shared` (default) or `exclusive`. Nautes 0.4.2 keeps the word and does nothing with it.",
		},
		"account": text("The service account that the pipelines run as. Default: one named like the runtime. Needs Nautes 0.4.1."),
		"additional_resources": schema.SingleNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{system.LeftOut{}},
			MarkdownDescription: "Manifests that are deployed beside the pipelines. Needs Nautes 0.3.9.",
			Attributes: map[string]schema.Attribute{
				"git": schema.SingleNestedAttribute{
					Optional: true, MarkdownDescription: "Where the manifests are in git.",
					Attributes: gitAttributes(),
				},
			},
		},
		"hooks": schema.SingleNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{system.LeftOut{}},
			MarkdownDescription: "Tasks around each pipeline, of those that the administrator of Nautes has defined. Needs Nautes 0.4.2.",
			Attributes: map[string]schema.Attribute{
				"pre_hooks": hooksAttribute("Tasks before the pipeline, in this order."),
				"post_hooks": hooksAttribute("Tasks after the pipeline, in this order. Nautes 0.4.2 shows them only when there are pre hooks; without, " +
					"a change of them made elsewhere is not seen."),
			},
		},
	}
}

// byPath says how a user names a repository, byDisplayName how Nautes does.
const (
	byPath        = ": its path in the product's GitLab group. Nautes itself shows the GitLab project's display name, which may be another."
	byDisplayName = ", by the display name of its GitLab project, which may be another than its path."
)

func pipelineAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":  member("The pipeline's name; unique in the runtime."),
		"label": text("A label that is put on the pipeline's runs. Default: none."),
		"path":  member("Where the pipeline is in the repository, as in `pipelines/build`; unique in the runtime."),
	}
}

func eventSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": member("The event source's name; unique in the runtime."),
		"gitlab": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Webhook events of a GitLab project, such as a push.", Attributes: gitlabAttributes(),
		},
		"calendar": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Moments in time; it needs `schedule` or `interval`. Before Nautes 0.3.9, the server takes calendars but doesn't show them: there, " +
				"a change made elsewhere is not seen, and an import doesn't have them.",
			Attributes: calendarAttributes(),
		},
	}
}

func gitlabAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"repo_name": schema.StringAttribute{
			Required: true, Validators: notEmpty,
			MarkdownDescription: "The repository whose events count" + byPath + " Which events GitLab sends is up to the code repository's webhook in Nautes.",
		},
		"revision": text("A Lua pattern that the event's ref, such as `refs/heads/main`, has to match. Default: any ref. Before Nautes 0.4.2 it can't be empty."),
		"events": texts("The events: `push_events`, `tag_push_events`, `merge_requests_events` and other names of GitLab's webhook settings. " +
			"Nautes takes other names, such as `PushEvents`, and an empty list, but the cluster doesn't."),
	}
}

func calendarAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"schedule": text("When, as a cron expression of five fields, such as `0 17 * * 1-5` or `0 17 ? * MON-FRI`: no seconds, no `@daily`, and Sunday is 0, never 7. It wins over `interval`."),
		"interval": text("How often, as in `30m` or `1h30m`, with the units `h`, `m`, `s`."),
		"exclusion_dates": texts("Days on which nothing happens, each as in `EXDATE:20260101T000000Z`. " +
			"Only the date counts. Entries of another form are ignored. Default: none."),
		"timezone": text("The time zone of `schedule`: a name of the tz database, such as `Asia/Shanghai`. Default: the cluster's."),
	}
}

func triggerAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"event_source": member("The name of one of `event_sources`."),
		"pipeline":     member("The name of one of `pipelines`."),
		"revision":     text("The git revision of the pipeline, such as `main`; no pattern. Default: the event's."),
		"inputs": schema.ListNestedAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.List{system.LeftOut{}},
			MarkdownDescription: "Values that the pipeline is given. Needs Nautes 0.4.2, which can't show a runtime that has inputs: as long as it has, " +
				"no change made elsewhere is seen, a warning says so, and the product's runtimes can't be listed.",
			NestedObject: schema.NestedAttributeObject{Attributes: inputAttributes()},
		},
	}
}

func inputAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"built_in_var":       text("The variable of Nautes that the value comes from, such as `PipelineRevision`, `PipelineLabel`, `EventSourceCodeRepoURL`, `Namespace` or `ServiceAccount`. Either this or `from_event`."),
		"from_event":         text("The path in the event's data to the value. Either this or `built_in_var`."),
		"kustomization_path": schema.StringAttribute{Optional: true, MarkdownDescription: required + "The path in the pipeline's manifest to what gets the value."},
	}
}

func destinationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"environment": schema.StringAttribute{Required: true, Validators: notEmpty, MarkdownDescription: "The environment of the product, whose cluster has to be one for pipelines."},
		"namespace":   text("The namespace in the cluster. Default: one named like the runtime. Needs Nautes 0.3.9."),
	}
}

func gitAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"coderepo": schema.StringAttribute{
			Required: true, Validators: notEmpty,
			MarkdownDescription: "The repository, which Nautes needs even when there is a `url`" + byPath,
		},
		"url":      text("The repository's address, used in place of `coderepo` when it is set. Default: none."),
		"revision": text("The git revision, such as `main`. Default: empty."),
		"path":     text("The folder of the manifests in the repository. Default: empty."),
	}
}

func hooksAttribute(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.List{system.LeftOut{}},
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: hookAttributes()},
	}
}

func hookAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": member("The hook's name, one that the administrator of Nautes has defined; once in the list."),
		"vars": schema.MapAttribute{
			Optional: true, Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Map{system.LeftOut{}},
			Validators: []validator.Map{mapvalidator.NoNullValues()}, MarkdownDescription: "Variables for the hook. Default: none. Nautes doesn't check them.",
		},
		"alias": text("Another name for this use of the hook. It has to be unique among the names and aliases of all hooks. Default: none."),
	}
}

// required begins the description of a member that isn't marked as required.
const required = "Required. "

// member is a text that each element of a list has to have. It isn't marked as
// required, because the framework then complains of an element that isn't
// known yet; see [check.required].
func member(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Validators: notEmpty, MarkdownDescription: required + description}
}

// text is an attribute for which left out and empty are the same.
func text(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.String{system.LeftOut{}}, MarkdownDescription: description,
	}
}

func texts(description string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.List{system.LeftOut{}},
		Validators: []validator.List{listvalidator.NoNullValues()}, MarkdownDescription: description,
	}
}

func (*runtimeResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"product": identityschema.StringAttribute{RequiredForImport: true, Description: "The product: the path of its GitLab group."},
		"name":    identityschema.StringAttribute{RequiredForImport: true, Description: "The runtime's name."},
	}}
}

// The types of the nested values.
var (
	pipelineType    = nested.TypeOf(pipelineAttributes())
	eventSourceType = nested.TypeOf(eventSourceAttributes())
	gitlabType      = nested.TypeOf(gitlabAttributes())
	calendarType    = nested.TypeOf(calendarAttributes())
	triggerType     = nested.TypeOf(triggerAttributes())
	inputType       = nested.TypeOf(inputAttributes())
	destinationType = nested.TypeOf(destinationAttributes())
	gitType         = nested.TypeOf(gitAttributes())
	hookType        = nested.TypeOf(hookAttributes())
	resourcesType   = types.ObjectType{AttrTypes: map[string]attr.Type{"git": gitType}}
	hooksType       = types.ObjectType{AttrTypes: map[string]attr.Type{
		"pre_hooks": types.ListType{ElemType: hookType}, "post_hooks": types.ListType{ElemType: hookType},
	}}
)

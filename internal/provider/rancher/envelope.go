// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// envelope is what data sources show of Rancher's envelope, which is the same
// around every object.
type envelope struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	CreatorID types.String `tfsdk:"creator_id"`
	Created   types.String `tfsdk:"created"`
}

func envelopeOf(o rancherapi.Object) envelope {
	return envelope{
		ID:        types.StringValue(o.ID),
		Name:      present(o.Name),
		CreatorID: present(o.CreatorID),
		Created:   present(o.Created),
	}
}

// present is a text that the server leaves out, or says null for, when there
// is none.
func present(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// enveloped are the attributes of an object, those of its envelope included;
// noun is what the object is, as in `remote account`.
func enveloped(noun string, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"id":         shown("The " + noun + "'s id."),
		"name":       shown("The " + noun + "'s own part of its `id`, which is not what people see."),
		"creator_id": shown("The id of the user who created the " + noun + "; null when the server itself did."),
		"created":    shown("When the " + noun + " was created, in UTC, to the second, as in `2018-01-30T21:50:00Z`."),
	}
	maps.Copy(all, attributes)
	return all
}

func shown(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// idArgument is the id of what a data source is to read.
func idArgument(form idForm, description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{form.check()}}
}

// projectIDArgument is the project that a data source is to look into.
func projectIDArgument() schema.StringAttribute {
	return schema.StringAttribute{Required: true, Validators: fullProjectID, MarkdownDescription: pipelineProjectDescription}
}

// unread are the diagnostics of reading an object. That there is none is told at
// the argument that names it.
func unread(argument path.Path, kind, id string, err error) diag.Diagnostics {
	diags := object{kind: kind, id: id}.failed(reading, err)
	if !errors.Is(err, rancherapi.ErrAbsent) {
		return diags
	}
	var placed diag.Diagnostics
	for _, d := range diags {
		placed.AddAttributeError(argument, d.Summary(), d.Detail()+" Check "+argument.String()+".")
	}
	return placed
}

// unlisted are the diagnostics of listing what is in a parent; both are empty
// for what is in nothing.
func unlisted(kind, parentKind, parent string, err error) diag.Diagnostics {
	return object{kind: kind, parentKind: parentKind, parent: parent}.failed("list", err)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Rancher's actions are each a [system.Action]. What became of a request whose
// answer got lost is looked up where that can be, and is its user's to find out
// where it can't.

var (
	_ action.ActionWithConfigure  = (*runPipelineAction)(nil)
	_ action.ActionWithModifyPlan = (*runPipelineAction)(nil)
)

// actedOn is the object that an action is about, which one of its attributes
// names.
func actedOn(kind, argument string, id types.String) object {
	return object{kind: kind, id: id.ValueString(), argument: argument}
}

// historyActionModel is what an action on a run is given. Deleting knows no
// wait.
type historyActionModel struct {
	HistoryID types.String   `tfsdk:"history_id"`
	Wait      types.Bool     `tfsdk:"wait"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (m historyActionModel) about() object { return actedOn(historyKind, "history_id", m.HistoryID) }

// idOfActedOn is an attribute for the id of what an action is about.
func idOfActedOn(form idForm, example string) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{form.check()}, MarkdownDescription: "The id of the " + form.kind + ", as in `" + example + "`.",
	}
}

func pipelineIDAttribute() schema.StringAttribute {
	return idOfActedOn(pipelineIDs, "p-x1y2z:p-abcde")
}

func historyIDAttribute() schema.StringAttribute {
	return idOfActedOn(historyIDs, "p-x1y2z:p-abcde-1")
}

func accountIDAttribute() schema.StringAttribute {
	return idOfActedOn(accountIDs, "ra-k7f2x")
}

// endsOfRun says how an action that waits for a run takes its end.
const endsOfRun = "A run that ends as anything but `Success` is an error, which names the step that failed."

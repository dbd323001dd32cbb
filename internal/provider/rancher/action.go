// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// An action does one thing with one request that does anything, which is never
// repeated: what became of a request whose answer got lost is looked up where
// that can be, and is its user's to find out where it can't. The text of its
// progress isn't masked by Terraform, so there is nothing in it but ids, and
// names and states that the server shows.

// rancherAction is what Rancher's actions share.
type rancherAction struct {
	system.Action[*rancherapi.Client]
}

var (
	_ action.ActionWithConfigure  = (*runPipelineAction)(nil)
	_ action.ActionWithModifyPlan = (*runPipelineAction)(nil)
)

// ModifyPlan fails a plan whose apply would have no client.
func (a *rancherAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	a.Expect(&resp.Diagnostics)
}

// progressOf tells of progress in a response.
func progressOf(resp *action.InvokeResponse) func(string) {
	return func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) }
}

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

func waitAttribute(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " Default `false`."}
}

// endsOfRun says how an action that waits for a run takes its end.
const endsOfRun = "A run that ends as anything but `Success` is an error, which names the step that failed."

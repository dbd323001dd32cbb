// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Action is embedded by an action that uses a system's client C.
//
// An action does one thing with one request that does anything. A POST is never
// repeated once it may have done something. Before the request the action tells
// of it: after an interruption Terraform passes on nothing that an action says.
// The text of its progress isn't masked by Terraform, so there is nothing in it
// that a user gave but names and ids.
type Action[C any] struct{ user[C] }

// Configure takes the client from the provider.
func (a *Action[C]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan fails a plan whose apply would have no client.
func (a *Action[C]) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	a.Expect(&resp.Diagnostics)
}

// StartWaiting is [user.Start] for an action with the attributes of
// [WaitAttribute] and [PatientActionTimeoutsAttribute]: it is [Patient] when it
// waits.
func (a *Action[C]) StartWaiting(
	ctx context.Context, limits timeouts.Value, wait types.Bool, diags *diag.Diagnostics,
) (C, context.Context, context.CancelFunc) {
	if wait.ValueBool() {
		return a.Start(ctx, Patient(limits.Invoke), diags)
	}
	return a.Start(ctx, limits.Invoke, diags)
}

// ProgressOf tells of progress in a response.
func ProgressOf(resp *action.InvokeResponse) func(string) {
	return func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) }
}

// WaitAttribute is the `wait` of an action; description says for what.
func WaitAttribute(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " Default `false`."}
}

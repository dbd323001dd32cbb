// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"fmt"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	action "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// TimeoutsAttribute is the `timeouts` of a resource, one for each operation;
// see [user.Start].
func TimeoutsAttribute(ctx context.Context) schema.Attribute {
	return timeoutsAttribute(ctx, fmt.Sprintf("`%.0fm` each", defaultTimeout.Minutes()))
}

// PatientTimeoutsAttribute is the `timeouts` of a resource of which an
// operation is [Patient]; when says which, and when.
func PatientTimeoutsAttribute(ctx context.Context, when string) schema.Attribute {
	return timeoutsAttribute(ctx, fmt.Sprintf("`%.0fh` %s, `%.0fm` each otherwise", patientTimeout.Hours(), when, defaultTimeout.Minutes()))
}

func timeoutsAttribute(ctx context.Context, byDefault string) schema.Attribute {
	attribute := timeouts.AttributesAll(ctx)
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long an operation may take, with all its requests and waits, as in `30s` or `5m`. Default: " + byDefault + "."
	return nested
}

// ActionTimeoutsAttribute is the `timeouts` of an action; see [user.Start].
func ActionTimeoutsAttribute(ctx context.Context) action.Attribute {
	return actionTimeoutsAttribute(ctx, fmt.Sprintf("`%.0fm`", defaultTimeout.Minutes()))
}

// PatientActionTimeoutsAttribute is the `timeouts` of an action that is
// [Patient] with `wait`.
func PatientActionTimeoutsAttribute(ctx context.Context) action.Attribute {
	return actionTimeoutsAttribute(ctx, fmt.Sprintf("`%.0fh` with `wait`, `%.0fm` without", patientTimeout.Hours(), defaultTimeout.Minutes()))
}

func actionTimeoutsAttribute(ctx context.Context, byDefault string) action.Attribute {
	attribute := actiontimeouts.Attributes(ctx)
	nested, ok := attribute.(action.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long the action may take."
	if invoke, ok := nested.Attributes["invoke"].(action.StringAttribute); ok {
		invoke.MarkdownDescription = "With all its requests and waits, as in `30s` or `1h`. Default: " + byDefault + "."
		nested.Attributes["invoke"] = invoke
	}
	return nested
}

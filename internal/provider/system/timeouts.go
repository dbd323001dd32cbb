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
	attribute := timeouts.AttributesAll(ctx)
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = fmt.Sprintf("How long an operation may take, with all its requests and waits, as in `30s` or `5m`. Default: `%.0fm` each.", defaultTimeout.Minutes())
	return nested
}

// ActionTimeoutsAttribute is the `timeouts` of an action; see [user.Start].
func ActionTimeoutsAttribute(ctx context.Context) action.Attribute {
	attribute := actiontimeouts.Attributes(ctx)
	nested, ok := attribute.(action.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long the action may take."
	if invoke, ok := nested.Attributes["invoke"].(action.StringAttribute); ok {
		invoke.MarkdownDescription = fmt.Sprintf("With all its requests and waits, as in `30s` or `1h`. Default: `%.0fm`.", defaultTimeout.Minutes())
		nested.Attributes["invoke"] = invoke
	}
	return nested
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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

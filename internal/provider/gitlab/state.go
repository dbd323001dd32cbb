// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// attributeSetter is a state, or a resource that a list found.
type attributeSetter interface {
	SetAttribute(ctx context.Context, path path.Path, value any) diag.Diagnostics
}

// setAttributes begins a state with what is known of an object before it is
// read; the rest stays null.
func setAttributes(ctx context.Context, state attributeSetter, known map[string]any) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range known {
		diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// doubt warns of a text that is most likely a mistake. Whether it will do after
// all is the server's to say.
type doubt struct {
	summary string
	// about is what is doubtful about a text; empty when nothing is.
	about func(text string) string
}

// Description is for people who read the schema.
func (doubt) Description(context.Context) string {
	return "What Rancher isn't known to take is warned of."
}

// MarkdownDescription is [doubt.Description].
func (d doubt) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// ValidateString warns. It names the attribute, because command lines show no
// more of its place than where the block begins.
func (d doubt) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !known(req.ConfigValue) {
		return
	}
	if what := d.about(req.ConfigValue.ValueString()); what != "" {
		resp.Diagnostics.AddAttributeWarning(req.Path, d.summary, req.Path.String()+": "+what)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Rancher takes the blanks around every text that it is sent off, such as the
// last newline of a heredoc. So they make no difference here either.

// sameText reports whether two texts are the same to Rancher.
func sameText(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// sameTexts reports whether two lists are there, and known, and hold the same
// texts.
func sameTexts(a, b types.List) bool {
	return !a.IsNull() && !a.IsUnknown() && !b.IsNull() && slices.EqualFunc(a.Elements(), b.Elements(), func(a, b attr.Value) bool {
		left, _ := a.(types.String)
		right, _ := b.(types.String)
		return known(left) && known(right) && sameText(left.ValueString(), right.ValueString())
	})
}

// respelled is a text of the server's, or what it was before if that is the
// same.
func respelled(before types.String, answered string) types.String {
	if known(before) && sameText(before.ValueString(), answered) {
		return before
	}
	return types.StringValue(answered)
}

// intake is how what the server answered is taken in. The server makes no
// difference between what is left out, null, and empty; so what was left out
// before stays so as long as it is empty there.
type intake struct {
	// all takes in what is empty too: there is nothing that it was before.
	all bool
}

// text is a text that may be left out.
func (in intake) text(before types.String, answered *string) types.String {
	if said(answered) == "" && before.IsNull() && !in.all {
		return types.StringNull()
	}
	return respelled(before, said(answered))
}

// spelling plans to leave what is configured as it is in state, if that is the
// same.
type spelling struct{}

func (spelling) Description(context.Context) string               { return "Blanks around a text don't count." }
func (m spelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (spelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if known(req.ConfigValue) && known(req.StateValue) && sameText(req.ConfigValue.ValueString(), req.StateValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

func (spelling) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if sameTexts(req.ConfigValue, req.StateValue) {
		resp.PlanValue = req.StateValue
	}
}

// said is an answered text; empty when there is none.
func said(answered *string) string {
	if answered == nil {
		return ""
	}
	return *answered
}

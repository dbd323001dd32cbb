// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"regexp"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Spelled takes the texts that a pattern matches. demand ends a sentence about
// the others: it says what they must be, as in "must be a project's numeric id,
// or its full path such as group/project".
func Spelled(pattern *regexp.Regexp, demand string) validator.String {
	return spelled{pattern: pattern, demand: demand}
}

// something matches every text but the empty one.
var something = regexp.MustCompile(`(?s)^.`)

// NotEmpty takes every text but the empty one.
func NotEmpty() validator.String { return Spelled(something, "must not be empty") }

type spelled struct {
	pattern *regexp.Regexp
	demand  string
}

func (s spelled) Description(context.Context) string             { return s.demand }
func (s spelled) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

// longest is how much of a text is quoted, in runes.
const longest = 60

func (s spelled) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || s.pattern.MatchString(text) {
		return
	}
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	subject := req.Path.String() + " is"
	if last, _ := req.Path.Steps().LastStep(); last != nil && last.Equal(path.PathStepElementKeyString(req.ConfigValue.ValueString())) {
		subject = req.Path.ParentPath().String() + " has the key"
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Unusable value", subject+" "+strconv.Quote(text)+": it "+s.demand+".")
}

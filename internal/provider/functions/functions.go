// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package functions holds the provider's functions: pure ones, which need no
// client and no configuration. What belongs here answers from its arguments
// alone.
package functions

import "github.com/hashicorp/terraform-plugin-framework/function"

// All are the provider's functions.
func All() []func() function.Function {
	return []func() function.Function{newCronNextRuns, newGitLabRef}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import "strings"

// section begins a part of a description that has a heading of its own on the
// type's page. The templates of the documentation cut there, to put the example
// before the first one.
const section = "\n\n## "

// Page is the description of a type: what it is, who may use it, and, each in a
// sentence or some, what surprises people about it.
func Page(what, permissions string, surprises ...string) string {
	page := what + section + "Permissions\n\n" + permissions
	if len(surprises) > 0 {
		page += section + "Good to know\n\n- " + strings.Join(surprises, "\n- ")
	}
	return page
}

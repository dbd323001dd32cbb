// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// GitLab normalises some of what it is given. State keeps the user's spelling
// as long as it means what the server has, so that a plan shows differences
// and not spellings.

// sameCron reports whether two crons differ in blanks alone. GitLab strips the
// blanks around, and stores doubled ones as they are.
func sameCron(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// refSpelling is what the server made of a ref as it was configured. It is
// kept in private state: without it, nobody could tell that `v1`, which was a
// branch, has been changed to the tag of that name.
type refSpelling struct {
	Configured string `json:"configured"`
	Stored     string `json:"stored"`
}

// means reports whether a configured ref is what the server has stored.
func (k refSpelling) means(configured, stored string) bool {
	if !gitlabapi.SameRef(configured, stored) {
		return false
	}
	return k.Configured != configured || gitlabapi.SameRef(k.Stored, stored)
}

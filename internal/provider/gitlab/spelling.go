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

// knownRef is the full ref that a short name is known to mean, because GitLab
// has made it of that name. It is kept in private state: without it, nobody
// could tell that `v1`, which was a branch, has been changed to the tag of
// that name. Empty, nothing is known.
type knownRef string

// same reports whether two spellings mean the same ref, as far as is known.
func (k knownRef) same(a, b string) bool {
	return gitlabapi.SameRef(k.full(a), k.full(b))
}

func (k knownRef) full(ref string) string {
	if ref == gitlabapi.ShortRef(string(k)) {
		return string(k)
	}
	return ref
}

// learn is what is known after a read, when state had a ref before and the
// server has stored one now. What is known of a name stays, for whoever
// configured that name meant it so.
func (k knownRef) learn(before, stored string) knownRef {
	switch {
	case k != "" && gitlabapi.ShortRef(before) == gitlabapi.ShortRef(string(k)):
		return k
	case gitlabapi.FullRef(before):
		return knownRef(before)
	case gitlabapi.FullRef(stored):
		return knownRef(stored)
	}
	return k
}

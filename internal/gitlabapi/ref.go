// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import "strings"

const (
	branchPrefix = "refs/heads/"
	tagPrefix    = "refs/tags/"
)

// SameRef reports whether two spellings of a ref can mean the same. GitLab
// stores `main` as `refs/heads/main`, or as `refs/tags/main` when that is what
// exists; before about version 17 it stored what it was given. Two full refs
// are the same only when they are equal.
func SameRef(a, b string) bool {
	if a == b {
		return true
	}
	return expands(a, b) || expands(b, a)
}

// FullRef reports whether a ref is spelled in full, so that GitLab stores it
// as it is.
func FullRef(ref string) bool {
	return strings.HasPrefix(ref, branchPrefix) || strings.HasPrefix(ref, tagPrefix)
}

// BranchRef is a ref in full, where a name alone is that of a branch.
func BranchRef(ref string) string {
	if FullRef(ref) {
		return ref
	}
	return branchPrefix + ref
}

// ShortRef is a ref as pipelines have it, who tell branches and tags apart
// otherwise.
func ShortRef(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, branchPrefix), tagPrefix)
}

func expands(short, full string) bool {
	return !FullRef(short) && (full == branchPrefix+short || full == tagPrefix+short)
}

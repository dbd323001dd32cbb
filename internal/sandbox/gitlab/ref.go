// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import "strings"

const (
	branchPrefix = "refs/heads/"
	tagPrefix    = "refs/tags/"
)

// isFullRef tells whether the ref names a branch or tag in full. Whether such a branch or tag exists is not asked.
func isFullRef(ref string) bool {
	for _, prefix := range []string{branchPrefix, tagPrefix} {
		if name, found := strings.CutPrefix(ref, prefix); found && strings.TrimSpace(name) != "" {
			return true
		}
	}
	return false
}

// expandRef is the full ref that a schedule stores for ref. It fails alike for a short ref that names both a branch and a tag, for one
// that names neither, and for other namespaces such as refs/merge-requests.
func (r *Repo) expandRef(ref string) (full string, ok bool) {
	if isFullRef(ref) {
		return ref, true
	}
	branch, tag := r.branches[ref] != nil, r.tags[ref] != nil
	switch {
	case branch && !tag:
		return branchPrefix + ref, true
	case tag && !branch:
		return tagPrefix + ref, true
	}
	return "", false
}

// splitRef is the short name of a full ref, and whether it is a tag's.
func splitRef(full string) (name string, tag bool) {
	if name, tag = strings.CutPrefix(full, tagPrefix); tag {
		return name, true
	}
	return strings.TrimPrefix(full, branchPrefix), false
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import "testing"

func TestExpandRef(t *testing.T) {
	p := newKit(t).project("group/app", nil)
	main := p.Repo.branches["main"]
	p.Repo.branches["both"], p.Repo.tags["both"] = main, &Tag{Name: "both", Commit: main}
	for ref, want := range map[string]string{
		"main": "refs/heads/main", "v1.0": "refs/tags/v1.0",
		"refs/heads/main": "refs/heads/main", "refs/heads/none": "refs/heads/none", "refs/tags/none": "refs/tags/none",
		"refs/heads/both": "refs/heads/both",
		"both":            "", "none": "", "": "", " ": "", "refs/heads/": "", "refs/tags/ ": "", "refs/merge-requests/1/head": "", "heads/main": "",
	} {
		if full, ok := p.Repo.expandRef(ref); full != want || ok != (want != "") {
			t.Errorf("expandRef(%q) = %q, %v; want %q", ref, full, ok, want)
		}
	}
}

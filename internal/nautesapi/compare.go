// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"bytes"
	"encoding/json"
	"slices"
)

// likeness is how a stored runtime compares with one that was to be saved.
type likeness int

const (
	different likeness = iota
	// similar: the same but for repositories, which are saved as paths and
	// returned as display names.
	similar
	same
)

// compare says whether stored is what saving wanted gives, as far as the
// server shows it.
func compare(wanted, stored Runtime, version WireVersion) likeness {
	a, errA := json.Marshal(shown(wanted, version))
	b, errB := json.Marshal(shown(stored, version))
	switch {
	case errA != nil || errB != nil || !bytes.Equal(a, b):
		return different
	case !slices.Equal(repositories(wanted), repositories(stored)):
		return similar
	}
	return same
}

// hides reports whether a runtime has parts that the server doesn't show, so
// that no look can tell whether they were saved.
func hides(r Runtime, version WireVersion) bool {
	calendar := slices.ContainsFunc(r.EventSources, func(source EventSource) bool { return source.Calendar != nil })
	return version == WireV03 && calendar || len(r.Hooks.PreHooks) == 0 && len(r.Hooks.PostHooks) > 0
}

// shown is the runtime without its repositories, and without what a
// server doesn't show though it has it.
func shown(r Runtime, version WireVersion) Runtime {
	r.Name, r.PipelineSource = "", ""
	r.EventSources = slices.Clone(r.EventSources)
	for i, source := range r.EventSources {
		if version == WireV03 {
			r.EventSources[i].Calendar = nil
		}
		if source.GitLab != nil {
			events := *source.GitLab
			events.RepoName = ""
			r.EventSources[i].GitLab = &events
		}
	}
	if r.AdditionalResources.Git != nil {
		git := *r.AdditionalResources.Git
		git.CodeRepo = ""
		r.AdditionalResources.Git = &git
	}
	if len(r.Hooks.PreHooks) == 0 {
		r.Hooks = Hooks{}
	}
	return r
}

func repositories(r Runtime) []string {
	names := []string{r.PipelineSource}
	for _, source := range r.EventSources {
		if source.GitLab != nil {
			names = append(names, source.GitLab.RepoName)
		}
	}
	if r.AdditionalResources.Git != nil {
		names = append(names, r.AdditionalResources.Git.CodeRepo)
	}
	return names
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"maps"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
)

// repositoryNames tell repositories by their display names. Nautes takes a
// repository as the path of a GitLab project, and answers with that project's
// display name, which is unique in the product's group but may be anything,
// and may change without a save. So the name that a path was answered with is
// kept, in private state. A different answer is drift: the runtime has another
// repository, or the repository another name.
type repositoryNames struct {
	// known are display names by path: what was kept.
	known map[string]string
	// learned is what reading adds to it.
	learned map[string]string
}

func newRepositoryNames(known map[string]string) *repositoryNames {
	return &repositoryNames{known: known, learned: map[string]string{}}
}

// read is the repository that the server answered, which state has had as
// before: its path if that is known to be meant, else its name.
func (n *repositoryNames) read(before, answered string) string {
	name, known := n.known[before]
	if known && name == answered {
		return before
	}
	for path, name := range n.known {
		if name == answered {
			return path
		}
	}
	switch {
	case before == "":
		// After an import there is nothing but the name. It may be the path
		// too; if it isn't, the configuration differs from it and is saved.
		n.learned[answered] = answered
	case !known:
		// Saved, but the server could not be asked then what it calls it.
		n.learned[before] = answered
		return before
	default:
		// Drift. What is known of the path stays: other references may have it.
		n.learned[answered] = answered
	}
	return answered
}

// now is what is known after reading.
func (n *repositoryNames) now() map[string]string {
	names := maps.Clone(n.known)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, n.learned)
	return names
}

// server is Nautes, with what this run has learnt about it.
type server struct {
	*nautesapi.Client
	// names are display names by product and path. Who holds the channel's
	// one element may use them.
	names chan map[string]map[string]string
}

func newServer(client *nautesapi.Client) *server {
	s := &server{Client: client, names: make(chan map[string]map[string]string, 1)}
	s.names <- map[string]map[string]string{}
	return s
}

// repositoryNames are the names of the repositories of a runtime that was just
// saved, of which some are known already. Others are read back: only now is it
// certain that what the server answers is what was saved. What can't be read
// now is left out, and learned later.
func (s *server) repositoryNames(ctx context.Context, product string, saved nautesapi.Runtime, known map[string]string) map[string]string {
	paths := repositories(&saved)
	names := map[string]string{}
	if add(names, paths, known) {
		return names
	}
	// One reads, and the others wait for what it learns: most runtimes of a
	// product share their repositories.
	select {
	case <-ctx.Done():
		return names
	case all := <-s.names:
		defer func() { s.names <- all }()
		if all[product] == nil {
			all[product] = map[string]string{}
		}
		if add(names, paths, all[product]) {
			return names
		}
		stored, err := s.Runtime(ctx, product, saved.Name)
		if err != nil {
			return names
		}
		answered := repositories(stored)
		for i, path := range paths {
			if i < len(answered) {
				names[path], all[product][path] = answered[i], answered[i]
			}
		}
	}
	return names
}

// add takes those names over that are of these paths, and reports whether
// there is one for each path now.
func add(names map[string]string, paths []string, known map[string]string) bool {
	complete := true
	for _, path := range paths {
		if name, ok := known[path]; ok {
			names[path] = name
		}
		if _, ok := names[path]; !ok {
			complete = false
		}
	}
	return complete
}

// only is what is known of some paths. A path that the runtime didn't have when
// it was last read may have been renamed since.
func only(known map[string]string, paths []string) map[string]string {
	names := map[string]string{}
	add(names, paths, known)
	return names
}

// repositories are a runtime's repositories, in the order of its members.
func repositories(r *nautesapi.Runtime) []string {
	all := []string{r.PipelineSource}
	for _, e := range r.EventSources {
		if e.GitLab != nil {
			all = append(all, e.GitLab.RepoName)
		}
	}
	if git := r.AdditionalResources.Git; git != nil {
		all = append(all, git.CodeRepo)
	}
	return all
}

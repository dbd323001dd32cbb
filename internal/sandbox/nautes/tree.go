// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// node is a resource in its file.
type node struct {
	path string // in the repository, such as projects/app/app.yaml
	kind string
	name string // by the file's metadata
	spec any    // pointer to the kind's spec
}

// baseName is the file's name without folder and extension.
func (n *node) baseName() string {
	return strings.TrimSuffix(path.Base(n.path), path.Ext(n.path))
}

// tree is the resources of a product in the order in which the real server walks through them: folder by folder, by the bytes of the names.
type tree struct {
	nodes []*node
}

// layout are the folders that may hold resources.
var layout = []string{"projects", "envs", "artifact-repos", "code-repos", "runtimes"}

// readTree reads the resources among the files of a repository. Whatever else lies at its top is not only skipped: its name is remembered and
// skipped from then on wherever a file or folder of any product has it, as the real server does until it is started again.
func (s *Server) readTree(folder string, files map[string][]byte) (*tree, error) {
	var paths []string
	s.mu.Lock()
	s.ignored[".git"] = true
	for path := range files {
		if top, _, _ := strings.Cut(path, "/"); !slices.Contains(layout, top) {
			s.ignored[top] = true
		}
	}
	for path := range files {
		if !slices.ContainsFunc(strings.Split(path, "/"), func(name string) bool {
			return s.ignored[name] || strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".md")
		}) {
			paths = append(paths, path)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(paths, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })

	t := &tree{}
	for _, path := range paths {
		n, err := readNode(folder, path, files[path], s.old)
		if err != nil {
			return nil, err
		}
		t.nodes = append(t.nodes, n)
	}
	return t, nil
}

// find is the first resource of that kind and name; nil if there is none.
func (t *tree) find(kind, name string) *node {
	for _, n := range t.nodes {
		if n.kind == kind && n.name == name {
			return n
		}
	}
	return nil
}

func (t *tree) has(kind, name string) bool { return t.find(kind, name) != nil }

func (t *tree) all(kind string) []*node {
	var found []*node
	for _, n := range t.nodes {
		if n.kind == kind {
			found = append(found, n)
		}
	}
	return found
}

// put replaces the resource in the same file or, where there is none, adds this one at the end of its folder. It takes its alphabetical place
// when the tree is read the next time.
func (t *tree) put(n *node) {
	for i, other := range t.nodes {
		if other.path == n.path {
			t.nodes[i] = n
			return
		}
	}
	at := len(t.nodes)
	for folder := path.Dir(n.path); folder != "."; folder = path.Dir(folder) {
		if last := t.lastIn(folder); last >= 0 {
			at = last + 1
			break
		}
	}
	t.nodes = slices.Insert(t.nodes, at, n)
}

// lastIn is the index of the last resource in the folder or below it, or -1.
func (t *tree) lastIn(folder string) int {
	for i, n := range slices.Backward(t.nodes) {
		if strings.HasPrefix(n.path, folder+"/") {
			return i
		}
	}
	return -1
}

func (t *tree) remove(n *node) {
	t.nodes = slices.DeleteFunc(t.nodes, func(other *node) bool { return other == n })
}

// specOf is the spec of the resource of that kind and name; nil if there is none.
func specOf[T any](t *tree, kind, name string) *T {
	if n := t.find(kind, name); n != nil {
		return n.spec.(*T)
	}
	return nil
}

// kustomizationPath is the file that lists the resources for Argo CD.
const kustomizationPath = "production/kustomization.yaml"

// kustomization is the content of that file.
func (t *tree) kustomization() ([]byte, error) {
	file := struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Resources  []string `json:"resources,omitempty"`
	}{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization"}
	for _, n := range t.nodes {
		file.Resources = append(file.Resources, "../"+n.path)
	}
	content, err := json.Marshal(file)
	if err != nil {
		return nil, err
	}
	return jsonToYAML(content)
}

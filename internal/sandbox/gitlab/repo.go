// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"crypto/sha1" //nolint:gosec // git's own object names
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Repo is a project's git repository: refs that name commits, and commits that name their whole tree.
type Repo struct {
	branches map[string]*Commit
	tags     map[string]*Tag
	commits  map[string]*Commit // by sha
}

// Tag is a lightweight tag or, with a Message, an annotated one.
type Tag struct {
	Name      string
	Message   string
	Commit    *Commit
	CreatedAt time.Time
}

// Commit is a commit with its tree.
type Commit struct {
	SHA         string
	Parents     []string
	Message     string
	AuthorName  string
	AuthorEmail string
	CommittedAt time.Time
	files       map[string]*file // by path; never changed once the commit is made
}

type file struct {
	content      []byte
	executable   bool
	blobID       string
	lastCommitID string
}

func newRepo() *Repo {
	return &Repo{branches: map[string]*Commit{}, tags: map[string]*Tag{}, commits: map[string]*Commit{}}
}

// head is the commit that a branch or tag names, by short or full ref; nil if there is no such ref. Where both a branch and a tag have the
// short name, the tag wins, as in git.
func (r *Repo) head(ref string) *Commit {
	if name, isTag := strings.CutPrefix(ref, "refs/tags/"); isTag {
		if tag := r.tags[name]; tag != nil {
			return tag.Commit
		}
		return nil
	}
	if name, isBranch := strings.CutPrefix(ref, "refs/heads/"); isBranch {
		return r.branches[name]
	}
	if tag := r.tags[ref]; tag != nil {
		return tag.Commit
	}
	return r.branches[ref]
}

// resolve is the commit that a branch, a tag or a full or abbreviated sha means; nil if none.
func (r *Repo) resolve(revision string) *Commit {
	if c := r.head(revision); c != nil {
		return c
	}
	if c := r.commits[revision]; c != nil {
		return c
	}
	if len(revision) < 7 || len(revision) > 40 {
		return nil
	}
	for sha, c := range r.commits {
		if strings.HasPrefix(sha, revision) {
			return c
		}
	}
	return nil
}

// file is the content of a file in the commit's tree.
func (c *Commit) file(path string) (content []byte, ok bool) {
	f := c.files[path]
	if f == nil {
		return nil, false
	}
	return f.content, true
}

// ShortSHA is the abbreviation that GitLab shows.
func (c *Commit) ShortSHA() string { return c.SHA[:8] }

// Title is the message's first line.
func (c *Commit) Title() string {
	title, _, _ := strings.Cut(strings.TrimSpace(c.Message), "\n")
	return strings.TrimSpace(title)
}

// commit makes a commit with that tree on a branch, which comes to be if it doesn't exist.
func (r *Repo) commit(branch string, parent *Commit, draft Commit, files map[string]*file) *Commit {
	c := &draft
	c.files = maps.Clone(files)
	if parent != nil {
		c.Parents = []string{parent.SHA}
	}
	c.SHA = c.name(len(r.commits))
	for path, f := range c.files {
		if f.lastCommitID == "" {
			named := *f
			named.lastCommitID = c.SHA
			c.files[path] = &named
		}
	}
	r.commits[c.SHA], r.branches[branch] = c, c
	return c
}

// name derives the commit's sha from all that makes it up, and from how many there were before it.
func (c *Commit) name(nth int) string {
	sum := sha1.New() //nolint:gosec // git's own object names
	fmt.Fprintf(sum, "commit %d %q %q %q %q %d\n", nth, c.Parents, c.Message, c.AuthorName, c.AuthorEmail, c.CommittedAt.UnixNano())
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		fmt.Fprintf(sum, "%q %s\n", path, c.files[path].blobID)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// newFile is a file as git would name it; which commit it came with is said by Repo.commit.
func newFile(content []byte) *file {
	sum := sha1.New() //nolint:gosec // git's own object names
	fmt.Fprintf(sum, "blob %d\x00", len(content))
	sum.Write(content)
	return &file{content: content, blobID: hex.EncodeToString(sum.Sum(nil))}
}

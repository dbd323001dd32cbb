// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long git takes, in real time, when calls can collide. The real server needs 50 to 300 ms with everything on one machine, seconds otherwise, and
// 3 s more before it tries a push again.
const (
	cloneTime = 60 * time.Millisecond
	pushTime  = 30 * time.Millisecond
	retryTime = 300 * time.Millisecond
)

// clone is a folder with a clone in it.
type clone struct{ since time.Time } // real time

// workspace is a clone of a product's default.project.
type workspace struct {
	c          *call
	group      *group
	repository *repository
	files      map[string][]byte // as they were cloned
	tree       *tree             // the resources in them, as far as this call has changed them
	close      func()
}

// open clones the product's repository, for a caller who may read it, and reads the resources in it.
func (c *call) open(product string) (*workspace, error) {
	w := &workspace{c: c}
	var err error
	if w.group, err = c.gitlab.group(product); err != nil {
		return nil, err
	}
	if w.repository, err = c.gitlab.repository(w.group.Path + "/" + defaultProject); err != nil {
		return nil, err
	}
	if _, err := c.gitlab.call(http.MethodGet, "user", nil, nil); err != nil {
		return nil, fmt.Errorf("failed to get current user, err: %w", err)
	}
	second := c.s.config.Clock.Now().Unix()
	if w.close, err = c.enter(second); err != nil {
		return nil, fmt.Errorf("failed to clone repository, the repository url: %s, err: failed to clone repository: %w", w.repository.HTTPURLToRepo, err)
	}
	if w.files, err = c.head(w.repository); err == nil {
		c.pause(cloneTime)
		w.tree, err = c.s.readTree(fmt.Sprintf("/tmp/product%d/%s", second, defaultProject), w.files)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	c.s.observe(w.group, w.tree)
	return w, nil
}

// defaultProject is the repository of a product's resources.
const defaultProject = "default.project"

// enter takes the folder for the clones that begin in this second, of which there is one for all products.
func (c *call) enter(second int64) (leave func(), err error) {
	if !c.collides {
		return func() {}, nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if other, taken := c.s.clones[second]; taken {
		if time.Since(other.since) < cloneTime/4 { // both found the folder missing
			return nil, errors.New("fatal: could not create work tree dir 'default.project': File exists")
		}
		return nil, errors.New("fatal: destination path 'default.project' already exists and is not an empty directory.") //nolint:staticcheck // git's text
	}
	c.s.clones[second] = clone{since: time.Now()}
	return func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		delete(c.s.clones, second)
	}, nil
}

func (c *call) pause(d time.Duration) {
	if c.collides {
		time.Sleep(d)
	}
}

// head reads all files of the branch main; none if the repository is empty.
func (c *call) head(r *repository) (map[string][]byte, error) {
	root := "projects/" + strconv.Itoa(r.ID) + "/repository/"
	var branch struct {
		Commit struct {
			ID string `json:"id"`
		} `json:"commit"`
	}
	_, err := c.gitlab.call(http.MethodGet, root+"branches/main", nil, &branch)
	if gitlabStatus(err) == http.StatusNotFound {
		return map[string][]byte{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("failed to clone repository, the repository url: %s, err: failed to clone repository: fatal: %w", r.HTTPURLToRepo, err)
	}
	entries, err := all[struct{ Path, Type, ID string }](c.gitlab, root+"tree?recursive=true&ref="+branch.Commit.ID)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if entry.Type != "blob" {
			continue
		}
		c.s.mu.Lock()
		content, known := c.s.blobs[entry.ID]
		c.s.mu.Unlock()
		if !known {
			raw, err := c.gitlab.call(http.MethodGet, root+"files/"+url.PathEscape(entry.Path)+"/raw?ref="+branch.Commit.ID, nil, nil)
			if err != nil {
				return nil, err
			}
			content = raw.body.Bytes()
			c.s.mu.Lock()
			c.s.blobs[entry.ID] = content
			c.s.mu.Unlock()
		}
		files[entry.Path] = content
	}
	return files, nil
}

// openList is open for a list, which words what is missing in its own way.
func (c *call) openList(product string) (*workspace, error) {
	w, err := c.open(product)
	switch {
	case hasReason(err, "PROJECT_NOT_FOUND"):
		return nil, fail(http.StatusNotFound, "PROJECT_NOT_FOUND", "%s is non product, missing metadata", product)
	case hasReason(err, "GROUP_NOT_FOUND"):
		return nil, fail(http.StatusNotFound, "GROUP_NOT_FOUND", "%s", err)
	}
	return w, err
}

// save puts a resource into the clone and, if the product is sound with it, pushes it.
func (w *workspace) save(n *node, skipCheck bool) error {
	w.tree.put(n)
	if !skipCheck {
		if err := w.check(); err != nil {
			return err
		}
	}
	content, err := n.toYAML(w.c.s.old)
	if err != nil {
		return err
	}
	files := maps.Clone(w.files)
	files[n.path] = content
	return w.push(files)
}

// delete removes a resource from the clone and, if the product is sound without it, pushes that.
func (w *workspace) delete(kind, name string, skipCheck bool) error {
	n := w.tree.find(kind, name)
	if n == nil {
		return fmt.Errorf("%s resource %s not found or invalid. Please check whether the resource exists under the default project", kind, name)
	}
	w.tree.remove(n)
	if !skipCheck {
		if err := w.check(); err != nil {
			return err
		}
	}
	files := maps.Clone(w.files)
	delete(files, n.path)
	return w.push(files)
}

// push writes the list of resources and brings the files to the branch main. What others have pushed since the clone is merged with them.
func (w *workspace) push(files map[string][]byte) error {
	list, err := w.tree.kustomization()
	if err != nil {
		return err
	}
	files[kustomizationPath] = list
	theirs, err := w.c.head(w.repository)
	if err != nil {
		return err
	}
	w.c.pause(pushTime)
	changed := !same(files, w.files)
	if same(theirs, w.files) {
		if !changed {
			return nil
		}
		err := w.commit(theirs, files)
		if errors.Is(err, errOvertaken) {
			return rejected(w.repository)
		}
		return err
	}
	if !changed {
		return nothingToCommit()
	}
	merged, conflicts := merge(w.files, files, theirs)
	if len(conflicts) > 0 {
		return fmt.Errorf("when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: %s\n"+
			"Automatic merge failed; fix conflicts and then commit the result.\n, err: exit status 1", strings.Join(conflicts, "\n"))
	}
	err = w.commit(theirs, merged)
	if errors.Is(err, errOvertaken) { // the real server tries again, and always finds its commit made already
		w.c.pause(retryTime)
		return nothingToCommit()
	}
	return err
}

func same(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) }

// errOvertaken says that the branch has moved since it was fetched.
var errOvertaken = errors.New("the branch has moved")

func rejected(r *repository) error {
	return fmt.Errorf("push data: To %s\n ! [rejected]        main -> main (fetch first)\nerror: failed to push some refs to '%s'\n, err: exit status 1",
		r.HTTPURLToRepo, r.HTTPURLToRepo)
}

func nothingToCommit() error {
	return errors.New("commit output: On branch main\nYour branch is behind 'origin/main' by 1 commit, and can be fast-forwarded.\n" +
		"  (use \"git pull\" to update your local branch)\n\nnothing to commit, working tree clean\n, err: exit status 1")
}

// commit replaces the files that were fetched by others, unless somebody was faster.
func (w *workspace) commit(from, to map[string][]byte) error {
	w.c.s.push.Lock()
	defer w.c.s.push.Unlock()
	now, err := w.c.head(w.repository)
	if err != nil {
		return err
	}
	if !same(now, from) {
		return errOvertaken
	}
	var actions []map[string]string
	for path, content := range to {
		action := "create"
		if old, known := from[path]; known {
			if bytes.Equal(old, content) {
				continue
			}
			action = "update"
		}
		actions = append(actions, map[string]string{
			"action": action, "file_path": path, "encoding": "base64", "content": base64.StdEncoding.EncodeToString(content),
		})
	}
	for path := range from {
		if _, kept := to[path]; !kept {
			actions = append(actions, map[string]string{"action": "delete", "file_path": path})
		}
	}
	_, err = w.c.gitlab.call(http.MethodPost, "projects/"+strconv.Itoa(w.repository.ID)+"/repository/commits", map[string]any{
		"branch": "main", "commit_message": "[API] Save operator", "actions": actions,
	}, nil)
	if status := gitlabStatus(err); status == http.StatusForbidden || status == http.StatusUnauthorized {
		return fmt.Errorf("push data: remote: You are not allowed to push code to this project.\nfatal: unable to access '%s/': "+
			"The requested URL returned error: 403\n, err: exit status 128", w.repository.HTTPURLToRepo)
	}
	if err != nil {
		return err
	}
	if t, err := w.c.s.readTree("", to); err == nil { // else Argo CD can't read it either
		w.c.s.observe(w.group, t)
	}
	return nil
}

// merge does what git does with two sets of changes to the same files: a file that only one side has changed is taken from there. The list of
// resources is merged by its lines, any other file that both have changed is a conflict.
func merge(base, ours, theirs map[string][]byte) (merged map[string][]byte, conflicts []string) {
	merged = maps.Clone(theirs)
	paths := slices.Sorted(maps.Keys(ours))
	for path := range base {
		if _, kept := ours[path]; !kept {
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		before, existed := base[path]
		mine, kept := ours[path]
		other, otherKept := theirs[path]
		switch {
		case existed == kept && bytes.Equal(before, mine): // not changed by us
		case existed == otherKept && bytes.Equal(before, other): // changed by us alone
			if kept {
				merged[path] = mine
			} else {
				delete(merged, path)
			}
		case kept == otherKept && bytes.Equal(mine, other):
		case !kept:
			conflicts = append(conflicts, fmt.Sprintf("CONFLICT (modify/delete): %s deleted in HEAD and modified in refs/remotes/origin/main.", path))
		case !otherKept:
			conflicts = append(conflicts, fmt.Sprintf("CONFLICT (modify/delete): %s deleted in refs/remotes/origin/main and modified in HEAD.", path))
		case !existed:
			conflicts = append(conflicts, fmt.Sprintf("Auto-merging %s\nCONFLICT (add/add): Merge conflict in %s", path, path))
		default:
			lines, ok := []byte(nil), false
			if path == kustomizationPath {
				lines, ok = mergeLines(before, mine, other)
			}
			if !ok {
				conflicts = append(conflicts, fmt.Sprintf("Auto-merging %s\nCONFLICT (content): Merge conflict in %s", path, path))
				continue
			}
			merged[path] = lines
		}
	}
	return merged, conflicts
}

// mergeLines merges two changes of a text, each of one run of lines; they must not touch.
func mergeLines(base, ours, theirs []byte) (merged []byte, ok bool) {
	from, mine := run(base, ours)
	otherFrom, others := run(base, theirs)
	lines := bytes.SplitAfter(base, []byte("\n"))
	if otherFrom.start < from.start {
		from, mine, otherFrom, others = otherFrom, others, from, mine
	}
	if otherFrom.start <= from.end {
		return nil, false
	}
	return bytes.Join(slices.Concat(lines[:from.start], mine, lines[from.end:otherFrom.start], others, lines[otherFrom.end:]), nil), true
}

// span is a run of lines, from start to before end.
type span struct{ start, end int }

// run is the lines of base that are different in text, and what is there instead.
func run(base, text []byte) (span, [][]byte) {
	a, b := bytes.SplitAfter(base, []byte("\n")), bytes.SplitAfter(text, []byte("\n"))
	start := 0
	for start < min(len(a), len(b)) && bytes.Equal(a[start], b[start]) {
		start++
	}
	end := 0
	for end < min(len(a), len(b))-start && bytes.Equal(a[len(a)-1-end], b[len(b)-1-end]) {
		end++
	}
	return span{start, len(a) - end}, b[start : len(b)-end]
}

// File is a file of the product's default.project, as on the branch main, or an error if a caller with the token would not find it.
func (s *Server) File(token, product, path string) ([]byte, error) {
	g := &gitlabClient{handler: s.config.GitLab, base: s.config.GitLabURL, host: "gitlab", proto: "http", token: token}
	r, err := g.repository(product + "/" + defaultProject)
	if err != nil {
		return nil, err
	}
	raw, err := g.call(http.MethodGet, "projects/"+strconv.Itoa(r.ID)+"/repository/files/"+url.PathEscape(path)+"/raw?ref=main", nil, nil)
	if err != nil {
		return nil, err
	}
	return raw.body.Bytes(), nil
}

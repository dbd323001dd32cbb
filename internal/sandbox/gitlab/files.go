// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func (s *Server) fileRoutes() []route {
	const path = "/projects/{id}/repository/files/{file_path}"
	commit := params{
		requires("branch", stringType), requires("commit_message", stringType), optional("start_branch", stringType),
		optional("author_email", stringType), optional("author_name", stringType),
	}
	last := optional("last_commit_id", stringType)
	write := append(slices.Clone(commit), requires("content", stringType), optional("encoding", stringType).oneOf("base64", "text"), last,
		optional("execute_filemode", booleanType))
	ref := optional("ref", stringType).byDefault("HEAD")
	tree := params{
		optional("ref", stringType), optional("path", stringType), optional("recursive", booleanType).byDefault(false),
	}.paginated()
	return []route{
		{method: "GET", pattern: path, scope: repositories, params: params{ref}, handle: getFile},
		{method: "GET", pattern: path + "/raw", scope: repositories, params: params{optional("ref", stringType)}, handle: getRawFile},
		{method: "POST", pattern: path, params: write, handle: writeFile("create", http.StatusCreated)},
		{method: "PUT", pattern: path, params: write, handle: writeFile("update", http.StatusOK)},
		{method: "DELETE", pattern: path, params: append(slices.Clone(commit), last), handle: writeFile("delete", http.StatusNoContent)},
		{method: "GET", pattern: "/projects/{id}/repository/tree", scope: repositories, params: tree, handle: listTree},
	}
}

// revision is the commit that the parameter "ref" means, HEAD and none being the default branch; or 404.
func (c *call) revision(p *Project) (*Commit, bool) {
	ref := c.str("ref")
	if ref == "" || ref == "HEAD" {
		ref = p.DefaultBranch
	}
	found := p.Repo.resolve(ref)
	if found == nil {
		c.notFound("Commit")
	}
	return found, found != nil
}

func (c *call) foundFile() (*Commit, *file, bool) {
	p, ok := c.project(noAccess)
	if !ok {
		return nil, nil, false
	}
	commit, ok := c.revision(p)
	if !ok {
		return nil, nil, false
	}
	f := commit.files[c.str("file_path")]
	if f == nil {
		c.notFound("File")
	}
	return commit, f, f != nil
}

func getFile(c *call) {
	commit, f, ok := c.foundFile()
	if !ok {
		return
	}
	path := c.str("file_path")
	sum := sha256.Sum256(f.content)
	o := object{
		"file_name": path[strings.LastIndex(path, "/")+1:], "file_path": path, "size": len(f.content), "encoding": "base64",
		"content_sha256": hex.EncodeToString(sum[:]), "ref": c.str("ref"), "blob_id": f.blobID, "commit_id": commit.SHA,
		"last_commit_id": f.lastCommitID, "execute_filemode": f.executable,
	}
	for name, value := range o { // HEAD has only these
		words := strings.Split(name, "_")
		for i, word := range words {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		c.header.Set("X-Gitlab-"+strings.Join(words, "-"), fmt.Sprint(value))
	}
	o["content"] = base64.StdEncoding.EncodeToString(f.content)
	c.json(http.StatusOK, o)
}

func getRawFile(c *call) {
	if _, f, ok := c.foundFile(); ok {
		c.bytes(http.StatusOK, "text/plain; charset=utf-8", f.content)
	}
}

func writeFile(verb string, status int) func(*call) {
	return func(c *call) {
		p, ok := c.project(developer)
		if !ok {
			return
		}
		action := map[string]any{"action": verb, "file_path": c.str("file_path")}
		for _, name := range []string{"content", "encoding", "last_commit_id", "execute_filemode"} {
			action[name] = c.raw(name)
		}
		if action["encoding"] == "base64" {
			action["content"], action["encoding"] = lenientBase64(c.str("content")), "text"
		}
		if _, ok := c.commitActions(p, []any{action}); !ok {
			return
		}
		if status == http.StatusNoContent {
			c.noContent()
			return
		}
		c.json(status, object{"file_path": c.str("file_path"), "branch": c.str("branch")})
	}
}

// lenientBase64 decodes as this API does, other than that of commits: Ruby passes over what is not of the alphabet and what is incomplete.
func lenientBase64(text string) string {
	text, _, _ = strings.Cut(text, "=")
	text = strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' || r == '/') {
			return r
		}
		return -1
	}, text)
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(text) // nothing is left in it that could be wrong
	return string(decoded)
}

// commitActions makes a commit of changes to files on the branch of the parameter "branch", or answers why not. The branch comes to be if
// the repository is empty or the request says where to start it from.
func (c *call) commitActions(p *Project, actions []any) (*Commit, bool) {
	branch := c.str("branch")
	parent := p.Repo.branches[branch]
	isNew := parent == nil
	if !c.mayPush(p, branch) {
		c.forbidden("You are not allowed to push into this branch")
		return nil, false
	}
	if start := cmp.Or(c.str("start_branch"), c.str("start_sha")); isNew && start != "" {
		if parent = p.Repo.resolve(start); parent == nil {
			c.message(http.StatusBadRequest, "Cannot find start_branch '"+start+"'")
			return nil, false
		}
	}
	if parent == nil && len(p.Repo.branches) > 0 || !validRefName(branch) {
		c.message(http.StatusBadRequest, "You can only create or edit files when you are on a branch")
		return nil, false
	}
	tree := map[string]*file{}
	if parent != nil {
		tree = maps.Clone(parent.files)
	}
	for _, element := range actions {
		fields, _ := element.(map[string]any)
		if err := act(tree, fields); err != nil {
			c.message(http.StatusBadRequest, err.Error())
			return nil, false
		}
	}
	commit := p.Repo.commit(branch, parent, c.draft(c.str("commit_message")), tree)
	p.UpdatedAt = c.now
	if isNew {
		c.s.branchAdded(p, branch)
	}
	return commit, true
}

// act does one action of a commit to the tree. The texts of its errors are GitLab's.
func act(tree map[string]*file, action map[string]any) error {
	text := func(name string) string {
		value, _ := action[name].(string)
		return value
	}
	path, verb := text("file_path"), text("action")
	known := tree[path]
	if last := text("last_commit_id"); known != nil && last != "" && last != known.lastCommitID {
		return errors.New("You are attempting to update a file that has changed since you started editing it.") //nolint:staticcheck // GitLab's text
	}
	content := []byte(text("content"))
	if text("encoding") == "base64" {
		decoded, err := base64.StdEncoding.DecodeString(text("content"))
		if err != nil {
			return errors.New("invalid base64")
		}
		content = decoded
	}
	if known == nil && (verb == "update" || verb == "delete" || verb == "chmod") {
		return errors.New("A file with this name doesn't exist") //nolint:staticcheck // GitLab's text
	}
	if known != nil && (verb == "create" || verb == "move") {
		return errors.New("A file with this name already exists") //nolint:staticcheck // GitLab's text
	}
	executable, changesMode := action["execute_filemode"].(bool)
	next := newFile(content)
	switch verb {
	case "update":
		next.executable = known.executable
	case "delete":
		delete(tree, path)
		return nil
	case "chmod":
		next = newFile(known.content)
	case "move":
		previous := tree[text("previous_path")]
		if previous == nil {
			return errors.New("A file with this name doesn't exist") //nolint:staticcheck // GitLab's text
		}
		if action["content"] == nil {
			next = newFile(previous.content)
		}
		next.executable = previous.executable
		delete(tree, text("previous_path"))
	}
	if changesMode {
		next.executable = executable
	}
	tree[path] = next
	return nil
}

// listTree shows the files and folders in a folder, folders first.
func listTree(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	commit, ok := c.revision(p)
	if !ok {
		return
	}
	prefix := strings.Trim(c.str("path"), "/")
	if prefix != "" {
		prefix += "/"
	}
	type node struct {
		path, kind, mode, id string
	}
	nodes := map[string]node{}
	for path, f := range commit.files {
		rest, inside := strings.CutPrefix(path, prefix)
		if !inside {
			continue
		}
		for i, r := range rest {
			if r == '/' && (c.bool("recursive") || !strings.Contains(rest[:i], "/")) {
				folder := prefix + rest[:i]
				nodes[folder] = node{folder, "tree", "040000", newFile([]byte(folder)).blobID}
			}
		}
		if c.bool("recursive") || !strings.Contains(rest, "/") {
			nodes[path] = node{path, "blob", "100" + strconv.Itoa(map[bool]int{false: 644, true: 755}[f.executable]), f.blobID}
		}
	}
	if len(nodes) == 0 && prefix != "" {
		c.notFound("Tree")
		return
	}
	rows := slices.SortedFunc(maps.Values(nodes), func(a, b node) int {
		return cmp.Or(strings.Compare(b.kind, a.kind), strings.Compare(a.path, b.path))
	})
	c.json(http.StatusOK, page(c, rows, func(n node) any {
		return object{"id": n.id, "name": n.path[strings.LastIndex(n.path, "/")+1:], "type": n.kind, "path": n.path, "mode": n.mode}
	}))
}

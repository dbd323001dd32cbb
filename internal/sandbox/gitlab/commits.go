// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

func (s *Server) commitRoutes() []route {
	create := params{
		requires("branch", stringType).present(), requires("commit_message", stringType).present(),
		requires("actions", arrayType).of(
			requires("action", stringType).oneOf("create", "update", "move", "delete", "chmod"), requires("file_path", stringType),
			optional("previous_path", stringType), optional("content", stringType), optional("encoding", stringType).oneOf("text", "base64"),
			optional("last_commit_id", stringType), optional("execute_filemode", booleanType)),
		optional("start_branch", stringType), optional("start_sha", stringType), optional("author_email", stringType), optional("author_name", stringType),
		optional("stats", booleanType).byDefault(true), optional("force", booleanType),
	}
	list := params{
		optional("ref_name", stringType), optional("since", dateTimeType), optional("until", dateTimeType), optional("path", stringType),
		optional("all", booleanType), optional("with_stats", booleanType),
	}.paginated()
	state := requires("state", stringType).oneOf("pending", "running", "success", "failed", "canceled", "skipped")
	report := params{
		state, optional("ref", stringType), optional("name", stringType), optional("context", stringType), optional("target_url", stringType),
		optional("description", stringType), optional("coverage", floatType), optional("pipeline_id", integerType),
	}
	statuses := params{optional("ref", stringType), optional("name", stringType), optional("stage", stringType), optional("all", booleanType)}.paginated()
	const path = "/projects/{id}/repository/commits"
	return []route{
		{method: "GET", pattern: path, scope: repositories, params: list, handle: listCommits},
		{method: "POST", pattern: path, params: create, handle: createCommit},
		{method: "GET", pattern: path + "/{sha}", scope: repositories, handle: getCommit},
		{method: "GET", pattern: path + "/{sha}/statuses", scope: public, params: statuses, handle: listStatuses},
		{method: "POST", pattern: "/projects/{id}/statuses/{sha}", params: report, handle: postStatus},
	}
}

// gitTime is a time in a commit: with an offset, where GitLab's own objects have Z.
func gitTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000+00:00") }

func (c *call) commitObject(p *Project, commit *Commit) object {
	parents := commit.Parents
	if parents == nil {
		parents = []string{}
	}
	at := gitTime(commit.CommittedAt)
	return object{
		"id": commit.SHA, "short_id": commit.ShortSHA(), "title": commit.Title(), "message": commit.Message, "parent_ids": parents,
		"author_name": commit.AuthorName, "author_email": commit.AuthorEmail, "authored_date": at,
		"committer_name": commit.AuthorName, "committer_email": commit.AuthorEmail, "committed_date": at, "created_at": at,
		"trailers": object{}, "extended_trailers": object{}, "web_url": c.projectURL(p) + "/-/commit/" + commit.SHA,
	}
}

// commitDetail is a commit with what only its own page has.
func (c *call) commitDetail(p *Project, commit *Commit) object {
	var parent map[string]*file
	if len(commit.Parents) > 0 {
		parent = p.Repo.commits[commit.Parents[0]].files
	}
	lines := func(f *file) int {
		if f == nil || len(f.content) == 0 {
			return 0
		}
		return strings.Count(strings.TrimSuffix(string(f.content), "\n"), "\n") + 1
	}
	additions, deletions := 0, 0
	for path, f := range commit.files {
		if parent[path] == nil || parent[path].blobID != f.blobID {
			additions += lines(f)
			deletions += lines(parent[path])
		}
	}
	for path, f := range parent {
		if commit.files[path] == nil {
			deletions += lines(f)
		}
	}
	o := with(c.commitObject(p, commit), object{
		"stats": object{"additions": additions, "deletions": deletions, "total": additions + deletions}, "status": nil, "project_id": p.ID,
		"last_pipeline": nil,
	})
	if c.s.canReadPipelines(c.user, p) {
		for _, run := range c.s.ci.of(p).pipelines { // the newest comes last
			if run.sha == commit.SHA {
				o["status"], o["last_pipeline"] = run.at(c.now).status, c.pipelineBasic(run)
			}
		}
	}
	return o
}

func createCommit(c *call) {
	p, ok := c.project(developer)
	if !ok {
		return
	}
	actions, _ := c.raw("actions").([]any)
	if commit, ok := c.commitActions(p, actions); ok {
		c.json(http.StatusCreated, c.commitDetail(p, commit))
	}
}

func listCommits(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	head := p.Repo.resolve(cmp.Or(c.str("ref_name"), p.DefaultBranch))
	if head == nil && c.str("ref_name") != "" {
		c.notFound("Commit")
		return
	}
	var commits []*Commit
	for at := head; at != nil; {
		var parent *Commit
		if len(at.Parents) > 0 {
			parent = p.Repo.commits[at.Parents[0]]
		}
		touched := true
		if path := c.str("path"); path != "" {
			f := at.files[path]
			touched = f != nil && f.lastCommitID == at.SHA || f == nil && parent != nil && parent.files[path] != nil
		}
		inTime := !at.CommittedAt.Before(c.time("since")) && (!c.has("until") || !at.CommittedAt.After(c.time("until")))
		if touched && inTime {
			commits = append(commits, at)
		}
		at = parent
	}
	c.json(http.StatusOK, page(c, commits, func(commit *Commit) any { return c.commitObject(p, commit) }))
}

// commit is the commit of the parameter "sha" in a project where the caller has that role; or 404 or 403.
func (c *call) commit(needed accessLevel) (*Project, *Commit, bool) {
	p, ok := c.project(needed)
	if !ok {
		return nil, nil, false
	}
	commit := p.Repo.resolve(c.str("sha"))
	if commit == nil {
		c.notFound("Commit")
	}
	return p, commit, commit != nil
}

func getCommit(c *call) {
	if p, commit, ok := c.commit(noAccess); ok {
		c.json(http.StatusOK, c.commitDetail(p, commit))
	}
}

// CommitStatus is what an external system reported about a commit.
type CommitStatus struct {
	ID          int
	ProjectID   int
	SHA         string
	Ref         string // short name of the branch or tag
	Name        string
	State       string // pending, running, success, failed, canceled or skipped
	TargetURL   string
	Description string
	Coverage    any
	PipelineID  int // the external pipeline that it belongs to
	Author      *User
	CreatedAt   time.Time
	StartedAt   time.Time
	FinishedAt  time.Time
}

func (c *call) statusObject(st *CommitStatus) object {
	text := func(value string) any {
		if value == "" {
			return nil
		}
		return value
	}
	return object{
		"id": st.ID, "sha": st.SHA, "ref": st.Ref, "status": st.State, "name": st.Name, "target_url": text(st.TargetURL),
		"description": text(st.Description), "created_at": timestamp(st.CreatedAt), "started_at": timestampOrNil(st.StartedAt),
		"finished_at": timestampOrNil(st.FinishedAt), "allow_failure": false, "coverage": st.Coverage, "pipeline_id": st.PipelineID,
		"author": c.userBasic(st.Author),
	}
}

func listStatuses(c *call) {
	p, commit, ok := c.commit(noAccess)
	if !ok {
		return
	}
	found := slices.DeleteFunc(slices.Clone(c.s.world.statuses[p.ID]), func(st *CommitStatus) bool {
		return st.SHA != commit.SHA || c.has("ref") && st.Ref != c.str("ref") || c.has("name") && st.Name != c.str("name")
	})
	c.json(http.StatusOK, page(c, found, func(st *CommitStatus) any { return c.statusObject(st) }))
}

// postStatus reports a status of a commit; one reported before under the same name for the same ref is brought up to date.
func postStatus(c *call) {
	p, commit, ok := c.commit(developer)
	if !ok {
		return
	}
	ref := c.str("ref")
	if ref == "" {
		ref = p.branchOf(commit)
	}
	if ref == "" {
		c.notFound("References for commit")
		return
	}
	w := c.s.world
	st := &CommitStatus{
		ProjectID: p.ID, SHA: commit.SHA, Ref: ref, Name: cmp.Or(c.str("name"), c.str("context"), "default"), Author: c.user, CreatedAt: c.now,
		PipelineID: c.int("pipeline_id"),
	}
	known := slices.IndexFunc(w.statuses[p.ID], func(old *CommitStatus) bool { return old.SHA == st.SHA && old.Ref == st.Ref && old.Name == st.Name })
	if known >= 0 {
		st = w.statuses[p.ID][known]
	} else {
		w.lastStatus++
		st.ID = w.lastStatus
		w.statuses[p.ID] = append(w.statuses[p.ID], st)
	}
	st.State = c.str("state")
	st.TargetURL, st.Description = cmp.Or(c.str("target_url"), st.TargetURL), cmp.Or(c.str("description"), st.Description)
	if c.has("coverage") {
		st.Coverage = c.raw("coverage")
	}
	if st.State != "pending" && st.StartedAt.IsZero() {
		st.StartedAt = c.now
	}
	if st.State != "pending" && st.State != "running" {
		st.FinishedAt = c.now
	}
	st.PipelineID = c.s.statusPosted(p, st, c.now)
	c.json(http.StatusCreated, c.statusObject(st))
}

// branchOf is a branch whose head the commit is, the default branch before others; "" if there is none.
func (p *Project) branchOf(commit *Commit) string {
	found := ""
	for name, head := range p.Repo.branches {
		if head == commit && (found == "" || name == p.DefaultBranch || found != p.DefaultBranch && name < found) {
			found = name
		}
	}
	return found
}

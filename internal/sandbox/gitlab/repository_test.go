// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBranchesAndTags(t *testing.T) {
	k := newKit(t)
	k.project("root/app", nil)
	const branches, tags = "/projects/1/repository/branches", "/projects/1/repository/tags"
	head := k.do("GET", branches+"/main", rootToken, "").is(200).object()["commit"].(map[string]any)["id"].(string)
	k.do("POST", branches, rootToken, "branch=feature/a.b&ref="+head[:10]).is(201)
	if b := k.do("GET", branches+"/feature%2Fa.b", rootToken, "").is(200).object(); b["name"] != "feature/a.b" || b["default"] != false || b["can_push"] != true {
		t.Error(b)
	}
	k.do("POST", branches, rootToken, "branch=main&ref=main").is(400, `{"message":"Branch already exists"}`)
	k.do("POST", branches, rootToken, "branch=x&ref=nowhere").is(400, `{"message":"Invalid reference name: nowhere"}`)
	k.do("POST", branches, rootToken, "branch=x..y&ref=main").is(400, `{"message":"Branch name is invalid"}`)
	k.do("POST", branches, rootToken, "").is(400, `{"error":"branch is missing, branch is empty, ref is missing, ref is empty"}`)
	k.do("DELETE", branches+"/main", rootToken, "").is(405, `{"message":"Cannot remove HEAD branch"}`)
	for search, want := range map[string]int{"": 2, "A": 2, "^fe": 1, "b$": 1, "^main$": 1, "zz": 0} {
		if got := k.do("GET", branches+"?search="+search, rootToken, "").is(200).list(); len(got) != want {
			t.Errorf("search %q: %d branches", search, len(got))
		}
	}
	k.do("DELETE", branches+"/feature%2Fa.b", rootToken, "").is(204, "")
	k.do("DELETE", branches+"/feature%2Fa.b", rootToken, "").is(404, `{"message":"404 Branch Not Found"}`)

	k.do("POST", tags, rootToken, "tag_name=v2&ref=main&message=second").is(201)
	if tag := k.do("GET", tags+"/v2", rootToken, "").is(200).object(); tag["target"] != head || tag["message"] != "second" || tag["protected"] != false {
		t.Error(tag)
	}
	k.do("POST", tags, rootToken, "tag_name=v2&ref=main").is(400, `{"message":"Tag v2 already exists"}`)
	k.do("POST", tags, rootToken, "tag_name=v3&ref=zz").is(400, `{"message":"Target zz is invalid"}`)
	k.do("DELETE", tags+"/v2", rootToken, "").is(204)
	k.do("GET", tags+"/v2", rootToken, "").is(404, `{"message":"404 Tag Not Found"}`)
}

func TestFilesAndCommits(t *testing.T) {
	k := newKit(t)
	k.do("POST", "/projects", rootToken, "name=app").is(201)
	const file, commits = "/projects/1/repository/files/dir%2Fci.yml", "/projects/1/repository/commits"
	k.do("POST", file, rootToken, "branch=main&commit_message=one&content=YTogMQ==&encoding=base64").is(201, `{"branch":"main","file_path":"dir/ci.yml"}`)
	if p := k.do("GET", "/projects/1", rootToken, "").object(); p["default_branch"] != "main" || p["empty_repo"] != false {
		t.Error("the first branch must become the default branch")
	}
	k.do("POST", file, rootToken, "branch=main&commit_message=x&content=x").is(400, `{"message":"A file with this name already exists"}`)
	first := k.do("GET", file+"?ref=main", rootToken, "").is(200).object()
	if first["content"] != "YTogMQ==" || first["size"] != 4.0 || first["blob_id"] != "a016ac4541116e5a11bfc61c82e104ec04713a33" {
		t.Error(first)
	}
	k.do("PUT", file, rootToken, "branch=main&commit_message=two&content=b").is(200)
	k.do("GET", file+"/raw", rootToken, "").is(200, "b")
	k.do("PUT", file, rootToken, "branch=main&commit_message=x&content=c&last_commit_id="+first["last_commit_id"].(string)).
		is(400, `{"message":"You are attempting to update a file that has changed since you started editing it."}`)
	k.do("PUT", file, rootToken, "branch=other&commit_message=x&content=c").is(400, `{"message":"You can only create or edit files when you are on a branch"}`)
	k.do("GET", file+"?ref=nowhere", rootToken, "").is(404, `{"message":"404 Commit Not Found"}`)
	k.do("GET", "/projects/1/repository/files/none?ref=main", rootToken, "").is(404, `{"message":"404 File Not Found"}`)

	made := k.do("POST", commits, rootToken, `{"branch":"next","start_branch":"main","commit_message":"Three\n\nmore","actions":[
		{"action":"create","file_path":"a","content":"1\n2\n"},{"action":"move","file_path":"moved.yml","previous_path":"dir/ci.yml"},
		{"action":"chmod","file_path":"a","execute_filemode":true}]}`).is(201).object()
	if made["title"] != "Three" || len(made["parent_ids"].([]any)) != 1 {
		t.Error(made)
	}
	if stats := made["stats"].(map[string]any); stats["additions"] != 3.0 || stats["deletions"] != 1.0 {
		t.Error(stats)
	}
	k.do("GET", commits+"/"+made["short_id"].(string), rootToken, "").is(200)
	k.do("GET", commits+"/0000000", rootToken, "").is(404, `{"message":"404 Commit Not Found"}`)
	k.do("GET", "/projects/1/repository/files/moved.yml/raw?ref=next", rootToken, "").is(200, "b")
	k.do("GET", "/projects/1/repository/files/moved.yml/raw?ref=main", rootToken, "").is(404)
	if list := k.do("GET", commits+"?ref_name=next", rootToken, "").is(200).list(); len(list) != 3 || list[0]["id"] != made["id"] {
		t.Error(list)
	}
	if list := k.do("GET", commits+"?ref_name=next&path=a", rootToken, "").is(200).list(); len(list) != 1 {
		t.Error(list)
	}
	k.do("POST", commits, rootToken, `{"branch":"main","commit_message":"m","actions":[{"action":"explode","file_path":"a"}]}`).
		is(400, `{"error":"actions[0][action] does not have a valid value"}`)
	if tree := k.do("GET", "/projects/1/repository/tree?ref=main", rootToken, "").is(200).list(); len(tree) != 1 || tree[0]["type"] != "tree" || tree[0]["name"] != "dir" {
		t.Error(tree)
	}
	k.do("DELETE", file, rootToken, "branch=main&commit_message=gone").is(204, "")
	k.do("DELETE", file, rootToken, "branch=main&commit_message=gone").is(400, `{"message":"A file with this name doesn't exist"}`)
}

func TestProtection(t *testing.T) {
	k := newKit(t)
	p := k.project("root/app", nil)
	dev, lead := k.user("dev"), k.user("lead")
	k.member(p, dev, developer)
	k.member(p, lead, maintainer)
	const branches, tags = "/projects/1/protected_branches", "/projects/1/protected_tags"
	k.do("POST", branches, "lead-token", "name=main").is(201)
	k.do("POST", branches, "lead-token", "name=main").is(409, `{"message":"Protected branch 'main' already exists"}`)
	k.do("POST", branches, "lead-token", "name=merge&push_access_level=0&merge_access_level=30").is(201)
	k.do("POST", branches, "lead-token", "name=closed&push_access_level=0&merge_access_level=0").is(201)
	k.do("POST", branches, "lead-token", `{"name":"mine","push_access_level":0,"merge_access_level":0,"allowed_to_push":[{"user_id":2}]}`).is(201)
	k.do("POST", branches, "lead-token", "name=release/*-x").is(201)
	k.do("POST", branches, "lead-token", "name=release/1*&push_access_level=30").is(201)
	k.do("POST", branches, "lead-token", "name=x&push_access_level=20").is(400, `{"error":"push_access_level does not have a valid value"}`)
	k.do("POST", tags, "lead-token", "name=v*").is(201)

	for ref, against := range map[string][2]bool{ // the developer, the maintainer
		"refs/heads/main": {true, false}, "main": {true, false}, "refs/heads/other": {false, false}, "refs/heads/merge": {false, false},
		"refs/heads/closed": {true, true}, "refs/heads/mine": {false, true}, "refs/heads/release/a/b-x": {true, false},
		"refs/heads/release/1-x": {false, false}, "refs/heads/release/-y": {false, false},
		"refs/tags/v1.0": {true, false}, "v1.0": {true, false}, "refs/tags/main": {false, false}, "refs/heads/v1.0": {false, false},
	} {
		for i, u := range []*User{dev, lead} {
			if got := k.s.protectedAgainst(u, p, ref); got != against[i] {
				t.Errorf("%s protected against %s: %v", ref, u.Username, got)
			}
		}
	}
	k.do("POST", "/projects/1/repository/files/x", "dev-token", "branch=main&commit_message=m&content=c").
		is(403, `{"message":"403 Forbidden - You are not allowed to push into this branch"}`)
	k.do("POST", "/projects/1/repository/tags", "dev-token", "tag_name=v2&ref=main").is(400)
	if b := k.do("GET", "/projects/1/repository/branches/main", "dev-token", "").object(); b["protected"] != true || b["can_push"] != false {
		t.Error(b)
	}

	changed := k.do("PATCH", branches+"/release%2F1*", "lead-token", `{"allow_force_push":true,"allowed_to_merge":[{"access_level":30}]}`).is(200).object()
	if changed["allow_force_push"] != true || len(changed["merge_access_levels"].([]any)) != 2 {
		t.Error(changed)
	}
	k.do("DELETE", branches+"/main", "lead-token", "").is(204, "")
	k.do("DELETE", branches+"/main", "lead-token", "").is(404, `{"message":"404 Not found"}`)
	k.do("DELETE", tags+"/v*", "lead-token", "").is(204, "")
}

func TestDefaultBranchProtectionFollowsTheSetting(t *testing.T) {
	k := newKit(t)
	k.do("POST", "/projects", rootToken, "name=open&initialize_with_readme=true").is(201)
	k.do("GET", "/projects/1/protected_branches", rootToken, "").is(200, "[]")
	k.do("PUT", "/application/settings", rootToken, "default_branch_protection=2").is(200)
	k.do("POST", "/projects", rootToken, "name=guarded&initialize_with_readme=true").is(201)
	if list := k.do("GET", "/projects/2/protected_branches", rootToken, "").is(200).list(); len(list) != 1 || list[0]["name"] != "main" {
		t.Error(list)
	}
}

func TestCommitStatuses(t *testing.T) {
	k := newKit(t)
	p := k.project("root/app", nil)
	sha := p.Repo.branches["main"].SHA
	st := k.do("POST", "/projects/1/statuses/"+sha, rootToken, "state=running&name=lint&target_url=https://ci.example.com/1").is(201).object()
	if st["status"] != "running" || st["ref"] != "main" || st["finished_at"] != nil || st["author"].(map[string]any)["username"] != "root" {
		t.Error(st)
	}
	if err := k.clock.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	done := k.do("POST", "/projects/1/statuses/"+sha, rootToken, "state=success&name=lint").is(201).object()
	if done["id"] != st["id"] || done["finished_at"] != "2026-01-15T12:01:00.000Z" || done["target_url"] != "https://ci.example.com/1" {
		t.Error(done)
	}
	k.do("POST", "/projects/1/statuses/"+sha, rootToken, "state=success").is(201)
	if list := k.do("GET", "/projects/1/repository/commits/main/statuses", rootToken, "").is(200).list(); len(list) != 2 {
		t.Error(list)
	}
	k.do("POST", "/projects/1/statuses/"+sha, rootToken, "state=done").is(400, `{"error":"state does not have a valid value"}`)
	k.do("POST", "/projects/1/statuses/0000000", rootToken, "state=failed").is(404, `{"message":"404 Commit Not Found"}`)
}

func TestBase64OfFilesIsReadLeniently(t *testing.T) {
	k := newKit(t)
	k.project("root/app", nil)
	const path = "/projects/1/repository/files/a.txt"
	write := func(content string) answer {
		return k.do("PUT", path, rootToken, "branch=main&commit_message=m&encoding=base64&content="+url.QueryEscape(content))
	}
	k.do("POST", path, rootToken, "branch=main&commit_message=m&content=a").is(201)
	for sent, want := range map[string]string{
		"aGVsbG8=": "hello", "aGVs\nbG8=": "hello", "aGVsbG8": "hello", "aGVs-bG8=": "hello", "aGVsbG8=aGVsbG8=": "hello", "": "", "a": "",
	} {
		write(sent).is(200)
		k.do("GET", path+"/raw?ref=main", rootToken, "").is(200, want)
	}
	k.do("POST", "/projects/1/repository/commits", rootToken,
		`{"branch":"main","commit_message":"m","actions":[{"action":"update","file_path":"a.txt","encoding":"base64","content":"aGVsbG8"}]}`).is(400)
}

func TestCommitShowsItsNewestPipeline(t *testing.T) {
	k := newKit(t)
	app := k.project("root/app", map[string]any{"public_jobs": false})
	k.member(app, k.user("gus"), guest)
	const head = "/projects/1/repository/commits/main"
	if c := k.do("GET", head, rootToken, "").is(200).object(); c["last_pipeline"] != nil || c["status"] != nil {
		t.Error(c)
	}
	k.do("POST", "/projects/1/pipeline", rootToken, "ref=main").is(201)
	newest := k.do("POST", "/projects/1/pipeline", rootToken, "ref=v1.0").is(201).object()
	c := k.do("GET", head, rootToken, "").is(200).object()
	if last, _ := c["last_pipeline"].(map[string]any); last["id"] != newest["id"] || last["ref"] != "v1.0" || c["status"] != "created" {
		t.Error(c)
	}
	if c := k.do("GET", head, "gus-token", "").is(200).object(); c["last_pipeline"] != nil || c["status"] != nil {
		t.Error("a guest sees pipelines that are not public", c)
	}
}

func TestProtectedBranchOfTheCommunityEdition(t *testing.T) {
	k := newKit(t)
	k.project("root/app", nil)
	r := k.do("POST", "/projects/1/protected_branches", rootToken, "name=main&unprotect_access_level=60&code_owner_approval_required=true").is(201).object()
	if got := strings.Join(slices.Sorted(maps.Keys(r)), " "); got != "allow_force_push id merge_access_levels name push_access_levels" {
		t.Error(got)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCreateProject(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	created := k.do("POST", "/projects", "dev-token", `{"name":"My App","initialize_with_readme":true,"default_branch":"trunk","description":"What it does",
		"visibility":"public","public_builds":false,"issues_enabled":false,"merge_method":"ff","build_timeout":600,"topics":["a","b"],
		"ci_pipeline_variables_minimum_override_role":"maintainer","some_future_setting":1}`).is(201).object()
	for name, want := range map[string]any{
		"id": 1.0, "name": "My App", "path": "my-app", "path_with_namespace": "dev/my-app", "name_with_namespace": "Dev / My App", "default_branch": "trunk",
		"visibility": "public", "public_jobs": false, "issues_enabled": false, "issues_access_level": "disabled", "merge_requests_enabled": true,
		"merge_method": "ff", "build_timeout": 600.0, "ci_pipeline_variables_minimum_override_role": "maintainer", "restrict_user_defined_variables": true,
		"description": "What it does", "empty_repo": false, "web_url": "https://gitlab.example.com/dev/my-app", "creator_id": 2.0,
	} {
		if created[name] != want {
			t.Errorf("%s: %v, want %v", name, created[name], want)
		}
	}
	if got := fmt.Sprint(created["topics"], created["tag_list"]); got != "[a b] [a b]" {
		t.Error(got)
	}
	if got := k.do("GET", "/projects/DEV%2FMy-App", "dev-token", "").is(200).object(); got["id"] != created["id"] {
		t.Errorf("by path: %v", got["id"])
	}
	k.do("GET", "/projects/1/repository/files/README.md/raw?ref=trunk", "dev-token", "").is(200, "# My App\n\nWhat it does\n")
	if empty := k.do("POST", "/projects", "dev-token", "name=b").object(); empty["default_branch"] != "main" || empty["empty_repo"] != true {
		t.Errorf("empty: %v %v", empty["default_branch"], empty["empty_repo"])
	}

	for body, want := range map[string]string{
		`{}`:                             `{"error":"name, path are missing, at least one parameter must be provided"}`,
		`{"name":"x","visibility":"y"}`:  `{"error":"visibility does not have a valid value"}`,
		`{"name":"x","namespace_id":99}`: `{"message":{"namespace":["is not valid"]}}`,
		`{"name":"x","path":"-x"}`:       `{"message":{"path":["can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"]}}`,
		`{"name":"-x","path":"x"}`:       `{"message":{"name":["can contain only letters, digits, emoji, '_', '.', '+', dashes, or spaces. It must start with a letter, digit, emoji, or '_'."]}}`,
		`{"name":"x","path":"MY-APP"}`:   `{"message":{"path":["has already been taken"],"project_namespace.name":["has already been taken"]}}`,
		`{"name":"My App"}`:              `{"message":{"name":["has already been taken"],"path":["has already been taken"],"project_namespace.name":["has already been taken"]}}`,
	} {
		k.do("POST", "/projects", "dev-token", body).is(400, want)
	}
}

func TestProjectInGroup(t *testing.T) {
	k := newKit(t)
	dev := k.user("dev")
	k.user("other")
	group := k.do("POST", "/groups", rootToken, "name=Team&path=team&visibility=internal").is(201).object()
	sub := k.do("POST", "/groups", rootToken, fmt.Sprintf("name=Sub&path=sub&parent_id=%v", group["id"])).is(201).object()
	if sub["full_path"] != "team/sub" || sub["full_name"] != "Team / Sub" || sub["visibility"] != "internal" {
		t.Error(sub)
	}
	in := fmt.Sprintf("name=app&namespace_id=%v", sub["id"])
	k.do("POST", "/projects", "dev-token", in).is(400, `{"message":{"namespace":["is not valid"]}}`)
	k.do("POST", "/groups/team/members", rootToken, "user_id=2&access_level=30").is(201)
	k.do("POST", "/projects", "dev-token", in+"&visibility=public").is(400, `{"message":{"visibility_level":["public is not allowed in a internal group."]}}`)
	k.do("POST", "/projects", "dev-token", in).is(201)
	if role := k.s.role(dev, k.s.findProject("team/sub/app")); role != maintainer {
		t.Errorf("who makes a project in a group is its maintainer, not %d", role)
	}
	k.do("GET", "/projects/1", "other-token", "").is(404)

	if all := k.do("GET", "/groups/team/projects?include_subgroups=true&simple=true", "dev-token", "").is(200).list(); len(all) != 1 || all[0]["build_timeout"] != nil {
		t.Error(all)
	}
	if own := k.do("GET", "/groups/team/projects", "dev-token", "").is(200).list(); len(own) != 0 {
		t.Error(own)
	}
	k.do("POST", "/groups", rootToken, "name=x&path=team").is(400, `{"message":"Failed to save group {:path=>[\"has already been taken\"]}"}`)
	k.do("PUT", "/groups/team", rootToken, "path=crew").is(200)
	k.do("GET", "/projects/team%2Fsub%2Fapp", "dev-token", "").is(301)
	k.do("DELETE", "/groups/crew", "dev-token", "").is(403)
	k.do("DELETE", "/groups/crew", rootToken, "").is(202, `{"message":"202 Accepted"}`)
	k.do("GET", "/projects/1", rootToken, "").is(404, `{"message":"404 Project Not Found"}`)
	k.do("GET", "/groups/crew%2Fsub", rootToken, "").is(404, `{"message":"404 Group Not Found"}`)
}

func TestMovedProject(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	k.project("root/old", nil)
	k.do("PUT", "/projects/root%2Fold", rootToken, "path=new").is(200)
	k.do("GET", "/projects/root%2Fnew", rootToken, "").is(200)
	moved := k.do("GET", "/projects/ROOT%2Fold/repository/files/a%2Fb?ref=x%2Fy&z", rootToken, "").is(301)
	if got, want := moved.header.Get("Location"), "https://gitlab.example.com/api/v4/projects/1/repository/files/a%2Fb?ref=x%2Fy&z"; got != want {
		t.Errorf("Location: %s\nwant %s", got, want)
	}
	k.do("PUT", "/projects/root%2Fold", rootToken, "name=x").is(405, `{"message":"Non GET methods are not allowed for moved projects"}`)
	k.do("GET", "/projects/root%2Fold", "dev-token", "").is(404, `{"message":"404 Project Not Found"}`)

	k.do("POST", "/groups", rootToken, "name=G&path=g")
	k.do("PUT", "/projects/1/transfer", rootToken, "namespace=nowhere").is(404, `{"message":"404 Namespace Not Found"}`)
	k.do("PUT", "/projects/1/transfer", rootToken, "namespace=g").is(200)
	k.do("GET", "/projects/root%2Fold", rootToken, "").is(301)
	k.do("GET", "/projects/root%2Fnew", rootToken, "").is(301)
	k.do("GET", "/projects/g%2Fnew", rootToken, "").is(200)

	// the old path belongs to whoever takes it next
	k.do("POST", "/projects", rootToken, "name=old").is(201)
	if got := k.do("GET", "/projects/root%2Fold", rootToken, "").is(200).object()["id"]; got != 2.0 {
		t.Errorf("project %v", got)
	}
	k.do("DELETE", "/projects/2", rootToken, "").is(202)
	k.do("GET", "/projects/root%2Fold", rootToken, "").is(404)
}

func TestProjectPermissions(t *testing.T) {
	k := newKit(t)
	p := k.project("root/app", nil)
	levels := map[string]accessLevel{"guest": guest, "reporter": reporter, "developer": developer, "maintainer": maintainer, "owner": owner}
	for name, level := range levels {
		k.member(p, k.user(name), level)
	}
	k.user("stranger")
	for _, test := range []struct {
		method, path, body string
		needed             accessLevel
		done               int // status when allowed
	}{
		{"GET", "/projects/1", "", guest, 200},
		{"GET", "/projects/1/members", "", guest, 200},
		{"POST", "/projects/1/repository/branches", "branch=b-%s&ref=main", developer, 201},
		{"POST", "/projects/1/repository/tags", "tag_name=t-%s&ref=main", developer, 201},
		{"POST", "/projects/1/repository/files/f-%s", "branch=main&commit_message=m&content=c", developer, 201},
		{"GET", "/projects/1/protected_branches", "", developer, 200},
		{"POST", "/projects/1/protected_branches", "name=p-%s", maintainer, 201},
		{"POST", "/projects/1/protected_tags", "name=p-%s", maintainer, 201},
		{"PUT", "/projects/1", "description=%s", maintainer, 200},
		{"PUT", "/projects/1", "name=%s", owner, 200},
		{"POST", "/projects/1/members", "user_id=1&access_level=10", maintainer, 201},
		{"POST", "/projects/1/members", "user_id=1&access_level=50", owner, 201},
	} {
		for name, level := range levels {
			path, body := strings.ReplaceAll(test.path, "%s", name), strings.ReplaceAll(test.body, "%s", name)
			a := k.do(test.method, path, name+"-token", body)
			switch {
			case level >= test.needed && a.status != test.done:
				t.Errorf("%s may %s %s %s: %d %s", name, test.method, path, body, a.status, a.body)
			case level < test.needed && (a.status != 403 || a.body != `{"message":"403 Forbidden"}`):
				t.Errorf("%s may not %s %s %s: %d %s", name, test.method, path, body, a.status, a.body)
			}
			delete(p.Members, k.root.ID)
		}
		k.do(test.method, strings.ReplaceAll(test.path, "%s", "x"), "stranger-token", "x=1&access_level=10&name=x&branch=x&ref=x&tag_name=x&commit_message=x&content=x").
			is(404, `{"message":"404 Project Not Found"}`)
	}
	k.do("DELETE", "/projects/1", "maintainer-token", "").is(403)
	k.do("DELETE", "/projects/1", "owner-token", "").is(202)
	k.do("GET", "/projects/1", "owner-token", "").is(404)
}

func TestMembers(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	p := k.project("root/app", nil)
	const one = "/projects/1/members/2"
	k.do("GET", one, rootToken, "").is(404, `{"message":"404 Not found"}`)
	k.do("POST", "/projects/1/members", rootToken, "user_id=77&access_level=30").is(404, `{"message":"404 User Not Found"}`)
	k.do("POST", "/projects/1/members", rootToken, "user_id=2&access_level=31").is(400, `{"error":"access_level does not have a valid value"}`)
	k.do("POST", "/projects/1/members", rootToken, "user_id=2&access_level=30&expires_at=2026-01-16").is(201)
	k.do("POST", "/projects/1/members", rootToken, "user_id=2&access_level=30").is(409, `{"message":"Member already exists"}`)
	k.do("GET", "/projects/1", "dev-token", "").is(200)
	if err := k.clock.Set(start.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	k.do("GET", "/projects/1", "dev-token", "").is(404)
	if m := k.do("PUT", one, rootToken, `{"access_level":40,"expires_at":null}`).is(200).object(); m["access_level"] != 40.0 || m["expires_at"] != nil || m["username"] != "dev" {
		t.Error(m)
	}
	if role := k.s.role(k.s.world.findUser("dev"), p); role != maintainer {
		t.Error(role)
	}
	k.do("DELETE", one, rootToken, "").is(204, "")
	k.do("DELETE", one, rootToken, "").is(404)

	group := k.do("POST", "/groups", rootToken, "name=G&path=g").object()
	k.do("POST", "/groups/g/members", rootToken, "username=dev&access_level=20").is(201)
	k.do("POST", "/projects", rootToken, fmt.Sprintf("name=inner&namespace_id=%v", group["id"])).is(201)
	k.do("GET", "/projects/2/members/2", rootToken, "").is(404)
	if m := k.do("GET", "/projects/2/members/all/2", rootToken, "").is(200).object(); m["access_level"] != 20.0 {
		t.Error(m)
	}
	if all := k.do("GET", "/projects/2/members/all?query=dev", rootToken, "").is(200).list(); len(all) != 1 {
		t.Error(all)
	}
}

func TestProjectInNamespaceOfAnotherUser(t *testing.T) {
	k := newKit(t)
	dev := k.user("dev")
	k.user("eve")
	body := fmt.Sprintf("name=app&namespace_id=%d", dev.NamespaceID)
	k.do("POST", "/projects", "eve-token", body).is(400, `{"message":{"namespace":["is not valid"]}}`)
	made := k.do("POST", "/projects", rootToken, body).is(201).object()
	if made["path_with_namespace"] != "dev/app" || made["creator_id"] != 1.0 || made["owner"].(map[string]any)["username"] != "dev" {
		t.Error(made)
	}
	k.do("DELETE", "/projects/1", "dev-token", "").is(202)
}

func TestEditProjectNeedsAnAttribute(t *testing.T) {
	k := newKit(t)
	k.project("root/app", nil)
	for _, body := range []string{"", `{}`, `{"no_such_attribute":1}`} {
		got := k.do("PUT", "/projects/99", rootToken, body).is(400).object()["error"].(string) // before the project is looked up
		if !strings.HasPrefix(got, "name, path, ") || !strings.HasSuffix(got, " are missing, at least one parameter must be provided") {
			t.Error(got)
		}
	}
	k.do("PUT", "/projects/1", rootToken, "repository_storage=elsewhere").is(400, `{"message":{"repository_storage_moves":["is invalid"]}}`)
}

func TestContainerExpirationPolicy(t *testing.T) {
	k := newKit(t)
	policy := func(a answer) map[string]any {
		t.Helper()
		p, _ := a.object()["container_expiration_policy"].(map[string]any)
		return p
	}
	if p := policy(k.do("POST", "/projects", rootToken, "name=app").is(201)); p["enabled"] != false || p["cadence"] != "1d" || p["next_run_at"] != "2026-01-16T12:00:00.000Z" {
		t.Error(p)
	}
	k.do("PUT", "/projects/1", rootToken, `{"container_expiration_policy_attributes":{"cadence":"7d","keep_n":"5"}}`).is(200)
	p := policy(k.do("PUT", "/projects/1", rootToken, `{"container_expiration_policy_attributes":{"enabled":true}}`).is(200))
	if p["enabled"] != true || p["cadence"] != "7d" || p["keep_n"] != 5.0 || p["older_than"] != "90d" {
		t.Error(p)
	}
}

func TestArchivedProjectStaysAsItIs(t *testing.T) {
	k := newKit(t)
	app := k.project("root/app", nil)
	k.member(app, k.user("max"), maintainer)
	const schedules = "/projects/1/pipeline_schedules"
	k.do("POST", schedules, rootToken, "description=d&ref=main&cron=*+*+*+*+*").is(201)
	k.do("POST", "/projects/1/archive", "max-token", "").is(403)
	if a := k.do("POST", "/projects/1/archive", rootToken, "").is(201).object(); a["archived"] != true {
		t.Error(a)
	}
	for _, write := range [][3]string{
		{"POST", schedules, "description=d&ref=main&cron=0+1+*+*+*"}, {"PUT", schedules + "/1", "active=false"}, {"DELETE", schedules + "/1", ""},
		{"POST", schedules + "/1/play", ""}, {"POST", schedules + "/1/take_ownership", ""}, {"POST", schedules + "/1/variables", "key=K&value=v"},
		{"POST", "/projects/1/repository/files/a", "branch=main&content=a&commit_message=m"},
	} {
		if status := k.do(write[0], write[1], rootToken, write[2]).status; status != 403 {
			t.Errorf("%s %s: %d", write[0], write[1], status)
		}
	}
	k.do("POST", "/projects/1/pipeline", rootToken, "ref=main").is(403)
	if err := k.clock.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if s := k.do("GET", schedules+"/1", rootToken, "").is(200).object(); s["last_pipeline"] != nil || s["variables"] == nil {
		t.Error(s)
	}
	if list := k.do("GET", "/projects?archived=false", rootToken, "").is(200).list(); len(list) != 0 {
		t.Error(list)
	}
	if list := k.do("GET", "/projects?archived=true", rootToken, "").is(200).list(); len(list) != 1 {
		t.Error(list)
	}
	k.do("POST", "/projects/1/unarchive", rootToken, "").is(201)
	k.do("DELETE", schedules+"/1", rootToken, "").is(204)
}

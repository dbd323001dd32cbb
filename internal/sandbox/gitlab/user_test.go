// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"strings"
	"testing"
)

func TestUsers(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	const body = "email=a@example.com&name=Ann&username=ann&password=secret-password&bio=hello&skip_confirmation=true"
	k.do("POST", "/users", "dev-token", body).is(403, `{"message":"403 Forbidden"}`)
	ann := k.do("POST", "/users", rootToken, body).is(201).object()
	if ann["id"] != 3.0 || ann["bio"] != "hello" || ann["is_admin"] != false || ann["state"] != "active" || ann["password"] != nil {
		t.Error(ann)
	}
	k.do("POST", "/users", rootToken, body).is(409, `{"message":"Email has already been taken"}`)
	k.do("POST", "/users", rootToken, "email=b@example.com&name=Ann&username=ANN").is(409, `{"message":"Username has already been taken"}`)
	k.do("POST", "/users", rootToken, "email=b&name=Ann&username=b").is(400, `{"message":{"email":["is invalid"]}}`)
	k.do("POST", "/users", rootToken, "").is(400, `{"error":"email is missing, name is missing, username is missing"}`)

	if found := k.do("GET", "/users?username=ANN", "dev-token", "").is(200).list(); len(found) != 1 || found[0]["id"] != 3.0 || found[0]["email"] != nil {
		t.Error(found)
	}
	if found := k.do("GET", "/users?search=dev", rootToken, "").is(200).list(); len(found) != 1 || found[0]["email"] != "dev@example.com" {
		t.Error(found)
	}
	k.do("GET", "/users/99", rootToken, "").is(404, `{"message":"404 User Not Found"}`)
	k.do("POST", "/users/2/block", rootToken, "").is(201, "true")
	k.do("GET", "/user", "dev-token", "").is(403)
	k.do("POST", "/users/2/unblock", rootToken, "").is(201)

	k.do("POST", "/projects", "dev-token", "name=app").is(201)
	k.do("PUT", "/users/2", rootToken, "username=devon").is(200)
	k.do("GET", "/projects/dev%2Fapp", "dev-token", "").is(301)
	k.do("DELETE", "/users/2", "dev-token", "").is(403)
	k.do("DELETE", "/users/2", rootToken, "").is(204, "")
	k.do("GET", "/user", "dev-token", "").is(401)
	k.do("GET", "/projects/1", rootToken, "").is(404)
}

func TestPersonalAccessTokens(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	k.do("POST", "/users/2/personal_access_tokens", "dev-token", "name=t&scopes[]=api").is(403)
	k.do("POST", "/users/2/personal_access_tokens", rootToken, "name=t&scopes[]=everything").is(400, `{"error":"scopes does not have a valid value"}`)
	k.do("POST", "/users/99/personal_access_tokens", rootToken, "name=t&scopes[]=api").is(404, `{"message":"404 User Not Found"}`)
	made := k.do("POST", "/users/2/personal_access_tokens", rootToken, `{"name":"t","scopes":["read_api","read_user"],"expires_at":"2026-02-01"}`).is(201).object()
	secret := made["token"].(string)
	k.do("GET", "/user", secret, "").is(200)
	self := k.do("GET", "/personal_access_tokens/self", secret, "").is(200).object()
	if self["expires_at"] != "2026-02-01" || self["active"] != true || self["token"] != nil || self["user_id"] != 2.0 || self["last_used_at"] != "2026-01-15T12:00:00.000Z" {
		t.Error(self)
	}
	rotated := k.do("POST", "/personal_access_tokens/self/rotate", secret, "").is(200).object()
	k.do("GET", "/user", secret, "").is(401)
	next := rotated["token"].(string)
	if rotated["expires_at"] != "2026-01-22" {
		t.Error(rotated)
	}
	k.do("GET", fmt.Sprintf("/personal_access_tokens/%v", rotated["id"]), "dev-token", "").is(200)
	k.do("GET", "/personal_access_tokens/1", "dev-token", "").is(401)
	if mine := k.do("GET", "/personal_access_tokens?state=active", "dev-token", "").is(200).list(); len(mine) != 2 {
		t.Error(mine)
	}
	k.do("DELETE", fmt.Sprintf("/personal_access_tokens/%v", rotated["id"]), rootToken, "").is(204, "")
	k.do("GET", "/user", next, "").is(401)
}

func TestInstance(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	if v := k.do("GET", "/version", "dev-token", "").is(200).object(); v["version"] != version {
		t.Error(v)
	}
	k.do("GET", "/metadata", "", "").is(401)
	k.do("GET", "/application/settings", "dev-token", "").is(403)
	if set := k.do("PUT", "/application/settings?private_token=root-token", "", `{"home_page_url":"https://x.example.com","default_branch_name":"trunk"}`).is(200).object(); set["home_page_url"] != "https://x.example.com" || set["private_token"] != nil {
		t.Error(set)
	}
	if p := k.do("POST", "/projects", rootToken, "name=a&initialize_with_readme=1").object(); p["default_branch"] != "trunk" {
		t.Error(p["default_branch"])
	}
	k.do("PUT", "/application/plan_limits", rootToken, "ci_pipeline_schedules=3").is(400, `{"error":"plan_name is missing"}`)
	k.do("PUT", "/application/plan_limits", rootToken, "plan_name=default&ci_pipeline_schedules=3&ci_active_jobs=4").is(200)
	if limits := k.do("GET", "/application/plan_limits", rootToken, "").is(200).object(); limits["ci_pipeline_schedules"] != 3.0 || limits["ci_active_jobs"] != 4.0 {
		t.Error(limits)
	}
	if k.s.world.planLimits.ciPipelineSchedules != 3 {
		t.Error("the limit has no effect")
	}
	if spaces := k.do("GET", "/namespaces", "dev-token", "").is(200).list(); len(spaces) != 1 || spaces[0]["full_path"] != "dev" || spaces[0]["kind"] != "user" {
		t.Error(spaces)
	}
}

func TestListUsersInOrder(t *testing.T) {
	k := newKit(t)
	k.user("zoe")
	k.user("amy")
	names := func(query, token string) string {
		t.Helper()
		var names []string
		for _, u := range k.do("GET", "/users?"+query, token, "").is(200).list() {
			names = append(names, u["username"].(string))
		}
		return strings.Join(names, " ")
	}
	for query, want := range map[string]string{
		"": "amy zoe root", "sort=asc": "root zoe amy", "order_by=name&sort=asc": "root amy zoe", "order_by=username": "zoe root amy",
	} {
		if got := names(query, rootToken); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	if got := names("order_by=name&sort=asc", "amy-token"); got != "amy zoe root" {
		t.Error("the order is not for anyone but admins to choose:", got)
	}
	if got := names("username=zoe", ""); got != "zoe" {
		t.Error(got)
	}
	k.do("GET", "/users", "", "").is(403, `{"message":"403 Forbidden - Not authorized to access /api/v4/users"}`)
	k.do("GET", "/users/1", "", "").is(403, `{"message":"403 Forbidden - Not authorized!"}`)
	k.do("GET", "/users?order_by=email", rootToken, "").is(400, `{"error":"order_by does not have a valid value"}`)
}

func TestUserStates(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	for _, step := range []struct {
		verb   string
		status int
		body   string
		state  string
	}{
		{"deactivate", 201, "true", "deactivated"},
		{"unblock", 403, `{"message":"403 Forbidden - Deactivated users cannot be unblocked by the API"}`, "deactivated"},
		{"activate", 201, "true", "active"},
		{"deactivate", 201, "true", "deactivated"},
		{"block", 201, "true", "blocked"},
		{"activate", 403, `{"message":"403 Forbidden - A blocked user must be unblocked to be activated"}`, "blocked"},
		{"deactivate", 403, `{"message":"403 Forbidden - A blocked user cannot be deactivated by the API"}`, "blocked"},
		{"unblock", 201, "true", "active"},
	} {
		k.do("POST", "/users/2/"+step.verb, "dev-token", "").is(403)
		k.do("POST", "/users/2/"+step.verb, rootToken, "").is(step.status, step.body)
		if u := k.do("GET", "/users/2", rootToken, "").object(); u["state"] != step.state {
			t.Errorf("%s: %v", step.verb, u["state"])
		}
		if status := k.do("GET", "/user", "dev-token", "").status; (status == 200) != (step.state == "active") {
			t.Errorf("a user who is %s gets %d", step.state, status)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"testing"
)

func TestProjectAccessTokens(t *testing.T) {
	k := newKit(t)
	app := k.project("root/app", nil)
	k.member(app, k.user("dev"), developer)
	k.member(app, k.user("max"), maintainer)
	const tokens = "/projects/1/access_tokens"

	k.do("POST", tokens, rootToken, "name=ci").is(400, `{"error":"scopes is missing, scopes does not have a valid value"}`)
	k.do("POST", tokens, rootToken, "name=ci&scopes[]=sudo").is(400, `{"error":"scopes does not have a valid value"}`)
	k.do("POST", tokens, "dev-token", "name=ci&scopes[]=api").is(400, `{"message":"400 Bad request - User does not have permission to create project access token"}`)
	k.do("POST", tokens, "max-token", "name=ci&scopes[]=api&access_level=50").is(400,
		`{"message":"400 Bad request - Access level of the token contains permissions not held by the creating user"}`)
	k.do("GET", tokens, "dev-token", "").is(401)

	made := k.do("POST", tokens, "max-token", `{"name":"ci","scopes":["api"],"access_level":30,"expires_at":"2026-02-01"}`).is(201).object()
	if made["access_level"] != 30.0 || made["resource_type"] != "project" || made["resource_id"] != 1.0 || made["expires_at"] != "2026-02-01" {
		t.Error(made)
	}
	secret := made["token"].(string)
	bot := k.do("GET", "/user", secret, "").is(200).object()
	if bot["bot"] != true || bot["name"] != "ci" || bot["id"] != made["user_id"] {
		t.Error(bot)
	}
	schedule := k.do("POST", "/projects/1/pipeline_schedules", secret, "description=d&ref=main&cron=0+1+*+*+*").is(201).object()
	if schedule["owner"].(map[string]any)["id"] != bot["id"] {
		t.Error("the bot does not own what it made", schedule["owner"])
	}
	k.do("POST", tokens, secret, "name=next&scopes[]=api").is(400)

	one := fmt.Sprintf("%s/%v", tokens, made["id"])
	if shown := k.do("GET", one, "max-token", "").is(200).object(); shown["token"] != nil || shown["active"] != true {
		t.Error(shown)
	}
	rotated := k.do("POST", one+"/rotate", "max-token", "").is(200).object()
	k.do("GET", "/user", secret, "").is(401)
	k.do("GET", "/user", rotated["token"].(string), "").is(200)
	if list := k.do("GET", tokens+"?state=active", "max-token", "").is(200).list(); len(list) != 1 || list[0]["id"] != rotated["id"] {
		t.Error(list)
	}
	one = fmt.Sprintf("%s/%v", tokens, rotated["id"])
	k.do("DELETE", one, "dev-token", "").is(401)
	k.do("DELETE", one, "max-token", "").is(204, "")
	k.do("DELETE", one, "max-token", "").is(404, `{"message":"404 project Access Token Not Found"}`)
	k.do("GET", fmt.Sprintf("/users/%v", bot["id"]), rootToken, "").is(404)
	if left := k.do("GET", "/projects/1/pipeline_schedules/1", rootToken, "").is(200).object(); left["owner"] != nil {
		t.Error("the schedule of a deleted bot has an owner", left["owner"])
	}
	k.do("GET", "/projects/1/access_tokens/1", rootToken, "").is(404) // root's own token is none of the project's
}

func TestGroupAccessTokensEndWithTheGroup(t *testing.T) {
	k := newKit(t)
	k.do("POST", "/groups", rootToken, "name=g&path=g").is(201)
	made := k.do("POST", "/groups/g/access_tokens", rootToken, "name=ci&scopes[]=api").is(201).object()
	if made["access_level"] != 40.0 || made["resource_type"] != "group" {
		t.Error(made)
	}
	k.do("POST", "/projects", made["token"].(string), fmt.Sprintf("name=app&namespace_id=%v", made["resource_id"])).is(201)
	k.do("DELETE", "/groups/g", rootToken, "").is(202)
	k.do("GET", "/user", made["token"].(string), "").is(401)
}

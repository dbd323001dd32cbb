// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"strings"
	"testing"
)

// roles are who asks in the permission tests: "<name>-token" for all but root and nobody.
var roles = []string{"nobody", "stranger", "guest", "reporter", "developer", "author", "maintainer", "owner", "root"}

// cast makes a project with a member for each role. "author" is a developer who owns schedule 1, which has a variable KEY.
func cast(t *testing.T, settings map[string]any) *kit {
	k := newKit(t)
	p := k.project("group/app", settings)
	levels := []accessLevel{noAccess, noAccess, guest, reporter, developer, developer, maintainer, owner}
	for i, level := range levels[1:] {
		u := k.user(roles[i+1])
		if level != noAccess {
			k.member(p, u, level)
		}
	}
	k.do("POST", "/projects/1/pipeline_schedules", "author-token", "description=Nightly&ref=main&cron=0+1+*+*+*").is(201)
	k.do("POST", "/projects/1/pipeline_schedules/1/variables", "author-token", "key=KEY&value=secret").is(201)
	return k
}

func tokenOf(role string) string {
	switch role {
	case "nobody":
		return ""
	case "root":
		return rootToken
	}
	return role + "-token"
}

const (
	schedulePath = "/projects/1/pipeline_schedules/1"
	newSchedule  = "description=Other&ref=main&cron=0+1+*+*+*"
)

var scheduleVerbs = []struct{ name, method, path, body string }{
	{"list", "GET", "/projects/1/pipeline_schedules", ""},
	{"get", "GET", schedulePath, ""},
	{"pipelines", "GET", schedulePath + "/pipelines", ""},
	{"create", "POST", "/projects/1/pipeline_schedules", newSchedule},
	{"update", "PUT", schedulePath, "description=Changed"},
	{"take", "POST", schedulePath + "/take_ownership", ""},
	{"delete", "DELETE", schedulePath, ""},
	{"play", "POST", schedulePath + "/play", ""},
	{"create variable", "POST", schedulePath + "/variables", "key=NEW&value=1"},
	{"get variable", "GET", schedulePath + "/variables/KEY", ""},
	{"update variable", "PUT", schedulePath + "/variables/KEY", "value=2"},
	{"delete variable", "DELETE", schedulePath + "/variables/KEY", ""},
}

// TestSchedulePermissions has a column for each of roles.
func TestSchedulePermissions(t *testing.T) {
	for name, tc := range map[string]struct {
		settings map[string]any
		want     map[string]string
	}{
		"private project, public pipelines": {map[string]any{}, map[string]string{
			"list":            "401 404 200 200 200 200 200 200 200",
			"get":             "401 404 200 200 200 200 200 200 200",
			"pipelines":       "401 404 200 200 200 200 200 200 200",
			"create":          "401 404 403 403 201 201 201 201 201",
			"update":          "401 404 403 403 403 200 403 403 200",
			"take":            "401 404 403 403 403 200 201 201 201",
			"delete":          "401 404 403 403 403 204 204 204 204",
			"play":            "401 404 403 403 201 201 201 201 201",
			"create variable": "401 404 403 403 403 201 403 403 201",
			"get variable":    "401 404 403 403 403 200 200 200 200",
			"update variable": "401 404 403 403 403 200 403 403 200",
			"delete variable": "401 404 403 403 403 202 202 202 202",
		}},
		"private project, private pipelines": {map[string]any{"public_jobs": false}, map[string]string{
			"list":            "401 404 403 200 200 200 200 200 200",
			"get":             "401 404 404 200 200 200 200 200 200",
			"create":          "401 404 403 403 201 201 201 201 201",
			"update":          "401 404 404 403 403 200 403 403 200",
			"take":            "401 404 404 403 403 200 201 201 201",
			"delete":          "401 404 404 403 403 204 204 204 204",
			"play":            "401 404 404 403 201 201 201 201 201",
			"create variable": "401 404 403 403 403 201 403 403 201",
			"delete variable": "401 404 403 403 403 202 202 202 202",
		}},
		"public project, public pipelines": {map[string]any{"visibility": "public"}, map[string]string{
			"list":            "401 200 200 200 200 200 200 200 200",
			"get":             "401 200 200 200 200 200 200 200 200",
			"create":          "401 403 403 403 201 201 201 201 201",
			"delete":          "401 403 403 403 403 204 204 204 204",
			"create variable": "401 403 403 403 403 201 403 403 201",
		}},
		"public project, private pipelines": {map[string]any{"visibility": "public", "public_jobs": false}, map[string]string{
			"list": "401 403 403 200 200 200 200 200 200",
			"get":  "401 404 404 200 200 200 200 200 200",
		}},
		"variables for maintainers": {map[string]any{"ci_pipeline_variables_minimum_override_role": "maintainer"}, map[string]string{
			"create variable": "401 404 403 403 403 403 403 403 201",
			"get variable":    "401 404 403 403 403 200 200 200 200",
			"update variable": "401 404 403 403 403 403 403 403 200",
			"delete variable": "401 404 403 403 403 403 202 202 202",
		}},
		"variables for nobody": {map[string]any{"ci_pipeline_variables_minimum_override_role": "no_one_allowed"}, map[string]string{
			"create variable": "401 404 403 403 403 403 403 403 403",
			"delete variable": "401 404 403 403 403 403 403 403 403",
		}},
		"pipelines disabled": {map[string]any{"builds_access_level": "disabled"}, map[string]string{
			"list":   "401 404 403 403 403 403 403 403 403",
			"get":    "401 404 404 404 404 404 404 404 404",
			"create": "401 404 403 403 403 403 403 403 403",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, verb := range scheduleVerbs {
				want, tested := tc.want[verb.name]
				if !tested {
					continue
				}
				var got []string
				for _, role := range roles {
					k := cast(t, nil)
					for setting, value := range tc.settings {
						if setting == "visibility" {
							k.s.world.projects[1].Visibility = value.(string)
						}
						k.s.world.projects[1].Settings[setting] = value
					}
					got = append(got, fmt.Sprint(k.do(verb.method, verb.path, tokenOf(role), verb.body).status))
				}
				if strings.Join(got, " ") != want {
					t.Errorf("%s: %s\n%s", verb.name, strings.Join(got, " "), want)
				}
			}
		})
	}
}

func TestVariablesAreAbsentForThoseWhoMayNotReadThem(t *testing.T) {
	k := cast(t, nil)
	for role, visible := range map[string]bool{
		"guest": false, "reporter": false, "developer": false, "author": true, "maintainer": true, "owner": true, "root": true,
	} {
		_, present := k.do("GET", schedulePath, tokenOf(role), "").object()["variables"]
		if present != visible {
			t.Errorf("%s: variables present: %v", role, present)
		}
	}
	for name, a := range map[string]answer{
		"update":           k.do("PUT", schedulePath, "author-token", "active=true"),
		"take, own":        k.do("POST", schedulePath+"/take_ownership", "author-token", ""),
		"take, another's":  k.do("POST", schedulePath+"/take_ownership", "maintainer-token", ""),
		"create":           k.do("POST", "/projects/1/pipeline_schedules", "author-token", newSchedule),
		"get by ex-author": k.do("GET", schedulePath, "author-token", ""),
	} {
		if _, present := a.object()["variables"]; present {
			t.Errorf("%s: has variables", name)
		}
	}
	// An owner who is no developer any more has lost them too.
	k = cast(t, nil)
	k.member(k.s.world.projects[1], k.s.world.findUser("author"), reporter)
	if _, present := k.do("GET", schedulePath, "author-token", "").object()["variables"]; present {
		t.Error("a reporter who owns the schedule reads its variables")
	}
	k.do("PUT", schedulePath, "author-token", "active=false").is(403)
	k.do("DELETE", schedulePath, "author-token", "").is(403)
}

func TestProtectedRefs(t *testing.T) {
	k := cast(t, nil)
	p := k.s.world.projects[1]
	p.Repo.branches["prod"] = p.Repo.branches["main"]
	p.ProtectedBranches = []*Protection{{Name: "prod", Push: []Grant{{Level: maintainer}}, Merge: []Grant{{Level: maintainer}}}}
	p.ProtectedTags = []*Protection{{Name: "v*", Create: []Grant{{Level: maintainer}}}}

	// A forbidden ref hides every other mistake.
	for _, ref := range []string{"prod", "refs/heads/prod", "v1.0", "refs/tags/v9"} {
		k.do("POST", "/projects/1/pipeline_schedules", "developer-token", "description=&cron=x&ref="+ref).
			is(400, `{"message":{"base":["The current user is not authorized to create the pipeline schedule"]}}`)
		k.do("PUT", schedulePath, "author-token", "description=&ref="+ref).
			is(400, `{"message":{"base":["The current user is not authorized to update the pipeline schedule"]}}`)
	}
	k.do("POST", "/projects/1/pipeline_schedules", "maintainer-token", "description=Release&cron=0+1+*+*+*&ref=prod").is(201)

	// Once the schedule's own ref is protected against its owner, he can give it away or delete it, no more.
	k.s.ci.schedules[1].ref = "refs/heads/prod"
	const forbidden = `{"message":"403 Forbidden"}`
	k.do("PUT", schedulePath, "author-token", "ref=main").is(403, forbidden)
	k.do("POST", schedulePath+"/play", "author-token", "").is(403, forbidden)
	k.do("POST", schedulePath+"/variables", "author-token", "key=A&value=1").is(403, forbidden)
	k.do("POST", schedulePath+"/take_ownership", "author-token", "").is(200)
	k.do("DELETE", schedulePath+"/variables/KEY", "author-token", "").is(202)
	k.do("DELETE", schedulePath, "author-token", "").is(204)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRouting(t *testing.T) {
	k := newKit(t)
	k.project("root/app", nil)
	const missing = `{"error":"404 Not Found"}`
	k.do("GET", "/nothing/here", rootToken, "").is(404, missing)
	k.do("GET", "/projects/root/app", rootToken, "").is(404, missing)
	k.do("GET", "/projects//", rootToken, "").is(404, missing)
	k.do("GET", "/projects/x/../1", rootToken, "").is(404, missing)
	k.do("GET", "/", rootToken, "").is(404, missing)
	k.do("GET", "/projects/1/", rootToken, "").is(200)
	k.do("GET", "/projects/root%2Fapp", rootToken, "").is(200)

	refused := k.do("PATCH", "/projects/1", rootToken, "").is(405, `{"error":"405 Not Allowed"}`)
	if allow := refused.header.Get("Allow"); allow != "OPTIONS, GET, HEAD, PUT, DELETE" {
		t.Errorf("Allow: %s", allow)
	}
	k.do("OPTIONS", "/projects/1", "", "").is(204, "")
	if head := k.do("HEAD", "/projects/1", rootToken, "").is(200); head.header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD answers %v", head.header)
	}
}

func TestAuthentication(t *testing.T) {
	k := newKit(t)
	dev := k.user("dev")
	k.project("root/private", nil)
	k.project("root/open", map[string]any{"visibility": "public"})
	k.token(dev, "reader", "read_api")
	k.token(dev, "narrow", "read_user")
	k.token(dev, "revoked", "api").Revoked = true
	k.token(dev, "expired", "api").ExpiresAt = start
	k.token(dev, "expires-later", "api").ExpiresAt = start.Add(time.Second)
	k.token(k.root, "no-sudo", "api")
	k.token(k.user("blocked"), "x", "api").User.State = "blocked"

	const (
		unauthorized = `{"message":"401 Unauthorized"}`
		expired      = `{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}`
		revoked      = `{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`
		narrow       = `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"`
		noProject    = `{"message":"404 Project Not Found"}`
	)
	for name, test := range map[string]struct {
		method, path string
		headers      []string
		status       int
		body         string // "" = any
	}{
		"anonymous where a user is needed": {"GET", "/user", nil, 401, unauthorized},
		"anonymous, private project":       {"GET", "/projects/1", nil, 404, noProject},
		"anonymous, public project":        {"GET", "/projects/2", nil, 200, ""},
		"unknown token, public project":    {"GET", "/projects/2", []string{"PRIVATE-TOKEN", "nope"}, 401, unauthorized},
		"unknown bearer":                   {"GET", "/user", []string{"Authorization", "Bearer nope"}, 401, unauthorized},
		"token by header":                  {"GET", "/user", []string{"PRIVATE-TOKEN", "dev-token"}, 200, ""},
		"token as bearer":                  {"GET", "/user", []string{"Authorization", "Bearer dev-token"}, 200, ""},
		"token in the query":               {"GET", "/user?private_token=dev-token", nil, 200, ""},
		"job token, user needed":           {"GET", "/user", []string{"JOB-TOKEN", "dev-token"}, 401, unauthorized},
		"job token, public project":        {"GET", "/projects/2", []string{"JOB-TOKEN", "nope"}, 200, ""},
		"basic authentication":             {"GET", "/user", []string{"Authorization", "Basic ZGV2OmRldi10b2tlbg=="}, 401, unauthorized},
		"expired":                          {"GET", "/user", []string{"PRIVATE-TOKEN", "expired"}, 401, expired},
		"not yet expired":                  {"GET", "/user", []string{"PRIVATE-TOKEN", "expires-later"}, 200, ""},
		"revoked":                          {"GET", "/user", []string{"PRIVATE-TOKEN", "revoked"}, 401, revoked},
		"blocked user":                     {"GET", "/user", []string{"PRIVATE-TOKEN", "x"}, 403, `{"message":"403 Forbidden - Your account has been blocked."}`},
		"read_api reads":                   {"GET", "/projects", []string{"PRIVATE-TOKEN", "reader"}, 200, ""},
		"read_api doesn't write":           {"POST", "/projects", []string{"PRIVATE-TOKEN", "reader"}, 403, narrow + `api"}`},
		"read_user reads users":            {"GET", "/user", []string{"PRIVATE-TOKEN", "narrow"}, 200, ""},
		"read_user reads nothing else":     {"GET", "/projects/2", []string{"PRIVATE-TOKEN", "narrow"}, 403, narrow + `api read_api"}`},
		"any scope sees itself":            {"GET", "/personal_access_tokens/self", []string{"PRIVATE-TOKEN", "narrow"}, 200, ""},
		"sudo by name":                     {"GET", "/user", []string{"PRIVATE-TOKEN", rootToken, "Sudo", "DEV"}, 200, ""},
		"sudo by id in the query":          {"GET", "/user?sudo=2", []string{"PRIVATE-TOKEN", rootToken}, 200, ""},
		"sudo without the scope":           {"GET", "/user", []string{"PRIVATE-TOKEN", "no-sudo", "Sudo", "dev"}, 403, narrow + `sudo"}`},
		"sudo by no admin":                 {"GET", "/user", []string{"PRIVATE-TOKEN", "dev-token", "Sudo", "root"}, 403, `{"message":"403 Forbidden - Must be admin to use sudo"}`},
		"sudo as nobody":                   {"GET", "/user", []string{"PRIVATE-TOKEN", rootToken, "Sudo", "x"}, 404, `{"message":"404 User with ID or username 'x' Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := k.do(test.method, test.path, "", "", test.headers...)
			a.t = t
			if test.body == "" {
				a.is(test.status)
			} else {
				a.is(test.status, test.body)
			}
			if strings.HasPrefix(name, "sudo") && test.status == 200 && a.object()["username"] != "dev" {
				t.Errorf("acts as %v", a.object()["username"])
			}
		})
	}
	if err := k.clock.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	k.do("GET", "/user", "expires-later", "").is(401, expired)
}

func TestChecksComeInGitLabsOrder(t *testing.T) {
	k := newKit(t)
	k.user("dev")
	k.project("root/app", nil)
	body := []string{"Content-Type", "application/json"}
	k.do("POST", "/projects/99/members", "", "{", body...).is(400, `{"error":"`+strings.ReplaceAll(malformedJSON, "\n", `\n`)+`"}`)
	k.do("POST", "/projects/99/members", "", "{}").is(401)
	k.do("POST", "/projects/99/members", "dev-token", "{}").is(400, `{"error":"access_level is missing, access_level does not have a valid value"}`)
	k.do("POST", "/projects/99/members", "dev-token", "access_level=30&user_id=2").is(404)
	k.do("POST", "/projects/1/members", "dev-token", "access_level=30&user_id=2").is(404, `{"message":"404 Project Not Found"}`)
	k.member(k.s.findProject("1"), k.s.world.findUser("dev"), developer)
	k.do("POST", "/projects/1/members", "dev-token", "access_level=30&user_id=2").is(403, `{"message":"403 Forbidden"}`)
}

// Clients take the server's time from its answers.
func TestAnswersHaveTheClocksDate(t *testing.T) {
	k := newKit(t)
	for range 2 {
		if got, want := k.do("GET", "/user", rootToken, "").header.Get("Date"), k.clock.Now().Format(http.TimeFormat); got != want {
			t.Errorf("the date is %s, want %s", got, want)
		}
		if err := k.clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRateLimit(t *testing.T) {
	k := newKit(t, func(c *Config) { c.RateLimit = 2 })
	k.user("dev")
	if err := k.clock.Advance(12500 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	k.do("GET", "/user", "dev-token", "").is(200)
	k.do("GET", "/user", "", "", "Authorization", "Bearer dev-token").is(200)
	refused := k.do("GET", "/user?private_token=dev-token", "", "").is(429, "Retry later\n")
	for name, want := range map[string]string{
		"Content-Type": "text/plain", "RateLimit-Name": "throttle_authenticated_api", "RateLimit-Limit": "2", "RateLimit-Observed": "3",
		"RateLimit-Remaining": "0", "RateLimit-Reset": strconv.FormatInt(start.Unix()+60, 10), "RateLimit-ResetTime": "Thu, 15 Jan 2026 12:01:00 GMT",
		"Retry-After": "48",
	} {
		if got := refused.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	k.do("GET", "/user", rootToken, "").is(200)
	if err := k.clock.Advance(48 * time.Second); err != nil {
		t.Fatal(err)
	}
	k.do("GET", "/user", "dev-token", "").is(200)
}

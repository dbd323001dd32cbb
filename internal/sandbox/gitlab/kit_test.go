// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
)

// start is the time at which every test's frozen clock stands.
var start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

const rootToken = "root-token"

// kit is a server under test, its clock and its world prepared without the API.
type kit struct {
	t     testing.TB
	s     *Server
	clock *clock.Clock
	root  *User
}

func newKit(t testing.TB, configure ...func(*Config)) *kit {
	t.Helper()
	config := Config{Clock: clock.New(start), AdminToken: rootToken, BaseURL: "https://gitlab.example.com"}
	for _, f := range configure {
		f(&config)
	}
	s := New(config)
	return &kit{t: t, s: s, clock: config.Clock, root: s.world.findUser("root")}
}

// user makes a user whose token, with scope api, is "<name>-token".
func (k *kit) user(name string) *User {
	k.t.Helper()
	u := k.s.world.addUser(&User{Username: name, Name: strings.ToUpper(name[:1]) + name[1:], Email: name + "@example.com", CreatedAt: start})
	k.token(u, name+"-token", "api")
	return u
}

func (k *kit) token(u *User, secret string, scopes ...string) *Token {
	k.t.Helper()
	return k.s.world.addToken(&Token{User: u, Name: secret, Secret: secret, Scopes: scopes, CreatedAt: start})
}

// project makes a project of root's, with a branch main that holds a .gitlab-ci.yml, and a tag v1.0 on it.
func (k *kit) project(path string, settings map[string]any) *Project {
	k.t.Helper()
	p := &Project{
		Name: path[strings.LastIndex(path, "/")+1:], Path: path, Owner: k.root, Creator: k.root, Visibility: "private", DefaultBranch: "main",
		CreatedAt: start, UpdatedAt: start, Members: map[int]*Membership{}, Settings: projectAttributes.defaults(), Repo: newRepo(),
	}
	for name, value := range settings {
		if name == "visibility" {
			p.Visibility = value.(string)
			continue
		}
		p.Settings[name] = value
	}
	draft := Commit{Message: "Initial commit", AuthorName: "Administrator", AuthorEmail: "admin@example.com", CommittedAt: start}
	c := p.Repo.commit("main", nil, draft, map[string]*file{".gitlab-ci.yml": newFile([]byte("build:\n  script: make\n"))})
	p.Repo.tags["v1.0"] = &Tag{Name: "v1.0", Commit: c, CreatedAt: start}
	return k.s.world.addProject(p)
}

func (k *kit) member(p *Project, u *User, level accessLevel) {
	p.Members[u.ID] = &Membership{User: u, Level: level, CreatedAt: start}
}

// answer is what the server said.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// do sends a request with a token ("" for none). A body that starts with { or [ is JSON, any other a form.
func (k *kit) do(method, path, token, body string, headers ...string) answer {
	k.t.Helper()
	r := httptest.NewRequest(method, "http://sandbox.test/api/v4"+path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("PRIVATE-TOKEN", token)
	}
	if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		r.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	k.s.ServeHTTP(w, r)
	return answer{t: k.t, status: w.Code, header: w.Header(), body: w.Body.String()}
}

// is fails the test unless the answer has this status and, where given, exactly this body.
func (a answer) is(status int, body ...string) answer {
	a.t.Helper()
	if a.status != status || len(body) > 0 && a.body != body[0] {
		a.t.Errorf("got %d %s\nwant %d %s", a.status, a.body, status, strings.Join(body, ""))
	}
	return a
}

// object is the answer's JSON object.
func (a answer) object() map[string]any {
	a.t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		a.t.Fatalf("%d %q is no JSON object: %v", a.status, a.body, err)
	}
	return o
}

// list is the answer's JSON array of objects.
func (a answer) list() []map[string]any {
	a.t.Helper()
	var l []map[string]any
	if err := json.Unmarshal([]byte(a.body), &l); err != nil {
		a.t.Fatalf("%d %q is no JSON array: %v", a.status, a.body, err)
	}
	return l
}

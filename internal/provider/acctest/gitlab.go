// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// GitLab is a GitLab instance with its administrator's token.
type GitLab struct {
	instance
	// before is shared by all that are the same instance.
	before *atomic.Pointer[func(*http.Request)]
}

func newGitLab(t *testing.T, baseURL, token string, s *sandbox.Sandbox) *GitLab {
	return &GitLab{
		instance: instance{t: t, BaseURL: baseURL, Token: token, Sandbox: s, root: "/api/v4/", header: "PRIVATE-TOKEN"},
		before:   &atomic.Pointer[func(*http.Request)]{},
	}
}

// NewGitLab starts a sandbox, whose clock is frozen, or uses the live
// instance. It skips the test when live tests are wanted but no GitLab is
// named.
func NewGitLab(t *testing.T) *GitLab {
	t.Helper()
	if Live() {
		g := newGitLab(t, os.Getenv("GITLAB_BASE_URL"), os.Getenv("GITLAB_TOKEN"), nil)
		if g.BaseURL == "" || g.Token == "" {
			t.Skip("live tests of GitLab need GITLAB_BASE_URL and GITLAB_TOKEN, an administrator's")
		}
		return g
	}
	return SandboxGitLab(t)
}

// SandboxGitLab starts a sandbox, for tests that look into the server or make
// it fail. It skips the test when live tests are wanted.
func SandboxGitLab(t *testing.T) *GitLab {
	t.Helper()
	if Live() {
		t.Skip("needs the sandbox: it looks into the server, or makes it fail")
	}
	s, err := sandbox.New(sandbox.Options{Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	g := newGitLab(t, "", s.AdminToken(), s)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before := g.before.Load(); before != nil && ofProvider(r.UserAgent()) {
			(*before)(r)
		}
		s.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.BaseURL = server.URL
	return g
}

// Before has something done before each of the provider's requests.
func (g *GitLab) Before(do func(*http.Request)) { g.before.Store(&do) }

// TimePasses moves the sandbox's clock on before each of the provider's GETs,
// so that what it waits for comes to be without a wait.
func (g *GitLab) TimePasses(step time.Duration) {
	g.Before(func(r *http.Request) {
		if r.Method == http.MethodGet {
			_ = g.Sandbox.Clock().Advance(step)
		}
	})
}

// TimeRuns lets the sandbox's clock go on as time does here, by each of the
// provider's requests. Tests need it whose creations take time between each other
// and get lost: which of them made what is told by the server's clock, and one
// that stands still meanwhile is like one that runs wrong.
func (g *GitLab) TimeRuns() {
	var mu sync.Mutex
	clock, begin := g.Sandbox.Clock(), time.Now()
	start := clock.Now()
	g.Before(func(*http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = clock.Set(start.Add(time.Since(begin)))
	})
}

// Provider is a provider block for the instance and a token, with settings
// added to its gitlab object. It repeats nothing after an error unless the
// settings say so, so that a test of errors doesn't wait.
func (g *GitLab) Provider(token string, settings ...string) string {
	more := strings.Join(settings, "\n    ")
	if !strings.Contains(more, "max_retries") {
		more += "\n    max_retries = 0"
	}
	return fmt.Sprintf("provider \"cicd\" {\n  gitlab = {\n    base_url = %q\n    token = %q\n    %s\n  }\n}\n", g.BaseURL, token, more)
}

// Config is the administrator's provider block with a configuration after it.
func (g *GitLab) Config(hcl string, args ...any) string {
	return g.Provider(g.Token) + fmt.Sprintf(hcl, args...)
}

// Project is a project of a test.
type Project struct {
	*GitLab
	ID   int64
	Path string
}

var serial atomic.Int64

// unique is a name that no other test has, nor an earlier run.
func unique(prefix string) string {
	return fmt.Sprintf("%s-%d-%d", prefix, time.Now().UnixNano(), serial.Add(1))
}

// NewProject makes a private project in a group of its own, with a branch
// `main`, a tag `v1.0`, and a pipeline configuration.
func (g *GitLab) NewProject() *Project {
	g.t.Helper()
	group := g.Object(http.MethodPost, "groups", map[string]any{"name": unique("acc"), "path": unique("acc")})
	project := g.Object(http.MethodPost, "projects", map[string]any{
		"name": "app", "namespace_id": group["id"], "initialize_with_readme": true, "default_branch": "main",
	})
	p := &Project{GitLab: g, ID: number(project["id"]), Path: project["path_with_namespace"].(string)}
	g.tidy(func() { g.Call(http.MethodDelete, fmt.Sprintf("groups/%d", number(group["id"])), nil) })
	p.Object(http.MethodPost, p.URL("repository/commits"), map[string]any{
		"branch": "main", "commit_message": "Add a pipeline",
		"actions": []any{map[string]any{"action": "create", "file_path": ".gitlab-ci.yml", "content": "job:\n  script: [\"true\"]\n"}},
	})
	p.Object(http.MethodPost, p.URL("repository/tags"), map[string]any{"tag_name": "v1.0", "ref": "main"})
	return p
}

// URL is an API path below the project.
func (p *Project) URL(format string, args ...any) string {
	return fmt.Sprintf("projects/%d/", p.ID) + fmt.Sprintf(format, args...)
}

// User is a user of a test.
type User struct {
	ID              int64
	Username, Token string
}

// GitLab's roles.
const (
	Guest      = 10
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
	Owner      = 50
)

// NewUser makes a user with a token.
func (g *GitLab) NewUser() User {
	g.t.Helper()
	name := unique("user")
	user := g.Object(http.MethodPost, "users", map[string]any{
		"username": name, "name": "User " + name, "email": name + "@example.com",
		"password": unique("Correct.Horse"), "skip_confirmation": true,
	})
	id := number(user["id"])
	g.tidy(func() { g.Call(http.MethodDelete, fmt.Sprintf("users/%d?hard_delete=true", id), nil) })
	token := g.Object(http.MethodPost, fmt.Sprintf("users/%d/personal_access_tokens", id), map[string]any{
		"name": "acceptance", "scopes": []string{"api"}, "expires_at": time.Now().AddDate(0, 0, 30).Format(time.DateOnly),
	})
	return User{ID: id, Username: name, Token: token["token"].(string)}
}

// NewMember makes a user with a role in the project; 0 is none.
func (p *Project) NewMember(role int) User {
	p.t.Helper()
	user := p.NewUser()
	if role > 0 {
		p.Object(http.MethodPost, p.URL("members"), map[string]any{"user_id": user.ID, "access_level": role})
	}
	return user
}

// NewSchedule makes a schedule as the owner of a token, behind Terraform's
// back.
func (p *Project) NewSchedule(token string, attributes map[string]any) int64 {
	p.t.Helper()
	body := map[string]any{"description": "Made elsewhere", "ref": "main", "cron": "0 1 * * 5"}
	for name, value := range attributes {
		body[name] = value
	}
	return number(p.As(token).Object(http.MethodPost, p.URL("pipeline_schedules"), body)["id"])
}

// Schedules are the project's schedules, newest first, each with its
// variables.
func (p *Project) Schedules() []map[string]any {
	p.t.Helper()
	var all []map[string]any
	for _, listed := range p.List(p.URL("pipeline_schedules?per_page=100")) {
		all = append(all, p.Object(http.MethodGet, p.URL("pipeline_schedules/%d", number(listed["id"])), nil))
	}
	return all
}

// Schedule is the project's one schedule, with its variables.
func (p *Project) Schedule() map[string]any {
	p.t.Helper()
	schedules := p.Schedules()
	if len(schedules) != 1 {
		p.t.Fatalf("the project has %d schedules, not one", len(schedules))
	}
	return schedules[0]
}

// Number is a number of an API object.
func Number(v any) int64 { return number(v) }

func number(v any) int64 {
	n, err := v.(json.Number).Int64()
	if err != nil {
		panic(err)
	}
	return n
}

// As is the same instance for another token.
func (g *GitLab) As(token string) *GitLab {
	other := *g
	other.Token = token
	return &other
}

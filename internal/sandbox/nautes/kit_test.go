// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/gitlab"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
)

const (
	rootToken = "root-token"
	gitlabURL = "https://gitlab.example.com"
	runtimes  = "/products/labs/projectpipelineruntimes"
)

var start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// kit is a Nautes under test with its GitLab. It holds the product "labs" with
//   - projects api-server and web,
//   - environments env-test and env-dev on the pipeline clusters "pipelines" and "spare",
//   - code repositories api-server and "lib-path", displayed as "Lib Display Name", of project api-server, and "web" of project web,
//   - a GitLab project "stranger" that Nautes doesn't know.
type kit struct {
	t      testing.TB
	clock  *clock.Clock
	gitlab *gitlab.Server
	nautes *nautes.Server
	ids    map[string]int // of GitLab's projects in the group labs, by path
}

func newKit(t testing.TB, configure ...func(*nautes.Config)) *kit {
	t.Helper()
	k := &kit{t: t, clock: clock.New(start), ids: map[string]int{}}
	k.gitlab = gitlab.New(gitlab.Config{Clock: k.clock, AdminToken: rootToken, BaseURL: gitlabURL})
	config := nautes.Config{Clock: k.clock, GitLab: k.gitlab, GitLabURL: gitlabURL}
	for _, f := range configure {
		f(&config)
	}
	var err error
	if k.nautes, err = nautes.New(config); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipelines", "spare"} {
		k.post("/clusters/"+name, pipelineCluster).saved(name + " cluster")
	}
	k.post("/products/labs", `{"git":{"gitlab":{"visibility":"private"}}}`).is(`{"message":"Successfully saved"}`)
	k.post("/products/labs/projects/api-server", `{"language":"go"}`).saved("api-server configuration")
	k.post("/products/labs/projects/web", `{"language":"ts"}`).saved("web configuration")
	k.post("/products/labs/environments/env-test", `{"cluster":"pipelines","env_type":"test"}`).saved("env-test configuration")
	k.post("/products/labs/environments/env-dev", `{"cluster":"spare","env_type":"dev"}`).saved("env-dev configuration")
	k.repo("api-server", "api-server", "api-server")
	k.repo("lib-path", "Lib Display Name", "api-server")
	k.repo("web", "web", "web")
	k.ids["stranger"] = k.inGitLab("POST", "projects", fmt.Sprintf(`{"name":"stranger","namespace_id":%v}`, k.inGitLab("GET", "groups/labs", "")["id"]))["id"].(int)
	return k
}

const pipelineCluster = `{"api_server":"https://127.0.0.1:6443","cluster_kind":"kubernetes","cluster_type":"physical","usage":"worker",
	"worker_type":"pipeline","kubeconfig":"clusters: []"}`

// repo makes a code repository of that path, display name and project.
func (k *kit) repo(path, name, project string) {
	k.t.Helper()
	k.post("/products/labs/coderepos/"+path, fmt.Sprintf(
		`{"project":%q,"pipeline_runtime":true,"webhook":{"events":["push_events"]},"git":{"gitlab":{"name":%q,"path":%q,"visibility":"private"}}}`,
		project, name, path)).saved(path + " configuration")
	k.ids[path] = k.inGitLab("GET", "projects/labs%2F"+path, "")["id"].(int)
}

// inGitLab calls GitLab as root; the call must succeed. Numbers in the answer are ints.
func (k *kit) inGitLab(method, path, body string) map[string]any {
	k.t.Helper()
	a := send(k.t, k.gitlab, method, "/api/v4/"+path, body, "Authorization", "Bearer "+rootToken, "Content-Type", "application/json")
	if a.status >= 300 {
		k.t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if a.body == "" {
		return nil
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		k.t.Fatal(err)
	}
	for name, value := range object {
		if number, ok := value.(float64); ok {
			object[name] = int(number)
		}
	}
	return object
}

// user makes a user with a role in the group labs; 0 is none. The token is the name's.
func (k *kit) user(name string, level int) string {
	k.t.Helper()
	user := k.inGitLab("POST", "users", fmt.Sprintf(`{"username":%q,"name":%q,"email":"%s@example.com","password":"Correct.Horse.1","skip_confirmation":true}`, name, name, name))
	token := k.inGitLab("POST", fmt.Sprintf("users/%v/personal_access_tokens", user["id"]), `{"name":"t","scopes":["api"],"expires_at":"2026-12-31"}`)
	if level > 0 {
		k.inGitLab("POST", "groups/labs/members", fmt.Sprintf(`{"user_id":%v,"access_level":%d}`, user["id"], level))
	}
	return token["token"].(string)
}

// file writes a file of labs' default.project behind Nautes' back; an empty content removes it.
func (k *kit) file(path, content string) {
	k.t.Helper()
	action := map[string]any{"action": "create", "file_path": path, "content": content}
	if content == "" {
		action = map[string]any{"action": "delete", "file_path": path}
	} else if a := send(k.t, k.gitlab, "GET", "/api/v4/projects/labs%2Fdefault.project/repository/files/"+strings.ReplaceAll(path, "/", "%2F")+"?ref=main", "",
		"Authorization", "Bearer "+rootToken); a.status == 200 {
		action["action"] = "update"
	}
	body, err := json.Marshal(map[string]any{"branch": "main", "commit_message": "by hand", "actions": []any{action}})
	if err != nil {
		k.t.Fatal(err)
	}
	k.inGitLab("POST", "projects/labs%2Fdefault.project/repository/commits", string(body))
}

// content is a file of labs' default.project.
func (k *kit) content(path string) string {
	k.t.Helper()
	a := send(k.t, k.gitlab, "GET", "/api/v4/projects/labs%2Fdefault.project/repository/files/"+strings.ReplaceAll(path, "/", "%2F")+"/raw?ref=main", "",
		"Authorization", "Bearer "+rootToken)
	if a.status != 200 {
		k.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a.body
}

// commits is the number of commits in labs' default.project.
func (k *kit) commits() string {
	k.t.Helper()
	a := send(k.t, k.gitlab, "GET", "/api/v4/projects/labs%2Fdefault.project/repository/commits?ref_name=main", "", "Authorization", "Bearer "+rootToken)
	return fmt.Sprint(strings.Count(a.body, `"short_id"`))
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

func send(t testing.TB, handler http.Handler, method, path, body string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return answer{t, w.Code, w.Header(), w.Body.String()}
}

// do calls Nautes as root with JSON; headers given replace those.
func (k *kit) do(method, path, body string, header ...string) answer {
	k.t.Helper()
	header = append([]string{"Authorization", "Bearer " + rootToken, "Content-Type", "application/json"}, header...)
	return send(k.t, k.nautes, method, "/api/v1"+path, body, header...)
}

func (k *kit) post(path, body string) answer { k.t.Helper(); return k.do("POST", path, body) }
func (k *kit) get(path string) answer        { k.t.Helper(); return k.do("GET", path, "") }
func (k *kit) delete(path string) answer     { k.t.Helper(); return k.do("DELETE", path, "") }

// is checks the body of a success.
func (a answer) is(body string) {
	a.t.Helper()
	if a.status != 200 || a.body != body {
		a.t.Errorf("answered %d %s\n    want 200 %s", a.status, a.body, body)
	}
}

// fails checks an error.
func (a answer) fails(status int, reason, message string) {
	a.t.Helper()
	got := a.failure()
	if a.status != status || got.Code != status || got.Reason != reason || got.Message != message || got.Metadata == nil || len(got.Metadata) > 0 {
		a.t.Errorf("answered %d %s\n    want %d %q %s", a.status, a.body, status, reason, message)
	}
}

type failure struct {
	Code            int
	Reason, Message string
	Metadata        map[string]string
}

func (a answer) failure() failure {
	a.t.Helper()
	var f failure
	if err := json.Unmarshal([]byte(a.body), &f); err != nil {
		a.t.Errorf("answered %d %s, which is no error", a.status, a.body)
	}
	return f
}

func (a answer) saved(what string) {
	a.t.Helper()
	a.is(fmt.Sprintf(`{"message":"Successfully saved %s"}`, what))
}

func (a answer) deleted(what string) {
	a.t.Helper()
	a.is(fmt.Sprintf(`{"message":"Successfully deleted %s"}`, what))
}

// has checks that a body of JSON holds a text.
func (a answer) has(text string) {
	a.t.Helper()
	if a.status != 200 || !strings.Contains(a.body, text) {
		a.t.Errorf("answered %d %s\n    want 200 with %s", a.status, a.body, text)
	}
}

// runtime is a body to save, sound in the kit's product; changes replace members, and nil removes one.
func runtime(changes map[string]any) string {
	body := map[string]any{
		"project": "api-server", "pipeline_source": "api-server", "isolation": "shared",
		"pipelines": []any{map[string]any{"name": "pipeline-dev", "label": "dev", "path": "pipeline/dev"}},
		"event_sources": []any{map[string]any{
			"name":   "event-source-dev",
			"gitlab": map[string]any{"repo_name": "api-server", "revision": "dev", "events": []any{"push_events"}},
		}},
		"pipeline_triggers": []any{map[string]any{"event_source": "event-source-dev", "pipeline": "pipeline-dev"}},
		"destination":       map[string]any{"environment": "env-test"},
	}
	for name, value := range changes {
		if value == nil {
			delete(body, name)
			continue
		}
		body[name] = value
		if text, ok := value.(string); ok && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || text == "null") {
			body[name] = json.RawMessage(text)
		}
	}
	content, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(content)
}

type change = map[string]any

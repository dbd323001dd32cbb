// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

func start(t *testing.T, options sandbox.Options) (*sandbox.Sandbox, func(method, path, body string) (int, map[string]any)) {
	t.Helper()
	box, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	t.Cleanup(server.Close)
	return box, func(method, path, body string) (int, map[string]any) {
		t.Helper()
		request, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("PRIVATE-TOKEN", box.AdminToken())
		request.Header.Set("Authorization", "Bearer "+box.AdminToken())
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(content, &object); err != nil && len(content) > 0 {
			t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, content)
		}
		return response.StatusCode, object
	}
}

func TestControl(t *testing.T) {
	box, do := start(t, sandbox.Options{Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if status, answer := do("GET", "/_sandbox/healthz", ""); status != 200 || answer["status"] != "ok" {
		t.Error(status, answer)
	}
	for _, step := range []struct {
		method, path, body string
		status             int
		member             string
		want               any
	}{
		{"GET", "/_sandbox/clock", "", 200, "now", "2026-01-15T12:00:00Z"},
		{"POST", "/_sandbox/clock", `{"advance":"90s"}`, 200, "now", "2026-01-15T12:01:30Z"},
		{"POST", "/_sandbox/clock", `{"set":"2026-01-15T14:00:00+01:00"}`, 200, "now", "2026-01-15T13:00:00Z"},
		{"POST", "/_sandbox/clock", `{"set":"2026-01-15T12:00:00Z"}`, 400, "error", "the clock cannot go back from 2026-01-15T13:00:00Z to 2026-01-15T12:00:00Z"},
		{"POST", "/_sandbox/clock", `{"advance":"soon"}`, 400, "error", `advance "soon" is no duration such as 90s or 1h30m`},
		{"POST", "/_sandbox/clock", `{}`, 400, "error", `say either {"advance": "90s"} or {"set": "2026-01-15T12:00:00Z"}`},
		{"GET", "/_sandbox/clock", "", 200, "frozen", true},
		{"POST", "/_sandbox/faults", `{"fault":"explode"}`, 400, "error", `fault "explode" is none of ["status" "reset_before" "reset_after" "delay" "truncate" "html" "redirect" "late" "cut" "flood" "meanwhile"]`},
		{"POST", "/_sandbox/faults", `{"fault":"status","status":503,"path":"/user$","nth":1}`, 201, "fault", "status"},
		{"GET", "/api/v4/user", "", 503, "message", "503 Service Unavailable"},
		{"GET", "/api/v4/user", "", 200, "username", "root"},
		{"GET", "/nowhere", "", 404, "error", "no system of the sandbox has this path; GitLab's API is below /api/v4, Nautes' below /api/v1, Rancher's below /v3"},
		{"GET", "/_sandbox/requests", "", 200, "count", 3.0},
		{"DELETE", "/_sandbox/requests", "", 204, "", nil},
		{"GET", "/_sandbox/requests", "", 200, "count", 0.0},
		{"DELETE", "/_sandbox/faults", "", 204, "", nil},
		{"PUT", "/_sandbox/clock", "", 404, "error", "PUT /_sandbox/clock is nothing of the sandbox: GET healthz; GET, DELETE requests; GET, POST, DELETE faults; GET, POST clock; GET nautes/PRODUCT/default.project/FILE; GET events; POST changes"},
	} {
		status, answer := do(step.method, step.path, step.body)
		if status != step.status || step.member != "" && answer[step.member] != step.want {
			t.Errorf("%s %s %s: %d %v", step.method, step.path, step.body, status, answer)
		}
	}
	if len(box.Faults().List()) != 0 || len(box.Journal().Requests()) != 0 || !box.Clock().Frozen() {
		t.Error("Go and HTTP see different sandboxes")
	}
	do("GET", "/api/v4/user", "")
	_, answer := do("GET", "/_sandbox/requests", "")
	entry := answer["requests"].([]any)[0].(map[string]any)
	if len(entry) != 8 || entry["system"] != "gitlab" || entry["time"] != "2026-01-15T13:00:00Z" || entry["status"] != 200.0 {
		t.Error(entry)
	}
}

func TestJournalSeesFaultsAndRefusals(t *testing.T) {
	box, do := start(t, sandbox.Options{RateLimit: 1, Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if err := box.Faults().Add(faults.Rule{Nth: 1, Fault: faults.HTML, Status: 503, Body: "{}"}); err != nil {
		t.Fatal(err)
	}
	do("GET", "/api/v4/user", "")
	do("GET", "/api/v4/user", "")
	response := httptest.NewRecorder()
	box.Handler().ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/api/v4/user?private_token="+box.AdminToken(), nil))
	var statuses []int
	for _, request := range box.Journal().Requests() {
		statuses = append(statuses, request.Status)
		if strings.Contains(request.Query, box.AdminToken()) {
			t.Errorf("the journal holds the token: %s", request.Query)
		}
	}
	if want := []int{503, 200, 429}; !slices.Equal(statuses, want) || response.Code != 429 {
		t.Errorf("statuses %v, want %v", statuses, want)
	}
}

func TestSeeds(t *testing.T) {
	empty, do := start(t, sandbox.Options{AdminToken: "given"})
	if empty.AdminToken() != "given" || empty.DeveloperToken() != "" {
		t.Error(empty.AdminToken(), empty.DeveloperToken())
	}
	if status, _ := do("GET", "/api/v4/projects/1", ""); status != 404 {
		t.Error("the empty world holds a project")
	}
	demo, do := start(t, sandbox.Options{Seed: "demo"})
	if demo.AdminToken() == "" || demo.DeveloperToken() == "" || demo.AdminToken() == demo.DeveloperToken() {
		t.Error("tokens are missing")
	}
	if status, project := do("GET", "/api/v4/projects/demo%2Fapp", ""); status != 200 || project["default_branch"] != "main" {
		t.Error(status, project)
	}
	for _, path := range []string{"/repository/files/.gitlab-ci.yml?ref=main", "/repository/files/README.md?ref=v1.0", "/members/all/2"} {
		if status, answer := do("GET", "/api/v4/projects/demo%2Fapp"+path, ""); status != 200 {
			t.Error(path, status, answer)
		}
	}
	if status, dev := do("GET", "/api/v4/user?private_token="+demo.DeveloperToken(), ""); status != 200 || dev["username"] != "root" {
		t.Error("a header goes before the query", status, dev)
	}
	for _, bad := range []sandbox.Options{{Seed: "x"}, {RateLimit: -1}, {Latency: -1}} {
		if _, err := sandbox.New(bad); err == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
}

func TestNautes(t *testing.T) {
	box, do := start(t, sandbox.Options{Seed: "demo", NautesVersion: "v0.3.8", Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	const runtime = `{"project":"app","pipeline_source":"app","isolation":"shared","destination":"test","pipelines":[{"name":"p","path":"p"}],
		"event_sources":[{"name":"e"}],"pipeline_triggers":[{"event_source":"e","pipeline":"p"}]}`
	if status, answer := do("POST", "/api/v1/products/demo/projectpipelineruntimes/nightly", runtime); status != 200 {
		t.Fatal(status, answer)
	}
	if status, answer := do("GET", "/api/v1/products/demo/projectpipelineruntimes/nightly", ""); status != 200 || answer["pipeline_source"] != "App" {
		t.Error(status, answer)
	}
	if requests := box.Journal().Requests(); len(requests) != 2 || requests[1].System != "nautes" {
		t.Errorf("the journal holds %v", requests)
	}
	response := httptest.NewRecorder()
	const file = "/_sandbox/nautes/demo/default.project/projects/app/nightly.yaml"
	box.Handler().ServeHTTP(response, httptest.NewRequest(http.MethodGet, file, nil))
	if body := response.Body.String(); response.Code != 200 || !strings.Contains(body, "kind: ProjectPipelineRuntime") {
		t.Error(response.Code, body)
	}
	if status, answer := do("GET", strings.Replace(file, "nightly", "daily", 1), ""); status != 404 || answer["error"] == nil {
		t.Error(status, answer)
	}
	if _, err := sandbox.New(sandbox.Options{NautesVersion: "v0.1"}); err == nil {
		t.Error("accepted a version that there is not")
	}
	if status, answer := do("GET", "/q/services", ""); status != 200 || answer["services"] == nil {
		t.Error(status, answer)
	}
}

func TestRancher(t *testing.T) {
	box, do := start(t, sandbox.Options{
		Seed: "demo", RancherFinalizing: time.Minute, RancherDialect: rancher.Spec, Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC),
	})
	const pipeline = "/v3/projects/c-demo:p-app/pipelines/p-app:build"
	if status, answer := do("GET", pipeline, ""); status != 200 || answer["creatorId"] != "user-admin" {
		t.Error(status, answer)
	}
	for _, path := range []string{"/v3", "/v3-nothing", "/hooks?pipelineId=x"} {
		do("POST", path, "{}")
	}
	if requests := box.Journal().Requests(); len(requests) != 4 || slices.ContainsFunc(requests, func(r journal.Request) bool { return r.System != "rancher" }) {
		t.Errorf("the journal holds %v", requests)
	}
	if status, answer := do("DELETE", pipeline, ""); status != 200 || answer["state"] != "removing" {
		t.Error(status, answer)
	}
	box.Rancher().SetQuirks(rancher.Quirks{NullThroughWrongParent: true})
	if status, answer := do("GET", "/v3/projects/c-x:p-x/pipelines/p-app:build", ""); status != 200 || answer != nil {
		t.Error(status, answer)
	}
	if err := box.Clock().Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	if status, answer := do("GET", pipeline, ""); status != 404 || answer["code"] != "NotFound" {
		t.Error(status, answer)
	}
	if _, err := sandbox.New(sandbox.Options{RancherDialect: "v9"}); err == nil {
		t.Error("accepted a dialect that there is not")
	}
}

func TestLatency(t *testing.T) {
	box, do := start(t, sandbox.Options{Latency: 30 * time.Millisecond})
	begin := time.Now()
	do("GET", "/_sandbox/healthz", "")
	control := time.Since(begin)
	begin = time.Now()
	do("GET", "/api/v4/user", "")
	if system := time.Since(begin); system < 30*time.Millisecond || control >= 30*time.Millisecond {
		t.Errorf("system %v, control %v", system, control)
	}

	handler := box.Handler()
	begin = time.Now()
	var requests sync.WaitGroup
	for range 50 {
		for _, path := range []string{"/api/v4/version", "/v3"} {
			requests.Go(func() { handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)) })
		}
	}
	requests.Wait()
	if together := time.Since(begin); together >= 50*30*time.Millisecond {
		t.Errorf("a hundred requests at once wait for each other: %v", together)
	}
}

func TestSeedFile(t *testing.T) {
	seed := func(content string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "seed.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	// more calls than the rate limit allows to clients
	box, do := start(t, sandbox.Options{RateLimit: 2, Seed: seed(`[
		{"method": "POST", "path": "/api/v4/users", "body": {"name": "Dev", "username": "dev", "email": "dev@example.com", "password": "a long one"}},
		{"method": "POST", "path": "/api/v4/projects", "body": {"name": "app", "initialize_with_readme": true}, "as": "dev"},
		{"method": "POST", "path": "/api/v4/projects/dev%2Fapp/repository/tags?tag_name=v1.0&ref=main"},
		{"method": "POST", "path": "/api/v4/projects/1/pipeline_schedules", "body": {"description": "d", "ref": "v1.0", "cron": "0 1 * * *"}, "as": "dev"}
	]`)})
	if len(box.Journal().Requests()) != 0 {
		t.Error("the journal holds the seed's calls")
	}
	status, schedule := do("GET", "/api/v4/projects/dev%2Fapp/pipeline_schedules/1", "")
	owner, _ := schedule["owner"].(map[string]any)
	if status != 200 || schedule["ref"] != "refs/tags/v1.0" || owner["username"] != "dev" {
		t.Error(status, schedule)
	}
	for content, want := range map[string]string{
		`{"method": "GET"}`:                           "is no list such as",
		`[{"methud": "GET", "path": "/api/v4/user"}]`: `unknown field "methud"`,
		`[{"method": "GET", "path": "/api/v4/user"}, {"method": "GET", "path": "/nowhere"}]`: "call 2: GET /nowhere: 404",
		`[{"method": "POST", "path": "/api/v4/projects", "body": {}}]`:                       "call 1: POST /api/v4/projects: 400 {\"error\":\"name, path are missing",
		`[{"method": "A B", "path": "/api/v4/user"}]`:                                        "invalid method",
	} {
		if _, err := sandbox.New(sandbox.Options{Seed: seed(content)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", content, err)
		}
	}
}

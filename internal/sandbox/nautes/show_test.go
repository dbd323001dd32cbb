// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// shown is a runtime of the page.
func (k *kit) shown(key string) webpage.Object {
	k.t.Helper()
	o, shown := k.nautes.Show(rootToken).Object(key)
	if !shown {
		k.t.Fatalf("the page doesn't show %s", key)
	}
	return o
}

// press makes the change that the page offers with that label.
func (k *kit) press(key, label string) {
	k.t.Helper()
	o := k.shown(key)
	change, offered := o.Change(label)
	if !offered {
		k.t.Fatalf("%s offers %+v, not %s", key, o.Changes, label)
	}
	request, server := change.Request, k.nautes.ServeHTTP
	if strings.HasPrefix(request.Path, "/api/v4/") {
		server = k.gitlab.ServeHTTP
	}
	a := send(k.t, http.HandlerFunc(server), request.Method, request.Path, string(request.Body), "Authorization", "Bearer "+rootToken, "Content-Type", "application/json")
	if a.status >= 300 {
		k.t.Errorf("%s: %d %s", label, a.status, a.body)
	}
}

func TestShowRuntime(t *testing.T) {
	k := newKit(t)
	if view := k.nautes.Show(rootToken); len(view.Sections[0].Objects) != 0 || view.Name != "nautes" {
		t.Errorf("%+v", view)
	}
	k.post(runtimes+"/nightly", runtime(change{"event_sources": []any{
		map[string]any{"name": "push", "gitlab": map[string]any{"repo_name": "api-server", "revision": "dev", "events": []any{"push_events"}}},
		map[string]any{"name": "weekdays", "calendar": map[string]any{"schedule": "0 17 * * 1-5", "timezone": "Asia/Shanghai"}},
		map[string]any{"name": "sundays", "calendar": map[string]any{"schedule": "0 8 * * 0"}},
	}, "pipeline_triggers": []any{map[string]any{"event_source": "weekdays", "pipeline": "pipeline-dev"}}})).saved("nightly configuration")

	o := k.shown("labs/nightly")
	if o.Title != "nightly" || o.State.Word != "shared" || len(o.Stages) != 1 || o.Stages[0].Name != "pipeline-dev" || !slices.Equal(o.Stages[0].Steps, []string{"on weekdays"}) {
		t.Errorf("%+v", o)
	}
	if o.Text.Title != "default.project/projects/api-server/nightly.yaml" || o.Text.Content != k.content("projects/api-server/nightly.yaml") {
		t.Errorf("%s\n%s", o.Text.Title, o.Text.Content)
	}
	// Thursday noon: today's 17:00 in Shanghai is past, and there is a Sunday in between.
	want := []time.Time{at(16, 9), at(18, 8), at(19, 9), at(20, 9), at(21, 9), at(22, 9)}
	if o.Upcoming == nil || !slices.EqualFunc(o.Upcoming.Times, want, time.Time.Equal) {
		t.Errorf("comes %+v", o.Upcoming)
	}

	commits := k.commits()
	k.press("labs/nightly", "Change weekdays to 0 9 * * 1-5")
	k.get(runtimes + "/nightly").has(`"schedule":"0 9 * * 1-5"`)
	if k.commits() == commits {
		t.Error("it isn't in git")
	}
	if o := k.shown("labs/nightly"); o.Changes[0].Label != "Change weekdays to 30 22 * * *" || !o.Upcoming.Times[0].Equal(at(16, 1)) {
		t.Errorf("%+v %+v", o.Changes, o.Upcoming)
	}
	k.press("labs/nightly", "Delete")
	if a := k.get(runtimes + "/nightly"); a.status != 404 {
		t.Error(a.status, a.body)
	}
	if view := k.nautes.Show(rootToken); len(view.Sections[0].Objects) != 0 {
		t.Errorf("%+v", view)
	}
}

func at(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC) }

func TestShowRuntimeWithoutCalendar(t *testing.T) {
	for _, version := range []string{nautes.V042, nautes.V038} {
		k := newKit(t, func(c *nautes.Config) { c.Version = version })
		body := change{}
		if version == nautes.V038 {
			body["destination"] = "env-test"
		}
		k.post(runtimes+"/build", runtime(body)).saved("build configuration")
		k.press("labs/build", "Change isolation to exclusive")
		k.get(runtimes + "/build").has(`"isolation":"exclusive"`)
		if o := k.shown("labs/build"); o.Changes[0].Label != "Change isolation to shared" || o.Upcoming != nil {
			t.Errorf("%+v", o)
		}
	}
}

// A runtime's file can hold what isn't for everybody's eyes. A change by hand leaves it there.
func TestShowHidesSecrets(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/hooked?insecure_skip_check=true", runtime(change{
		"hooks":                `{"pre_hooks":[{"name":"ls","vars":{"TOKEN":"s3cret"}}],"post_hooks":[{"name":"ls","vars":{"PASSWORD":"s3cret"}}]}`,
		"additional_resources": `{"git":{"coderepo":"lib-path","url":"https://user:p/s3cret@more@git.example.com/x.git","revision":"main","path":"p"}}`,
	})).saved("hooked configuration")
	text, err := json.Marshal(k.nautes.Show(rootToken))
	if err != nil || strings.Contains(string(text), "s3cret") || strings.Contains(string(text), rootToken) || !strings.Contains(string(text), "PASSWORD: (not shown)") {
		t.Errorf("%s, %v", text, err)
	}
	k.press("labs/hooked", "Change isolation to exclusive")
	if content := k.content("projects/api-server/hooked.yaml"); strings.Count(content, "s3cret") != 3 || !strings.Contains(content, "isolation: exclusive") {
		t.Error(content)
	}
}

func TestShowWithoutPermission(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/build", runtime(nil)).saved("build configuration")
	if view := k.nautes.Show(k.user("stranger", 0)); len(view.Sections[0].Objects) != 0 {
		t.Errorf("%+v", view)
	}
	if view := k.nautes.Show("wrong"); !strings.Contains(view.Sections[0].Empty, "401") {
		t.Errorf("%+v", view)
	}
}

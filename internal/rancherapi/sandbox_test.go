// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

const sandboxToken = "root-token"

// world is a Rancher with a cluster and a project in it, and a client of its
// administrator.
type world struct {
	*Client
	t                *testing.T
	rancher          *rancher.Server
	clock            *clock.Clock
	url              string
	cluster, project string
	requests         atomic.Int64
}

// newWorld makes a world in which what is deleted is still there for a while,
// which passes a second at each request.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: clock.New(time.Date(2018, 1, 30, 21, 50, 0, 0, time.UTC))}
	var err error
	w.rancher, err = rancher.New(rancher.Config{Clock: w.clock, AdminToken: sandboxToken, Finalizing: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		_ = w.clock.Advance(time.Second)
		w.rancher.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	w.Client = newTestClient(t, Config{Token: sandboxToken}, w.url)
	w.cluster = w.id("POST", "/clusters", `{"name":"demo"}`)
	w.project = w.id("POST", "/projects", fmt.Sprintf(`{"name":"app","clusterId":%q}`, w.cluster))
	return w
}

// as sends a request of somebody else than the client.
func (w *world) as(method, path, body string) []byte {
	w.t.Helper()
	r := httptest.NewRequest(method, apiRoot+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+sandboxToken)
	recorder := httptest.NewRecorder()
	w.rancher.ServeHTTP(recorder, r)
	if recorder.Code > 299 {
		w.t.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	return recorder.Body.Bytes()
}

func (w *world) id(method, path, body string) string {
	w.t.Helper()
	var o Object
	if err := json.Unmarshal(w.as(method, path, body), &o); err != nil {
		w.t.Fatal(err)
	}
	return o.ID
}

// stored is an object's spec as the server holds it, without the types of its
// parts.
func (w *world) stored(kind, id string) map[string]any {
	w.t.Helper()
	var object struct{ Spec map[string]any }
	if err := json.Unmarshal(w.as("GET", "/"+kind+"/"+id, ""), &object); err != nil {
		w.t.Fatal(err)
	}
	return object.Spec
}

// documented is the pipeline of the Pipeline API SPEC.
func documented() PipelineSpec {
	return PipelineSpec{DisplayName: "pipeline-test", Active: ptr(true), Stages: []Stage{{Name: "build/test", Steps: []Step{{
		Type:       ptr("sourcecode"),
		SourceCode: &SourceCodeStepConfig{RemoteAccountName: ptr("somegitaccountname"), Repository: ptr(""), Branch: ptr("master")},
		RunAScript: &RunAScriptStepConfig{Image: ptr("golang:1.8"), ShellScript: ptr("echo <example> script"), EntryPoint: ptr(""), Args: ptr("--optional args"), Env: []string{}},
		BuildImage: &BuildImageStepConfig{DockerFilePath: ptr("./Dockerfile"), BuildPath: ptr("."), ImageTag: ptr("")},
		PushImage:  &PushImageStepConfig{ImageTag: ptr("")},
	}}}}, Triggers: &Triggers{
		Cron:    &CronTrigger{Active: true, Timezone: ptr("Asia/Hong_Kong"), Expression: ptr("* 4 * * *")},
		Webhook: &WebhookTrigger{Active: true},
	}}
}

func TestSandboxPipeline(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	created, err := w.CreatePipeline(ctx, w.project, documented())
	if err != nil {
		t.Fatal(err)
	}
	want := documented()
	want.ProjectName = w.project
	if diff := cmp.Diff(want, created.Spec); diff != "" {
		t.Error(diff)
	}
	read, err := w.Pipeline(ctx, created.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read.Spec); diff != "" {
		t.Error(diff)
	}

	for step, change := range map[string]func(*PipelineSpec){
		"no webhook":    func(s *PipelineSpec) { s.Triggers.Webhook = nil },
		"no timezone":   func(s *PipelineSpec) { s.Triggers.Cron.Timezone = nil },
		"no expression": func(s *PipelineSpec) { s.Triggers.Cron.Expression, s.Triggers.Cron.Active = nil, false },
		"no cron":       func(s *PipelineSpec) { s.Triggers.Cron = nil },
		"no triggers":   func(s *PipelineSpec) { s.Triggers = nil },
		"no script":     func(s *PipelineSpec) { s.Stages[0].Steps[0].RunAScript = nil },
		"no args":       func(s *PipelineSpec) { s.Stages[0].Steps[0].RunAScript.Args = nil },
		"no type":       func(s *PipelineSpec) { s.Stages[0].Steps[0].Type = nil },
	} {
		want := documented()
		want.ProjectName = w.project
		read, err := w.Pipeline(ctx, created.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.UpdatePipeline(ctx, created.ID, read.Spec, want); err != nil {
			t.Fatal(err)
		}
		change(&want)
		updated, err := w.UpdatePipeline(ctx, created.ID, documented(), want)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if read, err = w.Pipeline(ctx, created.ID); err != nil {
			t.Fatal(err)
		}
		for _, got := range []*Pipeline{updated, read} {
			if diff := cmp.Diff(want, got.Spec); diff != "" {
				t.Errorf("%s: %s", step, diff)
			}
		}
	}

	if p, err := w.DeactivatePipeline(ctx, created.ID); err != nil || *p.Spec.Active || p.State != "inactive" {
		t.Errorf("%v, %v", p, err)
	}
	_, err = w.DeactivatePipeline(ctx, created.ID)
	var r *Refusal
	if !errors.As(err, &r) || r.Status != 500 || r.Code != "ServerError" {
		t.Errorf("deactivated twice: %v", err)
	}
	if p, err := w.UpdatePipeline(ctx, created.ID, PipelineSpec{}, documented()); err != nil || *p.Spec.Active {
		t.Errorf("an update activates: %v, %v", p, err)
	}
	if p, err := w.ActivatePipeline(ctx, created.ID); err != nil || !*p.Spec.Active {
		t.Errorf("%v, %v", p, err)
	}
	if text, err := w.ExportPipeline(ctx, created.ID); err != nil || !strings.Contains(text, "displayName: pipeline-test") {
		t.Errorf("%q, %v", text, err)
	}

	other, err := w.CreatePipeline(ctx, w.project, documented())
	if err != nil {
		t.Fatal(err)
	}
	listed, err := w.Pipelines(ctx, w.project)
	if err != nil || len(listed) != 2 || !slices.ContainsFunc(listed, func(p Pipeline) bool { return p.ID == other.ID }) {
		t.Errorf("%v, %v", listed, err)
	}
	w.requests.Store(0)
	if err := w.DeletePipeline(ctx, created.ID); err != nil || w.requests.Load() < 3 {
		t.Errorf("%v after %d requests", err, w.requests.Load())
	}
	if _, err := w.Pipeline(ctx, created.ID); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if err := w.DeletePipeline(ctx, created.ID); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := w.UpdatePipeline(ctx, created.ID, PipelineSpec{}, documented()); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := w.ActivatePipeline(ctx, created.ID); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
}

func TestSandboxRefusals(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for attribute, change := range map[string]func(*PipelineSpec){
		"spec.stages":       func(s *PipelineSpec) { s.Stages = nil },
		"spec.stages.steps": func(s *PipelineSpec) { s.Stages[0].Steps = nil },
		"spec.stages.steps.runAScriptStepConfig.image": func(s *PipelineSpec) { s.Stages[0].Steps[0].RunAScript.Image = nil },
	} {
		spec := documented()
		change(&spec)
		_, err := w.CreatePipeline(ctx, w.project, spec)
		var r *Refusal
		if !errors.As(err, &r) || r.Attribute != attribute || r.Code != "MissingRequired" || r.Message != attribute+" is missing" {
			t.Errorf("%s: %+v", attribute, err)
		}
	}
	stranger := newTestClient(t, Config{Token: "nobody"}, w.url)
	_, err := stranger.Pipelines(ctx, w.project)
	var r *Refusal
	if !errors.As(err, &r) || r.Status != 401 || r.Message != "must authenticate" {
		t.Errorf("got %+v", err)
	}
	if pipelines, err := w.Pipelines(ctx, "c-none:p-none"); err != nil || len(pipelines) != 0 {
		t.Errorf("%v, %v", pipelines, err)
	}
	if _, err := w.Project(ctx, "c-none:p-none"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if _, err := w.Cluster(ctx, "c-none"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if p, err := w.Project(ctx, w.project); err != nil || p.ID != w.project {
		t.Errorf("%v, %v", p, err)
	}
	if c, err := w.Cluster(ctx, w.cluster); err != nil || c.ID != w.cluster {
		t.Errorf("%v, %v", c, err)
	}
}

func TestSandboxClusterPipeline(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	spec := ClusterPipelineSpec{GithubConfig: &GithubConfig{ClientID: ptr("id"), ClientSecret: "the client's secret"}}
	created, err := w.CreateClusterPipeline(ctx, w.cluster, "main", spec)
	if err != nil {
		t.Fatal(err)
	}
	want := ClusterPipelineSpec{ClusterName: w.cluster, GithubConfig: &GithubConfig{Scheme: ptr("https"), Host: ptr(""), ClientID: ptr("id")}}
	if diff := cmp.Diff(want, created.Spec); diff != "" || created.ID != w.cluster+":main" {
		t.Error(created.ID, diff)
	}
	var r *Refusal
	if _, err := w.CreateClusterPipeline(ctx, w.cluster, "main", spec); !errors.As(err, &r) || !r.Taken() {
		t.Error(err)
	}
	before := want
	want.GithubConfig = &GithubConfig{Scheme: ptr("https"), Host: ptr("github.example.com"), ClientID: ptr("id")}
	if _, err := w.UpdateClusterPipeline(ctx, created.ID, before, want); err != nil {
		t.Error(err)
	}
	if read, err := w.ClusterPipeline(ctx, created.ID); err != nil || *read.Spec.GithubConfig.Host != "github.example.com" {
		t.Errorf("%v, %v", read, err)
	}
	if _, err := w.UpdateClusterPipeline(ctx, created.ID, want, ClusterPipelineSpec{}); err != nil {
		t.Error(err)
	}
	if stored := w.stored("clusterPipelines", created.ID); stored["githubConfig"] != nil || stored["clusterName"] != w.cluster {
		t.Errorf("stored %v", stored)
	}
	if listed, err := w.ClusterPipelines(ctx, w.cluster); err != nil || len(listed) != 1 || listed[0].Spec.GithubConfig != nil {
		t.Errorf("%v, %v", listed, err)
	}
	if err := w.DeleteClusterPipeline(ctx, created.ID); err != nil {
		t.Error(err)
	}
	// Its name is free again.
	if _, err := w.CreateClusterPipeline(ctx, w.cluster, "main", spec); err != nil {
		t.Error(err)
	}
}

func TestSandboxRemoteAccount(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	mine := newTestClient(t, Config{AccessKey: "token-abcde", SecretKey: "secret"}, w.url)
	created, err := mine.CreateRemoteAccount(ctx, RemoteAccountSpec{Type: ptr("github"), DisplayName: ptr("somename"), AccountName: ptr("octo"), AccessToken: "the access token"})
	if err != nil || created.Spec.AccessToken != "" || created.CreatorID == "" {
		t.Fatalf("%+v, %v", created, err)
	}
	if created.Spec.UserName == nil || *created.Spec.Type != "github" {
		t.Errorf("created %+v", created.Spec)
	}
	updated, err := mine.UpdateRemoteAccount(ctx, created.ID, created.Spec, RemoteAccountSpec{AccountName: ptr("octo"), AccessToken: "another"})
	if err != nil {
		t.Fatal(err)
	}
	want := created.Spec
	want.DisplayName = nil
	if diff := cmp.Diff(want, updated.Spec); diff != "" {
		t.Error(diff)
	}
	if _, err := w.CreateRemoteAccount(ctx, RemoteAccountSpec{Type: ptr("github"), AccountName: ptr("other")}); err != nil {
		t.Fatal(err)
	}
	if listed, err := w.RemoteAccounts(ctx, created.CreatorID); err != nil || len(listed) != 1 || listed[0].ID != created.ID {
		t.Errorf("%v, %v", listed, err)
	}
	w.as("POST", "/remoteaccounts/"+created.ID+"?action=refreshrepos", "")
	caches, err := w.GitRepoCaches(ctx, "")
	if err != nil || len(caches) != 1 || caches[0].Spec.RemoteAccountName != created.ID || len(caches[0].Spec.Repositories) == 0 || caches[0].Spec.Repositories[0].CloneURL == "" {
		t.Errorf("%+v, %v", caches, err)
	}
	if err := mine.DeleteRemoteAccount(ctx, created.ID); err != nil {
		t.Error(err)
	}
	if _, err := mine.RemoteAccount(ctx, created.ID); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
}

func TestSandboxRuns(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	spec := documented()
	spec.Triggers = nil
	p, err := w.CreatePipeline(ctx, w.project, spec)
	if err != nil {
		t.Fatal(err)
	}
	id := w.id("POST", "/pipelines/"+p.ID+"?action=run", "")
	_ = w.clock.Advance(time.Hour)
	run, err := w.PipelineHistory(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if run.Spec.RunNumber != 1 || run.Spec.TriggerType != "manual" || run.Spec.Pipeline == nil || run.Spec.Pipeline.Spec.DisplayName != "pipeline-test" {
		t.Errorf("runs %+v", run.Spec)
	}
	if run.Status == nil || run.Status.State != "Success" || run.Status.Ended == "" || len(run.Status.Stages) != 1 || len(run.Status.Stages[0].Steps) != 1 {
		t.Errorf("ran %+v", run.Status)
	}
	if runs, err := w.PipelineHistories(ctx, w.project); err != nil || len(runs) != 1 || runs[0].ID != id {
		t.Errorf("%v, %v", runs, err)
	}
	if logs, err := w.PipelineLogs(ctx, w.project); err != nil || len(logs) != 1 || logs[0].Spec.PipelineHistoryName != run.Name || logs[0].Spec.Message == "" {
		t.Errorf("%v, %v", logs, err)
	}
}

func TestSandboxDialects(t *testing.T) {
	for dialect, found := range map[rancher.Dialect]string{"v2.0": FoundV20, "v2.1": FoundV21, "none": FoundNone} {
		server, err := rancher.New(rancher.Config{Clock: clock.New(time.Time{}), AdminToken: sandboxToken, Dialect: dialect})
		if err != nil {
			t.Fatal(err)
		}
		at := httptest.NewServer(server)
		t.Cleanup(at.Close)
		_, err = newTestClient(t, Config{Token: sandboxToken}, at.URL).Pipelines(t.Context(), "c-a:p-x")
		var d *DialectError
		if !errors.As(err, &d) || d.Found != found {
			t.Errorf("%s: %v", dialect, err)
		}
		// Who says that it is the right one is told by the server itself.
		_, err = newTestClient(t, Config{Token: sandboxToken, Dialect: DialectSpec}, at.URL).RemoteAccount(t.Context(), "ra-1")
		var r *Refusal
		if !errors.As(err, &r) || r.Status != 404 || errors.Is(err, ErrAbsent) {
			t.Errorf("%s: %v", dialect, err)
		}
	}
}

func TestSandboxLongLists(t *testing.T) {
	w := newWorld(t)
	const n = 2100
	// Rancher's own choices of so many names would clash now and then.
	for i := range n {
		w.as("POST", "/remoteaccounts", fmt.Sprintf(`{"name":"a%d","spec":{"type":"github","displayName":"d","accountName":"a%d"}}`, i, i))
	}
	for _, silent := range []bool{false, true} {
		w.rancher.SetQuirks(rancher.Quirks{SilentTruncation: silent})
		w.requests.Store(0)
		listed, err := w.RemoteAccounts(t.Context(), "")
		names := map[string]bool{}
		for _, a := range listed {
			names[*a.Spec.AccountName] = true
		}
		if err != nil || len(listed) != n || len(names) != n || w.requests.Load() > 4 {
			t.Errorf("silent %v: %d, %d different, after %d requests, %v", silent, len(listed), len(names), w.requests.Load(), err)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

func TestRunStates(t *testing.T) {
	for state, want := range map[string]string{
		"": "goes on", "Waiting": "goes on", "Building": "goes on", "Pending": "goes on", "Queueing": "goes on", "Success": "succeeded", "Fail": "failed",
		"Failed": "failed", "Abort": "aborted", "Aborted": "aborted", "Skipped": "ended", "Denied": "ended", "OfTheFuture": "ended",
	} {
		h := &PipelineHistory{Status: &PipelineHistoryStatus{State: state}}
		got := "ended"
		switch {
		case !h.Finished():
			got = "goes on"
		case h.Succeeded():
			got = "succeeded"
		case Failed(state):
			got = "failed"
		case Aborted(state):
			got = "aborted"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", state, got, want)
		}
	}
	if (&PipelineHistory{}).Finished() {
		t.Error("a run without a status has not begun")
	}
}

// What answers to the verbs that other objects answer to than the one that they
// are asked of.
func TestAnswersToVerbs(t *testing.T) {
	type verb func(*fakeServer) (string, error)
	ctx := t.Context()
	history := func(h *PipelineHistory, err error) (string, error) {
		if h == nil {
			return "nil", err
		}
		return h.ID, err
	}
	verbs := map[string]verb{
		"run":   func(s *fakeServer) (string, error) { return history(s.RunPipeline(ctx, "p-x:p-1")) },
		"rerun": func(s *fakeServer) (string, error) { return history(s.RerunPipelineHistory(ctx, "p-x:p-1-1")) },
		"stop":  func(s *fakeServer) (string, error) { return history(s.StopPipelineHistory(ctx, "p-x:p-1-1")) },
		"login": func(s *fakeServer) (string, error) {
			account, err := s.LoginRemoteAccount(ctx, Login{Type: "github", Code: "c", ClusterName: "c-a"})
			if account == nil {
				return "nil", err
			}
			return account.ID, err
		},
		"refresh": func(s *fakeServer) (string, error) {
			cache, err := s.RefreshRepositories(ctx, "ra-1")
			if cache == nil {
				return "nil", err
			}
			return cache.ID, err
		},
	}
	const caches = `{"type":"collection","data":[{"id":"grc-2","type":"gitRepoCache","spec":{"remoteAccountName":"ra-2"}},{"id":"grc-1","type":"gitRepoCache","spec":{"remoteAccountName":"ra-1"}}]}`
	for _, c := range []struct {
		verb, answer, want string
		unreadable         bool
		asked              []string
	}{
		{"run", `{"id":"p-x:p-1-7","type":"pipelineHistory"}`, "p-x:p-1-7", false, []string{"POST /pipelines/p-x:p-1?action=run"}},
		{"run", ``, "nil", false, []string{"POST /pipelines/p-x:p-1?action=run"}},
		{"run", `{"id":"p-x:p-1","type":"pipeline"}`, "nil", true, []string{"POST /pipelines/p-x:p-1?action=run"}},
		{"rerun", `{"id":"p-x:p-1-2","type":"pipelineHistory"}`, "p-x:p-1-2", false, []string{"POST /pipelineHistories/p-x:p-1-1?action=rerun"}},
		{"rerun", ``, "p-x:p-1-1", false, []string{"POST /pipelineHistories/p-x:p-1-1?action=rerun", "GET /pipelineHistories/p-x:p-1-1"}},
		{"stop", `{"id":"p-x:p-1-2","type":"pipelineHistory"}`, "nil", true, []string{"POST /pipelineHistories/p-x:p-1-1?action=stop"}},
		{"stop", `null`, "p-x:p-1-1", false, []string{"POST /pipelineHistories/p-x:p-1-1?action=stop", "GET /pipelineHistories/p-x:p-1-1"}},
		{"login", `{"id":"ra-1","type":"remoteAccount"}`, "ra-1", false, []string{"POST /remoteaccounts?action=login"}},
		{"login", ``, "nil", false, []string{"POST /remoteaccounts?action=login"}},
		{"login", `[]`, "nil", true, []string{"POST /remoteaccounts?action=login"}},
		{"refresh", `{"id":"grc-9","type":"gitRepoCache"}`, "grc-9", false, []string{"POST /remoteAccounts/ra-1?action=refreshrepos"}},
		{"refresh", ``, "grc-1", false, []string{"POST /remoteAccounts/ra-1?action=refreshrepos", "GET /gitrepocaches?limit=1000"}},
		{"refresh", `{"type":"collection","data":[]}`, "grc-1", false, []string{"POST /remoteAccounts/ra-1?action=refreshrepos", "GET /gitrepocaches?limit=1000"}},
		{"refresh", `[]`, "nil", true, []string{"POST /remoteAccounts/ra-1?action=refreshrepos"}},
	} {
		t.Run(c.verb+" "+c.answer, func(t *testing.T) {
			s := newFakeServer(t, func(line string, _ int) reply {
				switch {
				case strings.HasPrefix(line, "POST"):
					return ok(c.answer)
				case strings.Contains(line, "caches"):
					return ok(caches)
				}
				return ok(`{"id":"p-x:p-1-1","type":"pipelineHistory"}`)
			})
			got, err := verbs[c.verb](s)
			var status *transport.StatusError
			if got != c.want || errors.As(err, &status) != c.unreadable || !c.unreadable && err != nil {
				t.Errorf("%s, %v", got, err)
			}
			s.wantLines(t, c.asked...)
		})
	}
	s := newFakeServer(t, func(string, int) reply { return missing("pipelines", "p-1") })
	if _, err := s.RunPipeline(ctx, "p-x:p-1"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
}

// The runs since a look are those by hand of that very pipeline that it had not
// counted yet.
func TestRunsSince(t *testing.T) {
	run := func(id, pipeline, trigger string, number int, created string) string {
		return fmt.Sprintf(`{"id":%q,"type":"pipelineHistory","created":%q,"spec":{"runNumber":%d,"triggerType":%q,"pipeline":{"id":%q}}}`, id, created, number, trigger, pipeline)
	}
	const before, after = "2018-01-30T21:50:00Z", "2018-01-31T00:00:00Z"
	runs := `{"type":"collection","data":[` + strings.Join([]string{
		run("p-x:p-1-2", "p-x:p-1", "manual", 2, after), run("p-x:p-1-3", "p-x:p-1", "manual", 3, after), run("p-x:p-1-4", "p-x:p-1", "cron", 4, after),
		run("p-x:p-2-3", "p-x:p-2", "manual", 3, after), run("p-x:p-1-5", "p-x:p-1", "manual", 5, before), `{"id":"p-x:odd","type":"pipelineHistory"}`,
	}, ",") + "]}"
	for project, path := range map[string]string{
		"c-a:p-x": "GET /projects/c-a:p-x/pipelinehistories?limit=1000", "c-a:p-y": "GET /pipelinehistories?limit=1000", "app": "GET /pipelinehistories?limit=1000",
	} {
		s := newFakeServer(t, func(string, int) reply { return ok(runs) })
		p := &Pipeline{Object: Object{ID: "p-x:p-1", Created: after}, Spec: PipelineSpec{ProjectName: project}, Status: PipelineStatus{NextRun: 3}}
		since, err := s.RunsSince(t.Context(), p)
		if err != nil || len(since) != 1 || since[0].ID != "p-x:p-1-3" {
			t.Errorf("%v, %v", since, err)
		}
		s.wantLines(t, path)
	}
}

func TestSandboxVerbs(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.CreatePipeline(ctx, w.project, documented())
	if err != nil || p.Status.NextRun != 1 {
		t.Fatal(p, err)
	}
	h, err := w.RunPipeline(ctx, p.ID)
	if err != nil || h.Spec.RunNumber != 1 || h.Finished() {
		t.Fatal(h, err)
	}
	if since, err := w.RunsSince(ctx, p); err != nil || len(since) != 1 || since[0].ID != h.ID {
		t.Errorf("%v, %v", since, err)
	}
	var refusal *Refusal
	if _, err := w.RerunPipelineHistory(ctx, h.ID); !errors.As(err, &refusal) || refusal.Code != CodeInvalidAction {
		t.Error(err)
	}
	if h, err = w.StopPipelineHistory(ctx, h.ID); err != nil || !h.Finished() || !Aborted(h.RunState()) {
		t.Fatal(h, err)
	}
	if _, err := w.StopPipelineHistory(ctx, h.ID); !errors.As(err, &refusal) || refusal.Code != CodeInvalidAction {
		t.Error(err)
	}
	if h, err = w.RerunPipelineHistory(ctx, h.ID); err != nil || h.Finished() {
		t.Fatal(h, err)
	}
	_ = w.clock.Advance(time.Hour)
	if h, err = w.PipelineHistory(ctx, h.ID); err != nil || !h.Succeeded() {
		t.Error(h, err)
	}
	if err := w.DeletePipelineHistory(ctx, h.ID); err != nil {
		t.Error(err)
	}
	if err := w.DeletePipelineHistory(ctx, h.ID); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	login := Login{Type: "github", Code: "a code", ClusterName: w.cluster}
	if _, err := w.LoginRemoteAccount(ctx, login); !errors.As(err, &refusal) || refusal.Status != 500 {
		t.Error(err)
	}
	if _, err := w.CreateClusterPipeline(ctx, w.cluster, "", ClusterPipelineSpec{GithubConfig: &GithubConfig{ClientID: ptr("x"), ClientSecret: "y"}}); err != nil {
		t.Fatal(err)
	}
	account, err := w.LoginRemoteAccount(ctx, login)
	if err != nil || account.ID == "" {
		t.Fatal(account, err)
	}
	if _, err := w.LoginRemoteAccount(ctx, login); !errors.As(err, &refusal) || !refusal.Taken() {
		t.Error(err)
	}
	if cache, err := w.RefreshRepositories(ctx, account.ID); err != nil || cache.Spec.RemoteAccountName != account.ID || len(cache.Spec.Repositories) != 2 {
		t.Errorf("%v, %v", cache, err)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

func ptr[T any](v T) *T { return &v }

func TestPathsOfIDs(t *testing.T) {
	for id, path := range map[string]string{
		"p-x:p-1":   "p-x:p-1",
		"p-x:100%":  "p-x:100%25",
		"p-x:a b":   "p-x:a%20b",
		"p-x:%2e":   "p-x:%252e",
		"p-x:ä?b#c": "p-x:%C3%A4%3Fb%23c",
		`p-x:a\..`:  "p-x:a%5C..",
		"p-x:..":    "p-x:..",
	} {
		s := newFakeServer(t, func(string, int) reply { return missing("pipelines", "x") })
		_, err := s.Pipeline(t.Context(), id)
		if err == nil {
			t.Errorf("%q: no error", id)
		}
		s.wantLines(t, "GET /pipelines/"+path)
	}
	s := newFakeServer(t, func(string, int) reply { return ok("{}") })
	for _, id := range []string{"", ".", "..", "a/b", "../projects"} {
		ctx := t.Context()
		for name, call := range map[string]func() error{
			"get":        func() error { _, err := s.Pipeline(ctx, id); return err },
			"update":     func() error { _, err := s.UpdatePipeline(ctx, id, PipelineSpec{}, PipelineSpec{}); return err },
			"activate":   func() error { _, err := s.ActivatePipeline(ctx, id); return err },
			"delete":     func() error { return s.DeletePipeline(ctx, id) },
			"create":     func() error { _, err := s.CreatePipeline(ctx, id, PipelineSpec{}); return err },
			"list":       func() error { _, err := s.Pipelines(ctx, id); return err },
			"getProject": func() error { _, err := s.Project(ctx, id); return err },
		} {
			if err := call(); err == nil || errors.Is(err, ErrAbsent) {
				t.Errorf("%s %q: %v", name, id, err)
			}
		}
	}
	s.wantLines(t)
}

func TestAddresses(t *testing.T) {
	for _, suffix := range []string{"", "/", "/v3", "/v3/", "//", "/v3//", "//v3"} {
		s := newFakeServerFor(t, Config{AccessKey: "token-abcde", SecretKey: "secret", Dialect: DialectSpec}, suffix, func(string, int) reply { return ok(somePipeline) })
		if _, err := s.Pipeline(t.Context(), "p-x:p-1"); err != nil {
			t.Error(err)
		}
		s.wantLines(t, "GET /pipelines/p-x:p-1")
		if s.authorization != "Bearer token-abcde:secret" {
			t.Errorf("authorized as %q", s.authorization)
		}
	}
	for _, address := range []string{"", "rancher.example.com", "::"} {
		if _, err := New(Config{BaseURL: address}); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

func TestCreateSendsWhatIsSet(t *testing.T) {
	s := newFakeServer(t, func(string, int) reply {
		return reply{status: 201, body: `{"id":"c-a:main","type":"clusterPipeline","spec":{"clusterName":"c-a","githubConfig":{"type":"/v3/schemas/githubConfig","scheme":"https","clientID":"id","clientSecret":"hidden"}}}`}
	})
	created, err := s.CreateClusterPipeline(t.Context(), "c-a", "main", ClusterPipelineSpec{GithubConfig: &GithubConfig{ClientID: ptr("id"), ClientSecret: "hidden"}})
	if err != nil {
		t.Fatal(err)
	}
	s.wantLines(t, "POST /clusters/c-a/clusterpipelines")
	if want := `{"name":"main","spec":{"clusterName":"c-a","githubConfig":{"clientID":"id","clientSecret":"hidden"}}}`; s.bodies[0] != want {
		t.Errorf("sent %s", s.bodies[0])
	}
	// The answer to a create may hold the secret.
	if diff := cmp.Diff(&GithubConfig{Scheme: ptr("https"), ClientID: ptr("id")}, created.Spec.GithubConfig); diff != "" {
		t.Error(diff)
	}
}

// triggered is a pipeline with all triggers.
var triggered = PipelineSpec{Triggers: &Triggers{Cron: &CronTrigger{Active: true, Timezone: ptr("UTC")}, Webhook: &WebhookTrigger{Active: true}}}

// An update is merged: null clears, and what isn't sent stays.
func TestUpdateClears(t *testing.T) {
	for name, test := range map[string]struct {
		update func(*fakeServer) error
		want   string
	}{
		"a pipeline without triggers": {func(s *fakeServer) error {
			_, err := s.UpdatePipeline(context.Background(), "p-x:p-1", triggered, PipelineSpec{
				ProjectName: "c-a:p-x", Active: ptr(true), DisplayName: "one",
				Stages: []Stage{{Name: "s", Steps: []Step{{Type: ptr("runascript"), RunAScript: &RunAScriptStepConfig{Image: ptr("i"), Env: []string{}}}}}},
			})
			return err
		}, `{"spec":{"displayName":"one","stages":[{"name":"s","steps":[{"runAScriptStepConfig":{"env":[],"image":"i"},"type":"runascript"}]}],"triggers":null}}`},
		"a pipeline with little of a trigger": {func(s *fakeServer) error {
			_, err := s.UpdatePipeline(context.Background(), "p-x:p-1", triggered, PipelineSpec{DisplayName: "one", Stages: []Stage{}, Triggers: &Triggers{Cron: &CronTrigger{Expression: ptr("@daily")}}})
			return err
		}, `{"spec":{"displayName":"one","stages":[],"triggers":{"cronTrigger":{"active":false,"expression":"@daily","timezone":null},"webhookTrigger":null}}}`},
		"nothing but what differs": {func(s *fakeServer) error {
			to := triggered
			to.Triggers = &Triggers{Cron: &CronTrigger{Active: true, Timezone: ptr("Asia/Tokyo")}, Webhook: &WebhookTrigger{Active: true}}
			_, err := s.UpdatePipeline(context.Background(), "p-x:p-1", triggered, to)
			return err
		}, `{"spec":{"triggers":{"cronTrigger":{"timezone":"Asia/Tokyo"}}}}`},
		"the secret, though it may be the same": {func(s *fakeServer) error {
			spec := ClusterPipelineSpec{GithubConfig: &GithubConfig{ClientID: ptr("id"), ClientSecret: "hidden"}}
			_, err := s.UpdateClusterPipeline(context.Background(), "p-x:p-1", spec, spec)
			return err
		}, `{"spec":{"githubConfig":{"clientSecret":"hidden"}}}`},
		"a cluster's configuration, but not its secret": {func(s *fakeServer) error {
			_, err := s.UpdateClusterPipeline(context.Background(), "p-x:p-1", ClusterPipelineSpec{}, ClusterPipelineSpec{ClusterName: "c-a", GithubConfig: &GithubConfig{ClientID: ptr("id")}})
			return err
		}, `{"spec":{"githubConfig":{"clientID":"id","host":null,"scheme":null}}}`},
		"no configuration": {func(s *fakeServer) error {
			_, err := s.UpdateClusterPipeline(context.Background(), "p-x:p-1", ClusterPipelineSpec{GithubConfig: &GithubConfig{}}, ClusterPipelineSpec{})
			return err
		}, `{"spec":{"githubConfig":null}}`},
		"an account, but not what Rancher set, nor its token": {func(s *fakeServer) error {
			_, err := s.UpdateRemoteAccount(context.Background(), "p-x:p-1", RemoteAccountSpec{DisplayName: ptr("Octo"), AccessToken: "other"}, RemoteAccountSpec{AccountName: ptr("octo"), AccessToken: "hidden"})
			return err
		}, `{"spec":{"accountName":"octo","displayName":null}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, func(string, int) reply { return missing("pipelines", "p-1") })
			if err := test.update(s); !errors.Is(err, ErrAbsent) {
				t.Error(err)
			}
			if len(s.bodies) != 1 || s.bodies[0] != test.want {
				t.Errorf("sent  %s\nwant %s", s.bodies, test.want)
			}
		})
	}
}

func TestUpdateThatAnotherWriteCameBetween(t *testing.T) {
	conflict := refused(409, CodeConflict, "", "Operation cannot be fulfilled on pipelines: the object has been modified")
	s := newFakeServer(t, func(_ string, before int) reply {
		if before < 2 {
			return conflict
		}
		return ok(somePipeline)
	})
	if _, err := s.UpdatePipeline(t.Context(), "p-x:p-1", PipelineSpec{}, PipelineSpec{}); err != nil || len(s.lines) != 3 || s.bodies[2] != s.bodies[0] {
		t.Errorf("%v after %d", err, len(s.lines))
	}
	s = newFakeServer(t, func(string, int) reply { return conflict })
	_, err := s.UpdatePipeline(t.Context(), "p-x:p-1", PipelineSpec{}, PipelineSpec{})
	var r *Refusal
	if !errors.As(err, &r) || r.Code != CodeConflict || r.Taken() || len(s.lines) != maxConflicts {
		t.Errorf("%v after %d", err, len(s.lines))
	}
}

func TestReadsWhatIsThere(t *testing.T) {
	s := newFakeServer(t, func(string, int) reply {
		return ok(`{"id":"p-x:p-1","type":"pipeline","baseType":"pipeline","name":"p-1","uuid":"u","namespaceId":null,"creatorId":null,"created":"2018-01-30T21:50:00Z",
			"createdTS":1517349000000,"state":"active","transitioning":"no","transitioningMessage":"","links":{},"actions":{},"labels":null,"later":{"than":"this"},
			"spec":{"type":"/v3/schemas/pipelineSpec","projectName":"project-abc","active":false,"displayName":"one","stages":[{"type":"/v3/schemas/stage","name":"build/test","steps":[
				{"type":"sourcecode","sourceCodeStepConfig":{"type":"/v3/schemas/sourceCodeStepConfig","remoteAccountName":null,"repository":"","later":1},
				 "runAScriptStepConfig":{"env":[]},"buildImageStepConfig":null}]}],
				"triggers":{"cronTrigger":{"active":true,"timezone":null,"expression":"* 4 * * *"},"webhookTrigger":null}},
			"status":{}}`)
	})
	got, err := s.Pipeline(t.Context(), "p-x:p-1")
	if err != nil {
		t.Fatal(err)
	}
	want := PipelineSpec{ProjectName: "project-abc", Active: ptr(false), DisplayName: "one", Stages: []Stage{{Name: "build/test", Steps: []Step{{
		Type: ptr("sourcecode"), SourceCode: &SourceCodeStepConfig{Repository: ptr("")}, RunAScript: &RunAScriptStepConfig{Env: []string{}},
	}}}}, Triggers: &Triggers{Cron: &CronTrigger{Active: true, Expression: ptr("* 4 * * *")}}}
	if diff := cmp.Diff(want, got.Spec); diff != "" {
		t.Error(diff)
	}
	if got.Name != "p-1" || got.State != "active" || got.CreatorID != "" {
		t.Errorf("got %+v", got.Object)
	}
}

func TestActionAnswers(t *testing.T) {
	for name, a := range map[string]reply{"nothing": {status: 200}, "null": ok("null"), "no content": {status: 204}} {
		s := newFakeServer(t, func(line string, _ int) reply {
			if strings.HasPrefix(line, "POST") {
				return a
			}
			return ok(somePipeline)
		})
		p, err := s.DeactivatePipeline(t.Context(), "p-x:p-1")
		if err != nil || p.Spec.DisplayName != "one" {
			t.Errorf("%s: %v, %v", name, p, err)
		}
		s.wantLines(t, "POST /pipelines/p-x:p-1?action=deactivate", "GET /pipelines/p-x:p-1")
	}
	s := newFakeServer(t, func(string, int) reply { return ok(somePipeline) })
	if _, err := s.ActivatePipeline(t.Context(), "p-x:p-1"); err != nil {
		t.Error(err)
	}
	s.wantLines(t, "POST /pipelines/p-x:p-1?action=activate")
	s = newFakeServer(t, func(string, int) reply { return missing("pipelines", "p-1") })
	if _, err := s.ActivatePipeline(t.Context(), "p-x:p-1"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
}

func TestExportIsByteForByte(t *testing.T) {
	const text = "stages:\r\n- name:   one # as it is\n  steps: []\n\n"
	s := newFakeServer(t, func(string, int) reply { return reply{200, text, "text/plain; charset=utf-8"} })
	if got, err := s.ExportPipeline(t.Context(), "p-x:p-1"); err != nil || got != text {
		t.Errorf("%q, %v", got, err)
	}
	for _, body := range []string{"", "null", "- a\n", "stages: []\n", "just words", "\x00", "stages: &a [*a]\n"} {
		s := newFakeServer(t, func(string, int) reply { return reply{200, body, "application/x-yaml"} })
		got, err := s.ExportPipeline(t.Context(), "p-x:p-1")
		var lost *transport.AnswerLostError
		if !errors.As(err, &lost) {
			t.Errorf("%q: %q, %v", body, got, err)
		}
	}
}

func TestDeleteWaitsUntilItIsGone(t *testing.T) {
	const going = `{"id":"p-x:p-1","type":"pipeline","uuid":"u1","state":"removing","transitioningMessage":"waiting on pipeline-controller","removed":"2018-01-30T21:50:00Z"}`
	gone := missing("pipelines", "p-1")
	for name, test := range map[string]struct {
		respond func(line string, before int) reply
		gets    int
		absent  bool
	}{
		"gone at once": {func(string, int) reply { return reply{status: 204} }, 0, false},
		"gone later": {func(line string, before int) reply {
			if strings.HasPrefix(line, "GET") && before == 3 {
				return gone
			}
			return ok(going)
		}, 4, false},
		"another of that name": {func(line string, _ int) reply {
			if strings.HasPrefix(line, "GET") {
				return ok(strings.Replace(somePipeline, "u1", "u2", 1))
			}
			return ok(going)
		}, 1, false},
		"gone before": {func(string, int) reply { return gone }, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, test.respond)
			err := s.DeletePipeline(t.Context(), "p-x:p-1")
			if errors.Is(err, ErrAbsent) != test.absent || err != nil && !test.absent {
				t.Error(err)
			}
			if got := s.count("GET /pipelines/p-x:p-1"); got != test.gets {
				t.Errorf("looked %d times", got)
			}
		})
	}

	t.Run("time is up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newFakeServer(t, func(_ string, before int) reply {
			if before == 3 {
				cancel()
			}
			return ok(going)
		})
		err := s.DeletePipeline(ctx, "p-x:p-1")
		var unfinished *poll.UnfinishedError
		if !errors.As(err, &unfinished) || unfinished.State != "removing: waiting on pipeline-controller" || !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("an object that has no state", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newFakeServer(t, func(_ string, before int) reply {
			if before == 3 {
				cancel()
			}
			return ok(`{"id":"ra-1","type":"remoteAccount","removed":"2018-01-30T21:50:00Z"}`)
		})
		err := s.DeleteRemoteAccount(ctx, "ra-1")
		var unfinished *poll.UnfinishedError
		if !errors.As(err, &unfinished) || unfinished.State != "removing" {
			t.Error(err)
		}
	})
	t.Run("null is no proof", func(t *testing.T) {
		s := newFakeServer(t, func(line string, _ int) reply {
			if strings.HasPrefix(line, "GET") {
				return ok("null")
			}
			return ok(going)
		})
		err := s.DeletePipeline(t.Context(), "p-x:p-1")
		var null *NullError
		if !errors.As(err, &null) || errors.Is(err, ErrAbsent) {
			t.Error(err)
		}
	})
	t.Run("a look fails", func(t *testing.T) {
		s := newFakeServer(t, func(line string, _ int) reply {
			if strings.HasPrefix(line, "GET") {
				return refused(403, "PermissionDenied", "", "")
			}
			return ok(going)
		})
		err := s.DeletePipeline(t.Context(), "p-x:p-1")
		var r *Refusal
		if !errors.As(err, &r) || r.Status != http.StatusForbidden || errors.Is(err, ErrAbsent) {
			t.Error(err)
		}
	})
	if c, err := New(Config{BaseURL: "http://h"}); err != nil || c.pace.First < 100*time.Millisecond || c.pace.Longest > 10*time.Second {
		t.Errorf("looks at a pace of %v, %v", c.pace, err)
	}
}

// No JSON may make a decoder panic.
func TestAnyJSON(t *testing.T) {
	for _, v := range []string{`null`, `true`, `0`, `-1e999`, `""`, `[]`, `{}`, `[[]]`, `[null]`, `{"a":null}`, strings.Repeat("[", 20000), "\xff", `"\ud800"`} {
		for _, shape := range []string{
			`%`, `{"id":%,"type":"pipeline"}`, `{"id":"p-x:p-1","type":%}`, `{"id":"p-x:p-1","type":"pipeline","spec":%}`,
			`{"id":"p-x:p-1","type":"pipeline","spec":{"stages":%,"triggers":%}}`, `{"type":"collection","data":%}`,
			`{"type":"collection","pagination":%,"data":[]}`, `{"type":"error","code":%,"message":%}`, `{"type":"error","code":"InvalidFormat","message":%}`,
		} {
			body := strings.ReplaceAll(shape, "%", v)
			for _, status := range []int{200, 404, 422} {
				s := newFakeServer(t, func(string, int) reply { return reply{status: status, body: body} })
				_, _ = s.Pipeline(t.Context(), "p-x:p-1")
				_, _ = s.Pipelines(t.Context(), "c-a:p-x")
				_, _ = s.ExportPipeline(t.Context(), "p-x:p-1")
			}
		}
	}
}

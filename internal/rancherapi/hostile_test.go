// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Whatever an answer is, each reader of it ends, without a panic, after a few
// requests.
func FuzzAnswers(f *testing.F) {
	const pipeline = `{"id":"p-x:p-1","type":"pipeline","spec":{"stages":[{"name":"a","steps":[{"type":"runascript"}]}],"triggers":{"cronTrigger":null}},"status":{"nextRun":1}}`
	for _, text := range []string{
		pipeline, `{"type":"collection","pagination":{"limit":1,"next":"https://elsewhere.example.com/v3?marker=x"},"data":[` + pipeline + `]}`,
		`{"type":"collection","pagination":{"next":"::%zz"},"data":[` + pipeline + `]}`, `{"type":"collection","pagination":{"next":"/?marker=a"},"data":[]}`,
		`{"type":"collection","data":[null]}`, `{"type":"collection","data":[{"id":"..","type":"pipeline"}]}`, `stages: [&a [*a, *a]]`, "stages:\n- a: &x [1,2]\n- *x\n", `null`, ``, `{}`, specRoot,
		`{"id":"p-x:p-1","type":"pipeline","removed":"x","uuid":7}`, strings.Repeat("[", 20_000), "a: &a [x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nstages: [*c,*c,*c,*c]\n",
	} {
		f.Add(200, text)
		f.Add(422, text)
	}
	f.Fuzz(func(t *testing.T, status int, text string) {
		s := newFakeServerFor(t, Config{Token: "token-abcde:secret"}, "", func(line string, _ int) reply {
			if line == "GET " {
				return ok(specRoot)
			}
			return reply{status: 200 + (status%300+300)%300, body: text}
		})
		begin := time.Now()
		_, _ = s.Pipeline(t.Context(), "p-x:p-1")
		_, _ = s.Pipelines(t.Context(), "c-a:p-x")
		_, _ = s.RemoteAccounts(t.Context(), "user-1")
		_, _ = s.PipelineLogs(t.Context(), "c-a:p-x")
		_, _ = s.ExportPipeline(t.Context(), "p-x:p-1")
		_, _ = s.CreatePipeline(t.Context(), "c-a:p-x", PipelineSpec{})
		_, _ = s.UpdatePipeline(t.Context(), "p-x:p-1", PipelineSpec{}, PipelineSpec{})
		for _, err := range s.EachPipeline(t.Context(), "c-a:p-x", 2) {
			if err != nil {
				break
			}
		}
		_, _ = s.ListedPipeline(t.Context(), "c-a:p-x", "p-x:p-1")
		if took := time.Since(begin); len(s.lines) > 60 || took > 5*time.Second {
			t.Errorf("%q: %d requests, %v", text, len(s.lines), took)
		}
	})
}

// Any message of a refusal is unwound without a panic, and doesn't grow.
func FuzzRefusal(f *testing.F) {
	for _, message := range []string{"stages=InvalidFormat 422: name=MissingRequired 422: ", "a=B 422: a=B 422: a=B 422:", `pipelines.project.cattle.io "p-1" not found`, "", "=A 422:", "A 422:A 422:"} {
		f.Add(422, "InvalidFormat", "spec", message)
	}
	f.Fuzz(func(t *testing.T, status int, code, field, message string) {
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Request: httptest.NewRequest(http.MethodPut, "https://rancher.example.com/v3/pipelines/p-x:p-1", nil)}
		body := fmt.Appendf(nil, `{"type":"error","code":%q,"fieldName":%q,"message":%q}`, code, field, message)
		if text := refusal(resp, body).Error(); len(text) > 4*len(body)+1000 {
			t.Errorf("%q says %q", body, text)
		}
	})
}

// A wrapping without an end is unwound as fast as it is long.
func TestLongChainOfWrappedErrorsIsUnwoundAtOnce(t *testing.T) {
	t.Parallel()
	message := strings.Repeat("a=B 422: ", 2_000_000)
	s := newFakeServer(t, func(string, int) reply { return refused(422, "InvalidFormat", "spec", message) })
	begin := time.Now()
	_, err := s.Pipeline(t.Context(), "p-x:p-1")
	if took := time.Since(begin); err == nil || took > 5*time.Second || len(err.Error()) > 200_000 {
		t.Errorf("it took %v and says %.200q", took, err)
	}
}

// An id is one segment of the path again, or is refused before a request.
func FuzzIDs(f *testing.F) {
	for _, id := range []string{"p-x:p-1", "a b", "a%2Fb", "%", "a?b#c", "a;b", "a+b", "ä ö", ".", "..", "...", "a/b", "", "\x7f", strings.Repeat("x", 255), "a&b=c", `a\b`, ":", "@"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		var lines []string
		s := newFakeServer(t, func(line string, _ int) reply {
			lines = append(lines, line)
			return refused(404, "NotFound", "", "")
		})
		calls := map[string]func() error{
			"pipelines":         func() error { _, err := s.Pipeline(t.Context(), id); return err },
			"pipelines?action=": func() error { _, err := s.RunPipeline(t.Context(), id); return err },
			"clusterPipelines":  func() error { return s.DeleteClusterPipeline(t.Context(), id) },
			"remoteAccounts": func() error {
				_, err := s.UpdateRemoteAccount(t.Context(), id, RemoteAccountSpec{}, RemoteAccountSpec{})
				return err
			},
			"pipelineHistories": func() error { _, err := s.StopPipelineHistory(t.Context(), id); return err },
			"projects":          func() error { _, err := s.Pipelines(t.Context(), id); return err },
			"clusters": func() error {
				_, err := s.CreateClusterPipeline(t.Context(), id, "github", ClusterPipelineSpec{})
				return err
			},
		}
		for kind, call := range calls {
			lines = nil
			err := call()
			if id == "" || id == "." || id == ".." || strings.Contains(id, "/") {
				if err == nil || len(lines) > 0 {
					t.Errorf("%s %q: sent %q, %v", kind, id, lines, err)
				}
				continue
			}
			path, _, _ := strings.Cut(strings.TrimPrefix(lines[0][strings.Index(lines[0], " "):], " /"), "?")
			segments := strings.Split(path, "/")
			if got, err := url.PathUnescape(segments[1]); err != nil || got != id || len(segments) > 3 {
				t.Errorf("%s %q: sent %q", kind, id, lines)
			}
		}
	})
}

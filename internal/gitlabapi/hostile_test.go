// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Whatever an answer is, each reader of it ends, without a panic, after a few
// requests.
func FuzzAnswers(f *testing.F) {
	var (
		status int
		page   string
		body   []byte
		asked  int
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header()["X-Next-Page"] = []string{page}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	f.Cleanup(server.Close)
	httpClient, err := transport.NewClient(transport.Options{})
	if err != nil {
		f.Fatal(err)
	}
	const schedule = `{"id":7,"description":"d","ref":"main","cron":"0 1 * * 5","next_run_at":null,"owner":{"id":1},"last_pipeline":{"id":3},"variables":[{"key":"A","value":null}],"inputs":[{"name":"a","value":[1.5,true]}]}`
	for _, text := range []string{schedule, "[" + schedule + "]", `[{"id":8},{"id":7}]`, `{"id":7,"owner":[]}`, `{"id":1e99}`, `{"id":-7}`, `[null]`, `null`, ``, `<html>`, `{"message":"404 Pipeline Schedule Not Found"}`, strings.Repeat("[", 20_000)} {
		for _, next := range []string{"", "1", "2", "-1", "99999999999999999999", "2; 3"} {
			f.Add(200, next, []byte(text))
			f.Add(404, next, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, answered int, next string, text []byte) {
		if strings.ContainsAny(next, "\r\n\x00") {
			t.Skip("no header can hold it")
		}
		status, page, body, asked = 200+(answered%300+300)%300, next, text, 0
		client, err := New(Config{BaseURL: server.URL, Token: "a-token", HTTP: httpClient})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, _ = client.Schedule(ctx, "1", 7)
		_, _ = client.ListedSchedule(ctx, "1", 7)
		_, _ = client.SharedSchedule(ctx, "1", 7)
		_, _ = client.CreateSchedule(ctx, "1", ScheduleChange{})
		_, _ = client.Pipeline(ctx, "1", 7)
		_, _ = client.PipelineVariables(ctx, "1", 7)
		_, _ = client.CurrentUser(ctx)
		_, _ = client.ProjectID(ctx, "group/app")
		for _, err := range client.Schedules(ctx, "1", "", 0) {
			if err != nil {
				break
			}
		}
		for _, err := range client.SchedulePipelines(ctx, "1", 7, PipelineFilter{}, 0) {
			if err != nil {
				break
			}
		}
		if ctx.Err() != nil || asked > 20 {
			t.Errorf("%d %q, next page %q: %d requests, %v", status, text, next, asked, ctx.Err())
		}
	})
}

// Any body of a refusal has a message without an end of its own making.
func FuzzRefusal(f *testing.F) {
	for _, body := range []string{`{"message":{"base":["a","b"],"cron":["c",{"d":null}]}}`, `{"error":"cron is invalid, ref does not have"}`, `{"error":"x","error_description":"y."}`, `{"message":[[["a"]]]}`, `{"message":7}`, `{}`, `[]`, `x`} {
		f.Add(400, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Request: httptest.NewRequest(http.MethodPost, "https://gitlab.example.com/api/v4/projects", nil)}
		if e := refusal(resp, body); len(e.Message) > 2*len(body)+200 {
			t.Errorf("%d bytes became %d: %q", len(body), len(e.Message), e.Message)
		}
	})
}

// What is nested as deep as JSON can be takes no longer than it is long.
func TestDeeplyNestedRefusalIsReadAtOnce(t *testing.T) {
	t.Parallel()
	const depth = 9_990
	text := strings.Repeat("x", 50_000)
	for _, shell := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		body := `{"message":` + strings.Repeat(shell[0], depth) + `"` + text + `"` + strings.Repeat(shell[1], depth) + "}"
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusBadRequest, body) })
		begin := time.Now()
		if _, err := client.Schedule(t.Context(), "1", 7); err == nil {
			t.Error("no error")
		}
		resp := &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Request: httptest.NewRequest(http.MethodPost, "https://gitlab.example.com/api/v4", nil)}
		if e := refusal(resp, []byte(body)); !strings.HasSuffix(e.Message, text) {
			t.Errorf("the message is %.100q", e.Message)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
	}
}

// A proxy that forgets the page that is asked for must not keep a list going.
func TestListWhosePagesDontRiseIsAnError(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"1", "2"} {
		asked := 0
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked > 5 {
				answer(w, http.StatusForbidden, `{"message":"it goes on"}`)
				return
			}
			w.Header().Set("X-Next-Page", next)
			answer(w, http.StatusOK, `[{"id":1}]`)
		})
		var last error
		for _, last = range client.Schedules(t.Context(), "1", "", 0) {
			continue
		}
		if last == nil || !strings.Contains(last.Error(), "can't be read to its end") {
			t.Errorf("next page %s: %v", next, last)
		}
	}
}

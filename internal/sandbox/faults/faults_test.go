// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const body = `{"answer":"of the system itself"}`

// serve starts a server with the rules before a system that counts what reaches it.
func serve(t *testing.T, rules ...faults.Rule) (server *httptest.Server, reached *atomic.Int64, set *faults.Set) {
	t.Helper()
	set, reached = &faults.Set{}, &atomic.Int64{}
	for _, rule := range rules {
		if err := set.Add(rule); err != nil {
			t.Fatal(err)
		}
	}
	server = httptest.NewServer(set.Inject(func(string) string { return "gitlab" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		w.Header().Set("X-System", "yes")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(body))
	})))
	t.Cleanup(server.Close)
	return server, reached, set
}

func get(t *testing.T, url string) (*http.Response, string, error) {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(url)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return response, string(content), err
}

func TestAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		rule        faults.Rule
		status      int
		contentType string
		body        string // part of it
		reached     int64
	}{
		"status": {faults.Rule{Fault: faults.Status}, 500, "application/json", `{"message":"500 Internal Server Error"}`, 0},
		"status of choice": {
			faults.Rule{Fault: faults.Status, Status: 429, Body: "Retry later\n", Headers: map[string]string{"Retry-After": "7"}}, 429, "text/plain", "Retry later\n", 0,
		},
		"html":  {faults.Rule{Fault: faults.HTML}, 200, "text/html; charset=utf-8", "<html", 0},
		"delay": {faults.Rule{Fault: faults.Delay, Delay: time.Millisecond}, 201, "text/plain; charset=utf-8", body, 1},
		"redirect": {
			faults.Rule{Fault: faults.Redirect, Headers: map[string]string{"location": "/users/sign_in"}}, 302, "text/html; charset=utf-8", "redirected", 0,
		},
		"late":      {faults.Rule{Fault: faults.Late, Delay: time.Millisecond}, 201, "text/plain; charset=utf-8", body, 1},
		"cut":       {faults.Rule{Fault: faults.Cut}, 201, "text/plain; charset=utf-8", body[:len(body)/2], 1},
		"flood":     {faults.Rule{Fault: faults.Flood}, 200, "application/json", `"AAA`, 0},
		"meanwhile": {faults.Rule{Fault: faults.Meanwhile, Do: func() {}}, 201, "text/plain; charset=utf-8", body, 1},
		"none":      {faults.Rule{Fault: faults.Status, System: "nautes"}, 201, "text/plain; charset=utf-8", body, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server, reached, _ := serve(t, test.rule)
			response, content, err := get(t, server.URL)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || response.Header.Get("Content-Type") != test.contentType || !strings.Contains(content, test.body) {
				t.Errorf("%d %v %s", response.StatusCode, response.Header, content)
			}
			for header, want := range test.rule.Headers {
				if got := response.Header.Get(header); got != want {
					t.Errorf("%s: %s", header, got)
				}
			}
			if reached.Load() != test.reached {
				t.Errorf("the system saw %d requests", reached.Load())
			}
		})
	}
}

func TestLostConnections(t *testing.T) {
	for kind, wanted := range map[faults.Kind]int64{faults.ResetBefore: 0, faults.ResetAfter: 1} {
		server, reached, _ := serve(t, faults.Rule{Fault: kind, Nth: 1})
		response, _, err := get(t, server.URL)
		if response != nil || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %v, %v", kind, response, err)
		}
		if reached.Load() != wanted {
			t.Errorf("%s: the system saw %d requests", kind, reached.Load())
		}
	}
}

func TestTruncate(t *testing.T) {
	server, _, _ := serve(t, faults.Rule{Fault: faults.Truncate})
	response, content, err := get(t, server.URL)
	if !errors.Is(err, io.ErrUnexpectedEOF) || content != body[:len(body)/2] {
		t.Errorf("%q, %v", content, err)
	}
	if response.StatusCode != http.StatusCreated || response.ContentLength != int64(len(body)) || response.Header.Get("X-System") != "yes" {
		t.Errorf("%d, %d bytes announced, %v", response.StatusCode, response.ContentLength, response.Header)
	}
}

func TestWhichRequests(t *testing.T) {
	server, _, set := serve(t,
		faults.Rule{Method: "get", Path: "/schedules(/|$)", Nth: 2, Fault: faults.Status, Status: 502},
		faults.Rule{Path: "/pipelines$", Fault: faults.Status, Status: 503},
		faults.Rule{Method: "POST", Fault: faults.Status, Status: 504},
	)
	for i, step := range []struct {
		path   string
		status int
	}{
		{"/schedules/1", 201}, {"/schedule", 201}, {"/a/schedules", 502}, {"/schedules", 201}, {"/pipelines", 503}, {"/pipelines", 503}, {"/pipelines/1", 201},
	} {
		response, _, err := get(t, server.URL+step.path)
		if err != nil || response.StatusCode != step.status {
			t.Errorf("step %d, %s: %v, %v", i, step.path, response, err)
		}
	}
	list := set.List()
	if len(list) != 3 || list[0].Matched != 3 || list[0].Fired != 1 || list[1].Fired != 2 || list[2].Matched != 0 {
		t.Errorf("%+v", list)
	}
	set.Clear()
	if response, _, err := get(t, server.URL+"/pipelines"); err != nil || response.StatusCode != http.StatusCreated || len(set.List()) != 0 {
		t.Errorf("after Clear: %v, %v", response, err)
	}
}

func TestBadRules(t *testing.T) {
	for name, rule := range map[string]faults.Rule{
		"fault": {Fault: "explode"}, "no fault": {}, "system": {Fault: faults.HTML, System: "jira"}, "nth": {Fault: faults.HTML, Nth: -1},
		"status": {Fault: faults.Status, Status: 99}, "delay": {Fault: faults.Delay}, "redirect": {Fault: faults.Redirect},
		"path": {Fault: faults.HTML, Path: "("}, "negative delay": {Fault: faults.HTML, Delay: -1},
		"late": {Fault: faults.Late}, "meanwhile": {Fault: faults.Meanwhile},
	} {
		if err := new(faults.Set).Add(rule); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestJSON(t *testing.T) {
	const text = `{"system":"gitlab","method":"POST","path":"/x$","nth":2,"fault":"status","status":429,"headers":{"Retry-After":"1"},"body":"later\n","delay":"1.5s"}`
	var rule faults.Rule
	if err := json.Unmarshal([]byte(text), &rule); err != nil {
		t.Fatal(err)
	}
	if rule.Delay != 1500*time.Millisecond || rule.Body != "later\n" || rule.Nth != 2 {
		t.Errorf("%+v", rule)
	}
	again, err := json.Marshal(rule)
	if err != nil || string(again) != text {
		t.Errorf("%s, %v", again, err)
	}
	if err := json.Unmarshal([]byte(`{"fault":"status","body":{"message":"x"}}`), &rule); err != nil || rule.Body != `{"message":"x"}` {
		t.Errorf("%+v, %v", rule, err)
	}
	for _, bad := range []string{`{"fault":"html","nht":1}`, `{"fault":"delay","delay":5}`, `{"fault":"delay","delay":"5 minutes"}`} {
		if err := json.Unmarshal([]byte(bad), &rule); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
}

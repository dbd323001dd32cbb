// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
)

func recorded(handler http.HandlerFunc) (*journal.Journal, http.Handler) {
	j := journal.New(clock.New(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)))
	return j, j.Record(func(string) string { return "gitlab" }, handler)
}

func TestRecord(t *testing.T) {
	j, handler := recorded(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNotFound)
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write([]byte("x"))
		}
	})
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/v4/projects/a%2Fb?page=2", nil))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodDelete, "/api/v4/projects/1", nil))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodHead, "/", nil))

	all := j.Requests()
	if len(all) != 3 || j.Count() != 3 {
		t.Fatalf("%d requests, count %d", len(all), j.Count())
	}
	all[0].DurationMS = 0
	want := journal.Request{Time: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), System: "gitlab", Method: "GET", Path: "/api/v4/projects/a%2Fb", Query: "page=2", Status: 200}
	if all[0] != want {
		t.Errorf("%+v", all[0])
	}
	if all[1].Status != 404 || all[1].Method != http.MethodDelete {
		t.Errorf("%+v", all[1])
	}
	if all[2].Status != 0 {
		t.Errorf("no answer was written, yet the status is %d", all[2].Status)
	}
	j.Clear()
	if len(j.Requests()) != 0 || j.Count() != 0 {
		t.Error("still there after Clear")
	}
}

// Who sees a connection end finds its request in the journal, however the handler goes on.
func TestTakenOverConnectionIsRecorded(t *testing.T) {
	ended := make(chan struct{})
	j, handler := recorded(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
		<-ended
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	defer close(ended)
	if resp, err := http.Post(server.URL, "text/plain", nil); err == nil {
		_ = resp.Body.Close()
		t.Fatal("there was an answer")
	}
	if j.Count() != 1 {
		t.Errorf("the journal has %d requests", j.Count())
	}
}

func TestNoSecretIsKept(t *testing.T) {
	j, handler := recorded(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	r := httptest.NewRequest(http.MethodPost, "/api/v4/x?private_token=s3cret&job_token=s3cret&Password=s3cret&page=1&variables%5B%5D%5Bvalue%5D=s3cret&value=s3cret"+
		"&%70rivate_token=s3cret&access_token=s3cret&%zz=s3cret&sort=asc", strings.NewReader("s3cret"))
	r.Header.Set("PRIVATE-TOKEN", "s3cret")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	text, err := json.Marshal(j.Requests())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "s3cret") {
		t.Errorf("%s", text)
	}
	if query := j.Requests()[0].Query; !strings.Contains(query, "&page=1&") || !strings.HasSuffix(query, "&sort=asc") {
		t.Errorf("lost what is no secret: %s", query)
	}
}

func TestOldestIsForgotten(t *testing.T) {
	const kept, more = 20_000, 5
	j, handler := recorded(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	r := httptest.NewRequest(http.MethodGet, "/first", nil)
	for i := range kept + more {
		if i == more {
			r.URL.Path = "/kept"
		}
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	r.URL.Path = "/last"
	handler.ServeHTTP(httptest.NewRecorder(), r)
	all := j.Requests()
	if len(all) != kept || j.Count() != kept+more+1 || all[0].Path != "/kept" || all[kept-1].Path != "/last" {
		t.Errorf("%d kept of %d, from %s to %s", len(all), j.Count(), all[0].Path, all[len(all)-1].Path)
	}
}

func TestAfter(t *testing.T) {
	j, handler := recorded(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	ask := func(paths ...string) {
		for _, path := range paths {
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
		}
	}
	moment := 0
	expect := func(paths string, wantCount int, wantCleared bool) {
		t.Helper()
		newest, count, upTo, cleared := j.After(moment, 2)
		var got []string
		for _, r := range newest {
			got = append(got, r.Path)
		}
		if strings.Join(got, " ") != paths || count != wantCount || cleared != wantCleared {
			t.Errorf("%v, %d, %t", got, count, cleared)
		}
		moment = upTo
	}
	expect("", 0, false)
	ask("/1")
	expect("/1", 1, false)
	expect("", 1, false)
	ask("/2", "/3", "/4")
	expect("/3 /4", 4, false)
	j.Clear()
	expect("", 0, true)
	expect("", 0, false)
	j.Clear()
	ask("/5")
	expect("/5", 1, true)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, path, query, want string }{
		{"GET", "/api/v4/projects/7/pipeline_schedules", "per_page=100", "GET projects/:id/pipeline_schedules"},
		{"GET", "/api/v4/projects/group%2Fapp/pipeline_schedules/3", "", "GET projects/:id/pipeline_schedules/:id"},
		{"DELETE", "/api/v4/projects/7/pipeline_schedules/3/variables/KEY", "", "DELETE projects/:id/pipeline_schedules/:id/variables/:id"},
		{"POST", "/api/v4/projects/7/pipeline_schedules/3/take_ownership", "", "POST projects/:id/pipeline_schedules/:id/take_ownership"},
		{"GET", "/api/v4/user", "", "GET user"},
		{"GET", "/api/v4/", "", "GET /"},
		{"POST", "/api/v1/products/p/projectpipelineruntimes/build-1", "insecure_skip_check=true", "POST products/:id/projectpipelineruntimes/:id"},
		{"GET", "/v3", "", "GET /"},
		{"POST", "/v3/pipelines/p-1:build", "action=activate", "POST pipelines/:id?action=activate"},
		{"GET", "/v3-public/x", "", "GET v3-public/:id"},
	} {
		if got := kindOf(request{c.method, c.path, c.query}); got != c.want {
			t.Errorf("%s %s is %q, want %q", c.method, c.path, got, c.want)
		}
	}
}

func TestKindsAddUp(t *testing.T) {
	t.Parallel()
	k := kinds{"GET a": 1, "POST a": 3, "GET b": 3}
	if k.total() != 7 {
		t.Errorf("total %d", k.total())
	}
	if got, want := k.sorted(), []string{"GET b", "POST a", "GET a"}; !slices.Equal(got, want) {
		t.Errorf("sorted %q, want %q", got, want)
	}
}

func TestJournalThatForgotSomeIsAnError(t *testing.T) {
	t.Parallel()
	answer := `{"count": 2, "requests": [{"method": "GET", "path": "/api/v4/user"}, {"method": "GET", "path": "/api/v4/user"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_sandbox/requests" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	j := journal{server.URL}
	if found, err := j.kinds(t.Context()); err != nil || found["GET user"] != 2 {
		t.Errorf("%v, %v", found, err)
	}
	answer = `{"count": 3, "requests": [{"method": "GET", "path": "/api/v4/user"}]}`
	if _, err := j.kinds(t.Context()); err == nil {
		t.Error("two lost requests are no error")
	}
	if err := (journal{server.URL + "/elsewhere"}).clear(t.Context()); err == nil {
		t.Error("a 404 is no error")
	}
}

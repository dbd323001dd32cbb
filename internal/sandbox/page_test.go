// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// ask sends a request straight to the handler, with header pairs.
func ask(box *sandbox.Sandbox, method, path, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "http://127.0.0.1:8086"+path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	box.Handler().ServeHTTP(w, request)
	return w
}

// The page is at / and nowhere else, and looking at it leaves no trace among the requests of clients.
func TestPageIsAtTheRoot(t *testing.T) {
	box, _ := start(t, sandbox.Options{Seed: "demo"})
	for _, method := range []string{"GET", "HEAD"} {
		if w := ask(box, method, "/", ""); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Error(method, w.Code, w.Header())
		}
	}
	if box.Journal().Count() != 0 {
		t.Error("it is in the journal")
	}
	for _, request := range [][2]string{{"POST", "/"}, {"GET", "/page.js"}, {"GET", "/index.html"}} {
		if w := ask(box, request[0], request[1], ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "no system of the sandbox has this path") {
			t.Error(request, w.Code, w.Body)
		}
	}
}

func TestChangeByHand(t *testing.T) {
	box, do := start(t, sandbox.Options{Seed: "demo", RateLimit: 1, Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	do("POST", "/api/v4/projects/1/pipeline_schedules", `{"description": "d", "ref": "main", "cron": "0 1 * * *"}`)
	const press = `{"system": "gitlab", "object": "schedule/1", "change": "Change cron to 30 4 * * *"}`
	// neither faults nor the rate limit meet what is done by hand
	do("POST", "/_sandbox/faults", `{"fault": "status", "status": 503}`)
	if status, answer := do("POST", "/_sandbox/changes", press); status != http.StatusOK {
		t.Fatal(status, answer)
	}
	requests := box.Journal().Requests()
	last := requests[len(requests)-1]
	if len(requests) != 2 || last.UserAgent != "by hand" || last.Method != http.MethodPut || last.System != "gitlab" || last.Path != "/api/v4/projects/1/pipeline_schedules/1" || last.Status != 200 {
		t.Errorf("%+v", requests)
	}
	box.Faults().Clear()
	if err := box.Clock().Advance(time.Minute); err != nil { // another minute of the rate limit
		t.Fatal(err)
	}
	if status, schedule := do("GET", "/api/v4/projects/1/pipeline_schedules/1", ""); status != 200 || schedule["cron"] != "30 4 * * *" || schedule["next_run_at"] != "2026-01-16T04:33:00.000Z" {
		t.Error(status, schedule)
	}
}

// Other sites that are open in the same browser can reach the port, but not press a button.
func TestOtherSitesCantChangeAnything(t *testing.T) {
	box, _ := start(t, sandbox.Options{Seed: "demo"})
	for _, header := range [][]string{
		{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"},
	} {
		for _, path := range []string{"/_sandbox/changes", "/_sandbox/faults", "/_sandbox/clock"} {
			if w := ask(box, "POST", path, `{"advance": "1h"}`, header...); w.Code != http.StatusForbidden {
				t.Error(header, path, w.Code, w.Body)
			}
		}
	}
	if w := ask(box, "POST", "/_sandbox/clock", `{"advance": "1h"}`, "Origin", "http://127.0.0.1:8086", "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusOK {
		t.Error(w.Code, w.Body)
	}
}

// What a whole world shows holds none of its secrets.
func TestPageShowsNoToken(t *testing.T) {
	box, do := start(t, sandbox.Options{Seed: "demo"})
	do("GET", "/api/v4/user?private_token=s3cret", "")
	stream := httptest.NewServer(box.Handler())
	defer stream.Close()
	response, err := http.Get(stream.URL + "/_sandbox/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	box.EndStreams()
	var told bytes.Buffer
	if _, err := told.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{box.AdminToken(), box.DeveloperToken(), "s3cret"} {
		if strings.Contains(told.String(), secret) {
			t.Errorf("the stream tells %s: %s", secret, &told)
		}
	}
	if !json.Valid([]byte(strings.TrimPrefix(strings.TrimSpace(told.String()), "data: "))) || !strings.Contains(told.String(), "p-app:build") {
		t.Error(told.String())
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// newTestClient is a client of a server that answers as the handler does.
func newTestClient(t testing.TB, handler http.HandlerFunc) *Client {
	t.Helper()
	return newRetryingTestClient(t, 0, handler)
}

func newRetryingTestClient(t testing.TB, retries int, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	httpClient, err := transport.NewClient(transport.Options{MaxRetries: retries})
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Config{BaseURL: server.URL, Token: "a-token", HTTP: httpClient})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// A list goes on as long as there is a next page, and no further than its
// reader. GitLab leaves out X-Total above 10,000 objects.
func TestListReadsPagesWithoutATotal(t *testing.T) {
	t.Parallel()
	var pages []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		pages = append(pages, r.URL.Query().Get("page")+"/"+r.URL.Query().Get("per_page"))
		if page < 3 {
			w.Header().Set("X-Next-Page", strconv.Itoa(page+1))
		}
		answer(w, http.StatusOK, fmt.Sprintf(`[{"id":%d},{"id":%d}]`, 2*page-1, 2*page))
	})
	read := func(most int) (ids []int64) {
		for schedule, err := range client.Schedules(t.Context(), "1", "", 0) {
			if err != nil {
				t.Fatal(err)
			}
			if ids = append(ids, schedule.ID); len(ids) == most {
				break
			}
		}
		return ids
	}
	if ids := read(0); fmt.Sprint(ids) != "[1 2 3 4 5 6]" || fmt.Sprint(pages) != "[1/100 2/100 3/100]" {
		t.Errorf("read %v by pages %v", ids, pages)
	}
	pages = nil
	if ids := read(2); fmt.Sprint(ids) != "[1 2]" || len(pages) != 1 {
		t.Errorf("two were wanted: read %v by pages %v", ids, pages)
	}
}

// What appears while a list is read pushes the rest onto the next page.
func TestListGivesEachObjectOnce(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			answer(w, http.StatusOK, `[{"id":4},{"id":3}]`)
			return
		}
		w.Header().Set("X-Next-Page", "2")
		answer(w, http.StatusOK, `[{"id":5},{"id":4}]`)
	})
	var ids []int64
	for schedule, err := range client.Schedules(t.Context(), "1", "", 0) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, schedule.ID)
	}
	if fmt.Sprint(ids) != "[5 4 3]" {
		t.Errorf("read %v", ids)
	}
}

// Who finds nothing after an own attempt whose answer got lost has deleted it;
// who was turned away before has not.
func TestDeletionIsRepeated(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]struct {
		status int
		absent bool
	}{"lost": {0, false}, "failed": {http.StatusBadGateway, false}, "turned away": {http.StatusTooManyRequests, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			client := newRetryingTestClient(t, 1, func(w http.ResponseWriter, _ *http.Request) {
				switch {
				case asked.Add(1) > 1:
					answer(w, http.StatusNotFound, `{"message":"404 Not found"}`)
				case first.status == 0:
					panic(http.ErrAbortHandler)
				default:
					answer(w, first.status, `{}`)
				}
			})
			if err := client.DeletePipeline(t.Context(), "1", 2); errors.Is(err, ErrAbsent) != first.absent || (err == nil) == first.absent || asked.Load() != 2 {
				t.Errorf("after %d requests: %v", asked.Load(), err)
			}
		})
	}
}

func TestListEndsWithTheErrorOfAPage(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			answer(w, http.StatusForbidden, `{"message":"403 Forbidden"}`)
			return
		}
		w.Header().Set("X-Next-Page", "2")
		answer(w, http.StatusOK, `[{"id":1}]`)
	})
	var said []string
	for pipeline, err := range client.Pipelines(t.Context(), "1", PipelineFilter{}, 0) {
		said = append(said, fmt.Sprint(pipeline.ID, IsForbidden(err)))
	}
	if fmt.Sprint(said) != "[1 false 0 true]" {
		t.Errorf("pipelines and errors: %v", said)
	}
}

// A schedule's 404 proves that it is gone only if the project's schedules may
// be listed.
func TestAbsenceIsProved(t *testing.T) {
	t.Parallel()
	type response struct {
		status int
		body   string
	}
	list := response{200, `[]`}
	for name, c := range map[string]struct {
		schedule, list response
		absent, asks   bool
	}{
		"gone":               {response{404, `{"message":"404 Pipeline Schedule Not Found"}`}, list, true, true},
		"not to be read":     {response{404, `{"message":"404 Pipeline Schedule Not Found"}`}, response{403, `{"message":"403 Forbidden"}`}, false, true},
		"project gone then":  {response{404, `{"message":"404 Pipeline Schedule Not Found"}`}, response{404, `{"message":"404 Project Not Found"}`}, false, true},
		"server failed then": {response{404, `{"message":"404 Pipeline Schedule Not Found"}`}, response{500, ``}, false, true},
		"page instead then":  {response{404, `{"message":"404 Pipeline Schedule Not Found"}`}, response{200, `<html>`}, false, true},
		"variable gone":      {response{404, `{"message":"404 Pipeline Schedule Variable Not Found"}`}, list, true, false},
		"project gone":       {response{404, `{"message":"404 Project Not Found"}`}, list, false, false},
		"no such route":      {response{404, `{"error":"404 Not Found"}`}, list, false, false},
		"proxy":              {response{404, `404 Pipeline Schedule Not Found`}, list, false, false},
		"forbidden":          {response{403, `{"message":"404 Pipeline Schedule Not Found"}`}, list, false, false},
		"unauthorized":       {response{401, `{"message":"401 Unauthorized"}`}, list, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lists := 0
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/pipeline_schedules") {
					lists++
					answer(w, c.list.status, c.list.body)
					return
				}
				answer(w, c.schedule.status, c.schedule.body)
			})
			for call, err := range map[string]error{
				"GET":             second(client.Schedule(t.Context(), "1", 2)),
				"PUT":             second(client.UpdateSchedule(t.Context(), "1", 2, ScheduleChange{})),
				"DELETE":          client.DeleteSchedule(t.Context(), "1", 2),
				"take ownership":  second(client.TakeOwnership(t.Context(), "1", 2)),
				"play":            client.PlaySchedule(t.Context(), "1", 2),
				"POST variable":   second(client.CreateVariable(t.Context(), "1", 2, VariableChange{})),
				"PUT variable":    second(client.UpdateVariable(t.Context(), "1", 2, "KEY", VariableChange{})),
				"DELETE variable": client.DeleteVariable(t.Context(), "1", 2, "KEY"),
			} {
				if err == nil || errors.Is(err, ErrAbsent) != c.absent {
					t.Errorf("%s: %v; absent should be %v", call, err, c.absent)
				}
			}
			if (lists > 0) != c.asks {
				t.Errorf("%d lists were asked for", lists)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestPipelineAbsence(t *testing.T) {
	t.Parallel()
	for body, absent := range map[string]bool{
		`{"message":"404 Not found"}`: true, `{"message":"404 Project Not Found"}`: false, `{"error":"404 Not Found"}`: false,
	} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusNotFound, body) })
		for call, err := range map[string]error{
			"GET": second(client.Pipeline(t.Context(), "1", 2)), "retry": second(client.RetryPipeline(t.Context(), "1", 2)),
			"cancel": second(client.CancelPipeline(t.Context(), "1", 2)), "DELETE": client.DeletePipeline(t.Context(), "1", 2),
		} {
			if err == nil || errors.Is(err, ErrAbsent) != absent {
				t.Errorf("%s: %s: %v", body, call, err)
			}
		}
	}
}

// A project and a key are one segment of the path each, whatever they hold.
func TestProjectAndKeyAreOneSegmentEach(t *testing.T) {
	t.Parallel()
	var path atomic.Value
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		path.Store(r.URL.EscapedPath())
		w.WriteHeader(http.StatusNoContent)
	})
	one := func(project, key string) error {
		if err := client.DeleteVariable(t.Context(), project, 7, key); err != nil {
			return err
		}
		segments := strings.Split(strings.TrimPrefix(path.Load().(string), "/api/v4/"), "/")
		want := []string{"projects", project, "pipeline_schedules", "7", "variables", key}
		for i := range want {
			if got, err := url.PathUnescape(segments[i]); len(segments) != len(want) || err != nil || got != want[i] {
				return fmt.Errorf("project %q, key %q: %q", project, key, segments)
			}
		}
		return nil
	}
	for project, key := range map[string]string{
		"29": "KEY", "group/sub/app": "a/b", "group/app.v2": "..", "g/ä ö": "%2F", "g/a?b": "a?b#c", "../..": "./.", "g/%2e%2e": "a+b", "g/a;b": ";",
	} {
		if err := one(project, key); err != nil {
			t.Error(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := one(rapid.StringMatching(`[^\x00]{1,20}`).Draw(t, "project"), rapid.StringMatching(`[^\x00]{1,20}`).Draw(t, "key")); err != nil {
			t.Error(err)
		}
	})
}

// Who asks at the same time shares a request; who gives up fails alone; what
// failed is asked for anew.
func TestUserIsAskedForOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	fails := true
	arrived, release := make(chan struct{}, 8), make(chan struct{})
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		arrived <- struct{}{}
		<-release
		if fails {
			answer(w, http.StatusForbidden, `{"message":"403 Forbidden"}`)
			return
		}
		answer(w, http.StatusOK, `{"id":7,"username":"me"}`)
	})
	impatient, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { gaveUp <- second(client.CurrentUser(impatient)) }()
	<-arrived
	var wait sync.WaitGroup
	ask := func() {
		wait.Go(func() {
			if _, err := client.CurrentUser(t.Context()); IsForbidden(err) != fails {
				t.Errorf("fails: %v, but %v", fails, err)
			}
		})
	}
	ask()
	giveUp()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(release)
	wait.Wait()
	failures := asked.Load()

	fails = false
	for range 5 {
		ask()
	}
	wait.Wait()
	if user, err := client.CurrentUser(t.Context()); err != nil || user.ID != 7 {
		t.Errorf("%v, %v", user, err)
	}
	if n := asked.Load() - failures; n != 1 {
		t.Errorf("after the failure, the user was asked for %d times", n)
	}
}

func TestProjectIsLookedUpOncePerSpelling(t *testing.T) {
	t.Parallel()
	asked := 0
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		answer(w, http.StatusOK, `{"id":29}`)
	})
	for project, want := range map[string]int64{"29": 29, "0029": 29, "group/app": 29, "Group/App": 29, "GROUP/APP": 29} {
		if id, err := client.ProjectID(t.Context(), project); err != nil || id != want {
			t.Errorf("%s: %d, %v", project, id, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once: case makes no difference, and a number needs no question", asked)
	}
}

// Two spellings can mean the same exactly when one is the other's expansion.
func TestSameRef(t *testing.T) {
	t.Parallel()
	ref := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "", "refs/heads/", "refs/tags/"}).Draw(t, "prefix") + rapid.SampledFrom([]string{"main", "v1", "refs/heads/x", "a/b"}).Draw(t, "name")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := ref.Draw(t, "a"), ref.Draw(t, "b")
		want := a == b || !FullRef(a) && (b == "refs/heads/"+a || b == "refs/tags/"+a) || !FullRef(b) && (a == "refs/heads/"+b || a == "refs/tags/"+b)
		if SameRef(a, b) != want || SameRef(b, a) != want || !SameRef(a, a) {
			t.Errorf("SameRef(%q, %q) is %v", a, b, !want)
		}
		if !FullRef(a) && (ShortRef(a) != a || ShortRef("refs/heads/"+a) != a || ShortRef("refs/tags/"+a) != a) {
			t.Errorf("short refs of %q", a)
		}
	})
	if SameRef("refs/heads/v1", "refs/tags/v1") {
		t.Error("a branch is a tag")
	}
}

// A 2xx that isn't what GitLab says to a verb proves nothing: whether it was
// done is open.
func TestVerbsWantTheirOwnAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"id":3,"message":"ok"}`, `<html>Sign in</html>`, `[]`} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) })
		calls := map[string]error{
			"play": client.PlaySchedule(t.Context(), "1", 2), "retry": second(client.RetryPipeline(t.Context(), "1", 2)),
			"cancel": second(client.CancelPipeline(t.Context(), "1", 2)), "DELETE": client.DeletePipeline(t.Context(), "1", 2),
		}
		if !strings.Contains(body, `"id"`) {
			calls["create"] = second(client.CreatePipeline(t.Context(), "1", PipelineCreation{Ref: "main"}))
		}
		for call, err := range calls {
			if !transport.OutcomeUnknown(err) {
				t.Errorf("%s: %s: %v", body, call, err)
			}
		}
	}
}

// A list that names no further page than the one that was read is given up: what
// isn't on it is asked for itself.
func TestListedScheduleWhosePagesDontRise(t *testing.T) {
	t.Parallel()
	var lists atomic.Int32
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if id, one := strings.CutPrefix(r.URL.Path, "/api/v4/projects/1/pipeline_schedules/"); one {
			answer(w, http.StatusOK, `{"id":`+id+`}`)
			return
		}
		lists.Add(1)
		w.Header().Set("X-Next-Page", "1")
		answer(w, http.StatusOK, `[{"id":9}]`)
	})
	for _, id := range []int64{9, 5, 6} {
		if s, err := client.ListedSchedule(t.Context(), "1", id); err != nil || s.ID != id {
			t.Errorf("schedule %d: %+v, %v", id, s, err)
		}
	}
	if n := lists.Load(); n != 1 {
		t.Errorf("the list was read %d times", n)
	}
}

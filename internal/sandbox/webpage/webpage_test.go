// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package webpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

func TestStreamTellsTheStateAndThenWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.hold(thing("1", "one"), thing("2", "two"))
		k.request("GET", "/api/v4/x")
		r := k.watch()
		r.expect("12:00 gitlab Things [1 2] [{1 one []} {2 two []}] 1 true 1")
		time.Sleep(5 * time.Second)
		r.expectNothing()

		k.hold(thing("1", "one"), thing("2", "second"), thing("3", "three"))
		time.Sleep(soon)
		r.expect("gitlab Things [1 2 3] [{2 second []} {3 three []}]")
		k.hold(thing("3", "three"))
		time.Sleep(soon)
		r.expect("gitlab Things [3] []")
		k.hold(thing("3", "three"), thing("1", "one"))
		time.Sleep(soon)
		r.expect("gitlab Things [3 1] [{1 one []}]") // it was forgotten, so it is told again

		k.request("GET", "/api/v4/y")
		time.Sleep(soon)
		r.expect("2 false 1")
		k.journal.Clear()
		time.Sleep(time.Second)
		r.expect("0 true 0")

		if err := k.clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		r.expect("13:00")
	})
}

// What the clock does to the systems is seen although no request comes.
func TestStreamLooksAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		r := k.watch()
		r.expect("12:00 gitlab Things [] [] 0 true 0")
		k.mu.Lock()
		k.objects = []webpage.Object{thing("1", "running")}
		k.mu.Unlock()
		time.Sleep(1100 * time.Millisecond)
		r.expect("gitlab Things [1] [{1 running []}]")
	})
}

func TestStreamIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		r := k.watch()
		r.one()
		for i := range 5000 {
			k.request("POST", fmt.Sprint("/api/v4/", i))
			if i%500 == 0 {
				time.Sleep(10 * time.Millisecond)
			}
		}
		time.Sleep(soon)
		found := r.news()
		if len(found) > 3 {
			t.Errorf("%d events within %v", len(found), soon)
		}
		last := found[len(found)-1].Requests
		if last.Count != 5000 || len(last.Latest) != 200 || last.Latest[199].Path != "/api/v4/4999" || last.Latest[0].Path != "/api/v4/4800" {
			t.Errorf("of %d requests told %d", last.Count, len(last.Latest))
		}
	})
}

// A reader who accepts nothing holds up nobody, and is left alone after a while.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		slow, other := k.watch(), k.watch()
		slow.one()
		other.one()
		stuck := make(chan struct{})
		slow.block(stuck)
		for i := range 100 {
			k.hold(thing("1", fmt.Sprint(i)))
		}
		time.Sleep(2 * soon)
		if found := other.news(); len(found) == 0 || found[len(found)-1].Sections[0].Objects[0].Title != "99" {
			t.Errorf("the other reader was told %v", found)
		}
		select {
		case <-slow.left:
		case <-time.After(time.Minute):
			t.Error("the slow reader is still waited for")
			close(stuck)
		}
	})
}

func TestStreamsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		r := k.watch()
		r.one()
		time.Sleep(20*time.Second + 2*soon) // no look is under way then
		synctest.Wait()
		if len(r.events) != 1 || !strings.HasPrefix(r.events[0], ":") {
			t.Errorf("no sign of life but %q", r.events)
		}
		end := time.Now()
		k.page.EndStreams()
		<-r.left
		if waited := time.Since(end); waited > 0 {
			t.Errorf("it took %v", waited)
		}
		k.page.EndStreams() // as often as one likes
		late := k.watch()
		<-late.left
	})
}

func TestTooManyReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		var readers []*reader
		for range 32 {
			readers = append(readers, k.watch())
		}
		synctest.Wait()
		refused := k.watch()
		<-refused.left
		if refused.status != http.StatusServiceUnavailable {
			t.Error(refused.status)
		}
		readers[0].leave()
		<-readers[0].left
		readers[0] = k.watch()
		readers[0].one()
	})
}

// change presses a button.
func (k *kit) change(object, label string) *httptest.ResponseRecorder {
	body, err := json.Marshal(map[string]string{"system": "gitlab", "object": object, "change": label})
	if err != nil {
		k.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	k.mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_sandbox/changes", strings.NewReader(string(body))))
	return w
}

func TestChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.hold(thing("1", "one", "Change a to 2", "Delete"))
		r := k.watch()
		r.one()
		if w := k.change("1", "Change a to 2"); w.Code != http.StatusOK {
			t.Error(w.Code, w.Body)
		}
		if len(k.performed) != 1 || k.performed[0].Path != "/api/v4/1" || string(k.performed[0].Body) != `{"secret":"s3cret"}` {
			t.Errorf("%+v", k.performed)
		}
		k.hold(thing("1", "one", "Change a to 3", "Delete"))
		time.Sleep(soon)
		r.expect("gitlab Things [1] [{1 one [Change a to 2]}]")
		k.hold(thing("1", "healed", "Change a to 2", "Delete"))
		time.Sleep(soon)
		r.expect("gitlab Things [1] [{1 healed []}]")
		k.hold(thing("1", "healed", "Change a to 3", "Delete"))
		time.Sleep(soon)
		r.expect("gitlab Things [1] [{1 healed []}]") // not by hand this time

		// what isn't offered isn't done
		for _, wanted := range [][2]string{{"1", "Change a to 2"}, {"2", "Delete"}} {
			if w := k.change(wanted[0], wanted[1]); w.Code != http.StatusConflict || len(k.performed) != 1 {
				t.Error(wanted, w.Code, w.Body)
			}
		}
		k.refusal = errors.New("403 no")
		if w := k.change("1", "Delete"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "PUT /api/v4/1: 403 no") {
			t.Error(w.Code, w.Body)
		}
		w := httptest.NewRecorder()
		k.mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_sandbox/changes", strings.NewReader("system=gitlab")))
		if w.Code != http.StatusBadRequest {
			t.Error(w.Code, w.Body)
		}
	})
}

// The bodies of changes may hold what the page doesn't show.
func TestBodiesStayOnTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t)
		k.hold(thing("1", "one", "Delete"))
		r := k.watch()
		synctest.Wait()
		if len(r.events) != 1 || strings.Contains(r.events[0], "s3cret") {
			t.Error(r.events)
		}
	})
}

func TestFiles(t *testing.T) {
	k := newKit(t)
	for path, want := range map[string]string{"/": "text/html", "/_sandbox/page.css": "text/css", "/_sandbox/page.js": "text/javascript"} {
		w := httptest.NewRecorder()
		k.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), want) || !strings.Contains(policy, "default-src 'none'") ||
			strings.Contains(policy, "unsafe") || strings.Contains(w.Body.String(), "https://") {
			t.Error(path, w.Code, w.Header())
		}
	}
	w := httptest.NewRecorder()
	k.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/else", nil))
	if w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}

func TestUpcoming(t *testing.T) {
	every := func(d time.Duration) func(time.Time) time.Time {
		return func(at time.Time) time.Time { return at.Add(d) }
	}
	if u := webpage.UpcomingFrom(start, start.Add(time.Hour), every(24*time.Hour)); len(u.Times) != 7 || u.Endless {
		t.Errorf("%+v", u)
	}
	if u := webpage.UpcomingFrom(start, start, every(time.Minute)); len(u.Times) != 50 || !u.Endless {
		t.Errorf("%+v", u)
	}
	if u := webpage.UpcomingFrom(start, start.Add(webpage.Horizon), every(time.Hour)); u != nil {
		t.Errorf("%+v", u)
	}
	if u := webpage.UpcomingFrom(start, start, func(time.Time) time.Time { return time.Time{} }); len(u.Times) != 1 || u.Endless {
		t.Errorf("%+v", u)
	}
}

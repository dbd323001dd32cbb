// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package webpage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

var start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// kit is a page of one system, whose objects are what the test says.
type kit struct {
	t       *testing.T
	clock   *clock.Clock
	journal *journal.Journal
	page    *webpage.Page
	mux     *http.ServeMux

	mu        sync.Mutex
	objects   []webpage.Object
	performed []webpage.Request
	refusal   error
}

func newKit(t *testing.T) *kit {
	t.Helper()
	k := &kit{t: t, clock: clock.New(start), mux: http.NewServeMux()}
	k.journal = journal.New(k.clock)
	k.page = webpage.New(webpage.Config{
		Clock: k.clock, Journal: k.journal, Systems: []func() webpage.View{k.show},
		Perform: func(r webpage.Request) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.performed = append(k.performed, r)
			return k.refusal
		},
	})
	k.page.Register(k.mux)
	return k
}

func (k *kit) show() webpage.View {
	k.mu.Lock()
	defer k.mu.Unlock()
	section := webpage.Section{Title: "Things", Empty: "There is nothing."}
	section.Objects = append(section.Objects, k.objects...)
	return webpage.View{Name: "gitlab", Title: "GitLab", Root: "/api/v4", Sections: []webpage.Section{section}}
}

// hold makes these the system's objects, and tells the page that something wrote.
func (k *kit) hold(objects ...webpage.Object) {
	k.mu.Lock()
	k.objects = objects
	k.mu.Unlock()
	k.page.Notice(true)
}

// request lets a request pass through the journal.
func (k *kit) request(method, path string) {
	handler := k.journal.Record(func(string) string { return "gitlab" }, http.NotFoundHandler())
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	k.page.Notice(method != http.MethodGet)
}

func thing(key, title string, labels ...string) webpage.Object {
	o := webpage.Object{Key: key, Title: title}
	for _, label := range labels {
		o.Changes = append(o.Changes, webpage.Change{Label: label, Request: webpage.Request{Method: http.MethodPut, Path: "/api/v4/" + key, Body: json.RawMessage(`{"secret":"s3cret"}`)}})
	}
	return o
}

// reader is somebody who looks at the page, over no network, so that time can be the bubble's.
type reader struct {
	t     *testing.T
	leave context.CancelFunc
	left  chan struct{}

	mu      sync.Mutex
	status  int
	events  []string
	stuck   chan struct{} // nil: everything is accepted at once
	timeout time.Time     // of writing
}

// watch opens a stream. In a bubble, its first event is there after synctest.Wait.
func (k *kit) watch() *reader {
	ctx, leave := context.WithCancel(context.Background())
	r := &reader{t: k.t, leave: leave, left: make(chan struct{}), status: http.StatusOK}
	go func() {
		defer close(r.left)
		k.mux.ServeHTTP(r, httptest.NewRequestWithContext(ctx, http.MethodGet, "/_sandbox/events", nil))
	}()
	k.t.Cleanup(func() { leave(); <-r.left })
	return r
}

func (r *reader) Header() http.Header       { return http.Header{} }
func (r *reader) WriteHeader(status int)    { r.status = status }
func (r *reader) Flush()                    {}
func (r *reader) block(until chan struct{}) { r.mu.Lock(); r.stuck = until; r.mu.Unlock() }
func (r *reader) SetWriteDeadline(t time.Time) error {
	r.mu.Lock()
	r.timeout = t
	r.mu.Unlock()
	return nil
}

func (r *reader) Write(content []byte) (int, error) {
	r.mu.Lock()
	stuck, timeout := r.stuck, r.timeout
	r.mu.Unlock()
	if stuck != nil {
		var late <-chan time.Time
		if !timeout.IsZero() {
			late = time.After(time.Until(timeout))
		}
		select {
		case <-stuck:
		case <-late:
			return 0, errors.New("deadline exceeded")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, string(content))
	return len(content), nil
}

// news are the events since the last call, decoded.
func (r *reader) news() []event {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []event
	for _, text := range r.events {
		data, isData := strings.CutPrefix(text, "data: ")
		if !isData {
			continue
		}
		var e event
		if err := json.Unmarshal([]byte(data), &e); err != nil || !strings.HasSuffix(text, "\n\n") || strings.Count(text, "\n") != 2 {
			r.t.Fatalf("%q is no event: %v", text, err)
		}
		found = append(found, e)
	}
	r.events = nil
	return found
}

// one is the only event since the last call.
func (r *reader) one() event {
	r.t.Helper()
	found := r.news()
	if len(found) != 1 {
		r.t.Fatalf("there are %d events: %+v", len(found), found)
	}
	return found[0]
}

type event struct {
	Clock *struct {
		Now    time.Time
		Frozen bool
	}
	Sections []struct {
		System  struct{ Name, Title, Root string }
		Title   string
		Keys    []string
		Objects []struct {
			Key, Title string
			ByHand     []string `json:"by_hand"`
		}
	}
	Requests *struct {
		Count  int
		Anew   bool
		Latest []journal.Request
	}
}

func (e event) String() string {
	text := ""
	if e.Clock != nil {
		text += e.Clock.Now.Format("15:04 ")
	}
	for _, s := range e.Sections {
		text += fmt.Sprint(s.System.Name, " ", s.Title, " ", s.Keys, " ", s.Objects, " ")
	}
	if e.Requests != nil {
		text += fmt.Sprint(e.Requests.Count, " ", e.Requests.Anew, " ", len(e.Requests.Latest))
	}
	return strings.TrimSpace(text)
}

func (r *reader) expect(want string) {
	r.t.Helper()
	if got := r.one().String(); got != want {
		r.t.Errorf("told  %s\nwant  %s", got, want)
	}
}

func (r *reader) expectNothing() {
	r.t.Helper()
	if found := r.news(); len(found) > 0 {
		r.t.Errorf("told %v", found)
	}
}

// soon is a time after which a stream has told what happened before it.
const soon = 300 * time.Millisecond

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// forgetful is a GitLab that makes pipelines as its test says, and answers no
// creation that the test doesn't answer.
type forgetful struct {
	*Client
	mu sync.Mutex
	// pipelines are as JSON, newest first; variables are by a pipeline's id, and
	// a pipeline without is not to be read.
	pipelines []string
	variables map[string]string
	// clock is the server's.
	clock func() time.Time
	// created answers a creation; nil loses the answer.
	created func(http.ResponseWriter)
}

func newForgetful(t *testing.T) *forgetful {
	t.Helper()
	f := &forgetful{clock: time.Now}
	f.Client = newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		parts := strings.Split(r.URL.Path, "/")
		switch {
		case r.Method == http.MethodPost && f.created != nil:
			f.created(w)
		case r.Method == http.MethodPost:
			panic(http.ErrAbortHandler)
		case strings.HasSuffix(r.URL.Path, "/user"):
			answer(w, http.StatusOK, `{"id":7,"username":"me"}`)
		case strings.HasSuffix(r.URL.Path, "/variables"):
			if of, shown := f.variables[parts[len(parts)-2]]; shown {
				answer(w, http.StatusOK, of)
				return
			}
			answer(w, http.StatusForbidden, `{"message":"403 Forbidden"}`)
		default:
			w.Header().Set("Date", f.clock().UTC().Format(http.TimeFormat))
			answer(w, http.StatusOK, "["+strings.Join(f.pipelines, ",")+"]")
		}
	})
	return f
}

// makes adds a pipeline, made at a time by the server's clock.
func (f *forgetful) makes(id int64, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pipelines = append([]string{fmt.Sprintf(`{"id":%d,"created_at":%q}`, id, at.UTC().Format("2006-01-02T15:04:05.000Z"))}, f.pipelines...)
}

// loses begins a creation whose answer gets lost, and gives it the time in which
// a pipeline is certainly newer.
func (f *forgetful) loses(t *testing.T, creation PipelineCreation, ago time.Duration) *CreationLostError {
	t.Helper()
	_, err := f.CreatePipeline(t.Context(), "1", creation)
	var lost *CreationLostError
	if !errors.As(err, &lost) {
		t.Fatalf("the answer isn't lost: %v", err)
	}
	lost.began = lost.began.Add(-ago)
	return lost
}

// sees is what a look sees, as text.
func sees(t *testing.T, lost *CreationLostError) string {
	t.Helper()
	s, err := lost.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Mine != nil {
		return fmt.Sprint("mine ", s.Mine.ID)
	}
	var ids []int64
	for _, p := range s.Candidates {
		ids = append(ids, p.ID)
	}
	return fmt.Sprint(ids, s.Several)
}

// What a server says about its own time counts, and not the clock here.
func TestTimesAreTheServers(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"it is ahead": 3 * time.Hour, "it is behind": -3 * time.Hour, "it is right": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForgetful(t)
			f.clock = func() time.Time { return time.Now().Add(skew) }
			lost := f.loses(t, PipelineCreation{Ref: "refs/heads/main"}, 10*time.Second)
			f.makes(1, lost.began.Add(skew-3*time.Second))
			if saw := sees(t, lost); saw != "[] false" {
				t.Errorf("it sees %s", saw)
			}
			f.makes(2, lost.began.Add(skew+3*time.Second))
			if saw := sees(t, lost); saw != "mine 2" {
				t.Errorf("it sees %s", saw)
			}
			if saw := sees(t, f.loses(t, PipelineCreation{Ref: "main"}, 10*time.Second)); saw != "[] false" {
				t.Errorf("another creation sees %s", saw)
			}
		})
	}
}

// Date has whole seconds: what was made within one around the beginning may have
// been there before. Looks at other parts of a second tell.
func TestTheSecondOfTheBeginningIsUncertain(t *testing.T) {
	t.Parallel()
	second := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		made time.Duration
		// then is the time of a later look, after the beginning; the first is at
		// 100 ms. The creation began at 0.5 s of its second.
		then time.Duration
		sees string
	}{
		"it can't be told":    {600 * time.Millisecond, 150 * time.Millisecond, "[1] false"},
		"it was there before": {300 * time.Millisecond, 550 * time.Millisecond, "[] false"},
		"it is new":           {600 * time.Millisecond, 450 * time.Millisecond, "mine 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForgetful(t)
			lost := f.loses(t, PipelineCreation{Ref: "main"}, 0)
			look := func(at time.Duration) string {
				f.mu.Lock()
				f.clock = func() time.Time { return second.Add(500*time.Millisecond + at) }
				f.mu.Unlock()
				lost.began = time.Now().Add(-at)
				return sees(t, lost)
			}
			f.makes(1, second.Add(c.made))
			if saw := look(100 * time.Millisecond); saw != "[1] false" {
				t.Errorf("at first it sees %s", saw)
			}
			if saw := look(c.then); saw != c.sees {
				t.Errorf("then it sees %s, want %s", saw, c.sees)
			}
		})
	}
}

// Ids grow: a pipeline that was known before isn't the one, nor is an older one.
func TestWhatWasKnownBeforeIsNotMine(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	f.KnowPipeline(5)
	lost := f.loses(t, PipelineCreation{Ref: "main"}, 10*time.Second)
	f.KnowPipeline(6)
	for id := range int64(6) {
		f.makes(id+1, time.Now())
	}
	if saw := sees(t, lost); saw != "mine 6" {
		t.Errorf("it sees %s", saw)
	}
}

// Of two creations of which nobody knows what became of them, none takes a
// pipeline that can be the other's. Their inputs can't be compared.
func TestLostCreationsDoNotTakeEachOthersPipelines(t *testing.T) {
	t.Parallel()
	value := func(text string) []VariableChange { return []VariableChange{{Key: "A", Value: &text}} }
	one := PipelineCreation{Ref: "refs/heads/v1", Variables: value("1"), Inputs: map[string]any{"n": 1}}
	for name, c := range map[string]struct {
		other PipelineCreation
		shown bool
		sees  [2]string
	}{
		"alike":               {PipelineCreation{Ref: "refs/tags/v1", Variables: value("1")}, true, [2]string{"[1] false", "[2 1] false"}},
		"other variables":     {PipelineCreation{Ref: "v1", Variables: value("2")}, true, [2]string{"mine 1", "mine 2"}},
		"variables not shown": {PipelineCreation{Ref: "v1", Variables: value("2")}, false, [2]string{"[1] false", "[2 1] false"}},
		"another ref":         {PipelineCreation{Ref: "main", Variables: value("1")}, true, [2]string{"mine 1", "mine 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForgetful(t)
			a, b := f.loses(t, one, 10*time.Second), f.loses(t, c.other, 10*time.Second)
			if c.shown {
				f.variables = map[string]string{
					"1": `[{"key":"A","variable_type":"env_var","value":"1"}]`,
					"2": fmt.Sprintf(`[{"key":"A","variable_type":"env_var","value":%q}]`, *c.other.Variables[0].Value),
				}
			}
			f.makes(1, time.Now())
			if saw := sees(t, a); saw != c.sees[0] {
				t.Errorf("one sees %s", saw)
			}
			f.makes(2, time.Now())
			if saw := sees(t, b); saw != c.sees[1] {
				t.Errorf("the other sees %s", saw)
			}
		})
	}
}

// A pipeline that another creation has made, but hasn't heard of yet, isn't
// taken for the one that got lost. Who waits for it may give up; creations on
// other refs don't wait.
func TestLookingWaitsForCreationsUnderWay(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	creation := PipelineCreation{Ref: "main"}
	lost := f.loses(t, creation, 10*time.Second)

	gate := f.creations.gate("1", "refs/tags/main")
	if err := gate.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.makes(1, time.Now())
	short, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { gaveUp <- second(lost.Look(short)) }()
	for len(gate.create) < creationsAtOnce {
		runtime.Gosched()
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	if len(gate.create) != 1 || len(gate.look) != 0 {
		t.Errorf("it left %d and %d places taken", len(gate.create), len(gate.look))
	}

	saw := make(chan string)
	go func() { saw <- sees(t, lost) }()
	for len(gate.create) < creationsAtOnce {
		runtime.Gosched()
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.CreatePipeline(ended, "1", creation); !errors.Is(err, context.Canceled) {
		t.Errorf("a creation on the ref that gave up got %v", err)
	}
	f.mu.Lock()
	f.created = func(w http.ResponseWriter) { answer(w, http.StatusCreated, `{"id":2}`) }
	f.mu.Unlock()
	if _, err := f.CreatePipeline(t.Context(), "1", PipelineCreation{Ref: "other"}); err != nil {
		t.Errorf("a creation on another ref got %v", err)
	}
	f.creations.claim(1)
	gate.end()
	if got := <-saw; got != "[] false" {
		t.Errorf("it saw %s, which is the other one's", got)
	}
}

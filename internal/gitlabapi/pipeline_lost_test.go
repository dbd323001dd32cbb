// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
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
}

func newForgetful(t *testing.T) *forgetful {
	t.Helper()
	f := &forgetful{}
	f.Client = newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		parts := strings.Split(r.URL.Path, "/")
		switch {
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

// loses begins a creation whose answer gets lost.
func (f *forgetful) loses(t *testing.T, wanted PipelineCreation) *creation.LostError[Pipeline] {
	t.Helper()
	_, err := f.CreatePipeline(t.Context(), "1", wanted)
	var lost *creation.LostError[Pipeline]
	if !errors.As(err, &lost) {
		t.Fatalf("the answer isn't lost: %v", err)
	}
	return lost
}

// later is a time that is certainly after the beginning of a creation, though
// Date has whole seconds.
func later() time.Time { return time.Now().Add(10 * time.Second) }

// sees is what a look sees, as text.
func sees(t *testing.T, lost *creation.LostError[Pipeline]) string {
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

// Ids grow: a pipeline that was known before isn't the one, nor is an older one.
func TestWhatWasKnownBeforeIsNotMine(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	f.KnowPipeline(5)
	lost := f.loses(t, PipelineCreation{Ref: "main"})
	f.KnowPipeline(6)
	for id := range int64(6) {
		f.makes(id+1, later())
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
			a, b := f.loses(t, one), f.loses(t, c.other)
			if c.shown {
				f.variables = map[string]string{
					"1": `[{"key":"A","variable_type":"env_var","value":"1"}]`,
					"2": fmt.Sprintf(`[{"key":"A","variable_type":"env_var","value":%q}]`, *c.other.Variables[0].Value),
				}
			}
			f.makes(1, later())
			if saw := sees(t, a); saw != c.sees[0] {
				t.Errorf("one sees %s", saw)
			}
			f.makes(2, later())
			if saw := sees(t, b); saw != c.sees[1] {
				t.Errorf("the other sees %s", saw)
			}
		})
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A pipeline that another creation has made, but hasn't heard of yet, isn't
// taken for the one that got lost.
func TestLookingWaitsForCreationsUnderWay(t *testing.T) {
	t.Parallel()
	made, answered := make(chan struct{}), make(chan struct{})
	var looked atomic.Bool
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			close(made)
			<-answered
			answer(w, http.StatusCreated, `{"id":1}`)
		case strings.HasSuffix(r.URL.Path, "/user"):
			answer(w, http.StatusOK, `{"id":7,"username":"me"}`)
		case strings.HasSuffix(r.URL.Path, "/variables"):
			answer(w, http.StatusOK, `[]`)
		default:
			looked.Store(true)
			answer(w, http.StatusOK, fmt.Sprintf(`[{"id":1,"created_at":%q}]`, time.Now().UTC().Add(time.Second).Format(time.RFC3339)))
		}
	})
	creation := PipelineCreation{Ref: "main"}
	created := make(chan error)
	go func() {
		_, err := client.CreatePipeline(t.Context(), "1", creation)
		created <- err
	}()
	<-made
	if client.creations.underWay.TryLock() {
		client.creations.underWay.Unlock()
		t.Error("nobody would wait for the creation that is under way")
	}
	found := make(chan []Pipeline)
	go func() {
		pipelines, err := client.FindCreated(t.Context(), "1", creation, time.Now())
		if err != nil {
			t.Error(err)
		}
		found <- pipelines
	}()
	// Once a look waits, no other creation may begin either.
	for !looked.Load() && client.creations.underWay.TryRLock() {
		client.creations.underWay.RUnlock()
		runtime.Gosched()
	}
	close(answered)
	if err := <-created; err != nil {
		t.Error(err)
	}
	if pipelines := <-found; len(pipelines) > 0 {
		t.Errorf("found %v, which is the other one's", pipelines)
	}
}

// What a server says about its own time counts, and not the clock here.
func TestTimesAreTheServers(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"it is ahead": 3 * time.Hour, "it is behind": -3 * time.Hour, "it is right": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			there := func(after time.Duration) string {
				return began.Add(skew + after).UTC().Format("2006-01-02T15:04:05.000Z")
			}
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/user"):
					answer(w, http.StatusOK, `{"id":7,"username":"me"}`)
				case strings.HasSuffix(r.URL.Path, "/2/variables"):
					answer(w, http.StatusForbidden, `{"message":"403 Forbidden"}`)
				default:
					w.Header().Set("Date", time.Now().Add(skew).UTC().Format(http.TimeFormat))
					answer(w, http.StatusOK, fmt.Sprintf(`[{"id":2,"created_at":%q},{"id":1,"created_at":%q}]`, there(time.Second), there(-time.Minute)))
				}
			})
			found, err := client.FindCreated(t.Context(), "1", PipelineCreation{Ref: "refs/heads/main"}, began)
			if err != nil || len(found) != 1 || found[0].ID != 2 {
				t.Errorf("found %v, %v", found, err)
			}
			if again, err := client.FindCreated(t.Context(), "1", PipelineCreation{Ref: "main"}, began); err != nil || len(again) > 0 {
				t.Errorf("it was found again: %v, %v", again, err)
			}
		})
	}
}

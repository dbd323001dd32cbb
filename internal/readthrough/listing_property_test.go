// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package readthrough

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// history is what an object was, and when.
type history struct {
	mu     sync.Mutex
	events map[int][]event
}

// event is a change of an object by somebody, 0 being its deletion; ours is
// one that this client made, and told the listing of.
type event struct {
	at      time.Time
	version int
	ours    bool
}

func (h *history) add(id, version int, ours bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events[id] = append(h.events[id], event{time.Now(), version, ours})
}

// was reports whether the object was of the version at any time in between.
func (h *history) was(id, version int, begin, end time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	events := h.events[id]
	for i, e := range events {
		if e.at.After(end) {
			return false
		}
		until := end
		if i+1 < len(events) {
			until = events[i+1].at
		}
		if e.version == version && !until.Before(begin) {
			return true
		}
	}
	return false
}

// latestOurs is when this client last wrote the object; the zero time when it
// didn't.
func (h *history) latestOurs(id int) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	var at time.Time
	for _, e := range h.events[id] {
		if e.ours {
			at = e.at
		}
	}
	return at
}

// TestNReadsMakeAtMostTwoNRequests reads random parts of random projects,
// which others and this client change at the same time, with pages that fail
// and readers who give up.
func TestNReadsMakeAtMostTwoNRequests(t *testing.T) {
	t.Parallel()
	const populations = 300
	base := rand.Uint64()
	for i := range uint64(populations) {
		seed := base + i
		if synctest.Test(t, func(t *testing.T) { randomPopulation(t, seed) }); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func randomPopulation(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	s := newServer(random.IntN(200), 1+random.IntN(20))
	l := s.listing()
	began := time.Now()
	h := &history{events: map[int][]event{}}
	for id := range 220 {
		h.add(id, s.versions[id], false)
	}
	if random.IntN(3) == 0 {
		often := 2 + random.IntN(5)
		failing := []error{errPage, errOverload, errNobody}[random.IntN(3)]
		s.fail = func(pages int) error {
			if pages%often == often-1 {
				return failing
			}
			return nil
		}
	}

	// Ids above 200 are never there at first.
	ids := make([]int, random.IntN(300))
	for i := range ids {
		ids[i] = random.IntN(220)
	}
	patience := make(map[int]time.Duration, len(ids))
	for _, id := range ids {
		patience[id] = time.Hour
		if random.IntN(20) == 0 {
			patience[id] = time.Duration(random.IntN(100)) * time.Millisecond
		}
	}
	var changes []event
	for range random.IntN(50) {
		changes = append(changes, event{version: random.IntN(3), ours: random.IntN(2) == 0})
	}
	targets := make([]int, len(changes))
	for i := range targets {
		targets[i] = random.IntN(220)
	}

	var changer sync.WaitGroup
	changer.Go(func() {
		for i, change := range changes {
			time.Sleep(7 * time.Millisecond)
			version := 0
			if change.version > 0 {
				version = 10 + i
			}
			s.set(targets[i], version)
			if change.ours {
				l.Forget(targets[i])
			}
			h.add(targets[i], version, change.ours)
		}
	})
	each(t, 1+random.IntN(12), ids, func(id int) {
		ctx, cancel := context.WithTimeout(t.Context(), patience[id])
		defer cancel()
		begin := time.Now()
		since := began
		if ours := h.latestOurs(id); ours.After(since) {
			since = ours
		}
		got, err := read(ctx, l, s, id)
		switch {
		case errors.Is(err, context.DeadlineExceeded) && patience[id] < time.Hour:
		case errors.Is(err, errNobody) && s.fail != nil:
		case errors.Is(err, errAbsent):
			if !h.was(id, 0, begin, time.Now()) {
				t.Errorf("object %d was taken for absent", id)
			}
		case err != nil:
			t.Errorf("object %d: %v", id, err)
		case got.id != id || !h.was(id, got.version, since, time.Now()):
			t.Errorf("object %d: got %v, which it wasn't since %s", id, got, since)
		}
	})
	changer.Wait()
	if n := s.requests(); n > 2*len(ids) {
		t.Errorf("%d reads made %d requests (%d pages)", len(ids), n, s.pages)
	}
}

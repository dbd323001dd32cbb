// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// thing is an object of a test's server: what is written on it, and a secret
// that answers don't show.
type thing struct {
	id   int
	made time.Time
	text string
}

type wish struct{ text, secret string }

// shop is a server that makes things, and loses answers as its test says.
type shop struct {
	Book[int, thing, wish]

	mu     sync.Mutex
	things []thing
	posts  int
	// skew is what the server's clock is ahead of the one here, resolution that of
	// the times of things.
	skew, resolution time.Duration
	// answer does what a request asks, or not, and answers it; n counts from 1.
	answer func(ctx context.Context, n int, w wish) (*thing, error)
	// trouble is why a list can't be read; nil when it can.
	trouble func() error
}

var (
	errLost    = &transport.AnswerLostError{Method: http.MethodPost, Err: errors.New("reset")}
	errRefused = &transport.StatusError{Method: http.MethodPost, Status: http.StatusConflict}
	errSlow    = &transport.StatusError{Method: http.MethodGet, Status: http.StatusServiceUnavailable}
	errDenied  = &transport.StatusError{Method: http.MethodGet, Status: http.StatusForbidden}
)

var patience = Patience{Pace: poll.Pace{First: 300 * time.Millisecond, Longest: 2 * time.Second}, For: 4 * time.Second, Requests: 3}

// newShop is a shop that loses every answer; where it makes things, it does so
// at once.
func newShop(makes bool) *shop {
	s := &shop{resolution: time.Millisecond}
	s.Kind = Kind[int, thing, wish]{
		ID:         func(o thing) int { return o.id },
		Name:       func(o thing) string { return fmt.Sprint(o.id) },
		Made:       func(o thing) (time.Time, bool) { return o.made.Truncate(s.resolution), true },
		Resolution: time.Millisecond,
		Before:     func(id, known int) bool { return id == known },
		Fits:       func(_ context.Context, o thing, w wish) (bool, error) { return o.text == w.text, nil },
		Alike:      func(a, b wish) bool { return a == b },
	}
	s.answer = func(_ context.Context, _ int, w wish) (*thing, error) {
		if makes {
			s.makes(w.text)
		}
		return nil, errLost
	}
	return s
}

func (s *shop) now() time.Time { return time.Now().Add(s.skew) }

// makes makes a thing, now.
func (s *shop) makes(text string) *thing {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := thing{len(s.things) + 1, s.now(), text}
	s.things = append(s.things, made)
	return &made
}

func (s *shop) create(ctx context.Context, w wish) (*thing, error) {
	return s.Create(ctx, "here", w, func(ctx context.Context) (*thing, error) {
		s.mu.Lock()
		s.posts++
		n := s.posts
		s.mu.Unlock()
		return s.answer(ctx, n, w)
	}, func(_ context.Context, clock *Clock) ([]thing, error) {
		if s.trouble != nil {
			if err := s.trouble(); err != nil {
				return nil, err
			}
		}
		clock.Answered(http.Header{"Date": {s.now().UTC().Format(http.TimeFormat)}}, time.Now())
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.Clone(s.things), nil
	})
}

// settles creates a thing and settles that, and tells what came of it.
func (s *shop) settles(ctx context.Context, w wish) string {
	made, err := s.create(ctx, w)
	return told(Settle(ctx, patience, made, err))
}

// told is a thing's id, or what an error says.
func told(made *thing, err error) string {
	var unsettled *UnsettledError
	switch {
	case err == nil:
		return fmt.Sprint(made.id)
	case errors.As(err, &unsettled):
		return unsettled.Story("thing", func(name string) string { return "#" + name }, func(err error) string { return err.Error() })
	}
	return err.Error()
}

// lost begins a creation whose answer gets lost.
func (s *shop) lost(t *testing.T, w wish) *LostError[thing] {
	t.Helper()
	_, err := s.create(t.Context(), w)
	var lost *LostError[thing]
	if !errors.As(err, &lost) || !errors.Is(err, errLost) {
		t.Fatalf("the answer isn't lost: %v", err)
	}
	return lost
}

// sees is what a look sees, as text.
func sees(t *testing.T, lost *LostError[thing]) string {
	t.Helper()
	seen, err := lost.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if seen.Mine != nil {
		return fmt.Sprint("mine ", seen.Mine.id)
	}
	ids := func(things []thing) (ids []int) {
		for _, o := range things {
			ids = append(ids, o.id)
		}
		return ids
	}
	text := fmt.Sprint(ids(seen.Candidates))
	if len(seen.Older) > 0 {
		text += fmt.Sprint(" older ", ids(seen.Older))
	}
	return strings.TrimSpace(text + map[bool]string{true: " several"}[seen.Several])
}

// want checks what a test got, each by its name.
func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, want %q", cmp.Or(what, "it"), got, want)
	}
}

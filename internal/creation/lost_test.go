// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// What is lost is looked for and taken; it is created again when it isn't there,
// and named when it can't be told.
func TestSettle(t *testing.T) {
	t.Parallel()
	const notThere = "The thing was looked for during 4s and is not there, at least not yet."
	for name, c := range map[string]struct {
		// prepare sets up a shop that loses every answer and makes nothing.
		prepare func(*shop)
		told    string
		posts   int
		things  int
	}{
		"it is there": {func(s *shop) { s.answer = newMaker(s, 1) }, "1", 1, 1},
		"it is there, after a while": {func(s *shop) {
			s.answer = func(_ context.Context, _ int, w wish) (*thing, error) {
				go func() {
					time.Sleep(2 * time.Second)
					s.makes(w.text)
				}()
				return nil, errLost
			}
		}, "1", 1, 1},
		"it was there before, and so was ours not": {func(s *shop) { s.makes("a") },
			"What is there and like it was made before the request, by the server's clock, so it was not taken, nor was the thing created again: #1.", 1, 1},
		"another was there before":              {func(s *shop) { s.makes("a"); s.answer = newMaker(s, 1) }, "2", 1, 2},
		"one like it is known from before":      {func(s *shop) { s.makes("a"); s.See(1); s.answer = newMaker(s, 2) }, "2", 2, 2},
		"it isn't there, and made again":        {func(s *shop) { s.answer = newMaker(s, 2) }, "1", 2, 1},
		"again, and that is answered":           {func(s *shop) { s.answer = answering(s, 3) }, "1", 3, 1},
		"it is never there":                     {func(*shop) {}, notThere, 3, 0},
		"never, and twice is worse than errors": {func(s *shop) { s.Kind.Alike = nil }, notThere, 1, 0},
		"several are there":                     {func(s *shop) { s.answer = meanwhile(s, "a") }, "More than one thing can be it, so none was taken: #1, #2.", 1, 2},
		"something else is there":               {func(s *shop) { s.answer = meanwhile(s, "b") }, "2", 1, 2},
		"the repeat is refused, as it came":     {func(s *shop) { s.answer = refusing(s, true) }, "1", 2, 1},
		"the repeat is refused":                 {func(s *shop) { s.answer = refusing(s, false) }, errRefused.Error(), 2, 0},
		"the first look fails":                  {func(s *shop) { s.answer = newMaker(s, 1); s.trouble = failing(1, errSlow) }, "1", 1, 1},
		"looks fail":                            {func(s *shop) { s.answer = newMaker(s, 1); s.trouble = failing(99, errSlow) }, "The thing was looked for, but that failed too. " + errSlow.Error(), 1, 1},
		"looks are refused":                     {func(s *shop) { s.answer = newMaker(s, 1); s.trouble = failing(99, errDenied) }, "The thing was looked for, but that failed too. " + errDenied.Error(), 1, 1},
		"objects have no time, it is there":     {func(s *shop) { s.Kind.Made = nil; s.makes("a") }, "1", 1, 1},
		"a time can't be read": {func(s *shop) {
			s.Kind.Made = func(thing) (time.Time, bool) { return time.Time{}, false }
			s.answer = newMaker(s, 1)
		}, "What is there and like it was made before the request, by the server's clock, so it was not taken, nor was the thing created again: #1.", 1, 1},
		"not certain, and worse than errors": {func(s *shop) {
			s.Kind.Alike = nil
			s.resolution, s.Kind.Resolution = time.Second, time.Second
			s.answer = newMaker(s, 1)
		}, "A thing was found that may be it, but may as well have been there before, or come from another request whose answer got lost, so it was not taken: #1.", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				c.prepare(s)
				time.Sleep(2500 * time.Millisecond)
				want(t, "told", s.settles(t.Context(), wish{text: "a"}), c.told)
				want(t, "requests and things", fmt.Sprint(s.posts, len(s.things)), fmt.Sprint(c.posts, c.things))
			})
		})
	}
}

// newMaker makes a thing from the nth request on, and loses every answer.
func newMaker(s *shop, from int) func(context.Context, int, wish) (*thing, error) {
	return func(_ context.Context, n int, w wish) (*thing, error) {
		if n >= from {
			s.makes(w.text)
		}
		return nil, errLost
	}
}

// answering answers from the nth request on.
func answering(s *shop, from int) func(context.Context, int, wish) (*thing, error) {
	return func(_ context.Context, n int, w wish) (*thing, error) {
		if n < from {
			return nil, errLost
		}
		return s.makes(w.text), nil
	}
}

// meanwhile makes a thing, and somebody else another one, 2 s after the request.
func meanwhile(s *shop, text string) func(context.Context, int, wish) (*thing, error) {
	return func(_ context.Context, _ int, w wish) (*thing, error) {
		time.Sleep(2 * time.Second)
		s.makes(text)
		s.makes(w.text)
		return nil, errLost
	}
}

// refusing refuses what comes after the first request, which comes to be just
// before that, or never.
func refusing(s *shop, late bool) func(context.Context, int, wish) (*thing, error) {
	return func(_ context.Context, n int, w wish) (*thing, error) {
		switch {
		case n == 1:
			return nil, errLost
		case late:
			s.makes(w.text)
		}
		return nil, errRefused
	}
}

// failing is the trouble of the first n lists.
func failing(n int, err error) func() error {
	return func() error {
		if n--; n >= 0 {
			return err
		}
		return nil
	}
}

// Creations of the same at once, all of whose answers get lost, come to one
// object each.
func TestTwinsSettle(t *testing.T) {
	t.Parallel()
	for name, makes := range map[string]func(n int) bool{
		"all are made":  func(int) bool { return true },
		"none at first": func(n int) bool { return n > 3 },
		"one at first":  func(n int) bool { return n == 2 || n > 3 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				s.answer = func(_ context.Context, n int, w wish) (*thing, error) {
					if makes(n) {
						s.makes(w.text)
					}
					return nil, errLost
				}
				said := make(chan string)
				for range 3 {
					go func() { said <- s.settles(t.Context(), wish{text: "a"}) }()
				}
				taken := map[string]bool{<-said: true, <-said: true, <-said: true}
				if !taken["1"] || !taken["2"] || !taken["3"] || len(s.things) != 3 {
					t.Errorf("of %d things, taken were %v", len(s.things), taken)
				}
			})
		})
	}
}

// A look has its own time when the operation's is up, but nothing is created
// then. An interrupt ends all.
func TestTheEndOfTheRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		timeout, interrupt time.Duration
		makes              bool
		told               string
		took               time.Duration
	}{
		"interrupted":                  {time.Hour, 2 * time.Second, true, "", 2 * time.Second},
		"late, and it is there":        {2 * time.Second, time.Hour, true, "1", 2 * time.Second},
		"late, and it isn't":           {2 * time.Second, time.Hour, false, "The thing was looked for during 4s and is not there, at least not yet.", 6 * time.Second},
		"late, and then interrupted":   {2 * time.Second, 3 * time.Second, false, "", 3 * time.Second},
		"interrupted between requests": {time.Hour, 63 * time.Second, false, "", 63 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				s.answer = func(ctx context.Context, _ int, w wish) (*thing, error) {
					if c.makes {
						time.Sleep(1900 * time.Millisecond)
						s.makes(w.text)
					}
					select {
					case <-ctx.Done():
					case <-time.After(time.Minute):
					}
					return nil, errLost
				}
				run, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				time.AfterFunc(c.interrupt, interrupt)
				ctx, cancel := context.WithTimeout(WithRun(run), c.timeout)
				defer cancel()
				began := time.Now()
				want(t, "told", s.settles(ctx, wish{text: "a"}), c.told)
				if took := time.Since(began); took < c.took || took > c.took+2*time.Second {
					t.Errorf("it took %s, want %s", took, c.took)
				}
				if s.posts != 1 {
					t.Errorf("%d requests", s.posts)
				}
			})
		})
	}
}

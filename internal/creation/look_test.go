// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// What a server says about its own time counts, and not the clock here.
func TestTimesAreTheServers(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"it is ahead": 3 * time.Hour, "it is behind": -3 * time.Hour, "it is right": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				s.skew = skew
				s.makes("a")
				time.Sleep(3 * time.Second)
				lost := s.lost(t, wish{text: "a"})
				want(t, "before it is made", sees(t, lost), "[] older [1]")
				time.Sleep(3 * time.Second)
				s.makes("b")
				s.makes("a")
				want(t, "then", sees(t, lost), "mine 3")
				want(t, "another", sees(t, s.lost(t, wish{text: "a"})), "[] older [1]")
			})
		})
	}
}

// Date has whole seconds: what was made within one around the beginning may have
// been there before. Looks at other parts of a second tell.
func TestTheSecondOfTheBeginningIsUncertain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		// made and then are times after the beginning, at 0.5 s of its second: when
		// the thing is made, and when the second look is. The first is at 100 ms.
		made, then time.Duration
		sees       string
	}{
		"it can't be told":    {50 * time.Millisecond, 150 * time.Millisecond, "[1]"},
		"it was there before": {-200 * time.Millisecond, 550 * time.Millisecond, "[] older [1]"},
		"it is new":           {60 * time.Millisecond, 450 * time.Millisecond, "mine 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				began := time.Now().Truncate(time.Second).Add(1500 * time.Millisecond)
				at := func(after time.Duration) { time.Sleep(time.Until(began.Add(after))) }
				if c.made < 0 {
					at(c.made)
					s.makes("a")
				}
				at(0)
				lost := s.lost(t, wish{text: "a"})
				if c.made > 0 {
					at(c.made)
					s.makes("a")
				}
				at(100 * time.Millisecond)
				want(t, "at first", sees(t, lost), "[1]")
				at(c.then)
				want(t, "then", sees(t, lost), c.sees)
			})
		})
	}
}

// Where the times of objects are cut off to seconds, as Date is, nothing can be
// told of what was made in the second of the beginning.
func TestTimesWithoutPartsOfASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(true)
		s.resolution, s.Kind.Resolution = time.Second, time.Second
		time.Sleep(500 * time.Millisecond)
		lost := s.lost(t, wish{text: "a"})
		for range 30 {
			time.Sleep(130 * time.Millisecond)
			want(t, "", sees(t, lost), "[1]")
		}
	})
}

// What was known when a creation began isn't what it made; what was seen since
// may be.
func TestWhatWasKnownBeforeIsNotMine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(false)
		s.Claim(1)
		lost := s.lost(t, wish{text: "a"})
		time.Sleep(2 * time.Second)
		s.makes("a")
		want(t, "what was known", sees(t, lost), "[]")
		s.makes("a")
		s.See(2)
		want(t, "what was seen since", sees(t, lost), "mine 2")
		if s.Claim(2) || !s.Claim(3) || s.Claim(3) {
			t.Error("what is a creation's is claimed, or what isn't is not")
		}
		s.Release(1)
		lost = s.lost(t, wish{text: "a"})
		s.things[0].made = time.Now().Add(2 * time.Second)
		want(t, "what was deleted, and made again", sees(t, lost), "mine 1")
	})
	synctest.Test(t, func(t *testing.T) {
		s := newShop(false)
		s.Kind.Before = func(id, known int) bool { return id <= known }
		s.Claim(2)
		lost := s.lost(t, wish{text: "a"})
		time.Sleep(2 * time.Second)
		s.makes("a")
		s.makes("a")
		want(t, "where ids grow", sees(t, lost), "[]")
		s.makes("a")
		want(t, "where ids grow, then", sees(t, lost), "mine 3")
	})
}

// What the first request made is the creation's, though it was seen before the
// second.
func TestWhatCameBeforeTheRepeatIsMine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(false)
		lost := s.lost(t, wish{text: "a"})
		time.Sleep(2 * time.Second)
		s.makes("a")
		s.See(1)
		if _, err := lost.again(t.Context()); !errors.As(err, &lost) {
			t.Fatalf("the answer isn't lost: %v", err)
		}
		want(t, "", sees(t, lost), "mine 1")
	})
}

// Of creations that want the same in all, each takes what either has made. Of
// others none takes what can be another's, nor does any where more is there
// than they can have made.
func TestRivals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		other  wish
		things string
		sees   [2]string
	}{
		"alike, both made":     {wish{"a", "1"}, "aa", [2]string{"mine 1", "mine 2"}},
		"alike, one made":      {wish{"a", "1"}, "a", [2]string{"mine 1", "[]"}},
		"alike, a third there": {wish{"a", "1"}, "aaa", [2]string{"[1 2 3] several", "[1 2 3] several"}},
		"another secret":       {wish{"a", "2"}, "aa", [2]string{"[1 2]", "[1 2]"}},
		"something else":       {wish{"b", "1"}, "ab", [2]string{"mine 1", "mine 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				one, other := s.lost(t, wish{"a", "1"}), s.lost(t, c.other)
				time.Sleep(2 * time.Second)
				for _, text := range c.things {
					s.makes(string(text))
				}
				want(t, "one", sees(t, one), c.sees[0])
				want(t, "the other", sees(t, other), c.sees[1])
			})
		})
	}
	// Where it would be worse than an error, alike is not enough.
	synctest.Test(t, func(t *testing.T) {
		s := newShop(false)
		s.Kind.Alike = nil
		one, other := s.lost(t, wish{"a", "1"}), s.lost(t, wish{"a", "1"})
		time.Sleep(2 * time.Second)
		s.makes("a")
		want(t, "one", sees(t, one), "[1]")
		s.makes("a")
		want(t, "the other", sees(t, other), "[1 2]")
	})
}

// A creation leaves to those that want the same what only they can have made.
func TestTwinsOfDifferentAges(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]func(*shop){
		"the first is older": func(*shop) { time.Sleep(3 * time.Second) },
		"the first was seen": func(s *shop) { s.See(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(false)
				s.answer = func(_ context.Context, _ int, w wish) (*thing, error) {
					time.Sleep(1500 * time.Millisecond)
					s.makes(w.text)
					return nil, errLost
				}
				first := s.lost(t, wish{text: "a"})
				between(s)
				second := s.lost(t, wish{text: "a"})
				slices.Reverse(s.things)
				want(t, "the first", sees(t, first), "mine 1")
				want(t, "the second", sees(t, second), "mine 2")
			})
		})
	}
}

// An object that another creation has made, but hasn't heard of yet, isn't taken
// for the one that got lost. Who waits for it may give up; creations of other
// targets don't wait.
func TestLookingWaitsForCreationsUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(false)
		lost := s.lost(t, wish{text: "a"})
		time.Sleep(2 * time.Second)
		s.answer = func(context.Context, int, wish) (*thing, error) {
			made := s.makes("a")
			time.Sleep(10 * time.Second)
			return made, nil
		}
		go func() { _, _ = s.create(t.Context(), wish{text: "a"}) }()
		synctest.Wait()

		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := lost.Look(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gave up got %v", err)
		}
		saw := make(chan string)
		go func() { saw <- sees(t, lost) }()
		synctest.Wait()
		ended, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range creationsAtOnce {
			if _, err := s.create(ended, wish{text: "a"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("a creation during a look got %v", err)
			}
		}
		if _, err := s.Create(t.Context(), "elsewhere", wish{}, func(context.Context) (*thing, error) { return &thing{id: 9}, nil }, nil); err != nil {
			t.Errorf("a creation of another target got %v", err)
		}
		want(t, "what is the other's", <-saw, "[]")

		s.trouble = func() error {
			time.Sleep(10 * time.Second)
			return nil
		}
		go func() { saw <- sees(t, lost) }()
		synctest.Wait()
		ended, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.create(ended, wish{text: "a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a creation while the list is read got %v", err)
		}
		<-saw
	})
}

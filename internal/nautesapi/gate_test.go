// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestNoTwoCallsBeginInTheSameSecond(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, _ int) answer {
		switch {
		case strings.HasPrefix(line, "POST"):
			return saved
		case strings.HasPrefix(line, "DELETE"):
			return deleted
		case strings.HasSuffix(line, "projectpipelineruntimes"):
			return list()
		}
		return notFound
	})
	var all sync.WaitGroup
	for _, product := range []string{"p", "q", "r"} {
		all.Go(func() { _, _ = s.Runtimes(t.Context(), product, "") })
		all.Go(func() { _, _ = s.Runtime(t.Context(), product, "r1") })
		all.Go(func() { _ = s.SaveRuntime(t.Context(), product, "r1", aRuntime("web"), false) })
		all.Go(func() { _ = s.DeleteRuntime(t.Context(), product, "r1", false) })
	}
	all.Wait()
	if len(s.calls) < 12 {
		t.Errorf("only %d calls", len(s.calls))
	}
	for i := 1; i < len(s.calls); i++ {
		if gap := s.calls[i].at.Sub(s.calls[i-1].at); gap < time.Second {
			t.Errorf("%s began %v after %s", s.calls[i].line, gap, s.calls[i-1].line)
		}
	}
}

func TestALongCallKeepsNobodyWaitingLonger(t *testing.T) {
	t.Parallel()
	clock := &fakeClock{now: time.Unix(0, 0)}
	g := newGate(clock)
	begin := clock.Now()
	for _, c := range []struct{ begins, takes time.Duration }{
		{0, 5 * time.Second}, {5 * time.Second, 0}, {5*time.Second + spacing, 0},
	} {
		err := g.pass(t.Context(), never, func() error {
			if began := clock.Now().Sub(begin); began != c.begins {
				t.Errorf("began after %v, want %v", began, c.begins)
			}
			<-clock.After(c.takes)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func never(error) bool { return false }

func TestRepeatsHaveALimitAndGrowApart(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(string, int) answer { return collided })
	_, err := s.Runtimes(t.Context(), "p", "project=web")
	if !is(err, Collision) || len(s.calls) != maxAttempts {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}
	for i := 1; i < len(s.calls); i++ {
		gap := s.calls[i].at.Sub(s.calls[i-1].at)
		if gap < spacing || gap > spacing+maxBackoff {
			t.Errorf("repeat %d came after %v", i, gap)
		}
	}
}

func TestOnlyWhatDidNothingIsRepeated(t *testing.T) {
	t.Parallel()
	conflict := refused("", "when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: CONFLICT (content)")
	push := refused("", "push data: ! [rejected] main -> main (fetch first) , err: exit status 1")
	other := refused("", "verify project pipeline runtime failed, err: trigger is duplicate")
	panicked := refused("UNKNOWN", "unknown request error")
	for _, c := range []struct {
		first answer
		calls int
	}{{collided, 2}, {conflict, 2}, {push, 2}, {other, 1}, {panicked, 1}, {answer{503, "busy"}, 1}} {
		s := newFakeServer(t, Config{WireVersion: WireV04}, func(_ string, before int) answer {
			if before == 0 {
				return c.first
			}
			return deleted
		})
		// The transport of the kit repeats nothing.
		err := s.DeleteRuntime(t.Context(), "p", "r1", false)
		if len(s.calls) != c.calls || (err == nil) != (c.calls == 2) {
			t.Errorf("%v: %d calls, %v", c.first, len(s.calls), err)
		}
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(nil)
		if err := g.pass(t.Context(), never, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		call := func() error { return errors.New("called after all") }
		var all sync.WaitGroup
		// The first waits for the second to pass, the other for its turn.
		for _, patience := range []time.Duration{100 * time.Millisecond, 10 * time.Millisecond} {
			ctx, stop := context.WithTimeout(t.Context(), patience)
			defer stop()
			all.Go(func() {
				if err := g.pass(ctx, never, call); !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				if passed := time.Since(begin); passed != patience {
					t.Errorf("gave up after %v, not %v", passed, patience)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		if err := g.pass(t.Context(), never, func() error { return nil }); err != nil {
			t.Errorf("the gate is stuck: %v", err)
		}
	})
}

func TestAProbeKeepsItsDistance(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(line string, _ int) answer {
		if strings.HasPrefix(line, "GET") {
			return list()
		}
		return probes["v0.4.2"]
	})
	for _, product := range []string{"p", "q"} {
		if _, err := s.Runtimes(t.Context(), product, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := s.WireVersion(t.Context(), product); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.lines(); got != "GET p/…, POST p/…/"+probeName+", GET q/…" {
		t.Fatalf("asked %s", got)
	}
	for i := 1; i < len(s.calls); i++ {
		if gap := s.calls[i].at.Sub(s.calls[i-1].at); gap < time.Second {
			t.Errorf("%s began %v after %s", s.calls[i].line, gap, s.calls[i-1].line)
		}
	}
}

// Each kind of call is repeated when it collided, and a save that came too late
// as well.
func TestEachCallIsRepeatedWhenOthersGetInItsWay(t *testing.T) {
	t.Parallel()
	runtime := aRuntime("web")
	for name, c := range map[string]struct {
		call  func(s *fakeServer) error
		first answer
		asked string
	}{
		"list": {func(s *fakeServer) error { _, err := s.Runtimes(t.Context(), "p", ""); return err }, collided, "GET GET"},
		"filtered list": {
			func(s *fakeServer) error { _, err := s.Runtimes(t.Context(), "p", "project=web"); return err }, collided, "GET GET",
		},
		"get":         {func(s *fakeServer) error { _, err := s.get(t.Context(), "p", "r1"); return err }, collided, "GET GET"},
		"save":        {func(s *fakeServer) error { return s.SaveRuntime(t.Context(), "p", "r1", runtime, false) }, collided, "POST POST"},
		"a late save": {func(s *fakeServer) error { return s.SaveRuntime(t.Context(), "p", "r1", runtime, false) }, mergeConflict, "POST POST"},
		"delete":      {func(s *fakeServer) error { return s.DeleteRuntime(t.Context(), "p", "r1", false) }, collided, "DELETE DELETE"},
		"late delete": {func(s *fakeServer) error { return s.DeleteRuntime(t.Context(), "p", "r1", false) }, mergeConflict, "DELETE DELETE"},
	} {
		s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, before int) answer {
			switch {
			case before == 0:
				return c.first
			case strings.HasPrefix(line, "POST"):
				return saved
			case strings.HasPrefix(line, "DELETE"):
				return deleted
			case strings.HasSuffix(line, "/r1"):
				return stored("web")
			}
			return list()
		})
		if err := c.call(s); err != nil || methods(s) != c.asked {
			t.Errorf("%s: %v after %s", name, err, methods(s))
		}
	}
}

// Two programs that met must not meet again, so that repeats are further apart
// than other calls, by chance.
func TestRepeatsAreNotInStep(t *testing.T) {
	t.Parallel()
	waits := map[time.Duration]bool{}
	for range 20 {
		s := &fakeClock{now: time.Unix(0, 0)}
		calls := 0
		err := newGate(s).pass(t.Context(), func(error) bool { return calls < 2 }, func() error {
			calls++
			return errors.New("in the way")
		})
		if err == nil || calls != 2 {
			t.Fatalf("%d calls, %v", calls, err)
		}
		waits[s.Now().Sub(time.Unix(0, 0))] = true
	}
	if len(waits) < 2 {
		t.Errorf("each repeat waited for %v", waits)
	}
}

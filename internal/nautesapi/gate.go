// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	// spacing is how long after one call began the next may begin. The server
	// clones into a directory named after the current second, and two calls
	// under way whose clones began in the same second fail. It removes the
	// clone before it answers, so that our own calls, one after the other, are
	// safe as such; the spacing covers those whose answer wasn't waited for,
	// and a bit more than the second what they take on their way.
	spacing = 1100 * time.Millisecond
	// maxAttempts bounds how often one call is made, the first included, when
	// others' calls get in its way.
	maxAttempts = 10
	// maxBackoff bounds what is added to the spacing before a repeat.
	maxBackoff = 8 * time.Second
)

// Clock is the time by which calls are spaced.
type Clock interface {
	Now() time.Time
	// After returns a channel that can be read once d has passed.
	After(d time.Duration) <-chan time.Time
}

type wallClock struct{}

func (wallClock) Now() time.Time                         { return time.Now() }
func (wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// QueueError is a call that wasn't made, because its context ended before its
// turn came. Calls go one at a time.
type QueueError struct {
	// Err is the context's.
	Err error
}

func (e *QueueError) Error() string { return "waiting for other calls to Nautes: " + e.Err.Error() }

// Unwrap returns the context's error.
func (e *QueueError) Unwrap() error { return e.Err }

// gate lets one call at a time through to the server, in the order of their
// arrival, and repeats a call that another program's call got in the way of.
type gate struct {
	clock Clock
	turn  chan struct{}
	// next is when the next call may begin; who has the turn has it.
	next time.Time
}

func newGate(clock Clock) *gate {
	if clock == nil {
		clock = wallClock{}
	}
	return &gate{clock: clock, turn: make(chan struct{}, 1)}
}

// pass makes the call when its turn has come, and again as long as its error
// is one that again knows, up to maxAttempts times. It ends at once when ctx
// does.
func (g *gate) pass(ctx context.Context, again func(error) bool, call func() error) error {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return &QueueError{Err: ctx.Err()}
	}
	for attempt := 1; ; attempt++ {
		if err := g.wait(ctx); err != nil {
			return err
		}
		g.next = g.clock.Now().Add(spacing)
		err := call()
		if err == nil || attempt == maxAttempts || !again(err) {
			return err
		}
		// Another program's call is under way.
		g.next = g.clock.Now().Add(spacing + backoff(attempt))
	}
}

func (g *gate) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d := g.next.Sub(g.clock.Now())
	if d <= 0 {
		return nil
	}
	select {
	case <-g.clock.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backoff is random so that two programs that met don't meet again: up to a
// second before the first repeat, and up to twice as much before each next.
func backoff(attempt int) time.Duration {
	limit := min(time.Second<<(attempt-1), maxBackoff)
	//nolint:gosec // It keeps programs apart, not secrets.
	return rand.N(limit)
}

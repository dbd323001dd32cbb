// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package clock holds the one clock that every emulated system of the sandbox reads: the wall clock, or a clock that
// stands still until someone moves it. Nothing of the sandbox asks the operating system for the time of day.
package clock

import (
	"fmt"
	"sync"
	"time"
)

// Clock tells the sandbox's time. It is safe for concurrent use.
type Clock struct {
	mu     sync.RWMutex
	frozen bool
	at     time.Time     // the time shown, when frozen
	offset time.Duration // how far the wall clock was moved, when not frozen
}

// New returns a clock that stands still at start, or, for the zero time, one that follows the wall clock.
func New(start time.Time) *Clock {
	return &Clock{frozen: !start.IsZero(), at: start.UTC()}
}

// Now is the sandbox's present time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.frozen {
		return c.at
	}
	return time.Now().UTC().Add(c.offset)
}

// Frozen tells whether the clock stands still between two calls of Advance or Set.
func (c *Clock) Frozen() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.frozen
}

// Advance moves the clock forward by d, which must not be negative: pipelines and schedules that have already run can't
// be undone.
func (c *Clock) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("the clock cannot go back by %s", -d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen {
		c.at = c.at.Add(d)
	} else {
		c.offset += d
	}
	return nil
}

// Set moves the clock forward to t. A clock that followed the wall clock goes on running from there. It is an error if
// the clock already shows a later time.
func (c *Clock) Set(t time.Time) error {
	now := c.Now()
	if t.Before(now) {
		return fmt.Errorf("the clock cannot go back from %s to %s", now.Format(time.RFC3339), t.UTC().Format(time.RFC3339))
	}
	return c.Advance(t.Sub(now))
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package clock_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
)

func TestFrozenClock(t *testing.T) {
	start := time.Date(2026, 1, 15, 13, 0, 0, 0, time.FixedZone("", 3600))
	c := clock.New(start)
	if !c.Frozen() || !c.Now().Equal(start) || c.Now().Location() != time.UTC {
		t.Fatalf("frozen %v at %v", c.Frozen(), c.Now())
	}
	if err := c.Advance(90 * time.Second); err != nil || c.Now().Sub(start) != 90*time.Second {
		t.Errorf("%v: %v", err, c.Now())
	}
	if err := c.Advance(-time.Second); err == nil {
		t.Error("went back")
	}
	if err := c.Set(start.Add(time.Hour)); err != nil || c.Now().Sub(start) != time.Hour {
		t.Errorf("%v: %v", err, c.Now())
	}
	if err := c.Set(start); err == nil || !c.Now().Equal(start.Add(time.Hour)) {
		t.Errorf("went back to %v: %v", c.Now(), err)
	}
}

func TestWallClock(t *testing.T) {
	c := clock.New(time.Time{})
	if off := time.Since(c.Now()).Abs(); c.Frozen() || off > time.Minute {
		t.Fatalf("frozen %v, off by %v", c.Frozen(), off)
	}
	if err := c.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(c.Now()); c.Frozen() || (ahead-time.Hour).Abs() > time.Minute {
		t.Errorf("frozen %v, ahead by %v", c.Frozen(), ahead)
	}
}

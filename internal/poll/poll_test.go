// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package poll_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
)

var pace = poll.Pace{First: time.Second, Longest: 5 * time.Second}

func TestLooksAtOnceThenLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var looks []time.Duration
		err := poll.Until(t.Context(), pace, func(context.Context) (string, bool, error) {
			looks = append(looks, time.Since(begin))
			return "removing", len(looks) == 6, nil
		})
		want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 12 * time.Second, 17 * time.Second}
		if err != nil || !slices.Equal(looks, want) {
			t.Errorf("%v, looked at %v, want %v", err, looks, want)
		}
	})
}

func TestContextEnds(t *testing.T) {
	for name, state := range map[string]string{"between looks": "removing", "in a look": "removing", "in the first look": ""} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
				defer cancel()
				looks := 0
				err := poll.Until(ctx, pace, func(ctx context.Context) (string, bool, error) {
					looks++
					if name == "in the first look" || name == "in a look" && looks == 3 {
						<-ctx.Done()
						return "", false, ctx.Err()
					}
					return "removing", false, nil
				})
				var unfinished *poll.UnfinishedError
				if !errors.As(err, &unfinished) || unfinished.State != state || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v, want an UnfinishedError in state %q", err, state)
				}
			})
		})
	}
}

func TestErrorOfALookEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		looks := 0
		err := poll.Until(t.Context(), pace, func(context.Context) (string, bool, error) {
			looks++
			if looks == 2 {
				return "", false, broken
			}
			return "removing", false, nil
		})
		if err != broken || looks != 2 { //nolint:errorlint // It is to be that very error.
			t.Errorf("got %v after %d looks", err, looks)
		}
	})
}

// A request's own timeout is an error like any other, though it looks like that
// of a context.
func TestTimeoutOfALookIsNotTheEnd(t *testing.T) {
	err := poll.Until(t.Context(), pace, func(context.Context) (string, bool, error) {
		return "", false, context.DeadlineExceeded
	})
	if err != context.DeadlineExceeded { //nolint:errorlint // It is to be that very error.
		t.Errorf("got %v", err)
	}
}

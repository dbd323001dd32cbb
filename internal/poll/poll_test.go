// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package poll_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// An error that may pass doesn't end the wait. Its end says what the trouble was,
// if that was not over.
func TestPassingErrorOfALook(t *testing.T) {
	down, cut := errors.New("down"), errors.New("cut short")
	for name, test := range map[string]struct {
		looks []error
		want  error
	}{
		"over":              {[]error{nil, down, nil}, nil},
		"not over":          {[]error{nil, down, down}, down},
		"not over when cut": {[]error{nil, down, cut}, down},
		"over when cut":     {[]error{down, nil, cut}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
				defer cancel()
				looks := 0
				err := poll.Until(ctx, pace, func(ctx context.Context) (string, bool, error) {
					looks++
					switch err := test.looks[looks-1]; {
					case errors.Is(err, cut):
						<-ctx.Done()
						return "", false, poll.Passing(fmt.Errorf("GET: %w", ctx.Err()))
					case err != nil:
						return "unknown", true, poll.Passing(fmt.Errorf("GET: %w", err))
					}
					return "running", false, nil
				})
				var unfinished *poll.UnfinishedError
				if !errors.As(err, &unfinished) || unfinished.State != "running" || looks != 3 || !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("got %v after %d looks", err, looks)
				}
				if !errors.Is(unfinished.Trouble, test.want) {
					t.Errorf("the trouble is %v, want %v", unfinished.Trouble, test.want)
				}
				if test.want != nil && (errors.Is(err, test.want) || !strings.Contains(err.Error(), test.want.Error())) {
					t.Errorf("%q is to tell the trouble, not to be it", err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		if err := poll.Until(t.Context(), pace, func(context.Context) (string, bool, error) {
			if looks++; looks < 3 {
				return "", false, poll.Passing(down)
			}
			return "done", true, nil
		}); err != nil || looks != 3 {
			t.Errorf("got %v after %d looks", err, looks)
		}
	})
}

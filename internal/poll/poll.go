// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package poll waits for what a server does on its own time, by looking again
// and again.
//
// What belongs here knows neither a system nor HTTP: how often to look, and
// what to say when time is up. What to look at, and when it is done, is its
// user's knowledge.
package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/avast/retry-go/v5"
)

// Pace says how long to wait between two looks: First after the first one, then
// twice as long each time, up to Longest.
type Pace struct{ First, Longest time.Duration }

// UnfinishedError says that the context ended before what was waited for was
// done.
type UnfinishedError struct {
	// State is what the last look saw; empty when none came to an end.
	State string
	// Trouble is the last error that was [Passing]; nil when the last look that
	// came to an end succeeded. It is no cause of this error.
	Trouble error
	// Err is why the context ended.
	Err error
}

func (e *UnfinishedError) Error() string {
	text := "not done yet"
	if e.State != "" {
		text += ", it is still " + e.State
	}
	if e.Trouble != nil {
		text += fmt.Sprintf(" as far as could be seen (%v)", e.Trouble)
	}
	return fmt.Sprintf("%s: %v", text, e.Err)
}

// Unwrap returns why the context ended.
func (e *UnfinishedError) Unwrap() error { return e.Err }

// Passing is what a look returns to have the wait go on in spite of err.
func Passing(err error) error { return &passingError{err} }

type passingError struct{ error }

func (e *passingError) Unwrap() error { return e.error }

var errUnfinished = errors.New("unfinished")

// Until looks at once, and then at the given pace, until look says that it is
// done. It returns look's error as soon as there is one that isn't [Passing],
// and an [UnfinishedError] when ctx, which alone bounds the wait, ends before. state
// is a word or two for what look sees.
func Until(ctx context.Context, pace Pace, look func(context.Context) (state string, done bool, err error)) error {
	var (
		seen    string
		trouble error
		passing *passingError
	)
	err := retry.New(
		retry.Context(ctx),
		retry.UntilSucceeded(),
		retry.RetryIf(func(err error) bool { return errors.Is(err, errUnfinished) }),
		retry.DelayType(retry.BackOffDelay),
		retry.Delay(pace.First),
		retry.MaxDelay(pace.Longest),
	).Do(func() error {
		state, done, err := look(ctx)
		switch {
		case errors.As(err, &passing):
			// A look that is cut short tells of no trouble.
			if !errors.Is(err, context.Cause(ctx)) {
				trouble = passing.error
			}
			return errUnfinished
		case err != nil:
			return err
		}
		seen, trouble = state, nil
		if !done {
			return errUnfinished
		}
		return nil
	})
	if err != nil && errors.Is(err, context.Cause(ctx)) {
		return &UnfinishedError{State: seen, Trouble: trouble, Err: err}
	}
	return err
}

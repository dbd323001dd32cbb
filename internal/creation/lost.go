// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// LostError is a creation whose answer got lost: the server may have made the
// object, now or later. It unwraps to how the answer got lost.
type LostError[T any] struct {
	err   error
	look  func(ctx context.Context, lenient bool) (Sighting[T], error)
	again func(context.Context) (*T, error)
	name  func(T) string
	// alike says that the kind has Alike: what isn't certain in the end is taken,
	// and what isn't there is created again.
	alike bool
}

func (e *LostError[T]) Error() string { return e.err.Error() }

// Unwrap returns how the answer got lost.
func (e *LostError[T]) Unwrap() error { return e.err }

// Look looks for the creation's object, once. A server that is still at work may
// create it later.
func (e *LostError[T]) Look(ctx context.Context) (Sighting[T], error) { return e.look(ctx, false) }

// Patience is how often a lost object is looked for, and how long after each
// request: a slow server may make it after a proxy gave up. Requests is how
// often it is asked for, where the kind is one to create again.
type Patience struct {
	Pace     poll.Pace
	For      time.Duration
	Requests int
}

// UsualPatience is that for objects that may be created again: a few seconds of
// looks after each of three requests.
func UsualPatience() Patience {
	return Patience{Pace: poll.Pace{First: 300 * time.Millisecond, Longest: 2 * time.Second}, For: 4 * time.Second, Requests: 3}
}

// UnsettledError is a creation of which nobody knows what became of it, after
// all looks. It unwraps to the last request's error.
type UnsettledError struct {
	// Err is how the answer got lost; a refusal, where that came to a repeat.
	Err error
	// Trouble is why it could not be looked for; nil when it could.
	Trouble error
	// Looked is how long it was looked for after each request; 0 when the run was
	// interrupted, or the operation's time up, before that could tell.
	Looked time.Duration
	// Candidates are the names of objects that may be the one, Older those of
	// objects like it that were made before, by the server's clock.
	Candidates, Older []string
}

func (e *UnsettledError) Error() string { return e.Err.Error() }

// Unwrap returns the last request's error.
func (e *UnsettledError) Unwrap() error { return e.Err }

// Story says what was looked for and found, in sentences; it is empty when
// nothing could be. noun is the kind of object, name makes of an object's name
// what a user calls it by, and explain says what Trouble is.
func (e *UnsettledError) Story(noun string, name func(string) string, explain func(error) string) string {
	named := func(names []string) string {
		var all []string
		for _, n := range names {
			all = append(all, name(n))
		}
		return strings.Join(all, ", ")
	}
	switch {
	case len(e.Candidates) == 1:
		return "A " + noun + " was found that may be it, but may as well have been there before, or come from another request whose answer got lost, so it was not taken: " +
			named(e.Candidates) + "."
	case len(e.Candidates) > 1:
		return "More than one " + noun + " can be it, so none was taken: " + named(e.Candidates) + "."
	case e.Looked == 0:
		return ""
	case e.Trouble != nil:
		return "The " + noun + " was looked for, but that failed too. " + explain(e.Trouble)
	case len(e.Older) > 0:
		return "What is there and like it was made before the request, by the server's clock, so it was not taken, nor was the " + noun + " created again: " + named(e.Older) + "."
	}
	return fmt.Sprintf("The %s was looked for during %s and is not there, at least not yet.", noun, e.Looked)
}

// Seek looks for the creation's object as long as Patience says, unless it is
// told before.
func (e *LostError[T]) Seek(ctx context.Context, p Patience) (Sighting[T], error) {
	var (
		last Sighting[T]
		end  time.Time
	)
	err := poll.Until(ctx, p.Pace, func(ctx context.Context) (string, bool, error) {
		seen, err := e.look(ctx, false)
		// The first look may have waited for other creations.
		if end.IsZero() {
			end = time.Now().Add(p.For)
		}
		over := time.Now().After(end)
		switch {
		case err == nil:
			last = seen
		case !over && transport.MayPass(err):
			err = poll.Passing(err)
		}
		return "", over || seen.Mine != nil || seen.Several, err
	})
	if err == nil && e.alike && last.Mine == nil && len(last.Candidates) > 0 && !last.Several {
		if final, err := e.look(ctx, true); err == nil {
			return final, nil
		}
	}
	return last, err
}

type runKey struct{}

// WithRun marks the context of the whole run, before a deadline is put to an
// operation: a look for what the operation lost may outlive the deadline, which
// may be what ended the request, but not the run.
func WithRun(ctx context.Context) context.Context { return context.WithValue(ctx, runKey{}, ctx) }

// afterwards is the time of looks when that of the operation is up.
const afterwards = 10 * time.Second

// beyond is the context of a look after an operation.
func beyond(ctx context.Context) (context.Context, context.CancelFunc) {
	run, marked := ctx.Value(runKey{}).(context.Context)
	if !marked {
		return context.WithCancel(ctx)
	}
	looks, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(run, cancel)
	if run.Err() != nil {
		cancel()
	}
	if end, ends := ctx.Deadline(); ends {
		if least := time.Now().Add(afterwards); end.Before(least) {
			end = least
		}
		looks, cancel = context.WithDeadline(looks, end)
	}
	return looks, func() { stop(); cancel() }
}

// Settle finds out what became of a creation that ended with made and err, and
// returns these unless err is a [LostError]. It looks for the object and
// returns it if it can be told. If there is none, it creates again, and when
// nobody knows, the error is an [UnsettledError]. After an interrupt it
// returns at once.
func Settle[T any](ctx context.Context, p Patience, made *T, err error) (*T, error) {
	var lost *LostError[T]
	if !errors.As(err, &lost) {
		return made, err
	}
	looks, cancel := beyond(ctx)
	defer cancel()
	for request := 1; ; request++ {
		seen, trouble := lost.Seek(looks, p)
		if seen.Mine != nil {
			tflog.Debug(ctx, "The answer to a creation got lost, but the object is there", map[string]any{"object": lost.name(*seen.Mine)})
			return seen.Mine, nil
		}
		if trouble != nil || len(seen.Candidates)+len(seen.Older) > 0 || !lost.alike || request >= p.Requests || ctx.Err() != nil {
			return nil, lost.unsettled(looks, err, p, seen, trouble)
		}
		made, err = lost.again(ctx)
		if err == nil {
			return made, nil
		}
		if !errors.As(err, &lost) {
			return lost.afterRefusal(looks, p, err)
		}
	}
}

// afterRefusal looks once more: a repeat may have been refused because of what
// the first request did meanwhile.
func (e *LostError[T]) afterRefusal(ctx context.Context, p Patience, err error) (*T, error) {
	seen, trouble := e.look(ctx, true)
	switch {
	case seen.Mine != nil:
		return seen.Mine, nil
	case len(seen.Candidates) > 0:
		return nil, e.unsettled(ctx, err, p, seen, trouble)
	}
	return nil, err
}

func (e *LostError[T]) unsettled(looks context.Context, err error, p Patience, seen Sighting[T], trouble error) *UnsettledError {
	u := &UnsettledError{Err: err, Trouble: trouble, Looked: p.For}
	if looks.Err() != nil {
		u.Trouble, u.Looked = nil, 0
	}
	for _, object := range seen.Candidates {
		u.Candidates = append(u.Candidates, e.name(object))
	}
	for _, object := range seen.Older {
		u.Older = append(u.Older, e.name(object))
	}
	return u
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package creation finds what a creation made whose answer got lost.
//
// A request that creates is never simply repeated: the server may have done it.
// So a client keeps a [Book] of its creations of each kind of object, which
// knows which objects are whose. A creation of which nobody knows what became
// is a [LostError], which looks for its object among those that are there: as
// wanted, made since the request began by the server's own clock, not there
// before, and no other creation's of this client. [Settle] looks, takes the one
// that it must be, creates again when there is none, and names them when it
// can't tell.
//
// What belongs here is true of any API: clocks, who takes what, how long to
// look. What an object is, how to list them, and what the server makes of what
// it is sent is for the API's client to say, in a [Kind] and a [List].
package creation

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Kind is what has to be known of a kind of object. T is an object, W what is
// wanted of a new one.
type Kind[ID comparable, T, W any] struct {
	// ID is the object's own, which no other object gets later, unless it is
	// said to [Book.Release] it.
	ID func(T) ID
	// Name is what people know an object by.
	Name func(T) string
	// Made is when an object was made, by the server's clock, cut off to
	// Resolution; not told where that can't be read. Made itself is nil where
	// objects have no time, and an id is taken but once: then what is as wanted
	// will do, whenever it was made.
	Made       func(T) (at time.Time, told bool)
	Resolution time.Duration
	// Before reports whether an object was there when a known one was: where
	// ids grow, an older one was; elsewhere, only the same one.
	Before func(id, known ID) bool
	// Fits reports whether an object can be what was wanted, as far as the
	// server shows. It may have to ask for more.
	Fits func(ctx context.Context, object T, wanted W) (bool, error)
	// Alike reports whether two creations want the same in all, so that it
	// doesn't matter which of them takes what either has made; nothing but a
	// creation of this run is expected to make the like within the same second.
	// It is nil where to have two, or another's, is worse than an error: then what
	// isn't certain is not taken, and nothing is created again.
	Alike func(a, b W) bool
}

// List reads the objects that may be the one, those of the token's user, from
// the server and not from what is remembered, and tells the clock of each
// answer. Where they come newest first, it may end with what is older than the
// clock's [Clock.Earliest].
type List[T any] func(ctx context.Context, clock *Clock) ([]T, error)

// Book is what a client knows of the objects of a kind, so that none of its
// creations takes another's, or one that was there before, for its own. With its
// Kind, it is ready, and safe for concurrent use.
type Book[ID comparable, T, W any] struct {
	Kind Kind[ID, T, W]

	mu sync.Mutex
	// known are the objects that were seen, in that order; used are those that
	// are a creation's, or were taken for one's.
	known []ID
	seen  map[ID]bool
	used  map[ID]bool
	lost  []*attempt[ID, T, W]
	gates map[string]*gate
}

// See takes note of an object that exists, so that no creation that begins later
// takes it for its own.
func (b *Book[ID, T, W]) See(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.see(id)
}

func (b *Book[ID, T, W]) see(id ID) {
	if b.seen[id] {
		return
	}
	if b.seen == nil {
		b.seen = map[ID]bool{}
	}
	b.seen[id] = true
	b.known = append(b.known, id)
}

// Claim takes an object for the work of the caller, and reports false when it is
// that of another creation, or another claim.
func (b *Book[ID, T, W]) Claim(id ID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.claim(id)
}

func (b *Book[ID, T, W]) claim(id ID) bool {
	if b.used[id] {
		return false
	}
	if b.used == nil {
		b.used = map[ID]bool{}
	}
	b.used[id] = true
	b.see(id)
	return true
}

// Release says that an object is deleted whose id another may get.
func (b *Book[ID, T, W]) Release(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.used, id)
	delete(b.seen, id)
	b.known = slices.DeleteFunc(slices.Clone(b.known), func(known ID) bool { return known == id })
}

// Create creates an object by one request, post. When its answer got lost, the
// error is a [LostError]. A look for a lost object waits for creations with the
// same target, and they for it: no object of another target can be taken for
// the creation's.
func (b *Book[ID, T, W]) Create(ctx context.Context, target string, wanted W, post func(context.Context) (*T, error), list List[T]) (*T, error) {
	a := &attempt[ID, T, W]{book: b, gate: b.gate(target), target: target, wanted: wanted, post: post, list: list}
	return a.create(ctx)
}

func (b *Book[ID, T, W]) gate(target string) *gate {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gates[target] == nil {
		if b.gates == nil {
			b.gates = map[string]*gate{}
		}
		b.gates[target] = newGate()
	}
	return b.gates[target]
}

// attempt is a creation, until it is known what became of it.
type attempt[ID comparable, T, W any] struct {
	book   *Book[ID, T, W]
	gate   *gate
	target string
	wanted W
	post   func(context.Context) (*T, error)
	list   List[T]
	// clock bounds when the first request began; before are the objects that were
	// known then.
	clock  Clock
	before []ID
}

func (a *attempt[ID, T, W]) create(ctx context.Context) (*T, error) {
	if err := a.gate.begin(ctx); err != nil {
		return nil, err
	}
	defer a.gate.end()
	if a.clock.began.IsZero() {
		a.begin()
	}
	made, err := a.post(ctx)
	switch {
	case transport.OutcomeUnknown(err):
		a.lose()
		return nil, &LostError[T]{err: err, look: a.look, again: a.create, name: a.book.Kind.Name, alike: a.book.Kind.Alike != nil}
	case err != nil:
		return nil, err
	}
	a.settle(a.book.Kind.ID(*made))
	return made, nil
}

func (a *attempt[ID, T, W]) begin() {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	a.before = slices.Clip(a.book.known)
	a.clock.began = time.Now()
}

func (a *attempt[ID, T, W]) lose() {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	if !slices.Contains(a.book.lost, a) {
		a.book.lost = append(a.book.lost, a)
	}
}

// rivals are the other creations with the same target of which nobody knows
// what became of them: twins, which want the same in all, and others.
func (a *attempt[ID, T, W]) rivals() (twins, others []*attempt[ID, T, W]) {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	for _, rival := range a.book.lost {
		switch alike := a.book.Kind.Alike; {
		case rival == a || rival.target != a.target:
		case alike != nil && alike(rival.wanted, a.wanted):
			twins = append(twins, rival)
		default:
			others = append(others, rival)
		}
	}
	return twins, others
}

// free reports whether an object can be this creation's as far as the book
// knows: it wasn't there before, and it is no other's.
func (a *attempt[ID, T, W]) free(id ID) bool {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	return !a.book.used[id] && !slices.ContainsFunc(a.before, func(known ID) bool { return a.book.Kind.Before(id, known) })
}

// settle ends the creation with the object that it made.
func (a *attempt[ID, T, W]) settle(id ID) bool {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	a.book.lost = slices.DeleteFunc(a.book.lost, func(other *attempt[ID, T, W]) bool { return other == a })
	return a.book.claim(id)
}

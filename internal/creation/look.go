// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import (
	"context"
	"net/http"
	"time"
)

// Clock is what is known of the server's clock when a creation began. It can
// differ from the clock here, and it is by it that objects have their times.
type Clock struct {
	began time.Time
	// earliest and surely bound the beginning: what was made before the one isn't
	// the creation's, what was made from the other on may be. What lies between
	// can't be told, because a Date has whole seconds.
	earliest, surely time.Time
}

// Answered narrows down when the creation began by the Date of an answer, which
// is a time between when the request was sent and now, without the part of a
// second. Answers at other parts of a second narrow it down further.
func (c *Clock) Answered(header http.Header, sent time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	if earliest := date.Add(-time.Since(c.began)); earliest.After(c.earliest) {
		c.earliest = earliest
	}
	if surely := date.Add(time.Second - sent.Sub(c.began)); c.surely.IsZero() || surely.Before(c.surely) {
		c.surely = surely
	}
}

// Earliest is when the creation can have begun at the earliest, by the server's
// clock.
func (c *Clock) Earliest() time.Time { return c.earliest }

// Sighting is what a look for a lost creation's object saw.
type Sighting[T any] struct {
	// Mine is the object, nil when it can't be told.
	Mine *T
	// Candidates are those that it may be, in the order of the list, when Mine is
	// nil.
	Candidates []T
	// Several says that more can be it than were lost, so that looking again tells
	// no more.
	Several bool
	// Older are those that are as wanted, and that this client didn't know, but
	// were made before. Where the Date is that of a proxy whose clock is wrong,
	// the object is among them. They are looked at only where Kind.Alike is set,
	// since elsewhere nothing is created again.
	Older []T
}

// look looks for the creation's object, once. It is one if there is no other,
// if it is certain that it wasn't there before, and if it can't be that of
// another creation of this client whose answer got lost too, unless the two
// want the same in all. A lenient look takes what is left after the others: one
// that may have been there before, by less than a second.
func (a *attempt[ID, T, W]) look(ctx context.Context, lenient bool) (Sighting[T], error) {
	if err := a.gate.lookAlone(ctx); err != nil {
		return Sighting[T]{}, err
	}
	defer a.gate.looked()
	objects, err := a.list(ctx, &a.clock)
	if err != nil {
		return Sighting[T]{}, err
	}
	var (
		s              Sighting[T]
		kind           = a.book.Kind
		twins, others  = a.rivals()
		certain, mixed = true, false
	)
	for _, object := range objects {
		older, sure := a.age(object)
		if older && kind.Alike == nil || !a.free(kind.ID(object)) {
			continue
		}
		if fits, err := kind.Fits(ctx, object, a.wanted); err != nil {
			return Sighting[T]{}, err
		} else if !fits {
			continue
		}
		if older {
			s.Older = append(s.Older, object)
			continue
		}
		s.Candidates = append(s.Candidates, object)
		certain = certain && sure
		for _, rival := range others {
			fits, err := kind.Fits(ctx, object, rival.wanted)
			if err != nil {
				return Sighting[T]{}, err
			}
			mixed = mixed || fits
		}
	}
	if len(s.Candidates) == 0 || mixed || !certain && !lenient {
		return s, nil
	}
	mine, takers := a.choose(s.Candidates, twins)
	switch {
	case len(s.Candidates) > takers:
		s.Several = certain
	case a.settle(kind.ID(s.Candidates[mine])):
		s.Mine, s.Candidates = &s.Candidates[mine], nil
	}
	return s, nil
}

// choose picks the object that the fewest twins can have made, creations that
// want the same: what was made, or seen, before a twin began is nothing for
// that one. It returns the object's place, and how many creations there are that
// can have made any of the objects, this one included.
func (a *attempt[ID, T, W]) choose(objects []T, twins []*attempt[ID, T, W]) (mine, takers int) {
	able, fewest := map[*attempt[ID, T, W]]bool{}, len(twins)+1
	for i, object := range objects {
		claims := 0
		for _, twin := range twins {
			if twin.canHaveMade(object, a.clock) {
				able[twin] = true
				claims++
			}
		}
		if claims < fewest {
			mine, fewest = i, claims
		}
	}
	return mine, len(able) + 1
}

// canHaveMade reports whether an object that fits can be this creation's, by a
// clock that is known better than its own.
func (a *attempt[ID, T, W]) canHaveMade(object T, clock Clock) bool {
	if !a.free(a.book.Kind.ID(object)) {
		return false
	}
	clock.earliest = clock.earliest.Add(a.clock.began.Sub(clock.began))
	return !a.book.Kind.older(object, clock)
}

// age tells whether an object was made before the creation began, or surely
// after.
func (a *attempt[ID, T, W]) age(object T) (older, newer bool) {
	if a.book.Kind.Made == nil {
		return false, true
	}
	at, told := a.book.Kind.Made(object)
	return a.book.Kind.older(object, a.clock), told && !at.Before(a.clock.surely)
}

// older reports whether an object was made before a clock's beginning.
func (k Kind[ID, T, W]) older(object T, clock Clock) bool {
	if k.Made == nil {
		return false
	}
	at, told := k.Made(object)
	return !told || at.Add(k.Resolution).Before(clock.earliest)
}

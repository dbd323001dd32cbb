// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package readthrough

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"
)

// ErrNotListed says that no page was asked for while an object was read.
var ErrNotListed = errors.New("no page of the list was asked for")

// maxAge is how long a list serves reads after its latest page. A refresh of a
// thousand objects takes seconds; who keeps a provider for days, as some
// platforms do, still sees what others change.
const maxAge = time.Minute

// Pages reads the next page of a list, and says whether there may be another
// one after it. It isn't called again after an error.
type Pages[V any] func(ctx context.Context) (objects []V, more bool, err error)

// Listing answers the reads of single objects from lists of what surrounds
// them, so that reading N objects costs about as many requests as the list has
// pages.
//
// It is budgeted. A read brings at most one page, and at most one request for
// the object itself, so N reads never make more than 2N requests, however
// few of the listed objects anybody wants. Those who wait share the pages that
// any of them brings: as long as one of them has brought none yet, the list
// goes on, and whoever's object appears leaves. When the pages are spent, the
// rest ask for their objects themselves.
//
// An absence is never concluded here: what no page holds is asked for.
//
// ID and Pages must be set; it is safe for concurrent use.
type Listing[K, ID comparable, V any] struct {
	// ID is the id of an object. Where two of a list have the same, the first
	// counts.
	ID func(V) ID
	// Pages begins to list what belongs to a key. Its calls come one after the
	// other.
	Pages func(K) Pages[V]
	// Pervasive reports whether a page's error would meet each object's own
	// request too, so that it is the answer to those who wait. After any other
	// error objects are asked for one by one. Nil means that none is.
	Pervasive func(error) bool

	mu    sync.Mutex
	lists map[K]*list[ID, V]
}

// list is what is known of one list.
type list[ID comparable, V any] struct {
	// latest is when the latest page came, or else the list was begun.
	latest time.Time
	// pages is nil once there is no page to be had any more.
	pages   Pages[V]
	objects map[ID]V
	// written are objects that were written since the list began. No page is
	// believed about them, whenever it was asked for.
	written map[ID]bool
	// own are the answers to what was asked for by itself.
	own Memo[ID, V]
	// waiting are the readers who wait for a page, which ends when none is
	// left; empty when none is in flight.
	waiting map[*reader[ID, V]]bool
	cancel  context.CancelFunc
}

// reader is a read that waits for a page.
type reader[ID comparable, V any] struct {
	id ID
	// paid says that it has brought a page.
	paid   bool
	listed error
	done   chan struct{}
	found  bool
	value  V
	err    error
}

// Get returns the object with the id, which belongs to key. ask asks for the
// object itself. listed is nil when a page of the list was answered since this
// read began, the error of one that wasn't, or [ErrNotListed].
func (l *Listing[K, ID, V]) Get(ctx context.Context, key K, id ID, ask func(ctx context.Context, listed error) (V, error)) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	from, r := l.join(ctx, key, id)
	if r == nil {
		return from.own.Get(ctx, id, func(ctx context.Context) (V, error) { return ask(ctx, ErrNotListed) })
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		l.leave(key, from, r)
		return none, ctx.Err()
	}
	if r.found || r.err != nil {
		return r.value, r.err
	}
	return from.own.Get(ctx, id, func(ctx context.Context) (V, error) { return ask(ctx, r.listed) })
}

// GetOwn is like [Listing.Get] for what lists don't tell of an object: those
// who want the same one share one request.
func (l *Listing[K, ID, V]) GetOwn(ctx context.Context, key K, id ID, ask func(context.Context) (V, error)) (V, error) {
	l.mu.Lock()
	from := l.current(key)
	l.mu.Unlock()
	return from.own.Get(ctx, id, ask)
}

// Forget makes the next reads of an object ask anew; for after it was written,
// whatever came of that. Those who read it meanwhile may get it as it was.
func (l *Listing[K, ID, V]) Forget(id ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, list := range l.lists {
		delete(list.objects, id)
		list.written[id] = true
		list.own.Forget(id)
	}
}

// join returns the list to read from. There is a reader when the object is in
// it, or a page of it is to be waited for.
func (l *Listing[K, ID, V]) join(ctx context.Context, key K, id ID) (*list[ID, V], *reader[ID, V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := l.current(key)
	r := &reader[ID, V]{id: id, listed: ErrNotListed, done: make(chan struct{})}
	r.value, r.found = from.objects[id]
	switch {
	case r.found:
		close(r.done)
	case from.written[id] || from.pages == nil:
		return from, nil
	default:
		from.waiting[r] = true
		if len(from.waiting) == 1 {
			r.paid = true
			shared, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // G118: read calls it, by way of from
			from.cancel = cancel
			go l.read(shared, key, from)
		}
	}
	return from, r
}

// current is the list of key; a new one when there is none, or an old one.
func (l *Listing[K, ID, V]) current(key K) *list[ID, V] {
	current := l.lists[key]
	if current == nil || current.aged() {
		maps.DeleteFunc(l.lists, func(_ K, list *list[ID, V]) bool { return list.aged() })
		current = &list[ID, V]{
			latest: time.Now(), pages: l.Pages(key),
			objects: map[ID]V{}, written: map[ID]bool{}, waiting: map[*reader[ID, V]]bool{},
		}
		if l.lists == nil {
			l.lists = map[K]*list[ID, V]{}
		}
		l.lists[key] = current
	}
	return current
}

// aged reports whether a list is too old to be read from. One that is waited
// for isn't.
func (l *list[ID, V]) aged() bool { return len(l.waiting) == 0 && time.Since(l.latest) > maxAge }

// read reads pages as long as one of those who wait may bring one.
func (l *Listing[K, ID, V]) read(ctx context.Context, key K, from *list[ID, V]) {
	defer from.cancel()
	for more := true; more; {
		objects, mayBe, err := from.pages(ctx)
		l.mu.Lock()
		switch {
		case ctx.Err() != nil:
			// Nobody waits any more, and another page may be under way.
		case err != nil && l.Pervasive != nil && l.Pervasive(err):
			l.drop(key, from)
			from.release(func(r *reader[ID, V]) { r.err = err })
		default:
			if err != nil || !mayBe {
				from.pages = nil
			}
			from.take(objects, err, l.ID)
		}
		more = from.pages != nil && from.pay()
		if !more {
			from.release(func(*reader[ID, V]) {})
		}
		l.mu.Unlock()
	}
}

// take takes in a page, or the lack of one, and lets go whose object is there.
func (l *list[ID, V]) take(objects []V, err error, id func(V) ID) {
	l.latest = time.Now()
	for _, object := range objects {
		if _, known := l.objects[id(object)]; !known && !l.written[id(object)] {
			l.objects[id(object)] = object
		}
	}
	for r := range l.waiting {
		if r.listed != nil {
			r.listed = err
		}
		if r.value, r.found = l.objects[r.id]; r.found {
			delete(l.waiting, r)
			close(r.done)
		}
	}
}

// pay lets one of those who wait bring a page, if one of them hasn't yet.
func (l *list[ID, V]) pay() bool {
	for r := range l.waiting {
		if !r.paid {
			r.paid = true
			return true
		}
	}
	return false
}

// release lets all go who wait.
func (l *list[ID, V]) release(with func(*reader[ID, V])) {
	for r := range l.waiting {
		with(r)
		delete(l.waiting, r)
		close(r.done)
	}
}

// leave takes away a reader who gave up. When it was the last who waited, the
// page under way ends; what came before isn't worth to be kept apart from it.
func (l *Listing[K, ID, V]) leave(key K, from *list[ID, V], r *reader[ID, V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !from.waiting[r] {
		return
	}
	delete(from.waiting, r)
	if len(from.waiting) == 0 {
		l.drop(key, from)
		from.cancel()
	}
}

// drop forgets a list, unless a newer one has taken its place.
func (l *Listing[K, ID, V]) drop(key K, old *list[ID, V]) {
	if l.lists[key] == old {
		delete(l.lists, key)
	}
}

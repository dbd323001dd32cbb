// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package readthrough holds answers that several readers share, so that a run
// asks a server once for what it needs many times.
//
// What belongs here knows neither a system nor HTTP. Whether an answer is
// still good is its user's knowledge, as is what an absence in it proves.
package readthrough

import (
	"context"
	"sync"
)

// Memo remembers one answer per key. Callers that ask at the same time share
// one question; an error is not remembered. The zero value is ready, and safe
// for concurrent use.
type Memo[K comparable, V any] struct {
	mu      sync.Mutex
	answers map[K]*answer[V]
}

// answer is a question in flight, or what came of it.
type answer[V any] struct {
	done    chan struct{}
	value   V
	err     error
	waiting int
	cancel  context.CancelFunc
}

// Get returns the value for key, by ask when it isn't known. A caller that
// gives up doesn't fail the others: the question goes on while anyone waits
// for it, and ends when nobody does.
func (m *Memo[K, V]) Get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	a := m.join(ctx, key, ask)
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		m.leave(key, a)
		return none, ctx.Err()
	}
}

// Forget makes the next Get ask anew. Those who wait for a question in flight
// still get its answer, but nobody joins them.
func (m *Memo[K, V]) Forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.answers, key)
}

func (m *Memo[K, V]) join(ctx context.Context, key K, ask func(context.Context) (V, error)) *answer[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, found := m.answers[key]
	if !found {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // G118: fill calls it, by way of a
		a = &answer[V]{done: make(chan struct{}), cancel: cancel}
		if m.answers == nil {
			m.answers = map[K]*answer[V]{}
		}
		m.answers[key] = a
		go m.fill(shared, key, a, ask)
	}
	a.waiting++
	return a
}

func (m *Memo[K, V]) fill(ctx context.Context, key K, a *answer[V], ask func(context.Context) (V, error)) {
	defer a.cancel()
	value, err := ask(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	a.value, a.err = value, err
	if err != nil {
		m.drop(key, a)
	}
	close(a.done)
}

func (m *Memo[K, V]) leave(key K, a *answer[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a.waiting--
	select {
	case <-a.done:
	default:
		if a.waiting == 0 {
			a.cancel()
			m.drop(key, a)
		}
	}
}

// drop forgets an answer, unless a newer one has taken its place.
func (m *Memo[K, V]) drop(key K, a *answer[V]) {
	if m.answers[key] == a {
		delete(m.answers, key)
	}
}

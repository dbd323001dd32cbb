// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// memo remembers answers that don't change during a run, such as who the
// token's user is. Callers that ask at the same time share one request; an
// error is not remembered. The zero value is ready.
type memo[K comparable, V any] struct {
	known  sync.Map
	flight singleflight.Group
}

// get returns the value for key, by ask when it isn't known. A caller that
// gives up doesn't fail the others: the shared request goes on without it.
func (m *memo[K, V]) get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	if v, ok := m.known.Load(key); ok {
		return v.(V), nil
	}
	shared := m.flight.DoChan(fmt.Sprint(key), func() (any, error) {
		v, err := ask(context.WithoutCancel(ctx))
		if err == nil {
			m.known.Store(key, v)
		}
		return v, err
	})
	var none V
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case result := <-shared:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(V), nil
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"testing"
)

type key struct{}

func TestACallIsCanceledAndHasWhatItWasGiven(t *testing.T) {
	t.Parallel()
	given, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	_, err := briefly(given, "request", func(ctx context.Context, req string) (string, error) {
		if got := ctx.Value(key{}); got != "value" || req != "request" {
			t.Errorf("%v, %v", got, req)
		}
		cancel()
		<-ctx.Done()
		return "", ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// The framework keeps a context derived from each call's.
func TestAContextThatIsKeptHoldsNothing(t *testing.T) {
	t.Parallel()
	var kept context.Context
	var stop context.CancelFunc
	_, _ = briefly(context.WithValue(t.Context(), key{}, "value"), 0, func(ctx context.Context, _ int) (int, error) {
		kept, stop = context.WithCancel(ctx)
		return 0, nil
	})
	defer stop()
	if kept.Value(key{}) != nil || kept.Err() == nil {
		t.Errorf("%v, %v", kept.Value(key{}), kept.Err())
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package readthrough

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestThoseWhoAskAtTheSameTimeShareOneQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			memo  Memo[string, int]
			asked atomic.Int32
			all   sync.WaitGroup
		)
		open := make(chan struct{})
		for range 10 {
			all.Go(func() {
				got, err := memo.Get(t.Context(), "a", func(context.Context) (int, error) {
					<-open
					return int(asked.Add(1)), nil
				})
				if got != 1 || err != nil {
					t.Errorf("got %d, %v", got, err)
				}
			})
		}
		synctest.Wait()
		close(open)
		all.Wait()
		if got, _ := memo.Get(t.Context(), "a", nil); got != 1 {
			t.Errorf("the answer is not remembered: %d", got)
		}
	})
}

func TestAnErrorIsNotRemembered(t *testing.T) {
	t.Parallel()
	var memo Memo[string, int]
	broken := errors.New("broken")
	if _, err := memo.Get(t.Context(), "a", func(context.Context) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if got, err := memo.Get(t.Context(), "a", func(context.Context) (int, error) { return 2, nil }); got != 2 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestWhoGivesUpFailsNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			memo  Memo[string, int]
			ended error
		)
		open := make(chan struct{})
		ask := func(ctx context.Context) (int, error) {
			select {
			case <-open:
				return 1, nil
			case <-ctx.Done():
				ended = ctx.Err()
				return 0, ended
			}
		}
		impatient, giveUp := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { _, err := memo.Get(impatient, "a", ask); first <- err }()
		synctest.Wait()
		second := make(chan int, 1)
		go func() { got, _ := memo.Get(t.Context(), "a", ask); second <- got }()
		synctest.Wait()
		giveUp()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		close(open)
		if got := <-second; got != 1 || ended != nil {
			t.Errorf("who waited on got %d, the question ended with %v", got, ended)
		}
	})
}

func TestAQuestionEndsWhenNobodyWaitsForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var memo Memo[string, int]
		ended := make(chan struct{})
		ctx, giveUp := context.WithCancel(t.Context())
		go func() {
			_, _ = memo.Get(ctx, "a", func(ctx context.Context) (int, error) {
				<-ctx.Done()
				close(ended)
				return 0, ctx.Err()
			})
		}()
		synctest.Wait()
		giveUp()
		<-ended
		if got, err := memo.Get(t.Context(), "a", func(context.Context) (int, error) { return 2, nil }); got != 2 || err != nil {
			t.Errorf("who asks later got %d, %v", got, err)
		}
	})
}

func TestForgetKeepsANewAnswerFromAnOldQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var memo Memo[string, int]
		open := make(chan struct{})
		old := make(chan int, 1)
		go func() {
			got, _ := memo.Get(t.Context(), "a", func(context.Context) (int, error) { <-open; return 1, nil })
			old <- got
		}()
		synctest.Wait()
		memo.Forget("a")
		if got, _ := memo.Get(t.Context(), "a", func(context.Context) (int, error) { return 2, nil }); got != 2 {
			t.Errorf("joined the old question: %d", got)
		}
		close(open)
		if got := <-old; got != 1 {
			t.Errorf("the old question's answer: %d", got)
		}
		if got, _ := memo.Get(t.Context(), "a", nil); got != 2 {
			t.Errorf("the old answer took the new one's place: %d", got)
		}
	})
}

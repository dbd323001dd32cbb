// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package readthrough

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errAbsent   = errors.New("absent")
	errPage     = errors.New("no page")
	errNobody   = errors.New("wrong token")
	errOverload = errors.New("overloaded")
)

// object is what the server has.
type object struct{ id, version int }

// server lists its objects in pages, the highest id first, and has each by
// itself. Every request takes a while.
type server struct {
	pageSize int

	mu       sync.Mutex
	versions map[int]int
	pages    int
	gets     int
	// fail is the error of a page, by how many came before it.
	fail func(pages int) error
}

const requestTime = 50 * time.Millisecond

func newServer(objects, pageSize int) *server {
	s := &server{pageSize: pageSize, versions: map[int]int{}}
	for id := range objects {
		s.versions[id] = 1
	}
	return s
}

func (s *server) set(id, version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version == 0 {
		delete(s.versions, id)
		return
	}
	s.versions[id] = version
}

// requests is how many there were.
func (s *server) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pages + s.gets
}

// half takes half a request's time.
func half(ctx context.Context) error {
	select {
	case <-time.After(requestTime / 2):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// list is a list by page numbers, as GitLab's: what is created or deleted
// meanwhile moves others to another page.
func (s *server) list(string) Pages[object] {
	page, failed := 0, false
	return func(ctx context.Context) ([]object, bool, error) {
		if failed {
			panic("a page was asked for after an error")
		}
		s.mu.Lock()
		var err error
		if s.fail != nil {
			err = s.fail(s.pages)
		}
		s.pages++
		s.mu.Unlock()
		if waitErr := half(ctx); waitErr != nil {
			return nil, false, waitErr
		}
		if err != nil {
			failed = true
			return nil, false, err
		}
		s.mu.Lock()
		var all []object
		for id, version := range s.versions {
			all = append(all, object{id, version})
		}
		s.mu.Unlock()
		slices.SortFunc(all, func(a, b object) int { return b.id - a.id })
		from := min(page*s.pageSize, len(all))
		to := min(from+s.pageSize, len(all))
		page++
		return all[from:to], to < len(all), half(ctx)
	}
}

// get asks for one object.
func (s *server) get(ctx context.Context, id int) (object, error) {
	s.mu.Lock()
	s.gets++
	s.mu.Unlock()
	if err := half(ctx); err != nil {
		return object{}, err
	}
	s.mu.Lock()
	version, found := s.versions[id]
	s.mu.Unlock()
	if err := half(ctx); err != nil {
		return object{}, err
	}
	if !found {
		return object{}, errAbsent
	}
	return object{id, version}, nil
}

func (s *server) listing() *Listing[string, int, object] {
	return &Listing[string, int, object]{
		ID:        func(o object) int { return o.id },
		Pages:     s.list,
		Pervasive: func(err error) bool { return errors.Is(err, errNobody) },
	}
}

func read(ctx context.Context, l *Listing[string, int, object], s *server, id int) (object, error) {
	return l.Get(ctx, "a", id, func(ctx context.Context, _ error) (object, error) { return s.get(ctx, id) })
}

// each reads the ids, by so many readers at a time.
func each(t *testing.T, readers int, ids []int, read func(id int)) {
	t.Helper()
	queue := make(chan int)
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for id := range queue {
				read(id)
			}
		})
	}
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	all.Wait()
}

func upTo(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return ids
}

func TestReadingAllTakesAsManyRequestsAsThereArePages(t *testing.T) {
	t.Parallel()
	for _, readers := range []int{10, 50} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(1000, 100)
			l := s.listing()
			each(t, readers, upTo(1000), func(id int) {
				if got, err := read(t.Context(), l, s, id); got.id != id || got.version != 1 || err != nil {
					t.Errorf("object %d: %v, %v", id, got, err)
				}
			})
			if s.pages != 10 || s.gets != 0 {
				t.Errorf("%d readers: %d pages and %d objects were asked for, want 10 and 0", readers, s.pages, s.gets)
			}
		})
	}
}

func TestAFewOfManyNeverCostMoreThanTwoRequestsEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(100_000, 100)
		l := s.listing()
		// The list begins with the highest, so that each of these comes last.
		each(t, 1, upTo(20), func(id int) {
			if got, err := read(t.Context(), l, s, id); got.id != id || err != nil {
				t.Errorf("object %d: %v, %v", id, got, err)
			}
		})
		if s.pages != 20 || s.gets != 20 {
			t.Errorf("%d pages and %d objects were asked for", s.pages, s.gets)
		}
	})
}

func TestAnAbsenceIsAlwaysAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10, 100)
		l := s.listing()
		var proof []error
		ask := func(ctx context.Context, listed error) (object, error) {
			proof = append(proof, listed)
			return s.get(ctx, 77)
		}
		for range 2 {
			if _, err := l.Get(t.Context(), "a", 77, ask); !errors.Is(err, errAbsent) {
				t.Error(err)
			}
		}
		if s.pages != 1 || s.gets != 2 {
			t.Errorf("%d pages and %d objects were asked for", s.pages, s.gets)
		}
		if !slices.Equal(proof, []error{nil, ErrNotListed}) {
			t.Errorf("whether a page came while it was read: %v", proof)
		}
		s.set(77, 1)
		if got, err := read(t.Context(), l, s, 77); got.version != 1 || err != nil {
			t.Errorf("what came to be since: %v, %v", got, err)
		}
	})
}

func TestWhatWasWrittenIsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10, 5)
		l := s.listing()
		if got, err := read(t.Context(), l, s, 9); got.version != 1 || err != nil {
			t.Fatal(got, err)
		}
		s.set(9, 2)
		l.Forget(9)
		if got, err := read(t.Context(), l, s, 9); got.version != 2 || err != nil {
			t.Errorf("what was listed before it was written: %v, %v", got, err)
		}

		if got, err := l.GetOwn(t.Context(), "a", 4, func(ctx context.Context) (object, error) { return s.get(ctx, 4) }); got.version != 1 || err != nil {
			t.Fatal(got, err)
		}
		s.set(4, 2)
		l.Forget(4)
		if got, err := l.GetOwn(t.Context(), "a", 4, func(ctx context.Context) (object, error) { return s.get(ctx, 4) }); got.version != 2 || err != nil {
			t.Errorf("what was asked for before it was written: %v, %v", got, err)
		}
	})
}

func TestWhatIsWrittenWhileItIsListedIsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10, 10)
		l := s.listing()
		slow := make(chan object, 1)
		go func() { got, _ := read(t.Context(), l, s, 1); slow <- got }()
		time.Sleep(requestTime * 3 / 4)
		s.set(3, 2)
		l.Forget(3)
		<-slow
		if got, err := read(t.Context(), l, s, 3); got.version != 2 || err != nil {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestAListThatCantBeReadCostsOneRequestMore(t *testing.T) {
	t.Parallel()
	for broken, objects := range []int{30, 20} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(30, 10)
			s.fail = func(pages int) error {
				if pages == broken {
					return errPage
				}
				return nil
			}
			l := s.listing()
			each(t, 5, upTo(30), func(id int) {
				got, err := l.Get(t.Context(), "a", id, func(ctx context.Context, listed error) (object, error) {
					if want := []error{errPage, nil}[broken]; id < 5 && !errors.Is(listed, want) || id >= 5 && !errors.Is(listed, ErrNotListed) {
						t.Errorf("object %d: whether a page came while it was read: %v", id, listed)
					}
					return s.get(ctx, id)
				})
				if got.id != id || err != nil {
					t.Errorf("object %d: %v, %v", id, got, err)
				}
			})
			if s.pages != broken+1 || s.gets != objects {
				t.Errorf("%d pages and %d objects were asked for, want %d and %d", s.pages, s.gets, broken+1, objects)
			}
		})
	}
}

func TestAnErrorThatMeetsAllIsSharedAndNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10, 10)
		s.fail = func(int) error { return errNobody }
		l := s.listing()
		each(t, 10, upTo(10), func(id int) {
			if _, err := read(t.Context(), l, s, id); !errors.Is(err, errNobody) {
				t.Errorf("object %d: %v", id, err)
			}
		})
		if s.pages != 1 || s.gets != 0 {
			t.Errorf("%d pages and %d objects were asked for", s.pages, s.gets)
		}
		s.fail = nil
		if got, err := read(t.Context(), l, s, 3); got.id != 3 || err != nil {
			t.Errorf("afterwards: %v, %v", got, err)
		}
	})
}

func TestWhoStopsReadingFailsNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(20, 10)
		l := s.listing()
		impatient, giveUp := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { _, err := read(impatient, l, s, 19); first <- err }()
		synctest.Wait()
		go func() { _, err := read(t.Context(), l, s, 18); second <- err }()
		synctest.Wait()
		giveUp()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("who waited on got %v", err)
		}
		if s.requests() != 1 {
			t.Errorf("%d requests", s.requests())
		}
	})
}

func TestAPageThatNobodyWaitsForEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(20, 10)
		l := s.listing()
		ended := make(chan struct{})
		l.Pages = func(string) Pages[object] {
			return func(ctx context.Context) ([]object, bool, error) {
				<-ctx.Done()
				close(ended)
				return nil, false, ctx.Err()
			}
		}
		ctx, giveUp := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := read(ctx, l, s, 19); done <- err }()
		synctest.Wait()
		giveUp()
		<-ended
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		l.Pages = s.list
		if got, err := read(t.Context(), l, s, 19); got.id != 19 || err != nil {
			t.Errorf("who reads later: %v, %v", got, err)
		}
	})
}

func TestAnOldListIsBegunAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10, 10)
		l := s.listing()
		for version := 1; version <= 3; version++ {
			s.set(1, version)
			if got, err := read(t.Context(), l, s, 1); got.version != version || err != nil {
				t.Errorf("%v, %v, want version %d", got, err, version)
			}
			time.Sleep(maxAge + time.Second)
		}
	})
}

func TestAListIsSharedHoweverLongItTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(20, 20)
		l := s.listing()
		l.Pages = func(name string) Pages[object] {
			next := s.list(name)
			return func(ctx context.Context) ([]object, bool, error) {
				time.Sleep(2 * maxAge)
				return next(ctx)
			}
		}
		var all sync.WaitGroup
		for id := range 20 {
			all.Go(func() {
				time.Sleep(time.Duration(id) * maxAge / 8)
				if got, err := read(t.Context(), l, s, id); got.id != id || err != nil {
					t.Errorf("object %d: %v, %v", id, got, err)
				}
			})
		}
		all.Wait()
		if s.requests() != 1 {
			t.Errorf("%d requests", s.requests())
		}
	})
}

// TestMemoryStaysFlat reads a large project over and over, as a provider does
// that is kept for days.
func TestMemoryStaysFlat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(2000, 100)
		l := s.listing()
		round := func(n int) uint64 {
			for key := range 5 {
				each(t, 10, upTo(2000), func(id int) {
					name := fmt.Sprint(key + 5*n)
					if _, err := l.Get(t.Context(), name, id, func(ctx context.Context, _ error) (object, error) { return s.get(ctx, id) }); err != nil {
						t.Error(err)
					}
					if id%10 == 0 {
						l.Forget(id)
					}
				})
			}
			time.Sleep(maxAge + time.Second)
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		first := round(0)
		var last uint64
		for n := 1; n <= 5; n++ {
			last = round(n)
		}
		if last > first*3/2 {
			t.Errorf("%d bytes after one round, %d after six", first, last)
		}
	})
}

func BenchmarkGetListed(b *testing.B) {
	s := newServer(1000, 1000)
	l := s.listing()
	l.Pages = func(string) Pages[object] {
		return func(context.Context) ([]object, bool, error) {
			all := make([]object, 1000)
			for id := range all {
				all[id] = object{id, 1}
			}
			return all, false, nil
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := read(b.Context(), l, s, i%1000); err != nil {
			b.Fatal(err)
		}
	}
}

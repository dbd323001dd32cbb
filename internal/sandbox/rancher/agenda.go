// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"container/heap"
	"slices"
	"time"
)

// maxFired bounds how many runs one jump of the clock makes up for. Beyond it the pipelines go on from the new time, as those of a server that was
// switched off do.
const maxFired = 1000

// agenda is what is to happen, a heap by time. What has become pointless meanwhile stays in it for a while.
type agenda []event

type event struct {
	at        time.Time
	pointless func() bool // because of what happened meanwhile
	due       func(at time.Time)
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.
func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }

// Push appends the event.
func (a *agenda) Push(e any) {
	if e, ok := e.(event); ok {
		*a = append(*a, e)
	}
}

// Pop removes the last event.
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	(*a)[len(*a)-1] = event{}
	*a = (*a)[:len(*a)-1]
	return last
}

// note puts something on the agenda. Whenever that has doubled, what has become pointless is taken out.
func (s *Server) note(e event) {
	if len(s.agenda) >= s.tidyAt {
		s.agenda = slices.DeleteFunc(s.agenda, func(e event) bool { return e.pointless() })
		heap.Init(&s.agenda)
		s.tidyAt = 2*len(s.agenda) + 100
	}
	heap.Push(&s.agenda, e)
}

// catchUp lets all happen that is due by now, each at its own time; every request begins with it.
func (s *Server) catchUp(now time.Time) {
	s.fired = 0
	for len(s.agenda) > 0 && !s.agenda[0].at.After(now) {
		if next, ok := heap.Pop(&s.agenda).(event); ok && !next.pointless() {
			next.due(next.at)
		}
	}
}

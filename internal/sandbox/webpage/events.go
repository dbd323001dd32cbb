// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package webpage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
)

const (
	// tick is how often the systems are looked at while nobody asks them anything: pipelines go on by the clock.
	tick = time.Second
	// rest is the least time between two events of a stream, however much happens.
	rest = 250 * time.Millisecond
	// share is how many times as long as the latest event took the next rest is, so that pages take a tenth of a busy machine's time at the most.
	share = 9
	// maxRest is the longest rest.
	maxRest = 5 * time.Second
	// patience is how long a reader may take to accept an event.
	patience = 10 * time.Second
	// quiet is after how many ticks without an event a reader gets a sign of life, which also finds out whether he is still there.
	quiet = 15
	// maxRequests is how many requests one event tells of, and the page shows: the newest.
	maxRequests = 200
)

// news is one event: what is different from what the stream told before.
type news struct {
	Clock    *clockNews    `json:"clock,omitempty"`
	Sections []sectionNews `json:"sections,omitempty"`
	Requests *requestNews  `json:"requests,omitempty"`
}

// clockNews is told when the clock was moved. Where it isn't frozen it runs on as any clock does.
type clockNews struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

// sectionNews is a section in which something is different: all keys in their order, and those objects that are new or changed.
type sectionNews struct {
	System  systemName        `json:"system"`
	Title   string            `json:"title"`
	Empty   string            `json:"empty"`
	Left    int               `json:"left"`
	Keys    []string          `json:"keys"`
	Objects []json.RawMessage `json:"objects"`
}

type systemName struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Root  string `json:"root"`
}

// requestNews are requests that were answered since the last event, oldest first, at most maxRequests of them.
type requestNews struct {
	Count  int               `json:"count"`  // of all requests in the journal
	Anew   bool              `json:"anew"`   // those told before are no more
	Latest []journal.Request `json:"latest"` // User agents tell which were made by hand
}

// stream is one reader's.
type stream struct {
	page     *Page
	control  *http.ResponseController
	w        http.ResponseWriter
	told     map[string]string // what was told, by section and by section and key
	requests int               // up to where the journal was told
	clock    clockNews
	at       time.Time // real time at which the clock was told; zero: nothing was told yet
	idle     int       // ticks since the last event
}

// serveEvents tells a reader first how everything is, and then what becomes different. It uses no goroutine but the request's.
func (p *Page) serveEvents(w http.ResponseWriter, r *http.Request) {
	wake, ok := p.enter()
	if !ok {
		http.Error(w, fmt.Sprintf("%d pages are open already", maxReaders), http.StatusServiceUnavailable)
		return
	}
	defer p.leave(wake)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := &stream{page: p, control: http.NewResponseController(w), w: w, told: map[string]string{}}

	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	writes := uint64(0)
	for look := true; ; {
		if look {
			writes = p.writes.Load() // before the look: what is written during it calls for another one
		}
		begin := time.Now()
		if err := s.tell(look); err != nil {
			return
		}
		if !p.waits(r, time.After(min(max(rest, share*time.Since(begin)), maxRest))) {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-p.ended:
			return
		case <-wake:
			look = p.writes.Load() != writes
		case <-ticker.C:
			look = true
			s.idle++
		}
	}
}

// waits until a time comes; false when the stream ends before.
func (p *Page) waits(r *http.Request, until <-chan time.Time) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-p.ended:
		return false
	case <-until:
		return true
	}
}

// tell writes what is new, if anything is; a look at the systems is left out when nothing wrote to them.
func (s *stream) tell(look bool) error {
	first := s.at.IsZero()
	event := news{Clock: s.clockNews(), Requests: s.requestNews(first)}
	if look {
		for _, show := range s.page.config.Systems {
			writes := s.page.writes.Load()
			view := show()
			s.page.mark(view, writes)
			sections, err := s.sectionNews(view)
			if err != nil {
				return err
			}
			event.Sections = append(event.Sections, sections...)
		}
	}
	if event.Clock == nil && event.Requests == nil && event.Sections == nil {
		if s.idle < quiet {
			return nil
		}
		return s.write(": nothing new\n\n")
	}
	content, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return s.write("data: " + string(content) + "\n\n")
}

func (s *stream) write(text string) error {
	s.idle = 0
	_ = s.control.SetWriteDeadline(time.Now().Add(patience)) // a writer that has none never blocks
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}

// clockNews is nil while the clock goes on as it was told.
func (s *stream) clockNews() *clockNews {
	c := s.page.config.Clock
	now := clockNews{Now: c.Now(), Frozen: c.Frozen()}
	expected := s.clock.Now
	if !now.Frozen {
		expected = expected.Add(time.Since(s.at))
	}
	if !s.at.IsZero() && now.Frozen == s.clock.Frozen && now.Now.Sub(expected).Abs() < time.Second/2 {
		return nil
	}
	s.clock, s.at = now, time.Now()
	return &now
}

func (s *stream) requestNews(first bool) *requestNews {
	latest, count, upTo, cleared := s.page.config.Journal.After(s.requests, maxRequests)
	if upTo == s.requests && !cleared && !first {
		return nil
	}
	s.requests = upTo
	if latest == nil {
		latest = []journal.Request{}
	}
	return &requestNews{Count: count, Anew: first || cleared, Latest: latest}
}

func (s *stream) sectionNews(view View) ([]sectionNews, error) {
	var changed []sectionNews
	for _, section := range view.Sections {
		id := view.Name + "\n" + section.Title
		told := sectionNews{
			System: systemName{view.Name, view.Title, view.Root}, Title: section.Title, Empty: section.Empty, Left: section.Left, Keys: []string{}, Objects: []json.RawMessage{},
		}
		for _, object := range section.Objects {
			content, err := json.Marshal(object)
			if err != nil {
				return nil, err
			}
			told.Keys = append(told.Keys, object.Key)
			if of := id + "\n" + object.Key; s.told[of] != string(content) {
				s.told[of] = string(content)
				told.Objects = append(told.Objects, content)
			}
		}
		order := fmt.Sprint(section.Left, "\n", strings.Join(told.Keys, "\n"))
		former, known := s.told[id]
		if known && former == order && len(told.Objects) == 0 {
			continue
		}
		s.told[id] = order
		s.forget(id, former, told.Keys)
		changed = append(changed, told)
	}
	return changed, nil
}

// forget drops what was told of objects that are no more.
func (s *stream) forget(id, former string, keys []string) {
	gone := strings.Split(former, "\n")[1:]
	if slices.Equal(gone, keys) {
		return
	}
	here := make(map[string]bool, len(keys))
	for _, key := range keys {
		here[key] = true
	}
	for _, key := range gone {
		if !here[key] {
			delete(s.told, id+"\n"+key)
		}
	}
}

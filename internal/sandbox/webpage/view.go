// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package webpage

import (
	"encoding/json"
	"slices"
	"time"
)

// View is what one system shows. No text in it is ever a secret: whoever can open the page sees all of it.
type View struct {
	Name     string // as the journal calls the system, such as "gitlab"
	Title    string // as people call it, such as "GitLab"
	Root     string // the path below which its API lies
	Sections []Section
}

// Object is the object with that key.
func (v View) Object(key string) (o Object, shown bool) {
	for _, section := range v.Sections {
		for _, o := range section.Objects {
			if o.Key == key {
				return o, true
			}
		}
	}
	return Object{}, false
}

// Section is the objects of one kind.
type Section struct {
	Title   string
	Empty   string // what to say where there are none
	Objects []Object
	Left    int // how many more there are that aren't shown
}

// Object is one thing that a system holds.
type Object struct {
	Key      string    `json:"key"` // names it among all objects of its system for as long as it lives
	Title    string    `json:"title"`
	ID       string    `json:"id"` // as its API and Terraform know it
	State    State     `json:"state"`
	Facts    []Fact    `json:"facts,omitempty"`
	Upcoming *Upcoming `json:"upcoming,omitempty"`
	Stages   []Stage   `json:"stages,omitempty"`
	Runs     []Run     `json:"runs,omitempty"` // the newest first
	Text     *Text     `json:"text,omitempty"`
	Changes  []Change  `json:"changes,omitempty"`
	// ByHand are the labels of changes that were made and haven't been undone since. The page finds them out; systems leave it empty.
	ByHand []string `json:"by_hand,omitempty"`
}

// Change is the change with that label.
func (o Object) Change(label string) (c Change, offered bool) {
	i := slices.IndexFunc(o.Changes, func(c Change) bool { return c.Label == label })
	if i < 0 {
		return Change{}, false
	}
	return o.Changes[i], true
}

// Mood is how good a state is, which the page shows as a colour.
type Mood string

// The moods. The zero value is for states that are neither good nor bad.
const (
	Good Mood = "good"
	Bad  Mood = "bad"
	Busy Mood = "busy"
)

// State is how something is doing, in the system's own word.
type State struct {
	Word string `json:"word"`
	Mood Mood   `json:"mood,omitempty"`
}

// Fact is one thing to know of an object.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Upcoming is when an object does something by itself, for the time line.
type Upcoming struct {
	Times []time.Time `json:"times"` // ascending
	// Endless says that more follow before Horizon, so many that they are left out.
	Endless bool `json:"endless,omitempty"`
}

const (
	// Horizon is how far the time line reaches.
	Horizon = 7 * 24 * time.Hour
	// maxUpcoming is how many times of one object it shows: more than that can't be told apart.
	maxUpcoming = 50
)

// UpcomingFrom collects times for the time line: first, and what next finds after each, up to the horizon. The zero time means that there are no more.
func UpcomingFrom(now, first time.Time, next func(time.Time) time.Time) *Upcoming {
	upcoming := &Upcoming{}
	for at, end := first, now.Add(Horizon); !at.IsZero() && at.Before(end); at = next(at) {
		if len(upcoming.Times) == maxUpcoming {
			upcoming.Endless = true
			break
		}
		upcoming.Times = append(upcoming.Times, at.UTC())
	}
	if upcoming.Times == nil {
		return nil
	}
	return upcoming
}

// maxTimelines is how many time lines are remembered before all are looked for anew: those of times that have passed pile up.
const maxTimelines = 4000

// Timelines remembers what was found for the time line: to find it takes a hundred times as long as all else that is shown of an object. K is all that
// decides when an object does something. The zero value is ready; it isn't safe for concurrent use.
type Timelines[K comparable] struct{ found map[dayOf[K]]*Upcoming }

// dayOf is a day on which a time line is looked for: on a later one, more times are on it.
type dayOf[K comparable] struct {
	of  K
	day time.Time
}

// Upcoming is what is remembered of that day, or what find finds.
func (t *Timelines[K]) Upcoming(now time.Time, of K, find func() *Upcoming) *Upcoming {
	key := dayOf[K]{of, now.Truncate(24 * time.Hour)}
	if found, known := t.found[key]; known {
		return found
	}
	if t.found == nil || len(t.found) > maxTimelines {
		t.found = map[dayOf[K]]*Upcoming{}
	}
	found := find()
	t.found[key] = found
	return found
}

// Stage is one stage of a pipeline, in the order in which they run.
type Stage struct {
	Name  string   `json:"name"`
	Steps []string `json:"steps,omitempty"`
	State State    `json:"state"` // in the latest run
}

// Run is one run of an object.
type Run struct {
	Title string `json:"title"`
	State State  `json:"state"`
}

// Text is a document that belongs to an object.
type Text struct {
	Title   string `json:"title"`
	Content string `json:"content"`
}

// Change is something that somebody could do to an object behind Terraform's back: a request to the system's own API, so that the system does with it
// whatever it does with everybody's.
type Change struct {
	Label   string  `json:"label"` // says all that it does, before it is done
	Request Request `json:"request"`
}

// Request is a request to the API of a system. Its body stays on the server, as it may hold what the page doesn't show.
type Request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // escaped
	Body   json.RawMessage `json:"-"`    // JSON; nil = none
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package webpage

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// wantedChange is what a button sends: which change of which object, by the words on the button.
type wantedChange struct {
	System string `json:"system"`
	Object string `json:"object"`
	Change string `json:"change"`
}

// serveChange does what a button says. A change that the object doesn't offer any more, because it was changed meanwhile, isn't made: nothing else
// happens than what was to be read.
func (p *Page) serveChange(w http.ResponseWriter, r *http.Request) {
	var wanted wantedChange
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err == nil {
		err = json.Unmarshal(body, &wanted)
	}
	if err != nil {
		answer(w, http.StatusBadRequest, "error", `the body is no {"system": "gitlab", "object": "schedule/1", "change": "Delete"}`)
		return
	}
	change, offered := p.find(wanted)
	if !offered {
		answer(w, http.StatusConflict, "error", fmt.Sprintf("%s of %s doesn't offer %q any more", wanted.Object, wanted.System, wanted.Change))
		return
	}
	err = p.config.Perform(change.Request)
	if err == nil {
		p.remember(wanted)
	}
	p.Notice(true)
	if err != nil {
		answer(w, http.StatusConflict, "error", fmt.Sprintf("%s %s: %s", change.Request.Method, change.Request.Path, err))
		return
	}
	answer(w, http.StatusOK, "done", change.Label)
}

func (p *Page) find(wanted wantedChange) (Change, bool) {
	for _, show := range p.config.Systems {
		if view := show(); view.Name == wanted.System {
			object, _ := view.Object(wanted.Object)
			return object.Change(wanted.Change)
		}
	}
	return Change{}, false
}

// madeChange is a change that a button has made.
type madeChange struct {
	label string
	since uint64 // the count of writes then
}

// remember notes that a change was made.
func (p *Page) remember(made wantedChange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := made.System + "\n" + made.Object
	p.made[key] = append(p.made[key], madeChange{made.Change, p.writes.Add(1)})
}

// mark notes in a view's objects what was done to them by hand. A change that an object offers again has been undone, by Terraform as a rule. The view
// is from after so many writes; later changes it doesn't know.
func (p *Page) mark(view View, writes uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.made) == 0 {
		return
	}
	for _, section := range view.Sections {
		for i := range section.Objects {
			object := &section.Objects[i]
			key := view.Name + "\n" + object.Key
			p.made[key] = slices.DeleteFunc(p.made[key], func(made madeChange) bool {
				_, undone := object.Change(made.label)
				if known := made.since <= writes; known && !undone {
					object.ByHand = append(object.ByHand, made.label)
				}
				return undone && made.since <= writes
			})
			if len(p.made[key]) == 0 {
				delete(p.made, key)
			}
		}
	}
}

func answer(w http.ResponseWriter, status int, member, text string) {
	content, err := json.Marshal(map[string]string{member: text})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(content, '\n'))
}

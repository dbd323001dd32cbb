// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// object is one stored thing. What is in data, however deep, is never changed in place but replaced, so that an answer that is being written needs
// no lock.
type object struct {
	schema  *schema
	parent  *object // the cluster or project that it lives in; nil = none
	id      string
	name    string         // the part of the id after the colon
	data    map[string]any // fields as the API has them, but for those that are computed
	made    time.Time
	removed time.Time // when it was deleted, which takes its time; zero = it wasn't
	gone    time.Time // when it will be; zero = it isn't being deleted
	lost    bool      // it isn't stored any more

	described *schema   // a schema's
	cron      cronState // a pipeline's
	run       *run      // a pipelineHistory's
	cache     *object   // a remoteAccount's gitRepoCache
}

func (s *Server) newObject(sc *schema, parent *object, name string, data map[string]any, now time.Time) *object {
	o := &object{schema: sc, parent: parent, id: idOf(parent, name), name: name, data: data, made: now}
	if kind := sc.fields["name"].kind; kind == "dnsLabel" {
		data["name"] = name
	}
	data["uuid"] = newUUID()
	data["created"] = date(now)
	if data["annotations"] == nil {
		data["annotations"] = map[string]any{}
	}
	return o
}

// idOf is the id of what has that name in a cluster or project; nil = in none.
func idOf(parent *object, name string) string {
	if parent == nil {
		return name
	}
	return parent.name + ":" + name
}

// freeName is a generated name that nothing has yet: among five thousand objects, two draw the same more likely than not, and the second would be
// refused.
func (s *Server) freeName(sc *schema, parent *object) string {
	for {
		if name := sc.generatedName(); s.shelf(sc).byID[idOf(parent, name)] == nil {
			return name
		}
	}
}

// at is a value deep in the object; nil where there is none.
func (o *object) at(path ...string) any { return dig(o.data, path...) }

// set replaces a value deep in the object.
func (o *object) set(value any, path ...string) { o.data = with(o.data, value, path...) }

func dig(value any, path ...string) any {
	for _, name := range path {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	return value
}

// with is a copy of an object in which the value at the path is another.
func with(object map[string]any, value any, path ...string) map[string]any {
	if len(path) > 1 {
		inner, _ := object[path[0]].(map[string]any)
		value = with(inner, value, path[1:]...)
	}
	changed := maps.Clone(object)
	if changed == nil {
		changed = map[string]any{}
	}
	changed[path[0]] = value
	return changed
}

// shelf holds the objects of one type.
type shelf struct {
	byID     map[string]*object
	all      []*object             // by id
	byParent map[*object][]*object // by id; those without parent under nil
}

func (s *Server) shelf(sc *schema) *shelf {
	found := s.store[sc]
	if found == nil {
		found = &shelf{byID: map[string]*object{}, byParent: map[*object][]*object{}}
		s.store[sc] = found
	}
	return found
}

func byID(o *object, id string) int { return strings.Compare(o.id, id) }

func insert(objects []*object, o *object) []*object {
	i, _ := slices.BinarySearchFunc(objects, o.id, byID)
	return slices.Insert(objects, i, o)
}

func without(objects []*object, o *object) []*object {
	if i, found := slices.BinarySearchFunc(objects, o.id, byID); found {
		return slices.Delete(objects, i, i+1)
	}
	return objects
}

func (sh *shelf) add(o *object) {
	sh.byID[o.id] = o
	sh.all = insert(sh.all, o)
	sh.byParent[o.parent] = insert(sh.byParent[o.parent], o)
}

func (sh *shelf) remove(o *object) {
	delete(sh.byID, o.id)
	sh.all = without(sh.all, o)
	sh.byParent[o.parent] = without(sh.byParent[o.parent], o)
}

// drop ends an object, and with it all that lives in it.
func (s *Server) drop(o *object) {
	if o.lost {
		return
	}
	o.lost = true
	s.shelf(o.schema).remove(o)
	if o.cache != nil {
		s.drop(o.cache)
	}
	if o.run != nil {
		o.run.dropLogs(s)
	}
	for sc, sh := range s.store {
		if sc.parent == o.schema.id {
			for _, child := range slices.Clone(sh.byParent[o]) {
				s.drop(child)
			}
			delete(sh.byParent, o)
		}
	}
}

func date(at time.Time) string { return at.UTC().Truncate(time.Second).Format(time.RFC3339) }

func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

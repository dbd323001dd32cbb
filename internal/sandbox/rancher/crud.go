// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// find is the object that the path names. Through a wrong parent it is found as well: what that means, throughItsParent tells.
func (c *call) find() (*object, error) {
	if c.schema == c.s.schemaType {
		return c.api.find(c.id)
	}
	wanted := 0
	if c.schema.parent != "" {
		wanted = 1
	}
	if strings.Count(c.id, ":") != wanted {
		return nil, notFound("failed to find resource by id")
	}
	o := c.s.shelf(c.schema).byID[c.id]
	if o == nil || !c.throughItsParent(o) && !c.s.quirks.NullThroughWrongParent {
		_, name, scoped := strings.Cut(c.id, ":")
		if !scoped {
			name = c.id
		}
		return nil, notFound("%s %q not found", c.schema.group(), name)
	}
	return o, nil
}

// throughItsParent tells whether the path leads to the object through its own cluster or project, or through none. A type that lives in neither
// doesn't care.
func (c *call) throughItsParent(o *object) bool {
	return c.parentKind == "" || c.parentKind != o.schema.parent || o.parent.id == c.parentID
}

// answer shows an object; null, when the path leads to it through a wrong parent.
func (c *call) answer(status int, o *object, op operation) reply {
	if !c.throughItsParent(o) {
		return reply{status: status, body: jsonNull{}}
	}
	return reply{status: status, body: c.present(o, op)}
}

type jsonNull struct{}

// MarshalJSON writes null.
func (jsonNull) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

func (c *call) get() (reply, error) {
	o, err := c.find()
	if err != nil {
		return reply{}, err
	}
	return c.answer(http.StatusOK, o, listing), nil
}

func (c *call) create() (reply, error) {
	input, err := c.body()
	if err != nil {
		return reply{}, err
	}
	sc := c.schema
	refers := strings.Split(sc.refers, ".")
	if c.parentKind != "" && c.parentKind == sc.parent {
		// Where spec is missing it stays so, to be missed.
		if _, hasSpec := input["spec"].(map[string]any); hasSpec || len(refers) == 1 {
			input = with(input, c.parentID, refers...)
		}
	}
	data, err := c.s.construct(sc, input, creating)
	if err != nil {
		return reply{}, err
	}
	if sc.check != nil {
		if err := sc.check(data); err != nil {
			return reply{}, err
		}
	}
	var parent *object
	if sc.parent != "" {
		id := c.parentID
		if c.parentKind != sc.parent {
			id, _ = dig(data, refers...).(string)
		}
		data = with(data, id, refers...)
		if parent, err = c.s.parentFor(sc, id); err != nil {
			return reply{}, err
		}
	}
	o, err := c.s.make(sc, parent, data, c.user, c.now)
	if err != nil {
		return reply{}, err
	}
	return c.answer(http.StatusCreated, o, echoing), nil
}

// parentFor finds where a new object is to live. Kubernetes, which keeps a project's objects in a namespace, refuses to put anything into one that it
// doesn't have or that is going away.
func (s *Server) parentFor(sc *schema, id string) (*object, error) {
	parent := s.shelf(s.types[sc.parent]).byID[id]
	_, namespace, scoped := strings.Cut(id, ":")
	if !scoped {
		namespace = id
	}
	switch {
	case parent == nil:
		return nil, notFound("namespaces %q not found", namespace)
	case !parent.gone.IsZero():
		return nil, &failure{status: http.StatusForbidden, code: "Forbidden", message: fmt.Sprintf(
			"%s is forbidden: unable to create new content in namespace %s because it is being terminated", sc.group(), namespace)}
	}
	return parent, nil
}

// make stores a new object, whose data has passed all checks. The creator may be nil: then it was the server itself.
func (s *Server) make(sc *schema, parent *object, data map[string]any, creator *object, now time.Time) (*object, error) {
	name, _ := data["name"].(string)
	if sc.fields["name"].kind != "dnsLabel" || name == "" {
		name = s.freeName(sc, parent)
	}
	return s.keep(sc, parent, name, data, creator, now)
}

// keep stores a new object under a name.
func (s *Server) keep(sc *schema, parent *object, name string, data map[string]any, creator *object, now time.Time) (*object, error) {
	data = maps.Clone(data)
	if creator != nil {
		data["creatorId"] = creator.id
	}
	o := s.newObject(sc, parent, name, data, now)
	if s.shelf(sc).byID[o.id] != nil {
		return nil, &failure{status: http.StatusConflict, code: "AlreadyExists", message: fmt.Sprintf("%s %q already exists", sc.group(), name)}
	}
	s.shelf(sc).add(o)
	if sc.begin != nil {
		sc.begin(s, o, creator, now)
	}
	return o, nil
}

func (c *call) update() (reply, error) {
	input, err := c.body()
	if err != nil {
		return reply{}, err
	}
	sent, err := c.s.construct(c.schema, input, updating)
	if err != nil {
		return reply{}, err
	}
	o, err := c.find()
	if err != nil {
		return reply{}, err
	}
	if c.schema.check != nil {
		if err := c.schema.check(sent); err != nil {
			return reply{}, err
		}
	}
	for _, marks := range []string{"labels", "annotations"} {
		if set, isSet := sent[marks].(map[string]any); isSet {
			stored, _ := o.data[marks].(map[string]any)
			o.set(mergeMarks(stored, set), marks)
		}
		delete(sent, marks)
	}
	stored := o.data
	if c.query.Get("_replace") == "true" {
		stored = c.schema.ofServer(stored)
	}
	o.data = merge(stored, sent)
	if c.schema.changed != nil {
		c.schema.changed(c.s, o, c.now)
	}
	return c.answer(http.StatusOK, o, listing), nil
}

func (c *call) remove() (reply, error) {
	o, err := c.find()
	if err != nil {
		return reply{}, err
	}
	if c.s.config.Finalizing <= 0 {
		c.s.drop(o)
		return reply{status: http.StatusNoContent}, nil
	}
	if o.gone.IsZero() {
		o.set(date(c.now), "removed")
		o.removed, o.gone = c.now, c.now.Add(c.s.config.Finalizing)
		c.s.note(event{at: o.gone, pointless: func() bool { return o.lost }, due: func(time.Time) { c.s.drop(o) }})
	}
	return c.answer(http.StatusOK, o, listing), nil
}

// act performs an action of an object or of a collection.
func (c *call) act() (reply, error) {
	actions := c.schema.collectionActions
	if c.id != "" {
		actions = c.schema.actions
	}
	action, known := actions[c.action]
	if !known {
		return reply{}, invalid("InvalidAction", "", "Invalid action: "+c.action)
	}
	var o *object
	if c.id != "" {
		var err error
		if o, err = c.find(); err != nil {
			return reply{}, err
		}
	}
	var input map[string]any
	if sc := c.s.types[action.input]; sc != nil && c.r.ContentLength != 0 {
		body, err := c.body()
		if err == nil {
			input, err = c.s.construct(sc, body, creating)
		}
		if err != nil {
			return reply{}, err
		}
	}
	result, err := action.perform(c, o, input)
	if err != nil {
		return reply{}, err
	}
	if shown, isObject := result.(*object); isObject {
		return c.answer(http.StatusOK, shown, listing), nil
	}
	return reply{status: http.StatusOK, body: result}, nil
}

// follow answers with what a link of an object leads to.
func (c *call) follow() (reply, error) {
	o, err := c.find()
	if err != nil {
		return reply{}, err
	}
	link := c.schema.links[c.link]
	if link == nil {
		return reply{}, notFound("Link not found")
	}
	body, err := link(c, o)
	return reply{status: http.StatusOK, body: body}, err
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Object is the envelope of every object.
type Object struct {
	// ID is opaque, though that of an object of a cluster or a project begins
	// with where it belongs and a colon.
	ID   string `json:"id"`
	Type string `json:"type"`
	// Name is the object's own part of the ID; never what people see.
	Name string `json:"name"`
	UUID string `json:"uuid"`
	// CreatorID is the user's; empty for what Rancher made by itself.
	CreatorID string `json:"creatorId"`
	// State is a word such as active, inactive or removing; Transitioning is
	// yes, no or error, and TransitioningMessage says why. Some types have
	// none of the three.
	State                string `json:"state"`
	Transitioning        string `json:"transitioning"`
	TransitioningMessage string `json:"transitioningMessage"`
	// Created and Removed are RFC 3339, UTC. Removed is empty, unless the object
	// waits to be gone after its deletion.
	Created string `json:"created"`
	Removed string `json:"removed"`
}

// Removing is the condition of an object that was deleted and is to be gone
// once other parts of Rancher have cleaned up after it.
const Removing = "removing"

// Condition is [Removing], or else the State, which not every type has; empty
// where Rancher says nothing.
func (o *Object) Condition() string {
	if o.Removed != "" {
		return Removing
	}
	return o.State
}

func (o *Object) envelope() *Object { return o }

// enveloped is a pointer to T, which embeds an [Object] or is one.
type enveloped[T any] interface {
	*T
	envelope() *Object
}

// Secret is a text that is sent and never read: Rancher leaves it out of its
// answers, but for some answers to a create. Empty means that it isn't sent.
type Secret string

// UnmarshalJSON leaves s as it is.
func (*Secret) UnmarshalJSON([]byte) error { return nil }

// String keeps the secret out of what is printed.
func (Secret) String() string { return "***" }

// GoString does so for %#v.
func (Secret) GoString() string { return "***" }

// kind is a type of object, as the API names it.
type kind struct{ id, plural string }

// path is the collection's. Items are asked for there, as their own links say:
// Norman answers with null when it is asked through a parent that isn't theirs.
func (k kind) path() string { return "/" + k.plural }

// itemPath is an object's path; the id must have been checked. Its colon stays
// as it is.
func (k kind) itemPath(id string) string { return k.path() + "/" + url.PathEscape(id) }

// in is the path of the collection in a parent.
func (k kind) in(p parent) string {
	if p.id == "" {
		return "/" + strings.ToLower(k.plural)
	}
	return p.kind.itemPath(p.id) + "/" + strings.ToLower(k.plural)
}

// checkID refuses what would become the path of something else.
func (k kind) checkID(id string) error {
	switch {
	case id == "":
		return fmt.Errorf("the id of a %s can't be empty", k.id)
	case id == "." || id == ".." || strings.Contains(id, "/"):
		return fmt.Errorf("%q can't be the id of a %s: it can't be . or .. nor hold a /", id, k.id)
	}
	return nil
}

// check tells an object of the type, with the given id if there is one, from
// any other.
func (k kind) check(o *Object, id string) error {
	switch {
	case !strings.EqualFold(o.Type, k.id):
		return fmt.Errorf("it is not a %s", k.id)
	case id != "" && o.ID != id:
		return fmt.Errorf("it is the %s %q", k.id, o.ID)
	}
	return k.checkID(o.ID)
}

func decode[T any, P enveloped[T]](a *answer, k kind, id string) (*T, error) {
	v := new(T)
	err := json.Unmarshal(a.body, v)
	if err == nil {
		err = k.check(P(v).envelope(), id)
	}
	if err != nil {
		return nil, a.unreadable(err)
	}
	return v, nil
}

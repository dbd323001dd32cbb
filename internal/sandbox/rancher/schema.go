// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// field is one member of a type, and the rules that Norman has for it.
type field struct {
	kind           string // Norman's word: string, enum, dnsLabel, boolean, int, date, password, json, reference[x], array[x], map[x], or a nested type
	create, update bool   // what a request sends is taken; otherwise it is dropped without a word
	required       bool   // the member must be there when created, be it empty or null; an array must hold something
	nullable       bool
	writeOnly      bool // shown only in the answer that creates
	preset         any  // taken for a missing member and for "" when created; nil = none
	options        []string
	min            *int64
}

type fields map[string]field

func simple(kind string) field { return field{kind: kind, create: true, update: true, nullable: true} }

func text() field { return simple("string") }
func enum(options ...string) field {
	f := simple("enum")
	f.options = options
	return f
}

func boolean(preset bool) field {
	return field{kind: "boolean", create: true, update: true, preset: preset}
}

func number() field { return field{kind: "int", create: true, update: true, preset: int64(0)} }

func reference(to string) field { return simple("reference[" + to + "]") }
func list(of string) field      { return simple("array[" + of + "]") }
func nested(id string) field    { return simple(id) }

// secret is never shown.
func secret() field { return simple("password") }

func (f field) must() field { f.required = true; return f }

// fixed can't be changed once it is created.
func (f field) fixed() field { f.update = false; return f }

// shown is the server's alone.
func (f field) shown() field { f.create, f.update = false, false; return f }

// hidden is in no answer but the one that creates.
func (f field) hidden() field { f.writeOnly = true; return f }

func (f field) or(preset any) field { f.preset = preset; return f }
func (f field) from(least int64) field {
	f.min = &least
	return f
}

// element is what is between the brackets of an array, map or reference.
func (f field) element() string {
	_, inner, _ := strings.Cut(f.kind, "[")
	return strings.TrimSuffix(inner, "]")
}

func isArray(kind string) bool     { return strings.HasPrefix(kind, "array[") }
func isMap(kind string) bool       { return strings.HasPrefix(kind, "map[") }
func isReference(kind string) bool { return strings.HasPrefix(kind, "reference[") }

// action is something that can be done to an object or to a collection by POST.
type action struct {
	input, output string // the types of what it takes and answers; "" = nothing that has a type
	// available tells whether an object lists it; nil = always.
	available func(*object) bool
	// perform answers an object, a raw body, or nil for none. The object is nil for an action of a collection, the input where none was sent.
	perform func(c *call, o *object, input map[string]any) (any, error)
}

// schema is a type of the API: its name, fields and methods, and what its objects can do besides.
type schema struct {
	id, plural        string
	path              string // of the API that it belongs to: /v3, or /v3/project
	fields            fields
	resourceMethods   []string
	collectionMethods []string

	// A type that lives in a cluster or a project names it in parent, and has its id in the string at refers, a path such as spec.projectName.
	parent string
	refers string

	actions           map[string]action
	collectionActions map[string]action
	links             map[string]func(*call, *object) (any, error)

	// check refuses what the rules of single fields can't; the input is what the request holds, after those rules.
	check func(input map[string]any) error
	// begin completes a new object; the creator is nil where the server itself made it.
	begin func(s *Server, o, creator *object, now time.Time)
	// changed is called after each change of an object by PUT.
	changed func(s *Server, o *object, now time.Time)

	filters  map[string][]string // the modifiers of each field by which lists can be filtered
	names    []string            // of the fields, sorted
	stateful bool                // has spec and status, and with them state and transitioning
}

// envelope is what every stored type has besides its own fields.
func envelope(own fields) fields {
	all := fields{
		"name": simple("dnsLabel").fixed(), "namespaceId": reference("namespace").fixed(), "uuid": text().shown(),
		"created": simple("date").shown(), "removed": simple("date").shown(), "creatorId": reference("user").shown(),
		"labels": simple("map[string]"), "annotations": simple("map[string]"), "ownerReferences": list("ownerReference").shown(),
	}
	for name, f := range own {
		all[name] = f
	}
	return all
}

// ofServer are the fields of an object that a PUT which replaces leaves as they are: those around what clients define.
func (sc *schema) ofServer(data map[string]any) map[string]any {
	kept := maps.Clone(data)
	around := envelope(fields{"status": {}})
	maps.DeleteFunc(kept, func(name string, _ any) bool { _, stays := around[name]; return !stays })
	return kept
}

// finish derives what follows from the rest.
func (sc *schema) finish() *schema {
	if sc.path == "" {
		sc.path = apiRoot
	}
	if sc.plural == "" {
		sc.plural = pluralOf(sc.id)
	}
	_, hasSpec := sc.fields["spec"]
	_, hasStatus := sc.fields["status"]
	if hasSpec && hasStatus {
		sc.stateful = true
	}
	if sc.stateful {
		sc.fields["state"] = text().shown()
		sc.fields["transitioning"] = enum("yes", "no", "error").shown()
		sc.fields["transitioningMessage"] = text().shown()
	}
	sc.names = slices.Sorted(maps.Keys(sc.fields))
	sc.filters = map[string][]string{}
	if len(sc.collectionMethods) == 0 {
		return sc
	}
	for name, f := range sc.fields {
		switch {
		case f.kind == "boolean":
			sc.filters[name] = []string{"eq", "ne"}
		case slices.Contains([]string{"string", "enum", "dnsLabel", "int"}, f.kind) || isReference(f.kind):
			sc.filters[name] = []string{"eq", "ne", "in", "notin"}
		}
	}
	return sc
}

func (sc *schema) can(method string) bool { return slices.Contains(sc.resourceMethods, method) }

func (sc *schema) canList() bool { return slices.Contains(sc.collectionMethods, http.MethodGet) }

func (sc *schema) canCreate() bool { return slices.Contains(sc.collectionMethods, http.MethodPost) }

// group is how Kubernetes calls the type in its texts.
func (sc *schema) group() string { return strings.ToLower(sc.plural) + "." + apiGroup }

// pluralOf follows Norman's rule for English.
func pluralOf(id string) string {
	last := len(id) - 1
	switch {
	case strings.HasSuffix(id, "s"):
		return id + "es"
	case id[last] == 'y' && last > 0 && !strings.ContainsRune("aeiou", rune(id[last-1])):
		return id[:last] + "ies"
	}
	return id + "s"
}

// generatedName is the type's initials and five characters at random, such as ph-x2b9k for a pipelineHistory.
func (sc *schema) generatedName() string {
	const letters, length = "bcdfghjklmnpqrstvwxz2456789", 5
	var initials strings.Builder
	for i, r := range sc.id {
		if i == 0 || unicode.IsUpper(r) {
			initials.WriteRune(unicode.ToLower(r))
		}
	}
	random := make([]byte, length)
	_, _ = rand.Read(random) // never fails
	for i, b := range random {
		random[i] = letters[int(b)%len(letters)]
	}
	return initials.String() + "-" + string(random)
}

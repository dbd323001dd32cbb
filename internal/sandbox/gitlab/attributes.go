// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import "maps"

// attribute is something that an object of GitLab only stores and shows: clients may set it and rely on getting it back, and nothing in
// the sandbox depends on it (where something does, the code says so at that place).
type attribute struct {
	name     string
	fallback any // decides the type, too: bool, int, string, []any; nil = whatever comes
	values   []string
}

type attributes []attribute

// flags declares boolean attributes with one default.
func flags(fallback bool, names ...string) attributes {
	return declare(fallback, names...)
}

// declare declares attributes with one default.
func declare(fallback any, names ...string) attributes {
	var as attributes
	for _, name := range names {
		as = append(as, attribute{name: name, fallback: fallback})
	}
	return as
}

// choice declares attributes with one of these values; the first is the default.
func choice(values []string, names ...string) attributes {
	var as attributes
	for _, name := range names {
		as = append(as, attribute{name: name, fallback: values[0], values: values})
	}
	return as
}

// params declares the attributes as optional parameters.
func (as attributes) params() params {
	var ps params
	for _, a := range as {
		p := optional(a.name)
		switch a.fallback.(type) {
		case bool:
			p.kinds = []kind{booleanType}
		case int:
			p.kinds = []kind{integerType}
		case string:
			p.kinds = []kind{stringType}
		case []any:
			p.kinds = []kind{listType}
		default:
			p.kinds = []kind{anyType}
		}
		p.values = a.values
		ps = append(ps, p)
	}
	return ps
}

// defaults are the values of an object that nothing was said about.
func (as attributes) defaults() map[string]any {
	values := make(map[string]any, len(as))
	for _, a := range as {
		values[a.name] = a.fallback
	}
	return values
}

// update takes over what the request gives; null puts the default back.
func (as attributes) update(values map[string]any, c *call) {
	for _, a := range as {
		if !c.given(a.name) {
			continue
		}
		if values[a.name] = c.raw(a.name); values[a.name] == nil {
			values[a.name] = a.fallback
		}
	}
}

// with adds members to a copy of the values.
func with(values map[string]any, members object) object {
	o := make(object, len(values)+len(members))
	maps.Copy(o, values)
	maps.Copy(o, members)
	return o
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Sizes of pages, in objects.
const (
	defaultLimit = 1000
	maxLimit     = 3000
)

// condition is one filter of a list.
type condition struct {
	Modifier string `json:"modifier"`
	Value    any    `json:"value"`

	field  string
	values []string
}

func (f condition) holds(value string) bool {
	switch f.Modifier {
	case "eq":
		return value == f.values[0]
	case "ne":
		return value != f.values[0]
	case "in":
		return slices.Contains(f.values, value)
	}
	return !slices.Contains(f.values, value)
}

// conditions reads the filters from the query. A field or a modifier that can't be filtered by is ignored.
func (c *call) conditions() []condition {
	var found []condition
	for name, values := range c.query {
		modifier := "eq"
		if i := strings.LastIndex(name, "_"); i > 0 {
			name, modifier = name[:i], name[i+1:]
		}
		if !slices.Contains(c.schema.filters[name], modifier) {
			continue
		}
		f := condition{Modifier: modifier, Value: values, field: name, values: values}
		if modifier == "eq" || modifier == "ne" {
			f.Value = values[0]
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b condition) int { return strings.Compare(a.field+a.Modifier, b.field+b.Modifier) })
	return found
}

// rows are the objects that the path leads to, by id. A parent that doesn't exist has none.
func (c *call) rows() []*object {
	sh := c.s.shelf(c.schema)
	switch {
	case c.schema == c.s.schemaType:
		return c.api.schemas
	case c.parentKind == "" || c.parentKind != c.schema.parent:
		return sh.all
	}
	parent := c.s.shelf(c.s.types[c.parentKind]).byID[c.parentID]
	if parent == nil {
		return nil
	}
	return sh.byParent[parent]
}

func (c *call) list() map[string]any {
	sc, conditions := c.schema, c.conditions()
	rows := slices.Clone(c.rows())
	rows = slices.DeleteFunc(rows, func(o *object) bool {
		for _, f := range conditions {
			if !f.holds(toString(c.value(o, f.field))) {
				return true
			}
		}
		return false
	})
	sorting := c.sort(rows)
	rows, pagination := c.paginate(rows)
	data := make([]any, len(rows))
	for i, o := range rows {
		data[i] = c.present(o, listing)
	}

	filters := map[string]any{}
	for name := range sc.filters {
		filters[name] = nil
	}
	for _, f := range conditions {
		set, _ := filters[f.field].([]condition)
		filters[f.field] = append(set, f)
	}
	actions := map[string]string{}
	for name := range sc.collectionActions {
		actions[name] = c.collectionURL(sc) + "?action=" + name
	}
	collection := map[string]any{
		"type": "collection", "resourceType": sc.id, "links": map[string]string{"self": c.requestURL()}, "actions": actions,
		"pagination": pagination, "sort": sorting, "filters": filters, "data": data,
	}
	if sc.canCreate() && c.method == http.MethodGet {
		collection["createTypes"] = map[string]string{sc.id: c.collectionURL(sc)}
	}
	return collection
}

// sort orders the rows by the text of a field and tells how.
func (c *call) sort(rows []*object) map[string]any {
	sorting := map[string]any{"order": "asc"}
	if name := c.query.Get("sort"); c.schema.filters[name] != nil {
		sorting["name"] = name
		keys := make(map[*object]string, len(rows))
		for _, o := range rows {
			keys[o] = toString(c.value(o, name))
		}
		slices.SortStableFunc(rows, func(a, b *object) int { return strings.Compare(keys[a], keys[b]) })
	}
	other := "desc"
	if c.query.Get("order") == "desc" {
		sorting["order"], other = "desc", "asc"
		slices.Reverse(rows)
	}
	sorting["reverse"] = c.requestWith(param{"marker", ""}, param{"order", other})
	links := map[string]string{}
	for name := range c.schema.filters {
		if kind := c.schema.fields[name].kind; kind == "string" || kind == "enum" {
			links[name] = c.requestWith(param{"marker", ""}, param{"order", ""}, param{"sort", name})
		}
	}
	sorting["links"] = links
	return sorting
}

// paginate cuts the page that was asked for from the rows. A marker is the first object of a page, and one that isn't there is the beginning.
func (c *call) paginate(rows []*object) ([]*object, map[string]any) {
	limit := defaultLimit
	if n, err := strconv.Atoi(c.query.Get("limit")); err == nil && n >= 0 {
		limit = min(n, maxLimit)
	}
	pagination := map[string]any{"limit": limit}
	marker := c.query.Get("marker")
	if marker != "" {
		pagination["marker"] = marker
	}
	start := max(0, slices.IndexFunc(rows, func(o *object) bool { return o.id == marker }))
	end := min(start+limit, len(rows))
	if c.s.quirks.SilentTruncation {
		return rows[start:end], pagination
	}
	pagination["total"] = len(rows)
	if start == 0 && end == len(rows) {
		return rows, pagination
	}
	at := func(name string, i int) { pagination[name] = c.requestWith(param{"marker", rows[i].id}) }
	pagination["partial"] = true
	at("first", 0)
	if previous := max(0, start-limit); previous < start {
		at("previous", previous)
	}
	if end > start && end < len(rows) {
		at("next", end)
	}
	if last := len(rows) - limit; last > 0 && last < len(rows) {
		at("last", last)
	}
	return rows[start:end], pagination
}

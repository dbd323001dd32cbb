// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxPerPage = 100
	// countLimit is the number of rows above which GitLab doesn't count: no totals, no last page.
	countLimit = 10_000
)

// paginated adds the parameters of offset pagination.
func (ps params) paginated() params {
	return append(ps[:len(ps):len(ps)],
		optional("page", integerType).byDefault(1).notNegative(),
		optional("per_page", integerType).byDefault(20).except("0").notNegative())
}

// paginate writes the pagination headers for a list of so many rows and returns the bounds of the page asked for.
func (c *call) paginate(total int) (from, to int) {
	page, perPage := max(c.int("page"), 1), min(max(c.int("per_page"), 1), maxPerPage)
	pages := max((total+perPage-1)/perPage, 1)
	next, previous := "", ""
	if page < pages {
		next = strconv.Itoa(page + 1)
	}
	if page > 1 {
		previous = strconv.Itoa(page - 1)
	}
	counted := total <= countLimit

	var links []string
	link := func(relation, page string) {
		if page != "" {
			links = append(links, fmt.Sprintf("<%s>; rel=%q", c.pageURL(page), relation))
		}
	}
	link("prev", previous)
	link("next", next)
	link("first", "1")
	if counted {
		link("last", strconv.Itoa(pages))
		c.header.Set("X-Total", strconv.Itoa(total))
		c.header.Set("X-Total-Pages", strconv.Itoa(pages))
	}
	c.header.Set("X-Per-Page", strconv.Itoa(perPage))
	c.header.Set("X-Page", strconv.Itoa(page))
	c.header.Set("X-Next-Page", next)
	c.header.Set("X-Prev-Page", previous)
	c.header.Set("Link", strings.Join(links, ", "))

	from = total
	if page <= pages { // also keeps an absurd page number from overflowing
		from = min((page-1)*perPage, total)
	}
	return from, min(from+perPage, total)
}

// pageURL is the request's own URL with every parameter, given or defaulted, in the query, sorted by name.
func (c *call) pageURL(page string) string {
	query := url.Values{}
	for name, value := range c.args {
		addQuery(query, name, value)
	}
	query.Set("page", page)
	return c.externalURL() + c.r.URL.EscapedPath() + "?" + query.Encode()
}

func addQuery(query url.Values, name string, value any) {
	switch value := value.(type) {
	case nil:
		query.Add(name, "")
	case []any:
		for _, element := range value {
			addQuery(query, name+"[]", element)
		}
	case map[string]any:
		for key, element := range value {
			addQuery(query, name+"["+key+"]", element)
		}
	case time.Time:
		query.Add(name, value.UTC().Format(time.RFC3339))
	default:
		query.Add(name, fmt.Sprint(value))
	}
}

// page is the part of rows that the request asks for, each row shown by show. It writes the pagination headers.
func page[T any](c *call, rows []T, show func(T) any) []any {
	from, to := c.paginate(len(rows))
	shown := make([]any, 0, to-from)
	for _, row := range rows[from:to] {
		shown = append(shown, show(row))
	}
	return shown
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// listOptions say which objects of a kind to list.
type listOptions struct {
	// parent is where they belong; the zero value is anywhere.
	parent parent
	// creatorID is who created them; empty is anybody.
	creatorID string
	// perPage is how many to ask for at once; 0 is [defaultPerPage].
	perPage int
	// answered is told of each answer, and when its request was sent; nil when
	// nobody wants to know.
	answered func(header http.Header, sent time.Time)
}

const (
	// defaultPerPage is Norman's own default; every version gives so many.
	defaultPerPage = 1000
	// minPerPage leaves room for one object beside the marker's own.
	minPerPage = 2
	// maxRestarts bounds how often a list is begun again that changes while it
	// is read.
	maxRestarts = 3
)

// pageOf is a page with room for n objects; 0 is the default.
func pageOf(n int) int {
	if n <= 0 {
		return defaultPerPage
	}
	return min(max(n, minPerPage), defaultPerPage)
}

// wanted reports whether an object is one of those asked for. Norman ignores
// filters that it doesn't know, and where a type isn't scoped as expected, the
// parent too. What the spec says of the parent is no proof, unlike the id.
func (o listOptions) wanted(e *Object) bool {
	if o.creatorID != "" && e.CreatorID != o.creatorID {
		return false
	}
	prefix, _, scoped := strings.Cut(e.ID, ":")
	return o.parent.id == "" || !scoped || prefix == o.parent.prefix
}

// page is a page of a collection.
type page[T any] struct {
	Type       string `json:"type"`
	Pagination struct {
		Limit   int    `json:"limit"`
		Total   *int   `json:"total"`
		Partial bool   `json:"partial"`
		Next    string `json:"next"`
	} `json:"pagination"`
	Data []T `json:"data"`
}

// list reads a whole collection.
func list[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, o listOptions) ([]T, error) {
	var objects []T
	err := read[T, P](ctx, c, k, o, func() func(T) bool {
		objects = []T{}
		return func(object T) bool {
			objects = append(objects, object)
			return true
		}
	})
	if err != nil {
		return nil, err
	}
	return objects, nil
}

// each goes over a collection, of which it asks for a page only when the one
// before is used up. An error is the last that it gives.
func each[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, o listOptions) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		given, enough := map[string]bool{}, false
		err := read[T, P](ctx, c, k, o, func() func(T) bool {
			return func(object T) bool {
				id := P(&object).envelope().ID
				if !given[id] {
					given[id], enough = true, !yield(object, nil)
				}
				return !enough
			}
		})
		if err != nil && !enough {
			yield(*new(T), err)
		}
	}
}

// read reads a collection until the taker of its objects wants no more. begin
// makes the taker, and another one whenever the list must be begun again.
func read[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, o listOptions, begin func() func(T) bool) error {
	if o.parent.kind.id != "" {
		if err := o.parent.kind.checkID(o.parent.id); err != nil {
			return err
		}
	}
	if o.perPage == 0 {
		o.perPage = defaultPerPage
	}
	for range maxRestarts + 1 {
		l := newLister[T, P](c, k, o, begin())
		complete, err := l.all(ctx)
		if err != nil || complete {
			return err
		}
	}
	return errors.New("the list of " + k.plural + " can't be read to its end: Rancher says that there is more, and doesn't give it")
}

// lister reads a collection once.
type lister[T any, P enveloped[T]] struct {
	client  *Client
	kind    kind
	options listOptions
	seen    map[string]bool
	// marker is what the next page begins with; asked are those before.
	marker string
	asked  map[string]bool
	// take takes an object, and says whether more are wanted.
	take func(T) bool
}

func newLister[T any, P enveloped[T]](c *Client, k kind, o listOptions, take func(T) bool) *lister[T, P] {
	return &lister[T, P]{client: c, kind: k, options: o, seen: map[string]bool{}, asked: map[string]bool{}, take: take}
}

// all reads page by page. It reports false when the list must be begun again:
// the object that the next page was to begin with is gone, and Norman then
// gives the first page; or when Rancher says that there is more and doesn't
// give it.
func (l *lister[T, P]) all(ctx context.Context) (complete bool, err error) {
	for more := true; more; {
		if more, complete, err = l.step(ctx); err != nil {
			return false, err
		}
	}
	return complete, nil
}

// step reads a page. It reports whether there is another one, and if not,
// whether the list was read to its end; see all.
func (l *lister[T, P]) step(ctx context.Context) (more, complete bool, err error) {
	l.asked[l.marker] = true
	p, err := l.page(ctx, l.marker)
	if err != nil {
		return false, false, err
	}
	ids, repeated, more := l.add(p.Data)
	if !more {
		return false, true, nil
	}
	if repeated && l.marker != "" && ids[0] != l.marker {
		// A server that doesn't know markers gives the first page whatever is
		// asked. There is no more to be had from one that says no more.
		return false, p.Pagination.Next == "" && slices.Contains(ids, l.marker), nil
	}
	if l.marker, more = l.next(p, ids); !more {
		return false, true, nil
	}
	return !l.asked[l.marker], false, nil
}

// add gives away the objects of a page that are new and wanted. It returns the
// ids of the page, whether any of them came before, and whether more are
// wanted.
func (l *lister[T, P]) add(data []T) (ids []string, repeated, more bool) {
	for i := range data {
		e := P(&data[i]).envelope()
		ids = append(ids, e.ID)
		if l.seen[e.ID] {
			repeated = true
			continue
		}
		l.seen[e.ID] = true
		if l.options.wanted(e) && !l.take(data[i]) {
			return ids, repeated, false
		}
	}
	return ids, repeated, true
}

// next reports whether there is another page, and the marker to ask for it
// with: the id of the object that it begins with. Of the next page's address
// only the marker is taken, since the rest is what some proxy made of it.
//
// Rancher 2.0.0 to 2.0.4 cut lists without a word. There a full page is asked
// to be continued with its last object.
func (l *lister[T, P]) next(p *page[T], ids []string) (marker string, more bool) {
	if len(ids) == 0 {
		return "", p.Pagination.Next != ""
	}
	last := ids[len(ids)-1]
	if p.Pagination.Next != "" {
		if u, err := url.Parse(p.Pagination.Next); err == nil {
			return cmp.Or(u.Query().Get("marker"), last), true
		}
		return last, true
	}
	limit := l.options.perPage
	if p.Pagination.Limit > 0 {
		limit = min(limit, p.Pagination.Limit)
	}
	silent := p.Pagination.Total == nil && !p.Pagination.Partial
	return last, silent && len(ids) >= limit
}

// page reads the page that begins with the marker, and asks for fewer objects
// when an answer gets too large.
func (l *lister[T, P]) page(ctx context.Context, marker string) (*page[T], error) {
	for {
		query := url.Values{"limit": {strconv.Itoa(l.options.perPage)}}
		if marker != "" {
			query.Set("marker", marker)
		}
		if l.options.creatorID != "" {
			query.Set("creatorId", l.options.creatorID)
		}
		sent := time.Now()
		a, err := l.client.call(ctx, http.MethodGet, l.kind.in(l.options.parent), query, nil)
		var large *transport.AnswerTooLargeError
		if errors.As(err, &large) && l.options.perPage > minPerPage {
			l.options.perPage = max(minPerPage, l.options.perPage/10)
			continue
		}
		if err != nil {
			return nil, err
		}
		if l.options.answered != nil {
			l.options.answered(a.resp.Header, sent)
		}
		return l.decode(a)
	}
}

func (l *lister[T, P]) decode(a *answer) (*page[T], error) {
	var p page[T]
	err := json.Unmarshal(a.body, &p)
	if err == nil && (p.Type != "collection" || p.Data == nil) {
		err = errors.New("it is not a list of " + l.kind.plural)
	}
	for i := range p.Data {
		if err == nil {
			err = l.kind.check(P(&p.Data[i]).envelope(), "")
		}
	}
	if err != nil {
		return nil, a.unreadable(err)
	}
	return &p, nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// kinds is how many requests there were of each kind, as in `GET projects/:id/pipeline_schedules`.
type kinds map[string]int

// total is the number of requests of all kinds.
func (k kinds) total() int {
	sum := 0
	for _, count := range k {
		sum += count
	}
	return sum
}

// sorted lists the kinds, the most frequent ones first.
func (k kinds) sorted() []string {
	return slices.SortedFunc(maps.Keys(k), func(a, b string) int {
		return cmp.Or(cmp.Compare(k[b], k[a]), cmp.Compare(a, b))
	})
}

// journal is the sandbox's record of the requests that reached it.
type journal struct{ baseURL string }

// request is what the journal says of one.
type request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query"`
}

// clear forgets the requests so far.
func (j journal) clear(ctx context.Context) error {
	_, err := j.call(ctx, http.MethodDelete)
	return err
}

// kinds counts the requests since the last clear. It is an error if the journal didn't keep all of them.
func (j journal) kinds(ctx context.Context) (kinds, error) {
	recorded, err := j.call(ctx, http.MethodGet)
	if err != nil {
		return nil, err
	}
	if recorded.Count != len(recorded.Requests) {
		return nil, fmt.Errorf("the sandbox got %d requests and kept the last %d of them only: measure a smaller population", recorded.Count, len(recorded.Requests))
	}
	counts := kinds{}
	for _, r := range recorded.Requests {
		counts[kindOf(r)]++
	}
	return counts, nil
}

type record struct {
	Count    int       `json:"count"`
	Requests []request `json:"requests"`
}

func (j journal) call(ctx context.Context, method string) (record, error) {
	var recorded record
	request, err := http.NewRequestWithContext(ctx, method, j.baseURL+"/_sandbox/requests", nil)
	if err != nil {
		return recorded, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return recorded, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		return recorded, fmt.Errorf("%s %s: %s", method, request.URL, response.Status)
	}
	if method == http.MethodGet {
		err = json.NewDecoder(response.Body).Decode(&recorded)
	}
	return recorded, err
}

// kindOf is the request's method and path below the API's root. In the paths of all three systems names of collections and ids take turns, so every
// second part is replaced by `:id`. An action of Rancher's is part of the kind.
func kindOf(r request) string {
	path := r.Path
	for _, root := range []string{"/api/v4", "/api/v1", "/v3"} {
		if below, ok := strings.CutPrefix(path, root); ok && (below == "" || below[0] == '/') {
			path = below
			break
		}
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = ":id"
	}
	kind := r.Method + " " + cmp.Or(strings.Join(parts, "/"), "/")
	if query, err := url.ParseQuery(r.Query); err == nil && query.Has("action") {
		kind += "?action=" + query.Get("action")
	}
	return kind
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"testing"
)

func TestPagination(t *testing.T) {
	k := newKit(t)
	rows := make([]int, 10_001)
	count := 0
	k.s.register([]route{{method: "GET", pattern: "/rows/{id}", params: params{optional("sort", stringType).byDefault("asc")}.paginated(), handle: func(c *call) {
		c.json(http.StatusOK, page(c, rows[:count], func(n int) any { return n }))
	}}})
	const root = "https://gitlab.example.com/api/v4/rows/g%2Fp?id=g%2Fp&page="
	const rest = "&per_page=2&sort=asc>; rel="
	for name, test := range map[string]struct {
		rows    int
		query   string
		length  int
		headers map[string]string
	}{
		"first of many": {5, "?per_page=2", 2, map[string]string{
			"X-Page": "1", "X-Per-Page": "2", "X-Next-Page": "2", "X-Prev-Page": "", "X-Total": "5", "X-Total-Pages": "3",
			"Link": "<" + root + "2" + rest + `"next", <` + root + "1" + rest + `"first", <` + root + "3" + rest + `"last"`,
		}},
		"middle": {5, "?per_page=2&page=2", 2, map[string]string{
			"X-Next-Page": "3", "X-Prev-Page": "1",
			"Link": "<" + root + "1" + rest + `"prev", <` + root + "3" + rest + `"next", <` + root + "1" + rest + `"first", <` + root + "3" + rest + `"last"`,
		}},
		"last":         {5, "?per_page=2&page=3", 1, map[string]string{"X-Next-Page": "", "X-Prev-Page": "2"}},
		"past the end": {5, "?per_page=2&page=9", 0, map[string]string{"X-Page": "9", "X-Next-Page": "", "X-Total": "5"}},
		"absurd page":  {5, "?page=9223372036854775807", 0, map[string]string{"X-Next-Page": ""}},
		"empty":        {0, "", 0, map[string]string{"X-Per-Page": "20", "X-Total": "0", "X-Total-Pages": "1", "X-Next-Page": ""}},
		"clamped, but repeated as given": {150, "?per_page=1000", 100, map[string]string{
			"X-Per-Page": "100", "X-Total-Pages": "2",
			"Link": "<" + root + "2&per_page=1000&sort=asc>; rel=\"next\", <" + root + "1&per_page=1000&sort=asc>; rel=\"first\", <" + root + "2&per_page=1000&sort=asc>; rel=\"last\"",
		}},
		"most that is counted": {10_000, "?per_page=100", 100, map[string]string{"X-Total": "10000", "X-Total-Pages": "100"}},
		"too many to count": {10_001, "?per_page=2", 2, map[string]string{
			"X-Total": "", "X-Total-Pages": "", "X-Next-Page": "2", "Link": "<" + root + "2" + rest + `"next", <` + root + "1" + rest + `"first"`,
		}},
		"keyset is ignored": {5, "?pagination=keyset&per_page=2", 2, map[string]string{"X-Total": "5"}},
	} {
		t.Run(name, func(t *testing.T) {
			count = test.rows
			a := k.do("GET", "/rows/g%2Fp"+test.query, rootToken, "")
			a.t = t
			a.is(200)
			var shown int
			for _, r := range a.body {
				if r == '0' {
					shown++
				}
			}
			if shown != test.length {
				t.Errorf("%d rows, want %d", shown, test.length)
			}
			for header, want := range test.headers {
				if got := a.header.Get(header); got != want {
					t.Errorf("%s: %s\nwant %s", header, got, want)
				}
			}
		})
	}
	count = countLimit + 1
	_, present := k.do("GET", "/rows/1", rootToken, "").header["X-Total"]
	if present {
		t.Error("X-Total is there, if empty, where rows are not counted")
	}
	for query, text := range map[string]string{
		"per_page=0": "per_page has a value not allowed", "per_page=x": "per_page is invalid", "page=-1": "page does not have a valid value",
		"per_page=-1": "per_page does not have a valid value",
	} {
		k.do("GET", "/rows/1?"+query, rootToken, "").is(400, `{"error":"`+text+`"}`)
	}
	k.do("GET", "/rows/1?page=0", rootToken, "").is(200)
}

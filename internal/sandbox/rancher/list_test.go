// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

// numbered makes pipelines named p0 to p9, in another order, p3 and p7 by somebody else, p5 inactive.
func numbered(k *kit) {
	k.t.Helper()
	for i := range 10 {
		n, header := (i*7)%10, []string{}
		if n == 3 || n == 7 {
			header = []string{"Authorization", "Bearer other:secret"}
		}
		body := pipelineBody(k.t, fmt.Sprintf(`{"active":%v}`, n != 5))
		k.do("POST", k.in("/pipelines"), fmt.Sprintf(`{"name":"p%d",%s`, n, body[1:]), header...).is(201)
	}
}

func names(a answer) string {
	a.t.Helper()
	var found []string
	for _, id := range a.ids() {
		found = append(found, strings.TrimPrefix(short(id), "p"))
	}
	return strings.Join(found, "")
}

func TestCollectionEnvelope(t *testing.T) {
	k := newKit(t)
	path := k.in("/pipelines")
	self := "http://rancher.test" + path
	k.get(path+"?limit=5&name=x&order=desc&x=%20").is(200).has(
		"type", "collection", "resourceType", "pipeline", "links", object{"self": self}, "createTypes", object{"pipeline": "http://rancher.test/v3/pipelines"},
		"actions", object{}, "pagination", object{"limit": 5.0, "total": 0.0}, "data", []any{},
		"filters", object{"creatorId": nil, "name": list(object{"modifier": "eq", "value": "x"}), "namespaceId": nil, "state": nil, "transitioning": nil, "transitioningMessage": nil, "uuid": nil},
		"sort.order", "desc", "sort.name", none, "sort.reverse", self+"?limit=5&name=x&order=asc&x=+", "sort.links.state", self+"?limit=5&name=x&sort=state&x=+",
		"sort.links.name", none, "sort.links.creatorId", none)
	k.get(k.in("/pipelinehistories")).has("createTypes", none, "actions", object{})
	k.get("/v3/remoteaccounts").has("actions", object{"login": "http://rancher.test/v3/remoteaccounts?action=login"}, "filters.state", none)
	k.get(path+"?name_in=a&name_in=b").has("filters.name", list(object{"modifier": "in", "value": list("a", "b")}))
}

func TestFilters(t *testing.T) {
	k := newKit(t)
	numbered(k)
	other := k.do("GET", "/v3/users?me=true", "", "Authorization", "Bearer other:secret").ids()[0]
	uuid := k.get(k.in("/pipelines")).text("data.4.uuid")
	for query, want := range map[string]string{
		"":                                "0123456789",
		"name=p4":                         "4",
		"name_eq=p4":                      "4",
		"name=P4":                         "",
		"name=p4&name=p5":                 "4",
		"name_ne=p4":                      "012356789",
		"name_in=p4&name_in=p5":           "45",
		"name_in=p4,p5":                   "",
		"name_notin=p4&name_notin=p5":     "01236789",
		"creatorId=" + other:              "37",
		"creatorId_ne=" + other:           "01245689",
		"creatorId=" + other + "&name=p7": "7",
		"state=inactive":                  "5",
		"state_ne=inactive":               "012346789",
		"uuid=" + uuid:                    "4",
		"namespaceId=":                    "0123456789",
		"transitioning=yes":               "",
		// what can't be filtered by is ignored
		"id=x":               "0123456789",
		"created=x":          "0123456789",
		"labels=x":           "0123456789",
		"displayName=x":      "0123456789",
		"spec.displayName=x": "0123456789",
		"name_like=x":        "0123456789",
		"name_null=":         "0123456789",
	} {
		if got := names(k.get(k.in("/pipelines?" + query))); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if ids := k.get("/v3/users?me_ne=true").ids(); !slices.Equal(ids, []string{other}) {
		t.Errorf("others are %v", ids)
	}
}

func TestSort(t *testing.T) {
	k := newKit(t)
	numbered(k)
	k.post(k.in("/pipelines"), `{"name":"p10",`+documentPipeline[1:]).is(201)
	for query, want := range map[string]string{
		"":                     "011023456789",
		"order=desc":           "987654321010",
		"order=DESC":           "011023456789",
		"sort=state":           "011023467895",
		"sort=created":         "011023456789",
		"sort=nothing":         "011023456789",
		"sort=name&order=desc": "987654321010",
	} {
		if got := names(k.get(k.in("/pipelines?" + query))); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := names(k.get("/v3/pipelines")); got != "011023456789" {
		t.Errorf("of all parents: %s", got)
	}
	k.get(k.in("/pipelines?sort=state&order=desc")).has("sort.name", "state", "sort.order", "desc")
}

func TestPages(t *testing.T) {
	k := newKit(t)
	numbered(k)
	id := func(n int) string { return fmt.Sprintf("%s:p%d", short(k.project), n) }
	page := func(n int, query string) string {
		values, _ := url.ParseQuery(query)
		values.Set("marker", id(n))
		return "http://rancher.test" + k.in("/pipelines") + "?" + values.Encode()
	}
	a := k.get(k.in("/pipelines?limit=4&z=1"))
	a.has("pagination", object{"limit": 4.0, "total": 10.0, "partial": true, "first": page(0, "limit=4&z=1"), "next": page(4, "limit=4&z=1"), "last": page(6, "limit=4&z=1")})
	next := strings.TrimPrefix(a.text("pagination.next"), "http://rancher.test")
	if got := names(k.get(next)); got != "4567" {
		t.Errorf("the second page is %s", got)
	}
	k.get(next).has("pagination", object{"limit": 4.0, "total": 10.0, "partial": true, "marker": id(4), "first": page(0, "limit=4&z=1"), "previous": page(0, "limit=4&z=1"),
		"next": page(8, "limit=4&z=1"), "last": page(6, "limit=4&z=1")})
	end := k.get(k.in("/pipelines?limit=4&marker=" + id(8)))
	if got := names(end); got != "89" || end.at("pagination.next") != none {
		t.Errorf("the last page is %s %s", got, end.raw)
	}
	for query, want := range map[string]string{
		"limit=0": "", "limit=-1": "0123456789", "limit=x": "0123456789", "marker=unknown&limit=3": "012", "limit=3&order=desc&marker=" + id(6): "654", "limit=2&name_ne=p0": "12",
	} {
		if got := names(k.get(k.in("/pipelines?" + query))); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, limit := range map[string]int{"": 1000, "limit=5000": 3000, "limit=-1": 1000, "limit=x": 1000, "limit=0": 0, "limit=3000": 3000} {
		k.get(k.in("/pipelines?"+query)).has("pagination.limit", limit)
	}
	k.server.SetQuirks(rancher.Quirks{SilentTruncation: true})
	if got := names(k.get(k.in("/pipelines?limit=4")).has("pagination", object{"limit": 4.0})); got != "0123" {
		t.Errorf("cut to %s", got)
	}
	if got := names(k.get(k.in("/pipelines?limit=4&marker=" + id(3)))); got != "3456" {
		t.Errorf("cut to %s", got)
	}
}

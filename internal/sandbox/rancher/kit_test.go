// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

const adminToken = "glpat-admin"

// kit is a server with a cluster and a project, at 2026-01-15T12:00:00Z.
type kit struct {
	t                testing.TB
	clock            *clock.Clock
	server           *rancher.Server
	cluster, project string // ids
}

func newKit(t testing.TB, configure ...func(*rancher.Config)) *kit {
	t.Helper()
	c := clock.New(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	config := rancher.Config{Clock: c, AdminToken: adminToken}
	for _, change := range configure {
		change(&config)
	}
	server, err := rancher.New(config)
	if err != nil {
		t.Fatal(err)
	}
	k := &kit{t: t, clock: c, server: server}
	k.cluster = k.post("/v3/clusters", `{"name":"one"}`).is(201).text("id")
	k.project = k.newProject()
	return k
}

func (k *kit) newProject() string {
	k.t.Helper()
	return k.post("/v3/projects", `{"name":"app","clusterId":"`+k.cluster+`"}`).is(201).text("id")
}

func short(id string) string { return id[strings.Index(id, ":")+1:] }

// in is a path below the kit's project.
func (k *kit) in(path string) string { return "/v3/projects/" + k.project + path }

// do calls as the administrator; header pairs given replace what is set.
func (k *kit) do(method, path, body string, header ...string) answer {
	k.t.Helper()
	w := k.serve(method, path, body, header...)
	a := answer{t: k.t, request: method + " " + path, status: w.Code, header: w.Header(), raw: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.body)
	return a
}

// serve is do without a look at the answer.
func (k *kit) serve(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://rancher.test"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+adminToken)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Del(header[i])
		if header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	w := httptest.NewRecorder()
	k.server.ServeHTTP(w, r)
	return w
}

// serveAs serves a request and fails the test unless it is answered with the status.
func (k *kit) serveAs(status int, method, path, body string) {
	k.t.Helper()
	if w := k.serve(method, path, body); w.Code != status {
		k.t.Fatalf("%s %s: %d %s\n    want %d", method, path, w.Code, w.Body, status)
	}
}

func (k *kit) get(path string) answer        { k.t.Helper(); return k.do("GET", path, "") }
func (k *kit) post(path, body string) answer { k.t.Helper(); return k.do("POST", path, body) }
func (k *kit) put(path, body string) answer  { k.t.Helper(); return k.do("PUT", path, body) }
func (k *kit) delete(path string) answer     { k.t.Helper(); return k.do("DELETE", path, "") }

func (k *kit) advance(d time.Duration) {
	k.t.Helper()
	if err := k.clock.Advance(d); err != nil {
		k.t.Fatal(err)
	}
}

type answer struct {
	t       testing.TB
	request string
	status  int
	header  map[string][]string
	raw     string
	body    any
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d %s\n    want %d", a.request, a.status, a.raw, status)
	}
	return a
}

// at is a value of the body by a path of members and indexes, such as data.0.id; none, when there is no such member.
func (a answer) at(path string) any {
	value := a.body
	for name := range strings.SplitSeq(path, ".") {
		if i, err := strconv.Atoi(name); err == nil {
			list, _ := value.([]any)
			if i >= len(list) {
				return none
			}
			value = list[i]
			continue
		}
		members, _ := value.(map[string]any)
		member, has := members[name]
		if !has {
			return none
		}
		value = member
	}
	return value
}

type absent struct{}

var none = absent{}

func (a answer) text(path string) string {
	a.t.Helper()
	text, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s: %d %s\n    has no text at %s", a.request, a.status, a.raw, path)
	}
	return text
}

// has checks members: pairs of a path and what is there, none for nothing.
func (a answer) has(pairs ...any) answer {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		path, _ := pairs[i].(string)
		got, want := a.at(path), pairs[i+1]
		if n, isInt := want.(int); isInt {
			want = float64(n)
		}
		if !reflect.DeepEqual(got, want) {
			a.t.Errorf("%s: %s is %#v, want %#v\n    of %s", a.request, path, got, want, a.raw)
		}
	}
	return a
}

// fails checks an error of Norman's.
func (a answer) fails(status int, code, field, message string) {
	a.t.Helper()
	a.is(status)
	var wantField any = field
	if field == "" {
		wantField = none
	}
	a.has("type", "error", "baseType", "error", "status", status, "code", code, "fieldName", wantField, "message", message)
}

// ids are those of a collection.
func (a answer) ids() []string {
	a.t.Helper()
	data, ok := a.is(200).at("data").([]any)
	if !ok {
		a.t.Fatalf("%s: %s\n    is no collection", a.request, a.raw)
	}
	ids := []string{}
	for _, item := range data {
		members, _ := item.(map[string]any)
		id, _ := members["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

func list(elements ...any) []any { return elements }

type object = map[string]any

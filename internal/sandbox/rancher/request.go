// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxBody is how much of a body is read, in bytes; what follows is cut off.
const maxBody = 2 << 20

// call is one request on its way through the server.
type call struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	now    time.Time
	user   *object
	query  url.Values
	method string // what is meant, which the query may say otherwise than the request
	action string
	base   string // what links begin with
	target
}

// target is what a path leads to.
type target struct {
	api                  *api
	schema               *schema // nil = the root of the API
	id, link             string  // "" = none
	parentKind, parentID string  // of the cluster or project that the path leads through; "" = none
}

// reply is an answer to be written.
type reply struct {
	status int
	header http.Header // nil = none
	body   any         // nil = empty; raw = as it is; anything else as JSON
	html   string      // the address of the schemas for the page that shows the body; "" = no page
}

// raw is a body that isn't JSON.
type raw struct {
	contentType, fileName string
	content               []byte
}

func (a reply) write(w http.ResponseWriter) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	header.Set("Content-Type", "application/json")
	var content []byte
	switch body := a.body.(type) {
	case nil:
	case raw:
		header.Set("Content-Type", body.contentType)
		header.Set("Content-Disposition", "attachment; filename="+body.fileName)
		content = body.content
	default:
		var b bytes.Buffer
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		content = b.Bytes()
		if a.html != "" {
			header.Set("Content-Type", "text/html")
			content = page(a.html, content)
		}
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(content) // a client that has gone away is none of the server's business
}

// serve finds the answer to a request. The lock is held meanwhile, but not while the answer is written.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	s.catchUp(now)
	c := &call{s: s, w: w, r: r, now: now, query: r.URL.Query(), base: s.linkBase(r)}
	if c.user = s.authenticate(r); c.user == nil {
		return unauthorized()
	}
	c.method = r.Method
	if override := c.query.Get("_method"); override != "" {
		c.method = override
	}
	c.action = c.query.Get("action")
	if c.action == "remove" {
		c.action, c.method = "", http.MethodDelete
	}
	answer, err := c.handle()
	if err != nil {
		answer.status, answer.body = failureBody(err)
	}
	if answer.header == nil {
		answer.header = http.Header{}
	}
	schemas := c.base + c.apiPath() + "/schemas"
	answer.header.Set("X-Api-Schemas", schemas)
	answer.header.Set("Expires", "Wed 24 Feb 1982 18:42:00 GMT")
	if wantsPage(r) {
		answer.html = schemas
	}
	return answer
}

func (t target) apiPath() string {
	if t.api == nil {
		return apiRoot
	}
	return t.api.path
}

func (c *call) handle() (reply, error) {
	var err error
	if c.target, err = c.s.locate(c.r.URL.EscapedPath()); err != nil {
		return reply{}, err
	}
	if c.schema == nil { // the root is read whatever the method
		return reply{status: http.StatusOK, body: c.root()}, nil
	}
	if err := c.checkMethod(); err != nil {
		return reply{}, err
	}
	if err := c.checkCSRF(); err != nil {
		return reply{}, err
	}
	if c.action != "" && c.link == "" && c.method == http.MethodPost {
		return c.act()
	}
	if c.link != "" {
		return c.follow()
	}
	switch c.method {
	case http.MethodGet:
		if c.id == "" {
			return reply{status: http.StatusOK, body: c.list()}, nil
		}
		return c.get()
	case http.MethodPost:
		return c.create()
	case http.MethodPut:
		return c.update()
	}
	return c.remove()
}

func (c *call) checkMethod() error {
	refused := &failure{status: http.StatusMethodNotAllowed, code: "MethodNotAllow", message: fmt.Sprintf("Method %s not supported", c.method)}
	if c.action != "" && c.method == http.MethodPost {
		return nil
	}
	if !slices.Contains([]string{"GET", "POST", "PUT", "DELETE"}, c.method) {
		return refused
	}
	allowed := c.schema.resourceMethods
	if c.id == "" {
		allowed = c.schema.collectionMethods
	}
	if c.link == "" && !slices.Contains(allowed, c.method) {
		return refused
	}
	return nil
}

// locate follows a path. Slashes may be repeated and at the end; types are known by id and plural, in any case.
func (s *Server) locate(escaped string) (target, error) {
	var parts []string
	for part := range strings.SplitSeq(escaped, "/") {
		if part == "" {
			continue
		}
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		parts = append(parts, part)
	}
	t := target{api: s.apis[apiRoot]}
	if len(parts) > 0 && parts[0] != strings.TrimPrefix(apiRoot, "/") {
		return t, notFound("failed to find schema %s", parts[0]) // such as /v3-public, which the sandbox hasn't
	}
	if len(parts) < 2 {
		return t, nil
	}
	parts = parts[1:] // v3
	if len(parts) > 1 {
		for _, kind := range []string{"cluster", "project"} {
			if !s.types[kind].called(parts[0]) {
				continue
			}
			if isSchemas(parts[1]) {
				t.api, parts = s.apis[apiRoot+"/"+kind], parts[1:]
			} else if len(parts) > 2 {
				t.parentKind, t.parentID, parts = kind, parts[1], parts[2:]
				if sub := s.apis[apiRoot+"/"+kind]; sub.lookup(parts[0]) != nil {
					t.api = sub
				}
			}
			break
		}
	}
	t.schema = t.api.lookup(parts[0])
	if t.schema == nil {
		return t, notFound("failed to find schema %s", parts[0])
	}
	parts = append(parts[1:], "", "")
	t.id, t.link = parts[0], parts[1]
	return t, nil
}

func isSchemas(part string) bool {
	return strings.EqualFold(part, "schemas") || strings.EqualFold(part, "schema")
}

func (sc *schema) called(name string) bool {
	return strings.EqualFold(name, sc.id) || strings.EqualFold(name, sc.plural)
}

// body reads the request's JSON object, or a form. Methods that have none, though the query may turn them into others, send nothing.
func (c *call) body() (map[string]any, error) {
	if c.r.Method != http.MethodPost && c.r.Method != http.MethodPut {
		return nil, nil
	}
	if contentType := c.r.Header.Get("Content-Type"); strings.Contains(contentType, "form") && c.r.ParseMultipartForm(maxBody) != nil {
		_ = c.r.ParseForm()
	}
	if len(c.r.PostForm) > 0 {
		form := map[string]any{}
		for name, values := range c.r.PostForm {
			form[name] = values
		}
		return form, nil
	}
	decoder := json.NewDecoder(io.LimitReader(c.r.Body, maxBody))
	decoder.UseNumber()
	data := map[string]any{}
	if err := decoder.Decode(&data); err != nil {
		return nil, invalid("InvalidBodyContent", "", fmt.Sprintf("Failed to parse body: %v", err))
	}
	return data, nil
}

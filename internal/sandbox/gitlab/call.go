// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object of an answer.
type object = map[string]any

// call is one request on its way through the server, and the answer it will get. A handler answers by calling one of the
// answering methods and returning; a lookup that fails has answered already and says so with ok = false.
type call struct {
	s     *Server
	r     *http.Request
	w     http.ResponseWriter
	route *route

	user  *User  // nil: anonymous. With Sudo: the impersonated user
	token *Token // nil: anonymous
	now   time.Time
	args  arguments
	// undeclared are the parameters that the route doesn't declare, credentials apart, as they came.
	undeclared map[string]any

	users map[*User]*userBasic // those that the answer shows

	header http.Header
	status int
	body   []byte
}

func (s *Server) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{s: s, r: r, w: w, header: w.Header()}
	c.header.Set("X-Request-Id", fmt.Sprintf("sandbox-%08d", s.requests.Add(1)))
	return c
}

// send writes the answer to the network; the world must not be locked.
func (c *call) send() {
	if c.status == 0 {
		c.message(http.StatusInternalServerError, "500 Internal Server Error")
	}
	if c.body != nil {
		c.header.Set("Content-Length", strconv.Itoa(len(c.body)))
	}
	c.w.WriteHeader(c.status)
	_, _ = c.w.Write(c.body) // a client that has gone away is none of the server's business
}

// json answers with a value.
func (c *call) json(status int, value any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("an answer that is no JSON: %v", err))
	}
	c.header.Set("Content-Type", "application/json")
	c.status, c.body = status, bytes.TrimRight(b.Bytes(), "\n")
}

// bytes answers with a body that is not JSON.
func (c *call) bytes(status int, contentType string, body []byte) {
	c.header.Set("Content-Type", contentType)
	c.status, c.body = status, body
}

// noContent answers 204.
func (c *call) noContent() { c.status, c.body = http.StatusNoContent, nil }

// message answers in the shape of GitLab's own errors: a text, or an object of attribute → texts.
func (c *call) message(status int, message any) { c.json(status, object{"message": message}) }

// error answers in the shape of errors found before GitLab's own code runs: routing, parameters.
func (c *call) error(status int, text string) { c.json(status, object{"error": text}) }

// invalid answers 400 with the model's validation errors: attribute (or "base") → texts.
func (c *call) invalid(errors map[string][]string) { c.message(http.StatusBadRequest, errors) }

// unauthorized answers 401.
func (c *call) unauthorized() { c.message(http.StatusUnauthorized, "401 Unauthorized") }

// forbidden answers 403, with a reason if there is one to give.
func (c *call) forbidden(reason ...string) {
	c.message(http.StatusForbidden, strings.Join(append([]string{"403 Forbidden"}, reason...), " - "))
}

// notFound answers 404 for what is named in title case, such as "Pipeline Schedule".
func (c *call) notFound(what string) {
	c.message(http.StatusNotFound, "404 "+what+" Not Found")
}

// conflict answers 409.
func (c *call) conflict(text string) { c.message(http.StatusConflict, text) }

// unmodified answers 412 if the client demands with If-Unmodified-Since that the object be older than it is. As in GitLab an
// unreadable header demands nothing, and fractions of the object's second count.
func (c *call) unmodified(updated time.Time) (ok bool) {
	demand := c.r.Header.Get("If-Unmodified-Since")
	since, err := http.ParseTime(demand)
	if err != nil {
		since, err = time.Parse(time.RFC3339, demand)
	}
	if err != nil || !updated.After(since) {
		return true
	}
	c.message(http.StatusPreconditionFailed, "412 Precondition Failed")
	return false
}

// project is the project of the parameter "id", for a caller with at least that role in it (noAccess: anyone who can see it). A
// request by a former path is redirected or refused here, as GitLab does.
func (c *call) project(needed accessLevel) (*Project, bool) {
	id := c.str("id")
	p := c.s.findProject(id)
	if p == nil || !c.s.canReadProject(c.user, p) {
		c.notFound("Project")
		return nil, false
	}
	if !allDigits(id) && !strings.EqualFold(id, p.Path) {
		if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
			c.message(http.StatusMethodNotAllowed, "Non GET methods are not allowed for moved projects")
			return nil, false
		}
		c.redirectToID(p)
		return nil, false
	}
	if needed > noAccess && c.s.role(c.user, p) < needed {
		c.forbidden()
		return nil, false
	}
	return p, true
}

// redirectToID sends the client to the same route with the project's number in place of the former path.
func (c *call) redirectToID(p *Project) {
	segments := strings.Split(c.r.URL.EscapedPath(), "/")
	for i, segment := range strings.Split(apiRoot+c.route.pattern, "/") {
		if segment == "{id}" {
			segments[i] = strconv.Itoa(p.ID)
		}
	}
	location := c.externalURL() + strings.Join(segments, "/")
	if c.r.URL.RawQuery != "" {
		location += "?" + c.r.URL.RawQuery
	}
	c.header.Set("Location", location)
	c.bytes(http.StatusMovedPermanently, "text/plain", []byte("This resource has been moved permanently to "+location+"."))
}

// externalURL is the address of this GitLab as the client knows it, without trailing slash.
func (c *call) externalURL() string {
	if c.s.config.BaseURL != "" {
		return c.s.config.BaseURL
	}
	scheme := c.r.Header.Get("X-Forwarded-Proto")
	if scheme == "" {
		scheme = "http"
		if c.r.TLS != nil {
			scheme = "https"
		}
	}
	return scheme + "://" + c.r.Host
}

// requireAdmin answers 403 unless the caller administers the instance.
func (c *call) requireAdmin() (ok bool) {
	if c.user != nil && c.user.Admin {
		return true
	}
	c.forbidden()
	return false
}

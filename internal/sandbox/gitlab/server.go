// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package gitlab is a GitLab server that lives in memory: the REST API v4 for pipeline schedules, their variables and
// pipelines, and as much of its users, groups, projects and repositories as clients need around them.
//
// Status codes, bodies, the order of checks, permissions and normalisation follow GitLab. One default differs from a fresh
// GitLab: the application setting default_branch_protection is 0, so that the default branch of a new project is not
// protected until someone protects it (or changes the setting).
package gitlab

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// apiRoot is the path below which every route lies.
const apiRoot = "/api/v4"

// maxBody bounds a request's body, in bytes.
const maxBody = 64 << 20

// Config is what a Server is made of.
type Config struct {
	Clock      *clock.Clock // required
	AdminToken string       // personal access token of the instance admin "root"; required
	BaseURL    string       // external URL in Link headers and web_url, without trailing slash; "" = as the request came in
	RateLimit  int          // requests a minute and token; 0 = no limit
	WorkerCron string       // when the instance looks for due schedules, in UTC; "" = "3-59/10 * * * *"
}

// Server is the emulated GitLab. It is an http.Handler for paths below /api/v4 and safe for concurrent use: one request at a
// time sees the world.
type Server struct {
	config   Config
	mux      *http.ServeMux
	limiter  *rateLimiter
	requests atomic.Uint64

	mu        sync.Mutex // guards everything below
	world     *world
	ci        *pipelineState
	timelines webpage.Timelines[timing]
}

// route is one verb of one path. The pattern is relative to /api/v4 and in the syntax of http.ServeMux; an encoded slash stays
// inside its segment.
type route struct {
	method, pattern string
	scope           authScope
	params          params
	handle          func(*call)
}

// New returns a server whose world holds the admin "root" (id 1) with his token, and nothing else.
func New(config Config) *Server {
	if config.WorkerCron == "" {
		config.WorkerCron = "3-59/10 * * * *"
	}
	config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	s := &Server{
		config:  config,
		mux:     http.NewServeMux(),
		limiter: newRateLimiter(config.RateLimit),
		world:   newWorld(config.Clock.Now(), config.AdminToken),
		ci:      newPipelineState(),
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c := s.newCall(w, r)
		c.error(http.StatusNotFound, "404 Not Found")
		c.send()
	})
	s.register(
		s.metadataRoutes(), s.userRoutes(), s.tokenRoutes(), s.accessTokenRoutes(), s.groupRoutes(), s.projectRoutes(), s.memberRoutes(),
		s.refRoutes(), s.protectionRoutes(), s.fileRoutes(), s.commitRoutes(), s.settingRoutes(),
		s.scheduleRoutes(), s.pipelineRoutes(),
	)
	return s
}

// endpoint is one path with its verbs.
type endpoint struct {
	server *Server
	verbs  map[string]*route
}

func (s *Server) register(tables ...[]route) {
	endpoints := map[string]*endpoint{}
	for _, table := range tables {
		for _, r := range table {
			e := endpoints[r.pattern]
			if e == nil {
				e = &endpoint{server: s, verbs: map[string]*route{}}
				endpoints[r.pattern] = e
				s.mux.Handle(apiRoot+r.pattern, e)
			}
			if e.verbs[r.method] != nil {
				panic(fmt.Sprintf("%s %s is registered twice", r.method, r.pattern))
			}
			e.verbs[r.method] = &r
		}
	}
}

// ServeHTTP answers one request of the REST API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.limiter.allow(w, r, s.config.Clock.Now()) {
		s.serve(w, r)
	}
}

// Unlimited serves the same world past the rate limit, which is for clients and not for who prepares the world for them.
func (s *Server) Unlimited() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.EscapedPath(), "/") // GitLab's router takes a trailing slash for nothing
	if strings.Contains(path, "//") || strings.Contains(path, "/./") || strings.Contains(path, "/../") {
		path = "/" // GitLab has no such route, where ServeMux would redirect to the cleaned path
	}
	if path != r.URL.EscapedPath() {
		target := *r.URL
		target.RawPath = path
		target.Path, _ = url.PathUnescape(path) // comes from a valid path
		r = r.WithContext(r.Context())          // a copy
		r.URL = &target
	}
	s.mux.ServeHTTP(w, r)
}

// ServeHTTP runs the stages of a request in GitLab's order: verb, body format, authentication, parameters, handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := e.server.newCall(w, r)
	defer c.send()

	method := r.Method
	if method == http.MethodOptions {
		c.header.Set("Allow", e.allow())
		c.noContent()
		return
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	matched := e.verbs[method]
	if matched == nil {
		c.header.Set("Allow", e.allow())
		c.error(http.StatusMethodNotAllowed, "405 Not Allowed")
		return
	}
	c.route = matched
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		c.error(http.StatusBadRequest, "the request's body could not be read")
		return
	}
	raw, ok := c.decode(body)
	if !ok {
		return
	}

	// The world is locked only while no byte is read from or written to the network.
	e.server.mu.Lock()
	defer e.server.mu.Unlock()
	c.now = e.server.config.Clock.Now()
	c.header.Set("Date", c.now.Format(http.TimeFormat))
	e.server.catchUp(c.now)
	if !c.authenticate(raw) || !c.bind(raw) {
		return
	}
	matched.handle(c)
}

// allow lists the verbs of the path as GitLab does in its Allow header.
func (e *endpoint) allow() string {
	verbs := []string{http.MethodOptions}
	for _, verb := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if e.verbs[verb] != nil || verb == http.MethodHead && e.verbs[http.MethodGet] != nil {
			verbs = append(verbs, verb)
		}
	}
	return strings.Join(verbs, ", ")
}

// timestamp is a point in time as GitLab's JSON shows it: UTC with milliseconds.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// timestampOrNil is null for a time that has not come yet.
func timestampOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return timestamp(t)
}

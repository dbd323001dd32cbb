// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package rancher is a Rancher server that has the pipeline API of the document "Pipeline API SPEC": objects with a nested spec, and the names as
// the document prints them. No released Rancher speaks so; it is what the document describes, in the manners of Norman, the framework on which
// Rancher v2.0's API is built.
//
// A generic core (schema.go, construct.go, present.go, request.go, list.go) knows Norman's rules and no type; types.go is the table of types. Clusters
// and projects are made through the API as well. A run is no more than the sandbox's clock: see run.go for what decides how it ends.
package rancher

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

const (
	apiRoot  = "/v3"
	apiGroup = "management.cattle.io"
)

// Config is what a Server is made of.
type Config struct {
	Clock      *clock.Clock  // required
	AdminToken string        // the administrator's, taken literally as a Bearer token or as the secret of any access key; required
	BaseURL    string        // external URL in links, without /v3; "" = from each request
	Finalizing time.Duration // how long a deleted object is still there, by the clock; 0 = it is gone at once
	Dialect    Dialect       // "" = Spec
}

// Quirks are ways of real servers that a client has to bear and that this one doesn't have unless told to.
type Quirks struct {
	NullThroughWrongParent bool // an item asked for through another parent than its own is answered with 200 and null, as by stock Norman, and not 404
	SilentTruncation       bool // a list that was cut doesn't say so, nor how many objects there are, as in Rancher v2.0.0 to v2.0.4
}

// Server is the emulated Rancher. It is an http.Handler for /v3, all below it, and /hooks, and safe for concurrent use.
type Server struct {
	config Config
	types  map[string]*schema // by id, nested ones included
	apis   map[string]*api    // by path
	admin  *object

	schemaType *schema              // of the schemas themselves
	children   map[string][]*schema // the types that live in a cluster or a project

	mu        sync.Mutex // guards everything below
	quirks    Quirks
	users     map[string]*object // by name:secret
	store     map[*schema]*shelf
	agenda    agenda
	tidyAt    int // length of the agenda at which to look for what has become pointless
	fired     int // runs by cron since the request came
	timelines webpage.Timelines[cronState]
}

// New returns a server without clusters. It is an error if there is no such dialect.
func New(config Config) (*Server, error) {
	s := &Server{config: config, types: map[string]*schema{}, apis: map[string]*api{}, users: map[string]*object{}, store: map[*schema]*shelf{}, children: map[string][]*schema{}}
	s.config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	if err := s.speak(config.Dialect); err != nil {
		return nil, err
	}
	s.admin = s.addUser("user-admin", "admin")
	return s, nil
}

// SetQuirks makes the server behave like a worse one, or well again.
func (s *Server) SetQuirks(quirks Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = quirks
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.config.Clock.Now().UTC().Format(http.TimeFormat))
	if strings.Trim(r.URL.Path, "/") == "hooks" {
		s.serveHook(w, r)
		return
	}
	answer := s.serve(w, r)
	answer.write(w)
}

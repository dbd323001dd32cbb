// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package sandbox puts the emulated systems behind one http.Handler, together with what makes them useful for trying things out: a clock
// that can be moved, a journal of requests and faults on demand, all under /_sandbox.
package sandbox

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/gitlab"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// Options say what a sandbox is like. The zero value runs on the wall clock and holds nothing but an admin with a random token.
type Options struct {
	AdminToken string        // token of GitLab's user root; "" = random
	Seed       string        // "demo", a file with calls to make, or "none" or "" for an empty world
	Clock      time.Time     // the clock stands still here until moved; zero = wall clock
	Latency    time.Duration // real time added to each request of a system (not of /_sandbox)
	RateLimit  int           // requests a minute and token; 0 = no limit
	BaseURL    string        // external URL in Link headers and web_url; "" = from each request's Host

	NautesVersion    string // "v0.4.2", "v0.3.8"; "" = v0.4.2
	NautesCollisions bool   // concurrent calls to Nautes collide and conflict; see nautes.Server.SetCollisions

	RancherFinalizing time.Duration   // how long what is deleted in Rancher is still there, by the clock; 0 = it is gone at once
	RancherDialect    rancher.Dialect // which of Rancher's pipeline APIs it has; "" = that of the Pipeline API SPEC
}

// Sandbox is a set of emulated systems that share a clock.
type Sandbox struct {
	options        Options
	clock          *clock.Clock
	journal        *journal.Journal
	faults         *faults.Set
	gitlab         *gitlab.Server
	nautes         *nautes.Server
	rancher        *rancher.Server
	page           *webpage.Page
	developerToken string
}

// New makes a sandbox; it is an error if the options don't make sense.
func New(options Options) (*Sandbox, error) {
	if options.AdminToken == "" {
		options.AdminToken = "glpat-" + rand.Text()
	}
	if options.RateLimit < 0 || options.Latency < 0 {
		return nil, fmt.Errorf("rate limit %d and latency %s must not be negative", options.RateLimit, options.Latency)
	}
	c := clock.New(options.Clock)
	s := &Sandbox{options: options, clock: c, journal: journal.New(c), faults: &faults.Set{}}
	s.gitlab = gitlab.New(gitlab.Config{Clock: c, AdminToken: options.AdminToken, BaseURL: options.BaseURL, RateLimit: options.RateLimit})
	var err error
	s.nautes, err = nautes.New(nautes.Config{
		Clock: c, GitLab: s.gitlab.Unlimited(), GitLabURL: strings.TrimSuffix(options.BaseURL, "/"), Version: options.NautesVersion,
	})
	if err != nil {
		return nil, err
	}
	s.rancher, err = rancher.New(rancher.Config{
		Clock: c, AdminToken: options.AdminToken, BaseURL: options.BaseURL, Finalizing: options.RancherFinalizing, Dialect: options.RancherDialect,
	})
	if err != nil {
		return nil, err
	}
	s.page = webpage.New(webpage.Config{
		Clock: c, Journal: s.journal, Perform: s.changeByHand,
		Systems: []func() webpage.View{s.gitlab.Show, func() webpage.View { return s.nautes.Show(options.AdminToken) }, s.rancher.Show},
	})
	switch options.Seed {
	case "", "none":
	case "demo":
		s.developerToken = "glpat-" + rand.Text()
		s.gitlab.SeedDemo(s.developerToken)
		s.rancher.SeedDemo()
		err = s.seedNautesDemo()
	default:
		err = s.seedFrom(options.Seed)
	}
	if err != nil {
		return nil, err
	}
	s.nautes.SetCollisions(options.NautesCollisions) // not before: what fills the world should not take git's time
	return s, nil
}

// AdminToken is the token of the instance admin.
func (s *Sandbox) AdminToken() string { return s.options.AdminToken }

// DeveloperToken is the token of the demo seed's user dev; "" without that seed.
func (s *Sandbox) DeveloperToken() string { return s.developerToken }

// Clock is the clock of all systems.
func (s *Sandbox) Clock() *clock.Clock { return s.clock }

// Journal is the record of all requests but those to /_sandbox.
func (s *Sandbox) Journal() *journal.Journal { return s.journal }

// Faults is the set of rules by which requests go wrong.
func (s *Sandbox) Faults() *faults.Set { return s.faults }

// GitLab is the emulated GitLab, for preparing and inspecting what no API can.
func (s *Sandbox) GitLab() *gitlab.Server { return s.gitlab }

// Nautes is the emulated Nautes, for preparing what no API can.
func (s *Sandbox) Nautes() *nautes.Server { return s.nautes }

// Rancher is the emulated Rancher, for making it behave as no API can.
func (s *Sandbox) Rancher() *rancher.Server { return s.rancher }

// EndStreams ends the streams of all who look at the page, now and from now on. A server that is to shut down well calls it when it begins to, since
// it waits for what is under way (http.Server.RegisterOnShutdown).
func (s *Sandbox) EndStreams() { s.page.EndStreams() }

// Handler serves all systems, each at its own root path, the page at /, and /_sandbox.
func (s *Sandbox) Handler() http.Handler {
	slowed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if faults.Wait(r, s.options.Latency) {
			s.serveSystem(w, r)
		}
	})
	systems := s.journal.Record(systemOf, s.faults.Inject(systemOf, slowed))
	control := s.controlHandler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if strings.HasPrefix(r.URL.Path, controlRoot) || r.URL.Path == "/" && reads {
			control.ServeHTTP(w, r)
			return
		}
		defer s.page.Notice(!reads)
		systems.ServeHTTP(w, r)
	})
}

// systemOf names the system that a path belongs to; "" if none.
func systemOf(path string) string {
	if strings.HasPrefix(path, "/api/v4/") || path == "/api/v4" {
		return "gitlab"
	}
	if strings.HasPrefix(path, "/api/v1/") || path == "/api/v1" || path == "/q/services" {
		return "nautes"
	}
	if strings.HasPrefix(path, "/v3/") || path == "/v3" || strings.HasPrefix(path, "/v3-") || path == "/hooks" {
		return "rancher"
	}
	return ""
}

func (s *Sandbox) serveSystem(w http.ResponseWriter, r *http.Request) {
	switch systemOf(r.URL.Path) {
	case "gitlab":
		s.gitlab.ServeHTTP(w, r)
	case "nautes":
		s.nautes.ServeHTTP(w, r)
	case "rancher":
		s.rancher.ServeHTTP(w, r)
	default:
		answer(w, http.StatusNotFound, map[string]string{
			"error": "no system of the sandbox has this path; GitLab's API is below /api/v4, Nautes' below /api/v1, Rancher's below /v3",
		})
	}
}

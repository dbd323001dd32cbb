// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package nautes is a Nautes API server: project pipeline runtimes, and the products, projects, environments, code repositories, bindings and
// clusters that they need.
//
// Like the real server it keeps nothing of a product itself. It is a client of GitLab, with the caller's token: a product is a group, its
// resources are YAML files in the group's repository default.project, and who may read or push there may read or change the product. Statuses,
// texts, the order of checks and the known bugs follow Nautes v0.4.2, or v0.3.8 if so configured.
//
// What it stands in for: Kubernetes (see cluster_state.go), the tenant's repository of clusters (kept in memory, open to any good token), Vault,
// deploy keys and Argo CD (left out). Every answer is JSON; the real server also speaks XML and Protobuf if asked to.
package nautes

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
)

// apiRoot is the path below which every route of the REST API lies.
const apiRoot = "/api/v1"

// maxBody bounds a request's body, in bytes.
const maxBody = 16 << 20

// The versions that a Server can be.
const (
	V042 = "v0.4.2"
	V038 = "v0.3.8"
)

// Config is what a Server is made of.
type Config struct {
	Clock     *clock.Clock // required
	GitLab    http.Handler // the GitLab of which this is a client, serving /api/v4; required
	GitLabURL string       // GitLab's address in texts and clone URLs, without trailing slash; "" = the host that each request came to
	Version   string       // V042 or V038; "" = V042
}

// Server is the emulated Nautes API server. It is an http.Handler for paths below /api/v1 and safe for concurrent use.
type Server struct {
	config Config
	old    bool // speaks as v0.3.8
	routes []route

	collisions atomic.Bool
	serial     sync.Mutex // held by each call when calls can't collide
	push       sync.Mutex // held while a branch is compared and moved

	mu       sync.Mutex // guards everything below
	clones   map[int64]clone
	ignored  map[string]bool   // names of files and folders that are skipped wherever they are
	blobs    map[string][]byte // contents of files by GitLab's blob id
	clusters map[string]*cluster
	deployed map[int]*deployment  // what the clusters know of the product with that group id
	shown    map[int]shownProduct // by GitLab's number of default.project
}

// route is one verb of one path below /api/v1. A segment in braces is the name of a field of the request.
type route struct {
	method, pattern string
	handle          func(*call) (any, error)
}

// New returns a server that knows no cluster. It is an error if there is no such version.
func New(config Config) (*Server, error) {
	if config.Version == "" {
		config.Version = V042
	}
	if config.Version != V042 && config.Version != V038 {
		return nil, fmt.Errorf("nautes version %q is neither %s nor %s", config.Version, V042, V038)
	}
	s := &Server{
		config: config, old: config.Version == V038, clones: map[int64]clone{}, ignored: map[string]bool{}, blobs: map[string][]byte{},
		clusters: map[string]*cluster{}, deployed: map[int]*deployment{}, shown: map[int]shownProduct{},
	}
	s.routes = slices.Concat(s.runtimeRoutes(), productRoutes(), projectRoutes(), environmentRoutes(), codeRepoRoutes(), bindingRoutes(), clusterRoutes())
	return s, nil
}

// SetCollisions makes calls last as long as git takes, and get into each other's way as on the real server: two whose clones begin in the same
// second of the sandbox's clock collide while the first is under way, and of two that overlap otherwise the later push has to be merged, which
// fails more often than not. Calls that come one after the other never meet. Without it, which is how a server begins, one call at a time is served.
func (s *Server) SetCollisions(on bool) { s.collisions.Store(on) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if clean := cleanPath(r.URL.Path); clean != r.URL.Path {
		moved(w, r, clean)
		return
	}
	if r.URL.Path == "/q/services" && r.Method == http.MethodGet {
		answer(w, http.StatusOK, encodeMessage(services()))
		return
	}
	plain := strings.TrimSuffix(r.URL.Path, "/")
	for _, route := range s.routes {
		names, matches := match(apiRoot+route.pattern, plain)
		switch {
		case !matches || route.method != r.Method:
			continue
		case plain != r.URL.Path:
			moved(w, r, plain)
			return
		}
		reply, err := s.newCall(w, r, names).serve(route)
		if err != nil {
			f := failureOf(err)
			f.Metadata = map[string]string{}
			answer(w, f.Code, encodeMessage(f))
			return
		}
		answer(w, http.StatusOK, encodeMessage(reply))
		return
	}
	http.NotFound(w, r)
}

// cleanPath removes empty and dotted segments, and keeps a slash at the end.
func cleanPath(p string) string {
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// moved redirects any method to a path on this server.
func moved(w http.ResponseWriter, r *http.Request, to string) {
	target := url.URL{Path: to, RawQuery: r.URL.RawQuery}
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusMovedPermanently)
}

// match takes the values of a pattern's braces from a path. Each is one segment that is not empty.
func match(pattern, path string) (names map[string]string, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	names = map[string]string{}
	for i, segment := range want {
		name, isName := strings.CutPrefix(segment, "{")
		switch {
		case isName && have[i] != "":
			names[strings.TrimSuffix(name, "}")] = have[i]
		case isName || segment != have[i]:
			return nil, false
		}
	}
	return names, true
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone away is none of the server's business
}

func services() any {
	names := []string{"cluster.v1.Cluster", "coderepo.v1.CodeRepo", "coderepobinding.v1.CodeRepoBinding", "environment.v1.Environment",
		"product.v1.Product", "project.v1.Project", "projectpipelineruntime.v1.ProjectPipelineRuntime"}
	for i := range names {
		names[i] = "api." + names[i]
	}
	return struct {
		Services []string `json:"services"`
	}{names}
}

// call is one request on its way through the server.
type call struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	names  map[string]string // from the path
	gitlab *gitlabClient
	// collides is the server's setting when the call came.
	collides bool
	// displayNames are GitLab's of the repositories that the answer shows, by the names that resources give them. Runtimes share few repositories,
	// and to ask for each again would take most of the time of a list.
	displayNames map[string]string
}

func (s *Server) newCall(w http.ResponseWriter, r *http.Request, names map[string]string) *call {
	token := strings.TrimSpace(strings.Replace(r.Header.Get("Authorization"), "Bearer", "", 1))
	return &call{s: s, w: w, r: r, names: names, gitlab: s.gitlabFor(token, r), collides: s.collisions.Load(), displayNames: map[string]string{}}
}

func (c *call) serve(route route) (any, error) {
	if !c.collides {
		c.s.serial.Lock()
		defer c.s.serial.Unlock()
	}
	return route.handle(c)
}

// validated is a request with rules about its fields.
type validated interface {
	problem(*Server) string
}

// on makes a handler of a function that takes the request as a message. The message is filled first from the body, then from the query, then from
// the path, and checked.
func on[R any](handle func(*call, *R) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		request := new(R)
		if c.r.Method == http.MethodPost {
			if err := c.readBody(request); err != nil {
				return nil, err
			}
		}
		if err := populate(request, c.r.URL.Query()); err != nil {
			return nil, undecodable("%s", err)
		}
		path := url.Values{}
		for name, value := range c.names {
			path.Set(name, value)
		}
		if err := populate(request, path); err != nil {
			return nil, undecodable("%s", err)
		}
		if rules, ok := any(request).(validated); ok {
			if problem := rules.problem(c.s); problem != "" {
				return nil, fail(http.StatusBadRequest, "VALIDATOR", "%s", problem)
			}
		}
		return handle(c, request)
	}
}

// readBody fills what the body stands for: the request's field body or, if it has none, all of the request. An empty body leaves it as it is.
func (c *call) readBody(request any) error {
	contentType := c.r.Header.Get("Content-Type")
	_, format, _ := strings.Cut(contentType, "/")
	format, _, _ = strings.Cut(format, ";")
	if !slices.Contains([]string{"json", "x-www-form-urlencoded", "xml", "proto"}, format) {
		return undecodable("unregister Content-Type: %s", contentType)
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	if err != nil {
		return undecodable("%s", err)
	}
	if len(data) == 0 {
		return nil
	}
	target := bodyOf(request)
	switch format {
	case "json":
		err = decodeMessage(data, target)
	case "x-www-form-urlencoded":
		var values url.Values
		if values, err = url.ParseQuery(string(data)); err == nil {
			err = populate(target, values)
		}
	default:
		err = fmt.Errorf("the sandbox doesn't read %s", format)
	}
	if err != nil {
		return undecodable("body unmarshal %s", err)
	}
	return nil
}

// saved and deleted are the usual answers to a change.
func saved(name string) (any, error) {
	return message{fmt.Sprintf("Successfully saved %s configuration", name)}, nil
}

func deleted(name string) (any, error) {
	return message{fmt.Sprintf("Successfully deleted %s configuration", name)}, nil
}

type message struct {
	Message string `json:"message"`
}

// items is the answer to a list.
type items[T any] struct {
	Items []T `json:"items"`
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package journal records which requests reached the sandbox and how they were answered, so that tests can count and order them. It
// never holds a header, a body, or a query value that may be a secret.
package journal

import (
	"bufio"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
)

// capacity is how many requests are kept; older ones are forgotten.
const capacity = 20_000

// Request is one request and its answer.
type Request struct {
	Time       time.Time `json:"time"`   // by the sandbox's clock
	System     string    `json:"system"` // "gitlab", "nautes", "rancher"; "" for a path of none of them
	Method     string    `json:"method"`
	Path       string    `json:"path"`        // escaped, as it was sent
	Query      string    `json:"query"`       // escaped, as it was sent, with secrets replaced
	Status     int       `json:"status"`      // 0: the connection ended without an answer
	UserAgent  string    `json:"user_agent"`  // who asked: several programs may use one sandbox
	DurationMS float64   `json:"duration_ms"` // until the answer began, in milliseconds of real time
}

// Journal holds the latest requests in the order of their answers. It is safe for concurrent use.
type Journal struct {
	clock *clock.Clock

	mu      sync.Mutex
	count   int
	cleared int       // the moment of the last Clear: each request and each Clear is one moment later
	latest  []Request // a ring once it has reached capacity
	oldest  int
}

// New returns an empty journal that dates requests by the clock.
func New(c *clock.Clock) *Journal { return &Journal{clock: c} }

// Requests lists the requests since the last Clear, the latest 20,000 of them.
func (j *Journal) Requests() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Concat(j.latest[j.oldest:], j.latest[:j.oldest])
}

// Count is the number of requests since the last Clear, those that are no longer kept included.
func (j *Journal) Count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.count
}

// After lists what came since a moment: the newest requests, at most limit of them, oldest first. The moment is the upTo of an earlier call, or 0 for the
// beginning. Count is that of all requests since the last Clear, and cleared tells whether that was after the moment.
func (j *Journal) After(moment, limit int) (newest []Request, count, upTo int, cleared bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	upTo = j.cleared + j.count
	since := min(upTo-max(moment, j.cleared), len(j.latest), limit)
	for i := len(j.latest) - since; i < len(j.latest); i++ {
		newest = append(newest, j.latest[(j.oldest+i)%len(j.latest)])
	}
	return newest, j.count, upTo, moment < j.cleared
}

// Clear forgets all requests.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cleared += j.count + 1
	j.count, j.latest, j.oldest = 0, nil, 0
}

func (j *Journal) add(r Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count++
	if len(j.latest) < capacity {
		j.latest = append(j.latest, r)
		return
	}
	j.latest[j.oldest] = r
	j.oldest = (j.oldest + 1) % capacity
}

// Record makes a handler whose requests are written down; system tells from a path which system it belongs to.
func (j *Journal) Record(system func(path string) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		entry := Request{
			Time: j.clock.Now(), System: system(r.URL.Path), Method: r.Method, Path: r.URL.EscapedPath(), Query: withoutSecrets(r.URL.RawQuery),
			UserAgent: r.UserAgent(),
		}
		recorder := &recorder{ResponseWriter: w}
		recorder.note = sync.OnceFunc(func() {
			entry.Status = recorder.status
			entry.DurationMS = float64(time.Since(begin).Microseconds()) / 1000
			j.add(entry)
		})
		defer recorder.note()
		next.ServeHTTP(recorder, r)
	})
}

// recorder notes the status before any byte of the answer leaves, so that a client that has its answer finds it in the journal.
type recorder struct {
	http.ResponseWriter
	status int
	note   func()
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
		r.note()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(b)
}

// Hijack notes a request whose connection is taken over, before whoever does so ends it.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.note()
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap gives http.ResponseController what else the server can do.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// secretName matches the names of query parameters whose values may be secrets: credentials, and values of variables and inputs.
var secretName = regexp.MustCompile(`(?i)token|secret|password|value|content|code|^key$`)

func withoutSecrets(query string) string {
	if query == "" {
		return ""
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, valued := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if valued && (err != nil || secretName.MatchString(plain)) {
			pairs[i] = name + "=REMOVED"
		}
	}
	return strings.Join(pairs, "&")
}

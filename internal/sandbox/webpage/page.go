// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package webpage is the sandbox's page at /: what the systems hold, the requests that reach them, and buttons that change an object behind Terraform's
// back. It knows no system: each says in a [View] what it shows, and as what request to its own API a button acts.
//
// The page is plain HTML, CSS and JavaScript, embedded as they are, and hears of what is new by server-sent events.
package webpage

import (
	"embed"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/journal"
)

// ByHand is the user agent of the requests that buttons make, by which the journal tells them from all others.
const ByHand = "by hand"

// Config is what a Page is made of; all of it is required.
type Config struct {
	Clock   *clock.Clock
	Journal *journal.Journal
	// Systems are asked for what they show whenever something may have changed, from several goroutines at a time.
	Systems []func() View
	// Perform makes a request of a [Change] to the system whose path it has. The error is for whoever pressed the button.
	Perform func(Request) error
}

// Page serves the page, its events and its changes. It is safe for concurrent use.
type Page struct {
	config Config
	writes atomic.Uint64 // how often something may have changed
	end    func()        // ends all streams
	ended  chan struct{} // closed then

	mu      sync.Mutex
	readers map[chan struct{}]bool  // each has room for one wake-up
	made    map[string][]madeChange // by system and key
}

// New returns a page.
func New(config Config) *Page {
	p := &Page{config: config, ended: make(chan struct{}), readers: map[chan struct{}]bool{}, made: map[string][]madeChange{}}
	p.end = sync.OnceFunc(func() { close(p.ended) })
	return p
}

//go:embed index.html page.css page.js
var files embed.FS

// contentPolicy lets the page load nothing but its own parts, and no other page show it in a frame, where a click could be stolen.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Register adds the page to a mux: / alone, and what belongs to it below /_sandbox/.
func (p *Page) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", file("index.html", "text/html; charset=utf-8"))
	mux.HandleFunc("GET /_sandbox/page.css", file("page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /_sandbox/page.js", file("page.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /_sandbox/events", p.serveEvents)
	mux.HandleFunc("POST /_sandbox/changes", p.serveChange)
}

func file(name, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		content, err := files.ReadFile(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		header := w.Header()
		header.Set("Content-Type", contentType)
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-cache") // another version of the sandbox may listen here tomorrow
		_, _ = w.Write(content)
	}
}

// Notice tells the page that a request was answered and, if it wrote, that what the systems show may be different now. It never waits for anybody.
func (p *Page) Notice(wrote bool) {
	if wrote {
		p.writes.Add(1)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for wake := range p.readers {
		select {
		case wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// EndStreams ends all streams of events, and every one that is still to come: a server that shuts down would wait for them.
func (p *Page) EndStreams() { p.end() }

// maxReaders is how many streams there may be: each looks at all systems for itself.
const maxReaders = 32

// enter begins to wake a reader, unless there are too many.
func (p *Page) enter() (wake chan struct{}, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.readers) >= maxReaders {
		return nil, false
	}
	wake = make(chan struct{}, 1)
	p.readers[wake] = true
	return wake, true
}

func (p *Page) leave(wake chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.readers, wake)
}

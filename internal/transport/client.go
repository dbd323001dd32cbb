// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/http"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

const (
	// DefaultRequestTimeout bounds one attempt of one request, its answer's
	// body included.
	DefaultRequestTimeout = 60 * time.Second
	// DefaultMaxRetries is how often the provider repeats a request, when that
	// is safe and the user hasn't said otherwise.
	DefaultMaxRetries = 5
	// MaxAnswer is the largest answer, in bytes, that is read into memory.
	// Lists are paged, so a larger one is not a list but a mistake.
	MaxAnswer = 32 << 20

	retryWaitMin = 200 * time.Millisecond
	retryWaitMax = 15 * time.Second
	// maxConnections is how many connections a client opens, and keeps to use
	// again. Were fewer kept than opened, each burst of requests would open
	// connections and close them again; were more opened, requests that wait
	// for a handshake would open further ones.
	maxConnections = 50
	maxRedirects   = 5
)

// Options configure [NewClient]. The zero value is a client with the
// platform's trusted authorities and the default limits.
type Options struct {
	// UserAgent is sent with each request.
	UserAgent string
	// Headers are added to each request, for example for a proxy in front of
	// the API. They don't replace a header that the request has already.
	Headers map[string]string
	// TLS says whom to trust and who we are.
	TLS TLS
	// RequestTimeout bounds one attempt; 0 means [DefaultRequestTimeout].
	RequestTimeout time.Duration
	// MaxRetries bounds the repeats of one request; 0 means none.
	MaxRetries int
	// RefusesWith500 says that the server has no other status for its
	// refusals, so that a 500 is an answer like any other and never repeated.
	RefusesWith500 bool
	// Redact knows what must not be logged.
	Redact *Redactor
}

// NewClient builds the HTTP client that an API client sends its requests with.
//
// It follows redirects only for GET and HEAD and only within the origin, so
// that neither a token reaches another host nor a POST turns into a GET; any
// other redirect is returned as the answer that it is. It repeats a request
// only when that can't do anything twice (see retry.go). Answers are read
// whole, up to [MaxAnswer], so that a broken one is an error here and not
// half an object later. Its requests share one pool of connections, and what
// the server says about its quota (see quota.go). Making it contacts nothing.
func NewClient(o Options) (*http.Client, error) {
	tlsConfig, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	base := cleanhttp.DefaultPooledTransport()
	base.TLSClientConfig = tlsConfig
	base.MaxConnsPerHost, base.MaxIdleConnsPerHost = maxConnections, maxConnections
	return newClient(o, base), nil
}

// newClient is [NewClient] above the connections.
func newClient(o Options, connections http.RoundTripper) *http.Client {
	if o.RequestTimeout == 0 {
		o.RequestTimeout = DefaultRequestTimeout
	}
	if o.Redact == nil {
		o.Redact = NewRedactor(nil, nil)
	}

	attempt := &exchange{next: connections, timeout: o.RequestTimeout, userAgent: o.UserAgent, headers: o.Headers, redact: o.Redact}
	attempts := &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     &quota{next: attempt},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryWaitMin: retryWaitMin,
		RetryWaitMax: retryWaitMax,
		RetryMax:     o.MaxRetries,
		CheckRetry:   retryPolicy{refusesWith500: o.RefusesWith500}.check,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return &http.Client{
		Transport:     &retryablehttp.RoundTripper{Client: attempts},
		CheckRedirect: checkRedirect,
	}
}

// checkRedirect follows what is safe to follow. net/http would drop the
// standard credential headers on the way to another host, but not
// PRIVATE-TOKEN.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	safe := first.Method == http.MethodGet || first.Method == http.MethodHead
	sameOrigin := next.URL.Scheme == first.URL.Scheme && next.URL.Host == first.URL.Host
	if !safe || !sameOrigin || len(via) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// exchange is one attempt of one request: it sends, reads the whole answer,
// and logs both.
type exchange struct {
	next http.RoundTripper
	// timeout bounds the attempt here rather than in http.Client, whose
	// timeout error forgets what it wraps: a POST whose answer got lost would
	// look as if it had never been sent.
	timeout   time.Duration
	userAgent string
	headers   map[string]string
	redact    *Redactor
}

// RoundTrip returns an answer whose body is an [*Answer].
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	// A shared transport must not change the caller's request.
	var written atomic.Bool
	ctx, cancel := context.WithTimeout(req.Context(), x.timeout)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { written.Store(true) },
	})
	req = req.Clone(ctx)
	for name, value := range x.headers {
		if req.Header.Get(name) == "" {
			req.Header.Set(name, value)
		}
	}
	if x.userAgent != "" {
		req.Header.Set("User-Agent", x.userAgent)
	}
	sent := x.requestBody(req)

	begin := time.Now()
	resp, err := x.next.RoundTrip(req)
	var body []byte
	if err == nil {
		body, err = readAnswer(resp.Body, resp.ContentLength)
	}
	fields := map[string]any{
		"method": req.Method, "path": req.URL.EscapedPath(), "duration_ms": time.Since(begin).Milliseconds(),
	}
	if doubt, ok := ctx.Value(doubtKey{}).(*atomic.Bool); ok && writes(req.Method) && (err != nil && written.Load() || err == nil && resp.StatusCode >= 500) {
		doubt.Store(true)
	}
	if err != nil {
		if written.Load() {
			err = &AnswerLostError{Method: req.Method, Path: req.URL.EscapedPath(), Err: err}
		}
		fields["error"] = x.redact.Text(err.Error())
		tflog.Debug(ctx, "API request failed", fields)
		return nil, err
	}
	body = x.redact.complaint(resp, sent, body)
	resp.Body = &Answer{Reader: bytes.NewReader(body), body: body}
	fields["status"] = resp.StatusCode
	fields["request_id"] = resp.Header.Get("X-Request-Id")
	tflog.Debug(ctx, "API request", fields)
	// Redacting a page of a list takes longer than all else that is done here.
	if tflog.IsTrace(ctx) {
		tflog.Trace(ctx, "API answer", map[string]any{"body": x.redact.Body(resp.Header.Get("Content-Type"), body)})
	}
	return resp, nil
}

type doubtKey struct{}

// WatchDoubt returns a context for one request, and what becomes true when an
// attempt at it may have done what it was asked, although its answer got lost or
// is a 5xx. Where the request was repeated then, the repeat's answer may speak
// of what the first attempt did.
func WatchDoubt(ctx context.Context) (context.Context, *atomic.Bool) {
	var doubt atomic.Bool
	return context.WithValue(ctx, doubtKey{}, &doubt), &doubt
}

// requestBody logs the request's body, and returns it.
func (x *exchange) requestBody(req *http.Request) []byte {
	if req.GetBody == nil {
		return nil
	}
	reader, err := req.GetBody()
	if err != nil {
		return nil
	}
	defer reader.Close()
	body, err := readAnswer(reader, req.ContentLength)
	if err != nil {
		return nil
	}
	if tflog.IsTrace(req.Context()) {
		tflog.Trace(req.Context(), "API request body", map[string]any{
			"method": req.Method, "path": req.URL.EscapedPath(),
			"body": x.redact.Body(req.Header.Get("Content-Type"), body),
		})
	}
	return body
}

// readAnswer reads a body of at most [MaxAnswer] bytes. length is what it is
// said to have, or -1: one that is too long isn't begun with.
func readAnswer(r io.ReadCloser, length int64) ([]byte, error) {
	defer r.Close()
	if length > MaxAnswer {
		return nil, &AnswerTooLargeError{}
	}
	body, err := io.ReadAll(io.LimitReader(r, MaxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > MaxAnswer {
		return nil, &AnswerTooLargeError{}
	}
	return body, nil
}

// Answer is the body of each response of a client made by [NewClient]: it is
// in memory already, and its bytes stay readable after Close.
type Answer struct {
	*bytes.Reader
	body []byte
}

// Close does nothing: there is no connection behind an answer that was read.
func (*Answer) Close() error { return nil }

// Bytes is the whole body, however much of it has been read.
func (a *Answer) Bytes() []byte { return a.body }

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// StatusError is an answer other than the success that was asked for: the
// server was reached and said no, or something in front of it answered in its
// place.
type StatusError struct {
	// Method is the request's, Origin where it went (scheme, host and port) and
	// Path the path there, without its query.
	Method, Origin, Path string
	// Foreign says that the body isn't JSON, so that it may not be the API that
	// answered.
	Foreign bool
	// Status is the HTTP status code. It is 2xx when the status promised
	// success but the body wasn't the promised JSON.
	Status int
	// Message is what the server said, as plain sentences; never a secret,
	// never markup. Empty when it said nothing readable.
	Message string
	// Fields is what the server said about single attributes of the object,
	// by the attribute's name in the API. The same is in Message.
	Fields map[string][]string
	// RequestID is the server's own id of the request, for its
	// administrator's logs; empty when it sent none.
	RequestID string
}

func (e *StatusError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: status %d", e.Method, e.Path, e.Status)
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.RequestID != "" {
		b.WriteString(" (request id " + e.RequestID + ")")
	}
	return b.String()
}

// AnswerLostError is a request that was sent but never answered, or answered
// with half a body: the server may or may not have done what it was asked.
type AnswerLostError struct {
	// Method and Path are the request's, the path without its query.
	Method, Path string
	// Err says how the answer got lost.
	Err error
}

func (e *AnswerLostError) Error() string {
	return fmt.Sprintf("%s %s: the answer got lost: %v", e.Method, e.Path, e.Err)
}

// Unwrap returns how the answer got lost.
func (e *AnswerLostError) Unwrap() error { return e.Err }

// AnswerTooLargeError is an answer of more than [MaxAnswer] bytes. The server
// did the work, so it is never repeated.
type AnswerTooLargeError struct{}

func (*AnswerTooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB", MaxAnswer>>20)
}

// OutcomeUnknown reports whether the server may have done what a failed
// request asked for: its answer got lost, or a 5xx stands in for it. It says
// nothing about requests that only read.
func OutcomeUnknown(err error) bool {
	var (
		lost   *AnswerLostError
		status *StatusError
	)
	switch {
	case errors.As(err, &lost):
		return writes(lost.Method)
	case errors.As(err, &status):
		return writes(status.Method) && status.Status >= 500
	}
	return false
}

// MayPass reports whether an error of a request that reads may go away by
// itself: the server wasn't reached, didn't answer, was overloaded or failed.
// What it refuses, or answers with something else than was asked for, stays.
func MayPass(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status >= 500 || status.Status == http.StatusTooManyRequests
	}
	var lost *AnswerLostError
	var unreachable *url.Error
	return (errors.As(err, &lost) || errors.As(err, &unreachable)) && !permanent(err)
}

// Pervasive reports whether an error would meet every other request too: the
// server wasn't reached, or doesn't take the credentials.
func Pervasive(err error) bool {
	var (
		status *StatusError
		lost   *AnswerLostError
		large  *AnswerTooLargeError
	)
	switch {
	case errors.As(err, &status):
		return status.Status == http.StatusUnauthorized
	case errors.As(err, &lost), errors.As(err, &large):
		return false
	}
	return err != nil
}

func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// RedirectTo begins the message of a [StatusError] whose status is that of a
// redirect. After it comes where that leads, without a query.
const RedirectTo = "redirect to "

// NewStatusError is the error for an answer other than the success that was
// asked for. Its message says where a redirect leads, and what a body that
// isn't JSON looks like; what JSON says is for the API's client to read.
func NewStatusError(resp *http.Response, body []byte) *StatusError {
	e := &StatusError{
		Method:    resp.Request.Method,
		Origin:    resp.Request.URL.Scheme + "://" + resp.Request.URL.Host,
		Foreign:   !json.Valid(body),
		Path:      resp.Request.URL.EscapedPath(),
		Status:    resp.StatusCode,
		Message:   summary(resp, body),
		RequestID: resp.Header.Get("X-Request-Id"),
	}
	if e.Status >= 300 && e.Status < 400 {
		e.Message = RedirectTo + place(resp)
	}
	return e
}

// NewUnreadableError is the error for a 2xx whose body isn't the JSON that
// belongs to it: a sign-in page, or a proxy's. Whether the server did what it
// was asked is open. name is the system's.
func NewUnreadableError(name string, resp *http.Response, body []byte, cause error) *AnswerLostError {
	e := NewStatusError(resp, nil)
	e.Message = fmt.Sprintf("not the JSON of the %s API but %s%s", name, summary(resp, body), misfit(cause))
	return &AnswerLostError{Method: e.Method, Path: e.Path, Err: e}
}

// misfit is what JSON has that doesn't belong there, in brackets; empty when the
// body isn't JSON, which says enough.
func misfit(cause error) string {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(cause, &syntax), errors.Is(cause, io.EOF), errors.Is(cause, io.ErrUnexpectedEOF):
		return ""
	case errors.As(cause, &kind) && kind.Field != "":
		return fmt.Sprintf(" (its member %s is not what it is there, but a %s)", kind.Field, kind.Value)
	case errors.As(cause, &kind):
		return fmt.Sprintf(" (it is a JSON %s)", kind.Value)
	}
	return fmt.Sprintf(" (%v)", cause)
}

// place is where a redirect leads, without a query that may hold a token.
func place(resp *http.Response) string {
	to, err := resp.Location()
	if err != nil || to.Host == "" {
		return "an address that can't be read"
	}
	return to.Scheme + "://" + to.Host + to.EscapedPath()
}

// maxText is the longest text, in bytes, that is quoted from a body that
// isn't JSON.
const maxText = 300

// summary describes a body that isn't JSON: short text as it is, markup by its
// kind and title.
func summary(resp *http.Response, body []byte) string {
	text := strings.TrimSpace(string(body))
	quoted := printable(text)
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case text == "":
		return "an empty body"
	case kind == "text/html" || strings.HasPrefix(text, "<"):
		if title := between(quoted, "<title>", "</title>"); title != "" {
			return fmt.Sprintf("an HTML page titled %q", title)
		}
		return "an HTML page"
	case kind == "text/plain" && len(text) <= maxText && quoted != "":
		return quoted
	}
	size := fmt.Sprintf("%d bytes", len(body))
	if len(body) == maxComplaint {
		size = "more than " + size
	}
	return size + " of " + cmp.Or(kind, "an unknown type")
}

func between(text, begin, end string) string {
	_, rest, found := strings.Cut(text, begin)
	if !found {
		return ""
	}
	middle, _, found := strings.Cut(rest, end)
	if !found || len(middle) > maxText {
		return ""
	}
	return strings.TrimSpace(middle)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever an answer is, each reader of it ends, without a panic.
func FuzzAnswers(f *testing.F) {
	for _, text := range []string{
		replyV042("r1", "web"), replyV038("r1"), list(replyV042("r1", "web"), replyV038("r2")).body, saved.body, notFound.body, collided.body,
		`{"items":null}`, `{"items":[null]}`, `null`, ``, `<html>`, `{"name":"r1","destination":""}`, `{"name":"r1","destination":null}`, `{"name":"r1","destination":{},"event_sources":[{"calendar":""}]}`, strings.Repeat("[", 20_000),
	} {
		f.Add(200, text)
		f.Add(500, text)
	}
	f.Fuzz(func(t *testing.T, status int, text string) {
		s := newFakeServer(t, Config{Token: "a-token"}, func(string, int) answer { return answer{200 + (status%300+300)%300, text} })
		_, _ = s.Runtimes(t.Context(), "p", "")
		_, _ = s.Runtime(t.Context(), "p", "r1")
		_ = s.CreateRuntime(t.Context(), "p", "r1", aRuntime("web"), false)
		_ = s.SaveRuntime(t.Context(), "p", "r1", aRuntime("web"), false)
		_ = s.DeleteRuntime(t.Context(), "p", "r1", false)
		if len(s.calls) > 100 {
			t.Errorf("%d requests", len(s.calls))
		}
	})
}

// Any text of a refusal is read without a panic, and without the credentials
// that git puts into addresses.
func FuzzRefusal(f *testing.F) {
	for _, message := range []string{
		"failed to clone repository, the repository url: https://oauth2:%@gitlab/p.git err: fatal", "error: code = 500 reason = CODEC message = x metadata = map[] cause = %",
		"failed to get codeRepo name when converting a b, err: failed to convert repository name % to codeRepo name, err: GET https://gitlab/x: 404 {}",
		"During global validation, it was found that Project '%' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'x'",
		"duplicate reference found between resource r1 and resource %", "validator | caused by: %", "verify project pipeline runtime failed, err: %",
	} {
		for _, reason := range []string{"", reasonCodec, reasonPanic} {
			f.Add(500, reason, message, "r1")
		}
	}
	const token = "glpat-0123456789"
	c := &Client{token: token}
	f.Fuzz(func(t *testing.T, status int, reason, message, name string) {
		if !utf8.ValidString(message) || !utf8.ValidString(reason) {
			t.Skip("JSON can't hold it")
		}
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			resp := &http.Response{StatusCode: status, Header: http.Header{}, Request: httptest.NewRequest(method, "https://nautes.example.com/api/v1/products/p/projectpipelineruntimes", nil)}
			err := c.refusal(resp, []byte(errorBody(t, status, reason, strings.ReplaceAll(message, "%", token))), name)
			if text := err.Error(); strings.Contains(text, token) || len(text) > 2*len(message)*len(token)+len(reason)+1000 {
				t.Errorf("%q says %q", message, text)
			}
		}
	})
}

// A name is one segment of the path again, or is refused before a request.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"a b", "a%2Fb", "%", "a?b#c", "a;b", "a+b", "ä ö", ".", "..", "...", "a/b", "", "\x7f", strings.Repeat("x", 255), "a&b=c", `a\b`, ":", "@", "\u202e"} {
		f.Add(name, name)
	}
	f.Fuzz(func(t *testing.T, product, name string) {
		// Encoded bytes that are no text are theirs to send.
		sendable := func(s string) bool { return s != "" && s != "." && s != ".." && !strings.Contains(s, "/") }
		var path string
		s := newFakeServer(t, Config{Token: "a-token", WireVersion: WireV04}, func(line string, _ int) answer {
			path, _, _ = strings.Cut(strings.SplitN(line, " ", 2)[1], "?")
			return saved
		})
		for _, call := range []func() error{
			func() error { return s.DeleteRuntime(t.Context(), product, name, false) },
			func() error { return s.SaveRuntime(t.Context(), product, name, aRuntime("web"), true) },
		} {
			path = ""
			err := call()
			if !sendable(product) || !sendable(name) {
				if err == nil || path != "" {
					t.Errorf("%q, %q: sent to %q, %v", product, name, path, err)
				}
				continue
			}
			segments := strings.Split(path, "/")
			if len(segments) != 3 {
				t.Fatalf("%q, %q: sent to %q, %v", product, name, path, err)
			}
			for i, want := range map[int]string{0: product, 2: name} {
				if got, err := url.PathUnescape(segments[i]); err != nil || got != want {
					t.Errorf("%q became %q", want, segments[i])
				}
			}
		}
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// refused is what an API's client shows of an answer, and what is left of the
// answer.
func refused(redact *Redactor, status int, kind, sent string, body []byte) (shown []string, left []byte) {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {kind}, "X-Request-Id": {string(body)}, "Location": {"https://elsewhere.example.com/" + string(body)}},
		Request: httptest.NewRequest(http.MethodPost, "https://ci.example.com/api/things", nil),
	}
	left = redact.complaint(resp, []byte(sent), body)
	e := NewStatusError(resp, left)
	return []string{e.Message, e.RequestID, summary(resp, left)}, left
}

// A secret that is quoted in one of the ways that servers have doesn't get to
// the message, nor does anything that a terminal obeys, nor a message without
// an end.
func FuzzRefusal(f *testing.F) {
	for _, kind := range []string{"application/json", "text/plain", "text/html; charset=utf-8", "", "not a type;;", "application/CANARY-of-a-token"} {
		for _, around := range []string{"", `{"message":"you sent % here"}`, `{"%":[%,{"a":["%"]}]}`, "<html><title>%</title>", "\x1b[2J%\x00", `{"message":"\u001b]0;%\u0007"}`, "%%%"} {
			f.Add(502, kind, around, `CANARY/of "a" <secret> & more+`)
			f.Add(400, kind, around, "glpat-0123456789")
		}
	}
	f.Fuzz(func(t *testing.T, status int, kind, around, secret string) {
		if len(secret) < shortestSecret || !utf8.ValidString(secret) || strings.TrimSpace(secret) != secret || strings.ContainsFunc(secret, unicode.IsControl) || strings.ContainsAny(secret, "*%\u2028\u2029") {
			t.Skip("it can't be a secret that a header takes, or can't be told from what stands in its place")
		}
		if strings.Contains(around, secret) || len(around) > 1000 {
			t.Skip()
		}
		sent, err := json.Marshal(map[string]any{"variables": []any{map[string]string{"value": secret}}})
		if err != nil {
			t.Fatal(err)
		}
		for name, redact := range map[string]*Redactor{"the token": NewRedactor([]string{secret}, nil), "a member": NewRedactor(nil, []string{"value"})} {
			for _, quoted := range []string{secret, inJSON(secret, true), inJSON(secret, false), inASCII(secret), url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)} {
				body := strings.ReplaceAll(around, "%", quoted)
				texts, left := refused(redact, 300+(status%300+300)%300, kind, string(sent), []byte(body))
				var object any
				if json.Unmarshal(left, &object) == nil {
					cleaned(object, func(text string) string { texts = append(texts, text); return text })
				} else {
					texts = append(texts, string(left))
				}
				for _, text := range texts {
					if strings.Contains(text, secret) || strings.Contains(text, inJSON(secret, true)) {
						t.Errorf("%s %q as %q: %q", name, secret, body, text)
					}
				}
			}
		}
	})
}

// inASCII is a text as servers write JSON that take no risk.
func inASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r > 0xffff {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

// Any answer makes a message that has an end, and that a terminal only shows.
func FuzzMessage(f *testing.F) {
	for _, body := range []string{"", "null", "[]", `{"message":"\u001b[2J"}`, "\x1b[2J", "<title>\x1b]0;x\x07</title>", strings.Repeat("[", 20_000), strings.Repeat("x", 2*maxComplaint), "\xff\xfe"} {
		for _, kind := range []string{"application/json", "text/plain", "text/html", "\x1b[2J"} {
			f.Add(500, kind, []byte(body))
		}
	}
	redact := NewRedactor([]string{"glpat-0123456789"}, []string{"value", "inputs.*"})
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		texts, left := refused(redact, 300+(status%300+300)%300, kind, string(body), body)
		message := strings.Join(texts, "")
		if len(message) > 8*maxText+1000 {
			t.Errorf("a message of %d bytes", len(message))
		}
		if strings.ContainsFunc(message, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("it has a control character: %q", message)
		}
		if len(left) > 6*maxComplaint {
			t.Errorf("%d bytes are left of %d", len(left), len(body))
		}
	})
}

// A logged body has no value of a secret member, however deep, and isn't much
// longer than what was sent.
func FuzzLoggedBody(f *testing.F) {
	for _, body := range []string{`{"value":%}`, `[{"a":{"value":[%]}}]`, `{"inputs":{"a":%,"b":{"c":%}}}`, `{"inputs":[{"name":"a","value":%}]}`, `{"value":%`, `%`, ``, `{"value":{"value":%}}`} {
		f.Add(body)
	}
	redact := NewRedactor([]string{"glpat-0123456789"}, []string{"value", "inputs.*"})
	f.Fuzz(func(t *testing.T, around string) {
		logged := redact.Body("text/plain", []byte(strings.ReplaceAll(around, "%", `"glpat-0123456789"`)))
		if strings.Contains(logged, "glpat-0123456789") {
			t.Errorf("%s is logged as %s", around, logged)
		}
		var object any
		body := strings.ReplaceAll(around, "%", `"short"`)
		if logged := redact.Body("text/plain", []byte(body)); json.Unmarshal([]byte(body), &object) != nil && strings.Contains(logged, "short") || len(logged) > 6*len(body)+100 {
			t.Errorf("%s is logged as %s", body, logged)
		}
	})
}

// Each way in which an answer names a token is one in which it isn't shown.
func TestWhatIsShownOfAnAnswersHeadersHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "glpat-0123456789"
	resp := &http.Response{
		StatusCode: http.StatusFound, Request: httptest.NewRequest(http.MethodGet, "https://ci.example.com/api", nil),
		Header: http.Header{"Location": {"https://elsewhere.example.com/?t=" + secret}, "X-Request-Id": {secret + "\x1b[2J" + strings.Repeat("x", 10_000)}, "Content-Type": {"text/" + secret}},
	}
	NewRedactor([]string{secret}, nil).complaint(resp, nil, []byte("moved"))
	for _, name := range shown {
		if value := resp.Header.Get(name); strings.Contains(value, secret) || strings.Contains(value, "\x1b") || len(value) > maxText {
			t.Errorf("%s: %q", name, value)
		}
	}
}

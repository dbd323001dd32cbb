// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// redacted stands in a log where a secret was.
const redacted = "***"

// Redactor takes secrets out of what is logged or shown. It knows the
// literal secrets of the configuration and the names of JSON members that
// hold secrets in a system's API.
type Redactor struct {
	literals *strings.Replacer
	members  map[string]bool
}

// shortestSecret is the length from which on a text is taken for a secret. A
// header such as `X-Stage: test` is none, and without that word no message
// would be readable, nor would an API client recognise it.
const shortestSecret = 10

// NewRedactor makes a redactor for the given literal secrets (texts of less
// than ten bytes are no secrets) and names of JSON members. A name with `.*`
// after it means each member of the object of that name, and nothing when it
// isn't an object.
func NewRedactor(secrets, members []string) *Redactor {
	var all []string
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			all = append(all, spellings(s)...)
		}
	}
	// The longer ones first: a part of another one must not spoil it.
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, s := range all {
		pairs = append(pairs, s, redacted)
	}
	names := map[string]bool{}
	for _, m := range members {
		names[m] = true
	}
	return &Redactor{literals: strings.NewReplacer(pairs...), members: names}
}

// spellings are a secret as it is, and as it stands in JSON, in an address and
// in markup: whoever quotes a request may have put it into one of them.
func spellings(secret string) []string {
	all := []string{
		secret, inJSON(secret, true), inJSON(secret, false), url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Text replaces the literal secrets in s.
func (r *Redactor) Text(s string) string { return r.literals.Replace(s) }

// maxComplaint is the longest answer other than a success, in bytes, that is
// read. The reasons that APIs give are short, and what is longer would be
// slow to take apart and of no use in a message.
const maxComplaint = 64 << 10

// shown are the headers of an answer that end up in messages.
var shown = []string{"Location", "Content-Type", "X-Request-Id"}

// complaint is the body of an answer, without the literal secrets if people
// will read it: what isn't a success, and text in place of the API's objects,
// ends up in messages, and servers and proxies echo what they are sent: the
// token, or the body with its secret members. The headers that are shown are
// cleaned likewise.
func (r *Redactor) complaint(resp *http.Response, sent, body []byte) []byte {
	var request any
	quoted := r
	if json.Unmarshal(sent, &request) == nil {
		quoted = NewRedactor(r.secretsIn(request), nil)
	}
	redact := func(text string) string { return quoted.Text(r.Text(text)) }
	// What is taken out must not leave a secret behind, nor spoil one.
	clean := func(text string) string { return redact(printable(redact(text))) }
	for _, name := range shown {
		if value := resp.Header.Get(name); value != "" {
			value = clean(value)
			resp.Header.Set(name, value[:min(len(value), maxText)])
		}
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch success := resp.StatusCode >= 200 && resp.StatusCode < 300; {
	case success && !strings.HasPrefix(kind, "text/"):
		return body
	case success:
		return []byte(redact(string(body)))
	}
	body = body[:min(len(body), maxComplaint)]
	// JSON has several ways to write a letter, so its texts are cleaned rather
	// than its bytes.
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var object any
	if !json.Valid(body) || decoder.Decode(&object) != nil {
		return []byte(redact(string(body)))
	}
	object, changed := cleaned(object, clean)
	if !changed {
		return body
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(object) != nil {
		return nil
	}
	return b.Bytes()
}

// cleaned is a decoded JSON value with each of its texts cleaned, names and
// numbers included, and whether that changed any.
func cleaned(v any, clean func(string) string) (_ any, changed bool) {
	switch v := v.(type) {
	case string:
		text := clean(v)
		return text, text != v
	case json.Number:
		if text := clean(v.String()); text != v.String() {
			return text, true
		}
	case []any:
		for i := range v {
			var other bool
			v[i], other = cleaned(v[i], clean)
			changed = changed || other
		}
		return v, changed
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, member := range v {
			text := clean(name)
			value, other := cleaned(member, clean)
			object[text], changed = value, changed || other || text != name
		}
		return object, changed
	}
	return v, false
}

// printable is a text without what a terminal would take for a command.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

// allSecret is the object of that name when each of its members is a secret.
func (r *Redactor) allSecret(name string, member any) (map[string]any, bool) {
	object, isObject := member.(map[string]any)
	return object, isObject && r.members[name+".*"]
}

// secretsIn are the texts of secret members at any depth.
func (r *Redactor) secretsIn(v any) []string {
	var secrets []string
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if _, all := r.allSecret(name, member); all || r.members[name] {
				secrets = append(secrets, textsIn(member)...)
			} else {
				secrets = append(secrets, r.secretsIn(member)...)
			}
		}
	case []any:
		for _, element := range v {
			secrets = append(secrets, r.secretsIn(element)...)
		}
	}
	return secrets
}

// textsIn are all texts of a secret member.
func textsIn(v any) []string {
	var texts []string
	switch v := v.(type) {
	case string:
		texts = append(texts, v)
	case map[string]any:
		for _, member := range v {
			texts = append(texts, textsIn(member)...)
		}
	case []any:
		for _, element := range v {
			texts = append(texts, textsIn(element)...)
		}
	}
	return texts
}

// inJSON is what stands between the quotes when text is written as JSON.
func inJSON(text string, escapeMarkup bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeMarkup)
	if encoder.Encode(text) != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// Body is a body as it may be logged: JSON without the values of secret
// members, at any depth. A body that isn't JSON may hold anything, so only its
// kind and size are told.
func (r *Redactor) Body(contentType string, body []byte) string {
	if len(body) == 0 {
		return ""
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		kind, _, _ := mime.ParseMediaType(contentType)
		return fmt.Sprintf("(%d bytes of %q)", len(body), kind)
	}
	clean, err := json.Marshal(r.clean(v))
	if err != nil {
		return fmt.Sprintf("(%d bytes of JSON)", len(body))
	}
	return r.Text(string(clean))
}

func (r *Redactor) clean(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			object, all := r.allSecret(name, member)
			switch {
			case r.members[name]:
				v[name] = redacted
			case all:
				for key := range object {
					object[key] = redacted
				}
			default:
				v[name] = r.clean(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = r.clean(v[i])
		}
	}
	return v
}

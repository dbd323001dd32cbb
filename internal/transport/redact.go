// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
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
	// The longer ones first: a part of another one must not spoil it.
	secrets = slices.SortedFunc(slices.Values(secrets), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			pairs = append(pairs, s, redacted)
		}
	}
	names := map[string]bool{}
	for _, m := range members {
		names[m] = true
	}
	return &Redactor{literals: strings.NewReplacer(pairs...), members: names}
}

// Text replaces the literal secrets in s.
func (r *Redactor) Text(s string) string { return r.literals.Replace(s) }

// complaint is the body of an answer, without the literal secrets if people
// will read it: what isn't a success, and text in place of the API's objects,
// ends up in messages, and servers and proxies echo what they are sent: the
// token, or the body with its secret members. The place that a redirect names
// is cleaned likewise.
func (r *Redactor) complaint(resp *http.Response, sent, body []byte) []byte {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 && !strings.HasPrefix(kind, "text/") {
		return body
	}
	if location := resp.Header.Get("Location"); location != "" {
		resp.Header.Set("Location", r.Text(location))
	}
	text := r.Text(string(body))
	var request any
	if json.Unmarshal(sent, &request) == nil {
		text = NewRedactor(r.secretsIn(request), nil).Text(text)
	}
	return []byte(text)
}

// allSecret is the object of that name when each of its members is a secret.
func (r *Redactor) allSecret(name string, member any) (map[string]any, bool) {
	object, isObject := member.(map[string]any)
	return object, isObject && r.members[name+".*"]
}

// secretsIn are the texts of secret members at any depth, plain and as JSON
// writes them, with markup escaped and without.
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

// textsIn are all texts of a secret member that are long enough to be secrets.
func textsIn(v any) []string {
	var texts []string
	switch v := v.(type) {
	case string:
		if len(v) >= shortestSecret {
			texts = append(texts, v, inJSON(v, true), inJSON(v, false))
		}
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

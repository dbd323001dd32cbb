// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// ErrAbsent says that the object itself is proven not to exist. A project that
// is gone or hidden, or a lack of permission, is never ErrAbsent.
var ErrAbsent = errors.New("the object does not exist")

// The 404s of GitLab differ in their text alone.
const (
	scheduleNotFound         = "404 Pipeline Schedule Not Found"
	scheduleVariableNotFound = "404 Pipeline Schedule Variable Not Found"
	pipelineNotFound         = "404 Not found"
	projectNotFound          = "404 Project Not Found"

	keyTaken = "has already been taken"
)

func notFound(err error, message string) bool {
	var s *transport.StatusError
	return errors.As(err, &s) && s.Status == http.StatusNotFound && s.Message == message
}

// IsProjectNotFound reports whether the project is gone, or hidden from the
// token's user; GitLab doesn't tell these apart.
func IsProjectNotFound(err error) bool {
	return notFound(err, projectNotFound)
}

// IsKeyTaken reports whether a variable wasn't created because the schedule
// has one with that key.
func IsKeyTaken(err error) bool {
	var s *transport.StatusError
	if !errors.As(err, &s) || s.Status != http.StatusBadRequest {
		return false
	}
	for _, text := range s.Fields["key"] {
		if text == keyTaken {
			return true
		}
	}
	return false
}

// IsForbidden reports whether GitLab knows the user but refuses the operation.
func IsForbidden(err error) bool {
	var s *transport.StatusError
	return errors.As(err, &s) && s.Status == http.StatusForbidden
}

// refusal is the error for an answer that isn't 2xx. GitLab has two shapes of
// error bodies: `error`, a string, from its router and parameter checks, and
// `message`, a string or an object of lists, from everything behind them. The
// rate limiter and proxies answer with text.
func refusal(resp *http.Response, body []byte) *transport.StatusError {
	e := transport.NewStatusError(resp, body)
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return e
	}
	var shape struct {
		Message          json.RawMessage `json:"message"`
		Error            json.RawMessage `json:"error"`
		ErrorDescription string          `json:"error_description"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return e
	}
	e.Message, e.Fields = flatten(shape.Message)
	if e.Message == "" {
		e.Message, _ = flatten(shape.Error)
		e.Fields = parameters(e.Message)
	}
	if shape.ErrorDescription != "" {
		e.Message = strings.TrimSuffix(shape.ErrorDescription, ".") + " (" + e.Message + ")"
	}
	return e
}

// parameter is one complaint of the parameter checks, such as `scope does not
// have a valid value`; several are joined by commas.
var parameter = regexp.MustCompile(`^([a-z_]+)(?:\[\d+\]\[\w+\])* (is |does not )`)

func parameters(message string) map[string][]string {
	fields := map[string][]string{}
	for _, complaint := range strings.Split(message, ", ") {
		if m := parameter.FindStringSubmatch(complaint); m != nil {
			fields[m[1]] = append(fields[m[1]], strings.TrimPrefix(complaint, m[1]+" "))
		}
	}
	return fields
}

// flatten makes sentences of a `message`: a string, a list of strings, or an
// object from attribute to either of them, at any depth. It also returns the
// texts by attribute.
func flatten(raw json.RawMessage) (string, map[string][]string) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var message any
	if decoder.Decode(&message) != nil {
		return "", nil
	}
	object, ok := message.(map[string]any)
	if !ok {
		return sentence(message), nil
	}
	fields := map[string][]string{}
	for name, member := range object {
		fields[name] = texts(member)
	}
	return sentence(object), fields
}

// sentence makes one of a part of a `message`.
func sentence(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, 0, len(v))
		for _, item := range v {
			if part := sentence(item); part != "" {
				parts = append(parts, part)
			}
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			part := sentence(v[name])
			// `base` and `error` aren't attributes: their texts stand for the whole.
			if name != "base" && name != "error" {
				part = name + " " + part
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v)
}

// texts are a list's, if it holds nothing else, or else one sentence of all.
func texts(v any) []string {
	list, _ := v.([]any)
	all := make([]string, 0, len(list))
	for _, item := range list {
		if text, ok := item.(string); ok {
			all = append(all, text)
		}
	}
	if list == nil || len(all) < len(list) {
		return []string{sentence(v)}
	}
	return all
}

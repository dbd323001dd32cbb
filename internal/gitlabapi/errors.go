// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"sort"
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
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		var parts []string
		for _, item := range list {
			if part, _ := flatten(item); part != "" {
				parts = append(parts, part)
			}
		}
		return strings.Join(parts, ", "), nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return string(raw), nil
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Strings(names)
	fields := map[string][]string{}
	var parts []string
	for _, name := range names {
		part, _ := flatten(object[name])
		var texts []string
		if json.Unmarshal(object[name], &texts) != nil {
			texts = []string{part}
		}
		fields[name] = texts
		// `base` and `error` aren't attributes: their texts stand for the whole.
		if name != "base" && name != "error" {
			part = name + " " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; "), fields
}

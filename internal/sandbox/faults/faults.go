// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package faults makes chosen requests go wrong on their way: error statuses, lost connections, delays, cut-off bodies, login
// pages and redirects, as proxies and overloaded servers produce them.
package faults

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind says how a request goes wrong.
type Kind string

// The ways in which a request goes wrong.
const (
	Status      Kind = "status"       // answer Rule.Status with Rule.Body; the system doesn't see the request
	ResetBefore Kind = "reset_before" // drop the connection; the system doesn't see the request
	ResetAfter  Kind = "reset_after"  // let the system do its work, then drop the connection instead of answering
	Delay       Kind = "delay"        // wait for Rule.Delay of real time, then go on as if nothing had been
	Truncate    Kind = "truncate"     // send the system's answer with its full Content-Length but only half of its body
	HTML        Kind = "html"         // answer 200 with a login page; the system doesn't see the request
	Redirect    Kind = "redirect"     // answer 302 to the Location in Rule.Headers; the system doesn't see the request
	Late        Kind = "late"         // let the system do its work, then wait for Rule.Delay of real time before its answer
	Cut         Kind = "cut"          // send half of the body of the system's answer as if it were the whole, as a proxy does that lost the rest
	Flood       Kind = "flood"        // answer 200 with 64 MiB of JSON; the system doesn't see the request
	Meanwhile   Kind = "meanwhile"    // call Rule.Do, then go on as if nothing had been; not by JSON
)

// Rule says which requests go wrong and how.
type Rule struct {
	System string // "gitlab", "nautes" or "rancher"; "" = any
	Method string // "" = any
	Path   string // regular expression found anywhere in the escaped path; "" = any
	Nth    int    // which of the matching requests, counted from 1; 0 = all
	Fault  Kind

	Status  int               // of the answers of "status" (default 500), "html" (default 200) and "redirect" (default 302)
	Headers map[string]string // added to those answers
	Body    string            // of "status" (default: a JSON message that names the status) and "html"
	Delay   time.Duration     // of "delay" and "late"; with any other fault, waited for before it happens
	Do      func()            // of "meanwhile": what somebody else does

	Match func(*http.Request) bool // whether a request that is matched otherwise is meant; nil = it is
}

// wireRule is a Rule as JSON: the delay is text such as "1.5s", and a body may also be written as a JSON value.
type wireRule struct {
	System  string            `json:"system,omitempty"`
	Method  string            `json:"method,omitempty"`
	Path    string            `json:"path,omitempty"`
	Nth     int               `json:"nth"`
	Fault   Kind              `json:"fault"`
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
	Delay   string            `json:"delay,omitempty"`
}

// MarshalJSON writes the rule in the form that UnmarshalJSON reads.
func (r Rule) MarshalJSON() ([]byte, error) {
	w := wireRule{System: r.System, Method: r.Method, Path: r.Path, Nth: r.Nth, Fault: r.Fault, Status: r.Status, Headers: r.Headers}
	if r.Delay != 0 {
		w.Delay = r.Delay.String()
	}
	if r.Body != "" {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return nil, err
		}
		w.Body = body
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads a rule; names of members it doesn't know are an error.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var w wireRule
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields() // a misspelt "nth" would otherwise hit every request
	if err := decoder.Decode(&w); err != nil {
		return err
	}
	*r = Rule{System: w.System, Method: w.Method, Path: w.Path, Nth: w.Nth, Fault: w.Fault, Status: w.Status, Headers: w.Headers, Body: string(w.Body)}
	var text string
	if json.Unmarshal(w.Body, &text) == nil {
		r.Body = text
	}
	if w.Delay != "" {
		delay, err := time.ParseDuration(w.Delay)
		if err != nil {
			return fmt.Errorf("delay %q is no duration such as 500ms or 2s", w.Delay)
		}
		r.Delay = delay
	}
	return nil
}

// check says what is wrong with a rule.
func (r Rule) check() error {
	kinds := []Kind{Status, ResetBefore, ResetAfter, Delay, Truncate, HTML, Redirect, Late, Cut, Flood, Meanwhile}
	switch {
	case !slices.Contains(kinds, r.Fault):
		return fmt.Errorf("fault %q is none of %q", r.Fault, kinds)
	case !slices.Contains([]string{"", "gitlab", "nautes", "rancher"}, r.System):
		return fmt.Errorf("system %q is none of gitlab, nautes, rancher", r.System)
	case r.Nth < 0:
		return fmt.Errorf("nth is %d; requests are counted from 1, and 0 means all", r.Nth)
	case r.Status != 0 && (r.Status < 200 || r.Status > 599):
		return fmt.Errorf("status is %d; a final answer has 200 to 599", r.Status)
	case r.Delay < 0:
		return fmt.Errorf("delay is %s; it cannot be negative", r.Delay)
	case (r.Fault == Delay || r.Fault == Late) && r.Delay == 0:
		return fmt.Errorf("fault %q needs a delay", r.Fault)
	case r.Fault == Meanwhile && r.Do == nil:
		return errors.New(`fault "meanwhile" needs something to do`)
	case r.Fault == Redirect && r.location() == "":
		return errors.New(`fault "redirect" needs headers.Location`)
	}
	return nil
}

func (r Rule) location() string {
	for name, value := range r.Headers {
		if http.CanonicalHeaderKey(name) == "Location" {
			return value
		}
	}
	return ""
}

// Entry is a rule in force and how often it has met its requests.
type Entry struct {
	Rule    Rule `json:"rule"`
	Matched int  `json:"matched"` // requests that system, method and path chose
	Fired   int  `json:"fired"`   // requests that went wrong by it
}

type active struct {
	Entry
	path *regexp.Regexp
}

// Set is the rules in force. It is safe for concurrent use.
type Set struct {
	mu    sync.Mutex
	rules []*active
}

// Add puts a rule in force. It is an error if the rule names an unknown fault or system, has no valid regular expression, or lacks what its
// fault needs.
func (s *Set) Add(r Rule) error {
	if err := r.check(); err != nil {
		return err
	}
	path, err := regexp.Compile(r.Path)
	if err != nil {
		return fmt.Errorf("path is no regular expression: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, &active{Entry: Entry{Rule: r}, path: path})
	return nil
}

// List gives the rules in force, oldest first.
func (s *Set) List() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := make([]Entry, 0, len(s.rules))
	for _, rule := range s.rules {
		entries = append(entries, rule.Entry)
	}
	return entries
}

// Clear ends all rules.
func (s *Set) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}

// choose counts the request for each rule that matches it and returns the first that fires.
func (s *Set) choose(system string, r *http.Request) (Rule, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var chosen *active
	for _, rule := range s.rules {
		if cmp.Or(rule.Rule.System, system) != system || !strings.EqualFold(cmp.Or(rule.Rule.Method, r.Method), r.Method) ||
			!rule.path.MatchString(r.URL.EscapedPath()) || rule.Rule.Match != nil && !rule.Rule.Match(r) {
			continue
		}
		rule.Matched++
		if chosen == nil && (rule.Rule.Nth == 0 || rule.Rule.Nth == rule.Matched) {
			chosen = rule
			rule.Fired++
		}
	}
	if chosen == nil {
		return Rule{}, false
	}
	return chosen.Rule, true
}

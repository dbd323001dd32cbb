// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// Fault is a way in which one request of an operation goes wrong.
type Fault struct {
	Name string
	Rule faults.Rule
	// Heals is for faults that are tried, too, when the provider may repeat
	// requests, and are over at the next attempt: the methods for which there has
	// to be one.
	Heals func(method string) bool
	// Says is what the error says then; empty for anything.
	Says string
	// Timeout is the provider's time for a request; 0 for the usual one.
	Timeout time.Duration
	// Vanishes says that somebody else deletes the object before the request.
	Vanishes bool
}

func always(string) bool { return true }

// safe are the methods that mean the same when they are repeated.
func safe(method string) bool { return method != http.MethodPost }

// Faults are what may befall a request of any system, and own, which only a
// system has. Whoever follows the redirect among them fails the test.
func Faults(t *testing.T, own ...Fault) []Fault {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host got %s %s with the header %v", r.Method, r.URL, r.Header)
	}))
	t.Cleanup(elsewhere.Close)
	answer := func(status int, body string, header map[string]string) faults.Rule {
		return faults.Rule{Fault: faults.Status, Status: status, Body: body, Headers: header}
	}
	return slices.Concat([]Fault{
		{Name: "429", Heals: always, Rule: answer(http.StatusTooManyRequests, "Retry later\n", map[string]string{"Retry-After": "1"})},
		{Name: "500", Rule: answer(http.StatusInternalServerError, "", nil)},
		{Name: "502", Heals: safe, Rule: answer(http.StatusBadGateway, "<html><title>502 Bad Gateway</title></html>", map[string]string{"Content-Type": "text/html"})},
		{Name: "503", Rule: answer(http.StatusServiceUnavailable, "upstream connect error\n", nil)},
		{Name: "reset before", Rule: faults.Rule{Fault: faults.ResetBefore}},
		{Name: "reset after", Heals: safe, Rule: faults.Rule{Fault: faults.ResetAfter}},
		{Name: "timeout", Rule: faults.Rule{Fault: faults.Late, Delay: time.Minute}, Timeout: 400 * time.Millisecond},
		{Name: "truncated", Rule: faults.Rule{Fault: faults.Truncate}},
		{Name: "cut", Rule: faults.Rule{Fault: faults.Cut}},
		{Name: "page", Rule: faults.Rule{Fault: faults.HTML}},
		{Name: "other JSON", Rule: answer(http.StatusOK, `{"status":"ok"}`, nil)},
		{Name: "text", Rule: answer(http.StatusOK, "OK\n", nil)},
		{Name: "redirect", Rule: faults.Rule{Fault: faults.Redirect, Headers: map[string]string{"Location": elsewhere.URL + "/sign_in"}}},
		{Name: "flood", Rule: faults.Rule{Fault: faults.Flood}, Says: "larger than 32 MiB"},
		{Name: "somebody deletes it", Rule: faults.Rule{Fault: faults.Meanwhile}, Vanishes: true},
	}, own)
}

// Answer is an answer in place of the system's own.
func Answer(name string, status int, body string) Fault {
	header := map[string]string{}
	if body != "" && body[0] == '{' {
		header["Content-Type"] = "application/json"
	}
	return Fault{Name: name, Rule: faults.Rule{Fault: faults.Status, Status: status, Body: body, Headers: header}}
}

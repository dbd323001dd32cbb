// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// instance is a system's API as tests call it.
type instance struct {
	t *testing.T
	// BaseURL is the instance's address, Token the administrator's.
	BaseURL, Token string
	// Sandbox is nil when the instance is a live one.
	Sandbox *sandbox.Sandbox
	// root is the API's path; header and scheme are what the token goes into,
	// and what goes before it.
	root, header, scheme string
	// crossed tells an answer of a live instance that says no more than that
	// another call got in the way.
	crossed func(answer []byte) bool
}

// tidy has something done in a live instance when the test is over. A sandbox
// goes as a whole.
func (i *instance) tidy(do func()) {
	if i.Sandbox == nil {
		i.t.Cleanup(do)
	}
}

// Call sends a request to the API, and returns the answer's status and body.
func (i *instance) Call(method, path string, body any) (int, []byte) {
	i.t.Helper()
	status, answer := i.send(method, path, body)
	for tries := 1; i.crossed != nil && i.crossed(answer) && tries < 20; tries++ {
		time.Sleep(time.Second + rand.N(2*time.Second))
		status, answer = i.send(method, path, body)
	}
	return status, answer
}

func (i *instance) send(method, path string, body any) (int, []byte) {
	i.t.Helper()
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			i.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, i.BaseURL+i.root+path, reader)
	if err != nil {
		i.t.Fatal(err)
	}
	req.Header.Set(i.header, i.scheme+i.Token)
	req.Header.Set("Content-Type", "application/json")
	// Tells the test's own calls from the provider's in the journal.
	req.Header.Set("User-Agent", testAgent)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// Object is a call that answers 2xx with a JSON object.
func (i *instance) Object(method, path string, body any) map[string]any {
	i.t.Helper()
	var object map[string]any
	i.decode(method, path, body, &object)
	return object
}

// List is a GET that answers 2xx with a list of JSON objects.
func (i *instance) List(path string) []map[string]any {
	i.t.Helper()
	var list []map[string]any
	i.decode(http.MethodGet, path, nil, &list)
	return list
}

func (i *instance) decode(method, path string, body, to any) {
	i.t.Helper()
	status, answer := i.Call(method, path, body)
	if status < 200 || status > 299 {
		i.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	if len(answer) > 0 {
		if err := decoder.Decode(to); err != nil {
			i.t.Fatalf("%s %s: %v: %s", method, path, err, answer)
		}
	}
}

const testAgent = "acceptance-test"

// Requests are what the provider has asked of this API of the sandbox since the last
// [instance.ForgetRequests], as in `POST projects/1/pipeline_schedules`.
// Live, there are none to be seen.
func (i *instance) Requests() []string {
	if i.Sandbox == nil {
		return nil
	}
	var requests []string
	for _, r := range i.Sandbox.Journal().Requests() {
		// With a slash added, the root itself is below the root.
		below, ok := strings.CutPrefix(r.Path+"/", i.root)
		if ofProvider(r.UserAgent) && ok {
			path, err := url.PathUnescape(strings.TrimSuffix(below, "/"))
			if err != nil {
				path = r.Path
			}
			requests = append(requests, r.Method+" "+path)
		}
	}
	return requests
}

func ofProvider(userAgent string) bool {
	return strings.HasPrefix(userAgent, "terraform-provider-cicd/")
}

// ForgetRequests begins a new count.
func (i *instance) ForgetRequests() {
	if i.Sandbox != nil {
		i.Sandbox.Journal().Clear()
	}
}

// CheckRequests is a check of how many of the provider's requests match each
// pattern since the last one, or [instance.ForgetRequests]. Live, it passes.
func (i *instance) CheckRequests(want map[string]int) func(*terraform.State) error {
	return func(*terraform.State) error {
		if i.Sandbox == nil {
			return nil
		}
		requests := i.Requests()
		i.ForgetRequests()
		for pattern, n := range want {
			re := regexp.MustCompile("^(" + pattern + ")$")
			count := 0
			for _, r := range requests {
				if re.MatchString(r) {
					count++
				}
			}
			if count != n {
				return fmt.Errorf("%d requests match %q, want %d; all: %q", count, pattern, n, requests)
			}
		}
		return nil
	}
}

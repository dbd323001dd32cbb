// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Dialect is a form of the pipeline API.
type Dialect string

// DialectSpec is the form of the "Pipeline API SPEC": what a client sets is in
// the member `spec`.
const DialectSpec Dialect = "spec"

// Dialects lists the forms that this client speaks.
func Dialects() []Dialect { return []Dialect{DialectSpec} }

// What the servers have that don't speak [DialectSpec].
const (
	// FoundV20 is Rancher 2.0's API: the same objects in another shape.
	FoundV20 = "v2.0"
	// FoundV21 is the API of Rancher 2.1 to 2.6: pipelines are files in the
	// repositories.
	FoundV21 = "v2.1-v2.6"
	// FoundNone is a Rancher without pipelines: 2.7 and later.
	FoundNone = "none"
)

// DialectError says that the server is a Rancher whose pipeline API is another
// one.
type DialectError struct {
	// Found is [FoundV20], [FoundV21] or [FoundNone].
	Found string
}

func (e *DialectError) Error() string {
	return fmt.Sprintf("this Rancher has another pipeline API than this client speaks: %s", e.Found)
}

// NotRancherError says that what answered at the API's root is not a Rancher.
type NotRancherError struct {
	// Address is what was asked.
	Address string
	// Err says what it answered.
	Err error
}

func (e *NotRancherError) Error() string {
	return fmt.Sprintf("%s is not a Rancher's API: %v", e.Address, e.Err)
}

// Unwrap returns what the server answered.
func (e *NotRancherError) Unwrap() error { return e.Err }

// checkDialect returns a [DialectError] or a [NotRancherError] unless the
// server speaks the client's dialect. It asks once, or not at all when the
// dialect was configured; what kept it from an answer is not remembered.
func (c *Client) checkDialect(ctx context.Context) error {
	if c.dialect != "" {
		return nil
	}
	found, err := c.found.Get(ctx, struct{}{}, c.findDialect)
	switch {
	case err != nil:
		return err
	case found != string(DialectSpec):
		return &DialectError{Found: found}
	}
	return nil
}

// findDialect tells the dialects apart by the types that the API's root lists.
// That of Rancher 2.1 lists none of pipelines, as they are of another API.
func (c *Client) findDialect(ctx context.Context) (string, error) {
	links, err := c.rootLinks(ctx)
	if err != nil {
		return "", err
	}
	has := func(name string) bool { return len(links[name]) > 0 }
	switch {
	case has(pipelineHistories.plural) || has(remoteAccounts.plural):
		return string(DialectSpec), nil
	case has("pipelineExecutions"):
		return FoundV20, nil
	}
	_, err = c.send(ctx, http.MethodGet, "/project/schemas/pipelineSetting", nil, nil)
	var r *Refusal
	switch {
	case err == nil:
		return FoundV21, nil
	case errors.As(err, &r) && r.Status == http.StatusNotFound:
		return FoundNone, nil
	}
	return "", err
}

func (c *Client) rootLinks(ctx context.Context) (map[string]json.RawMessage, error) {
	a, err := c.send(ctx, http.MethodGet, "", nil, nil)
	if err != nil {
		var s *transport.StatusError
		if errors.As(err, &s) && s.Status == http.StatusNotFound {
			return nil, c.notRancher(err)
		}
		return nil, err
	}
	var root struct {
		Links map[string]json.RawMessage `json:"links"`
	}
	if err := json.Unmarshal(a.body, &root); err != nil {
		return nil, c.notRancher(a.unreadable(err))
	}
	if len(root.Links) == 0 {
		return nil, c.notRancher(a.unreadable(errors.New("it has no links")))
	}
	return root.Links, nil
}

func (c *Client) notRancher(err error) error {
	return &NotRancherError{Address: c.base + apiRoot, Err: err}
}

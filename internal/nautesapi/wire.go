// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// WireVersion is a form of the server's JSON. There is no endpoint that tells
// the server's version.
type WireVersion string

const (
	// WireV04 is spoken by v0.3.9 and later: the destination is an object.
	WireV04 WireVersion = "v0.4"
	// WireV03 is spoken by v0.3.0 to v0.3.8: the destination is a string, and
	// replies never hold a calendar, whatever was saved.
	WireV03 WireVersion = "v0.3"
)

// WireVersions lists the forms.
func WireVersions() []WireVersion { return []WireVersion{WireV04, WireV03} }

// The members that came after v0.3.8, as the API names them.
const (
	memberNamespace           = "destination.namespace"
	memberAdditionalResources = "additional_resources"
	memberAccount             = "account"
	memberHooks               = "hooks"
	memberInputs              = "pipeline_triggers.inputs"
)

// dialect is what is known about the server: the form it speaks, and the
// members that it silently drops.
type dialect struct {
	version WireVersion
	dropped []string
}

var dialectV03 = dialect{WireV03, []string{memberNamespace, memberAdditionalResources, memberAccount, memberHooks, memberInputs}}

// DroppedError says that a runtime wasn't saved because it has what this
// server would take and silently drop.
type DroppedError struct {
	// Members are the API's names of what would be dropped, such as account
	// or pipeline_triggers.inputs.
	Members []string
	// WireVersion is what the server speaks.
	WireVersion WireVersion
}

func (e *DroppedError) Error() string {
	return fmt.Sprintf("the server is older than %s, which it would drop without a word", strings.Join(e.Members, ", "))
}

// WireVersion finds out which form the server speaks: the configured one, or
// else what a reply showed, or else by a request that no version accepts. It
// changes nothing and asks at most once; product is any product.
func (c *Client) WireVersion(ctx context.Context, product string) (WireVersion, error) {
	d, err := c.dialect(ctx, product)
	return d.version, err
}

func (c *Client) dialect(ctx context.Context, product string) (dialect, error) {
	if d, known := c.knownDialect(); known {
		return d, nil
	}
	if err := checkName("product", product); err != nil {
		return dialect{}, err
	}
	return c.dialects.Get(ctx, struct{}{}, func(ctx context.Context) (dialect, error) {
		return c.probe(ctx, product)
	})
}

// knownDialect is the dialect without asking. The configured version decides
// how to write; what replies lack is dropped all the same.
func (c *Client) knownDialect() (dialect, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.learned
	switch c.override {
	case WireV03:
		d = dialectV03
	case WireV04:
		d.version = WireV04
	}
	return d, d.version != ""
}

// reply is a runtime as the server sent it, of either form, and what that
// tells about the server.
type reply struct {
	// want is the name it must have; empty for any.
	want    string
	runtime Runtime
	dialect dialect
}

// UnmarshalJSON takes nothing for a runtime that isn't one.
func (r *reply) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &r.runtime); err != nil {
		return err
	}
	// The server writes every member that it knows, also the empty ones.
	var members struct {
		Destination json.RawMessage `json:"destination"`
		Account     json.RawMessage `json:"account"`
		Hooks       json.RawMessage `json:"hooks"`
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	switch {
	case r.runtime.Name == "" || len(members.Destination) == 0:
		return errors.New("it is not a runtime")
	case r.want != "" && r.want != r.runtime.Name:
		return fmt.Errorf("it is the runtime %q", r.runtime.Name)
	}
	r.dialect = dialect{version: WireV04}
	switch {
	case members.Destination[0] == '"':
		r.dialect = dialectV03
	case members.Account == nil:
		r.dialect.dropped = []string{memberAccount, memberHooks, memberInputs}
	case members.Hooks == nil:
		// Inputs came with the hooks.
		r.dialect.dropped = []string{memberHooks, memberInputs}
	}
	return nil
}

func (c *Client) learn(d dialect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.learned = d
}

// The names in a probe; they are refused long before anything looks for them.
const probeName = "wire-version-probe"

// probe sends a save that every version refuses by its form alone, before
// anything else is looked at, the token included. Which rule it breaks first
// depends on the version: up to v0.3.8 the destination is no string; up to
// v0.4.1 the revision is empty; later, the isolation is no isolation.
func (c *Client) probe(ctx context.Context, product string) (dialect, error) {
	runtime := Runtime{
		Project: probeName, PipelineSource: probeName,
		Pipelines:        []Pipeline{{Name: probeName, Path: probeName}},
		EventSources:     []EventSource{{Name: probeName, GitLab: &GitLabEvents{RepoName: probeName}}},
		PipelineTriggers: []PipelineTrigger{{EventSource: probeName, Pipeline: probeName}},
		Destination:      Destination{Environment: probeName},
		Isolation:        probeName,
	}
	// Whatever became of it, it changed nothing.
	again := func(err error) bool { return transport.OutcomeUnknown(err) && ctx.Err() == nil }
	err := c.gate.pass(ctx, again, func() error {
		return c.do(ctx, http.MethodPost, product, probeName, nil, encode(runtime, WireV04), &done{})
	})
	var r *Refusal
	switch {
	case err == nil:
		return dialect{}, fmt.Errorf("%s is not a Nautes API server: it saved what none would", c.base)
	case !errors.As(err, &r):
		return dialect{}, err
	case r.Reason == reasonCodec:
		return dialectV03, nil
	case r.Reason == reasonValidator && strings.Contains(r.Detail, "Gitlab.Revision:"):
		// v0.4.1 takes an account and v0.4.0 doesn't; a reply will tell.
		return dialect{WireV04, []string{memberHooks, memberInputs}}, nil
	case r.Reason == reasonValidator:
		return dialect{version: WireV04}, nil
	}
	return dialect{}, err
}

// encode is the body of a save.
func encode(r Runtime, version WireVersion) any {
	r.Name = ""
	if version != WireV03 {
		return r
	}
	return struct {
		Runtime
		Destination string `json:"destination"`
	}{r, r.Destination.Environment}
}

// checkDropped returns a [DroppedError] when the server would drop what the
// runtime has.
func checkDropped(r Runtime, d dialect) error {
	has := map[string]bool{
		memberNamespace:           r.Destination.Namespace != "",
		memberAdditionalResources: r.AdditionalResources.Git != nil,
		memberAccount:             r.Account != "",
		memberHooks:               len(r.Hooks.PreHooks)+len(r.Hooks.PostHooks) > 0,
		memberInputs:              slices.ContainsFunc(r.PipelineTriggers, func(t PipelineTrigger) bool { return len(t.Inputs) > 0 }),
	}
	e := &DroppedError{WireVersion: d.version}
	for _, member := range d.dropped {
		if has[member] {
			e.Members = append(e.Members, member)
		}
	}
	if len(e.Members) == 0 {
		return nil
	}
	return e
}

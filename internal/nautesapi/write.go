// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// done is the body of a save's or delete's success.
type done struct{}

// UnmarshalJSON takes nothing for a success that isn't one.
func (*done) UnmarshalJSON(data []byte) error {
	var body struct {
		Message string `json:"message"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	if body.Message == "" {
		return errors.New("it has no message")
	}
	return nil
}

// skipping is the query that makes the server leave out its check of the
// whole product.
func skipping(skipCheck bool) url.Values {
	if !skipCheck {
		return nil
	}
	return url.Values{"insecure_skip_check": {"true"}}
}

// ErrExists says that a runtime wasn't created because there is one of that
// name.
var ErrExists = errors.New("the runtime exists already")

// maxLost bounds how often a save is made whose answer gets lost: each may take
// as long as a call can.
const maxLost = 3

// CreateRuntime creates the runtime, or returns [ErrExists]. The server has no
// such call: its save replaces what there is. So this looks first, and looks
// again before each repeat, and the one thing that it takes for its own work
// is the wanted runtime after an answer that got lost. Between a look and the
// save that follows it, another's creation goes unseen.
//
// See [Client.SaveRuntime] for the rest.
func (c *Client) CreateRuntime(ctx context.Context, product, name string, r Runtime, skipCheck bool) error {
	if err := checkNames(product, name); err != nil {
		return err
	}
	_, err := c.get(ctx, product, name)
	switch {
	case err == nil:
		return ErrExists
	case !errors.Is(err, ErrAbsent):
		return err
	}
	save, d, err := c.prepareSave(ctx, product, name, r, skipCheck)
	if err != nil {
		return err
	}
	lost := 0
	for attempt := 1; ; attempt++ {
		err := save(Collision)
		open := transport.OutcomeUnknown(err)
		if open {
			lost++
		}
		if !open && !is(err, Conflict, NothingToCommit) {
			return err
		}
		stored, lookErr := c.get(ctx, product, name)
		switch {
		case errors.Is(lookErr, ErrAbsent):
		case lookErr != nil:
			return err
		case lost > 0 && compare(r, *stored, d.version) != different:
			return nil
		case open:
			return err
		default:
			return ErrExists
		}
		if attempt == maxAttempts || lost == maxLost {
			return err
		}
	}
}

// SaveRuntime replaces the whole runtime, or creates it. With skipCheck the
// server doesn't check it against the rest of the product. What the server
// would silently drop is a [DroppedError] before anything is sent.
//
// A save means the same when it is made twice. So it is repeated when another
// save got in its way; and after an answer that leaves open what became of it,
// lost ones among them, if the wanted state isn't there.
func (c *Client) SaveRuntime(ctx context.Context, product, name string, r Runtime, skipCheck bool) error {
	save, d, err := c.prepareSave(ctx, product, name, r, skipCheck)
	if err != nil {
		return err
	}
	lost := 0
	for attempt := 1; ; attempt++ {
		err := save(Collision, Conflict)
		open := transport.OutcomeUnknown(err)
		if open {
			lost++
		}
		if !open && !is(err, NothingToCommit) {
			return err
		}
		stored, lookErr := c.get(ctx, product, name)
		switch {
		case lookErr == nil && !hides(r, d.version) && compare(r, *stored, d.version) == same:
			return nil
		case lookErr != nil && !errors.Is(lookErr, ErrAbsent) && open:
			return err
		}
		if attempt == maxAttempts || lost == maxLost {
			return err
		}
	}
}

// prepareSave does what comes before a save, and returns the call, which
// is repeated for refusals of the given kinds.
func (c *Client) prepareSave(ctx context.Context, product, name string, r Runtime, skipCheck bool) (func(again ...Kind) error, dialect, error) {
	if err := checkNames(product, name); err != nil {
		return nil, dialect{}, err
	}
	d, err := c.dialect(ctx, product)
	if err != nil {
		return nil, d, err
	}
	if err := checkDropped(r, d); err != nil {
		return nil, d, err
	}
	return func(again ...Kind) error {
		return c.inTurn(ctx, again, func() error {
			defer c.runtimes.Forget(name)
			return c.do(ctx, http.MethodPost, product, name, skipping(skipCheck), encode(r, d.version), &done{})
		})
	}, d, nil
}

// DeleteRuntime deletes the runtime, or returns [ErrAbsent] when it was gone
// already. With skipCheck the server doesn't check what remains of the
// product.
func (c *Client) DeleteRuntime(ctx context.Context, product, name string, skipCheck bool) error {
	if err := checkNames(product, name); err != nil {
		return err
	}
	return c.inTurn(ctx, []Kind{Collision, Conflict, NothingToCommit}, func() error {
		defer c.runtimes.Forget(name)
		return c.do(ctx, http.MethodDelete, product, name, skipping(skipCheck), nil, &done{})
	})
}

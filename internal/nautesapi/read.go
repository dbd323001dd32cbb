// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Runtime returns the runtime, or [ErrAbsent].
//
// The first read of a product lists it, and serves the reads of its other
// runtimes for a while too: each call clones a repository on the server,
// whatever it returns. What is not in the list, was written since, or can't be
// listed because of another runtime, is asked for by itself.
func (c *Client) Runtime(ctx context.Context, product, name string) (*Runtime, error) {
	if err := checkNames(product, name); err != nil {
		return nil, err
	}
	found, err := c.runtimes.Get(ctx, product, name, func(ctx context.Context, _ error) (Runtime, error) {
		r, err := c.get(ctx, product, name)
		if err != nil {
			return Runtime{}, err
		}
		return *r, nil
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// Runtimes lists the product's runtimes in the order of the server's files.
// fieldSelector picks some of them, such as project=web,destination=dev; the
// server compares by substring.
func (c *Client) Runtimes(ctx context.Context, product, fieldSelector string) ([]Runtime, error) {
	if err := checkName("product", product); err != nil {
		return nil, err
	}
	var query url.Values
	if fieldSelector != "" {
		query = url.Values{"field_selector": {fieldSelector}}
	}
	var runtimes []Runtime
	err := c.inTurn(ctx, []Kind{Collision}, func() (err error) {
		runtimes, err = c.list(ctx, product, query)
		return err
	})
	return runtimes, err
}

// wholeList is the one page of a product's LIST.
func (c *Client) wholeList(product string) readthrough.Pages[Runtime] {
	return func(ctx context.Context) ([]Runtime, bool, error) {
		runtimes, err := c.Runtimes(ctx, product, "")
		return runtimes, false, err
	}
}

// failsProduct reports whether an error fails every read of a product; a
// runtime may be read that another keeps from being listed.
func failsProduct(err error) bool {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return is(err, BadToken, NoPermission, ProductNotFound, MetadataMissing, ProductUnreadable)
	}
	return transport.Pervasive(err)
}

// items is the body of a LIST, which is never without the member.
type items []reply

func (i *items) UnmarshalJSON(data []byte) error {
	var body struct {
		Items *[]reply `json:"items"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	if body.Items == nil {
		return errors.New("it is not a list of runtimes")
	}
	*i = *body.Items
	return nil
}

func (c *Client) list(ctx context.Context, product string, query url.Values) ([]Runtime, error) {
	var replies items
	if err := c.do(ctx, http.MethodGet, product, "", query, nil, &replies); err != nil {
		return nil, err
	}
	runtimes := make([]Runtime, len(replies))
	for i, r := range replies {
		runtimes[i] = r.runtime
		c.learn(r.dialect)
	}
	return runtimes, nil
}

// get asks for the runtime itself.
func (c *Client) get(ctx context.Context, product, name string) (*Runtime, error) {
	r := reply{want: name}
	err := c.inTurn(ctx, []Kind{Collision}, func() error {
		return c.do(ctx, http.MethodGet, product, name, nil, nil, &r)
	})
	if err != nil {
		return nil, err
	}
	c.learn(r.dialect)
	return &r.runtime, nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// listing is what a LIST of a product gave: its runtimes, or why there are
// none to be had from it.
type listing struct {
	runtimes []Runtime
	byName   map[string]*Runtime
	err      error
}

// Runtime returns the runtime, or [ErrAbsent].
//
// The first read of a product lists it, and serves the reads of its other
// runtimes too: each call clones a repository on the server, whatever it
// returns. What is not in the list, was written since, or can't be listed
// because of another runtime, is asked for by itself.
func (c *Client) Runtime(ctx context.Context, product, name string) (*Runtime, error) {
	if err := checkNames(product, name); err != nil {
		return nil, err
	}
	if !c.wrote(product, name) {
		l, err := c.listings.Get(ctx, product, func(ctx context.Context) (*listing, error) { return c.listOnce(ctx, product) })
		if err != nil {
			return nil, err
		}
		if r := l.byName[name]; r != nil {
			found := *r
			return &found, nil
		}
	}
	return c.get(ctx, product, name)
}

// Runtimes returns the product's runtimes in the order of the server's files.
// fieldSelector picks some of them, such as project=web,destination=dev; the
// server compares by substring. Without one, the answer is shared with
// [Client.Runtime].
func (c *Client) Runtimes(ctx context.Context, product, fieldSelector string) ([]Runtime, error) {
	if err := checkName("product", product); err != nil {
		return nil, err
	}
	if fieldSelector != "" {
		var runtimes []Runtime
		err := c.inTurn(ctx, []Kind{Collision}, func() (err error) {
			runtimes, err = c.list(ctx, product, url.Values{"field_selector": {fieldSelector}})
			return err
		})
		return runtimes, err
	}
	if c.wroteAny(product) {
		c.listings.Forget(product)
	}
	l, err := c.listings.Get(ctx, product, func(ctx context.Context) (*listing, error) { return c.listOnce(ctx, product) })
	if err != nil {
		return nil, err
	}
	if l.err != nil {
		// The next who asks shall not be told of what may have passed.
		c.listings.Forget(product)
		return nil, l.err
	}
	return append([]Runtime(nil), l.runtimes...), nil
}

// listOnce lists a product for all who ask. An error that fails every read of
// the product is returned; any other is part of the listing, since a runtime
// may be read that another keeps from being listed.
func (c *Client) listOnce(ctx context.Context, product string) (*listing, error) {
	l := &listing{byName: map[string]*Runtime{}}
	l.err = c.inTurn(ctx, []Kind{Collision}, func() (err error) {
		c.mu.Lock()
		delete(c.written, product)
		c.mu.Unlock()
		l.runtimes, err = c.list(ctx, product, nil)
		return err
	})
	if ctx.Err() != nil || is(l.err, BadToken, NoPermission, ProductNotFound, MetadataMissing, ProductUnreadable) {
		return nil, l.err
	}
	for i, r := range l.runtimes {
		// A person can put two files of one name into default.project. GET
		// returns the one that LIST has first.
		if l.byName[r.Name] == nil {
			l.byName[r.Name] = &l.runtimes[i]
		}
	}
	return l, nil
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

// wrote reports whether the runtime was written since the product's latest
// LIST began.
func (c *Client) wrote(product, name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.written[product][name]
}

func (c *Client) wroteAny(product string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.written[product]) > 0
}

// writes notes that the runtime is about to be written; for who has the turn
// at the gate, so that no LIST is in flight.
func (c *Client) writes(product, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written[product] == nil {
		c.written[product] = map[string]bool{}
	}
	c.written[product][name] = true
}

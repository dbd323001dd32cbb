// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Config says which Rancher to talk to, and as whom.
type Config struct {
	// BaseURL is the server's address, with or without /v3 and with any path
	// prefix.
	BaseURL string
	// Token is an API key, name:secret. AccessKey and SecretKey are the same in
	// two halves, for where there is no Token.
	Token                string
	AccessKey, SecretKey string
	// HTTP sends the requests; made by [transport.NewClient], and not with
	// RefusesWith500: what Rancher refuses with a 500 are POSTs, which are never
	// repeated, and the 500 of a GET is a failure.
	HTTP *http.Client
	// Dialect is what the server speaks; empty means find out.
	Dialect Dialect
}

// Client talks to one Rancher as one user. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
	// pace is how often a client looks whether something is over.
	pace poll.Pace

	// dialect is the configured one; found what the server turned out to speak.
	dialect Dialect
	found   readthrough.Memo[struct{}, string]
	listed  listings
	me      readthrough.Memo[struct{}, string]
	created creations
}

// SecretMembers names the JSON members of Rancher's requests and answers that
// hold secrets. `code` is one in a login, so logs don't show those of errors
// either.
func SecretMembers() []string { return []string{"clientSecret", "accessToken", "token", "code"} }

// New makes a client. It contacts nothing.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a server", c.BaseURL)
	}
	if c.Dialect != "" && !slices.Contains(Dialects(), c.Dialect) {
		return nil, fmt.Errorf("unknown dialect %q", c.Dialect)
	}
	token := c.Token
	if token == "" && c.AccessKey != "" {
		token = c.AccessKey + ":" + c.SecretKey
	}
	// Rancher answers repeated slashes with a redirect, which loses a POST.
	trim := func(s string) string { return strings.TrimRight(s, "/") }
	client := &Client{
		base:    trim(strings.TrimSuffix(trim(base.String()), apiRoot)),
		token:   token,
		http:    c.HTTP,
		pace:    poll.Pace{First: time.Second, Longest: 5 * time.Second},
		dialect: c.Dialect,
	}
	client.beginListings()
	client.beginCreations()
	return client, nil
}

// apiRoot is where the API begins, after the server's address.
const apiRoot = "/v3"

// answer is an answer with status 2xx.
type answer struct {
	resp *http.Response
	body []byte
}

// empty reports whether there is no object in the answer. Some actions answer
// without a body, and Norman with null when it looked through the wrong parent.
func (a *answer) empty() bool {
	body := bytes.TrimSpace(a.body)
	return len(body) == 0 || string(body) == "null"
}

// unreadable is the error for an answer that isn't what was asked for. Any
// JSON object decodes into any of ours, and one that something else than
// Rancher made must not become state.
func (a *answer) unreadable(cause error) error {
	err := transport.NewUnreadableError("Rancher", a.resp, a.body, cause)
	if len(a.body) > 0 && a.empty() {
		return &NullError{Method: a.resp.Request.Method, Path: a.resp.Request.URL.EscapedPath(), Err: err}
	}
	return err
}

// call sends one request to a server that speaks the client's dialect. path
// comes after the API's root; body is JSON, or nil.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, body []byte) (*answer, error) {
	if err := c.checkDialect(ctx); err != nil {
		return nil, err
	}
	return c.send(ctx, method, path, query, body)
}

func (c *Client) send(ctx context.Context, method, path string, query url.Values, body []byte) (*answer, error) {
	address := c.base + apiRoot + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	resp, whole, err := transport.JSON(ctx, c.http, method, address, c.token, body) //nolint:bodyclose // JSON has read and closed it
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, refusal(resp, whole)
	}
	return &answer{resp, whole}, nil
}

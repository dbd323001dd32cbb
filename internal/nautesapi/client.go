// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Config says which Nautes API server to talk to, and as whom.
type Config struct {
	// BaseURL is the server's address, with or without /api/v1 and with any
	// path prefix.
	BaseURL string
	// Token is an access token of the GitLab that the server works on.
	Token string
	// HTTP sends the requests; made by [transport.NewClient] with
	// RefusesWith500, and a timeout above 60 s: a call takes the server
	// seconds, and a save that conflicts much longer.
	HTTP *http.Client
	// WireVersion is what the server speaks; empty means find out.
	WireVersion WireVersion
	// Clock spaces the calls; nil means the machine's.
	Clock Clock
}

// Client talks to one Nautes API server as one user. It is safe for
// concurrent use, and makes one call at a time.
type Client struct {
	base  string
	token string
	http  *http.Client
	gate  *gate

	runtimes readthrough.Listing[string, string, Runtime]
	dialects readthrough.Memo[struct{}, dialect]

	mu sync.Mutex
	// learned is what replies told about the server, the zero value before
	// the first; override is the configured version.
	learned  dialect
	override WireVersion
}

// SecretMembers names the JSON members of Nautes' requests and answers that may
// hold secrets: the variables of hooks.
func SecretMembers() []string { return []string{"vars"} }

// New makes a client. It contacts nothing.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a server", c.BaseURL)
	}
	if c.WireVersion != "" && !slices.Contains(WireVersions(), c.WireVersion) {
		return nil, fmt.Errorf("unknown wire version %q", c.WireVersion)
	}
	client := &Client{
		base:     strings.TrimSuffix(strings.TrimRight(base.String(), "/"), "/api/v1"),
		token:    c.Token,
		http:     c.HTTP,
		gate:     newGate(c.Clock),
		override: c.WireVersion,
	}
	client.runtimes.ID = func(r Runtime) string { return r.Name }
	client.runtimes.Pages = client.wholeList
	client.runtimes.Pervasive = failsProduct
	return client, nil
}

// runtimePath is the path of a runtime, or of a product's runtimes when name
// is empty.
func runtimePath(product, name string) string {
	path := "/api/v1/products/" + url.PathEscape(product) + "/projectpipelineruntimes"
	if name == "" {
		return path
	}
	return path + "/" + url.PathEscape(name)
}

// checkName refuses what the server's router would make another path of: the
// empty name of a runtime is the list, ".." the product.
func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the name of a %s can't be empty", what)
	case name == "." || name == ".." || strings.Contains(name, "/"):
		return fmt.Errorf("%q can't be the name of a %s: it can't be . or .. nor hold a /", name, what)
	}
	return nil
}

func checkNames(product, name string) error {
	if err := checkName("product", product); err != nil {
		return err
	}
	return checkName("runtime", name)
}

// inTurn makes a call through the gate, and again when it was refused with one
// of the given kinds.
func (c *Client) inTurn(ctx context.Context, again []Kind, call func() error) error {
	return c.gate.pass(ctx, func(err error) bool { return is(err, again...) }, call)
}

// do sends one request and decodes the answer's JSON into out. name is the
// runtime's; empty for a LIST.
func (c *Client) do(ctx context.Context, method, product, name string, query url.Values, body, out any) error {
	var content []byte
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = data
	}
	address := c.base + runtimePath(product, name)
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	resp, answer, err := transport.JSON(ctx, c.http, method, address, c.token, content) //nolint:bodyclose // JSON has read and closed it
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return c.refusal(resp, answer, name)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return transport.NewUnreadableError("Nautes", resp, answer, err)
	}
	return nil
}

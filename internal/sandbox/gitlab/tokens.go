// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

var tokenScopes = []string{
	"api", "read_api", "read_user", "create_runner", "manage_runner", "k8s_proxy", "self_rotate", "read_repository", "write_repository",
	"read_registry", "write_registry", "read_virtual_registry", "write_virtual_registry", "read_service_ping", "ai_features", "sudo", "admin_mode",
}

// tokenFilters are the parameters of every list of tokens.
var tokenFilters = params{
	optional("revoked", booleanType), optional("state", stringType).oneOf("active", "inactive"), optional("search", stringType),
}.paginated()

func (s *Server) tokenRoutes() []route {
	byID := params{requires("id", integerType)}
	expiry := optional("expires_at", dateTimeType)
	create := params{
		requires("user_id", integerType), requires("name", stringType), optional("description", stringType), expiry,
		requires("scopes", listType).oneOf(tokenScopes...),
	}
	list := append(params{optional("user_id", integerType)}, tokenFilters...)
	return []route{
		{method: "POST", pattern: "/users/{user_id}/personal_access_tokens", params: create, handle: createToken},
		{method: "GET", pattern: "/personal_access_tokens", params: list, handle: listTokens},
		{method: "GET", pattern: "/personal_access_tokens/self", scope: anyScope, handle: func(c *call) { c.json(http.StatusOK, c.tokenObject(c.token)) }},
		{method: "DELETE", pattern: "/personal_access_tokens/self", scope: anyScope, handle: func(c *call) { c.revoke(c.token) }},
		{method: "POST", pattern: "/personal_access_tokens/self/rotate", scope: anyScope, params: params{expiry}, handle: func(c *call) { c.rotate(c.token) }},
		{method: "GET", pattern: "/personal_access_tokens/{id}", params: byID, handle: onToken(func(c *call, t *Token) { c.json(http.StatusOK, c.tokenObject(t)) })},
		{method: "DELETE", pattern: "/personal_access_tokens/{id}", params: byID, handle: onToken((*call).revoke)},
		{method: "POST", pattern: "/personal_access_tokens/{id}/rotate", params: params{byID[0], expiry}, handle: onToken((*call).rotate)},
	}
}

func (c *call) tokenObject(t *Token) object {
	var expires any
	if !t.ExpiresAt.IsZero() {
		expires = t.ExpiresAt.Format(time.DateOnly)
	}
	var description any
	if t.Description != "" {
		description = t.Description
	}
	return object{
		"id": t.ID, "name": t.Name, "revoked": t.Revoked, "created_at": timestamp(t.CreatedAt), "description": description, "scopes": t.Scopes,
		"user_id": t.User.ID, "last_used_at": timestampOrNil(t.LastUsedAt), "active": !t.Revoked && !t.expired(c.now), "expires_at": expires,
	}
}

func (c *call) newToken(u *User) *Token {
	return c.s.world.addToken(&Token{
		User: u, Name: c.str("name"), Description: c.str("description"), Secret: newSecret(), Scopes: c.strings("scopes"),
		CreatedAt: c.now, ExpiresAt: c.time("expires_at").Truncate(24 * time.Hour),
	})
}

// newSecret is the secret of a new token, in GitLab's form.
func newSecret() string { return "glpat-" + rand.Text() }

func createToken(c *call) {
	if !c.requireAdmin() {
		return
	}
	u := c.s.world.users[c.int("user_id")]
	switch {
	case u == nil:
		c.notFound("User")
	case len(c.strings("scopes")) == 0:
		c.message(http.StatusUnprocessableEntity, "Scopes can't be blank")
	case strings.TrimSpace(c.str("name")) == "":
		c.message(http.StatusUnprocessableEntity, "Name can't be blank")
	default:
		t := c.newToken(u)
		c.json(http.StatusCreated, with(c.tokenObject(t), object{"token": t.Secret}))
	}
}

func listTokens(c *call) {
	if c.has("user_id") && c.int("user_id") != c.user.ID && !c.user.Admin {
		c.unauthorized()
		return
	}
	tokens := c.findTokens(func(t *Token) bool {
		return (c.user.Admin || t.User == c.user) && (!c.has("user_id") || t.User.ID == c.int("user_id"))
	})
	c.json(http.StatusOK, page(c, tokens, func(t *Token) any { return c.tokenObject(t) }))
}

// findTokens lists the tokens of a scope that the request's filters let pass.
func (c *call) findTokens(inScope func(*Token) bool) []*Token {
	byID := map[int]*Token{}
	for _, t := range c.s.world.tokens {
		active := !t.Revoked && !t.expired(c.now)
		if inScope(t) && (!c.has("revoked") || t.Revoked == c.bool("revoked")) && (!c.has("state") || active == (c.str("state") == "active")) &&
			strings.Contains(strings.ToLower(t.Name), strings.ToLower(c.str("search"))) {
			byID[t.ID] = t
		}
	}
	return sorted(byID)
}

// onToken finds the token of the parameter "id" among those that the caller may handle.
func onToken(handle func(*call, *Token)) func(*call) {
	return func(c *call) {
		for _, t := range c.s.world.tokens {
			if t.ID == c.int("id") && (c.user.Admin || t.User == c.user) {
				handle(c, t)
				return
			}
		}
		// GitLab hides from others whether the token exists
		if c.user.Admin {
			c.message(http.StatusNotFound, "404 Not Found")
		} else {
			c.unauthorized()
		}
	}
}

func (c *call) revoke(t *Token) {
	t.Revoked = true
	c.noContent()
}

func (c *call) rotate(t *Token) {
	if next, ok := c.successor(t); ok {
		c.json(http.StatusOK, with(c.tokenObject(next), object{"token": next.Secret}))
	}
}

// successor replaces a token by a new one of the same name and scopes, which is valid for a week unless the request says otherwise.
func (c *call) successor(t *Token) (*Token, bool) {
	if t.Revoked {
		c.message(http.StatusBadRequest, "token already revoked")
		return nil, false
	}
	t.Revoked = true
	next := c.s.world.addToken(&Token{
		User: t.User, Name: t.Name, Description: t.Description, Secret: newSecret(), Scopes: t.Scopes, CreatedAt: c.now,
		ExpiresAt: c.now.AddDate(0, 0, 7).Truncate(24 * time.Hour),
	})
	if c.has("expires_at") {
		next.ExpiresAt = c.time("expires_at").Truncate(24 * time.Hour)
	}
	return next, true
}

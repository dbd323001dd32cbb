// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// authScope says who may call a route, before any permission on the objects behind it.
type authScope int

const (
	signedIn     authScope = iota // a token with scope api, or read_api for GET; else 401
	public                        // anyone; but a token, if there is one, must be good
	userScope                     // as signedIn, and read_user is enough for GET
	publicUser                    // as userScope, and anyone
	anyScope                      // any token
	repositories                  // as public, and read_repository or write_repository suffice
)

// accepted lists the token scopes that the route takes for the method.
func (a authScope) accepted(method string) []string {
	reading := method == http.MethodGet || method == http.MethodHead
	scopes := []string{"api"}
	if reading {
		scopes = append(scopes, "read_api")
	}
	switch {
	case a == anyScope:
		return nil
	case (a == userScope || a == publicUser) && reading:
		scopes = append(scopes, "read_user")
	case a == repositories && reading:
		scopes = append(scopes, "read_repository")
	}
	return scopes
}

func (a authScope) anonymous() bool { return a == public || a == publicUser || a == repositories }

// authenticate finds the caller, or answers 401 or 403. Job tokens belong to running jobs, of which the sandbox has none, and none of
// its routes takes them: they count as no credentials.
func (c *call) authenticate(raw map[string]any) (ok bool) {
	secret := presentedToken(c.r, raw)
	if secret == "" {
		if !c.route.scope.anonymous() {
			c.unauthorized()
			return false
		}
		return true
	}
	token := c.s.world.tokens[secret]
	switch {
	case token == nil:
		c.unauthorized()
		return false
	case token.Revoked:
		c.invalidToken("Token was revoked. You have to re-authorize from the user.")
		return false
	case token.expired(c.now):
		c.invalidToken("Token is expired. You can either do re-authorization or token refresh.")
		return false
	}
	if !c.requireScopes(token, c.route.scope.accepted(c.r.Method)) {
		return false
	}
	switch token.User.State {
	case "blocked":
		c.forbidden("Your account has been blocked.")
		return false
	case "deactivated":
		c.forbidden("Your account has been deactivated by your administrator. Please log back in from a web browser to reactivate your account at " + c.externalURL())
		return false
	}
	token.LastUsedAt = c.now
	c.token, c.user = token, token.User
	return c.impersonate(raw)
}

// presentedToken is the secret that the request shows; "" if none.
func presentedToken(r *http.Request, raw map[string]any) string {
	if secret := r.Header.Get("PRIVATE-TOKEN"); secret != "" {
		return secret
	}
	if secret, _ := raw["private_token"].(string); secret != "" {
		return secret
	}
	if scheme, secret, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(secret)
	}
	return ""
}

func (c *call) invalidToken(description string) {
	c.json(http.StatusUnauthorized, object{"error": "invalid_token", "error_description": description})
}

// requireScopes answers 403 unless the token has one of the scopes; none asked for means any token will do.
func (c *call) requireScopes(token *Token, accepted []string) (ok bool) {
	if accepted == nil || slices.ContainsFunc(accepted, func(scope string) bool { return slices.Contains(token.Scopes, scope) }) {
		return true
	}
	c.json(http.StatusForbidden, object{
		"error":             "insufficient_scope",
		"error_description": "The request requires higher privileges than provided by the access token.",
		"scope":             strings.Join(accepted, " "),
	})
	return false
}

// impersonate lets an admin act as another user, named by number or username in the Sudo header or the sudo parameter.
func (c *call) impersonate(raw map[string]any) (ok bool) {
	name := c.r.Header.Get("Sudo")
	if name == "" && raw["sudo"] != nil {
		name = fmt.Sprint(raw["sudo"])
	}
	if name == "" {
		return true
	}
	if !c.user.Admin {
		c.forbidden("Must be admin to use sudo")
		return false
	}
	if !c.requireScopes(c.token, []string{"sudo"}) {
		return false
	}
	user := c.s.world.findUser(name)
	if user == nil {
		c.notFound("User with ID or username '" + name + "'")
		return false
	}
	c.user = user
	return true
}

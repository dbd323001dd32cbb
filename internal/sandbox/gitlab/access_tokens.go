// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// tokenHome is a project or group that has access tokens of its own. Each such token belongs to a bot user of its own, a member there, who
// is made and deleted with it.
type tokenHome struct {
	kind    string // "project" or "group"
	id      int
	members map[int]*Membership
	role    accessLevel // of the caller
	needed  accessLevel // to handle the tokens
}

func (s *Server) accessTokenRoutes() []route {
	notForBots := []string{"read_user", "read_service_ping", "sudo", "admin_mode"}
	scopes := slices.DeleteFunc(slices.Clone(tokenScopes), func(scope string) bool { return slices.Contains(notForBots, scope) })
	expiry := optional("expires_at", dateTimeType)
	create := params{
		requires("name", stringType), optional("description", stringType), requires("scopes", listType).oneOf(scopes...), expiry,
		optional("access_level", integerType).oneOf("10", "15", "20", "30", "40", "50").byDefault(int(maintainer)),
	}
	var routes []route
	for root, find := range map[string]func(*call) (tokenHome, bool){"/projects/{id}": (*call).projectTokens, "/groups/{id}": (*call).groupTokens} {
		on := func(handle func(*call, tokenHome)) func(*call) {
			return func(c *call) {
				if home, ok := find(c); ok {
					handle(c, home)
				}
			}
		}
		one := func(handle func(*call, tokenHome, *Token)) func(*call) {
			return on(func(c *call, home tokenHome) {
				if t, ok := home.token(c); ok {
					handle(c, home, t)
				}
			})
		}
		path := root + "/access_tokens"
		routes = append(routes,
			route{method: "GET", pattern: path, params: tokenFilters, handle: on(listAccessTokens)},
			route{method: "POST", pattern: path, params: create, handle: on(createAccessToken)},
			route{method: "GET", pattern: path + "/{token_id}", handle: one(func(c *call, home tokenHome, t *Token) {
				c.json(http.StatusOK, c.accessTokenObject(home, t))
			})},
			route{method: "DELETE", pattern: path + "/{token_id}", handle: one(deleteAccessToken)},
			route{method: "POST", pattern: path + "/{token_id}/rotate", params: params{expiry}, handle: one(rotateAccessToken)},
		)
	}
	return routes
}

func (c *call) projectTokens() (tokenHome, bool) {
	p, ok := c.project(noAccess)
	if !ok {
		return tokenHome{}, false
	}
	return tokenHome{kind: "project", id: p.ID, members: p.Members, role: c.s.role(c.user, p), needed: maintainer}, true
}

func (c *call) groupTokens() (home tokenHome, ok bool) {
	onGroup(noAccess, func(c *call, g *Group) {
		home, ok = tokenHome{kind: "group", id: g.ID, members: g.Members, role: c.s.groupRole(c.user, g), needed: owner}, true
	})(c)
	return home, ok
}

// holds tells whether the token is one of the project's or group's bots.
func (home tokenHome) holds(t *Token) bool { return t.User.Bot && home.members[t.User.ID] != nil }

// token is the token of the parameter "token_id", for a caller who may handle it; or 401, which GitLab prefers to 403 here, or 404.
func (home tokenHome) token(c *call) (*Token, bool) {
	if home.role < home.needed {
		c.unauthorized()
		return nil, false
	}
	for _, t := range c.s.world.tokens {
		if strconv.Itoa(t.ID) == c.str("token_id") && home.holds(t) {
			return t, true
		}
	}
	c.notFound(home.kind + " Access Token")
	return nil, false
}

func (c *call) accessTokenObject(home tokenHome, t *Token) object {
	return with(c.tokenObject(t), object{"access_level": home.members[t.User.ID].Level, "resource_type": home.kind, "resource_id": home.id})
}

func listAccessTokens(c *call, home tokenHome) {
	if home.role < home.needed {
		c.unauthorized()
		return
	}
	c.json(http.StatusOK, page(c, c.findTokens(home.holds), func(t *Token) any { return c.accessTokenObject(home, t) }))
}

func createAccessToken(c *call, home tokenHome) {
	refuse := func(reason string) { c.message(http.StatusBadRequest, "400 Bad request - "+reason) }
	level := accessLevel(c.int("access_level"))
	switch {
	case home.role < home.needed || c.user.Bot:
		refuse("User does not have permission to create " + home.kind + " access token")
		return
	case level > home.role:
		refuse("Access level of the token contains permissions not held by the creating user")
		return
	case len(c.strings("scopes")) == 0:
		refuse("Scopes can't be blank")
		return
	}
	username := fmt.Sprintf("%s_%d_bot_%s", home.kind, home.id, strings.ToLower(rand.Text()))
	bot := c.s.world.addUser(&User{
		Username: username, Name: c.str("name"), Email: username + "@noreply." + c.host(), Bot: true, CreatedAt: c.now, Profile: userAttributes.defaults(),
	})
	home.members[bot.ID] = &Membership{User: bot, Level: level, CreatedAt: c.now, CreatedBy: c.user}
	t := c.newToken(bot)
	c.json(http.StatusCreated, with(c.accessTokenObject(home, t), object{"token": t.Secret}))
}

func deleteAccessToken(c *call, _ tokenHome, t *Token) {
	c.s.removeUser(t.User)
	c.noContent()
}

func rotateAccessToken(c *call, home tokenHome, t *Token) {
	if next, ok := c.successor(t); ok {
		c.json(http.StatusOK, with(c.accessTokenObject(home, next), object{"token": next.Secret}))
	}
}

// removeBots removes the bots of a project or group that is going.
func (s *Server) removeBots(members map[int]*Membership) {
	for _, m := range sorted(members) {
		if m.User.Bot {
			s.removeUser(m.User)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// roster is the members of a project or group, as the caller sees and may change them.
type roster struct {
	own     map[int]*Membership
	parents *Group // whose members are inherited
	role    accessLevel
}

func (s *Server) memberRoutes() []route {
	level := func(p param) param { return p.oneOf("5", "10", "15", "20", "30", "40", "50") }
	add := params{
		level(requires("access_level", integerType)), optional("user_id", stringType), optional("username", stringType),
		optional("expires_at", dateTimeType), optional("invite_source", stringType),
	}
	user := requires("user_id", integerType)
	edit := params{user, level(requires("access_level", integerType)), optional("expires_at", dateTimeType)}
	list := params{optional("query", stringType), optional("user_ids", listType)}.paginated()

	var routes []route
	for root, find := range map[string]func(*call) (roster, bool){"/projects/{id}": (*call).projectRoster, "/groups/{id}": (*call).groupRoster} {
		on := func(handle func(*call, roster)) func(*call) {
			return func(c *call) {
				if r, ok := find(c); ok {
					handle(c, r)
				}
			}
		}
		routes = append(routes,
			route{method: "GET", pattern: root + "/members", scope: public, params: list, handle: on(listMembers(false))},
			route{method: "GET", pattern: root + "/members/all", scope: public, params: list, handle: on(listMembers(true))},
			route{method: "GET", pattern: root + "/members/{user_id}", scope: public, params: params{user}, handle: on(getMember(false))},
			route{method: "GET", pattern: root + "/members/all/{user_id}", scope: public, params: params{user}, handle: on(getMember(true))},
			route{method: "POST", pattern: root + "/members", params: add, handle: on(addMembers)},
			route{method: "PUT", pattern: root + "/members/{user_id}", params: edit, handle: on(editMember)},
			route{method: "DELETE", pattern: root + "/members/{user_id}", params: params{user}, handle: on(removeMember)},
		)
	}
	return routes
}

func (c *call) projectRoster() (roster, bool) {
	p, ok := c.project(noAccess)
	if !ok {
		return roster{}, false
	}
	return roster{own: p.Members, parents: p.Group, role: c.s.role(c.user, p)}, true
}

func (c *call) groupRoster() (r roster, ok bool) {
	onGroup(noAccess, func(c *call, g *Group) {
		r, ok = roster{own: g.Members, parents: g.Parent, role: c.s.groupRole(c.user, g)}, true
	})(c)
	return r, ok
}

// members are the own ones or, with inherited, the highest role of each user here and above.
func (r roster) members(inherited bool) map[int]*Membership {
	if !inherited || r.parents == nil {
		return r.own
	}
	all := map[int]*Membership{}
	add := func(members map[int]*Membership) {
		for id, m := range members {
			if all[id] == nil || all[id].Level < m.Level {
				all[id] = m
			}
		}
	}
	add(r.own)
	for g := r.parents; g != nil; g = g.Parent {
		add(g.Members)
	}
	return all
}

func (c *call) memberObject(m *Membership) object {
	var expires any
	if m.ExpiresAt != "" {
		expires = m.ExpiresAt
	}
	return with(c.userObject(m.User), object{
		"access_level": m.Level, "created_at": timestamp(m.CreatedAt), "created_by": c.userBasic(m.CreatedBy), "expires_at": expires,
		"membership_state": "active", "member_role": nil,
	})
}

func listMembers(inherited bool) func(*call, roster) {
	return func(c *call, r roster) {
		query, only := strings.ToLower(c.str("query")), c.strings("user_ids")
		members := slices.DeleteFunc(sorted(r.members(inherited)), func(m *Membership) bool {
			return !strings.Contains(strings.ToLower(m.User.Name+"\n"+m.User.Username), query) ||
				only != nil && !slices.Contains(only, strconv.Itoa(m.User.ID))
		})
		c.json(http.StatusOK, page(c, members, func(m *Membership) any { return c.memberObject(m) }))
	}
}

func getMember(inherited bool) func(*call, roster) {
	return func(c *call, r roster) {
		m := r.members(inherited)[c.int("user_id")]
		if m == nil {
			c.message(http.StatusNotFound, "404 Not found")
			return
		}
		c.json(http.StatusOK, c.memberObject(m))
	}
}

// mayGrant answers 403 unless the caller may give or take that role: nobody handles a role above his own.
func (r roster) mayGrant(c *call, level accessLevel) (ok bool) {
	if r.role >= maintainer && r.role >= level {
		return true
	}
	c.forbidden()
	return false
}

func addMembers(c *call, r roster) {
	level := accessLevel(c.int("access_level"))
	if !r.mayGrant(c, level) {
		return
	}
	names := c.str("user_id")
	if names == "" {
		names = c.str("username")
	}
	if names == "" {
		c.error(http.StatusBadRequest, "user_id, username are missing, exactly one parameter must be provided")
		return
	}
	var added *Membership
	for name := range strings.SplitSeq(names, ",") {
		u := c.s.world.findUser(strings.TrimSpace(name))
		if u == nil {
			c.notFound("User")
			return
		}
		if r.own[u.ID] != nil {
			c.conflict("Member already exists")
			return
		}
		added = &Membership{User: u, Level: level, ExpiresAt: c.date("expires_at"), CreatedAt: c.now, CreatedBy: c.user}
		r.own[u.ID] = added
	}
	if strings.Contains(names, ",") {
		c.json(http.StatusCreated, object{"status": "success"})
		return
	}
	c.json(http.StatusCreated, c.memberObject(added))
}

// ownMember is the own member of the parameter "user_id", for a caller who may change it; or 404 or 403.
func (r roster) ownMember(c *call) (*Membership, bool) {
	m := r.own[c.int("user_id")]
	if m == nil {
		c.message(http.StatusNotFound, "404 Not found")
		return nil, false
	}
	if m.User == c.user && c.r.Method == http.MethodDelete { // everyone may leave
		return m, true
	}
	return m, r.mayGrant(c, m.Level)
}

func editMember(c *call, r roster) {
	m, ok := r.ownMember(c)
	if !ok || !r.mayGrant(c, accessLevel(c.int("access_level"))) {
		return
	}
	m.Level = accessLevel(c.int("access_level"))
	if c.given("expires_at") {
		m.ExpiresAt = c.date("expires_at")
	}
	c.json(http.StatusOK, c.memberObject(m))
}

func removeMember(c *call, r roster) {
	if m, ok := r.ownMember(c); ok {
		delete(r.own, m.User.ID)
		c.noContent()
	}
}

// date is the day of a time parameter; "" when absent or null.
func (c *call) date(name string) string {
	if t := c.time(name); !t.IsZero() {
		return t.Format(time.DateOnly)
	}
	return ""
}

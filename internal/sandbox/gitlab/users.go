// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var userAttributes = slices.Concat(
	declare("", "bio", "location", "linkedin", "twitter", "discord", "website_url", "github", "organization", "job_title"),
	declare(nil, "pronouns", "note", "public_email"),
	flags(false, "external", "private_profile"),
	flags(true, "can_create_group"),
	declare(100_000, "projects_limit"),
	declare(1, "theme_id", "color_scheme_id"),
)

func (s *Server) userRoutes() []route {
	byID := params{requires("id", integerType)}
	editable := append(userAttributes.params(), optional("admin", booleanType))
	create := append(params{requires("email", stringType), requires("name", stringType), requires("username", stringType)}, editable...)
	update := append(params{
		byID[0], optional("email", stringType), optional("name", stringType), optional("username", stringType),
	}, editable...)
	list := params{
		optional("username", stringType), optional("search", stringType), optional("active", booleanType), optional("blocked", booleanType),
		optional("admins", booleanType), optional("order_by", stringType).oneOf("id", "name", "username", "created_at", "updated_at").byDefault("id"),
		optional("sort", stringType).oneOf("asc", "desc").byDefault("desc"),
	}.paginated()
	return []route{
		{method: "GET", pattern: "/user", scope: userScope, handle: func(c *call) { c.json(http.StatusOK, c.ownUser(c.user)) }},
		{method: "GET", pattern: "/users", scope: publicUser, params: list, handle: listUsers},
		{method: "POST", pattern: "/users", params: create, handle: createUser},
		{method: "GET", pattern: "/users/{id}", scope: publicUser, params: byID, handle: getUser},
		{method: "PUT", pattern: "/users/{id}", params: update, handle: updateUser},
		{method: "DELETE", pattern: "/users/{id}", params: byID, handle: deleteUser},
		{method: "POST", pattern: "/users/{id}/block", params: byID, handle: setUserState("blocked", "", "")},
		{method: "POST", pattern: "/users/{id}/unblock", params: byID, handle: setUserState("active", "deactivated", "Deactivated users cannot be unblocked by the API")},
		{method: "POST", pattern: "/users/{id}/activate", params: byID, handle: setUserState("active", "blocked", "A blocked user must be unblocked to be activated")},
		{method: "POST", pattern: "/users/{id}/deactivate", params: byID, handle: setUserState("deactivated", "blocked", "A blocked user cannot be deactivated by the API")},
		{method: "GET", pattern: "/users/{id}/projects", scope: publicUser, params: projectFilters, handle: listUserProjects},
	}
}

// ownUser is a user as he and admins see him.
func (c *call) ownUser(u *User) object {
	o := with(u.Profile, c.publicUser(u))
	maps.Copy(o, object{
		"email": u.Email, "commit_email": u.Email, "namespace_id": u.NamespaceID, "is_admin": u.Admin, "confirmed_at": timestamp(u.CreatedAt),
		"last_activity_on": nil, "last_sign_in_at": nil, "current_sign_in_at": nil, "identities": []any{}, "two_factor_enabled": false,
		"can_create_project": true, "created_by": nil, "email_reset_offered_at": nil, "preferred_language": "en",
	})
	return o
}

// publicUser is a user's page.
func (c *call) publicUser(u *User) object {
	o := c.userObject(u)
	for _, name := range []string{"bio", "location", "linkedin", "twitter", "discord", "website_url", "github", "organization", "job_title", "pronouns"} {
		o[name] = u.Profile[name]
	}
	return with(o, object{
		"created_at": timestamp(u.CreatedAt), "bot": u.Bot, "work_information": nil, "local_time": nil,
		"followers": 0, "following": 0, "is_followed": false, "skype": "",
	})
}

func listUsers(c *call) {
	if c.user == nil && c.str("username") == "" { // who isn't signed in may look up a name, and not list the instance's users
		c.forbidden("Not authorized to access /api/v4/users")
		return
	}
	var users []*User
	for _, u := range sorted(c.s.world.users) {
		if userMatches(c, u) {
			users = append(users, u)
		}
	}
	if c.user != nil && c.user.Admin { // GitLab takes the order from admins only
		slices.SortStableFunc(users, func(a, b *User) int {
			switch c.str("order_by") {
			case "name":
				return strings.Compare(a.Name, b.Name)
			case "username":
				return strings.Compare(a.Username, b.Username)
			}
			return a.ID - b.ID // the order of the other columns, too: the sandbox doesn't note when a user was updated
		})
	}
	if c.user == nil || !c.user.Admin || c.str("sort") == "desc" {
		slices.Reverse(users)
	}
	c.json(http.StatusOK, page(c, users, func(u *User) any {
		if c.user != nil && c.user.Admin {
			return c.ownUser(u)
		}
		return c.userObject(u)
	}))
}

func userMatches(c *call, u *User) bool {
	search := strings.ToLower(c.str("search"))
	switch {
	case c.has("username") && !strings.EqualFold(c.str("username"), u.Username),
		c.bool("active") && u.State != "active",
		c.bool("blocked") && u.State != "blocked",
		c.bool("admins") && !u.Admin:
		return false
	}
	return strings.Contains(strings.ToLower(u.Name+"\n"+u.Username), search) || search == strings.ToLower(u.Email)
}

// foundUser is the user of the parameter "id", or 404.
func (c *call) foundUser() (*User, bool) {
	u := c.s.world.users[c.int("id")]
	if u == nil {
		c.notFound("User")
	}
	return u, u != nil
}

func getUser(c *call) {
	if c.user == nil {
		c.forbidden("Not authorized!")
		return
	}
	u, ok := c.foundUser()
	switch {
	case !ok:
	case c.user.Admin:
		c.json(http.StatusOK, c.ownUser(u))
	default:
		c.json(http.StatusOK, c.publicUser(u))
	}
}

var usernameForm = regexp.MustCompile(`^[A-Za-z0-9_.][A-Za-z0-9_.-]*$`)

func createUser(c *call) {
	if !c.requireAdmin() {
		return
	}
	u := &User{Admin: c.bool("admin"), CreatedAt: c.now, Profile: userAttributes.defaults()}
	if !c.readUser(u) {
		return
	}
	c.s.world.addUser(u)
	c.json(http.StatusCreated, c.ownUser(u))
}

func updateUser(c *call) {
	if !c.requireAdmin() {
		return
	}
	u, ok := c.foundUser()
	if !ok {
		return
	}
	old := *u
	if !c.readUser(u) {
		*u = old
		return
	}
	if c.has("admin") {
		u.Admin = c.bool("admin")
	}
	if old.Username != u.Username {
		c.s.world.renameUser(u, old.Username)
	}
	c.json(http.StatusOK, c.ownUser(u))
}

// readUser takes name, username, email and attributes from the request, or answers what is wrong with them.
func (c *call) readUser(u *User) (ok bool) {
	for name, field := range map[string]*string{"name": &u.Name, "username": &u.Username, "email": &u.Email} {
		if c.has(name) {
			*field = c.str(name)
		}
	}
	errors := map[string][]string{}
	if strings.TrimSpace(u.Name) == "" {
		errors["name"] = []string{"can't be blank"}
	}
	if !usernameForm.MatchString(u.Username) || allDigits(u.Username) {
		errors["username"] = []string{"can contain only letters, digits, '_', '-' and '.'. It must not start with '-' and must not be a number."}
	}
	if !strings.Contains(u.Email, "@") {
		errors["email"] = []string{"is invalid"}
	}
	if len(errors) > 0 {
		c.invalid(errors)
		return false
	}
	for _, other := range c.s.world.users {
		if other != u && strings.EqualFold(other.Email, u.Email) {
			c.conflict("Email has already been taken")
			return false
		}
	}
	if holder := c.s.world.paths[strings.ToLower(u.Username)]; holder != nil && holder != u {
		c.conflict("Username has already been taken")
		return false
	}
	userAttributes.update(u.Profile, c)
	return true
}

// deleteUser removes a user with his tokens, memberships and personal projects. GitLab does so a little later; here it is done at once.
func deleteUser(c *call) {
	if !c.requireAdmin() {
		return
	}
	u, ok := c.foundUser()
	if !ok {
		return
	}
	c.s.removeUser(u)
	c.noContent()
}

func (s *Server) removeUser(u *User) {
	w := s.world
	delete(w.users, u.ID)
	delete(w.usernames, strings.ToLower(u.Username))
	delete(w.paths, strings.ToLower(u.Username))
	maps.DeleteFunc(w.tokens, func(_ string, t *Token) bool { return t.User == u })
	for _, g := range w.groups {
		delete(g.Members, u.ID)
	}
	for _, p := range w.projects {
		delete(p.Members, u.ID)
		if p.Owner == u {
			s.removeProject(p)
		}
	}
	s.userDeleted(u)
}

// setUserState moves a user to a state, unless he is in the one from which GitLab refuses it for that reason.
func setUserState(state, refused, reason string) func(*call) {
	return func(c *call) {
		if !c.requireAdmin() {
			return
		}
		u, ok := c.foundUser()
		switch {
		case !ok:
		case u.State == refused:
			c.forbidden(reason)
		default:
			u.State = state
			c.json(http.StatusCreated, true)
		}
	}
}

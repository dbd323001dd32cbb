// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"slices"
	"strings"
)

// protectionAttributes are the options of a protected branch in the Community Edition: it neither takes nor shows who may unprotect the
// branch, nor whether code owners must approve.
var protectionAttributes = flags(false, "allow_force_push")

func (s *Server) protectionRoutes() []route {
	level := func(name string) param { return optional(name, integerType).oneOf("0", "30", "40", "60") }
	grants := func(name string) param {
		return optional(name, arrayType).of(level("access_level"), optional("user_id", integerType), optional("group_id", integerType),
			optional("deploy_key_id", integerType), optional("id", integerType), optional("_destroy", booleanType))
	}
	name := requires("name", stringType)
	options := append(protectionAttributes.params(), grants("allowed_to_push"), grants("allowed_to_merge"))
	protect := append(params{name, level("push_access_level"), level("merge_access_level")}, options...)
	list := params{optional("search", stringType)}.paginated()
	const branches, tags = "/projects/{id}/protected_branches", "/projects/{id}/protected_tags"
	return []route{
		{method: "GET", pattern: branches, params: list, handle: listProtections((*Project).branchProtections)},
		{method: "POST", pattern: branches, params: protect, handle: protectBranch},
		{method: "GET", pattern: branches + "/{name}", handle: onProtection((*Project).branchProtections, getProtection)},
		{method: "PATCH", pattern: branches + "/{name}", params: options, handle: onProtection((*Project).branchProtections, updateProtection)},
		{method: "DELETE", pattern: branches + "/{name}", handle: onProtection((*Project).branchProtections, deleteProtection)},
		{method: "GET", pattern: tags, params: list, handle: listProtections((*Project).tagProtections)},
		{method: "POST", pattern: tags, params: params{name, level("create_access_level"), grants("allowed_to_create")}, handle: protectTag},
		{method: "GET", pattern: tags + "/{name}", handle: onProtection((*Project).tagProtections, getProtection)},
		{method: "DELETE", pattern: tags + "/{name}", handle: onProtection((*Project).tagProtections, deleteProtection)},
	}
}

func (p *Project) branchProtections() *[]*Protection { return &p.ProtectedBranches }
func (p *Project) tagProtections() *[]*Protection    { return &p.ProtectedTags }

// newProtection numbers a protection and its grants.
func (w *world) newProtection(r Protection) *Protection {
	w.lastProtection++
	r.ID = w.lastProtection
	for _, grants := range [][]Grant{r.Push, r.Merge, r.Create} {
		for i := range grants {
			w.lastGrant++
			grants[i].ID = w.lastGrant
		}
	}
	return &r
}

func grantObjects(grants []Grant) []any {
	descriptions := map[accessLevel]string{
		noAccess: "No one", developer: "Developers + Maintainers", maintainer: "Maintainers", instance: "Instance admins",
	}
	objects := []any{}
	for _, g := range grants {
		o := object{
			"id": g.ID, "access_level": g.Level, "access_level_description": descriptions[g.Level],
			"deploy_key_id": nil, "user_id": nil, "group_id": nil, "member_role_id": nil,
		}
		if g.User != nil {
			o["access_level"], o["access_level_description"], o["user_id"] = maintainer, g.User.Name, g.User.ID
		}
		objects = append(objects, o)
	}
	return objects
}

func (r *Protection) object() object {
	if r.Create != nil {
		return object{"name": r.Name, "create_access_levels": grantObjects(r.Create)}
	}
	return with(r.Options, object{
		"id": r.ID, "name": r.Name, "push_access_levels": grantObjects(r.Push), "merge_access_levels": grantObjects(r.Merge),
	})
}

// grants are those that the request names, by one level and by a list; maintainers where it names none.
func (c *call) grants(level, list string) ([]Grant, bool) {
	var grants []Grant
	if c.has(level) {
		grants = append(grants, Grant{Level: accessLevel(c.int(level))})
	}
	elements, _ := c.raw(list).([]any)
	for _, element := range elements {
		fields, _ := element.(map[string]any)
		if id, given := fields["user_id"].(int); given {
			u := c.s.world.users[id]
			if u == nil {
				c.message(http.StatusUnprocessableEntity, []string{"User does not exist"})
				return nil, false
			}
			grants = append(grants, Grant{User: u})
		} else if number, given := fields["access_level"].(int); given {
			grants = append(grants, Grant{Level: accessLevel(number)})
		}
	}
	if grants == nil {
		grants = []Grant{{Level: maintainer}}
	}
	return grants, true
}

func listProtections(of func(*Project) *[]*Protection) func(*call) {
	return func(c *call) {
		p, ok := c.project(developer)
		if !ok {
			return
		}
		found := slices.DeleteFunc(slices.Clone(*of(p)), func(r *Protection) bool { return !strings.Contains(r.Name, c.str("search")) })
		c.json(http.StatusOK, page(c, found, func(r *Protection) any { return r.object() }))
	}
}

// onProtection finds the protection with exactly the name of the path.
func onProtection(of func(*Project) *[]*Protection, handle func(*call, *[]*Protection, int)) func(*call) {
	return func(c *call) {
		needed := maintainer
		if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
			needed = developer
		}
		p, ok := c.project(needed)
		if !ok {
			return
		}
		all := of(p)
		if i := slices.IndexFunc(*all, func(r *Protection) bool { return r.Name == c.str("name") }); i >= 0 {
			handle(c, all, i)
			return
		}
		c.message(http.StatusNotFound, "404 Not found")
	}
}

func getProtection(c *call, all *[]*Protection, i int) { c.json(http.StatusOK, (*all)[i].object()) }

func deleteProtection(c *call, all *[]*Protection, i int) {
	*all = slices.Delete(*all, i, i+1)
	c.noContent()
}

func protectBranch(c *call) {
	p, ok := c.project(maintainer)
	if !ok {
		return
	}
	if slices.ContainsFunc(p.ProtectedBranches, func(r *Protection) bool { return r.Name == c.str("name") }) {
		c.conflict("Protected branch '" + c.str("name") + "' already exists")
		return
	}
	push, ok := c.grants("push_access_level", "allowed_to_push")
	if !ok {
		return
	}
	merge, ok := c.grants("merge_access_level", "allowed_to_merge")
	if !ok {
		return
	}
	r := c.s.world.newProtection(Protection{Name: c.str("name"), Push: push, Merge: merge, Options: protectionAttributes.defaults()})
	protectionAttributes.update(r.Options, c)
	p.ProtectedBranches = append(p.ProtectedBranches, r)
	c.json(http.StatusCreated, r.object())
}

// updateProtection changes the options, and adds, changes or (with _destroy) removes single grants.
func updateProtection(c *call, all *[]*Protection, i int) {
	r := (*all)[i]
	protectionAttributes.update(r.Options, c)
	for list, grants := range map[string]*[]Grant{"allowed_to_push": &r.Push, "allowed_to_merge": &r.Merge} {
		elements, _ := c.raw(list).([]any)
		for _, element := range elements {
			fields, _ := element.(map[string]any)
			c.changeGrant(grants, fields)
		}
	}
	c.json(http.StatusOK, r.object())
}

func (c *call) changeGrant(grants *[]Grant, fields map[string]any) {
	id, _ := fields["id"].(int)
	known := slices.IndexFunc(*grants, func(g Grant) bool { return g.ID == id })
	level, hasLevel := fields["access_level"].(int)
	userID, _ := fields["user_id"].(int)
	switch {
	case known >= 0 && fields["_destroy"] == true:
		*grants = slices.Delete(*grants, known, known+1)
	case known >= 0 && hasLevel:
		(*grants)[known].Level = accessLevel(level)
	case known < 0 && (hasLevel || c.s.world.users[userID] != nil):
		c.s.world.lastGrant++
		*grants = append(*grants, Grant{ID: c.s.world.lastGrant, Level: accessLevel(level), User: c.s.world.users[userID]})
	}
}

func protectTag(c *call) {
	p, ok := c.project(maintainer)
	if !ok {
		return
	}
	if slices.ContainsFunc(p.ProtectedTags, func(r *Protection) bool { return r.Name == c.str("name") }) {
		c.message(http.StatusUnprocessableEntity, []string{"Name has already been taken"})
		return
	}
	create, ok := c.grants("create_access_level", "allowed_to_create")
	if !ok {
		return
	}
	r := c.s.world.newProtection(Protection{Name: c.str("name"), Create: create})
	p.ProtectedTags = append(p.ProtectedTags, r)
	c.json(http.StatusCreated, r.object())
}

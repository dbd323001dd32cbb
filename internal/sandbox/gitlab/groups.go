// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

var groupAttributes = slices.Concat(
	declare("", "description"),
	declare(nil, "default_branch", "default_branch_protection_defaults", "file_template_project_id", "ip_restriction_ranges"),
	declare(2, "default_branch_protection"),
	declare(48, "two_factor_grace_period"),
	flags(false, "share_with_group_lock", "require_two_factor_authentication", "emails_disabled", "membership_lock", "mentions_disabled",
		"prevent_sharing_groups_outside_hierarchy", "prevent_forking_outside_group"),
	flags(true, "emails_enabled", "lfs_enabled", "request_access_enabled"),
	choice([]string{"developer", "noone", "owner", "maintainer", "administrator"}, "project_creation_level"),
	choice([]string{"maintainer", "owner"}, "subgroup_creation_level"),
	choice([]string{"enabled", "disabled_and_overridable", "disabled_and_unoverridable", "disabled_with_override"}, "shared_runners_setting"),
	choice([]string{"enabled", "private", "disabled"}, "wiki_access_level"),
	declare(nil, "auto_devops_enabled"),
)

func (s *Server) groupRoutes() []route {
	editable := append(groupAttributes.params(), optional("visibility", stringType).oneOf("private", "internal", "public"))
	create := append(params{requires("name", stringType), requires("path", stringType), optional("parent_id", integerType)}, editable...)
	update := append(params{optional("name", stringType), optional("path", stringType)}, editable...)
	list := params{
		optional("search", stringType), optional("owned", booleanType), optional("top_level_only", booleanType), optional("all_available", booleanType),
		optional("min_access_level", integerType), optional("skip_groups", listType),
		optional("order_by", stringType).oneOf("name", "path", "id", "similarity").byDefault("name"),
		optional("sort", stringType).oneOf("asc", "desc").byDefault("asc"),
	}.paginated()
	withProjects := optional("with_projects", booleanType).byDefault(true)
	return []route{
		{method: "GET", pattern: "/groups", scope: public, params: list, handle: listGroups(nil)},
		{method: "POST", pattern: "/groups", params: create, handle: createGroup},
		{method: "GET", pattern: "/groups/{id}", scope: public, params: params{withProjects}, handle: onGroup(noAccess, getGroup)},
		{method: "PUT", pattern: "/groups/{id}", params: update, handle: onGroup(owner, updateGroup)},
		{method: "DELETE", pattern: "/groups/{id}", handle: onGroup(owner, deleteGroup)},
		{method: "GET", pattern: "/groups/{id}/subgroups", scope: public, params: list, handle: onGroup(noAccess, func(c *call, g *Group) { listGroups(g)(c) })},
		{method: "GET", pattern: "/groups/{id}/projects", scope: public, params: projectFilters, handle: onGroup(noAccess, listGroupProjects)},
		{method: "GET", pattern: "/namespaces", params: params{optional("search", stringType), optional("owned_only", booleanType)}.paginated(), handle: listNamespaces},
		{method: "GET", pattern: "/namespaces/{id}", handle: getNamespace},
	}
}

// onGroup finds the group of the parameter "id" for a caller with at least that role in it (noAccess: anyone who can see it).
func onGroup(needed accessLevel, handle func(*call, *Group)) func(*call) {
	return func(c *call) {
		g := c.s.world.findGroup(c.str("id"))
		switch {
		case g == nil || !c.s.canReadGroup(c.user, g):
			c.notFound("Group")
		case c.s.groupRole(c.user, g) < needed:
			c.forbidden()
		default:
			handle(c, g)
		}
	}
}

func (g *Group) lastPath() string { return g.Path[strings.LastIndex(g.Path, "/")+1:] }

func (g *Group) fullName() string {
	if g.Parent == nil {
		return g.Name
	}
	return g.Parent.fullName() + " / " + g.Name
}

func (g *Group) parentID() any {
	if g.Parent == nil {
		return nil
	}
	return g.Parent.ID
}

func (c *call) groupObject(g *Group) object {
	return with(g.Settings, object{
		"id": g.ID, "web_url": c.externalURL() + "/groups/" + g.Path, "name": g.Name, "path": g.lastPath(), "visibility": g.Visibility,
		"full_name": g.fullName(), "full_path": g.Path, "created_at": timestamp(g.CreatedAt), "parent_id": g.parentID(), "organization_id": 1,
		"avatar_url": nil, "marked_for_deletion_on": nil, "archived": false, "repository_storage": "default",
	})
}

func listGroups(parent *Group) func(*call) {
	return func(c *call) {
		search := strings.ToLower(c.str("search"))
		skipped := c.strings("skip_groups")
		var groups []*Group
		for _, g := range sorted(c.s.world.groups) {
			role := c.s.groupRole(c.user, g)
			switch {
			case !c.s.canReadGroup(c.user, g),
				(parent != nil || c.bool("top_level_only")) && g.Parent != parent,
				c.bool("owned") && role < owner,
				c.has("min_access_level") && role < accessLevel(c.int("min_access_level")),
				slices.Contains(skipped, strconv.Itoa(g.ID)),
				!strings.Contains(strings.ToLower(g.fullName()+"\n"+g.Path), search):
			default:
				groups = append(groups, g)
			}
		}
		slices.SortStableFunc(groups, func(a, b *Group) int {
			switch c.str("order_by") {
			case "id":
				return a.ID - b.ID
			case "path":
				return strings.Compare(a.Path, b.Path)
			}
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		if c.str("sort") == "desc" {
			slices.Reverse(groups)
		}
		c.json(http.StatusOK, page(c, groups, func(g *Group) any { return c.groupObject(g) }))
	}
}

func createGroup(c *call) {
	w := c.s.world
	g := &Group{
		Name: c.str("name"), Path: c.str("path"), Visibility: w.setting("default_group_visibility"), CreatedAt: c.now,
		Members: map[int]*Membership{}, Settings: groupAttributes.defaults(),
	}
	g.Settings["default_branch_protection"] = w.settingNumber("default_branch_protection")
	if c.has("parent_id") {
		g.Parent = w.groups[c.int("parent_id")]
		if g.Parent == nil || !c.s.canReadGroup(c.user, g.Parent) {
			c.notFound("Group")
			return
		}
		if c.s.groupRole(c.user, g.Parent) < maintainer {
			c.forbidden()
			return
		}
		g.Path = g.Parent.Path + "/" + g.Path
		g.Visibility = g.Parent.Visibility
		g.Settings["default_branch_protection"] = g.Parent.Settings["default_branch_protection"]
	}
	if !c.readGroup(g, g.Path) {
		return
	}
	if c.s.groupRole(c.user, g) < owner || c.user.Admin {
		g.Members[c.user.ID] = &Membership{User: c.user, Level: owner, CreatedAt: c.now, CreatedBy: c.user}
	}
	w.addGroup(g)
	c.json(http.StatusCreated, c.groupObject(g))
}

// readGroup checks name and path and takes visibility and attributes from the request, or answers what is wrong with them. The errors
// have the form that GitLab gives them: Ruby's notation of a hash inside of a text.
func (c *call) readGroup(g *Group, path string) (ok bool) {
	w := c.s.world
	var problems []string
	problem := func(attribute, text string) { problems = append(problems, fmt.Sprintf(":%s=>[%q]", attribute, text)) }
	if strings.TrimSpace(g.Name) == "" {
		problem("name", "can't be blank")
	}
	if last := path[strings.LastIndex(path, "/")+1:]; !projectPathForm.MatchString(last) || allDigits(last) {
		problem("path", "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-' or end in '.'.")
	} else if holder := w.paths[strings.ToLower(path)]; holder != nil && holder != g {
		problem("path", "has already been taken")
	}
	if c.has("visibility") {
		if g.Parent != nil && visibilityRank(c.str("visibility")) > visibilityRank(g.Parent.Visibility) {
			problem("visibility_level", c.str("visibility")+" is not allowed since the parent group has a "+g.Parent.Visibility+" visibility.")
		}
		g.Visibility = c.str("visibility")
	}
	if problems != nil {
		c.message(http.StatusBadRequest, "Failed to save group {"+strings.Join(problems, ", ")+"}")
		return false
	}
	groupAttributes.update(g.Settings, c)
	return true
}

func visibilityRank(visibility string) int {
	return slices.Index([]string{"private", "internal", "public"}, visibility)
}

func getGroup(c *call, g *Group) {
	o := with(c.groupObject(g), object{"shared_with_groups": []any{}, "shared_projects": []any{}})
	if c.s.groupRole(c.user, g) >= owner {
		o["runners_token"] = fmt.Sprintf("GR1348941group%d", g.ID)
	}
	if c.bool("with_projects") {
		projects := []any{}
		for _, p := range sorted(c.s.world.projects) {
			if p.Group == g && c.s.canReadProject(c.user, p) {
				projects = append(projects, c.projectObject(p))
			}
		}
		o["projects"] = projects
	}
	c.json(http.StatusOK, o)
}

func updateGroup(c *call, g *Group) {
	old := *g
	if c.has("name") {
		g.Name = c.str("name")
	}
	path := g.Path
	if c.has("path") {
		path = strings.TrimSuffix(g.Path, g.lastPath()) + c.str("path")
	}
	if !c.readGroup(g, path) {
		*g = old
		return
	}
	if path != g.Path {
		c.s.world.renameGroup(g, path)
	}
	c.json(http.StatusOK, c.groupObject(g))
}

// deleteGroup removes a group with all that is in it. GitLab does so a little later; here it is done at once.
func deleteGroup(c *call, g *Group) {
	c.s.removeGroup(g)
	c.json(http.StatusAccepted, object{"message": "202 Accepted"})
}

func (s *Server) removeGroup(g *Group) {
	for _, child := range sorted(s.world.groups) {
		if child.Parent == g {
			s.removeGroup(child)
		}
	}
	for _, p := range sorted(s.world.projects) {
		if p.Group == g {
			s.removeProject(p)
		}
	}
	s.removeBots(g.Members)
	delete(s.world.groups, g.ID)
	delete(s.world.paths, strings.ToLower(g.Path))
}

func listGroupProjects(c *call, g *Group) {
	c.listProjects(func(p *Project) bool {
		if !c.bool("include_subgroups") {
			return p.Group == g
		}
		for above := p.Group; above != nil; above = above.Parent {
			if above == g {
				return true
			}
		}
		return false
	})
}

func (c *call) userNamespace(u *User) object {
	return with(c.userObject(u), object{
		"id": u.NamespaceID, "path": u.Username, "kind": "user", "full_path": u.Username, "parent_id": nil, "name": u.Name,
	})
}

func (c *call) groupNamespace(g *Group) object {
	return object{
		"id": g.ID, "name": g.Name, "path": g.lastPath(), "kind": "group", "full_path": g.Path, "parent_id": g.parentID(), "avatar_url": nil,
		"web_url": c.externalURL() + "/groups/" + g.Path,
	}
}

// namespaces are those that the caller may see, by id; an admin sees all.
func (c *call) namespaces() map[int]object {
	found := map[int]object{}
	for _, u := range c.s.world.users {
		if u == c.user || c.user.Admin {
			found[u.NamespaceID] = c.userNamespace(u)
		}
	}
	for _, g := range c.s.world.groups {
		if c.s.groupRole(c.user, g) >= guest {
			found[g.ID] = c.groupNamespace(g)
		}
	}
	return found
}

func listNamespaces(c *call) {
	found := c.namespaces()
	search := strings.ToLower(c.str("search"))
	maps.DeleteFunc(found, func(_ int, o object) bool {
		return !strings.Contains(strings.ToLower(fmt.Sprint(o["name"], "\n", o["full_path"])), search)
	})
	c.json(http.StatusOK, page(c, sorted(found), func(o object) any { return o }))
}

func getNamespace(c *call) {
	id := c.str("id")
	for number, o := range c.namespaces() {
		if id == strconv.Itoa(number) || strings.EqualFold(id, o["full_path"].(string)) {
			c.json(http.StatusOK, o)
			return
		}
	}
	c.notFound("Namespace")
}

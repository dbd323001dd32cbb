// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"slices"
	"strings"
)

// projectFilters are the parameters of every list of projects.
var projectFilters = params{
	optional("search", stringType), optional("membership", booleanType).byDefault(false), optional("owned", booleanType).byDefault(false),
	optional("simple", booleanType).byDefault(false), optional("archived", booleanType), optional("include_subgroups", booleanType),
	optional("search_namespaces", booleanType), optional("visibility", stringType).oneOf("private", "internal", "public"),
	optional("min_access_level", integerType).oneOf("5", "10", "15", "20", "30", "40", "50"), optional("id_after", integerType), optional("id_before", integerType),
	optional("topic", listType),
	optional("order_by", stringType).oneOf("id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count").byDefault("created_at"),
	optional("sort", stringType).oneOf("asc", "desc").byDefault("desc"),
}.paginated()

// listProjects answers with the projects of a scope that the caller may see and the request's filters let pass.
func (c *call) listProjects(inScope func(*Project) bool) {
	var projects []*Project
	for _, p := range sorted(c.s.world.projects) {
		if inScope(p) && c.s.canReadProject(c.user, p) && c.projectMatches(p) {
			projects = append(projects, p)
		}
	}
	slices.SortStableFunc(projects, func(a, b *Project) int {
		switch c.str("order_by") {
		case "name":
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case "path":
			return strings.Compare(a.lastPath(), b.lastPath())
		case "updated_at", "last_activity_at":
			return a.UpdatedAt.Compare(b.UpdatedAt)
		}
		return a.ID - b.ID
	})
	if c.str("sort") == "desc" {
		slices.Reverse(projects)
	}
	c.json(http.StatusOK, page(c, projects, func(p *Project) any {
		o := c.projectObject(p)
		if c.bool("simple") {
			return simpleProject(o)
		}
		return o
	}))
}

func (c *call) projectMatches(p *Project) bool {
	role := noAccess
	if c.user != nil {
		role = max(c.s.membershipLevel(p.Members, c.user), c.s.inheritedRole(c.user, p.Group))
	}
	searched := p.Name + "\n" + p.lastPath()
	if c.bool("search_namespaces") {
		searched = p.Path + "\n" + p.Name
	}
	topics, _ := p.Settings["topics"].([]any)
	for _, topic := range c.strings("topic") {
		if !slices.Contains(topics, any(topic)) {
			return false
		}
	}
	switch {
	case c.bool("membership") && role == noAccess,
		c.bool("owned") && role < owner,
		c.has("archived") && p.Archived != c.bool("archived"),
		c.has("min_access_level") && role < accessLevel(c.int("min_access_level")),
		c.has("visibility") && p.Visibility != c.str("visibility"),
		c.has("id_after") && p.ID <= c.int("id_after"),
		c.has("id_before") && p.ID >= c.int("id_before"):
		return false
	}
	return strings.Contains(strings.ToLower(searched), strings.ToLower(c.str("search")))
}

func simpleProject(o object) object {
	simple := object{}
	for _, name := range []string{
		"id", "description", "name", "name_with_namespace", "path", "path_with_namespace", "created_at", "default_branch", "tag_list", "topics",
		"ssh_url_to_repo", "http_url_to_repo", "web_url", "readme_url", "forks_count", "avatar_url", "star_count", "last_activity_at", "visibility", "namespace",
	} {
		simple[name] = o[name]
	}
	return simple
}

func listUserProjects(c *call) {
	u := c.s.world.findUser(c.r.PathValue("id"))
	if u == nil {
		c.notFound("User")
		return
	}
	c.listProjects(func(p *Project) bool { return p.Owner == u })
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func (s *Server) refRoutes() []route {
	sort := optional("sort", stringType)
	branches := params{optional("search", stringType), optional("regex", stringType), sort}.paginated()
	tags := params{
		optional("search", stringType), optional("order_by", stringType).oneOf("name", "updated", "version").byDefault("updated"),
		sort.oneOf("asc", "desc").byDefault("desc"),
	}.paginated()
	newBranch := params{requires("branch", stringType).present(), requires("ref", stringType).present()}
	newTag := params{requires("tag_name", stringType), requires("ref", stringType), optional("message", stringType)}
	const branchesPath, tagsPath = "/projects/{id}/repository/branches", "/projects/{id}/repository/tags"
	return []route{
		{method: "GET", pattern: branchesPath, scope: repositories, params: branches, handle: listBranches},
		{method: "POST", pattern: branchesPath, params: newBranch, handle: createBranch},
		{method: "GET", pattern: branchesPath + "/{branch}", scope: repositories, handle: getBranch},
		{method: "DELETE", pattern: branchesPath + "/{branch}", handle: deleteBranch},
		{method: "GET", pattern: tagsPath, scope: repositories, params: tags, handle: listTags},
		{method: "POST", pattern: tagsPath, params: newTag, handle: createTag},
		{method: "GET", pattern: tagsPath + "/{tag_name}", scope: repositories, handle: getTag},
		{method: "DELETE", pattern: tagsPath + "/{tag_name}", handle: deleteTag},
	}
}

// refForm is what git takes as a name of a branch or tag, nearly.
var refForm = regexp.MustCompile(`^[^\s~^:?*\[\\/.-][^\s~^:?*\[\\]*$`)

func validRefName(name string) bool {
	return refForm.MatchString(name) && !strings.Contains(name, "..") && !strings.HasSuffix(name, "/") && !strings.HasSuffix(name, ".lock") &&
		!strings.HasSuffix(name, ".") && !strings.Contains(name, "//")
}

// branchAdded is called when a branch has come to be. The first one becomes the default branch, with the protection that the group or the
// instance wants for it: 0 none, 1 developers may push, 2 and 4 maintainers only, 3 developers may merge.
func (s *Server) branchAdded(p *Project, branch string) {
	if p.DefaultBranch != "" {
		return
	}
	p.DefaultBranch = branch
	wanted := s.world.settingNumber("default_branch_protection")
	if p.Group != nil {
		wanted, _ = p.Group.Settings["default_branch_protection"].(int)
	}
	push, merge := maintainer, maintainer
	switch wanted {
	case 0:
		return
	case 1:
		push, merge = developer, maintainer
	case 3:
		merge = developer
	}
	p.ProtectedBranches = append(p.ProtectedBranches, s.world.newProtection(Protection{
		Name: branch, Push: []Grant{{Level: push}}, Merge: []Grant{{Level: merge}}, Options: protectionAttributes.defaults(),
	}))
}

func (c *call) branchObject(p *Project, name string) object {
	head := p.Repo.branches[name]
	guarded := slices.ContainsFunc(p.ProtectedBranches, func(r *Protection) bool { return r.matches(name) })
	developers := func(grants func(*Protection) []Grant) bool {
		return guarded && !c.s.refused(p.ProtectedBranches, name, func(r *Protection) bool {
			return slices.ContainsFunc(grants(r), func(g Grant) bool { return g.Level == developer })
		})
	}
	return object{
		"name": name, "commit": c.commitObject(p, head), "merged": false, "protected": guarded, "default": name == p.DefaultBranch,
		"developers_can_push":  developers(func(r *Protection) []Grant { return r.Push }),
		"developers_can_merge": developers(func(r *Protection) []Grant { return r.Merge }),
		"can_push":             c.mayPush(p, name), "web_url": c.projectURL(p) + "/-/tree/" + name,
	}
}

// mayPush tells whether the caller may push to the branch.
func (c *call) mayPush(p *Project, branch string) bool {
	return !p.Archived && c.s.role(c.user, p) >= developer && !c.s.refused(p.ProtectedBranches, branch, func(r *Protection) bool { return c.s.granted(r.Push, c.user, p) })
}

func listBranches(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	names := slices.Sorted(maps.Keys(p.Repo.branches))
	if pattern := c.str("regex"); pattern != "" {
		form, err := regexp.Compile(pattern)
		if err != nil {
			c.error(http.StatusBadRequest, "regex is an invalid regular expression")
			return
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !form.MatchString(name) })
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !searched(name, c.str("search")) })
	c.json(http.StatusOK, page(c, names, func(name string) any { return c.branchObject(p, name) }))
}

// searched tells whether a ref's name has the text in it; ^text means at its start, text$ at its end.
func searched(name, text string) bool {
	name, text = strings.ToLower(name), strings.ToLower(text)
	rest, atStart := strings.CutPrefix(text, "^")
	rest, atEnd := strings.CutSuffix(rest, "$")
	switch {
	case atStart && atEnd:
		return name == rest
	case atStart:
		return strings.HasPrefix(name, rest)
	case atEnd:
		return strings.HasSuffix(name, rest)
	}
	return strings.Contains(name, rest)
}

func getBranch(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	if p.Repo.branches[c.str("branch")] == nil {
		c.notFound("Branch")
		return
	}
	c.json(http.StatusOK, c.branchObject(p, c.str("branch")))
}

func createBranch(c *call) {
	p, ok := c.project(developer)
	if !ok {
		return
	}
	name := c.str("branch")
	start := p.Repo.resolve(c.str("ref"))
	switch {
	case !validRefName(name):
		c.message(http.StatusBadRequest, "Branch name is invalid")
	case p.Repo.branches[name] != nil:
		c.message(http.StatusBadRequest, "Branch already exists")
	case start == nil:
		c.message(http.StatusBadRequest, "Invalid reference name: "+c.str("ref"))
	default:
		p.Repo.branches[name] = start
		c.s.branchAdded(p, name)
		c.json(http.StatusCreated, c.branchObject(p, name))
	}
}

func deleteBranch(c *call) {
	p, ok := c.project(developer)
	if !ok {
		return
	}
	name := c.str("branch")
	switch {
	case p.Repo.branches[name] == nil:
		c.notFound("Branch")
	case name == p.DefaultBranch:
		c.message(http.StatusMethodNotAllowed, "Cannot remove HEAD branch")
	case slices.ContainsFunc(p.ProtectedBranches, func(r *Protection) bool { return r.matches(name) }):
		c.message(http.StatusMethodNotAllowed, "Protected branch cannot be removed")
	default:
		delete(p.Repo.branches, name)
		c.noContent()
	}
}

func (c *call) tagObject(p *Project, tag *Tag) object {
	created := any(nil)
	if tag.Message != "" { // only an annotated tag knows when it was made
		created = timestamp(tag.CreatedAt)
	}
	return object{
		"name": tag.Name, "message": tag.Message, "target": tag.Commit.SHA, "commit": c.commitObject(p, tag.Commit), "release": nil,
		"protected":  slices.ContainsFunc(p.ProtectedTags, func(r *Protection) bool { return r.matches(tag.Name) }),
		"created_at": created,
	}
}

func listTags(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	var tags []*Tag
	for _, name := range slices.Sorted(maps.Keys(p.Repo.tags)) {
		if searched(name, c.str("search")) {
			tags = append(tags, p.Repo.tags[name])
		}
	}
	if c.str("order_by") == "updated" {
		slices.SortStableFunc(tags, func(a, b *Tag) int { return a.CreatedAt.Compare(b.CreatedAt) })
	}
	if c.str("sort") == "desc" {
		slices.Reverse(tags)
	}
	c.json(http.StatusOK, page(c, tags, func(tag *Tag) any { return c.tagObject(p, tag) }))
}

// tag is the tag of the parameter "tag_name" in a project where the caller has that role; or 404 or 403.
func (c *call) tag(needed accessLevel) (*Project, *Tag, bool) {
	p, ok := c.project(needed)
	if !ok {
		return nil, nil, false
	}
	tag := p.Repo.tags[c.str("tag_name")]
	if tag == nil {
		c.notFound("Tag")
	}
	return p, tag, tag != nil
}

func getTag(c *call) {
	if p, tag, ok := c.tag(noAccess); ok {
		c.json(http.StatusOK, c.tagObject(p, tag))
	}
}

func createTag(c *call) {
	p, ok := c.project(developer)
	if !ok {
		return
	}
	name := c.str("tag_name")
	target := p.Repo.resolve(c.str("ref"))
	switch {
	case !validRefName(name):
		c.message(http.StatusBadRequest, "Tag name invalid")
	case p.Repo.tags[name] != nil:
		c.message(http.StatusBadRequest, fmt.Sprintf("Tag %s already exists", name))
	case target == nil:
		c.message(http.StatusBadRequest, fmt.Sprintf("Target %s is invalid", c.str("ref")))
	case c.s.protectedAgainst(c.user, p, "refs/tags/"+name):
		c.message(http.StatusBadRequest, fmt.Sprintf("You are not allowed to create the tag '%s': it is protected.", name))
	default:
		tag := &Tag{Name: name, Message: c.str("message"), Commit: target, CreatedAt: c.now}
		p.Repo.tags[name] = tag
		c.json(http.StatusCreated, c.tagObject(p, tag))
	}
}

func deleteTag(c *call) {
	p, tag, ok := c.tag(developer)
	if !ok {
		return
	}
	if c.s.protectedAgainst(c.user, p, "refs/tags/"+tag.Name) {
		c.message(http.StatusMethodNotAllowed, "Protected tag cannot be removed")
		return
	}
	delete(p.Repo.tags, tag.Name)
	c.noContent()
}

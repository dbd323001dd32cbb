// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

func (s *Server) projectRoutes() []route {
	editable := append(projectAttributeParams(),
		optional("visibility", stringType).oneOf("private", "internal", "public"), optional("default_branch", stringType))
	create := append(params{
		optional("name", stringType), optional("path", stringType), optional("namespace_id", integerType),
		optional("initialize_with_readme", booleanType),
	}, editable...)
	edit := append(params{optional("name", stringType), optional("path", stringType)}, editable...)
	editGiven := func(c *call) {
		if c.atLeastOne(edit) {
			editProject(c)
		}
	}
	return []route{
		{method: "GET", pattern: "/projects", scope: public, params: projectFilters, handle: func(c *call) { c.listProjects(func(*Project) bool { return true }) }},
		{method: "POST", pattern: "/projects", params: create, handle: createProject},
		{method: "GET", pattern: "/projects/{id}", scope: public, handle: getProject},
		{method: "PUT", pattern: "/projects/{id}", params: edit, handle: editGiven},
		{method: "DELETE", pattern: "/projects/{id}", handle: deleteProject},
		{method: "POST", pattern: "/projects/{id}/archive", handle: setArchived(true)},
		{method: "POST", pattern: "/projects/{id}/unarchive", handle: setArchived(false)},
		{method: "PUT", pattern: "/projects/{id}/transfer", params: params{requires("namespace", stringType)}, handle: transferProject},
	}
}

// namespacePath is the full path of what the project lies in.
func (p *Project) namespacePath() string { return p.Path[:strings.LastIndex(p.Path, "/")] }

func (p *Project) lastPath() string { return p.Path[strings.LastIndex(p.Path, "/")+1:] }

// visibleBranch is the default branch as the API shows it, which names one even before there is any.
func (s *Server) visibleBranch(p *Project) string {
	return cmp.Or(p.DefaultBranch, s.world.setting("default_branch_name"), "main")
}

func (c *call) projectObject(p *Project) object {
	var namespace object
	var namespaceName string
	if p.Group != nil {
		namespace, namespaceName = c.groupNamespace(p.Group), p.Group.fullName()
	} else {
		namespace, namespaceName = c.userNamespace(p.Owner), p.Owner.Name
	}
	web := c.projectURL(p)
	api := fmt.Sprintf("%s%s/projects/%d", c.externalURL(), apiRoot, p.ID)
	o := with(p.Settings, object{
		"id": p.ID, "name": p.Name, "name_with_namespace": namespaceName + " / " + p.Name, "path": p.lastPath(), "path_with_namespace": p.Path,
		"created_at": timestamp(p.CreatedAt), "updated_at": timestamp(p.UpdatedAt), "last_activity_at": timestamp(p.UpdatedAt),
		"default_branch": c.s.visibleBranch(p), "empty_repo": len(p.Repo.branches) == 0, "visibility": p.Visibility, "namespace": namespace,
		"web_url": web, "http_url_to_repo": web + ".git", "ssh_url_to_repo": "git@" + c.host() + ":" + p.Path + ".git", "readme_url": c.readmeURL(p),
		"_links": object{
			"self": api, "issues": api + "/issues", "merge_requests": api + "/merge_requests", "repo_branches": api + "/repository/branches",
			"labels": api + "/labels", "events": api + "/events", "members": api + "/members", "cluster_agents": api + "/cluster_agents",
		},
		"creator_id": p.Creator.ID, "tag_list": p.Settings["topics"], "avatar_url": nil, "forks_count": 0, "star_count": 0, "open_issues_count": 0,
		"archived": p.Archived, "import_status": "none", "shared_with_groups": []any{}, "marked_for_deletion_at": nil, "marked_for_deletion_on": nil,
		"can_create_merge_request_in": c.s.role(c.user, p) >= developer, "description_html": "", "service_desk_address": nil,
		"container_registry_image_prefix": c.host() + "/" + strings.ToLower(p.Path),
		"permissions":                     c.projectPermissions(p),
	})
	for name, level := range switches {
		o[name] = p.Settings[level] != "disabled"
	}
	if p.Owner != nil {
		o["owner"] = c.userBasic(p.Owner)
	}
	if c.s.role(c.user, p) >= maintainer {
		o["runners_token"] = fmt.Sprintf("GR1348941project%d", p.ID)
	}
	return o
}

// host is the name, and port if any, under which the client knows this GitLab.
func (c *call) host() string {
	_, host, _ := strings.Cut(c.externalURL(), "://")
	host, _, _ = strings.Cut(host, "/")
	return host
}

func (c *call) readmeURL(p *Project) any {
	head := p.Repo.branches[p.DefaultBranch]
	if head == nil || head.files["README.md"] == nil {
		return nil
	}
	return c.projectURL(p) + "/-/blob/" + p.DefaultBranch + "/README.md"
}

func (c *call) projectPermissions(p *Project) object {
	shown := func(level accessLevel) any {
		if level == noAccess {
			return nil
		}
		return object{"access_level": level, "notification_level": 3}
	}
	if c.user == nil {
		return object{"project_access": nil, "group_access": nil}
	}
	return object{
		"project_access": shown(c.s.membershipLevel(p.Members, c.user)),
		"group_access":   shown(c.s.inheritedRole(c.user, p.Group)),
	}
}

var (
	projectPathForm = regexp.MustCompile(`^[A-Za-z0-9_.][A-Za-z0-9_.-]*$`)
	projectNameForm = regexp.MustCompile(`^[\p{L}\p{N}\p{So}_][\p{L}\p{N}\p{So}\p{Mn}_.+\- ]*$`)
	notInPath       = regexp.MustCompile(`[^a-z0-9_-]+`)
)

// nameErrors are what is wrong with the project's name or full path; project is the one that may already have them.
func (s *Server) nameErrors(project *Project, name, path string) map[string][]string {
	errors := map[string][]string{}
	if !projectNameForm.MatchString(name) {
		errors["name"] = []string{"can contain only letters, digits, emoji, '_', '.', '+', dashes, or spaces. It must start with a letter, digit, emoji, or '_'."}
	}
	namespace, last := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	if !projectPathForm.MatchString(last) || strings.HasSuffix(last, ".git") || strings.HasSuffix(last, ".atom") || strings.HasSuffix(last, ".") {
		errors["path"] = []string{"can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"}
	}
	if holder := s.world.paths[strings.ToLower(path)]; holder != nil && holder != project {
		errors["project_namespace.name"] = []string{"has already been taken"}
		errors["path"] = append(errors["path"], "has already been taken")
	}
	for _, other := range s.world.projects {
		if other != project && other.Name == name && strings.EqualFold(other.namespacePath(), namespace) {
			errors["project_namespace.name"] = []string{"has already been taken"}
			errors["name"] = append(errors["name"], "has already been taken")
		}
	}
	return errors
}

func createProject(c *call) {
	if !c.atLeastOne(params{optional("name"), optional("path")}) {
		return
	}
	p := &Project{Owner: c.user, Creator: c.user}
	if c.has("namespace_id") && c.int("namespace_id") != c.user.NamespaceID {
		p.Group = c.s.world.groups[c.int("namespace_id")]
		p.Owner = c.s.world.namesake(c.int("namespace_id"))
		if p.Group != nil && !c.mayCreateIn(p.Group) || p.Group == nil && (p.Owner == nil || !c.user.Admin) {
			c.invalid(map[string][]string{"namespace": {"is not valid"}})
			return
		}
	}
	c.addProject(p)
}

// mayCreateIn tells whether the caller may make projects in the group, by the group's own setting.
func (c *call) mayCreateIn(g *Group) bool {
	needed := map[any]accessLevel{"developer": developer, "maintainer": maintainer, "owner": owner, "administrator": instance, "noone": instance + 1}
	return c.user.Admin || c.s.groupRole(c.user, g) >= needed[g.Settings["project_creation_level"]]
}

// addProject completes the project from the request and answers with it, or with what is wrong.
func (c *call) addProject(p *Project) {
	var namespace string
	if p.Group != nil {
		namespace = p.Group.Path
	} else {
		namespace = p.Owner.Username
	}
	p.Name = cmp.Or(c.str("name"), c.str("path"))
	last := cmp.Or(c.str("path"), p.Name)
	if !projectPathForm.MatchString(last) && !c.has("path") {
		last = strings.Trim(notInPath.ReplaceAllString(strings.ToLower(last), "-"), "-")
	}
	p.Path = namespace + "/" + last
	p.Visibility = cmp.Or(c.str("visibility"), c.s.world.setting("default_project_visibility"))
	p.CreatedAt, p.UpdatedAt = c.now, c.now
	p.Members, p.Settings, p.Repo = map[int]*Membership{}, projectAttributes.defaults(), newRepo()

	errors := c.s.nameErrors(p, p.Name, p.Path)
	p.checkVisibility(errors)
	if len(errors) > 0 {
		c.invalid(errors)
		return
	}
	p.Settings["repository_storage"] = "default"
	p.readAttributes(c)
	if p.Owner != nil {
		p.Members[p.Owner.ID] = &Membership{User: p.Owner, Level: owner, CreatedAt: c.now, CreatedBy: c.user}
	} else if c.s.inheritedRole(c.user, p.Group) < maintainer {
		p.Members[c.user.ID] = &Membership{User: c.user, Level: maintainer, CreatedAt: c.now, CreatedBy: c.user}
	}
	c.s.world.addProject(p)
	if c.bool("initialize_with_readme") {
		readme := "# " + p.Name + "\n"
		if description, _ := p.Settings["description"].(string); description != "" {
			readme += "\n" + description + "\n"
		}
		branch := cmp.Or(c.str("default_branch"), c.s.visibleBranch(p))
		p.Repo.commit(branch, nil, c.draft("Initial commit"), map[string]*file{"README.md": newFile([]byte(readme))})
		c.s.branchAdded(p, branch)
	}
	c.json(http.StatusCreated, c.projectObject(p))
}

// checkVisibility adds an error if the project is more visible than its group.
func (p *Project) checkVisibility(errors map[string][]string) {
	if p.Group != nil && visibilityRank(p.Visibility) > visibilityRank(p.Group.Visibility) {
		errors["visibility_level"] = []string{p.Visibility + " is not allowed in a " + p.Group.Visibility + " group."}
	}
}

func getProject(c *call) {
	if p, ok := c.project(noAccess); ok {
		c.json(http.StatusOK, c.projectObject(p))
	}
}

func editProject(c *call) {
	p, ok := c.project(maintainer)
	if !ok {
		return
	}
	if (c.has("name") || c.has("visibility")) && c.s.role(c.user, p) < owner {
		c.forbidden()
		return
	}
	name := cmp.Or(c.str("name"), p.Name)
	path := p.namespacePath() + "/" + cmp.Or(c.str("path"), p.lastPath())
	errors := c.s.nameErrors(p, name, path)
	wanted := *p
	wanted.Visibility = cmp.Or(c.str("visibility"), p.Visibility)
	wanted.checkVisibility(errors)
	if storage := c.str("repository_storage"); storage != "" && storage != "default" && c.user.Admin {
		errors["repository_storage_moves"] = []string{"is invalid"}
	}
	if branch := c.str("default_branch"); branch != "" && branch != p.DefaultBranch && p.Repo.branches[branch] == nil {
		errors["base"] = []string{fmt.Sprintf("Could not change HEAD: branch '%s' does not exist", branch)}
	}
	if len(errors) > 0 {
		c.invalid(errors)
		return
	}
	if path != p.Path {
		c.s.world.move(p, path)
	}
	p.Name, p.Visibility, p.UpdatedAt = name, wanted.Visibility, c.now
	p.DefaultBranch = cmp.Or(c.str("default_branch"), p.DefaultBranch)
	p.readAttributes(c)
	c.json(http.StatusOK, c.projectObject(p))
}

func setArchived(archived bool) func(*call) {
	return func(c *call) {
		if p, ok := c.project(owner); ok {
			p.Archived, p.UpdatedAt = archived, c.now
			c.json(http.StatusCreated, c.projectObject(p))
		}
	}
}

// deleteProject removes a project. GitLab does so a little later; here it is done at once.
func deleteProject(c *call) {
	p, ok := c.project(owner)
	if !ok || !c.unmodified(p.UpdatedAt) {
		return
	}
	c.s.removeProject(p)
	c.json(http.StatusAccepted, object{"message": "202 Accepted"})
}

func (s *Server) removeProject(p *Project) {
	s.removeBots(p.Members)
	delete(s.world.projects, p.ID)
	delete(s.world.statuses, p.ID)
	delete(s.world.paths, strings.ToLower(p.Path))
	s.projectDeleted(p)
}

func transferProject(c *call) {
	p, ok := c.project(owner)
	if !ok {
		return
	}
	w := c.s.world
	target := w.findGroup(c.str("namespace"))
	var namespace string
	newOwner, _ := w.paths[strings.ToLower(c.str("namespace"))].(*User)
	switch {
	case target != nil && c.s.canReadGroup(c.user, target):
		namespace = target.Path
	case newOwner != nil && (newOwner == c.user || c.user.Admin):
		namespace, target = newOwner.Username, nil
	default:
		c.notFound("Namespace")
		return
	}
	path := namespace + "/" + p.lastPath()
	switch {
	case strings.EqualFold(namespace, p.namespacePath()):
		c.message(http.StatusBadRequest, "Project is already in this namespace.")
	case target != nil && !c.mayCreateIn(target):
		c.message(http.StatusBadRequest, "You don't have permission to transfer projects into that namespace.")
	case w.paths[strings.ToLower(path)] != nil:
		c.message(http.StatusBadRequest, "Project with same name or path in target namespace already exists")
	default:
		w.move(p, path)
		p.Group, p.Owner, p.UpdatedAt = target, newOwner, c.now
		if target != nil {
			p.Owner = nil
		}
		c.json(http.StatusOK, c.projectObject(p))
	}
}

// draft is a commit of the caller's, still without tree.
func (c *call) draft(message string) Commit {
	return Commit{
		Message: message, AuthorName: cmp.Or(c.str("author_name"), c.user.Name), AuthorEmail: cmp.Or(c.str("author_email"), c.user.Email),
		CommittedAt: c.now.Truncate(time.Second), // as git counts
	}
}

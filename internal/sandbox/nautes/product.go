// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

type gitMessage struct {
	GitLab *gitlabProjectMessage `json:"gitlab"`
	GitHub *gitlabProjectMessage `json:"github"`
}

// gitlabProjectMessage is how a group or a repository in GitLab is wanted.
type gitlabProjectMessage struct {
	Name        string `json:"name"`
	Path        string `json:"path"`
	Visibility  string `json:"visibility"`
	Description string `json:"description"`
}

func (g *gitMessage) problem(field string) string {
	if g == nil {
		return required(field, false)
	}
	visible := func(name string, m *gitlabProjectMessage) string {
		if m == nil {
			return ""
		}
		return embedded("Git."+name, oneOf(name+".Visibility", m.Visibility, "public", "private"))
	}
	return embedded(field, broken(visible("Gitlab", g.GitLab), visible("Github", g.GitHub)))
}

// wish is the body of a request to GitLab. What is empty stays as it is.
func (m *gitlabProjectMessage) wish() map[string]any {
	wish := map[string]any{}
	for name, value := range map[string]string{"name": m.Name, "path": m.Path, "visibility": m.Visibility, "description": m.Description} {
		if value != "" {
			wish[name] = value
		}
	}
	return wish
}

type saveProduct struct {
	Name string      `json:"product_name"`
	Git  *gitMessage `json:"git"`
}

func (r *saveProduct) problem(*Server) string { return r.Git.problem("SaveProductRequest.Git") }

type oneProduct struct {
	Name string `json:"product_name"`
}

type productReply struct {
	Name string          `json:"name"`
	Git  productGitReply `json:"git"`
}

type productGitReply struct {
	GitLab *productGitLabReply `json:"gitlab"`
	GitHub *productGitLabReply `json:"github"`
}

type productGitLabReply struct {
	Path        string `json:"path"`
	Visibility  string `json:"visibility"`
	Description string `json:"description"`
}

func productRoutes() []route {
	return []route{
		{http.MethodGet, "/products", on((*call).listProducts)},
		{http.MethodGet, "/products/{product_name}", on((*call).getProduct)},
		{http.MethodPost, "/products/{product_name}", on((*call).saveProduct)},
		{http.MethodDelete, "/products/{product_name}", on((*call).deleteProduct)},
	}
}

func (g *group) reply() productReply {
	return productReply{Name: g.Name, Git: productGitReply{GitLab: &productGitLabReply{g.Path, g.Visibility, g.Description}}}
}

func (c *call) getProduct(r *oneProduct) (any, error) {
	g, err := c.gitlab.group(r.Name)
	if err == nil {
		_, err = c.gitlab.repository(g.Path + "/" + defaultProject)
	}
	if hasReason(err, "GROUP_NOT_FOUND") || hasReason(err, "PROJECT_NOT_FOUND") {
		return nil, errors.New("there are no default projects under this product")
	}
	if err != nil {
		return nil, err
	}
	return g.reply(), nil
}

func (c *call) listProducts(r *listed) (any, error) {
	repositories, err := all[repository](c.gitlab, "projects?search="+defaultProject)
	if err != nil {
		return nil, err
	}
	var reply items[productReply]
	for _, found := range repositories {
		g, err := c.gitlab.group(strconv.Itoa(found.Namespace.ID))
		if hasReason(err, "GROUP_NOT_FOUND") {
			continue
		}
		if err != nil {
			return nil, err
		}
		selected, err := selects(r.FieldSelector, fields{"product_name": contains(g.Name)})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, g.reply())
		}
	}
	return reply, nil
}

// saveProduct creates or changes the group, and creates its default.project with an empty list of resources.
func (c *call) saveProduct(r *saveProduct) (any, error) {
	if r.Git.GitLab == nil {
		return nil, errors.New("failed to get gitlab parameter")
	}
	if path := r.Git.GitLab.Path; path != "" && path != r.Name {
		return nil, fmt.Errorf("when creating a GitLab group, the path must be consistent with the product name. "+
			"the expected name is %s, but it is currently %s", r.Name, path)
	}
	if r.Git.GitLab.Name == "" {
		r.Git.GitLab.Name = r.Name
	}
	if r.Git.GitLab.Path == "" {
		r.Git.GitLab.Path = r.Git.GitLab.Name
	}
	g, err := c.gitlab.group(r.Name)
	method, target := http.MethodPost, "groups"
	switch {
	case err == nil:
		method, target = http.MethodPut, "groups/"+strconv.Itoa(g.ID)
	case hasReason(err, "GROUP_NOT_FOUND"):
		g = new(group)
	default:
		return nil, err
	}
	_, err = c.gitlab.call(method, target, r.Git.GitLab.wish(), g)
	if method == http.MethodPost && gitlabStatus(err) == http.StatusForbidden {
		return nil, fail(http.StatusForbidden, "NO_AUTHORIZATION", "no permission to create group, err: %s", err)
	}
	if err != nil {
		return nil, err
	}
	if _, err := c.gitlab.repository(g.Path + "/" + defaultProject); err == nil {
		return message{"Successfully saved"}, nil
	}
	created := new(repository)
	if _, err := c.gitlab.call(http.MethodPost, "projects", map[string]any{"name": defaultProject, "namespace_id": g.ID}, created); err != nil {
		return nil, err
	}
	w := &workspace{c: c, group: g, repository: created, files: map[string][]byte{}, tree: &tree{}}
	if err := w.push(map[string][]byte{}); err != nil {
		return nil, err
	}
	return message{"Successfully saved"}, nil
}

// deleteProduct removes a group in which there is nothing but default.project.
func (c *call) deleteProduct(r *oneProduct) (any, error) {
	g, err := c.gitlab.group(r.Name)
	if err != nil {
		return nil, err
	}
	target := "groups/" + url.PathEscape(strconv.Itoa(g.ID))
	repositories, err := all[repository](c.gitlab, target+"/projects?simple=true")
	if err != nil {
		return nil, err
	}
	if len(repositories) > 1 {
		return nil, fmt.Errorf("here are multiple project in %s, unable to delete", g.Path)
	}
	if len(repositories) == 1 {
		if _, err := c.gitlab.repository(g.Path + "/" + defaultProject); err != nil {
			return nil, err
		}
	}
	_, err = c.gitlab.call(http.MethodDelete, target, nil, nil)
	if gitlabStatus(err) == http.StatusForbidden {
		return nil, fail(http.StatusForbidden, "NO_AUTHORIZATION", "no permission to delete group, err: %s", err)
	}
	if err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.s.deployed, g.ID)
	return message{"Successfully deleted"}, nil
}

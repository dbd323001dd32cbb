// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import "net/http"

type saveProject struct {
	Product   string       `json:"product_name"`
	Name      string       `json:"project_name"`
	SkipCheck bool         `json:"insecure_skip_check"`
	Body      *projectBody `json:"body"`
}

type projectBody struct {
	Language string `json:"language"`
}

type oneProject struct {
	Product   string `json:"product_name"`
	Name      string `json:"project_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

type projectReply struct {
	Product  string `json:"product"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

func projectRoutes() []route {
	const root = "/products/{product_name}/projects"
	const one = root + "/{project_name}"
	return []route{
		{http.MethodGet, root, on((*call).listProjects)},
		{http.MethodGet, one, on((*call).getProject)},
		{http.MethodPost, one, on((*call).saveProject)},
		{http.MethodDelete, one, on((*call).deleteProject)},
	}
}

func (c *call) getProject(r *oneProject) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	spec := specOf[projectSpec](w.tree, projectKind, r.Name)
	if spec == nil {
		return nil, resourceNotFound()
	}
	return projectReply{r.Product, r.Name, spec.Language}, nil
}

func (c *call) listProjects(r *listed) (any, error) {
	w, err := c.openList(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var reply items[projectReply]
	for _, n := range w.tree.all(projectKind) {
		selected, err := selects(r.FieldSelector, fields{"project_name": contains(n.name)})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, projectReply{r.Product, n.name, n.spec.(*projectSpec).Language})
		}
	}
	return reply, nil
}

func (c *call) saveProject(r *saveProject) (any, error) {
	if r.Body == nil {
		return nil, panicked()
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := w.tree.find(projectKind, r.Name)
	if n != nil {
		n.spec.(*projectSpec).Language = r.Body.Language
	} else {
		n = &node{
			path: "projects/" + r.Name + "/" + r.Name + ".yaml", kind: projectKind, name: r.Name,
			spec: &projectSpec{Product: w.group.resource(), Language: r.Body.Language},
		}
	}
	if err := w.save(n, r.SkipCheck); err != nil {
		return nil, err
	}
	return saved(r.Name)
}

func (c *call) deleteProject(r *oneProject) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.delete(projectKind, r.Name, r.SkipCheck); err != nil {
		return nil, err
	}
	return deleted(r.Name)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import "net/http"

type saveBinding struct {
	Product   string       `json:"product_name"`
	Name      string       `json:"coderepo_binding_name"`
	SkipCheck bool         `json:"insecure_skip_check"`
	Body      *bindingBody `json:"body"`
}

func (r *saveBinding) problem(*Server) string {
	if r.Body == nil {
		return ""
	}
	return embedded("SaveRequest.Body", broken(
		oneOf("SaveRequest_Body.Permissions", r.Body.Permissions, "readonly", "readwrite"), notEmpty("SaveRequest_Body.Coderepo", r.Body.CodeRepo)))
}

type bindingBody struct {
	Product     string   `json:"product"` // read, but the product of the path counts
	Projects    []string `json:"projects"`
	Permissions string   `json:"permissions"`
	CodeRepo    string   `json:"coderepo"`
}

type oneBinding struct {
	Product   string `json:"product_name"`
	Name      string `json:"coderepo_binding_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

type bindingReply struct {
	Product     string   `json:"product"`
	Name        string   `json:"name"`
	Projects    []string `json:"projects"`
	Permissions string   `json:"permissions"`
	CodeRepo    string   `json:"coderepo"` // GitLab's display name
}

func bindingRoutes() []route {
	const root = "/products/{product_name}/coderepobindings"
	const one = root + "/{coderepo_binding_name}"
	return []route{
		{http.MethodGet, root, on((*call).listBindings)},
		{http.MethodGet, one, on((*call).getBinding)},
		{http.MethodPost, one, on((*call).saveBinding)},
		{http.MethodDelete, one, on((*call).deleteBinding)},
	}
}

func (c *call) bindingReply(n *node) (bindingReply, error) {
	spec := n.spec.(*bindingSpec)
	reply := bindingReply{Name: n.name, Projects: spec.Projects, Permissions: spec.Permissions}
	var err error
	if reply.CodeRepo, err = c.gitlab.displayNameOf(spec.CodeRepo); err == nil {
		reply.Product, err = c.gitlab.productNameOf(spec.Product)
	}
	return reply, err
}

func (c *call) getBinding(r *oneBinding) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := w.tree.find(bindingKind, r.Name)
	if n == nil {
		return nil, resourceNotFound()
	}
	return c.bindingReply(n)
}

func (c *call) listBindings(r *listed) (any, error) {
	w, err := c.openList(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var reply items[bindingReply]
	for _, n := range w.tree.all(bindingKind) {
		item, err := c.bindingReply(n)
		if err != nil {
			return nil, err
		}
		selected, err := selects(r.FieldSelector, fields{
			"coderepo": contains(item.CodeRepo), "product": contains(item.Product), "projects.in": contains(item.Projects...),
		})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, item)
		}
	}
	return reply, nil
}

func (c *call) saveBinding(r *saveBinding) (any, error) {
	g, err := c.gitlab.group(r.Product)
	if err != nil {
		return nil, err
	}
	if r.Body == nil {
		return nil, panicked()
	}
	codeRepo, err := c.gitlab.codeRepoNameOf(r.Product, r.Body.CodeRepo)
	if err != nil {
		return nil, err
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := &node{path: "code-repos/" + codeRepo + "/" + r.Name + ".yaml", kind: bindingKind, name: r.Name}
	if stored := w.tree.find(bindingKind, r.Name); stored != nil {
		if stored.spec.(*bindingSpec).CodeRepo != codeRepo {
			return nil, fail(http.StatusInternalServerError, "NOT_ALLOWED_MODIFY", "It is not allowed to modify the authorized repository. "+
				"If you want to change the authorized repository, please delete the authorization")
		}
		n.path = stored.path
	}
	n.spec = &bindingSpec{CodeRepo: codeRepo, Product: g.resource(), Projects: r.Body.Projects, Permissions: r.Body.Permissions}
	if err := w.save(n, r.SkipCheck); err != nil {
		return nil, err
	}
	return saved(r.Name)
}

func (c *call) deleteBinding(r *oneBinding) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.delete(bindingKind, r.Name, r.SkipCheck); err != nil {
		return nil, err
	}
	return deleted(r.Name)
}

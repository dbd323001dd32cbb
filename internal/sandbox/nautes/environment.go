// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"net/http"
	"strings"
)

type saveEnvironment struct {
	Product   string           `json:"product_name"`
	Name      string           `json:"environment_name"`
	SkipCheck bool             `json:"insecure_skip_check"`
	Body      *environmentBody `json:"body"`
}

func (r *saveEnvironment) problem(*Server) string {
	if r.Body == nil {
		return ""
	}
	return embedded("SaveRequest.Body", broken(notEmpty("SaveRequest_Body.Cluster", r.Body.Cluster), notEmpty("SaveRequest_Body.EnvType", r.Body.EnvType)))
}

type environmentBody struct {
	Cluster string `json:"cluster"`
	EnvType string `json:"env_type"`
}

type oneEnvironment struct {
	Product   string `json:"product_name"`
	Name      string `json:"environment_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

type environmentReply struct {
	Product string `json:"product"` // GitLab's display name of the group
	Name    string `json:"name"`
	Cluster string `json:"cluster"`
	EnvType string `json:"env_type"`
}

func environmentRoutes() []route {
	const root = "/products/{product_name}/environments"
	const one = root + "/{environment_name}"
	return []route{
		{http.MethodGet, root, on((*call).listEnvironments)},
		{http.MethodGet, one, on((*call).getEnvironment)},
		{http.MethodPost, one, on((*call).saveEnvironment)},
		{http.MethodDelete, one, on((*call).deleteEnvironment)},
	}
}

func (c *call) environmentReply(n *node) (environmentReply, error) {
	spec := n.spec.(*environmentSpec)
	product, err := c.gitlab.productNameOf(spec.Product)
	return environmentReply{product, n.name, spec.Cluster, spec.EnvType}, err
}

func (c *call) getEnvironment(r *oneEnvironment) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := w.tree.find(environmentKind, r.Name)
	if n == nil {
		return nil, resourceNotFound()
	}
	return c.environmentReply(n)
}

func (c *call) listEnvironments(r *listed) (any, error) {
	w, err := c.openList(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	var reply items[environmentReply]
	for _, n := range w.tree.all(environmentKind) {
		item, err := c.environmentReply(n)
		if err != nil {
			return nil, err
		}
		selected, err := selects(r.FieldSelector, fields{"cluster": contains(item.Cluster), "env_type": contains(item.EnvType)})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, item)
		}
	}
	return reply, nil
}

func (c *call) saveEnvironment(r *saveEnvironment) (any, error) {
	if r.Body == nil {
		return nil, panicked()
	}
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	n := &node{path: "envs/" + r.Name + ".yaml", kind: environmentKind, name: r.Name}
	if stored := w.tree.find(environmentKind, r.Name); stored != nil {
		n.path = stored.path
	}
	n.spec = &environmentSpec{Product: w.group.resource(), Cluster: r.Body.Cluster, EnvType: r.Body.EnvType}
	if err := w.save(n, r.SkipCheck); err != nil {
		return nil, err
	}
	return saved(r.Name)
}

// deleteEnvironment refuses, with or without the global check, while a runtime in git has the environment as its destination.
func (c *call) deleteEnvironment(r *oneEnvironment) (any, error) {
	w, err := c.open(r.Product)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if !w.tree.has(environmentKind, r.Name) {
		return nil, panicked()
	}
	var users []string
	for _, n := range w.tree.all(runtimeKind) {
		if n.spec.(*runtimeSpec).Destination.Environment == r.Name {
			users = append(users, "pipelineRuntime/"+n.name)
		}
	}
	if users != nil {
		return nil, fmt.Errorf("environment referenced by [%s], not allowed to be deleted", strings.Join(users, "|"))
	}
	if err := w.delete(environmentKind, r.Name, r.SkipCheck); err != nil {
		return nil, err
	}
	return deleted(r.Name)
}

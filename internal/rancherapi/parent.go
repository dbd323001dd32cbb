// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"strings"
)

// parent is what a collection belongs to; the zero value is the whole server.
type parent struct {
	kind kind
	id   string
	// prefix is what the ids of its objects have before the colon.
	prefix string
}

var (
	clusters = kind{"cluster", "clusters"}
	projects = kind{"project", "projects"}
)

func cluster(id string) parent { return parent{clusters, id, id} }

// project is the parent with the id `{cluster}:{project}`, of which its
// objects' ids have the second half.
func project(id string) parent { return parent{projects, id, id[strings.LastIndex(id, ":")+1:]} }

// Cluster reads a cluster, or returns [ErrAbsent]. It tells an empty list from
// that of a cluster that doesn't exist.
func (c *Client) Cluster(ctx context.Context, id string) (*Object, error) {
	return get[Object](ctx, c, clusters, id)
}

// Project reads a project, or returns [ErrAbsent]. It tells an empty list from
// that of a project that doesn't exist.
func (c *Client) Project(ctx context.Context, id string) (*Object, error) {
	return get[Object](ctx, c, projects, id)
}

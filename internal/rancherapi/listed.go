// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"errors"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// listedPerPage is how many objects a page has that is read for those who want
// one of them: a page of [defaultPerPage] would be megabytes, perhaps for one.
const listedPerPage = 100

// listings answer who refreshes what is known from the lists of its parents.
type listings struct {
	clusterPipelines readthrough.Listing[parent, string, ClusterPipeline]
	pipelines        readthrough.Listing[parent, string, Pipeline]
	remoteAccounts   readthrough.Listing[parent, string, RemoteAccount]
}

func (c *Client) beginListings() {
	beginListing(c, &c.listed.clusterPipelines, clusterPipelines)
	beginListing(c, &c.listed.pipelines, pipelines)
	beginListing(c, &c.listed.remoteAccounts, remoteAccounts)
}

func beginListing[T any, P enveloped[T]](c *Client, l *readthrough.Listing[parent, string, T], k kind) {
	l.ID = func(object T) string { return P(&object).envelope().ID }
	l.Pages = func(in parent) readthrough.Pages[T] {
		var page []T
		lister := newLister[T, P](c, k, listOptions{parent: in, perPage: listedPerPage}, func(object T) bool {
			page = append(page, object)
			c.see(P(&object).envelope())
			return true
		})
		return func(ctx context.Context) ([]T, bool, error) {
			page = nil
			more, _, err := lister.step(ctx)
			return page, more, err
		}
	}
	l.Pervasive = func(err error) bool {
		var other *NotRancherError
		return transport.Pervasive(err) || errors.As(err, &other)
	}
}

// forget makes the next look at an object a new one; for after it was written.
func (c *Client) forget(id string) {
	c.listed.clusterPipelines.Forget(id)
	c.listed.pipelines.Forget(id)
	c.listed.remoteAccounts.Forget(id)
}

// getListed is like get for many who refresh what they know: it answers from
// pages of the parent's list, and may say what the object was a minute ago,
// unless this client has written it since.
func getListed[T any, P enveloped[T]](ctx context.Context, c *Client, l *readthrough.Listing[parent, string, T], k kind, in parent, id string) (*T, error) {
	if in.kind.id != "" && in.kind.checkID(in.id) != nil {
		return get[T, P](ctx, c, k, id)
	}
	object, err := l.Get(ctx, in, id, func(ctx context.Context, _ error) (T, error) {
		object, err := get[T, P](ctx, c, k, id)
		if err != nil {
			return *new(T), err
		}
		return *object, nil
	})
	if err != nil {
		return nil, err
	}
	return &object, nil
}

// ListedClusterPipeline is like [Client.ClusterPipeline] for many who refresh
// what they know of the cluster's configurations. It answers from their list,
// and may say what one was a minute ago, unless this client has written it
// since.
func (c *Client) ListedClusterPipeline(ctx context.Context, clusterID, id string) (*ClusterPipeline, error) {
	return getListed(ctx, c, &c.listed.clusterPipelines, clusterPipelines, cluster(clusterID), id)
}

// ListedPipeline is to [Client.Pipeline] what [Client.ListedClusterPipeline] is
// to [Client.ClusterPipeline]. Where projectID is empty or another project's,
// the pipeline is asked for itself.
func (c *Client) ListedPipeline(ctx context.Context, projectID, id string) (*Pipeline, error) {
	return getListed(ctx, c, &c.listed.pipelines, pipelines, project(projectID), id)
}

// ListedRemoteAccount is to [Client.RemoteAccount] what
// [Client.ListedClusterPipeline] is to [Client.ClusterPipeline].
func (c *Client) ListedRemoteAccount(ctx context.Context, id string) (*RemoteAccount, error) {
	return getListed(ctx, c, &c.listed.remoteAccounts, remoteAccounts, parent{}, id)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"iter"
)

// ClusterPipeline is a cluster's pipeline configuration: the OAuth application
// with which its users log in at their git host.
type ClusterPipeline struct {
	Object
	Spec ClusterPipelineSpec `json:"spec"`
}

// ClusterPipelineSpec is what a client sets of a [ClusterPipeline].
type ClusterPipelineSpec struct {
	// ClusterName is the cluster's id. A create sends the id of its path, and
	// an update never sends it.
	ClusterName string `json:"clusterName,omitempty"`
	// GithubConfig is nil where there is none; an update with nil removes it.
	GithubConfig *GithubConfig `json:"githubConfig"`
}

// GithubConfig is an OAuth application of GitHub. In an update, nil clears.
type GithubConfig struct {
	// Scheme is http or https. Rancher takes https when a create doesn't say.
	Scheme *string `json:"scheme"`
	// Host is empty for github.com.
	Host     *string `json:"host"`
	ClientID *string `json:"clientID"`
	// ClientSecret is never in an answer. An update without it keeps the
	// stored one.
	ClientSecret Secret `json:"clientSecret,omitempty"`
}

var clusterPipelines = kind{"clusterPipeline", "clusterPipelines"}

// ClusterPipelines lists the cluster's pipeline configurations. A cluster that
// doesn't exist has none.
func (c *Client) ClusterPipelines(ctx context.Context, clusterID string) ([]ClusterPipeline, error) {
	return list[ClusterPipeline](ctx, c, clusterPipelines, listOptions{parent: cluster(clusterID)})
}

// EachClusterPipeline goes over the cluster's pipeline configurations, perPage
// at a time, and asks for no page that isn't needed; 0 is as many as Rancher
// gives.
func (c *Client) EachClusterPipeline(ctx context.Context, clusterID string, perPage int) iter.Seq2[ClusterPipeline, error] {
	return each[ClusterPipeline](ctx, c, clusterPipelines, listOptions{parent: cluster(clusterID), perPage: pageOf(perPage)})
}

// ClusterPipeline reads a configuration, or returns [ErrAbsent].
func (c *Client) ClusterPipeline(ctx context.Context, id string) (*ClusterPipeline, error) {
	return get[ClusterPipeline](ctx, c, clusterPipelines, id)
}

// CreateClusterPipeline creates a configuration; an empty name lets Rancher
// choose one. [Refusal.Taken] tells that there is one of that name.
func (c *Client) CreateClusterPipeline(ctx context.Context, clusterID, name string, spec ClusterPipelineSpec) (*ClusterPipeline, error) {
	spec.ClusterName = clusterID
	return create(ctx, c, clusterPipelines, &c.created.clusterPipelines, cluster(clusterID), name, spec, spec.shown())
}

// UpdateClusterPipeline turns the configuration from one into another. Only
// what differs is sent, and the secret if there is one; what becomes nil is
// cleared, but for the secret.
func (c *Client) UpdateClusterPipeline(ctx context.Context, id string, from, to ClusterPipelineSpec) (*ClusterPipeline, error) {
	from.ClusterName, to.ClusterName = "", ""
	if from.GithubConfig != nil {
		// Nobody can tell whether it is the one that is stored.
		github := *from.GithubConfig
		github.ClientSecret = ""
		from.GithubConfig = &github
	}
	return update[ClusterPipeline](ctx, c, clusterPipelines, id, from, to)
}

// DeleteClusterPipeline deletes a configuration and waits until it is gone.
// [ErrAbsent] means that it was gone already.
func (c *Client) DeleteClusterPipeline(ctx context.Context, id string) error {
	return remove(ctx, c, clusterPipelines, id)
}

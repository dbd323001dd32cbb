// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import "context"

// GitRepoCache holds the repositories that a [RemoteAccount] could reach when
// Rancher last looked. Each account has at most one.
type GitRepoCache struct {
	Object
	Spec GitRepoCacheSpec `json:"spec"`
}

// GitRepoCacheSpec is what Rancher found. RemoteAccountName is the account's
// id.
type GitRepoCacheSpec struct {
	Type              string       `json:"type"`
	RemoteAccountName string       `json:"remoteAccountName"`
	Repositories      []Repository `json:"repositories"`
}

// Repository is a repository at a git host, and what the account may do there.
type Repository struct {
	Name        string                `json:"name"`
	CloneURL    string                `json:"cloneUrl"`
	Permissions RepositoryPermissions `json:"permissions"`
	Language    string                `json:"language"`
}

// RepositoryPermissions are what an account may do; what Rancher doesn't
// mention it may not.
type RepositoryPermissions struct {
	Pull  bool `json:"pull"`
	Push  bool `json:"push"`
	Admin bool `json:"admin"`
}

var gitRepoCaches = kind{"gitRepoCache", "gitRepoCaches"}

// GitRepoCaches lists the caches that the user created, or all that may be seen
// when creatorID is empty.
func (c *Client) GitRepoCaches(ctx context.Context, creatorID string) ([]GitRepoCache, error) {
	return list[GitRepoCache](ctx, c, gitRepoCaches, listOptions{creatorID: creatorID})
}

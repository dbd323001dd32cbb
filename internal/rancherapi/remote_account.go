// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import "context"

// RemoteAccount is a Rancher user's account at a git host.
type RemoteAccount struct {
	Object
	Spec RemoteAccountSpec `json:"spec"`
}

// RemoteAccountSpec is what a client sets of a [RemoteAccount].
type RemoteAccountSpec struct {
	// Type is github. An update with nil keeps it, as it keeps UserName,
	// AvatarURL and HTMLURL, which Rancher may have set.
	Type *string `json:"type,omitempty"`
	// DisplayName and AccountName are cleared by an update with nil.
	DisplayName *string `json:"displayName"`
	AccountName *string `json:"accountName"`
	// UserName is the Rancher user, whom Rancher sets.
	UserName  *string `json:"userName,omitempty"`
	AvatarURL *string `json:"avatarUrl,omitempty"`
	HTMLURL   *string `json:"htmlUrl,omitempty"`
	// AccessToken is never in an answer. Only a create sends it: in an update
	// Rancher would ignore it without a word.
	AccessToken Secret `json:"accessToken,omitempty"`
}

var remoteAccounts = kind{"remoteAccount", "remoteAccounts"}

// RemoteAccounts lists the remote accounts that the user created, or all that
// may be seen when creatorID is empty.
func (c *Client) RemoteAccounts(ctx context.Context, creatorID string) ([]RemoteAccount, error) {
	return list[RemoteAccount](ctx, c, remoteAccounts, listOptions{creatorID: creatorID})
}

// RemoteAccount reads an account, or returns [ErrAbsent].
func (c *Client) RemoteAccount(ctx context.Context, id string) (*RemoteAccount, error) {
	return get[RemoteAccount](ctx, c, remoteAccounts, id)
}

// CreateRemoteAccount creates an account of the token's user.
func (c *Client) CreateRemoteAccount(ctx context.Context, spec RemoteAccountSpec) (*RemoteAccount, error) {
	return create(ctx, c, remoteAccounts, &c.created.remoteAccounts, parent{}, "", spec, spec.shown())
}

// UpdateRemoteAccount turns the account from one into another, but for its
// access token. Only what differs is sent.
func (c *Client) UpdateRemoteAccount(ctx context.Context, id string, from, to RemoteAccountSpec) (*RemoteAccount, error) {
	from.AccessToken, to.AccessToken = "", ""
	return update[RemoteAccount](ctx, c, remoteAccounts, id, from, to)
}

// DeleteRemoteAccount deletes an account and waits until it is gone.
// [ErrAbsent] means that it was gone already.
func (c *Client) DeleteRemoteAccount(ctx context.Context, id string) error {
	return remove(ctx, c, remoteAccounts, id)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// The actions of remote accounts; to log in is one of the collection.
const (
	actionLogin        = "login"
	actionRefreshRepos = "refreshrepos"
)

// Login is what connects an account at a git host by OAuth.
type Login struct {
	// Type is github.
	Type string `json:"type"`
	// Code is what the git host gave the user for the application of the
	// cluster. It is taken once.
	Code Secret `json:"code"`
	// RedirectURL is where the git host was to send the user with it.
	RedirectURL *string `json:"redirectUrl"`
	// ClusterName is the cluster's id.
	ClusterName string `json:"clusterName"`
}

// LoginRemoteAccount makes a remote account of an OAuth code. Where Rancher
// takes it without saying which account it is, it returns nil.
// [Refusal.Taken] tells that the user has connected the account before.
func (c *Client) LoginRemoteAccount(ctx context.Context, login Login) (*RemoteAccount, error) {
	body, err := encode(login)
	if err != nil {
		return nil, err
	}
	a, err := c.call(ctx, http.MethodPost, remoteAccounts.in(parent{}), url.Values{"action": {actionLogin}}, body)
	if err != nil || a.empty() {
		return nil, err
	}
	return decode[RemoteAccount](a, remoteAccounts, "")
}

// RefreshRepositories has Rancher look again which repositories the account can
// reach, and returns them.
func (c *Client) RefreshRepositories(ctx context.Context, accountID string) (*GitRepoCache, error) {
	a, err := c.runAction(ctx, remoteAccounts, accountID, actionRefreshRepos)
	if err != nil {
		return nil, err
	}
	if !a.empty() {
		var shape struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(a.body, &shape); err != nil {
			return nil, a.unreadable(err)
		}
		// Some servers answer with a list of repositories instead.
		if shape.Type != "collection" {
			return decode[GitRepoCache](a, gitRepoCaches, "")
		}
	}
	caches, err := c.GitRepoCaches(ctx, "")
	if err != nil {
		return nil, err
	}
	for i := range caches {
		if caches[i].Spec.RemoteAccountName == accountID {
			return &caches[i], nil
		}
	}
	return nil, errors.New("the repositories are refreshed, but Rancher doesn't show them")
}

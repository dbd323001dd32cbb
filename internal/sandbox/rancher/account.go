// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

func remoteAccountType() *schema {
	return &schema{
		id: "remoteAccount", resourceMethods: changing, collectionMethods: creatable,
		fields: envelope(fields{"spec": nested("remoteAccountSpec").must()}),
		begin: func(_ *Server, o, creator *object, _ time.Time) {
			if creator != nil {
				o.set(creator.data["username"], "spec", "userName")
			}
		},
		actions: map[string]action{
			"refreshrepos": {output: "gitRepoCache", perform: func(c *call, o *object, _ map[string]any) (any, error) { return c.s.refresh(o, c.user, c.now) }},
		},
		collectionActions: map[string]action{"login": {input: "loginInput", output: "remoteAccount", perform: login}},
	}
}

// login trades a code of GitHub's for an account. The sandbox has no GitHub: the code alone decides which account it is, so that the same code is the
// same account.
func login(c *call, _ *object, input map[string]any) (any, error) {
	if toString(input["type"]) != "github" {
		return nil, broken("unsupported remote account type %s", toString(input["type"]))
	}
	cluster := c.s.shelf(c.s.types["cluster"]).byID[toString(input["clusterName"])]
	configs := c.s.shelf(c.s.types["clusterPipeline"]).byParent[cluster]
	if cluster == nil || !slices.ContainsFunc(configs, func(o *object) bool { return toString(o.at("spec", "githubConfig", "clientID")) != "" }) {
		return nil, broken("github oauth app is not configured")
	}
	code := toString(input["code"])
	if code == "" {
		return nil, broken("code is missing")
	}
	sum := sha256.Sum256([]byte(code))
	name := "octocat-" + hex.EncodeToString(sum[:])[:5]
	account, err := c.s.make(c.schema, nil, map[string]any{
		"name": strings.TrimPrefix(c.user.id, "user-") + "-github-" + name,
		"spec": map[string]any{
			"type": "github", "displayName": name, "accountName": name, "avatarUrl": "https://github.com/" + name + ".png",
			"htmlUrl": "https://github.com/" + name, "accessToken": hex.EncodeToString(sum[:]),
		},
	}, c.user, c.now)
	if err != nil {
		return nil, err
	}
	_, err = c.s.refresh(account, c.user, c.now)
	return account, err
}

// refresh looks for the repositories of an account, and puts them into the one object that holds them. The sandbox has no GitHub: each account has the
// same two.
func (s *Server) refresh(account, user *object, now time.Time) (*object, error) {
	owner := toString(account.at("spec", "accountName"))
	if owner == "" {
		owner = account.name
	}
	repository := func(name, language string, admin bool) any {
		return map[string]any{
			"name": owner + "/" + name, "cloneUrl": "https://github.com/" + owner + "/" + name + ".git", "language": language,
			"permissions": map[string]any{"pull": true, "push": true, "admin": admin},
		}
	}
	found := map[string]any{
		"type": account.at("spec", "type"), "remoteAccountName": account.id,
		"repositories": []any{repository("app", "go", true), repository("web", "javascript", false)},
	}
	if account.cache != nil && !account.cache.lost {
		account.cache.set(found, "spec")
		return account.cache, nil
	}
	var err error
	account.cache, err = s.make(s.types["gitRepoCache"], nil, map[string]any{"spec": found}, user, now)
	return account.cache, err
}

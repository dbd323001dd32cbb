// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// shownAccount is how a remote account is to be shown, by what the server
// stores: as the resource that imports it shows it.
func shownAccount(stored members) members {
	more := members{"state": stored["state"]}
	for attribute, member := range map[string]string{
		"type": "type", "display_name": "displayName", "account_name": "accountName", "user_name": "userName", "avatar_url": "avatarUrl", "html_url": "htmlUrl",
	} {
		more[attribute] = at(stored, "spec", member)
	}
	for _, name := range []string{"display_name", "account_name"} {
		if more[name] == nil {
			more[name] = ""
		}
	}
	return enveloped(stored, more)
}

func TestAccountsAndRepositoriesInAConfiguration(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	id := r.NewAccount()
	r.Act("remoteaccounts/"+id, "refreshrepos", nil)
	first := at(listAt(listed(t, r, "gitrepocaches")[0], "spec", "repositories")[0], "cloneUrl").(string)
	steps(t, resource.TestStep{
		Config: r.Config(`
data "cicd_rancher_remote_accounts" "all" {}
data "cicd_rancher_git_repositories" "one" {
  remote_account_id = data.cicd_rancher_remote_accounts.all.remote_accounts[0].id
}
`),
		Check: checks(
			resource.TestCheckResourceAttr("data.cicd_rancher_remote_accounts.all", "remote_accounts.#", "1"),
			resource.TestCheckResourceAttr("data.cicd_rancher_remote_accounts.all", "remote_accounts.0.id", id),
			resource.TestCheckResourceAttr("data.cicd_rancher_git_repositories.one", "repositories.0.clone_url", first),
		),
	})
}

func TestAccountsAreThoseOfTheirCreator(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	mine := []string{r.NewAccount(), r.NewAccount()}
	foreign := r.As("somebody:else").NewAccount()
	stored := map[string]members{}
	creators := map[string]string{}
	var want []any
	for _, account := range listed(t, r, "remoteaccounts") {
		id := account["id"].(string)
		stored[id], creators[id] = account, account["creatorId"].(string)
		want = append(want, id)
	}
	if len(stored) != 3 || creators[mine[0]] == creators[foreign] {
		t.Fatalf("the server has %v", creators)
	}
	server := readerOf(t, r)
	accounts := server.list("remote_accounts", "remote_accounts", members{})
	same(t, "all accounts", column(accounts, "id"), want)
	for _, shown := range accounts {
		same(t, "an account", shown, shownAccount(stored[shown["id"].(string)]))
	}
	// A server that doesn't know the filter answers with all accounts.
	for _, ignoring := range []bool{false, true} {
		if ignoring {
			var all []any
			for _, account := range stored {
				all = append(all, account)
			}
			answering(t, r, "(?i)/remoteaccounts$", collection("remoteAccount", append(all, members{"id": "ra-none", "type": "remoteAccount", "creatorId": nil})...))
		}
		for creator, ids := range map[string][]string{creators[mine[0]]: mine, creators[foreign]: {foreign}, "user-nnnnn": {}} {
			var got []string
			for _, id := range column(server.list("remote_accounts", "remote_accounts", members{"creator_id": creator}), "id") {
				got = append(got, id.(string))
			}
			slices.Sort(got)
			slices.Sort(ids)
			if !slices.Equal(got, ids) {
				t.Errorf("the accounts of %s (filter ignored: %t) are %v, want %v", creator, ignoring, got, ids)
			}
		}
	}
	server.fails("remote_accounts", members{"creator_id": ""}, "creator_id")
}

// An account is the same, whether it is imported or found: empty where the
// server says so, null where it says nothing.
func TestAccountIsShownAsTheResourceShowsIt(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	for _, spec := range []members{
		{"type": "github"},
		{"type": "github", "displayName": "", "accountName": "", "userName": "", "avatarUrl": "", "htmlUrl": ""},
		{"type": "github", "displayName": "d", "accountName": "a", "userName": "u", "avatarUrl": "https://a", "htmlUrl": "https://h"},
	} {
		stored := members{"id": "ra-1", "type": "remoteAccount", "creatorId": "user-1", "state": "active", "spec": spec}
		r.Sandbox.Faults().Clear()
		answering(t, r, "(?i)/remoteaccounts$", collection("remoteAccount", stored))
		answering(t, r, "(?i)/remoteaccounts/ra-1$", stored)
		server := readerOf(t, r)
		found := server.list("remote_accounts", "remote_accounts", members{})[0]
		imported, _ := server.Import(accountType, "ra-1", nil)
		for _, name := range []string{"type", "display_name", "account_name", "user_name", "avatar_url", "html_url", "creator_id", "state"} {
			same(t, name, found[name], plain(t, imported[name]))
		}
	}
}

// A token is shown by no server that keeps to its API, and by no data source in
// any case.
func TestAccountsWithoutTheirTokens(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	answering(t, r, "(?i)/remoteaccounts$", collection("remoteAccount",
		members{"id": "ra-1", "type": "remoteAccount", "future": 1, "spec": members{"accessToken": "ghp_secret", "future": []any{}}},
		members{"id": "ra-2", "type": "remoteAccount", "spec": nil},
	))
	nothing := shownAccount(members{})
	accounts := readerOf(t, r).list("remote_accounts", "remote_accounts", members{})
	for i, id := range []string{"ra-1", "ra-2"} {
		nothing["id"] = id
		same(t, id, accounts[i], nothing)
	}
}

func TestGitRepositories(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	id, other, never := r.NewAccount(), r.NewAccount(), r.NewAccount()
	r.Act("remoteaccounts/"+id, "refreshrepos", nil)
	r.Act("remoteaccounts/"+other, "refreshrepos", nil)
	server := readerOf(t, r)
	compared := 0
	for _, cache := range listed(t, r, "gitrepocaches") {
		account := at(cache, "spec", "remoteAccountName").(string)
		var want []members
		for _, repository := range listAt(cache, "spec", "repositories") {
			shown := members{"name": repository["name"], "clone_url": repository["cloneUrl"], "language": repository["language"], "permissions": members{}}
			for _, permission := range []string{"pull", "push", "admin"} {
				shown["permissions"].(members)[permission] = at(repository, "permissions", permission)
			}
			want = append(want, shown)
			compared++
		}
		same(t, "the repositories of "+account, server.list("git_repositories", "repositories", members{"remote_account_id": account}), want)
	}
	if compared < 4 {
		t.Fatalf("the server has %d repositories of two accounts", compared)
	}
	if found := server.list("git_repositories", "repositories", members{"remote_account_id": never}); len(found) > 0 {
		t.Errorf("an account that was never refreshed has %v", found)
	}
	server.fails("git_repositories", members{"remote_account_id": "ra-nnnnn"}, "remote_account_id", "Cannot read remote account ra-nnnnn", "There is no remote account with this id")
	server.fails("git_repositories", members{"remote_account_id": "a/b"}, "remote_account_id", "<name>, as in ra-x1y2z")

	// What a server doesn't say of a repository.
	answering(t, r, "(?i)/gitrepocaches$", collection("gitRepoCache",
		members{"id": "grc-1", "type": "gitRepoCache", "spec": members{"remoteAccountName": id, "future": 1, "repositories": []any{
			members{"name": "bare"}, members{"name": "reader", "language": "", "permissions": members{"pull": true, "type": "/v3/schemas/repositoryPermissions"}},
		}}},
		members{"id": "grc-2", "type": "gitRepoCache", "spec": members{"remoteAccountName": other, "repositories": nil}},
		members{"id": "grc-3", "type": "gitRepoCache", "spec": members{"remoteAccountName": id + "x", "repositories": []any{members{"name": "foreign"}}}},
	))
	repository := func(name string, url any, pull bool) members {
		return members{"name": name, "clone_url": url, "language": nil, "permissions": members{"pull": pull, "push": false, "admin": false}}
	}
	same(t, "bare repositories", server.list("git_repositories", "repositories", members{"remote_account_id": id}),
		[]members{repository("bare", "", false), repository("reader", "", true)})
	if found := server.list("git_repositories", "repositories", members{"remote_account_id": other}); len(found) > 0 {
		t.Errorf("a cache without repositories has %v", found)
	}
}

// Nobody but the provider asks for the account, and only when there is nothing
// to show.
func TestGitRepositoriesTakeOneRequest(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	id := r.NewAccount()
	r.Act("remoteaccounts/"+id, "refreshrepos", nil)
	server := readerOf(t, r)
	server.list("git_repositories", "repositories", members{"remote_account_id": id})
	r.ForgetRequests()
	server.list("git_repositories", "repositories", members{"remote_account_id": id})
	if requests := r.Requests(); len(requests) != 1 || !strings.EqualFold(requests[0], "GET gitrepocaches") {
		t.Errorf("requests are %q", requests)
	}
}

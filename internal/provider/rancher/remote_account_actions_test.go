// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const canary = "CANARY-of-a-code"

// keepsSecret checks that neither progress nor diagnostics show the code.
func (i invocation) keepsSecret() invocation {
	i.t.Helper()
	if shown := fmt.Sprint(i.progress, acctest.Said(i.diagnostics)); strings.Contains(shown, canary) {
		i.t.Errorf("the code is shown: %s", shown)
	}
	return i
}

func TestLoginAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	login := func(more members) invocation {
		t.Helper()
		configuration := members{"type": "github", "code": canary, "cluster_id": i.ClusterID}
		for name, value := range more {
			configuration[name] = value
		}
		return i.invoke(loginAccount, "", configuration).keepsSecret()
	}
	post := "POST remoteaccounts?action=login"
	login(nil).fails("Cannot log in to a remote account", "500", "github oauth app is not configured", "no pipeline configuration with an application",
		"cicd_rancher_cluster_pipeline_config", "each is taken once").tells().asks(post)

	i.Make("clusters/"+i.ClusterID+"/clusterpipelines", members{"githubConfig": members{"clientID": "x", "clientSecret": "y"}})
	login(members{"redirect_url": "https://rancher.example.com/back"}).succeeds().tells("Remote account ").asks(post)
	if want := fmt.Sprintf(`{"clusterName":%q,"code":%q,"redirectUrl":"https://rancher.example.com/back","type":"github"}`, i.ClusterID, canary); i.bodies[len(i.bodies)-1] != want {
		t.Errorf("sent %s, want %s", i.bodies[len(i.bodies)-1], want)
	}
	accounts := i.Listed("remoteaccounts")
	if len(accounts) != 1 || at(accounts[0], "spec", "type") != "github" {
		t.Errorf("accounts are %v", accounts)
	}
	login(nil).fails("The account is connected already", "409", "left it as it is", "new code").tells().asks(post)

	// What was sent is in no error, even if the server repeats it.
	i.answers(http.MethodPost, "/v3/remoteaccounts", 1, http.StatusUnprocessableEntity, members{
		"type": "error", "status": 422, "code": "InvalidFormat", "fieldName": "code", "message": "bad code " + canary,
	})
	login(nil).fails("422", "bad code ***").asks(post)
	i.Sandbox.Faults().Clear()
	i.answers(http.MethodPost, "/v3/remoteaccounts", 1, http.StatusOK, nil)
	login(nil).succeeds().tells("Remote account: connected; Rancher didn't tell its id").asks(post)
	i.Sandbox.Faults().Clear()
	failing(t, i.Rancher, faults.Rule{Method: http.MethodPost, Path: "/v3/remoteaccounts", Fault: faults.ResetAfter})
	login(members{"code": canary + "-2"}).fails("may nevertheless", "cicd_rancher_remote_accounts", "new code").tells().asks(post)
	for name, bad := range map[string]members{"code": {"code": ""}, "cluster_id": {"cluster_id": "a:b"}, "type": {"type": ""}} {
		login(bad).fails(name).asks()
	}
}

func TestRefreshRepositoriesAction(t *testing.T) {
	t.Parallel()
	i := newInvoker(t)
	account := i.NewAccount()
	post := "POST remoteAccounts/%?action=refreshrepos"
	i.invoke(refreshRepositories, account, nil).succeeds().tells("Remote account %: 2 repositories").asks(post)
	for _, answer := range []members{nil, {"type": "collection", "resourceType": "repository", "data": []any{}}} {
		i.Sandbox.Faults().Clear()
		i.answers(http.MethodPost, "/v3/remoteAccounts/", 1, http.StatusOK, answer)
		i.invoke(refreshRepositories, account, nil).succeeds().tells("Remote account %: 2 repositories").asks(post, "GET gitrepocaches")
	}
	i.Sandbox.Faults().Clear()
	i.answers(http.MethodPost, "/v3/remoteAccounts/", 1, http.StatusOK, members{"type": "gitRepoCache", "id": "grc-1", "spec": members{"repositories": []any{members{}}}})
	i.invoke(refreshRepositories, account, nil).succeeds().tells("Remote account %: 1 repository")
	if !slices.Equal(i.requests[len(i.requests)-1:], []string{strings.ReplaceAll(post, "%", account)}) {
		t.Errorf("requests %q", i.requests)
	}
	i.Sandbox.Faults().Clear()
	i.answers(http.MethodPost, "/v3/remoteAccounts/", 1, http.StatusInternalServerError, members{"type": "error", "status": 500, "code": "ServerError", "message": "401 Bad credentials"})
	i.invoke(refreshRepositories, account, nil).fails("Cannot refresh the repositories of remote account %", "Bad credentials", "no longer takes the account's access token").tells().asks(post)
	i.Sandbox.Faults().Clear()
	i.invoke(refreshRepositories, "ra-none", nil).fails("no remote account with this id", "Check remote_account_id").asks(post)
	i.invoke(refreshRepositories, "a/b", nil).fails("must be the id of a remote account").asks()
}

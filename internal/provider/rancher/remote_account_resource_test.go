// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const (
	accountType    = "cicd_rancher_remote_account"
	accountAddress = accountType + ".this"
)

// account is the resource `this`.
func account(settings ...string) string {
	return fmt.Sprintf("resource %q \"this\" {\n  type = \"github\"\n  %s\n}\n", accountType, strings.Join(settings, "\n  "))
}

func accountOnServer(r *acctest.Rancher, want object) resource.TestCheckFunc {
	return onServer(r, "remoteaccounts", accountAddress, want)
}

// accountPath is the API path of the one account with the document's login;
// empty when there is none.
func accountPath(r *acctest.Rancher) string {
	var path string
	for _, listed := range r.Listed("remoteaccounts") {
		if listed["spec"].(object)["accountName"] == "gitaccountname" {
			path = "remoteaccounts/" + listed["id"].(string)
		}
	}
	return path
}

// The document's own example: created, changed, changed by others, healed,
// imported and destroyed, each with no more requests than it takes.
func TestRemoteAccountLife(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	me := r.Listed("users?me=true")[0]["id"].(string)
	config := func(settings ...string) string { return r.Config("%s", account(settings...)) }
	const login = `account_name = "gitaccountname"`
	example := config(`display_name = "somename"`, login, `access_token = "secret"`)
	var first string
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: checks(r.CheckRequests(map[string]int{"DELETE .*": 1, "DELETE remoteAccounts/[^/]*": 1}), func(*terraform.State) error {
			if path := accountPath(r); path != "" {
				return fmt.Errorf("still there: %s", path)
			}
			return nil
		}),
		Steps: []resource.TestStep{
			{
				PreConfig: r.ForgetRequests, Config: example, ConfigPlanChecks: created(accountAddress),
				Check: checks(
					r.CheckRequests(map[string]int{"POST .*": 1, "POST remoteaccounts": 1, "PUT .*": 0}),
					accountOnServer(r, object{"type": "github", "displayName": "somename", "accountName": "gitaccountname", "avatarUrl": "", "htmlUrl": ""}),
					attributes(accountAddress, map[string]string{
						"type": "github", "display_name": "somename", "account_name": "gitaccountname", "access_token": "secret", "avatar_url": "", "html_url": "", "creator_id": me,
					}),
					resource.TestCheckResourceAttrSet(accountAddress, "user_name"),
					func(s *terraform.State) (err error) { first, err = idOf(s, accountAddress); return err },
				),
			},
			{Config: example, ConfigPlanChecks: unchanged},
			{ResourceName: accountAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"access_token"}},
			{
				PreConfig: r.ForgetRequests, Config: config(`display_name = "other"`, login, `access_token = "secret"`), ConfigPlanChecks: updated(accountAddress),
				Check: checks(
					r.CheckRequests(map[string]int{"PUT remoteAccounts/[^/]*": 1, "PUT .*": 1, "POST .*": 0, "DELETE .*": 0}),
					accountOnServer(r, object{"displayName": "other", "accountName": "gitaccountname"}),
				),
			},
			{
				// What the server may have set itself isn't sent.
				PreConfig: func() {
					r.Change(accountPath(r), object{"displayName": "theirs", "avatarUrl": "https://a", "htmlUrl": "https://h"})
				},
				Config: example, ConfigPlanChecks: updated(accountAddress),
				Check: checks(
					accountOnServer(r, object{"displayName": "somename", "avatarUrl": "https://a", "htmlUrl": "https://h"}),
					attributes(accountAddress, map[string]string{"avatar_url": "https://a", "html_url": "https://h"}),
				),
			},
			{
				Config: config(login, `access_token = "secret"`), ConfigPlanChecks: updated(accountAddress),
				Check: accountOnServer(r, object{"displayName": nil, "accountName": "gitaccountname"}),
			},
			{Config: config(login, `access_token = "secret"`), ConfigPlanChecks: unchanged},
			{
				PreConfig: func() { r.Change(accountPath(r), object{"displayName": "theirs"}) },
				Config:    config(login, `access_token = "secret"`), ConfigPlanChecks: updated(accountAddress), Check: accountOnServer(r, object{"displayName": nil}),
			},
			{
				PreConfig: func() { r.Remove(accountPath(r)) }, Config: example, ConfigPlanChecks: created(accountAddress),
				Check: func(s *terraform.State) error {
					id, err := idOf(s, accountAddress)
					if id == first {
						return fmt.Errorf("the new account is %s, as the old one", id)
					}
					return err
				},
			},
			{PreConfig: r.ForgetRequests, Config: example, ConfigPlanChecks: unchanged},
		},
	})
}

// Without anything but its type.
func TestRemoteAccountMinimal(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	config := r.Config("%s", account())
	steps(t,
		resource.TestStep{Config: config, Check: checks(
			accountOnServer(r, object{"type": "github", "displayName": nil, "accountName": nil}),
			resource.TestCheckNoResourceAttr(accountAddress, "display_name"), resource.TestCheckNoResourceAttr(accountAddress, "access_token"),
		)},
		resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
		resource.TestStep{ResourceName: accountAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"display_name", "account_name"}},
		resource.TestStep{Config: r.Config("%s", account(`display_name = ""`)), Check: accountOnServer(r, object{"accountName": nil})},
		resource.TestStep{Config: config, ConfigPlanChecks: unchanged},
	)
}

// Rancher takes a token on creation alone, so another one takes another
// account. The same one, kept in another way, doesn't.
func TestRemoteAccountToken(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	r := acctest.SandboxRancher(t)
	config := func(settings ...string) string { return r.Config("%s", account(settings...)) }
	writeOnly := func(value string, version int) string {
		return config(fmt.Sprintf("access_token_wo = %q", value), fmt.Sprintf("access_token_wo_version = %d", version))
	}
	sent := &sentBodies{}
	r.Sent(sent.add)
	tokenSent := func(want string) resource.TestCheckFunc { return sent.check("accessToken", want) }
	kept := []statecheck.StateCheck{noSecret("SECRET")}
	action := func(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{noSecret("SECRET"), plancheck.ExpectResourceAction(accountAddress, a)}}
	}
	replacedHidden := action(plancheck.ResourceActionDestroyBeforeCreate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config(`access_token = ""`), ExpectError: saying("access_token", "must not be empty")},
			{Config: config(`access_token = "a"`, `access_token_wo = "a"`, `access_token_wo_version = 1`), ExpectError: saying("Invalid Attribute Combination")},
			{Config: config(`access_token_wo = "a"`), ExpectError: saying("access_token_wo_version")},
			{Config: config(`access_token = "open-1"`), Check: tokenSent("open-1")},
			{Config: config(`access_token = "open-2"`), ConfigPlanChecks: replaced(accountAddress), Check: tokenSent("open-2")},
			{
				Config:           config(`access_token_wo = "open-2"`, `access_token_wo_version = 1`),
				ConfigPlanChecks: updated(accountAddress), Check: checks(tokenSent(""), resource.TestCheckNoResourceAttr(accountAddress, "access_token")),
			},
			{Config: writeOnly("SECRET-1", 1), ConfigPlanChecks: unchanged, ConfigStateChecks: kept, Check: tokenSent("")},
			{Config: writeOnly("SECRET-1", 2), ConfigPlanChecks: replacedHidden, ConfigStateChecks: kept, Check: tokenSent("SECRET-1")},
			{Config: config(`access_token = "open-3"`), ConfigPlanChecks: replacedHidden, Check: tokenSent("open-3")},
			{Config: config(), ConfigPlanChecks: replaced(accountAddress), Check: tokenSent("")},
			{Config: config(`access_token = "open-4"`), ConfigPlanChecks: replaced(accountAddress), Check: tokenSent("open-4")},
			{Config: writeOnly("SECRET-2", 1), ConfigPlanChecks: replacedHidden, ConfigStateChecks: kept, Check: tokenSent("SECRET-2")},
		},
	})
}

// What token an account has that was imported isn't known. The first one that
// is configured is noted, and nothing else is done.
func TestRemoteAccountTokenAfterAnImport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ first, other string }{
		"kept":       {`access_token = "a"`, `access_token = "b"`},
		"write-only": {"access_token_wo = \"a\"\n access_token_wo_version = 1", "access_token_wo = \"a\"\n access_token_wo_version = 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "write-only" {
				acctest.Needs(t, acctest.WriteOnly)
			}
			r := acctest.SandboxRancher(t)
			id := r.NewAccount()
			login := fmt.Sprintf("account_name = %q", r.Stored("remoteaccounts/" + id)["spec"].(object)["accountName"])
			config := func(settings ...string) string {
				return r.Config("%s", account(append(settings, login, `display_name = "Octocat"`)...))
			}
			imports := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", accountAddress, id)
			same := attributes(accountAddress, map[string]string{"id": id})
			nothing := func() resource.TestCheckFunc { return r.CheckRequests(map[string]int{"(POST|PUT|DELETE) .*": 0}) }
			steps(t,
				resource.TestStep{
					PreConfig: r.ForgetRequests, Config: config() + imports, Check: checks(same, nothing()),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(accountAddress, plancheck.ResourceActionNoop)}},
				},
				resource.TestStep{Config: config(), ConfigPlanChecks: unchanged},
				// Another change doesn't make it known.
				resource.TestStep{Config: r.Config("%s", account(login, `display_name = "x"`)), ConfigPlanChecks: updated(accountAddress), Check: same},
				resource.TestStep{Config: config(), ConfigPlanChecks: updated(accountAddress), Check: same},
				resource.TestStep{
					PreConfig: r.ForgetRequests, Config: config(c.first), ConfigPlanChecks: updated(accountAddress), Check: checks(same, nothing()),
				},
				resource.TestStep{Config: config(c.first), ConfigPlanChecks: unchanged},
				// From then on it is known.
				resource.TestStep{Config: config(c.other), ConfigPlanChecks: replaced(accountAddress)},
				resource.TestStep{Config: config(c.other), ConfigPlanChecks: unchanged},
			)
		})
	}
}

// The plan says that an imported account's token is noted alone, and what makes
// sure that it is there.
func TestRemoteAccountTokenThatIsNotSentIsAWarning(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	id := r.NewAccount()
	login := r.Stored("remoteaccounts/" + id)["spec"].(object)["accountName"]
	config := object{"type": "github", "account_name": login, "display_name": "Octocat", "access_token": "CANARY"}
	said := acctest.Said(r.Protocol().PlanImported(accountType, id, config))
	for _, text := range []string{"WARNING: An update in place doesn't send the access token", "access_token", id, "-replace"} {
		if !strings.Contains(said, text) {
			t.Errorf("said %q, want %q", said, text)
		}
	}
	if strings.Contains(said, "CANARY") || strings.Contains(said, "ERROR") {
		t.Errorf("said %q", said)
	}
}

// A token that is known only after apply may be another one.
func TestRemoteAccountTokenThatIsKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	config := func(token string) string {
		return r.Config("%s", account(`access_token = terraform_data.x.output`)+fmt.Sprintf("resource \"terraform_data\" \"x\" { input = %q }\n", token))
	}
	steps(t,
		resource.TestStep{Config: config("a"), Check: attributes(accountAddress, map[string]string{"access_token": "a"})},
		resource.TestStep{Config: config("a"), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config("b"), ConfigPlanChecks: replaced(accountAddress), Check: attributes(accountAddress, map[string]string{"access_token": "b"})},
	)
}

// Another type is another account, and one that the server doesn't know is an
// error at the attribute.
func TestRemoteAccountOfATypeThatRancherDoesNotKnow(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	good := r.Config("%s", account())
	steps(t,
		resource.TestStep{Config: good},
		resource.TestStep{Config: strings.Replace(good, `"github"`, `"gitlab"`, 1), ExpectError: saying("Cannot create remote account", "type =", "422")},
		resource.TestStep{Config: good, Check: accountOnServer(r, object{"type": "github"})},
	)
}

// The server takes blanks off; so they are no other type.
func TestRemoteAccountTypeWithBlanks(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	config := func(kind string) string { return strings.Replace(r.Config("%s", account()), `"github"`, kind, 1) }
	var first string
	steps(t,
		resource.TestStep{
			Config: config(`"github "`), Check: checks(accountOnServer(r, object{"type": "github"}), func(s *terraform.State) (err error) { first, err = idOf(s, accountAddress); return err }),
		},
		resource.TestStep{Config: config(`"github "`), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config(`"github"`), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: config(`"\tgithub\n"`), ConfigPlanChecks: unchanged, Check: func(s *terraform.State) error {
			if id, err := idOf(s, accountAddress); err != nil || id != first {
				return fmt.Errorf("it is %s, was %s: %w", id, first, err)
			}
			return nil
		}},
		resource.TestStep{ResourceName: accountAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"type", "display_name", "account_name"}},
	)
}

// What replaces the account anyway sends the token.
func TestRemoteAccountTokenOfAnotherTypeIsSent(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	said := acctest.Said(r.Protocol().PlanImported(accountType, r.NewAccount(), object{"type": "gitlab", "access_token": "a"}))
	if strings.Contains(said, "access token") {
		t.Errorf("said %q", said)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

var ctx = context.Background()

func anyText(t *rapid.T, label string) types.String {
	return rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue(""), types.StringValue("a"), types.StringValue("b")}).Draw(t, label)
}

// What is created, or changed into something else, and read back, is as it was
// planned, null and empty included. What an import makes of it needs no change.
func TestRemoteAccountRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		state := remoteAccountModel{Type: types.StringValue("github")}
		var stored members
		for n := range 3 {
			plan := state
			plan.DisplayName, plan.AccountName = anyText(t, "display_name"), anyText(t, "account_name")
			if n == 0 {
				stored = merged(members{"userName": "root"}, asSent(plan.creation(plan)))
			} else if _, spec, differs := state.change(plan); differs {
				stored = merged(stored, asSent(spec))
			}
			if stored["type"] != "github" || stored["userName"] != "root" {
				t.Fatalf("what isn't changed is lost: %v", stored)
			}
			imported := remoteAccountModel{}
			state = plan
			state.refresh(shownAs[rancherapi.RemoteAccount](stored))
			imported.refresh(shownAs[rancherapi.RemoteAccount](stored))
			if !state.DisplayName.Equal(plan.DisplayName) || !state.AccountName.Equal(plan.AccountName) {
				t.Fatalf("read back %v and %v, planned %v and %v", state.DisplayName, state.AccountName, plan.DisplayName, plan.AccountName)
			}
			if imported.DisplayName.ValueString() != plan.DisplayName.ValueString() || imported.DisplayName.IsNull() || imported.AccountName.IsNull() {
				t.Fatalf("imported %v, planned %v", imported.DisplayName, plan.DisplayName)
			}
		}
	})
}

// Only another token takes another account: not the first that is configured
// after an import, nor the same one kept in another way.
func TestRemoteAccountTokenChange(t *testing.T) {
	t.Parallel()
	type token struct {
		plain, writeOnly string
		version          int64
	}
	for name, c := range map[string]struct {
		state, plan token
		imported    bool
		want        tokenChange
	}{
		"none":                              {want: sameToken},
		"same":                              {state: token{plain: "a"}, plan: token{plain: "a"}, want: sameToken},
		"another":                           {state: token{plain: "a"}, plan: token{plain: "b"}, want: otherToken},
		"no more":                           {state: token{plain: "a"}, want: otherToken},
		"the first":                         {plan: token{plain: "a"}, want: otherToken},
		"the first after an import":         {plan: token{plain: "a"}, imported: true, want: firstToken},
		"none after an import":              {imported: true, want: sameToken},
		"write-only, same version":          {state: token{version: 1}, plan: token{writeOnly: "b", version: 1}, want: sameToken},
		"write-only, another version":       {state: token{version: 1}, plan: token{writeOnly: "b", version: 2}, want: otherToken},
		"write-only after an import":        {plan: token{writeOnly: "b", version: 1}, imported: true, want: firstToken},
		"becomes write-only":                {state: token{plain: "a"}, plan: token{writeOnly: "a", version: 1}, want: sameToken},
		"becomes write-only and another":    {state: token{plain: "a"}, plan: token{writeOnly: "b", version: 1}, want: otherToken},
		"stops being write-only":            {state: token{version: 1}, plan: token{plain: "a"}, want: otherToken},
		"write-only no more and left alone": {state: token{version: 1}, want: otherToken},
	} {
		model := func(v token, config bool) remoteAccountModel {
			var m remoteAccountModel
			if v.plain != "" {
				m.AccessToken = types.StringValue(v.plain)
			}
			if v.writeOnly != "" && config {
				m.AccessTokenWO = types.StringValue(v.writeOnly)
			}
			if v.version > 0 {
				m.AccessTokenWOVersion = types.Int64Value(v.version)
			}
			return m
		}
		if got := model(c.state, false).tokenChange(model(c.plan, false), model(c.plan, true), c.imported); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

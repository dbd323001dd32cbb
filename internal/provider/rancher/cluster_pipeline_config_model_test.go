// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// anyGitHub is a github as a plan has it, with the configuration that it comes
// from, which alone has the write-only secret; or none.
func anyGitHub(t *rapid.T) (plan, config types.Object) {
	if rapid.Bool().Draw(t, "none") {
		return types.ObjectNull(gitHubType.AttrTypes), types.ObjectNull(gitHubType.AttrTypes)
	}
	g := gitHubModel{
		Scheme: types.StringValue(rapid.SampledFrom(schemes).Draw(t, "scheme")),
		Host:   types.StringValue(rapid.SampledFrom([]string{"", "git.example.com"}).Draw(t, "host")), ClientID: types.StringValue(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "id")),
	}
	configured := g
	switch secret := rapid.SampledFrom([]string{"s1", "s2"}).Draw(t, "secret"); rapid.IntRange(0, 2).Draw(t, "kind of secret") {
	case 0:
		g.ClientSecret, configured.ClientSecret = types.StringValue(secret), types.StringValue(secret)
	case 1:
		configured.ClientSecretWO = types.StringValue(secret)
		configured.ClientSecretWOVersion = types.Int64Value(int64(secret[1]))
		g.ClientSecretWOVersion = configured.ClientSecretWOVersion
	}
	return gitHubObject(t, g), gitHubObject(t, configured)
}

func gitHubObject(t interface{ Fatal(...any) }, g gitHubModel) types.Object {
	object, diags := types.ObjectValueFrom(ctx, gitHubType.AttrTypes, g)
	fine(t, diags)
	return object
}

func fine(t interface{ Fatal(...any) }, diags diag.Diagnostics) {
	if diags.HasError() {
		t.Fatal(diags)
	}
}

// What is created, or changed into something else, and read back, is as it was
// planned; the server has the secret that was given last.
func TestClusterPipelineConfigRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var (
			state  clusterPipelineConfigModel
			stored members
		)
		for n := range 3 {
			plan, config := state, state
			plan.GitHub, config.GitHub = anyGitHub(t)
			var (
				spec  rancherapi.ClusterPipelineSpec
				diags diag.Diagnostics
			)
			if n == 0 {
				spec, diags = plan.creation(ctx, config)
				stored = merged(nil, asSent(spec))
			} else {
				var differs bool
				_, spec, differs, diags = state.change(ctx, plan, config)
				if sent := asSent(spec); differs {
					stored = merged(stored, sent)
				} else if again := merged(stored, sent); !reflect.DeepEqual(again, stored) {
					t.Fatalf("nothing is sent, but it would make %v of %v", again, stored)
				}
			}
			fine(t, diags)
			given, _ := config.gitHub(ctx)
			github, _ := stored["githubConfig"].(members)
			if secret := plan.GitHub; !secret.IsNull() {
				planned, _ := plan.gitHub(ctx)
				if s := planned.secret().Given(given.secret()); s != nil && github["clientSecret"] != *s {
					t.Fatalf("the server has the secret %v, want %v", github["clientSecret"], *s)
				}
			}
			state = plan
			answer := shownAs[rancherapi.ClusterPipeline](stored)
			answer.ID = "c-1:n"
			fine(t, state.refresh(ctx, answer))
			if !state.GitHub.Equal(plan.GitHub) {
				t.Fatalf("read back %v, planned %v", state.GitHub, plan.GitHub)
			}
		}
	})
}

// A change of anything that is shown is seen.
func TestClusterPipelineConfigDriftIsSeen(t *testing.T) {
	t.Parallel()
	read := func(github members) clusterPipelineConfigModel {
		var m clusterPipelineConfigModel
		answer := shownAs[rancherapi.ClusterPipeline](members{"githubConfig": github})
		answer.ID = "c-1:n"
		fine(t, m.refresh(ctx, answer))
		return m
	}
	before := read(members{"scheme": "https", "host": "", "clientID": "a"})
	for name, github := range map[string]members{
		"scheme": {"scheme": "http", "host": "", "clientID": "a"}, "no scheme": {"scheme": nil, "host": "", "clientID": "a"},
		"host": {"scheme": "https", "host": "h", "clientID": "a"}, "client_id": {"scheme": "https", "host": "", "clientID": "b"},
		"no client_id": {"scheme": "https", "host": ""}, "github": nil,
	} {
		if read(github).GitHub.Equal(before.GitHub) {
			t.Errorf("a change of %s isn't seen", name)
		}
	}
	for name, github := range map[string]members{
		"null": {"scheme": "https", "host": nil, "clientID": "a"}, "absent": {"scheme": "https", "clientID": "a"},
	} {
		if !read(github).GitHub.Equal(before.GitHub) {
			t.Errorf("a host that is %s is none, like an empty one", name)
		}
	}
}

// Where an object belongs is in its id; what its members say may be any text.
func TestClusterPipelineConfigBelongsWhereItsIDSays(t *testing.T) {
	t.Parallel()
	var m clusterPipelineConfigModel
	answer := &rancherapi.ClusterPipeline{Spec: rancherapi.ClusterPipelineSpec{ClusterName: "cluster-abc"}}
	answer.ID, answer.Name = "c-abc12:cp-x1y2z", "cp-x1y2z"
	fine(t, m.refresh(ctx, answer))
	if m.ID.ValueString() != "c-abc12:cp-x1y2z" || m.ClusterID.ValueString() != "c-abc12" || m.Name.ValueString() != "cp-x1y2z" || !m.State.IsNull() {
		t.Errorf("taken as %v", m)
	}
}

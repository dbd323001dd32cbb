// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// By id or by identity, an import finds the same object, and gives it the same
// identity.
func TestImportsAgree(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	for typeName, id := range map[string]string{
		configType:  r.Make("clusters/"+r.NewCluster()+"/clusterpipelines", object{"githubConfig": object{"clientID": "a", "clientSecret": "b"}}),
		accountType: r.NewAccount(),
	} {
		server := r.Protocol()
		byID, one := server.Import(typeName, id, nil)
		byIdentity, other := server.Import(typeName, "", object{"id": id})
		for name := range byID {
			if !byID[name].Equal(byIdentity[name]) {
				t.Errorf("%s: states differ in %s: %s and %s", typeName, name, byID[name], byIdentity[name])
			}
		}
		for _, found := range []string{acctest.Text(one["id"]), acctest.Text(other["id"]), acctest.Text(byID["id"])} {
			if found != id {
				t.Errorf("%s: the id is %s, want %s", typeName, found, id)
			}
		}
	}
}

// What an import generates plans empty.
func TestImportGeneratesAConfiguration(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	steps(t,
		resource.TestStep{Config: r.Config("%s", account(`display_name = "somename"`))},
		resource.TestStep{ResourceName: accountAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
	)
	steps(t,
		resource.TestStep{Config: r.Config("%s", clusterConfig(cluster, `name = "github"`))},
		resource.TestStep{ResourceName: configAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Identity)
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	for address, config := range map[string]string{accountAddress: account(`account_name = "octocat"`), configAddress: clusterConfig(cluster, `name = "github"`)} {
		steps(t,
			resource.TestStep{Config: r.Config("%s", config)},
			resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		)
	}
}

func TestImportExplainsAnIDThatNamesNothing(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	for typeName, c := range map[string]struct {
		form string
		ids  []string
	}{
		configType:  {"<cluster_id>:<name>", []string{"c-abc12", ":", "c-abc12:", ":github", "a:b:c", "c-abc12/github", "c-abc12:git hub", "a:b/.."}},
		accountType: {"<name>, as in ra-x1y2z, or <user>:<name>", []string{"/", "a/b", ":", "a:", "a b", "a:b:c"}},
	} {
		for _, id := range c.ids {
			resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			if said := acctest.Said(resp.Diagnostics); !strings.Contains(said, "ERROR: Unusable import id") || !strings.Contains(said, c.form) {
				t.Errorf("%s %q: %s", typeName, id, said)
			}
		}
	}
}

func TestImportOfWhatDoesNotExistFails(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	cluster := r.NewCluster()
	for address, c := range map[string]struct{ config, id string }{
		accountAddress: {account(), "ra-none"}, configAddress: {clusterConfig(cluster), cluster + ":none"},
	} {
		steps(t, resource.TestStep{
			Config: r.Config("%s", c.config), ResourceName: address, ImportState: true, ImportStateId: c.id,
			ExpectError: saying("Cannot import non-existent remote object"),
		})
	}
}

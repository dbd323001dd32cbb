// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// By id or by identity, an import finds the same runtime, and gives it the same
// identity.
func TestImportsAgree(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	p.Save("api-server-pr", stored(), false)
	server := p.Protocol()
	byID, one := server.Import(runtimeType, p.Name+"/api-server-pr", nil)
	byIdentity, other := server.Import(runtimeType, "", object{"product": p.Name, "name": "api-server-pr"})
	for name := range byID {
		if !byID[name].Equal(byIdentity[name]) {
			t.Errorf("states differ in %s: %s and %s", name, byID[name], byIdentity[name])
		}
	}
	for name := range one {
		if !one[name].Equal(other[name]) {
			t.Errorf("identities differ in %s: %s and %s", name, one[name], other[name])
		}
	}
	if id := acctest.Text(byID["id"]); id != p.Name+"/api-server-pr" {
		t.Errorf("id is %s", id)
	}
}

// What an import generates plans empty.
func TestImportGeneratesAConfiguration(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	steps(t,
		resource.TestStep{Config: p.Config(full, p.Name)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Identity)
	p := acctest.NewNautes(t).NewProduct()
	steps(t,
		resource.TestStep{Config: p.Config("%s", runtime(p.Name))},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

func TestImportExplainsAnIDThatNamesNothing(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	for _, id := range []string{"api-server-pr", "/", "p/", "/r", "p/r/s", "p/..", "./r"} {
		resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: runtimeType, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if said := acctest.Said(resp.Diagnostics); !strings.Contains(said, "ERROR: Unusable import id") || !strings.Contains(said, "<product>/<name>") {
			t.Errorf("%q: %s", id, said)
		}
	}
}

func TestImportOfWhatDoesNotExistFails(t *testing.T) {
	t.Parallel()
	p := acctest.NewNautes(t).NewProduct()
	missing := func(id string, texts ...string) resource.TestStep {
		return resource.TestStep{
			Config: p.Config("%s", runtime(p.Name)), ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: saying(texts...),
		}
	}
	steps(t,
		missing(p.Name+"/nope", "Cannot import non-existent remote object"),
		missing("no-such/nope", "Cannot read project pipeline runtime no-such/nope", "There is no product no-such"),
	)
}

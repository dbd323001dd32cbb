// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// An id that couldn't be found must not reach state as 0: requests would go
// to a project that isn't there.
func TestProjectThatCannotBeLookedUpHasNoID(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer server.Close()
	sender, err := transport.NewClient(transport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	client, err := gitlabapi.New(gitlabapi.Config{BaseURL: server.URL, Token: "token", HTTP: sender})
	if err != nil {
		t.Fatal(err)
	}
	id := types.Int64Null()
	if err := settleProject(t.Context(), client, types.StringValue("group/app"), &id); err == nil || !id.IsNull() {
		t.Errorf("id %s, error %v", id, err)
	}
}

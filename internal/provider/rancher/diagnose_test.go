// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Each error has its meaning, Rancher's own words where it said any, what to
// do, and the attribute where there is one.
func TestAnErrorIsExplained(t *testing.T) {
	t.Parallel()
	refusal := func(method string, status int, code, attribute, message string) error {
		return &rancherapi.Refusal{
			StatusError: &transport.StatusError{Method: method, Origin: "https://rancher.example.com", Path: "/v3/x", Status: status, Message: message},
			Code:        code, Attribute: attribute,
		}
	}
	config := clusterPipelineConfigModel{ID: types.StringValue("c-1:n"), ClusterID: types.StringValue("c-1"), Name: types.StringValue("n")}
	named, unnamed := config, config
	named.ID, unnamed.ID, unnamed.Name = types.StringNull(), types.StringNull(), types.StringUnknown()
	account := remoteAccountModel{ID: types.StringValue("ra-1")}
	lost := &transport.AnswerLostError{Method: http.MethodPost, Path: "/v3/x", Err: errors.New("connection reset")}
	for name, c := range map[string]struct {
		about object
		verb  string
		err   error
		at    string
		texts []string
	}{
		"flat form": {config.object(), reading, &rancherapi.DialectError{Found: rancherapi.FoundV20}, "",
			[]string{"This server doesn't have the pipeline API", "Rancher 2.0", "another form", `dialect = "spec"`}},
		"files in the repository": {config.object(), reading, &rancherapi.DialectError{Found: rancherapi.FoundV21}, "",
			[]string{"2.1 to 2.6", "files in the repository", ".rancher-pipeline.yml", "Nothing was changed", "base_url"}},
		"no pipelines": {config.object(), reading, &rancherapi.DialectError{Found: rancherapi.FoundNone}, "",
			[]string{"no pipelines at all", "2.7"}},
		"no Rancher": {
			config.object(), reading,
			&rancherapi.NotRancherError{Address: "https://rancher.example.com/v3", Err: &transport.StatusError{Method: "GET", Path: "/v3", Status: 404, Message: "an HTML page", Foreign: true}},
			"", []string{"Cannot read cluster pipeline configuration c-1:n", "404 Not Found: an HTML page", "https://rancher.example.com/v3 isn't Rancher's API", "Check base_url"},
		},
		"name taken": {named.object(), creating, refusal("POST", 409, "AlreadyExists", "", "it exists"), "name",
			[]string{"Cannot create cluster pipeline configuration in cluster c-1", "409 Conflict: it exists", "left as it is", "terraform import <address> c-1:n"}},
		"name taken, which isn't known": {unnamed.object(), creating, refusal("POST", 409, "Conflict", "", "it exists"), "",
			[]string{"left as it is", "terraform import <address> <id>", "what cluster c-1 has"}},
		"another write": {config.object(), updating, refusal("PUT", 409, "Conflict", "", "object has been modified"), "",
			[]string{"Cannot update cluster pipeline configuration c-1:n", "at the same time", "Plan again"}},
		"no role": {account.object(), deleting, refusal("DELETE", 403, "Forbidden", "", "not allowed"), "",
			[]string{"Cannot delete remote account ra-1", "403 Forbidden: not allowed", "lacks a role"}},
		"no token": {account.object(), reading, refusal("GET", 401, "", "", "must authenticate"), "",
			[]string{"401 Unauthorized: must authenticate", "Check the token"}},
		"no such cluster": {named.object(), creating, refusal("POST", 404, "NotFound", "", `namespaces "c-1" not found`), "cluster_id",
			[]string{`namespaces "c-1" not found`, "There is no cluster c-1", "Check cluster_id"}},
		"no such type": {named.object(), creating, refusal("POST", 404, "NotFound", "", "failed to find schema clusterpipelines"), "",
			[]string{"part of the API that this server doesn't have", "Check base_url"}},
		"cluster is away": {config.object(), updating, refusal("PUT", 503, "ClusterUnavailable", "", "cluster not found"), "",
			[]string{"503 Service Unavailable", "can't reach the cluster"}},
		"a member": {named.object(), creating, refusal("POST", 422, "MissingRequired", "spec.githubConfig.clientID", "spec.githubConfig.clientID is missing"), "github.client_id",
			[]string{"422 Unprocessable Entity: spec.githubConfig.clientID is missing"}},
		"a member in what is no attribute": {named.object(), creating, refusal("POST", 422, "InvalidFormat", "spec.githubConfig.new.deep", "bad"), "github", nil},
		"a member that is none of ours":    {account.object(), updating, refusal("PUT", 422, "InvalidFormat", "labels", "bad"), "", nil},
		"the name":                         {named.object(), creating, refusal("POST", 422, "InvalidCharacters", "name", "bad"), "name", nil},
		"gone meanwhile": {account.object(), updating, fmt.Errorf("wrapped: %w", rancherapi.ErrAbsent), "",
			[]string{"Cannot update remote account ra-1", "somebody else deleted it", "Plan again"}},
		"never there": {account.object(), reading, rancherapi.ErrAbsent, "", []string{"There is no remote account with this id"}},
		"never done": {account.object(), deleting, &poll.UnfinishedError{State: "removing: waiting on x", Err: context.DeadlineExceeded}, "",
			[]string{"still removing: waiting on x", "timeouts"}},
		"interrupted while it waits": {account.object(), deleting, &poll.UnfinishedError{State: "removing", Err: context.Canceled}, "",
			[]string{"Cannot delete remote account ra-1", "Rancher has begun to", "goes on", "interrupted"}},
		"never done, and never looked at": {account.object(), deleting, &poll.UnfinishedError{Err: context.DeadlineExceeded}, "",
			[]string{"was not done when the time was up. Apply again"}},
		"parent is going": {named.object(), creating, refusal("POST", 403, "Forbidden", "", "unable to create new content in namespace c-1 because it is being terminated"), "cluster_id",
			[]string{"Cluster c-1 is being deleted"}},
		"null": {account.object(), updating, &rancherapi.NullError{Method: "PUT", Path: "/v3/remoteAccounts/ra-1", Err: &transport.AnswerLostError{Method: "PUT", Err: lost}}, "",
			[]string{"Rancher answered PUT /v3/remoteAccounts/ra-1 with null", "may nevertheless have done"}},
		"answer lost": {named.object(), creating, lost, "",
			[]string{"connection reset", "may nevertheless have done", "Look at what cluster c-1 has", "terraform import <address> c-1:n"}},
		"answer lost, and no name": {unnamed.object(), creating, lost, "", []string{"terraform import <address> <id>"}},
		"a failure that may have created": {named.object(), creating, refusal("POST", 500, "ServerError", "", "boom"), "",
			[]string{"500 Internal Server Error: boom", "Look at what cluster c-1 has"}},
	} {
		diags := c.about.failed(c.verb, c.err)
		if len(diags) != 1 || diags[0].Severity() != diag.SeverityError {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		at := ""
		if placed, ok := diags[0].(diag.DiagnosticWithPath); ok {
			at = placed.Path().String()
		}
		said := diags[0].Summary() + "\n" + diags[0].Detail()
		if at != c.at {
			t.Errorf("%s: at %q, want %q", name, at, c.at)
		}
		for _, text := range c.texts {
			if !strings.Contains(said, text) {
				t.Errorf("%s: said %q, want %q", name, said, text)
			}
		}
	}
}

// A look comes after an operation whose time is up, but not after an interrupt.
func TestLookAfterwards(t *testing.T) {
	t.Parallel()
	late, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	check := func(ctx context.Context, want bool) {
		t.Helper()
		look, cancel, worthIt := afterwards(ctx)
		defer cancel()
		if end, ends := look.Deadline(); worthIt != want || look.Err() != nil || !ends || time.Until(end) > lookTime {
			t.Errorf("%t, %v until %v", worthIt, look.Err(), end)
		}
	}
	check(t.Context(), true)
	check(late, true)
	check(interrupted, false)
}

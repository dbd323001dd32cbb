// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Each kind of refusal has its meaning, Nautes' own words, what to do, and the
// attribute where there is one.
func TestARefusalIsExplained(t *testing.T) {
	t.Parallel()
	const skip = "insecure_skip_check = true"
	a := about{product: "labs", name: "r1", saved: nautesapi.Runtime{
		PipelineSource: "lib", EventSources: []nautesapi.EventSource{{Name: "push", GitLab: &nautesapi.GitLabEvents{RepoName: "lib"}}, {Name: "nightly"}},
		AdditionalResources: nautesapi.AdditionalResources{Git: &nautesapi.AdditionalGit{CodeRepo: "lib"}},
	}}
	for kind, c := range map[nautesapi.Kind]struct {
		object string
		texts  []string
		at     []string
	}{
		nautesapi.BadToken:          {"", []string{"GitLab doesn't accept the token", "Check the token"}, nil},
		nautesapi.NoPermission:      {"", []string{"too few rights", "labs/default.project", "allowed to push"}, nil},
		nautesapi.ProductNotFound:   {"", []string{"There is no product labs", "may not see", "Check product"}, []string{"product"}},
		nautesapi.MetadataMissing:   {"", []string{"labs is no product", "may not see", "Check product"}, []string{"product"}},
		nautesapi.ProductUnreadable: {"", []string{"A file in labs/default.project can't be read", "fails every call", "repair the file"}, nil},
		nautesapi.UnknownRepository: {
			"lib", []string{"GitLab has no repository labs/lib", "may differ from its display name"},
			[]string{"pipeline_source", "event_sources[0].gitlab.repo_name", "additional_resources.git.coderepo"},
		},
		nautesapi.RepositoryUnresolvable: {"repo-7", []string{"names a repository, repo-7", "from being listed", "Give the token's user access"}, nil},
		nautesapi.UnregisteredRepository: {"repo-7", []string{"as repo-7", "no code repository for it", "Register the repository", skip}, nil},
		nautesapi.UnknownProject:         {"web", []string{"no project web", "Create the project", skip}, []string{"project"}},
		nautesapi.UnknownEnvironment:     {"dev", []string{"no environment dev", "Create the environment", skip}, []string{"destination.environment"}},
		nautesapi.OtherObjectBroken:      {"CodeRepo repo-4", []string{"Nothing is wrong with this runtime", "broken: CodeRepo repo-4", "Repair or delete", skip}, nil},
		nautesapi.RuleBroken:             {"r2", []string{"found a broken rule: the detail", "The other object is r2", "may be about this runtime", skip}, nil},
		nautesapi.ProjectImmutable:       {"", []string{"belongs to another project", "Plan again"}, []string{"project"}},
		nautesapi.Invalid:                {"", []string{"doesn't take this request", "the detail"}, nil},
		nautesapi.Collision:              {"", []string{"two calls that begin in the same second", "Nothing was changed", "Try again"}, nil},
		nautesapi.Conflict:               {"", []string{"Others changed the product at the same time", "Nothing was changed", "Try again"}, nil},
		nautesapi.NothingToCommit:        {"", []string{"Others changed the product at the same time", "Nothing was changed", "Try again"}, nil},
		nautesapi.RuntimeUnreadable:      {"", []string{"Nautes crashed while it read", "has inputs", "without inputs repairs it"}, nil},
		nautesapi.Crashed:                {"", []string{"Nautes crashed", "no event listener", "Check the cluster's components", skip}, nil},
		nautesapi.Other:                  {"", []string{"Nautes refused"}, nil},
	} {
		refusal := &nautesapi.Refusal{
			StatusError: &transport.StatusError{Method: "POST", Path: "/r1", Status: 500, Message: "its words"},
			Kind:        kind, Object: c.object, Detail: "the detail",
		}
		for _, skipped := range []bool{false, true} {
			a.skipped = skipped
			diags := a.failed("update", fmt.Errorf("wrapped: %w", refusal))
			var at []string
			for _, d := range diags {
				if d.Severity() != diag.SeverityError || d.Summary() != "Cannot update project pipeline runtime labs/r1" {
					t.Errorf("%s: %v", kind, d)
				}
				if placed, ok := d.(diag.DiagnosticWithPath); ok {
					at = append(at, placed.Path().String())
				}
				for _, text := range append(c.texts, "Nautes answered POST /r1 with 500: its words.") {
					if strings.Contains(d.Detail(), text) == (skipped && text == skip) {
						t.Errorf("%s: %q, want %q unless that is done already", kind, d.Detail(), text)
					}
				}
			}
			if len(diags) == 0 || !slices.Equal(at, c.at) {
				t.Errorf("%s: at %q, want %q", kind, at, c.at)
			}
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// gitLabRef is gitlab_ref.
type gitLabRef struct{}

func newGitLabRef() function.Function { return gitLabRef{} }

func (gitLabRef) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "gitlab_ref"
}

func (gitLabRef) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The full form of a GitLab ref",
		MarkdownDescription: "Spells a ref in full, as GitLab 17 and later store it: `main` becomes `refs/heads/main`, and `refs/heads/main` and `refs/tags/v1` stay as they are. " +
			"A name alone is taken for a branch: no function can look whether it is a tag. For a tag write `refs/tags/NAME`.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "ref", MarkdownDescription: "A branch's name, as in `main`, or a full ref, as in `refs/tags/v1.0`."},
		},
		Return: function.StringReturn{},
	}
}

func (gitLabRef) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var ref string
	if resp.Error = req.Arguments.Get(ctx, &ref); resp.Error != nil {
		return
	}
	name := gitlabapi.ShortRef(ref)
	if name == "" || strings.HasPrefix(name, "refs/") || strings.ContainsFunc(name, unicode.IsSpace) {
		resp.Error = function.NewArgumentFuncError(0,
			fmt.Sprintf("%q is neither the name of a branch nor a full ref. Write a branch's name, refs/heads/NAME or refs/tags/NAME", ref))
		return
	}
	resp.Error = resp.Result.Set(ctx, gitlabapi.BranchRef(ref))
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// creating is the verb of what isn't in state yet, which advice depends on.
const creating = "create"

// about is what a diagnostic is about.
type about struct {
	product string
	// name is empty for a product's runtimes.
	name string
	// saved is what was to be saved; the zero value for what isn't a save.
	saved nautesapi.Runtime
	// skipped is insecure_skip_check.
	skipped bool
}

func (m runtimeModel) about() about {
	return about{product: m.Product.ValueString(), name: m.Name.ValueString(), skipped: m.InsecureSkipCheck.ValueBool()}
}

func (a about) summary(verb string) string {
	if a.name == "" {
		return fmt.Sprintf("Cannot %s the project pipeline runtimes of product %s", verb, a.product)
	}
	return fmt.Sprintf("Cannot %s project pipeline runtime %s/%s", verb, a.product, a.name)
}

// failed is the diagnostics of an operation. They point at the attributes that
// Nautes names.
func (a about) failed(verb string, err error) diag.Diagnostics {
	var (
		dropped *nautesapi.DroppedError
		refusal *nautesapi.Refusal
		queue   *nautesapi.QueueError
		diags   diag.Diagnostics
	)
	switch summary := a.summary(verb); {
	case errors.As(err, &dropped):
		for _, at := range a.members(dropped.Members) {
			diags.AddAttributeError(at, summary, "This server is too old for "+at.String()+": it would take it and drop it without a word. "+
				"Nothing was saved. Remove it, or upgrade Nautes. If the server is newer than that, check wire_version in the provider's nautes block.")
		}
	case errors.As(err, &refusal):
		detail := a.explain(verb, refusal)
		for _, at := range a.places(refusal) {
			diags.AddAttributeError(at, summary, detail)
		}
		if len(diags) == 0 {
			diags.AddError(summary, detail)
		}
	case errors.As(err, &queue) && errors.Is(err, context.DeadlineExceeded):
		diags.AddError(summary, "Its time ran out while it waited for other calls: calls to Nautes go one at a time, because the server can't work on two. "+
			"Nothing was changed. Raise the timeouts of the resource, or lower -parallelism.")
	default:
		detail := system.Explain("Nautes", err)
		var status *transport.StatusError
		if errors.As(err, &status) && status.Status == http.StatusNotFound && !status.Foreign {
			detail += "\n\nThat is no answer of the Nautes API. Check base_url of the provider's nautes block, also its path: it is Nautes' address, not GitLab's."
		}
		diags.AddError(summary, detail)
	}
	return diags
}

// existsUnreadable refuses to take over a runtime that the server can't show,
// and that can't be imported therefore.
func (a about) existsUnreadable() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("name"), a.summary(creating),
		"Nautes has a runtime with this name already, which was left as it is, but crashes when it is to show it: it does so for runtimes with inputs, and for "+
			"some that were stored before version 0.3.9. If it comes from an earlier run whose answer got lost, or nobody needs it, delete it through Nautes' API and apply again. "+
			"To keep it, save it there without inputs, then import it: terraform import <address> "+runtimeID{Product: a.product, Name: a.name}.String())
}

// exists refuses to take over a runtime that Terraform didn't make. Nautes
// would replace it.
func (a about) exists() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("name"), a.summary(creating),
		"Nautes has a runtime with this name already, which was left as it is. To manage it here, import it: terraform import <address> "+
			runtimeID{Product: a.product, Name: a.name}.String())
}

// unreadable warns that the state is as old as the last successful read.
func (a about) unreadable() diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Project pipeline runtime %s/%s can't be read", a.product, a.name),
		"Nautes has the runtime, but crashes when it shows it. It does so for every runtime that has inputs, and for one that was stored before "+
			"version 0.3.9. The state keeps what it had; a change made elsewhere is not seen until the runtime has no inputs.")
}

// explain says what a refusal means, what Nautes said, and what to do.
func (a about) explain(verb string, r *nautesapi.Refusal) string {
	meaning, advice := a.meaning(verb, r)
	var b strings.Builder
	b.WriteString(meaning)
	fmt.Fprintf(&b, "\n\nNautes answered %s %s with %d", r.Method, r.Path, r.Status)
	if r.Message != "" {
		b.WriteString(": " + strings.TrimSuffix(quoted(r.Message), "."))
	}
	b.WriteString(".")
	if advice != "" {
		b.WriteString("\n\n" + advice)
	}
	return b.String()
}

// wrapping is what Nautes puts around the text of an error that it wraps, and
// around its cause: the notation of the language that it is written in.
var wrapping = regexp.MustCompile(`error: code = \d+ reason = \w+ message = (.*?) metadata = map\[[^]]*\] cause = (<nil>|[^,]*)`)

// quoted is what Nautes said, in one line and without its wrapping.
func quoted(message string) string {
	bare := strings.ReplaceAll(wrapping.ReplaceAllString(message, "$1: $2"), ": <nil>", "")
	return strings.Join(strings.Fields(bare), " ")
}

func (a about) meaning(verb string, r *nautesapi.Refusal) (meaning, advice string) {
	const hidden = "GitLab says the same of what the token's user may not see."
	switch r.Kind {
	case nautesapi.BadToken:
		return "GitLab doesn't accept the token that Nautes was given.",
			"Check the token in the provider's nautes block, or " + tokenVariable + ": it must be an access token, with the api scope, " +
				"of the GitLab that this Nautes works on, neither expired nor revoked."
	case nautesapi.NoPermission:
		return "The token's user has too few rights in GitLab for this.",
			"Reading runtimes needs read access to " + a.product + "/default.project and to the repositories of all its runtimes; changing them " +
				"needs to be allowed to push to its branch main. Give the user these rights, or use the token of one who has them; the token needs the api scope."
	case nautesapi.ProductNotFound:
		return "There is no product " + a.product + ": GitLab has no such group. " + hidden, a.check(verb, "product")
	case nautesapi.MetadataMissing:
		return "The GitLab group " + a.product + " is no product: it has no repository default.project. " + hidden, a.check(verb, "product")
	case nautesapi.ProductUnreadable:
		return "A file in " + a.product + "/default.project can't be read. This fails every call for the product, not just this one.",
			"Look at the repository's latest commits, and repair the file there."
	case nautesapi.UnknownRepository:
		return "GitLab has no repository " + a.product + "/" + r.Object + ". " + hidden + " It says so too when there is no product " + a.product + ".",
			"Use the repository's path in the product's GitLab group, which may differ from its display name."
	case nautesapi.RepositoryUnresolvable:
		return "A runtime of the product names a repository, " + r.Object + " (the number is its GitLab project's id), that is not in GitLab any more. " + hidden +
				" This keeps the runtime from being read, and all runtimes of the product from being listed.",
			"Give the token's user access to that repository, or let the runtime have another one, or delete the runtime."
	case nautesapi.UnregisteredRepository:
		return "GitLab has the repository, as " + r.Object + " (the number is its GitLab project's id), but the product has no code repository for it.",
			"Register the repository as a code repository of the product in Nautes. " + a.skip()
	case nautesapi.UnknownProject:
		return "The product has no project " + r.Object + ".", "Create the project in Nautes first. " + a.skip()
	case nautesapi.UnknownEnvironment:
		return "The product has no environment " + r.Object + ".", "Create the environment in Nautes first. " + a.skip()
	case nautesapi.OtherObjectBroken:
		return "Nothing is wrong with this runtime. Nautes checks the whole product before it changes anything, and found another object broken: " + r.Object + ".",
			"Repair or delete that object first. " + a.skip()
	case nautesapi.RuleBroken:
		meaning = "Nautes checks the whole product before it changes anything, and found a broken rule: " + r.Detail + "."
		if r.Object != "" {
			meaning += " The other object is " + r.Object + "."
		}
		return meaning, "It may be about this runtime, or about another one of the product. " + a.skip()
	case nautesapi.ProjectImmutable:
		return "The runtime belongs to another project by now, and Nautes can't move it.", "Plan again: Terraform then sees that project, and replaces the runtime."
	case nautesapi.Invalid:
		return "Nautes doesn't take this request, whatever it has stored: " + r.Detail + ".",
			"If wire_version is set in the provider's nautes block, check that it fits the server."
	case nautesapi.Collision:
		return "Nautes can't work on two calls that begin in the same second, and others were faster each time. Nothing was changed.",
			"Somebody else uses this server a lot just now. Try again."
	case nautesapi.Conflict, nautesapi.NothingToCommit:
		return "Others changed the product at the same time, and were faster each time. Nothing was changed.", "Try again."
	case nautesapi.RuntimeUnreadable:
		return "Nautes crashed while it read. It does so for every runtime that has inputs, and for one that was stored before version 0.3.9; and for a " +
				"list, when the product has such a runtime.",
			"A save of that runtime without inputs repairs it."
	case nautesapi.Crashed:
		return "Nautes crashed. It does so when the environment's cluster has no event listener, and for inputs without a place to write them to.",
			"Check the cluster's components. " + a.skip()
	}
	return "Nautes refused.", "Change what it objects to. If that says nothing to you, ask who runs Nautes: its log says more."
}

func (a about) check(verb, attribute string) string {
	if verb == creating || a.name == "" {
		return "Check " + attribute + ", and that the token's user is a member of its group."
	}
	return "Check " + attribute + " and the user's access. Nothing was taken out of the state; if it is gone for good, remove the runtime with " +
		"`terraform state rm`."
}

// skip is the way past the check of the whole product.
func (a about) skip() string {
	if a.skipped {
		return ""
	}
	return "If it can't be helped, set insecure_skip_check = true: then Nautes leaves out this check."
}

// places are the attributes that a refusal is about.
func (a about) places(r *nautesapi.Refusal) []path.Path {
	switch r.Kind {
	case nautesapi.ProductNotFound, nautesapi.MetadataMissing:
		return []path.Path{path.Root("product")}
	case nautesapi.UnknownProject, nautesapi.ProjectImmutable:
		return []path.Path{path.Root("project")}
	case nautesapi.UnknownEnvironment:
		return []path.Path{path.Root("destination").AtName("environment")}
	case nautesapi.UnknownRepository:
		return a.repository(r.Object)
	}
	return nil
}

// repository are the attributes that name a repository.
func (a about) repository(name string) []path.Path {
	if name == "" {
		return nil
	}
	var places []path.Path
	if a.saved.PipelineSource == name {
		places = append(places, path.Root("pipeline_source"))
	}
	for i, e := range a.saved.EventSources {
		if e.GitLab != nil && e.GitLab.RepoName == name {
			places = append(places, path.Root("event_sources").AtListIndex(i).AtName("gitlab").AtName("repo_name"))
		}
	}
	if git := a.saved.AdditionalResources.Git; git != nil && git.CodeRepo == name {
		places = append(places, path.Root("additional_resources").AtName("git").AtName("coderepo"))
	}
	return places
}

// members are the attributes of the API's members.
func (a about) members(names []string) []path.Path {
	var places []path.Path
	for _, name := range names {
		first, rest, nested := strings.Cut(name, ".")
		switch at := path.Root(first); {
		case first == "pipeline_triggers":
			for i, t := range a.saved.PipelineTriggers {
				if len(t.Inputs) > 0 {
					places = append(places, at.AtListIndex(i).AtName(rest))
				}
			}
		case nested:
			places = append(places, at.AtName(rest))
		default:
			places = append(places, at)
		}
	}
	return places
}

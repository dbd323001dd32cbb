// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// object is what a diagnostic is about.
type object struct {
	// kind and id name it, as in `pipeline` `p-x1y2z:p-abcde`; id is empty
	// before it exists, and for a list.
	kind, id string
	// parentKind and parent name what it is in, as in `cluster` `c-abc12`; the
	// attribute of the parent is the kind with `_id`. Empty for what is in
	// nothing.
	parentKind, parent string
	// importID is by what it could be imported if it is there already; empty
	// when that isn't known.
	importID string
	// members are the attributes by the API's members, as in
	// `spec.githubConfig.clientID`; a member that isn't there is told at the
	// one that it is in.
	members map[string]path.Path
	// argument is the attribute of an action that names it; empty for what isn't
	// an action's.
	argument string
	// whenLost says what to do when nobody knows whether it was done; whenFailed
	// what an error of the server's own can mean.
	whenLost, whenFailed string
}

// The verbs that advice depends on.
const (
	creating = "create"
	reading  = "read"
	updating = "update"
	deleting = "delete"
	running  = "run"
	stopping = "stop"
	rerun    = "rerun"
)

func (o object) name() string {
	if o.id != "" {
		return o.kind + " " + o.id
	}
	if o.parent != "" {
		return o.kind + " in " + o.parentKind + " " + o.parent
	}
	return o.kind
}

// failed is the diagnostics of an operation on the object. They point at the
// attributes that Rancher names.
func (o object) failed(verb string, err error) diag.Diagnostics {
	var (
		dialect *rancherapi.DialectError
		another *rancherapi.NotRancherError
		refusal *rancherapi.Refusal
		waiting *poll.UnfinishedError
		diags   diag.Diagnostics
	)
	summary := "Cannot " + verb + " " + o.name()
	switch {
	case errors.As(err, &dialect):
		diags.AddError("This server doesn't have the pipeline API that the provider speaks", otherDialect(dialect.Found))
	case errors.As(err, &another):
		said, _, _ := strings.Cut(system.Explain("Rancher", err), "\n\n")
		diags.AddError(summary, said+"\n\nWhat is at "+another.Address+" isn't Rancher's API. Check base_url in the provider's rancher block.")
	case errors.Is(err, rancherapi.ErrAbsent) && o.argument != "":
		diags.AddAttributeError(path.Root(o.argument), summary, o.absent(reading)+" Check "+o.argument+".")
	case errors.Is(err, rancherapi.ErrAbsent):
		diags.AddError(summary, o.absent(verb))
	case errors.As(err, &refusal):
		detail := system.Explain("Rancher", err)
		if advice := o.advice(verb, refusal, err); advice != "" {
			detail += "\n\n" + advice
		} else if at, ok := o.place(verb, refusal); ok {
			detail += "\n\nCheck " + at.String() + "."
		}
		if at, ok := o.place(verb, refusal); ok {
			diags.AddAttributeError(at, summary, detail)
		} else {
			diags.AddError(summary, detail)
		}
	case errors.As(err, &waiting) && errors.Is(err, context.Canceled):
		diags.AddError(summary, "Rancher has begun to, and goes on; the run was interrupted while it waited for the end.")
	case errors.As(err, &waiting) && errors.Is(err, context.DeadlineExceeded):
		still := ""
		if waiting.State != "" {
			still = ": it is still " + waiting.State
		}
		diags.AddError(summary, "Rancher has begun to, but was not done when the time was up"+still+". Apply again to go on waiting, "+
			"or raise the timeouts of the resource or action. If that goes on, what Rancher says it waits on doesn't do its part.")
	default:
		detail := explained(err)
		switch {
		case verb == creating && transport.OutcomeUnknown(err):
			detail += "\n\n" + o.maybeMade(err)
		case o.whenLost != "" && transport.OutcomeUnknown(err):
			detail += "\n\n" + o.whenLost
		}
		diags.AddError(summary, detail)
	}
	return diags
}

// explained says what became of a call, in sentences.
func explained(err error) string {
	var null *rancherapi.NullError
	if !errors.As(err, &null) {
		return system.Explain("Rancher", err)
	}
	detail := "Rancher answered " + null.Method + " " + null.Path + " with null. That proves neither that there is such an object nor that there is none."
	if transport.OutcomeUnknown(err) {
		detail += "\n\nRancher may nevertheless have done what it was asked. Look before you try again."
	}
	return detail
}

// otherDialect says what a server of another kind has in the place of this API.
func otherDialect(found string) string {
	var what string
	switch found {
	case rancherapi.FoundV20:
		what = "It is Rancher 2.0, which has pipelines, but in another form: flat, without spec, and with other names. The provider doesn't speak it."
	case rancherapi.FoundV21:
		what = "It is Rancher 2.1 to 2.6. Since 2.1 pipelines are not objects of the API but live in files in the repository, .rancher-pipeline.yml. " +
			"Write that file instead, for example with a provider for the repository's host."
	case rancherapi.FoundNone:
		what = "It has no pipelines at all, as Rancher since 2.7, which removed them."
	default:
		what = "It says that it is " + found + "."
	}
	return what + " Nothing was changed.\n\nIf that is not so, check base_url in the provider's rancher block. There, dialect = \"" +
		string(rancherapi.DialectSpec) + "\" makes the provider speak the Pipeline API SPEC without asking."
}

// absent says that what was there when it was last looked at is gone.
func (o object) absent(verb string) string {
	if verb == reading {
		return "There is no " + o.kind + " with this id, or the token's user may not see it."
	}
	return "It is gone: somebody else deleted it meanwhile. Plan again."
}

// exists is how to get hold of what is there already.
func (o object) exists() string {
	advice := "What is there was left as it is. To manage it here, import it: terraform import <address> "
	if o.importID == "" {
		return advice + "<id>; its id is in the list of what " + o.where() + " has."
	}
	return advice + o.importID
}

func (o object) where() string {
	if o.parent != "" {
		return o.parentKind + " " + o.parent
	}
	return "Rancher"
}

// advice is what to do about a refusal, and about the error that it is in.
func (o object) advice(verb string, r *rancherapi.Refusal, err error) string {
	switch {
	case r.Taken() && verb == creating:
		return o.exists()
	case r.Code == rancherapi.CodeConflict:
		return "Somebody else changed it at the same time. Plan again."
	case o.parentGoing(verb, r):
		return strings.ToUpper(o.parentKind[:1]) + o.parentKind[1:] + " " + o.parent + " is being deleted: nothing can be made in it any more. Check " + o.parentKind + "_id."
	case r.Status == http.StatusForbidden:
		return "The token's user lacks a role that allows this, or the API key is limited to another cluster. Ask who runs Rancher for the role, or use another API key."
	case o.parentless(verb, r):
		return "There is no " + o.parentKind + " " + o.parent + ", or the token's user may not see it. Check " + o.parentKind + "_id."
	case r.Code == "ClusterUnavailable":
		return "Rancher itself can't reach the cluster. Try again when it is back."
	case r.Status == http.StatusNotFound:
		return "This is not about a missing " + o.kind + " but about a part of the API that this server doesn't have. Check base_url, also its path."
	case verb == creating && transport.OutcomeUnknown(r):
		return o.maybeMade(err)
	case r.Status >= http.StatusInternalServerError:
		return strings.TrimSpace(o.whenFailed + " " + o.whenLost)
	}
	return ""
}

// parentless reports whether a creation was refused because there is nothing
// to create it in.
func (o object) parentless(verb string, r *rancherapi.Refusal) bool {
	return o.parent != "" && r.Code == rancherapi.CodeNotFound && (verb == creating || o.id == "") && !strings.Contains(r.Message, "failed to find schema")
}

// parentGoing reports whether a creation was refused because what it was to be
// in is being deleted. Kubernetes says that with the status of a lack of
// permission.
func (o object) parentGoing(verb string, r *rancherapi.Refusal) bool {
	return o.parent != "" && verb == creating && r.Status == http.StatusForbidden && strings.Contains(r.Message, "being terminated")
}

// place is the attribute that a refusal is about.
func (o object) place(verb string, r *rancherapi.Refusal) (path.Path, bool) {
	if o.parentless(verb, r) || o.parentGoing(verb, r) {
		return path.Root(o.parentKind + "_id"), true
	}
	if r.Taken() && verb == creating && o.importID != "" {
		at, ok := o.members["name"]
		return at, ok
	}
	for member := r.Attribute; member != ""; {
		if at, ok := o.members[member]; ok {
			return at, true
		}
		member = member[:max(0, strings.LastIndex(member, "."))]
	}
	return path.Path{}, false
}

// stateOf is an object's state. Not every type has one, but any object can be
// about to go: until it is gone, others can see it, and its name is taken.
func stateOf(o rancherapi.Object) types.String { return present(o.Condition()) }

// replaceRemoved plans the replacement of an object that was deleted, and that
// Rancher hasn't finished to delete: what is in state is neither gone nor there
// to stay. To delete it once more is to wait until it is gone. It reports
// whether that is so.
func (o object) replaceRemoved(ctx context.Context, state types.String, resp *resource.ModifyPlanResponse) bool {
	if state.ValueString() != rancherapi.Removing {
		return false
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("state"), "Rancher is deleting "+o.name(),
		"It was deleted, by somebody else or by an earlier run, and Rancher hasn't finished yet. An apply waits until it is gone, and then makes a new one.")
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringUnknown())...)
	resp.RequiresReplace.Append(path.Root("state"))
	return true
}

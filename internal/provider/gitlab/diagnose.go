// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// object is what a diagnostic is about.
type object struct {
	// kind and id name it, as in `pipeline schedule` `demo/app:13`; id is empty
	// before it exists, and for a list.
	kind, id, project string
	// managed says that it is, or is to be, in Terraform's state.
	managed bool
	// whenForbidden says what a 403 means here, whenAbsent what a proven absence
	// does, whenLost where to look for what may have happened; advise, what any
	// error means.
	whenForbidden, whenAbsent, whenLost, advise string
	// argument is the attribute that names it, or what it is in, by a number;
	// empty for what GitLab numbers itself.
	argument string
	// byHand says what to do about one that may have been created.
	byHand creationAdvice
}

const variableKind = "pipeline schedule variable"

// The verbs that advice depends on.
const (
	creating   = "create"
	updating   = "update"
	importing  = "import"
	deleting   = "delete"
	takingOver = "take ownership of"
	playing    = "play"
	retrying   = "retry"
	canceling  = "cancel"
)

func scheduleObject(m scheduleModel) object {
	o := object{
		kind: "pipeline schedule", id: m.ID.ValueString(), project: m.Project.ValueString(), managed: true,
		whenForbidden: onlyOwners(ownerName(m.Owner)),
	}
	o.byHand = creationAdvice{
		one:     "Look at the project's pipeline schedules. If it is there, import it, terraform import <address> " + o.project + ":<schedule id>, or delete it there.",
		several: "Import the right one, terraform import <address> <id>, and delete those that are too many; if none is this apply's, apply again.",
	}
	if description := m.Description.ValueString(); description != "" {
		o.kind += fmt.Sprintf(" %q", description)
	}
	return o
}

func variableObject(project, id, owner string) object {
	here := "import it, terraform import <address> " + id + ", or delete it there."
	return object{
		kind: variableKind, id: id, project: project, managed: true, whenForbidden: onlyOwners(owner), argument: "pipeline_schedule_id",
		byHand: creationAdvice{one: "Look at the schedule's variables. If it is there, " + here, several: "If it is this apply's, " + here},
	}
}

// pipelineObject is a pipeline; its id is 0 before there is one.
func pipelineObject(project types.String, id int64) object {
	o := object{
		kind: "pipeline", project: project.ValueString(),
		whenForbidden: "Running, retrying and canceling pipelines needs the developer role in the project, and, on a protected branch or tag, " +
			"to be allowed to merge or push to it, or to create it. " + askFor,
		whenAbsent: "GitLab knows no pipeline with this id in this project. Check pipeline_id, which is the number in the address of the " +
			"pipeline's page, not its number in the project (iid).",
		whenLost: "Look at the project's pipelines.", argument: "pipeline_id",
	}
	if id > 0 {
		o.id = fmt.Sprintf("%s:%d", o.project, id)
	}
	return o
}

// readObject is what a data source reads.
func readObject(kind, id string, project types.String) object {
	return object{
		kind: kind, id: id, project: project.ValueString(),
		whenForbidden: "Reading it needs the reporter role in the project, or public pipelines, and a token with the read_api or api scope. " + askFor,
	}
}

// askFor is what to do about a role that is too low.
const askFor = "Ask a maintainer of the project for it, or use the token of someone who may."

// failed is the diagnostics of an operation on the object. They point at the
// attributes that GitLab names.
func (o object) failed(verb string, err error) diag.Diagnostics {
	summary, detail := o.summary(verb), o.detail(verb, err)
	var (
		status *transport.StatusError
		diags  diag.Diagnostics
	)
	errors.As(err, &status)
	switch {
	case gitlabapi.IsProjectNotFound(err) && verb != importing:
		diags.AddAttributeError(path.Root("project"), summary, detail)
	case errors.Is(err, gitlabapi.ErrAbsent) && o.argument != "" && verb != importing:
		diags.AddAttributeError(path.Root(o.argument), summary, detail)
	case status != nil && strings.HasPrefix(status.Message, noSuchRef), notOnRef(status) && (verb == creating || verb == updating):
		diags.AddAttributeError(path.Root("ref"), summary, detail)
	case status != nil:
		for field := range status.Fields {
			if attributes[field] {
				diags.AddAttributeError(path.Root(field), summary, detail)
			}
		}
	}
	if len(diags) == 0 {
		diags.AddError(summary, detail)
	}
	return diags
}

func (o object) detail(verb string, err error) string {
	detail := system.Explain("GitLab", err)
	if advice := o.advice(verb, err); advice != "" {
		detail += "\n\n" + advice
	}
	return detail
}

func (o object) summary(verb string) string {
	if o.id == "" {
		return fmt.Sprintf("Cannot %s %s in project %s", verb, o.kind, o.project)
	}
	return fmt.Sprintf("Cannot %s %s (%s)", verb, o.kind, o.id)
}

// attributes are the API's fields that are attributes of the same name.
var attributes = map[string]bool{
	"description": true, "ref": true, "cron": true, "cron_timezone": true, "inputs": true, "key": true, "value": true, "variable_type": true,
	"scope": true, "status": true, "source": true, "sha": true, "username": true, "name": true, "yaml_errors": true, "order_by": true, "sort": true,
	"updated_after": true, "updated_before": true, "created_after": true, "created_before": true,
}

// failedVariable is the diagnostic of one step of a schedule's `variables`.
func (o object) failedVariable(step variableStep, err error) diag.Diagnostic {
	verb := updating
	switch {
	case step.from == nil:
		verb = creating
	case step.to == nil:
		verb = deleting
	}
	if gitlabapi.IsKeyTaken(err) {
		o.advise = "Someone added this variable meanwhile, or it can't be read with this token. It was left as it is. Plan again: " +
			"variables are read first, and those that exist are changed in place."
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("variables").AtMapKey(step.key), o.summary(verb), o.detail(verb, err))
}

// advice is what to do about errors that only GitLab has.
func (o object) advice(verb string, err error) string {
	var (
		status    *transport.StatusError
		unsettled *creation.UnsettledError
	)
	errors.As(err, &status)
	switch {
	case o.advise != "":
		return o.advise
	case errors.As(err, &unsettled):
		return o.unsettled(unsettled)
	case gitlabapi.IsProjectNotFound(err):
		return o.projectNotFound(verb)
	case errors.Is(err, gitlabapi.ErrAbsent) && o.whenAbsent != "":
		return o.whenAbsent
	case transport.OutcomeUnknown(err) && o.whenLost != "":
		return o.whenLost
	case errors.Is(err, gitlabapi.ErrAbsent):
		return "The schedule doesn't exist, or no longer. Check pipeline_schedule_id, and that the schedule is in this project."
	case gitlabapi.IsKeyTaken(err):
		return "The schedule has a variable with this key already, which was left as it is. If another resource of this configuration, or the " +
			"variables of the schedule's own resource, have it, remove one of the two. If not, import it to manage it here: terraform import <address> " + o.id
	case gitlabapi.IsForbidden(err) && status.Foreign:
		return "" // not GitLab's: what is to be said of it stands there already
	case gitlabapi.IsForbidden(err):
		return o.forbidden(verb, status)
	case status != nil && len(status.Fields["ref"]) > 0:
		return "GitLab says this of a name that is neither a branch nor a tag, and of one that is both. Check its spelling. If it is both, write " +
			"the full ref, refs/heads/<branch> or refs/tags/<tag>; GitLab doesn't check that what a full ref names exists."
	case notOnRef(status):
		return "The ref may be protected: then the token's user has to be one who may merge or push to the branch, or create the tag. " +
			"Let a maintainer allow that, or use the token of someone who may."
	}
	return refusedBecause(status)
}

// notOnRef reports whether GitLab doesn't let the user run pipelines on the ref. It
// says so without naming ref.
func notOnRef(status *transport.StatusError) bool {
	if status == nil {
		return false
	}
	said := strings.Join(status.Fields["base"], " ")
	return strings.Contains(said, "not authorized") || strings.Contains(said, "sufficient permission to run a pipeline")
}

// noSuchRef is what GitLab says of a pipeline to be run on a ref that isn't
// there.
const noSuchRef = "Reference not found"

// refusedBecause is what to do about what GitLab says in words of its own; empty
// for what is told well enough.
func refusedBecause(status *transport.StatusError) string {
	switch {
	case status == nil || status.Foreign:
	case strings.HasPrefix(status.Message, "Maximum number of ci pipeline schedules"):
		return "The project has as many schedules as this GitLab allows, inactive ones included. Delete one that nobody needs, or have an administrator raise the limit, ci_pipeline_schedules."
	case strings.HasPrefix(status.Message, noSuchRef):
		return "The project has no branch or tag of this name. Check ref."
	case strings.HasPrefix(status.Message, "Missing CI config file"):
		return "The commit that ref names has no CI configuration. Add .gitlab-ci.yml there, or check ref."
	case status.Status == http.StatusNotFound:
		return "That is not what GitLab says of an object that isn't there. Check base_url of the provider's gitlab block, also its path."
	case status.Status == http.StatusBadRequest && len(status.Fields) > 0 && status.Fields["base"] == nil:
		return "Check " + strings.Join(slices.Sorted(maps.Keys(status.Fields)), ", ") + "."
	case status.Status == http.StatusBadRequest:
		return "Change what GitLab objects to, and try again."
	}
	return ""
}

func (o object) projectNotFound(verb string) string {
	advice := "GitLab says this of a project that doesn't exist and of one that the token's user may not see. Check the project and the user's access."
	if o.managed && verb != creating && verb != importing {
		advice += " Nothing was taken out of the state; if the project is gone for good, remove the object with `terraform state rm`."
	}
	return advice
}

func (o object) forbidden(verb string, status *transport.StatusError) string {
	switch {
	case status != nil && strings.Contains(status.Message, "insufficient_scope"):
		return "The token lacks a scope, whatever its user may do. Use one with the api scope; read_api is enough for plans and data sources."
	case status != nil && strings.Contains(status.Message, "account has been"):
		return "GitLab lets the token's user do nothing. Ask an administrator to unblock or reactivate the user, or use the token of another one."
	case verb == takingOver:
		return "Taking a schedule over needs the maintainer role in the project. " + askFor
	case verb == deleting && o.managed:
		const needs = "Deleting needs the maintainer role in the project, or to own the schedule and be a developer. "
		if o.kind == variableKind {
			return needs + "The project's setting on who may set pipeline variables can forbid it too. " + askFor
		}
		return needs + askFor
	case verb == creating && o.managed && o.id == "":
		return "Creating a schedule needs the developer role in the project, which must not be archived, and permission to run pipelines on the ref. " + askFor
	}
	return o.whenForbidden
}

// onlyOwners explains the 403 that surprises most: the owner's name is empty
// when it isn't known.
func onlyOwners(owner string) string {
	belongs := "The schedule has no owner, or it could not be told who it is."
	if owner != "" {
		belongs = "This schedule belongs to " + owner + "."
	}
	return "GitLab lets only the owner of a schedule, or an administrator, change it or its variables, whatever role others have. " + belongs +
		" With the maintainer role you can take it over: set take_ownership = true in its cicd_gitlab_pipeline_schedule. Its pipelines then run as you. " +
		"Other causes are a protected ref that the token's user may not run pipelines on, a role below developer, and the project's setting on who " +
		"may set pipeline variables."
}

// variablesUnreadable warns that managed variables could not be compared.
func (o object) variablesUnreadable(owner *gitlabapi.User) diag.Diagnostic {
	whose := "nobody"
	if owner != nil {
		whose = owner.Username
	}
	return diag.NewWarningDiagnostic("Variables of "+o.kind+" ("+o.id+") can't be read",
		"GitLab shows a schedule's variables to its owner ("+whose+") and to maintainers only, and left them out for the user of this token. "+
			"The state keeps what it had; a change of them made elsewhere is not seen.")
}

// inputsUnknownToServer says that inputs were dropped without a word.
func (o object) inputsUnknownToServer() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("inputs"), "This GitLab has no inputs for pipeline schedules",
		"GitLab took "+o.kind+" ("+o.id+") but ignored its inputs, which need version 17.11 or later. Remove inputs, or use variables.")
}

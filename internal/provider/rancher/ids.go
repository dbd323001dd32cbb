// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// objectIdentity is what never changes about an object of any type.
type objectIdentity struct {
	ID types.String `tfsdk:"id"`
}

// identitySchema is that of [objectIdentity]; description is the id's.
func identitySchema(description string, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: description},
	}}
}

// idForm is what the ids of a kind of object look like.
type idForm struct {
	kind    string
	pattern *regexp.Regexp
	// words say what pattern is, with an example.
	words string
}

// check is for ids that are attributes.
func (f idForm) check() validator.String {
	return system.Spelled(f.pattern, "must be the id of a "+f.kind+", "+f.words)
}

var (
	configIDs = idForm{
		"cluster pipeline configuration", scopedID, "<cluster_id>:<name>, as in c-abc12:github",
	}
	// accountIDs are names, which some servers put the user's id before.
	accountIDs = idForm{
		"remote account", regexp.MustCompile(`^(` + segment + `:)?` + segment + `$`), "<name>, as in ra-x1y2z, or <user>:<name>",
	}
	pipelineIDs = idForm{"pipeline", scopedID, "<project>:<name>, as in p-x1y2z:p-abcde"}
	historyIDs  = idForm{historyKind, scopedID, "<project>:<name>, as in p-x1y2z:p-abcde-1"}
)

// importByID begins a state with the object's id, which is given as such or as
// an identity.
func importByID(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, form idForm) {
	identity := objectIdentity{ID: types.StringValue(req.ID)}
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	}
	if id := identity.ID.ValueString(); !resp.Diagnostics.HasError() && !form.pattern.MatchString(id) {
		resp.Diagnostics.AddError(unusableID, fmt.Sprintf("The id %q names no %s: it must have the form %s.", id, form.kind, form.words))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), identity.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

// unusableID is about an import id that names nothing.
const unusableID = "Unusable import id"

// segment is one part of an id: what can stand in a path, between colons.
const segment = `[^:/?#%\s]+`

var (
	clusterIDPattern = regexp.MustCompile(`^` + segment + `$`)
	// scopedID is the id of something in a cluster or a project: its parent's
	// own half, and a name in there. A project is in a cluster.
	scopedID = regexp.MustCompile(`^` + segment + `:` + segment + `$`)
	// namePattern is a DNS-1123 subdomain, which servers took as a name up to
	// April 2018. Later ones take labels only, of which it is made.
	namePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
)

var (
	clusterID = []validator.String{system.Spelled(clusterIDPattern, "must be a cluster's id, as in c-abc12")}
	// objectName is checked as Kubernetes does, in which Rancher keeps objects.
	objectName = []validator.String{
		stringvalidator.LengthAtMost(253),
		system.Spelled(namePattern, "must be of lower case letters, digits and hyphens, and neither begin nor end with a hyphen"),
	}
)

// parentOf is what the id of something in a cluster or a project begins with:
// the cluster's id, or the project's own half of its id.
func parentOf(id string) string {
	parent, _, _ := strings.Cut(id, ":")
	return parent
}

// nameOf is the object's own part of its id.
func nameOf(id string) string { return id[strings.LastIndex(id, ":")+1:] }

// inProject reports whether a pipeline is in the project with this full id.
func inProject(pipeline, project string) bool {
	_, half, _ := strings.Cut(project, ":")
	return half == parentOf(pipeline)
}

// fullProjectIDOf is the id of a pipeline's project, if the server tells it. A
// project's name in a pipeline is the project's full id normally; nothing keeps
// a server from having another name there.
func fullProjectIDOf(p *rancherapi.Pipeline) (string, bool) {
	project := p.Spec.ProjectName
	return project, scopedID.MatchString(project) && inProject(p.ID, project)
}

// cutProject cuts `<project_id>/<id>`, which names a pipeline also where the
// server doesn't tell its project. The two may be about different projects.
func cutProject(text string) (project, id string, ok bool) {
	project, id, ok = strings.Cut(text, "/")
	return project, id, ok && scopedID.MatchString(project) && scopedID.MatchString(id)
}

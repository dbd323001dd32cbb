// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

// importByID begins a state with the object's id, which is given as such or as
// an identity. form says in words what pattern is.
func importByID(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, pattern *regexp.Regexp, kind, form string,
) {
	identity := objectIdentity{ID: types.StringValue(req.ID)}
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	}
	if id := identity.ID.ValueString(); !resp.Diagnostics.HasError() && !pattern.MatchString(id) {
		resp.Diagnostics.Append(unusableID(id, kind, form))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), identity.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

// unusableID is the diagnostic for an import id that names nothing.
func unusableID(id, kind, form string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unusable import id", fmt.Sprintf("The id %q names no %s: it must have the form %s.", id, kind, form))
}

// segment is one part of an id: what can stand in a path, between colons.
const segment = `[^:/?#%\s]+`

var (
	clusterIDPattern = regexp.MustCompile(`^` + segment + `$`)
	// configIDPattern is a cluster's id, and a name in it.
	configIDPattern = regexp.MustCompile(`^` + segment + `:` + segment + `$`)
	// accountIDPattern is a name, which some servers put the user's id before.
	accountIDPattern = regexp.MustCompile(`^(` + segment + `:)?` + segment + `$`)
	// namePattern is a DNS-1123 subdomain, which servers took as a name up to
	// April 2018. Later ones take labels only, of which it is made.
	namePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
)

var (
	clusterID = []validator.String{stringvalidator.RegexMatches(clusterIDPattern, "must be a cluster's id, as in c-abc12")}
	// objectName is checked as Kubernetes does, in which Rancher keeps objects.
	objectName = []validator.String{
		stringvalidator.LengthAtMost(253),
		stringvalidator.RegexMatches(namePattern, "must be of lower case letters, digits and hyphens, and neither begin nor end with a hyphen"),
	}
)

// clusterOf is the cluster that an object belongs to, by the object's id.
func clusterOf(id string) string {
	cluster, _, _ := strings.Cut(id, ":")
	return cluster
}

// nameOf is the object's own part of its id.
func nameOf(id string) string { return id[strings.LastIndex(id, ":")+1:] }

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// clientUser is a type that has GitLab's client.
type clientUser interface {
	Client(*diag.Diagnostics) (*gitlabapi.Client, bool)
}

// settleProject looks up the id of a project that is known by its spelling
// alone: in a creation, and in a state that has just been moved here.
func settleProject(ctx context.Context, client *gitlabapi.Client, spelling types.String, id *types.Int64) error {
	if !id.IsNull() && !id.IsUnknown() {
		return nil
	}
	found, err := client.ProjectID(ctx, spelling.ValueString())
	if err != nil {
		return err
	}
	*id = types.Int64Value(found)
	return nil
}

// asItIs reports whether a plan changes nothing of an object whose project's id
// is known: so are most of many, and to decode all of them would be most of what
// a plan takes.
func asItIs(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if !req.Plan.Raw.Equal(req.State.Raw) {
		return false
	}
	var id types.Int64
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("project_id"), &id)...)
	return !id.IsNull()
}

// planProjectID settles the id of the state's project before a plan that was
// made without a refresh, so that the plan has it too.
func planProjectID(ctx context.Context, u clientUser, spelling types.String, id *types.Int64, plan *tfsdk.Plan) diag.Diagnostics {
	var diags diag.Diagnostics
	if !id.IsNull() {
		return diags
	}
	client, ok := u.Client(&diags)
	if !ok {
		return diags
	}
	if err := settleProject(ctx, client, spelling, id); err != nil {
		diags.AddAttributeError(path.Root("project"), "Cannot find the project", system.Explain("GitLab", err))
		return diags
	}
	diags.Append(plan.SetAttribute(ctx, path.Root("project_id"), *id)...)
	return diags
}

// sameProject reports whether a new spelling names the project that state
// knows by its id. It looks the project up unless it is spelled as an id. A
// project that can't be looked up is an error, because taking it for another
// one would delete what the state has; for the same reason a spelling that is
// known only after apply counts as the same until then.
func sameProject(ctx context.Context, u clientUser, old types.String, id types.Int64, spelling types.String) (bool, diag.Diagnostics) {
	var diags diag.Diagnostics
	if spelling.IsUnknown() {
		diags.AddAttributeWarning(path.Root("project"), "The project is known only after apply",
			"If it turns out to be another project than the present one, apply stops there, because this plan doesn't delete the object. "+
				"If it is going to be another one, plan with -replace.")
		return true, diags
	}
	client, ok := u.Client(&diags)
	if !ok {
		return false, diags
	}
	found, err := client.ProjectID(ctx, spelling.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("project"), "Cannot tell whether this is the same project",
			fmt.Sprintf("project changes from %s to %s. If that is another spelling of the same project, the object stays; if not, it has to be "+
				"deleted and created anew, so GitLab was asked. %s\n\nIf the project is to be renamed or created, do that first; "+
				"the numeric id %d goes on to name the present one.", old, spelling, system.Explain("GitLab", err), id.ValueInt64()))
		return false, diags
	}
	return found == id.ValueInt64(), diags
}

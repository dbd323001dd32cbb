// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// clientUser is a type that has GitLab's client.
type clientUser interface {
	Client(*diag.Diagnostics) (*gitlabapi.Client, bool)
}

// sameProject reports whether a new spelling names the project that state
// knows by its id. It looks the project up unless it is spelled as an id. A
// project that can't be looked up is an error, because taking it for another
// one would delete what the state has; for the same reason a spelling that is
// known only after apply counts as the same until then.
func sameProject(ctx context.Context, u clientUser, old types.String, id types.Int64, spelling types.String) (bool, diag.Diagnostics) {
	var diags diag.Diagnostics
	if spelling.IsUnknown() {
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

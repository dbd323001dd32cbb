// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// refuseMove fails the plan of a replacement that would delete the object, and
// then fail to make it anew: its parent becomes another one, planned, which
// isn't there. Whatever else goes wrong when look looks for that, with the
// resource's client, is for the apply to say, and so is the missing parent of a
// new object, which costs nothing.
func (o object) refuseMove(
	ctx context.Context, r *system.Resource[*rancherapi.Client], limits timeouts.Value, planned types.String,
	look func(*rancherapi.Client, context.Context, string) (*rancherapi.Object, error), resp *resource.ModifyPlanResponse,
) {
	to := planned.ValueString()
	if !known(planned) || to == o.parent {
		return
	}
	var unable diag.Diagnostics
	client, ctx, cancel := r.Start(ctx, limits.Read, &unable)
	defer cancel()
	if unable.HasError() {
		return
	}
	if _, err := look(client, ctx, to); errors.Is(err, rancherapi.ErrAbsent) {
		attribute := o.parentKind + "_id"
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "There is no "+o.parentKind+" "+to,
			"Rancher has none with this id, or the token's user may not see it. To move "+o.name()+" there, an apply would delete it, and then fail to make it anew. "+
				"Check "+attribute+".")
	}
}

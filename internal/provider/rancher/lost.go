// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// notCreated is the diagnostics of a creation that failed. Where nobody knows
// whether it did, they name what candidates finds: what is there that could be
// what was to be created. That is no proof, so nothing of it becomes state.
func (o object) notCreated(ctx context.Context, err error, candidates func(context.Context) ([]rancherapi.Object, error)) diag.Diagnostics {
	diags := o.failed(creating, err)
	if !transport.OutcomeUnknown(err) {
		return diags
	}
	ctx, cancel, worthIt := afterwards(ctx)
	defer cancel()
	if !worthIt {
		return diags
	}
	summary := "The " + o.kind + " may have been created"
	found, err := candidates(ctx)
	if err != nil {
		diags.AddWarning(summary, "What "+o.where()+" has could not be looked up. "+explained(err))
		return diags
	}
	if len(found) == 0 {
		diags.AddWarning(summary, "Right after that, nothing in "+o.where()+" could be it. If the server is slow, it may still come.")
		return diags
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, fmt.Sprintf("%s (created %s by %s)", f.ID, f.Created, cmp.Or(f.CreatorID, "the server")))
	}
	diags.AddWarning(summary, "Right after that, these in "+o.where()+" could be it: "+strings.Join(ids, ", ")+".")
	return diags
}

// lookTime is how long a look may take that comes after an operation.
const lookTime = 10 * time.Second

// afterwards is the context of a look at what became of a request that went
// wrong. It doesn't end with ctx, whose time may be up because of that request.
// After an interrupt a look isn't worth it: Terraform is about to end.
func afterwards(ctx context.Context) (look context.Context, cancel context.CancelFunc, worthIt bool) {
	worthIt = !errors.Is(ctx.Err(), context.Canceled)
	look, cancel = context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	return look, cancel, worthIt
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// place is where lists look: a cluster or a project.
type place struct {
	// kind and id name it, and the attribute that does is the kind with `_id`.
	kind, id string
	// exists looks whether there is one: Rancher answers that there is nothing
	// in what doesn't exist.
	exists func(context.Context, string) (*rancherapi.Object, error)
}

// confirm are the diagnostics of a place that isn't there, or can't be looked
// for: an empty list tells nothing of that.
func (in place) confirm(ctx context.Context) diag.Diagnostics {
	if _, err := in.exists(ctx, in.id); err != nil {
		return in.unread(err)
	}
	return nil
}

func (in place) unread(err error) diag.Diagnostics {
	return unread(path.Root(in.kind+"_id"), in.kind, in.id, err)
}

// found are the results for those objects in a place that are wanted; what says
// what they are, as in `pipelines`. What is being deleted shouldn't be wanted: it
// is neither there to stay nor to be imported.
func found[T any](
	ctx context.Context, req list.ListRequest, in place, what string, objects iter.Seq2[T, error], wanted func(*T) bool,
	show func(*T, *list.ListResult),
) iter.Seq[list.ListResult] {
	var nowhere error
	matching := func(yield func(T, error) bool) {
		empty := true
		for object, err := range objects {
			empty = false
			if err == nil && !wanted(&object) {
				continue
			}
			if !yield(object, err) {
				return
			}
		}
		if !empty {
			return
		}
		if _, nowhere = in.exists(ctx, in.id); nowhere != nil {
			yield(*new(T), nowhere)
		}
	}
	return system.Found(ctx, req, matching, func(object T, result *list.ListResult) { show(&object, result) }, func(err error) diag.Diagnostic {
		if nowhere != nil {
			return in.unread(err)[0]
		}
		return unlisted(what, in.kind, in.id, err)[0]
	})
}

// identify fills in who a result is, and returns whether the object itself is
// wanted, too.
func identify(ctx context.Context, req list.ListRequest, result *list.ListResult, name, id string) bool {
	result.DisplayName = name
	result.Diagnostics.Append(result.Identity.Set(ctx, objectIdentity{ID: types.StringValue(id)})...)
	return req.IncludeResource
}

// include fills in the object itself, as an import reads it: take takes it into
// the model of type M, which has its id already.
func include[M any](ctx context.Context, result *list.ListResult, id string, take func(*M) diag.Diagnostics) {
	var m M
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), id)...)
	result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
	if result.Diagnostics.HasError() {
		return
	}
	result.Diagnostics.Append(take(&m)...)
	result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
}

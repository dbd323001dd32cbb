// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Found are the results of a list resource, for the objects in turn: show fills
// in the result of one, or makes it one of diagnostics alone, which isn't
// counted. It asks for no object beyond the request's limit, of which zero is
// none, so that no page is fetched for nothing, and ends with the first error,
// which failed describes.
func Found[T any](
	ctx context.Context, req list.ListRequest, objects iter.Seq2[T, error], show func(T, *list.ListResult), failed func(error) diag.Diagnostic,
) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		left := req.Limit
		for object, err := range objects {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{failed(err)}})
				return
			}
			result := req.NewListResult(ctx)
			show(object, &result)
			if result.Identity != nil {
				left--
			}
			if !push(result) || req.Limit > 0 && left == 0 {
				return
			}
		}
	}
}

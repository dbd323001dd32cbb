// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package nested reads and makes the values of nested attributes: objects, and
// lists of objects, as Go structs with `tfsdk` tags.
//
// Such structs hold types.Object and types.List rather than each other, because
// any of them may be null or not known yet. What belongs here knows no system.
package nested

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// TypeOf is the type of an object with these attributes.
func TypeOf(attributes map[string]schema.Attribute) types.ObjectType {
	kinds := map[string]attr.Type{}
	for name, attribute := range attributes {
		kinds[name] = attribute.GetType()
	}
	return types.ObjectType{AttrTypes: kinds}
}

// One reads an object; false when it is null or not known yet.
func One[T any](ctx context.Context, object types.Object, diags *diag.Diagnostics) (T, bool) {
	var t T
	if object.IsNull() || object.IsUnknown() {
		return t, false
	}
	more := object.As(ctx, &t, basetypes.ObjectAsOptions{})
	diags.Append(more...)
	return t, !more.HasError()
}

// Each goes over those elements of a list of objects that are known so far,
// with their places.
func Each[T any](ctx context.Context, list types.List, diags *diag.Diagnostics) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, element := range list.Elements() {
			object, _ := element.(types.Object)
			if t, ok := One[T](ctx, object, diags); ok && !yield(i, t) {
				return
			}
		}
	}
}

// Indexed are the elements of [Each] by their places.
func Indexed[T any](ctx context.Context, list types.List, diags *diag.Diagnostics) map[int]T {
	elements := map[int]T{}
	for i, element := range Each[T](ctx, list, diags) {
		elements[i] = element
	}
	return elements
}

// ListOf makes a list of objects of one type, with the attributes of each
// element.
func ListOf[T any](kind types.ObjectType, elements []T, attributes func(int, T) map[string]attr.Value) types.List {
	values := make([]attr.Value, len(elements))
	for i, element := range elements {
		values[i] = types.ObjectValueMust(kind.AttrTypes, attributes(i, element))
	}
	return types.ListValueMust(kind, values)
}

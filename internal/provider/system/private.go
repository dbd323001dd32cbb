// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateReader is private state, which holds what Terraform's state has no
// place for, as requests give it.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is private state as responses take it.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Recall is what was remembered by a key, or the zero value: also when another
// version has written it in another form.
func Recall[T any](ctx context.Context, private PrivateReader, key string) (T, diag.Diagnostics) {
	var value T
	raw, diags := private.GetKey(ctx, key)
	if len(raw) > 0 && json.Unmarshal(raw, &value) != nil {
		return *new(T), diags
	}
	return value, diags
}

// Remember keeps a value by a key.
func Remember(ctx context.Context, private PrivateWriter, key string, value any) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Provider defect: unusable private state", err.Error())}
	}
	return private.SetKey(ctx, key, raw)
}

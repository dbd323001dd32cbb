// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Access is a system's client, or why there is none. A system that isn't
// configured is an error only for who uses it.
type Access[C any] struct {
	client C
	why    diag.Diagnostic
	// later says that there can be a client when it comes to apply.
	later bool
}

// Ready is access by a client.
func Ready[C any](client C) *Access[C] { return &Access[C]{client: client} }

// Unavailable is no access, for the reason given.
func Unavailable[C any](summary, detail string) *Access[C] {
	return &Access[C]{why: diag.NewErrorDiagnostic(summary, detail)}
}

// NotYet is no access to the system of that name, whose settings are known
// only after apply.
func NotYet[C any](system string) *Access[C] {
	return &Access[C]{later: true, why: diag.NewErrorDiagnostic(system+"'s configuration is not known yet",
		"The provider's "+strings.ToLower(system)+" block uses a value that is known only after apply, but "+system+" has to be asked now. "+
			"Apply what that value comes from first, for example with -target.")}
}

// Accesses is what the provider hands to its types: one [Access] a system.
type Accesses []any

// Resource is embedded by a resource, or by a list resource, that uses a system's client C.
type Resource[C any] struct{ user[C] }

// Configure takes the client from the provider.
func (r *Resource[C]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// DataSource is embedded by a data source that uses a system's client C.
type DataSource[C any] struct{ user[C] }

// Configure takes the client from the provider.
func (d *DataSource[C]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

// Start begins a read: it returns the client, and a context with a deadline,
// which Terraform gives no data source. When it adds an error there is neither.
func (d *DataSource[C]) Start(ctx context.Context, diags *diag.Diagnostics) (C, context.Context, context.CancelFunc) {
	byDefault := func(_ context.Context, limit time.Duration) (time.Duration, diag.Diagnostics) { return limit, nil }
	return d.user.Start(ctx, byDefault, diags)
}

type user[C any] struct{ access *Access[C] }

// configure finds the access by the client's type. Terraform validates
// configurations before it configures the provider: then there is no data.
func (u *user[C]) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	accesses, _ := data.(Accesses)
	for _, access := range accesses {
		if a, ok := access.(*Access[C]); ok {
			u.access = a
			return
		}
	}
	diags.AddError("Provider defect: no client",
		fmt.Sprintf("The provider passed %T, which holds no client of type %T. Please report this.", data, *new(C)))
}

// Expect adds the reason why there is no client, if there will be none in
// apply either: a plan that would need one fails early.
func (u *user[C]) Expect(diags *diag.Diagnostics) {
	if u.access != nil && u.access.why != nil && !u.access.later {
		diags.Append(u.access.why)
	}
}

// Client returns the client, or adds the reason why there is none.
func (u *user[C]) Client(diags *diag.Diagnostics) (C, bool) {
	switch {
	case u.access == nil:
		diags.AddError("Provider is not configured",
			"Terraform asked for an API call before it configured the provider.")
	case u.access.why != nil:
		diags.Append(u.access.why)
	default:
		return u.access.client, true
	}
	return *new(C), false
}

// defaultTimeout bounds an operation with all its requests and waits, unless
// the resource's timeouts say otherwise.
const defaultTimeout = 10 * time.Minute

// patientTimeout is the default for operations that wait for what a server
// works on for long, as a pipeline.
const patientTimeout = time.Hour

// Patient is a timeout for [user.Start] whose default is that of an operation
// that waits for a server's long work.
func Patient(
	timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
) func(context.Context, time.Duration) (time.Duration, diag.Diagnostics) {
	return func(ctx context.Context, _ time.Duration) (time.Duration, diag.Diagnostics) {
		return timeout(ctx, patientTimeout)
	}
}

// Start begins an operation of a resource or an action, for which Terraform
// sets no limit: it returns the client, and a context that ends with the
// operation's timeout, which is one of the methods of the model's timeouts. When it adds an error there is neither.
func (u *user[C]) Start(
	ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), diags *diag.Diagnostics,
) (C, context.Context, context.CancelFunc) {
	client, _ := u.Client(diags)
	limit, more := timeout(ctx, defaultTimeout)
	diags.Append(more...)
	ctx, cancel := context.WithTimeout(ctx, limit)
	if diags.HasError() {
		cancel()
	}
	return client, ctx, cancel
}

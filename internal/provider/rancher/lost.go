// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
)

// lostObject is how an object is looked for after a creation whose answer got
// lost.
var lostObject = creation.UsualPatience()

// maybeMade says what is known of an object when nobody knows whether it was
// created, and what to do.
func (o object) maybeMade(err error) string {
	id := o.importID
	if id == "" {
		id = "<id>"
	}
	advice := "Look at what " + o.where() + " has. If it is there, import it, terraform import <address> " + id + ", or delete it there."
	var unsettled *creation.UnsettledError
	if !errors.As(err, &unsettled) {
		return advice
	}
	if len(unsettled.Candidates)+len(unsettled.Older) > 0 {
		advice = "Import the right one, terraform import <address> <id>, and delete those that are too many; if none is this apply's, apply again."
	}
	if story := unsettled.Story(o.kind, func(name string) string { return name }, explained); story != "" {
		return story + "\n\n" + advice
	}
	return advice
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

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package creation

import "context"

// creationsAtOnce is how many objects may be created with a target at once,
// which is more than Terraform does.
const creationsAtOnce = 64

// gate keeps a look for a lost object apart from creations with the same
// target: an object that one of them has made, but hasn't heard of yet, would
// be taken for the lost one.
type gate struct {
	// looking holds who looks; creating, a place for each creation that is under
	// way, all of which a look takes.
	looking, creating chan struct{}
}

func newGate() *gate {
	return &gate{looking: make(chan struct{}, 1), creating: make(chan struct{}, creationsAtOnce)}
}

// enter waits for a place, or for ctx.
func enter(ctx context.Context, places chan<- struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) begin(ctx context.Context) error { return enter(ctx, g.creating) }

func (g *gate) end() { <-g.creating }

// lookAlone waits until no creation is under way, and lets none begin.
func (g *gate) lookAlone(ctx context.Context) error {
	if err := enter(ctx, g.looking); err != nil {
		return err
	}
	for taken := range creationsAtOnce {
		if err := enter(ctx, g.creating); err != nil {
			for range taken {
				<-g.creating
			}
			<-g.looking
			return err
		}
	}
	return nil
}

func (g *gate) looked() {
	for range creationsAtOnce {
		<-g.creating
	}
	<-g.looking
}

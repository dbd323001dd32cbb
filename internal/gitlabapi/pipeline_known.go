// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"slices"
	"sync"
)

// creations are what a client knows of pipelines, so that none of its creations
// takes another's pipeline, or an older one, for its own. The zero value knows
// nothing.
type creations struct {
	mu sync.Mutex
	// newest is the greatest id of a pipeline that was seen. known are those
	// that are a creation's of this client, or were taken for one's.
	newest int64
	known  map[int64]bool
	lost   []*CreationLostError
	gates  map[creationTarget]*creationGate
}

// creationTarget is a project, and a ref's short name, by which pipelines are
// listed.
type creationTarget struct{ project, ref string }

func (c *creations) gate(project, ref string) *creationGate {
	c.mu.Lock()
	defer c.mu.Unlock()
	target := creationTarget{project, ShortRef(ref)}
	if c.gates[target] == nil {
		if c.gates == nil {
			c.gates = map[creationTarget]*creationGate{}
		}
		c.gates[target] = &creationGate{look: make(chan struct{}, 1), create: make(chan struct{}, creationsAtOnce)}
	}
	return c.gates[target]
}

// see takes note of a pipeline that exists.
func (c *creations) see(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.newest = max(c.newest, id)
}

func (c *creations) newestSeen() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.newest
}

func (c *creations) isKnown(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[id]
}

// claim takes a pipeline for a creation's, unless it is one's already.
func (c *creations) claim(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.claimLocked(id)
}

func (c *creations) claimLocked(id int64) bool {
	if c.known[id] {
		return false
	}
	if c.known == nil {
		c.known = map[int64]bool{}
	}
	c.known[id] = true
	c.newest = max(c.newest, id)
	return true
}

func (c *creations) lose(e *CreationLostError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = append(c.lost, e)
}

// rivals are the other creations on the same project and ref of which nobody
// knows what became of them.
func (c *creations) rivals(e *CreationLostError) []*CreationLostError {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.lost), func(other *CreationLostError) bool {
		return other == e || other.project != e.project || ShortRef(other.creation.Ref) != ShortRef(e.creation.Ref)
	})
}

// settle ends a search with the pipeline that was found.
func (c *creations) settle(e *CreationLostError, id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = slices.DeleteFunc(c.lost, func(other *CreationLostError) bool { return other == e })
	return c.claimLocked(id)
}

// creationsAtOnce is how many pipelines may be created on a ref at once, which
// is more than Terraform does.
const creationsAtOnce = 64

// creationGate keeps a look for a lost pipeline apart from creations on the
// same ref: a pipeline that one of them has made, but hasn't heard of yet,
// would be taken for the lost one.
type creationGate struct {
	// look holds who looks; create, a place for each creation that is under
	// way, all of which a look takes.
	look, create chan struct{}
}

// enter waits for looks to end, or for ctx.
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

func (g *creationGate) begin(ctx context.Context) error { return enter(ctx, g.create) }

func (g *creationGate) end() { <-g.create }

// lookAlone waits until no creation is under way, and lets none begin.
func (g *creationGate) lookAlone(ctx context.Context) error {
	if err := enter(ctx, g.look); err != nil {
		return err
	}
	for taken := range creationsAtOnce {
		if err := enter(ctx, g.create); err != nil {
			for range taken {
				<-g.create
			}
			<-g.look
			return err
		}
	}
	return nil
}

func (g *creationGate) looked() {
	for range creationsAtOnce {
		<-g.create
	}
	<-g.look
}

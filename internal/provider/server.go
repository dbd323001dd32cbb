// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer makes the provider as Terraform's core speaks to it; version is
// the provider's.
func NewServer(version string) tfprotov6.ProviderServer {
	return server{providerserver.NewProtocol6(New(version)())().(framework)} //nolint:forcetypeassert // Without one of them no test would run.
}

// framework is what terraform-plugin-framework serves.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server is the framework's server, except that it doesn't hold on to every
// call: the framework (1.19) keeps the context of each, with what was put into
// it for that call, until the provider stops. With thousands of objects that is
// most of the provider's memory. So the calls that come for each object get a
// context that lets go when they are over.
type server struct{ framework }

func (s server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return briefly(ctx, req, s.framework.ValidateResourceConfig)
}

func (s server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return briefly(ctx, req, s.framework.UpgradeResourceState)
}

func (s server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return briefly(ctx, req, s.framework.UpgradeResourceIdentity)
}

func (s server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return briefly(ctx, req, s.framework.ReadResource)
}

func (s server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return briefly(ctx, req, s.framework.PlanResourceChange)
}

func (s server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return briefly(ctx, req, s.framework.ApplyResourceChange)
}

func (s server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return briefly(ctx, req, s.framework.ImportResourceState)
}

func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return briefly(ctx, req, s.framework.ValidateDataResourceConfig)
}

func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return briefly(ctx, req, s.framework.ReadDataSource)
}

func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return briefly(ctx, req, s.framework.CallFunction)
}

// briefly makes a call with a context that is empty afterwards.
func briefly[Q, R any](ctx context.Context, req Q, call func(context.Context, Q) (R, error)) (R, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	brief := &briefContext{now: ctx}
	defer brief.letGo()
	return call(brief, req)
}

// briefContext is another context until it lets go of that. Then it is one that
// has ended.
type briefContext struct {
	mu  sync.RWMutex
	now context.Context //nolint:containedctx // It is what must not be held longer than the call.
}

// ended is a context that was canceled and has no values.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *briefContext) letGo() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = ended
}

func (c *briefContext) current() context.Context {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now
}

func (c *briefContext) Deadline() (time.Time, bool) { return c.current().Deadline() }
func (c *briefContext) Done() <-chan struct{}       { return c.current().Done() }
func (c *briefContext) Err() error                  { return c.current().Err() }
func (c *briefContext) Value(key any) any           { return c.current().Value(key) }

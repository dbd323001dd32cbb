// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"
)

// Witnessed is all that a provider logged and answered.
type Witnessed struct {
	mu sync.Mutex
	// told is what is shown or logged; values are those of configurations,
	// plans and states.
	told, values strings.Builder
}

// Told is all that the provider logged at TRACE and that Terraform may show:
// diagnostics, progress, names and identities; and private state, of which
// nobody knows what it holds.
func (w *Witnessed) Told() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told.String()
}

// Values are those of all plans and states, as Terraform keeps them.
func (w *Witnessed) Values() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.values.String()
}

// Forget begins anew.
func (w *Witnessed) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told.Reset()
	w.values.Reset()
}

// Write takes a line of the log.
func (w *Witnessed) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told.Write(line)
}

// saw takes an answer.
func (w *Witnessed) saw(answer any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look(reflect.ValueOf(answer), &w.told)
}

// look writes all texts that a part of an answer holds to one of the two.
func (w *Witnessed) look(v reflect.Value, to io.StringWriter) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			w.look(v.Elem(), to)
		}
	case reflect.String:
		_, _ = to.WriteString(v.String() + "\n")
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			_, _ = to.WriteString(string(v.Bytes()) + "\n")
			return
		}
		for i := range v.Len() {
			w.look(v.Index(i), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// Terraform gets back the provider's configuration that it sent.
			if field := v.Type().Field(i); field.IsExported() && field.Name != "PreparedConfig" {
				target := to
				if field.Type == reflect.TypeFor[*tfprotov6.DynamicValue]() && field.Name != "IdentityData" {
					target = &w.values
				}
				w.look(v.Field(i), target)
			}
		}
	}
}

// Witness has everything witnessed that the provider logs and answers from now
// on.
func (p *Protocol) Witness() *Witnessed {
	w := &Witnessed{}
	p.Server = &witnessedServer{ProviderServer: p.Server, to: w}
	return w
}

// witnessedServer is a provider with a witness. Of calls that no test makes it
// knows nothing.
type witnessedServer struct {
	tfprotov6.ProviderServer
	to *Witnessed
}

// witnessed makes a call with the loggers that Terraform's own server gives.
func witnessed[Q, A any](ctx context.Context, s *witnessedServer, call func(context.Context, Q) (A, error), request Q) (A, error) {
	ctx = tflogtest.RootLogger(tfsdklogtest.RootLogger(ctx, s.to), s.to)
	answer, err := call(ctx, request)
	s.to.saw(answer)
	if err != nil {
		s.to.saw(err.Error())
	}
	return answer, err
}

func (s *witnessedServer) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ValidateProviderConfig, r)
}

func (s *witnessedServer) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ConfigureProvider, r)
}

func (s *witnessedServer) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ValidateResourceConfig, r)
}

func (s *witnessedServer) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.PlanResourceChange, r)
}

func (s *witnessedServer) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ApplyResourceChange, r)
}

func (s *witnessedServer) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ReadResource, r)
}

func (s *witnessedServer) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ImportResourceState, r)
}

func (s *witnessedServer) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ValidateDataResourceConfig, r)
}

func (s *witnessedServer) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return witnessed(ctx, s, s.ProviderServer.ReadDataSource, r)
}

// actions and lists are the provider's other halves, which not all have.
func (s *witnessedServer) actions() tfprotov6.ActionServer {
	return s.ProviderServer.(tfprotov6.ActionServer)
}

func (s *witnessedServer) lists() tfprotov6.ListResourceServer {
	return s.ProviderServer.(tfprotov6.ListResourceServer)
}

func (s *witnessedServer) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return witnessed(ctx, s, s.actions().ValidateActionConfig, r)
}

func (s *witnessedServer) PlanAction(ctx context.Context, r *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return witnessed(ctx, s, s.actions().PlanAction, r)
}

func (s *witnessedServer) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := witnessed(ctx, s, s.actions().InvokeAction, r)
	if err != nil {
		return stream, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
		for event := range stream.Events {
			s.to.saw(event)
			if !yield(event) {
				return
			}
		}
	}}, nil
}

func (s *witnessedServer) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return witnessed(ctx, s, s.lists().ValidateListResourceConfig, r)
}

func (s *witnessedServer) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := witnessed(ctx, s, s.lists().ListResource, r)
	if err != nil {
		return stream, err
	}
	return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
		for result := range stream.Results {
			s.to.saw(result)
			if !yield(result) {
				return
			}
		}
	}}, nil
}

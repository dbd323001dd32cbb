// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Invoke validates, plans and invokes an action. It returns the progress that
// the action told of.
func (p *Protocol) Invoke(typeName string, configuration map[string]any) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.InvokeWithin(p.t.Context(), typeName, configuration)
}

// InvokeWithin is [Protocol.Invoke] for a context that may end meanwhile, as
// that of a run does which its user interrupts.
func (p *Protocol) InvokeWithin(ctx context.Context, typeName string, configuration map[string]any) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	config := p.ActionConfig(typeName, configuration)
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider has no actions")
	}
	validated, err := server.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	planned, err := server.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(planned.Diagnostics) {
		return nil, planned.Diagnostics
	}
	invoked, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	for event := range invoked.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diagnostics = event.Diagnostics
		}
	}
	return progress, append(append(validated.Diagnostics, planned.Diagnostics...), diagnostics...)
}

// ActionConfig is an action's configuration with these attributes.
func (p *Protocol) ActionConfig(typeName string, configuration map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.encode(p.Schemas.ActionSchemas[typeName].Schema.ValueType(), configuration)
}

// Listed is one result of a list resource.
type Listed struct {
	// Name is what people see.
	Name string
	// Identity and Resource are by attributes; Resource only when it was asked
	// for.
	Identity, Resource map[string]tftypes.Value
}

// List validates and lists a list resource with these arguments, up to limit
// results, or all for 0; with the resources themselves when they are included.
// Each result's diagnostics are in diagnostics.
func (p *Protocol) List(typeName string, configuration map[string]any, limit int64, include bool) (found []Listed, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	config := p.encode(p.Schemas.ListResourceSchemas[typeName].ValueType(), configuration)
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider has no list resources")
	}
	validated, err := server.ValidateListResourceConfig(p.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName, Config: config, Limit: p.number(limit),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	stream, err := server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: config, Limit: limit, IncludeResource: include,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)
		if Failed(result.Diagnostics) || result.Identity == nil {
			continue // core, too, takes a warning without an object for no result
		}
		one := Listed{Name: result.DisplayName}
		one.Identity = p.decode(p.Identities.IdentitySchemas[typeName].ValueType(), result.Identity.IdentityData)
		if result.Resource != nil {
			one.Resource = p.State(typeName, result.Resource)
		}
		found = append(found, one)
	}
	return found, append(validated.Diagnostics, diagnostics...)
}

// Call calls a function.
func (p *Protocol) Call(function string, arguments ...any) (tftypes.Value, *tfprotov6.FunctionError) {
	p.t.Helper()
	signature := p.Schemas.Functions[function]
	req := &tfprotov6.CallFunctionRequest{Name: function}
	for i, argument := range arguments {
		encoded, err := tfprotov6.NewDynamicValue(signature.Parameters[i].Type, value(signature.Parameters[i].Type, argument))
		if err != nil {
			p.t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &encoded)
	}
	resp, err := p.Server.CallFunction(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	result, err := resp.Result.Unmarshal(signature.Return.Type)
	if err != nil {
		p.t.Fatal(err)
	}
	return result, nil
}

// Texts are the elements of a list of strings.
func Texts(v tftypes.Value) []string {
	var elements []tftypes.Value
	if v.As(&elements) != nil {
		return nil
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		texts[i] = Text(element)
	}
	return texts
}

func (p *Protocol) number(n int64) *tfprotov6.DynamicValue {
	p.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(tftypes.Number, tftypes.NewValue(tftypes.Number, n))
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

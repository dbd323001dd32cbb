// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
)

// Protocol is the provider as Terraform's core speaks to it, for what no
// command line shows, or only a newer one.
type Protocol struct {
	t *testing.T
	// Server is the provider.
	Server tfprotov6.ProviderServer
	// Schemas and Identities are what it said about its types.
	Schemas    *tfprotov6.GetProviderSchemaResponse
	Identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// schemas are what the provider says about its types, which is always the same
// and takes longer than most of what it does.
var schemas = sync.OnceValues(func() (*Protocol, error) {
	server := provider.NewServer("test")
	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	return &Protocol{Schemas: schemas, Identities: identities}, err
})

// NewProtocol is the provider before it is configured.
func NewProtocol(t *testing.T) *Protocol {
	t.Helper()
	said, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	p := &Protocol{t: t, Schemas: said.Schemas, Identities: said.Identities}
	if p.Server, err = Providers()["cicd"](); err != nil {
		t.Fatal(err)
	}
	return p
}

// Protocol is the provider, configured for the instance and its token.
func (g *GitLab) Protocol() *Protocol {
	g.t.Helper()
	p := NewProtocol(g.t)
	p.Succeeds(p.Configure(map[string]any{
		"gitlab": map[string]any{"base_url": g.BaseURL, "token": g.Token, "max_retries": int64(0)},
	}))
	return p
}

// Values are given as Go values: numbers as int64, objects and maps as
// map[string]any, where an attribute that is missing is null, lists as []any,
// and anything else, such as what is unknown, as a tftypes.Value.

// Configure validates a provider configuration, and if that succeeds
// configures the provider.
func (p *Protocol) Configure(configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	config := p.encode(p.Schemas.Provider.ValueType(), configuration)
	validated, err := p.Server.ValidateProviderConfig(p.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(validated.Diagnostics) {
		return validated.Diagnostics
	}
	resp, err := p.Server.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.15.0", Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	return append(validated.Diagnostics, resp.Diagnostics...)
}

// Validate checks a resource's configuration with these attributes.
func (p *Protocol) Validate(typeName string, configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.Server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.Schemas.ResourceSchemas[typeName].ValueType(), configuration),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Diagnostics
}

// Read refreshes a resource whose state has these attributes.
func (p *Protocol) Read(typeName string, state map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.Server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: p.encode(p.Schemas.ResourceSchemas[typeName].ValueType(), state),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Diagnostics
}

// InState is a resource as it stands in the state.
type InState struct {
	TypeName   string
	Attributes map[string]any
}

// Parallelism is how many resources Terraform treats at once by default.
const Parallelism = 10

// ReadAll refreshes resources in any order, as many at once as Terraform does.
func (p *Protocol) ReadAll(resources []InState) {
	p.t.Helper()
	queue := make(chan InState)
	var all sync.WaitGroup
	for range Parallelism {
		all.Go(func() {
			for r := range queue {
				if diagnostics := p.Read(r.TypeName, r.Attributes); Failed(diagnostics) {
					p.t.Error(Said(diagnostics))
				}
			}
		})
	}
	for _, i := range rand.Perm(len(resources)) {
		queue <- resources[i]
	}
	close(queue)
	all.Wait()
}

// Plan plans a resource's way from a state, which is nil before it exists, to a
// configuration; proposed is what core makes of the two.
func (p *Protocol) Plan(typeName string, state, configuration, proposed map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	return p.plan(typeName, state, configuration, proposed).Diagnostics
}

// Create plans and applies the creation of a resource.
func (p *Protocol) Create(typeName string, configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	planned := p.plan(typeName, nil, configuration, configuration)
	p.Succeeds(planned.Diagnostics)
	return p.apply(typeName, nil, configuration, planned).Diagnostics
}

// Update plans like [Protocol.Plan], applies the plan and returns the new
// state. A plan that replaces the resource fails the test.
func (p *Protocol) Update(typeName string, state, configuration, proposed map[string]any) map[string]tftypes.Value {
	p.t.Helper()
	planned := p.plan(typeName, state, configuration, proposed)
	p.Succeeds(planned.Diagnostics)
	if len(planned.RequiresReplace) > 0 {
		p.t.Fatalf("the plan replaces the resource because of %v", planned.RequiresReplace)
	}
	applied := p.apply(typeName, state, configuration, planned)
	p.Succeeds(applied.Diagnostics)
	return p.State(typeName, applied.NewState)
}

func (p *Protocol) plan(typeName string, state, configuration, proposed map[string]any) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()
	kind := p.Schemas.ResourceSchemas[typeName].ValueType()
	resp, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(kind, state), Config: p.encode(kind, configuration), ProposedNewState: p.encode(kind, proposed),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

func (p *Protocol) apply(typeName string, state, configuration map[string]any, planned *tfprotov6.PlanResourceChangeResponse) *tfprotov6.ApplyResourceChangeResponse {
	p.t.Helper()
	kind := p.Schemas.ResourceSchemas[typeName].ValueType()
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(kind, state), Config: p.encode(kind, configuration),
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

// Destroy destroys a resource whose state has these attributes.
func (p *Protocol) Destroy(typeName string, state map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	kind := p.Schemas.ResourceSchemas[typeName].ValueType()
	nothing := p.encode(kind, nil)
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(kind, state), PlannedState: nothing, Config: nothing,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Diagnostics
}

// Data validates and reads a data source with these arguments. After an error
// there is nothing but diagnostics.
func (p *Protocol) Data(typeName string, arguments map[string]any) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	kind := p.Schemas.DataSourceSchemas[typeName].ValueType()
	config := p.encode(kind, arguments)
	validated, err := p.Server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	resp, err := p.Server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	diagnostics := append(validated.Diagnostics, resp.Diagnostics...)
	if Failed(resp.Diagnostics) {
		return nil, diagnostics
	}
	return p.decode(kind, resp.State), diagnostics
}

// Import imports a resource as core does: the provider finds out what it can
// from the id, or from the identity when there is one, and then reads the rest.
func (p *Protocol) Import(typeName, id string, identity map[string]any) (state, newIdentity map[string]tftypes.Value) {
	p.t.Helper()
	read := p.importAndRead(typeName, id, identity)
	return p.State(typeName, read.NewState), p.decode(p.Identities.IdentitySchemas[typeName].ValueType(), read.NewIdentity.IdentityData)
}

func (p *Protocol) importAndRead(typeName, id string, identity map[string]any) *tfprotov6.ReadResourceResponse {
	p.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if identity != nil {
		req.Identity = &tfprotov6.ResourceIdentityData{IdentityData: p.encode(p.Identities.IdentitySchemas[typeName].ValueType(), identity)}
	}
	imported, err := p.Server.ImportResourceState(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	p.Succeeds(imported.Diagnostics)
	object := imported.ImportedResources[0]
	read, err := p.Server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: object.State, Private: object.Private, CurrentIdentity: object.Identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.Succeeds(read.Diagnostics)
	return read
}

// PlanImported imports a resource, and plans the way from what that brings into
// state to a configuration.
func (p *Protocol) PlanImported(typeName, id string, configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	read := p.importAndRead(typeName, id, nil)
	kind := p.Schemas.ResourceSchemas[typeName].ValueType()
	state := p.State(typeName, read.NewState)
	proposed := map[string]any{}
	for name, value := range state {
		proposed[name] = value
	}
	for name, value := range configuration {
		proposed[name] = value
	}
	resp, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: read.NewState, PriorPrivate: read.Private,
		Config: p.encode(kind, configuration), ProposedNewState: p.encode(kind, proposed),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Diagnostics
}

// State is a resource's state by attributes.
func (p *Protocol) State(typeName string, state *tfprotov6.DynamicValue) map[string]tftypes.Value {
	p.t.Helper()
	return p.decode(p.Schemas.ResourceSchemas[typeName].ValueType(), state)
}

// Succeeds ends the test when a diagnostic is an error.
func (p *Protocol) Succeeds(diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	if Failed(diagnostics) {
		p.t.Fatal(Said(diagnostics))
	}
}

// Failed reports whether a diagnostic is an error.
func Failed(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// Said is all that diagnostics say.
func Said(diagnostics []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&b, "%s: %s (%s)\n%s\n", d.Severity, d.Summary, d.Attribute, d.Detail)
	}
	return b.String()
}

// Text is a string value, or another value in Go's notation.
func Text(v tftypes.Value) string {
	var s string
	if v.As(&s) != nil {
		return v.String()
	}
	return s
}

func (p *Protocol) encode(kind tftypes.Type, attributes map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	object := tftypes.NewValue(kind, nil)
	if attributes != nil {
		object = value(kind, attributes)
	}
	encoded, err := tfprotov6.NewDynamicValue(kind, object)
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

func (p *Protocol) decode(kind tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	p.t.Helper()
	attributes := map[string]tftypes.Value{}
	decoded, err := encoded.Unmarshal(kind)
	if err == nil {
		err = decoded.As(&attributes)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return attributes
}

func value(kind tftypes.Type, v any) tftypes.Value {
	members, _ := v.(map[string]any)
	elements, listed := v.([]any)
	values := map[string]tftypes.Value{}
	switch kind := kind.(type) {
	case tftypes.List:
		if listed {
			list := make([]tftypes.Value, len(elements))
			for i, element := range elements {
				list[i] = value(kind.ElementType, element)
			}
			return tftypes.NewValue(kind, list)
		}
	case tftypes.Object:
		if members != nil {
			for name, attribute := range kind.AttributeTypes {
				values[name] = value(attribute, members[name])
			}
			return tftypes.NewValue(kind, values)
		}
	case tftypes.Map:
		if members != nil {
			for name, member := range members {
				values[name] = value(kind.ElementType, member)
			}
			return tftypes.NewValue(kind, values)
		}
	}
	if known, ok := v.(tftypes.Value); ok {
		return known
	}
	return tftypes.NewValue(kind, v)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Kept is a resource as core keeps it from one call of the provider to the
// next, and from run to run. At first it is not in state.
type Kept struct {
	Type string
	// Tainted says that its creation failed after it existed, so that core
	// replaces it.
	Tainted bool

	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// InState reports whether the resource is in state.
func (k *Kept) InState() bool { return k.state != nil }

// ID is the attribute `id` of a resource; empty when it isn't in state.
func (p *Protocol) ID(k *Kept) string {
	p.t.Helper()
	if !k.InState() {
		return ""
	}
	return Text(p.State(k.Type, k.state)["id"])
}

// Value is all that state has of the resource; nil when it isn't in state.
func (p *Protocol) Value(k *Kept) *tftypes.Value {
	p.t.Helper()
	if !k.InState() {
		return nil
	}
	value := p.unmarshal(k.Type, k.state)
	return &value
}

// Refresh reads a resource that is in state.
func (p *Protocol) Refresh(k *Kept) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.Server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: k.Type, CurrentState: k.state, Private: k.private, CurrentIdentity: k.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if !Failed(resp.Diagnostics) {
		p.keep(k, resp.NewState, resp.Private, resp.NewIdentity)
	}
	return resp.Diagnostics
}

// Bring imports a resource into state: the provider finds out what it can from
// the id, and then reads the rest.
func (p *Protocol) Bring(k *Kept, id string) []*tfprotov6.Diagnostic {
	p.t.Helper()
	imported, err := p.Server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: k.Type, ID: id})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(imported.Diagnostics) {
		return imported.Diagnostics
	}
	object := imported.ImportedResources[0]
	found := &Kept{Type: k.Type, state: object.State, private: object.Private, identity: object.Identity}
	diagnostics := append(imported.Diagnostics, p.Refresh(found)...)
	switch {
	case Failed(diagnostics):
	case !found.InState():
		diagnostics = append(diagnostics, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: "Cannot import non-existent remote object", Detail: id,
		})
	default:
		*k = *found
	}
	return diagnostics
}

// Change is what a plan says about a resource.
type Change struct {
	configuration map[string]any
	// planned is of the creation or update; nil when there is neither.
	planned  *tfprotov6.PlanResourceChangeResponse
	destroys bool
	creates  bool
}

// Empty reports whether there is nothing to do.
func (c Change) Empty() bool { return c.planned == nil && !c.destroys }

// Intend plans the way from what is in state to a configuration, or to nothing
// when that is nil.
func (p *Protocol) Intend(k *Kept, configuration map[string]any) (Change, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	c := Change{configuration: configuration}
	if configuration == nil {
		c.destroys = k.InState()
		return c, nil
	}
	diagnostics := p.Validate(k.Type, configuration)
	if Failed(diagnostics) {
		return c, diagnostics
	}
	prior, private, identity := k.state, k.private, k.identity
	if k.Tainted {
		c.destroys, prior, private, identity = true, nil, nil, nil
	}
	planned := p.planFrom(k.Type, prior, private, identity, configuration)
	if prior != nil && !Failed(planned.Diagnostics) && p.replaces(k.Type, prior, planned) {
		c.destroys, prior = true, nil
		planned = p.planFrom(k.Type, nil, planned.PlannedPrivate, nil, configuration)
	}
	diagnostics = append(diagnostics, planned.Diagnostics...)
	if Failed(diagnostics) {
		return c, diagnostics
	}
	c.creates = prior == nil
	if c.creates || !p.unmarshal(k.Type, planned.PlannedState).Equal(p.unmarshal(k.Type, prior)) {
		c.planned = planned
	}
	return c, diagnostics
}

// CarryOut applies a change. State follows what was done, as it does in core.
func (p *Protocol) CarryOut(k *Kept, c Change) []*tfprotov6.Diagnostic {
	p.t.Helper()
	var diagnostics []*tfprotov6.Diagnostic
	if c.destroys {
		diagnostics = p.destroy(k)
		if Failed(diagnostics) {
			return diagnostics
		}
	}
	if c.planned == nil {
		return diagnostics
	}
	kind := p.Schemas.ResourceSchemas[k.Type].ValueType()
	prior := k.state
	if prior == nil {
		prior = p.encode(kind, nil)
	}
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: k.Type, PriorState: prior, Config: p.encode(kind, c.configuration),
		PlannedState: c.planned.PlannedState, PlannedPrivate: c.planned.PlannedPrivate, PlannedIdentity: c.planned.PlannedIdentity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	now, failed := p.unmarshal(k.Type, resp.NewState), Failed(resp.Diagnostics)
	if !failed && !agrees(p.unmarshal(k.Type, c.planned.PlannedState), now) {
		p.t.Errorf("%s: the provider made another object than it planned: planned %s, made %s", k.Type, c.planned.PlannedState.MsgPack, now)
	}
	p.keep(k, p.known(kind, now), resp.Private, resp.NewIdentity)
	k.Tainted = c.creates && failed && k.InState()
	return append(diagnostics, resp.Diagnostics...)
}

// Run is a whole run for one resource: refresh, plan and apply. It ends at the
// first error.
func (p *Protocol) Run(k *Kept, configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	var diagnostics []*tfprotov6.Diagnostic
	if k.InState() {
		diagnostics = p.Refresh(k)
	}
	if Failed(diagnostics) {
		return diagnostics
	}
	return append(diagnostics, p.Apply(k, configuration)...)
}

// Apply is a run without a refresh.
func (p *Protocol) Apply(k *Kept, configuration map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	change, diagnostics := p.Intend(k, configuration)
	if Failed(diagnostics) {
		return diagnostics
	}
	return append(diagnostics, p.CarryOut(k, change)...)
}

func (p *Protocol) destroy(k *Kept) []*tfprotov6.Diagnostic {
	p.t.Helper()
	nothing := p.encode(p.Schemas.ResourceSchemas[k.Type].ValueType(), nil)
	planned, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: k.Type, PriorState: k.state, ProposedNewState: nothing, Config: nothing, PriorPrivate: k.private, PriorIdentity: k.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if Failed(planned.Diagnostics) {
		return planned.Diagnostics
	}
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: k.Type, PriorState: k.state, PlannedState: nothing, Config: nothing, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.keep(k, resp.NewState, resp.Private, resp.NewIdentity)
	return append(planned.Diagnostics, resp.Diagnostics...)
}

// keep takes the provider's answer into state. An identity never changes.
func (p *Protocol) keep(k *Kept, state *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData) {
	p.t.Helper()
	if p.unmarshal(k.Type, state).IsNull() {
		*k = Kept{Type: k.Type}
		return
	}
	if k.identity != nil && identity != nil {
		kind := p.Identities.IdentitySchemas[k.Type].ValueType()
		before, errBefore := k.identity.IdentityData.Unmarshal(kind)
		now, errNow := identity.IdentityData.Unmarshal(kind)
		if errBefore != nil || errNow != nil || before.IsFullyKnown() && !before.Equal(now) {
			p.t.Errorf("%s: its identity was %s and is %s", k.Type, before, now)
		}
	}
	k.state, k.private, k.identity = state, private, identity
}

func (p *Protocol) planFrom(typeName string, prior *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData, configuration map[string]any) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()
	schema := p.Schemas.ResourceSchemas[typeName]
	kind := schema.ValueType()
	if prior == nil {
		prior = p.encode(kind, nil)
	}
	config := p.encode(kind, configuration)
	proposed := propose(schema.Block.Attributes, kind, p.unmarshal(typeName, prior), p.unmarshal(typeName, config))
	encoded, err := tfprotov6.NewDynamicValue(kind, proposed)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: prior, Config: config, ProposedNewState: &encoded, PriorPrivate: private, PriorIdentity: identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

// replaces reports whether a change needs another object: where what differs
// is what the provider marked.
func (p *Protocol) replaces(typeName string, prior *tfprotov6.DynamicValue, planned *tfprotov6.PlanResourceChangeResponse) bool {
	was, will := p.unmarshal(typeName, prior), p.unmarshal(typeName, planned.PlannedState)
	return slices.ContainsFunc(planned.RequiresReplace, func(at *tftypes.AttributePath) bool {
		before, _, errBefore := tftypes.WalkAttributePath(was, at)
		after, _, errAfter := tftypes.WalkAttributePath(will, at)
		if errBefore != nil || errAfter != nil {
			return true
		}
		old, okOld := before.(tftypes.Value)
		next, okNext := after.(tftypes.Value)
		return !okOld || !okNext || !old.Equal(next)
	})
}

func (p *Protocol) unmarshal(typeName string, encoded *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	value, err := encoded.Unmarshal(p.Schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}

// known is a value with null in place of what isn't known, as core keeps it
// after an error.
func (p *Protocol) known(kind tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	v, err := tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	encoded, err := tfprotov6.NewDynamicValue(kind, v)
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

// agrees reports whether a value is what was planned, where that was known.
func agrees(planned, made tftypes.Value) bool {
	if !planned.IsKnown() {
		return true
	}
	var object, madeObject map[string]tftypes.Value
	var list, madeList []tftypes.Value
	switch {
	case planned.IsNull() || made.IsNull() || !made.IsKnown():
		return planned.IsNull() && made.IsNull()
	case planned.As(&object) == nil && made.As(&madeObject) == nil:
		for name, value := range object {
			other, there := madeObject[name]
			if !there || !agrees(value, other) {
				return false
			}
		}
		return len(object) == len(madeObject)
	case planned.As(&list) == nil && made.As(&madeList) == nil:
		return slices.EqualFunc(list, madeList, agrees)
	}
	return planned.Equal(made)
}

// propose is core's proposal of a new state: the configuration, and where it
// says nothing of what the provider may compute, what was there before.
func propose(attributes []*tfprotov6.SchemaAttribute, kind tftypes.Type, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	before, configured := members(prior), members(config)
	proposed := maps.Clone(configured)
	for _, attribute := range attributes {
		was, there := before[attribute.Name]
		if !there {
			was = tftypes.NewValue(attribute.ValueType(), nil)
		}
		now := configured[attribute.Name]
		switch {
		case attribute.WriteOnly:
			proposed[attribute.Name] = tftypes.NewValue(attribute.ValueType(), nil)
		case attribute.Computed && now.IsNull():
			proposed[attribute.Name] = was
		case attribute.NestedType != nil:
			proposed[attribute.Name] = proposeNested(attribute.NestedType, was, now)
		}
	}
	return tftypes.NewValue(kind, proposed)
}

func proposeNested(nested *tfprotov6.SchemaObject, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	switch kind := config.Type().(type) {
	case tftypes.Object:
		return propose(nested.Attributes, kind, prior, config)
	case tftypes.Map:
		before, proposed := members(prior), map[string]tftypes.Value{}
		for key, element := range members(config) {
			proposed[key] = propose(nested.Attributes, kind.ElementType, before[key], element)
		}
		return tftypes.NewValue(kind, proposed)
	case tftypes.List:
		before, proposed := elements(prior), elements(config)
		for i, element := range proposed {
			var was tftypes.Value
			if i < len(before) {
				was = before[i]
			}
			proposed[i] = propose(nested.Attributes, kind.ElementType, was, element)
		}
		return tftypes.NewValue(kind, proposed)
	}
	return config
}

// members are an object's or a map's; none when it is null or unknown.
func members(v tftypes.Value) map[string]tftypes.Value {
	var all map[string]tftypes.Value
	if !v.IsKnown() || v.IsNull() || v.As(&all) != nil {
		return nil
	}
	return all
}

func elements(v tftypes.Value) []tftypes.Value {
	var all []tftypes.Value
	if !v.IsKnown() || v.IsNull() || v.As(&all) != nil {
		return nil
	}
	return slices.Clone(all)
}

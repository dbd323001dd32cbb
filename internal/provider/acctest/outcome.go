// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// outcome is what became of a trial.
type outcome struct {
	t     *testing.T
	trial trial
	stage *Stage
	kept  *Kept
	// owned is the id of what was in state before, id of what is since; empty
	// for nothing.
	owned, id string
	// before and after are the server's objects.
	before, after map[string]string
	// answer is what came of what isn't a resource.
	answer      string
	diagnostics []*tfprotov6.Diagnostic
	failed      bool
	said        string
	// orphans are objects that the operation made and that aren't in state,
	// which a diagnostic told.
	orphans []string
}

// perhaps is said where nobody knows what became of a request.
var perhaps = regexp.MustCompile(`may nevertheless have|may have been|may exist|could be it|may be it|can be it`)

func (o *outcome) check() {
	o.t.Helper()
	o.checkWords()
	if o.trial.retries > 0 && o.trial.fault.Heals(o.trial.method) && o.failed {
		o.t.Error("it failed, although the fault was over at the next attempt")
	}
	// A creation onto a key that is taken asks again, and is told of that.
	if !strings.Contains(o.said, o.trial.fault.Says) && o.failed && o.trial.operation.kind != onto {
		o.t.Errorf("it doesn't say %q", o.trial.fault.Says)
	}
	o.checkObjects()
	// What one run of the provider knows, the next doesn't.
	next := o.stage.connect(o.t, 0, 0)
	switch {
	case o.kept == nil:
		o.checkAgain(next)
		return
	case o.trial.operation.kind == onto:
		return
	}
	o.checkState(next)
	if !o.t.Failed() {
		o.checkConvergence(next)
	}
}

// checkWords checks that each error says what it is about, and no secret.
func (o *outcome) checkWords() {
	o.t.Helper()
	for _, d := range o.diagnostics {
		text := d.Summary + "\n" + d.Detail
		named := slices.ContainsFunc(append(slices.Clone(o.stage.Names), o.owned), func(name string) bool {
			return name != "" && strings.Contains(text, name)
		})
		if d.Severity == tfprotov6.DiagnosticSeverityError && !named {
			o.t.Errorf("an error doesn't name the object, which is one of %q", o.stage.Names)
		}
	}
	for _, secret := range o.stage.Secrets {
		if strings.Contains(o.said, secret) || strings.Contains(o.answer, secret) && !o.stage.Reads {
			o.t.Errorf("it says the secret %q", secret)
		}
	}
}

// checkObjects checks that nothing was made twice, and that what was made is in
// state or told.
func (o *outcome) checkObjects() {
	o.t.Helper()
	if o.trial.operation.kind == onto {
		if !maps.Equal(o.before, o.after) || o.id != "" || !o.failed {
			o.t.Errorf("what was another's, %v, is %v", o.before, o.after)
		}
		return
	}
	made := 0
	for id := range o.after {
		if _, was := o.before[id]; was {
			continue
		}
		made++
		switch {
		case o.id == id:
		case o.kept == nil && !o.failed:
		case perhaps.MatchString(o.said):
			o.orphans = append(o.orphans, id)
		default:
			o.t.Errorf("%s was made, but is neither in state nor said to be perhaps there", id)
		}
	}
	if made > 1 {
		o.t.Errorf("%d objects were made: %v", made, o.after)
	}
}

// checkState checks that state is what the server has.
func (o *outcome) checkState(p *Protocol) {
	o.t.Helper()
	id := o.id
	_, there := o.after[o.owned]
	kind, vanishes := o.trial.operation.kind, o.trial.fault.Vanishes
	switch {
	case o.owned != "" && id == "" && there && kind != bringIn:
		o.t.Errorf("%s went out of state, but is on the server", o.owned)
	case kind == remove && !o.failed && there:
		o.t.Errorf("%s was deleted, but is on the server", o.owned)
	case kind == create && !o.failed && !vanishes && o.after[id] != o.stage.Resource.First.Stored:
		o.t.Errorf("it was created, but the server has %v", o.after)
	case kind == update && !o.failed && !vanishes && o.after[id] != o.stage.Resource.Second.Stored:
		o.t.Errorf("it was updated, but the server has %v", o.after)
	case (kind == read || kind == bringIn) && !o.failed && !vanishes && id != o.owned:
		o.t.Errorf("it was read, but is not in state")
	}
	if !o.kept.InState() {
		return
	}
	before := p.Value(o.kept)
	p.Succeeds(p.Refresh(o.kept))
	now := p.Value(o.kept)
	_, there = o.after[id]
	switch {
	case now == nil && there:
		o.t.Error("a read lost what is there")
	case now != nil && !now.Equal(*before) && !perhaps.MatchString(o.said):
		o.t.Errorf("state was\n%s\nbut the server has\n%s", before, now)
	}
}

// checkConvergence checks that the run that began with the look at state ends
// it.
func (o *outcome) checkConvergence(p *Protocol) {
	o.t.Helper()
	wanted := o.stage.Resource.First
	switch o.trial.operation.kind {
	case update:
		wanted = o.stage.Resource.Second
	case remove:
		wanted = Wanted{}
	case bringIn:
		if !o.kept.InState() && o.after[o.owned] != "" {
			p.Succeeds(p.Bring(o.kept, o.owned))
		}
	}
	diagnostics := p.Apply(o.kept, wanted.Configuration)
	if Failed(diagnostics) && len(o.orphans) == 1 && strings.Contains(Said(diagnostics), "import") {
		// The user does as it says about what is perhaps there.
		diagnostics = append(p.Bring(o.kept, o.orphans[0]), p.Run(o.kept, wanted.Configuration)...)
	}
	if Failed(diagnostics) {
		o.t.Errorf("the next run fails: %s", Said(diagnostics))
		return
	}
	p = o.stage.connect(o.t, 0, 0)
	if o.kept.InState() {
		p.Succeeds(p.Refresh(o.kept))
	}
	change, diagnostics := p.Intend(o.kept, wanted.Configuration)
	p.Succeeds(diagnostics)
	if !change.Empty() {
		o.t.Error("after the next run, there is still something to do")
	}
	final, id := o.stage.Objects(), p.ID(o.kept)
	if wanted.Configuration != nil && final[id] != wanted.Stored {
		o.t.Errorf("after the next run, the server has %v, not %s", final, wanted.Stored)
	}
	for other := range final {
		if other != id && !slices.Contains(o.orphans, other) {
			o.t.Errorf("after the next run, there is also %s", other)
		}
	}
}

// checkAgain checks that what was done can be done once more, or for the first
// time.
func (o *outcome) checkAgain(p *Protocol) {
	o.t.Helper()
	if o.trial.fault.Vanishes || o.stage.Once && !o.failed {
		return
	}
	if o.stage.Once && perhaps.MatchString(o.said) {
		return
	}
	again, diagnostics := o.stage.Perform(p)
	if Failed(diagnostics) {
		o.t.Errorf("the next time, it fails: %s", Said(diagnostics))
	}
	unseen := o.stage.Text && o.trial.fault.Rule.Fault == faults.Cut
	if o.stage.Reads && !o.failed && !unseen && o.answer != again {
		o.t.Errorf("it read %s, but there is %s", o.answer, again)
	}
}

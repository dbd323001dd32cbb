// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// Stage is a world of its own for one operation, in which everything but the
// operation works.
type Stage struct {
	// System is the sandbox's name of the system; Connection are the settings of
	// its block in the provider's configuration.
	System     string
	Connection map[string]any
	Sandbox    *sandbox.Sandbox
	// Objects are those that the operation is about, as the server has them: by
	// id, as in state, what is in them.
	Objects func() map[string]string
	// Vanish deletes them behind Terraform's back.
	Vanish func()
	// Names are what errors can call the object; Secrets what they never say.
	Names, Secrets []string

	// Resource is a resource that is created, read, updated, deleted and
	// imported; nil when Perform is what is done.
	Resource *Resource
	// Perform invokes an action or reads a data source. What it returns is all
	// that comes of it.
	Perform func(*Protocol) (string, []*tfprotov6.Diagnostic)
	// Reads says that Perform changes nothing, so that it returns the same as
	// before or an error; Once, that it can't be done again.
	Reads, Once bool
	// Text says that what is read is plain text, of which nobody can tell that
	// the rest is missing.
	Text bool
}

// Resource is a resource of a stage.
type Resource struct {
	Type string
	// First is how it is created, Second what it is changed to.
	First, Second Wanted
	// Occupy makes, behind Terraform's back, another object in its place; nil when
	// there is room for several.
	Occupy func()
}

// Wanted is a configuration, and what the object has of it on the server, in
// the form of [Stage.Objects].
type Wanted struct {
	Configuration map[string]any
	Stored        string
}

// Operation is one thing that the provider does for Terraform.
type Operation struct {
	Name string
	// Set makes the stage for it.
	Set func(*testing.T) *Stage
	// kind is what to do with a resource.
	kind kind
}

type kind string

const (
	create  kind = "create"
	read    kind = "read"
	update  kind = "update"
	remove  kind = "delete"
	bringIn kind = "import"
	// onto is a creation where there is another's object.
	onto kind = "create another's"
)

// usualTimeout is the provider's time for a request, which is none to wait for.
const usualTimeout = 20 * time.Second

// Life is the operations on a resource.
func Life(typeName string, set func(*testing.T) *Stage) []Operation {
	var all []Operation
	for _, kind := range []kind{create, read, update, remove, bringIn} {
		all = append(all, Operation{Name: string(kind) + " " + typeName, Set: set, kind: kind})
	}
	return all
}

// Taken is the creation of a resource whose place is taken, which is refused;
// what takes it stays as it is. See [Resource.Occupy].
func Taken(typeName string, set func(*testing.T) *Stage) Operation {
	return Operation{Name: string(onto) + " " + typeName, Set: set, kind: onto}
}

// Performed is an operation on what isn't a resource: `invoke` an action, or
// read `data` or a `list`, as in `invoke cicd_gitlab_pipeline_cancel`. prepare
// makes the stage, and returns the arguments.
func Performed(name string, prepare func(*testing.T) (*Stage, map[string]any)) Operation {
	verb, typeName, _ := strings.Cut(name, " ")
	return Operation{Name: name, Set: func(t *testing.T) *Stage {
		t.Helper()
		s, arguments := prepare(t)
		s.Reads = verb != "invoke"
		s.Perform = func(p *Protocol) (string, []*tfprotov6.Diagnostic) {
			switch verb {
			case "data":
				values, diagnostics := p.Data(typeName, arguments)
				return fmt.Sprint(values), diagnostics
			case "list":
				found, diagnostics := p.List(typeName, arguments, 0, true)
				return fmt.Sprint(found), diagnostics
			}
			progress, diagnostics := p.Invoke(typeName, arguments)
			return strings.Join(progress, "\n"), diagnostics
		}
		return s
	}}
}

// trial is one operation with one fault at one of its requests.
type trial struct {
	operation Operation
	fault     Fault
	// request is counted from 1; method is its own.
	request int
	method  string
	retries int64
}

func (tr trial) name() string {
	name := fmt.Sprintf("%s/%d %s/%s", tr.operation.Name, tr.request, tr.method, tr.fault.Name)
	if tr.retries > 0 {
		name += " once"
	}
	return name
}

// Matrix tries each operation with each fault at each of its requests, and
// checks what the provider promises. atOnce trials, which mostly wait, run at
// the same time.
func Matrix(t *testing.T, system string, atOnce int, faults []Fault, operations []Operation) {
	t.Helper()
	var (
		mu       sync.Mutex
		requests int
		trials   []trial
	)
	covers(t, system, operations)
	Together(t, atOnce, operations, func(o Operation) string { return o.Name + "/without a fault" }, func(t *testing.T, o Operation) {
		methods := o.requests(t)
		mu.Lock()
		defer mu.Unlock()
		requests += len(methods)
		for i, method := range methods {
			for _, fault := range faults {
				if o.kind == onto && fault.Vanishes {
					continue
				}
				tr := trial{operation: o, fault: fault, request: i + 1, method: method}
				trials = append(trials, tr)
				if fault.Heals != nil && o.kind != onto {
					tr.retries = 1
					trials = append(trials, tr)
				}
			}
		}
	})
	begin := time.Now()
	Together(t, atOnce, trials, trial.name, func(t *testing.T, tr trial) { tr.run(t) })
	t.Logf("fault matrix of %s: %d operations with %d requests, %d faults: %d cases in %.1f s",
		system, len(operations), requests, len(faults), len(trials), time.Since(begin).Seconds())
}

// covers fails for a type of the system that no operation is of, such as one
// that was added.
func covers(t *testing.T, system string, operations []Operation) {
	t.Helper()
	schemas := NewProtocol(t).Schemas
	for verb, types := range map[string][]string{
		string(create): slices.Collect(maps.Keys(schemas.ResourceSchemas)), "data": slices.Collect(maps.Keys(schemas.DataSourceSchemas)),
		"invoke": slices.Collect(maps.Keys(schemas.ActionSchemas)), "list": slices.Collect(maps.Keys(schemas.ListResourceSchemas)),
	} {
		for _, name := range types {
			if !strings.HasPrefix(name, "cicd_"+strings.ToLower(system)+"_") {
				continue
			}
			if !slices.ContainsFunc(operations, func(o Operation) bool { return o.Name == verb+" "+name }) {
				t.Errorf("the matrix lacks %q", verb+" "+name)
			}
		}
	}
}

// Together runs a subtest for each of the things, several at once, however few
// processors there are.
func Together[T any](t *testing.T, atOnce int, things []T, name func(T) string, test func(*testing.T, T)) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // each leaves a world behind as garbage
	queue := make(chan T)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for thing := range queue {
				t.Run(name(thing), func(t *testing.T) { test(t, thing) })
			}
		})
	}
	for _, thing := range things {
		queue <- thing
	}
	close(queue)
	all.Wait()
}

// connect is a run of the provider: what one process of it knows, the next
// doesn't.
func (s *Stage) connect(t *testing.T, retries int64, timeout time.Duration) *Protocol {
	t.Helper()
	p := NewProtocol(t)
	connection := maps.Clone(s.Connection)
	connection["max_retries"] = retries
	connection["request_timeout"] = cmp.Or(timeout, usualTimeout).String()
	p.Succeeds(p.Configure(map[string]any{s.System: connection}))
	return p
}

// begin brings a resource's stage to where the operation starts.
func (o Operation) begin(t *testing.T, s *Stage) *Kept {
	t.Helper()
	if s.Resource == nil {
		return nil
	}
	kept := &Kept{Type: s.Resource.Type}
	switch o.kind {
	case create:
	case onto:
		s.Resource.Occupy()
	default:
		p := s.connect(t, 0, 0)
		p.Succeeds(p.Run(kept, s.Resource.First.Configuration))
	}
	return kept
}

// do does the operation.
func (o Operation) do(p *Protocol, s *Stage, kept *Kept) (string, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	switch o.kind {
	case create, onto:
		return "", p.Apply(kept, s.Resource.First.Configuration)
	case read:
		return "", p.Refresh(kept)
	case update:
		return "", p.Apply(kept, s.Resource.Second.Configuration)
	case remove:
		return "", p.Apply(kept, nil)
	case bringIn:
		id := p.ID(kept)
		*kept = Kept{Type: kept.Type}
		return "", p.Bring(kept, id)
	}
	return s.Perform(p)
}

// requests does the operation without a fault, and returns its requests'
// methods.
func (o Operation) requests(t *testing.T) []string {
	t.Helper()
	s := o.Set(t)
	kept := o.begin(t, s)
	p := s.connect(t, 0, 0)
	s.Sandbox.Journal().Clear()
	_, diagnostics := o.do(p, s, kept)
	if o.kind != onto {
		p.Succeeds(diagnostics)
	}
	var methods []string
	for _, r := range s.Sandbox.Journal().Requests() {
		if ofProvider(r.UserAgent) {
			methods = append(methods, r.Method)
		}
	}
	if len(methods) == 0 {
		t.Errorf("%s asks the server nothing", o.Name)
	}
	return methods
}

func (tr trial) run(t *testing.T) {
	s := tr.operation.Set(t)
	o := outcome{t: t, trial: tr, stage: s, kept: tr.operation.begin(t, s)}
	p := s.connect(t, tr.retries, tr.fault.Timeout)
	if o.kept != nil {
		o.owned = p.ID(o.kept)
	}
	o.before = s.Objects()
	rule := tr.fault.Rule
	rule.System, rule.Nth = s.System, tr.request
	if tr.fault.Vanishes {
		rule.Do = s.Vanish
	}
	if err := s.Sandbox.Faults().Add(rule); err != nil {
		t.Fatal(err)
	}
	var diagnostics []*tfprotov6.Diagnostic
	o.answer, diagnostics = tr.operation.do(p, s, o.kept)
	fired := s.Sandbox.Faults().List()[0].Fired
	s.Sandbox.Faults().Clear()
	if fired == 0 && tr.fault.Timeout == 0 {
		t.Errorf("there was no request %d", tr.request)
	}
	o.failed, o.said = Failed(diagnostics), Said(diagnostics)
	o.diagnostics = diagnostics
	if o.kept != nil {
		o.id = p.ID(o.kept)
	}
	o.after = s.Objects()
	o.check()
	if t.Failed() {
		t.Logf("it said: %s", strings.TrimSpace(o.said))
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Thing is a resource of a sequence.
type Thing struct {
	Type string
	// Wanted are the configurations that it can get.
	Wanted []Wanted
	// Change and Remove change and delete it behind Terraform's back, by its id.
	Change, Remove func(id string)
	// ImportID is what an error advises to import when the object is there
	// already; empty for what can be there several times.
	ImportID string
}

// The environment variables that choose sequences: one by its seed, or another
// number of them than the test's own.
const (
	seedVariable      = "CICD_SEED"
	sequencesVariable = "CICD_SEQUENCES"
)

// Sequences plays n random sequences of runs, several at once: in each run, all
// things are brought at once to what they are to be then, or destroyed, while
// some requests go wrong and others meddle. In the end, a run without a fault
// brings them to where they are to be.
//
// A sequence that fails says its seed. It is played again, up to the order in
// which what runs at once meets the faults, with CICD_SEED=<seed>;
// CICD_SEQUENCES=<n> plays n sequences.
func Sequences(t *testing.T, system string, atOnce, n int, faults []Fault, set func(*testing.T) (*Stage, []Thing)) {
	t.Helper()
	n = environment(t, sequencesVariable, n)
	seeds := make([]int, n)
	for i := range seeds {
		seeds[i] = int(time.Now().UnixMilli())%1_000_000_000*1000 + i
	}
	if seed := environment(t, seedVariable, 0); seed > 0 {
		seeds = []int{seed}
	}
	var (
		mu             sync.Mutex
		runs, requests int
	)
	begin := time.Now()
	Together(t, atOnce, seeds, func(seed int) string { return "seed " + strconv.Itoa(seed) }, func(t *testing.T, seed int) {
		s, things := set(t)
		q := &sequence{t: t, stage: s, random: rand.New(rand.NewPCG(uint64(seed), 0)), faults: faults, things: things, wanted: make([]Wanted, len(things))}
		for _, thing := range things {
			q.kept = append(q.kept, &Kept{Type: thing.Type})
		}
		played := q.play()
		if t.Failed() {
			t.Logf("to play it again: %s=%d go test -run '%s'", seedVariable, seed, strings.SplitN(t.Name(), "/", 2)[0])
		}
		mu.Lock()
		defer mu.Unlock()
		runs += played
		requests += s.Sandbox.Journal().Count()
	})
	t.Logf("random sequences of %s: %d sequences with %d runs, %d requests in %.1f s", system, len(seeds), runs, requests, time.Since(begin).Seconds())
}

func environment(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, not a number from 1", name, text)
	}
	return n
}

type sequence struct {
	t      *testing.T
	stage  *Stage
	random *rand.Rand
	faults []Fault
	things []Thing
	kept   []*Kept
	wanted []Wanted
	// perhaps counts what may exist without being in state, as was told.
	perhaps int
}

func (q *sequence) play() (runs int) {
	q.t.Helper()
	for range 2 + q.random.IntN(4) {
		runs++
		q.choose()
		q.meddle()
		q.run()
		if q.t.Failed() {
			return runs
		}
	}
	q.end()
	return runs + 2
}

// choose says what each thing is to be.
func (q *sequence) choose() {
	for i, thing := range q.things {
		q.wanted[i] = Wanted{}
		if q.random.IntN(4) > 0 {
			q.wanted[i] = thing.Wanted[q.random.IntN(len(thing.Wanted))]
		}
	}
}

// meddle lets others change and delete things.
func (q *sequence) meddle() {
	q.t.Helper()
	p := q.stage.connect(q.t, 0, 0)
	for i, thing := range q.things {
		if id := p.ID(q.kept[i]); id != "" {
			switch q.random.IntN(8) {
			case 0:
				thing.Change(id)
			case 1:
				thing.Remove(id)
			}
		}
	}
}

// run is a run of the provider in which some requests go wrong.
func (q *sequence) run() {
	q.t.Helper()
	q.timePasses()
	retries := int64(q.random.IntN(2))
	p := q.stage.connect(q.t, retries, 0)
	before := make([]string, len(q.things))
	for i := range q.things {
		before[i] = p.ID(q.kept[i])
	}
	for range q.random.IntN(4) {
		fault := q.faults[q.random.IntN(len(q.faults))]
		nth, victim := 1+q.random.IntN(4*len(q.things)), q.random.IntN(len(q.things))
		if fault.Timeout > 0 || fault.Rule.Status == 429 && retries > 0 {
			continue // they only wait
		}
		rule := fault.Rule
		rule.System, rule.Nth = q.stage.System, nth
		// What goes wrong is not what somebody else does meanwhile.
		rule.Match = func(r *http.Request) bool { return ofProvider(r.UserAgent()) }
		if fault.Vanishes {
			rule.Do = func() {
				if before[victim] != "" {
					q.things[victim].Remove(before[victim])
				}
			}
		}
		if err := q.stage.Sandbox.Faults().Add(rule); err != nil {
			q.t.Fatal(err)
		}
	}
	said := q.together(p)
	q.stage.Sandbox.Faults().Clear()
	there := q.stage.Objects()
	for i, id := range before {
		// One that was made anew by the same id may be told as one that may be.
		if _, exists := there[id]; exists && !q.kept[i].InState() && !perhaps.MatchString(said[i]) {
			q.t.Errorf("%s went out of state, but is on the server; it said %s", id, said[i])
		}
		if perhaps.MatchString(said[i]) {
			q.perhaps++
		}
		for _, secret := range q.stage.Secrets {
			if strings.Contains(said[i], secret) {
				q.t.Errorf("it says the secret %q: %s", secret, said[i])
			}
		}
	}
}

// timePasses lets some seconds pass from one run to the next, as they do. What
// was made in the second in which a creation begins can be the creation's.
func (q *sequence) timePasses() {
	if clock := q.stage.Sandbox.Clock(); clock.Frozen() {
		_ = clock.Advance(3 * time.Second)
	}
}

// together brings all things at once to what they are to be, and returns what
// was said of each.
func (q *sequence) together(p *Protocol) []string {
	said := make([]string, len(q.things))
	var all sync.WaitGroup
	for i := range q.things {
		all.Go(func() { said[i] = q.bring(p, i) })
	}
	all.Wait()
	return said
}

func (q *sequence) bring(p *Protocol, i int) string {
	return Said(p.Run(q.kept[i], q.wanted[i].Configuration))
}

// end brings all things to where they are to be, and checks that they are, and
// nothing else.
func (q *sequence) end() {
	q.t.Helper()
	q.timePasses()
	p := q.stage.connect(q.t, 0, 0)
	for i, said := range q.together(p) {
		if strings.Contains(said, "import") && q.things[i].ImportID != "" && q.perhaps > 0 {
			// Its user does as it is told.
			said = Said(append(p.Bring(q.kept[i], q.things[i].ImportID), p.Run(q.kept[i], q.wanted[i].Configuration)...))
		}
		if strings.Contains(said, tfprotov6.DiagnosticSeverityError.String()) {
			q.t.Errorf("the last run fails: %s", said)
		}
	}
	p = q.stage.connect(q.t, 0, 0)
	left := q.stage.Objects()
	for i, wanted := range q.wanted {
		kept := q.kept[i]
		if kept.InState() {
			p.Succeeds(p.Refresh(kept))
		}
		change, diagnostics := p.Intend(kept, wanted.Configuration)
		p.Succeeds(diagnostics)
		if !change.Empty() {
			q.t.Errorf("%s: after the last run, there is still something to do", kept.Type)
		}
		if wanted.Configuration == nil {
			continue
		}
		id := p.ID(kept)
		if left[id] != wanted.Stored {
			q.t.Errorf("%s: the server has %q, not %q", id, left[id], wanted.Stored)
		}
		delete(left, id)
	}
	if len(left) > q.perhaps {
		q.t.Errorf("there are %d objects too many, of which %d may be: %q", len(left), q.perhaps, slices.Sorted(maps.Keys(left)))
	}
}

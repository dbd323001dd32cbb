// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

type members = acctest.Members

// reader reads data sources.
type reader struct {
	t *testing.T
	*acctest.Protocol
}

func readerOf(t *testing.T, r *acctest.Rancher) reader {
	t.Helper()
	return reader{t, r.Protocol()}
}

// read is what a data source shows, in the form that encoding/json decodes to.
func (r reader) read(name string, arguments members) members {
	r.t.Helper()
	values, diagnostics := r.Data("cicd_rancher_"+name, arguments)
	r.Succeeds(diagnostics)
	all := members{}
	for name, value := range values {
		all[name] = plain(r.t, value)
	}
	return all
}

// list is the list that a data source shows by this attribute.
func (r reader) list(name, attribute string, arguments members) []members {
	r.t.Helper()
	var all []members
	for _, element := range r.read(name, arguments)[attribute].([]any) {
		all = append(all, element.(members))
	}
	return all
}

// fails expects an error that points at an attribute, or at none for "", and
// says these texts.
func (r reader) fails(name string, arguments members, attribute string, texts ...string) {
	r.t.Helper()
	_, diagnostics := r.Data("cicd_rancher_"+name, arguments)
	said := acctest.Said(diagnostics)
	if !acctest.Failed(diagnostics) {
		r.t.Errorf("%s %v: no error: %s", name, arguments, said)
		return
	}
	if attribute != "" && !diagnostics[0].Attribute.Equal(tftypes.NewAttributePath().WithAttributeName(attribute)) {
		r.t.Errorf("%s %v: the error is not at %s: %s", name, arguments, attribute, said)
	}
	for _, text := range texts {
		if !strings.Contains(said, text) {
			r.t.Errorf("%s %v: %q is not in: %s", name, arguments, text, said)
		}
	}
}

func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	var (
		text   string
		truth  bool
		number big.Float
		list   []tftypes.Value
		object map[string]tftypes.Value
	)
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&truth) == nil:
		return truth
	case v.As(&number) == nil:
		n, _ := number.Float64()
		return n
	case v.As(&list) == nil:
		all := make([]any, len(list))
		for i, element := range list {
			all[i] = plain(t, element)
		}
		return all
	case v.As(&object) == nil:
		all := members{}
		for name, member := range object {
			all[name] = plain(t, member)
		}
		return all
	}
	t.Fatalf("a value of another kind: %s", v)
	return nil
}

// same compares what is shown with what is wanted.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		is, _ := json.MarshalIndent(got, "", " ")
		should, _ := json.MarshalIndent(want, "", " ")
		t.Errorf("%s is\n%s\nwant\n%s", what, is, should)
	}
}

// column is one member of each.
func column(all []members, name string) []any {
	values := []any{}
	for _, element := range all {
		values = append(values, element[name])
	}
	return values
}

// at is a member of a member; nil where there is none.
func at(v any, names ...string) any {
	for _, name := range names {
		m, ok := v.(members)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// listAt is [at] for a list, each element of which is an object.
func listAt(v any, names ...string) []members {
	all := []members{}
	elements, _ := at(v, names...).([]any)
	for _, element := range elements {
		all = append(all, element.(members))
	}
	return all
}

// enveloped are the members that each object is shown with.
func enveloped(stored, more members) members {
	all := members{"id": stored["id"], "name": stored["name"], "creator_id": stored["creatorId"], "created": stored["created"]}
	maps.Copy(all, more)
	return all
}

// shownRun is how a run is to be shown, by what the server stores of it.
func shownRun(p *acctest.RancherProject, stored members) members {
	timed := func(status, more members) members {
		for _, name := range []string{"state", "started", "ended"} {
			if more[name] = status[name]; more[name] == "" {
				more[name] = nil
			}
		}
		return more
	}
	definition := listAt(stored, "spec", "pipeline", "spec", "stages")
	stages := []any{}
	for i, status := range listAt(stored, "status", "stages") {
		steps := []any{}
		for j, step := range listAt(status, "steps") {
			steps = append(steps, timed(step, members{"type": listAt(definition[i], "steps")[j]["type"]}))
		}
		stages = append(stages, timed(status, members{"name": definition[i]["name"], "steps": steps}))
	}
	status, _ := stored["status"].(members)
	return enveloped(stored, timed(status, members{
		"project_id": p.ID, "pipeline_id": at(stored, "spec", "pipeline", "id"),
		"pipeline_display_name": at(stored, "spec", "pipeline", "spec", "displayName"),
		"display_name":          at(stored, "spec", "displayName"), "run_number": at(stored, "spec", "runNumber"),
		"trigger_type": at(stored, "spec", "triggerType"), "commit": at(stored, "status", "commit"), "stages": stages,
	}))
}

// stages are those of a pipeline which checks out and runs these scripts, each
// in a step of its own.
func stages(scripts ...string) []any {
	steps := []any{}
	for _, script := range scripts {
		steps = append(steps, members{"type": "runascript", "runAScriptStepConfig": members{"image": "busybox", "shellScript": script}})
	}
	checkout := members{"type": "sourcecode", "sourceCodeStepConfig": members{"repository": "https://git.example.com/app.git"}}
	all := []any{members{"name": "clone", "steps": []any{checkout}}}
	if len(steps) > 0 {
		all = append(all, members{"name": "test", "steps": steps})
	}
	return all
}

// newPipeline makes a pipeline behind Terraform's back, and returns its id.
func newPipeline(p *acctest.RancherProject, name string, scripts ...string) string {
	return p.Make(p.URL("pipelines"), members{"displayName": name, "stages": stages(scripts...)})
}

// run runs a pipeline to the end, and returns the run's id.
func run(p *acctest.RancherProject, pipeline string) string {
	id := p.Act("pipelines/"+pipeline, "run", nil)["id"].(string)
	finish(p)
	return id
}

// finish lets time pass until what runs has ended.
func finish(p *acctest.RancherProject) {
	if err := p.Sandbox.Clock().Advance(time.Hour); err != nil {
		panic(err)
	}
}

// answering lets the server answer GET requests of a path with a body of the
// test's.
func answering(t *testing.T, r *acctest.Rancher, path string, body any) {
	t.Helper()
	answeringStatus(t, r, http.StatusOK, path, body)
}

func answeringStatus(t *testing.T, r *acctest.Rancher, status int, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err == nil {
		err = r.Sandbox.Faults().Add(faults.Rule{
			System: "rancher", Method: http.MethodGet, Path: path, Fault: faults.Status, Status: status,
			Headers: map[string]string{"Content-Type": "application/json"}, Body: string(text),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// collection is a list as Rancher answers it.
func collection(kind string, data ...any) members {
	return members{"type": "collection", "resourceType": kind, "data": data}
}

// listed are the objects of a list on the server, as encoding/json decodes them.
func listed(t *testing.T, r *acctest.Rancher, path string) []members {
	t.Helper()
	var list struct{ Data []members }
	status, answer := r.Call(http.MethodGet, path, nil)
	if err := json.Unmarshal(answer, &list); status != http.StatusOK || err != nil {
		t.Fatalf("GET %s: %d %s", path, status, answer)
	}
	return list.Data
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
)

// What was saved and is read back is as it was, null and empty included.
func TestRuntimeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := anySpec(t)
		saved := apiOf(t, before)
		if got := readBack(t, reading{names: namesOf(saved)}, saved, before); !reflect.DeepEqual(got, before) {
			t.Fatalf("read back:\n%v\nwas:\n%v", got, before)
		}
	})
}

// What is imported saves as what the server has.
func TestRuntimeImportRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stored := apiOf(t, anySpec(t))
		imported := readBack(t, reading{all: true, names: newRepositoryNames(nil)}, stored, runtimeSpec{})
		if got := apiOf(t, imported); !reflect.DeepEqual(got, stored) {
			t.Fatalf("an import of\n%v\nsaves\n%v", stored, got)
		}
	})
}

// A change of anything that is shown is seen.
func TestRuntimeDriftIsSeen(t *testing.T) {
	t.Parallel()
	before := runtimeSpec{}
	stored := nautesapi.Runtime{
		Name: "r", Project: "p", PipelineSource: "app", Isolation: "shared", Account: "robot",
		Pipelines: []nautesapi.Pipeline{{Name: "build", Label: "b", Path: "p/b"}},
		EventSources: []nautesapi.EventSource{{
			Name: "push", GitLab: &nautesapi.GitLabEvents{RepoName: "app", Revision: "main", Events: []string{"push_events"}},
			Calendar: &nautesapi.Calendar{Schedule: "0 1 * * *", Interval: "1h", ExclusionDates: []string{"EXDATE:20260101T000000Z"}, Timezone: "UTC"},
		}},
		PipelineTriggers:    []nautesapi.PipelineTrigger{{EventSource: "push", Pipeline: "build", Revision: "main"}},
		Destination:         nautesapi.Destination{Environment: "test", Namespace: "ns"},
		AdditionalResources: nautesapi.AdditionalResources{Git: &nautesapi.AdditionalGit{CodeRepo: "app", URL: "https://u", Revision: "main", Path: "m"}},
		Hooks: nautesapi.Hooks{
			PreHooks: []nautesapi.Hook{{Name: "ls", Vars: map[string]string{"a": "b"}, Alias: "l"}}, PostHooks: []nautesapi.Hook{{Name: "ls"}},
		},
	}
	before = readBack(t, reading{}, stored, before)
	for name, change := range map[string]func(*nautesapi.Runtime){
		"project":         func(r *nautesapi.Runtime) { r.Project = "q" },
		"pipeline_source": func(r *nautesapi.Runtime) { r.PipelineSource = "other" },
		"isolation":       func(r *nautesapi.Runtime) { r.Isolation = "exclusive" },
		"account":         func(r *nautesapi.Runtime) { r.Account = "" },
		"label":           func(r *nautesapi.Runtime) { r.Pipelines = []nautesapi.Pipeline{{Name: "build", Path: "p/b"}} },
		"pipelines": func(r *nautesapi.Runtime) {
			r.Pipelines = append(r.Pipelines, nautesapi.Pipeline{Name: "x", Path: "y"})
		},
		"repo_name": func(r *nautesapi.Runtime) {
			r.EventSources[0].GitLab = &nautesapi.GitLabEvents{RepoName: "other", Revision: "main", Events: []string{"push_events"}}
		},
		"gitlab":   func(r *nautesapi.Runtime) { r.EventSources[0].GitLab = nil },
		"calendar": func(r *nautesapi.Runtime) { r.EventSources[0].Calendar = nil },
		"timezone": func(r *nautesapi.Runtime) { r.EventSources[0].Calendar = &nautesapi.Calendar{Schedule: "0 1 * * *"} },
		"revision": func(r *nautesapi.Runtime) { r.PipelineTriggers[0].Revision = "" },
		"inputs":   func(r *nautesapi.Runtime) { r.PipelineTriggers[0].Inputs = []nautesapi.Input{{FromEvent: "a"}} },
		"namespace": func(r *nautesapi.Runtime) {
			r.Destination.Namespace = ""
		},
		"coderepo":   func(r *nautesapi.Runtime) { r.AdditionalResources.Git = nil },
		"pre_hooks":  func(r *nautesapi.Runtime) { r.Hooks = nautesapi.Hooks{} },
		"post_hooks": func(r *nautesapi.Runtime) { r.Hooks.PostHooks = nil },
	} {
		changed := stored
		changed.EventSources = append([]nautesapi.EventSource(nil), stored.EventSources...)
		changed.PipelineTriggers = append([]nautesapi.PipelineTrigger(nil), stored.PipelineTriggers...)
		change(&changed)
		names := newRepositoryNames(map[string]string{"app": "app"})
		if reflect.DeepEqual(readBack(t, reading{names: names, version: nautesapi.WireV04}, changed, before), before) {
			t.Errorf("a change of %s isn't seen", name)
		}
	}
}

// Lists come back in the order they were saved in, and another order is another
// runtime.
func TestRuntimeOrderIsSeen(t *testing.T) {
	t.Parallel()
	stored := func() nautesapi.Runtime {
		return nautesapi.Runtime{
			Pipelines: []nautesapi.Pipeline{{Name: "a", Path: "a"}, {Name: "b", Path: "b"}},
			EventSources: []nautesapi.EventSource{
				{Name: "a", GitLab: &nautesapi.GitLabEvents{Events: []string{"push_events", "tag_push_events"}}},
				{Name: "b", Calendar: &nautesapi.Calendar{ExclusionDates: []string{"a", "b"}}},
			},
			PipelineTriggers: []nautesapi.PipelineTrigger{{EventSource: "a", Pipeline: "a"}, {EventSource: "b", Pipeline: "b"}},
			Hooks:            nautesapi.Hooks{PreHooks: []nautesapi.Hook{{Name: "a"}, {Name: "b"}}, PostHooks: []nautesapi.Hook{{Name: "c"}, {Name: "d"}}},
		}
	}
	before := readBack(t, reading{}, stored(), runtimeSpec{})
	if saved := apiOf(t, before); !reflect.DeepEqual(saved, stored()) {
		t.Errorf("saved:\n%v\nwas:\n%v", saved, stored())
	}
	for name, change := range map[string]func(*nautesapi.Runtime){
		"pipelines":         func(r *nautesapi.Runtime) { slices.Reverse(r.Pipelines) },
		"event_sources":     func(r *nautesapi.Runtime) { slices.Reverse(r.EventSources) },
		"events":            func(r *nautesapi.Runtime) { slices.Reverse(r.EventSources[0].GitLab.Events) },
		"exclusion_dates":   func(r *nautesapi.Runtime) { slices.Reverse(r.EventSources[1].Calendar.ExclusionDates) },
		"pipeline_triggers": func(r *nautesapi.Runtime) { slices.Reverse(r.PipelineTriggers) },
		"pre_hooks":         func(r *nautesapi.Runtime) { slices.Reverse(r.Hooks.PreHooks) },
		"post_hooks":        func(r *nautesapi.Runtime) { slices.Reverse(r.Hooks.PostHooks) },
	} {
		changed, want := stored(), stored()
		change(&changed)
		change(&want)
		read := readBack(t, reading{version: nautesapi.WireV04}, changed, before)
		if got := apiOf(t, read); !reflect.DeepEqual(got, want) {
			t.Errorf("another order of %s is read as\n%v", name, got)
		}
	}
}

// The server's own ways of not showing what it has are not drift.
func TestRuntimeWhatIsNotShownIsKept(t *testing.T) {
	t.Parallel()
	source := nautesapi.EventSource{Name: "nightly", Calendar: &nautesapi.Calendar{Schedule: "0 1 * * *"}}
	both := func(name string) nautesapi.Input { return nautesapi.Input{BuiltInVar: name, FromEvent: name} }
	trigger := func(inputs ...nautesapi.Input) nautesapi.PipelineTrigger {
		return nautesapi.PipelineTrigger{EventSource: "nightly", Pipeline: "build", Inputs: inputs}
	}
	for name, c := range map[string]struct {
		version       nautesapi.WireVersion
		saved, stored nautesapi.Runtime
		kept          bool
	}{
		"calendars on v0.3": {
			nautesapi.WireV03,
			nautesapi.Runtime{EventSources: []nautesapi.EventSource{source}},
			nautesapi.Runtime{EventSources: []nautesapi.EventSource{{Name: "nightly"}}}, true,
		},
		"calendars on v0.4": {
			nautesapi.WireV04,
			nautesapi.Runtime{EventSources: []nautesapi.EventSource{source}},
			nautesapi.Runtime{EventSources: []nautesapi.EventSource{{Name: "nightly"}}}, false,
		},
		"isolation on v0.3.0": {
			nautesapi.WireV03, nautesapi.Runtime{Isolation: "exclusive"}, nautesapi.Runtime{}, true,
		},
		"post hooks without pre hooks": {
			nautesapi.WireV04, nautesapi.Runtime{Hooks: nautesapi.Hooks{PostHooks: []nautesapi.Hook{{Name: "ls"}}}}, nautesapi.Runtime{}, true,
		},
		"inputs accumulate": {
			nautesapi.WireV04,
			nautesapi.Runtime{PipelineTriggers: []nautesapi.PipelineTrigger{trigger(both("a")), trigger(), trigger(both("b"))}},
			nautesapi.Runtime{PipelineTriggers: []nautesapi.PipelineTrigger{trigger(both("a")), trigger(both("a")), trigger(both("a"), both("b"))}}, true,
		},
		"other inputs": {
			nautesapi.WireV04,
			nautesapi.Runtime{PipelineTriggers: []nautesapi.PipelineTrigger{trigger(both("a")), trigger()}},
			nautesapi.Runtime{PipelineTriggers: []nautesapi.PipelineTrigger{trigger(both("a")), trigger(both("b"))}}, false,
		},
	} {
		before := readBack(t, reading{}, c.saved, runtimeSpec{})
		if got := readBack(t, reading{version: c.version}, c.stored, before); reflect.DeepEqual(got, before) != c.kept {
			t.Errorf("%s: kept is %t\nread: %v", name, !c.kept, got)
		}
	}
}

func TestRepositoriesAreToldByTheirDisplayNames(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	for name, c := range map[string]struct {
		known                  m
		before, answered, want string
		now                    m
	}{
		"as known":                     {m{"lib": "The Lib"}, "lib", "The Lib", "lib", m{"lib": "The Lib"}},
		"name is path":                 {m{"lib": "lib"}, "lib", "lib", "lib", m{"lib": "lib"}},
		"another repository":           {m{"lib": "The Lib"}, "lib", "Other", "Other", m{"lib": "The Lib", "Other": "Other"}},
		"another one that is known":    {m{"lib": "The Lib", "app": "The App"}, "lib", "The App", "app", m{"lib": "The Lib", "app": "The App"}},
		"named like the path of other": {m{"lib": "lib"}, "lib", "app", "app", m{"lib": "lib", "app": "app"}},
		"not asked after the save":     {nil, "lib", "The Lib", "lib", m{"lib": "The Lib"}},
		"import":                       {nil, "", "The Lib", "The Lib", m{"The Lib": "The Lib"}},
		"new in the runtime":           {m{"lib": "The Lib"}, "", "The Lib", "lib", m{"lib": "The Lib"}},
	} {
		names := newRepositoryNames(c.known)
		if got := names.read(c.before, c.answered); got != c.want {
			t.Errorf("%s: %q is read as %q, want %q", name, c.answered, got, c.want)
		}
		if now := names.now(); !reflect.DeepEqual(now, c.now) {
			t.Errorf("%s: then known is %v, want %v", name, now, c.now)
		}
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

func apiOf(t failer, s runtimeSpec) nautesapi.Runtime {
	t.Helper()
	r, diags := s.api(t.Context())
	fatal(t, diags)
	return r
}

func readBack(t failer, how reading, stored nautesapi.Runtime, before runtimeSpec) runtimeSpec {
	t.Helper()
	spec, diags := how.spec(t.Context(), &stored, before)
	fatal(t, diags)
	return spec
}

func fatal(t failer, diags diag.Diagnostics) {
	t.Helper()
	if diags.HasError() {
		t.Fatalf("%v", diags)
	}
}

// namesOf gives each repository a display name that is its path.
func namesOf(r nautesapi.Runtime) *repositoryNames {
	known := map[string]string{}
	for _, path := range repositories(&r) {
		known[path] = path
	}
	return newRepositoryNames(known)
}

var (
	someText = rapid.StringMatching(`[a-z]{1,3}`)
	// maybe is null, empty or a text.
	maybe = rapid.Custom(func(t *rapid.T) types.String {
		return rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue(""), types.StringValue(someText.Draw(t, "text"))}).Draw(t, "maybe")
	})
)

func anyString(t *rapid.T) types.String { return types.StringValue(someText.Draw(t, "required")) }

func anyList(t *rapid.T, kind attr.Type, least int, nullable bool, element func() attr.Value) types.List {
	if nullable && rapid.Bool().Draw(t, "null") {
		return types.ListNull(kind)
	}
	elements := make([]attr.Value, rapid.IntRange(least, 3).Draw(t, "length"))
	for i := range elements {
		elements[i] = element()
	}
	return types.ListValueMust(kind, elements)
}

func anyObject(t *rapid.T, kind types.ObjectType, nullable bool, attributes func() map[string]attr.Value) types.Object {
	if nullable && rapid.Bool().Draw(t, "null") {
		return types.ObjectNull(kind.AttrTypes)
	}
	return types.ObjectValueMust(kind.AttrTypes, attributes())
}

func anySpec(t *rapid.T) runtimeSpec {
	text := func() types.String { return maybe.Draw(t, "text") }
	texts := func() types.List {
		return anyList(t, types.StringType, 0, true, func() attr.Value { return anyString(t) })
	}
	hooks := func(least int) types.List {
		return anyList(t, hookType, least, least == 0, func() attr.Value {
			return anyObject(t, hookType, false, func() map[string]attr.Value {
				vars := types.MapNull(types.StringType)
				if rapid.Bool().Draw(t, "vars") {
					vars = types.MapValueMust(types.StringType, map[string]attr.Value{"a": anyString(t)})
				}
				return map[string]attr.Value{"name": anyString(t), "alias": text(), "vars": vars}
			})
		})
	}
	sources := 0
	return runtimeSpec{
		Name: anyString(t), Project: anyString(t), PipelineSource: anyString(t), Isolation: anyString(t), Account: text(),
		Pipelines: anyList(t, pipelineType, 1, false, func() attr.Value {
			return anyObject(t, pipelineType, false, func() map[string]attr.Value {
				return map[string]attr.Value{"name": anyString(t), "label": text(), "path": anyString(t)}
			})
		}),
		EventSources: anyList(t, eventSourceType, 1, false, func() attr.Value {
			sources++
			return anyObject(t, eventSourceType, false, func() map[string]attr.Value {
				return map[string]attr.Value{
					"name": types.StringValue(string(rune('a' + sources))),
					"gitlab": anyObject(t, gitlabType, true, func() map[string]attr.Value {
						return map[string]attr.Value{"repo_name": anyString(t), "revision": text(), "events": texts()}
					}),
					"calendar": anyObject(t, calendarType, true, func() map[string]attr.Value {
						return map[string]attr.Value{"schedule": text(), "interval": text(), "timezone": text(), "exclusion_dates": texts()}
					}),
				}
			})
		}),
		PipelineTriggers: anyList(t, triggerType, 1, false, func() attr.Value {
			return anyObject(t, triggerType, false, func() map[string]attr.Value {
				return map[string]attr.Value{
					"event_source": anyString(t), "pipeline": anyString(t), "revision": text(),
					"inputs": anyList(t, inputType, 0, true, func() attr.Value {
						return anyObject(t, inputType, false, func() map[string]attr.Value {
							return map[string]attr.Value{"built_in_var": text(), "from_event": text(), "kustomization_path": anyString(t)}
						})
					}),
				}
			})
		}),
		Destination: anyObject(t, destinationType, false, func() map[string]attr.Value {
			return map[string]attr.Value{"environment": anyString(t), "namespace": text()}
		}),
		AdditionalResources: anyObject(t, resourcesType, true, func() map[string]attr.Value {
			return map[string]attr.Value{"git": anyObject(t, gitType, true, func() map[string]attr.Value {
				return map[string]attr.Value{"coderepo": anyString(t), "url": text(), "revision": text(), "path": text()}
			})}
		}),
		Hooks: anyObject(t, hooksType, true, func() map[string]attr.Value {
			return map[string]attr.Value{"pre_hooks": hooks(0), "post_hooks": hooks(0)}
		}),
	}
}

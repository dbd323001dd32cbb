// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

type object = map[string]any

const runtimeType = "cicd_nautes_project_pipeline_runtime"

// sound is a configuration that nothing is wrong with.
func sound() object {
	return object{
		"product": "nautes-labs", "name": "api-server-pr", "project": "api-server", "pipeline_source": "api-server",
		"pipelines":         []any{object{"name": "build", "path": "pipelines/build"}},
		"event_sources":     []any{gitlabSource("push", "push_events")},
		"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
		"destination":       object{"environment": "test"},
	}
}

func gitlabSource(name string, events ...any) object {
	return object{"name": name, "gitlab": object{"repo_name": "api-server", "events": events}}
}

// calendar is event sources of which the second has a calendar.
func calendar(settings object) []any {
	return []any{gitlabSource("push", "push_events"), object{"name": "nightly", "calendar": settings}}
}

func inputs(settings object) []any {
	settings["kustomization_path"] = "spec.params"
	return []any{object{"event_source": "push", "pipeline": "build", "inputs": []any{settings}}}
}

var unknown = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// checks are changes of a sound configuration, with where something is said
// about it, if anything.
var checks = []struct {
	name   string
	change object
	at     string
	// skippable is what insecure_skip_check turns into a warning.
	skippable bool
}{
	{"empty product", object{"product": ""}, `AttributeName("product")`, false},
	{"slash in the product", object{"product": "a/b"}, `AttributeName("product")`, false},
	{"empty name", object{"name": ""}, `AttributeName("name")`, false},
	{"dot", object{"name": "."}, `AttributeName("name")`, false},
	{"dots", object{"name": ".."}, `AttributeName("name")`, false},
	{"slash in the name", object{"name": "a/b"}, `AttributeName("name")`, false},
	{"name of the project", object{"name": "api-server"}, `AttributeName("name")`, false},
	{"empty project", object{"project": ""}, `AttributeName("project")`, false},
	{"empty source", object{"pipeline_source": ""}, `AttributeName("pipeline_source")`, false},
	{"isolation", object{"isolation": "private"}, `AttributeName("isolation")`, false},
	{"no pipeline", object{"pipelines": []any{}}, `AttributeName("pipelines")`, false},
	{"no event source", object{"event_sources": []any{}}, `AttributeName("event_sources")`, false},
	{"no trigger", object{"pipeline_triggers": []any{}}, `AttributeName("pipeline_triggers")`, false},
	{"empty environment", object{"destination": object{"environment": ""}}, `AttributeName("destination").AttributeName("environment")`, false},
	{
		"pipeline twice", object{"pipelines": []any{object{"name": "build", "path": "a"}, object{"name": "build", "path": "b"}}},
		`AttributeName("pipelines").ElementKeyInt(1).AttributeName("name")`, true,
	},
	{
		"path twice", object{"pipelines": []any{object{"name": "build", "path": "a"}, object{"name": "test", "path": "a"}}},
		`AttributeName("pipelines").ElementKeyInt(1).AttributeName("path")`, true,
	},
	{
		"event source twice", object{"event_sources": []any{gitlabSource("push", "push_events"), gitlabSource("push", "push_events")}},
		`AttributeName("event_sources").ElementKeyInt(1).AttributeName("name")`, true,
	},
	{
		"trigger twice", object{"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": "build"}, object{"event_source": "push", "pipeline": "build", "revision": ""},
		}},
		`AttributeName("pipeline_triggers").ElementKeyInt(1)`, true,
	},
	{
		"triggers of two revisions", object{"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": "build"}, object{"event_source": "push", "pipeline": "build", "revision": "main"},
		}},
		"", false,
	},
	{
		"unknown event source", object{"pipeline_triggers": []any{object{"event_source": "pull", "pipeline": "build"}}},
		`AttributeName("pipeline_triggers").ElementKeyInt(0).AttributeName("event_source")`, false,
	},
	{
		"unknown pipeline", object{"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "test"}}},
		`AttributeName("pipeline_triggers").ElementKeyInt(0).AttributeName("pipeline")`, true,
	},
	{"input without source", object{"pipeline_triggers": inputs(object{})}, `AttributeName("inputs").ElementKeyInt(0)`, true},
	{"input with two sources", object{"pipeline_triggers": inputs(object{"built_in_var": "Namespace", "from_event": "ref"})}, `AttributeName("inputs").ElementKeyInt(0)`, true},
	{"input", object{"pipeline_triggers": inputs(object{"built_in_var": "Namespace", "from_event": ""})}, "", false},
	{
		"hook twice", object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}, object{"name": "ls", "alias": "other"}}}},
		`AttributeName("hooks").AttributeName("pre_hooks").ElementKeyInt(1).AttributeName("name")`, true,
	},
	{
		"hook before and after", object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}}, "post_hooks": []any{object{"name": "ls"}}}},
		`AttributeName("hooks").AttributeName("post_hooks").ElementKeyInt(0).AttributeName("name")`, true,
	},
	{
		"alias in use", object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}}, "post_hooks": []any{object{"name": "rm", "alias": "ls"}}}},
		`AttributeName("hooks").AttributeName("post_hooks").ElementKeyInt(0).AttributeName("alias")`, true,
	},
	{
		"hook with an alias", object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}}, "post_hooks": []any{object{"name": "ls", "alias": "list"}}}},
		"", false,
	},
	{"no repository", object{"additional_resources": object{"git": object{"url": "https://example.com/m.git", "coderepo": ""}}}, `AttributeName("coderepo")`, false},
}

func TestRuntimeThatNautesWouldRefuseIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	provider := acctest.NewProtocol(t)
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			config := sound()
			maps.Copy(config, c.change)
			errors := said(provider.Validate(runtimeType, config), tfprotov6.DiagnosticSeverityError)
			if len(errors) > 1 || (len(errors) == 1) != (c.at != "") || c.at != "" && !strings.HasSuffix(errors[0], c.at) {
				t.Errorf("errors %q, want one at %q", errors, c.at)
			}
			config["insecure_skip_check"] = true
			diagnostics := provider.Validate(runtimeType, config)
			if c.skippable == acctest.Failed(diagnostics) && c.at != "" {
				t.Errorf("with insecure_skip_check: %s", acctest.Said(diagnostics))
			}
			warnings := said(diagnostics, tfprotov6.DiagnosticSeverityWarning)
			if c.skippable && !slices.ContainsFunc(warnings, func(w string) bool { return strings.HasSuffix(w, c.at) }) {
				t.Errorf("with insecure_skip_check, nothing warns at %s: %q", c.at, warnings)
			}
		})
	}
}

// Whether a name is there can't be told while others are unknown.
func TestRuntimeChecksWaitForWhatIsUnknown(t *testing.T) {
	t.Parallel()
	provider := acctest.NewProtocol(t)
	trigger := []any{object{"event_source": "pull", "pipeline": "test"}}
	schema := provider.Schemas.ResourceSchemas[runtimeType].ValueType().(tftypes.Object)
	for name, change := range map[string]object{
		"name":    {"name": unknown},
		"project": {"name": "api-server", "project": unknown},
		"other names": {
			"pipelines":         []any{object{"name": "build", "path": "a"}, object{"name": unknown, "path": unknown}},
			"event_sources":     []any{object{"name": unknown, "calendar": object{"schedule": unknown, "interval": unknown}}},
			"pipeline_triggers": trigger,
		},
		"lists": {
			"pipelines":         tftypes.NewValue(schema.AttributeTypes["pipelines"], tftypes.UnknownValue),
			"event_sources":     tftypes.NewValue(schema.AttributeTypes["event_sources"], tftypes.UnknownValue),
			"pipeline_triggers": trigger,
		},
		"trigger": {"pipeline_triggers": []any{object{"event_source": unknown, "pipeline": unknown}, object{"event_source": "push", "pipeline": unknown}}},
		"names alike": {
			"pipelines":         []any{object{"name": unknown, "path": unknown}, object{"name": unknown, "path": unknown}},
			"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
		},
		"elements": {
			"pipelines":         []any{object{"name": "build", "path": "a"}, unknownOf(schema.AttributeTypes["pipelines"].(tftypes.List).ElementType)},
			"event_sources":     []any{gitlabSource("push", "push_events"), unknownOf(schema.AttributeTypes["event_sources"].(tftypes.List).ElementType)},
			"pipeline_triggers": trigger,
		},
		"event sources": {"pipeline_triggers": []any{
			object{"event_source": unknown, "pipeline": "build"}, object{"event_source": unknown, "pipeline": "build"},
		}},
		"pipelines": {"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": unknown}, object{"event_source": "push", "pipeline": unknown},
		}},
		"revision": {"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": "build"}, object{"event_source": "push", "pipeline": "build", "revision": unknown},
		}},
		"inputs":         {"pipeline_triggers": inputs(object{"built_in_var": unknown})},
		"other inputs":   {"pipeline_triggers": inputs(object{"from_event": unknown})},
		"event":          {"event_sources": []any{gitlabSource("push", unknown)}},
		"events":         {"event_sources": []any{object{"name": "push", "gitlab": object{"repo_name": "api-server", "events": unknownOf(tftypes.List{ElementType: tftypes.String})}}}},
		"interval":       {"event_sources": calendar(object{"interval": unknown})},
		"schedule":       {"event_sources": calendar(object{"schedule": unknown})},
		"timezone":       {"event_sources": calendar(object{"schedule": "0 1 * * *", "timezone": unknown})},
		"exclusion date": {"event_sources": calendar(object{"schedule": "0 1 * * *", "exclusion_dates": []any{unknown}})},
		"pre hooks": {"hooks": object{
			"pre_hooks":  unknownOf(memberType(schema, "hooks", "pre_hooks")),
			"post_hooks": []any{object{"name": "ls"}},
		}},
		"what happens": {"event_sources": []any{
			gitlabSource("push", "push_events"), object{"name": "other", "gitlab": unknownOf(elementMember(schema, "event_sources", "gitlab"))},
		}},
		"hooks": {"hooks": object{"pre_hooks": []any{object{"name": unknown}}, "post_hooks": []any{object{"name": "ls", "alias": unknown}}}},
		"whether they are made": {
			"pipelines":           []any{object{"name": "build", "path": "a"}, object{"name": "build", "path": "a"}},
			"insecure_skip_check": tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue),
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := sound()
			maps.Copy(config, change)
			if diagnostics := provider.Validate(runtimeType, config); len(diagnostics) > 0 {
				t.Error(acctest.Said(diagnostics))
			}
		})
	}
}

// What the API takes and the cluster refuses is warned of.
func TestRuntimeThatTheClusterWouldRefuseIsWarnedOf(t *testing.T) {
	t.Parallel()
	provider := acctest.NewProtocol(t)
	const source = `AttributeName("event_sources").ElementKeyInt(1)`
	const schedule = source + `.AttributeName("calendar").AttributeName("schedule")`
	const interval = source + `.AttributeName("calendar").AttributeName("interval")`
	const zone = source + `.AttributeName("calendar").AttributeName("timezone")`
	const date = source + `.AttributeName("calendar").AttributeName("exclusion_dates").ElementKeyInt(0)`
	type table = []struct {
		change object
		at     string
	}
	all := table{
		{object{}, ""},
		{object{"name": "API-server"}, `AttributeName("name")`},
		{object{"name": "api_server"}, `AttributeName("name")`},
		{object{"destination": object{"environment": "test", "namespace": "Test"}}, `AttributeName("namespace")`},
		{object{"destination": object{"environment": "test", "namespace": ""}}, ""},
		{object{"pipelines": []any{object{"name": "build", "path": "a"}, object{"name": "Test", "path": "b"}}}, `AttributeName("pipelines").ElementKeyInt(1).AttributeName("name")`},
		{object{"event_sources": []any{gitlabSource("push", "push_events"), gitlabSource("-x", "push_events")}}, source + `.AttributeName("name")`},
		{object{"event_sources": []any{gitlabSource("push", "PushEvents")}}, `AttributeName("events").ElementKeyInt(0)`},
		{object{"event_sources": []any{gitlabSource("push", "push_events", "wiki_page_events")}}, `AttributeName("events").ElementKeyInt(1)`},
		{object{"event_sources": []any{gitlabSource("push")}}, `AttributeName("gitlab").AttributeName("events")`},
		{object{"event_sources": []any{gitlabSource("push", "push_events"), object{"name": "idle"}}}, source},
		{object{"event_sources": calendar(object{})}, source + `.AttributeName("calendar")`},
		{object{"hooks": object{"post_hooks": []any{object{"name": "ls"}}}}, `AttributeName("post_hooks")`},
	}
	for at, values := range map[string]map[string][]string{
		schedule: {
			"taken": {
				"0 17 * * 1-5", "15 17 ? * MON-FRI", "*/5 * * * *", "5/15 * * * *", "0,30 9-17 * * MON,WED", "? ? ? ? ?", "0 0 31 2 *",
				"TZ=Asia/Shanghai 0 0 * * *", "CRON_TZ=UTC 0 0 * * sun",
			},
			"refused": {
				"0 15 17 ? * MON-FRI", "0 0 16 ? * MON-FRI", "@daily", "@every 1h", "0 0 * * 7", "0 0 * * FRI-MON", "0 0 L * *", "0 0 * * 1#2", "H 0 * * *",
				"60 0 * * *", "0 0", "TZ=UTC", "TZ=Nowhere/City 0 0 * * *",
			},
		},
		interval: {"taken": {"1s", "30m", "1h30m", "1.5h", "500ms"}, "refused": {"1d", "5", " 1h"}},
		zone:     {"taken": {"UTC", "Asia/Tokyo", "Local"}, "refused": {"Nowhere/City", "PST8"}},
		date: {
			"taken":   {"EXDATE:20260101T000000Z", "EXDATE:20260101T000000Z,20260102T000000Z"},
			"refused": {"2026-01-01", "20260101T000000Z", "EXDATE:2026-01-01", "EXDATE:20260101T000000Z,20260102", ""},
		},
	} {
		for kind, texts := range values {
			for _, text := range texts {
				settings := object{"schedule": "0 1 * * *"}
				switch at {
				case schedule:
					settings["schedule"] = text
				case interval:
					settings["interval"] = text
				case zone:
					settings["timezone"] = text
				case date:
					settings["exclusion_dates"] = []any{text}
				}
				where := at
				if kind == "taken" {
					where = ""
				}
				all = append(all, table{{object{"event_sources": calendar(settings)}, where}}...)
			}
		}
	}
	for _, c := range all {
		config := sound()
		maps.Copy(config, c.change)
		diagnostics := provider.Validate(runtimeType, config)
		provider.Succeeds(diagnostics)
		warnings := said(diagnostics, tfprotov6.DiagnosticSeverityWarning)
		if len(warnings) > 1 || (len(warnings) == 1) != (c.at != "") || c.at != "" && !strings.HasSuffix(warnings[0], c.at) {
			t.Errorf("%v: warnings %q, want one at %q", c.change, warnings, c.at)
		}
	}
}

// Nautes' documents call events by other names: the warning tells the right one.
func TestRuntimeEventsAreToldByTheirNames(t *testing.T) {
	t.Parallel()
	provider := acctest.NewProtocol(t)
	for event, want := range map[string]string{
		"PushEvents":         "is called push_events,",
		"TagPushEvents":      "is called tag_push_events,",
		"MergeRequestEvents": "is none of deployment_events,",
		"push":               "is none of deployment_events,",
	} {
		config := sound()
		config["event_sources"] = []any{gitlabSource("push", event)}
		warnings := said(provider.Validate(runtimeType, config), tfprotov6.DiagnosticSeverityWarning)
		if len(warnings) != 1 || !strings.Contains(warnings[0], want) {
			t.Errorf("%s: %q, want %q", event, warnings, want)
		}
	}
}

func unknownOf(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }

// memberType is the type of an attribute of a nested object.
func memberType(schema tftypes.Object, name, member string) tftypes.Type {
	return schema.AttributeTypes[name].(tftypes.Object).AttributeTypes[member]
}

// elementMember is the type of an attribute of a list's objects.
func elementMember(schema tftypes.Object, name, member string) tftypes.Type {
	return schema.AttributeTypes[name].(tftypes.List).ElementType.(tftypes.Object).AttributeTypes[member]
}

func said(diagnostics []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity) []string {
	var all []string
	for _, d := range diagnostics {
		if d.Severity == severity {
			all = append(all, fmt.Sprintf("%s: %s at %s", d.Summary, d.Detail, d.Attribute))
		}
	}
	return all
}

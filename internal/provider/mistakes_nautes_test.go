// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const runtimeType = "cicd_nautes_project_pipeline_runtime"

// appPush is a runtime of the demo's product, with changes.
func appPush(changes object) object {
	return with(object{
		"product": "demo", "name": "app-push", "project": "app", "pipeline_source": "app", "destination": object{"environment": "test"},
		"pipelines":         []any{object{"name": "build", "path": "pipelines/build"}},
		"event_sources":     []any{onPush},
		"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
	}, changes)
}

var onPush = object{"name": "push", "gitlab": object{"repo_name": "app", "revision": "main", "events": []any{"push_events"}}}

func nautesPlanMistakes() []mistake {
	runtime := func(changes object) func(*scene) told { return validate(runtimeType, appPush(changes)) }
	calendar := func(settings object) func(*scene) told {
		return runtime(object{"event_sources": []any{onPush, object{"name": "nightly", "calendar": settings}}})
	}
	push := func(changes object) []any {
		return []any{object{"name": "push", "gitlab": with(onPush["gitlab"].(object), changes)}}
	}
	trigger := func(changes object) func(*scene) told {
		return runtime(object{"pipeline_triggers": []any{with(object{"event_source": "push", "pipeline": "build"}, changes)}})
	}
	imported := func(id string) func(*scene) told {
		return func(s *scene) told { return bring(s.provider(nil), runtimeType, id) }
	}
	build := object{"name": "build", "path": "pipelines/build"}
	return []mistake{
		{"a trigger of an event source that there isn't", trigger(object{"event_source": "pusch"})},
		{"a trigger of a pipeline that there isn't", trigger(object{"pipeline": "biuld"})},
		{"a trigger of nothing", trigger(object{"event_source": nil})},
		{"a trigger twice", runtime(object{"pipeline_triggers": []any{
			object{"event_source": "push", "pipeline": "build"}, object{"event_source": "push", "pipeline": "build"},
		}})},
		{"a trigger's input from two places", trigger(object{"inputs": []any{object{"built_in_var": "revision", "from_event": "{.ref}", "kustomization_path": "a"}}})},
		{"a trigger's input from nowhere", trigger(object{"inputs": []any{object{"kustomization_path": "a"}}})},
		{"two pipelines of the same name", runtime(object{"pipelines": []any{build, build}})},
		{"no pipelines", runtime(object{"pipelines": []any{}})},
		{"the name of the project", runtime(object{"name": "app"})},
		{"a name with a slash", runtime(object{"name": "app/push"})},
		{"a product that is empty", runtime(object{"product": ""})},
		{"a name that Kubernetes won't take", runtime(object{"name": "App_Push"})},
		{"an isolation that there isn't", runtime(object{"isolation": "none"})},
		{"an event by Argo's name", runtime(object{"event_sources": push(object{"events": []any{"PushEvents"}})})},
		{"an event that there isn't", runtime(object{"event_sources": push(object{"events": []any{"pushes"}})})},
		{"no events", runtime(object{"event_sources": push(object{"events": []any{}})})},
		{"an event source of nothing", runtime(object{"event_sources": []any{onPush, object{"name": "nightly"}}})},
		{"a calendar: six fields", calendar(object{"schedule": "0 0 1 * * 5"})},
		{"a calendar: a name in place of a schedule", calendar(object{"schedule": "@daily"})},
		{"a calendar: an interval of days", calendar(object{"interval": "1d"})},
		{"a calendar: an unknown time zone", calendar(object{"schedule": "0 1 * * 5", "timezone": "Asia/Shenzhen"})},
		{"a calendar: an exclusion date of another form", calendar(object{"schedule": "0 1 * * 5", "exclusion_dates": []any{"2026-01-01"}})},
		{"a calendar: nothing", calendar(object{})},
		{"two hooks of the same name", runtime(object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}}, "post_hooks": []any{object{"name": "ls"}}}})},
		{"import: the name alone", imported("app-push")},
		{"import: a colon in place of the slash", imported("demo:app-push")},
		{"import: of a product that there isn't", imported("demi/app-push")},
	}
}

func nautesApplyMistakes() []mistake {
	creating := func(changes object, calls ...string) func(*scene) told {
		return func(s *scene) told {
			for _, call := range calls {
				s.call(call)
			}
			return apply(s.provider(nil), runtimeType, appPush(changes))
		}
	}
	member := func(role int) func(*scene) told {
		return func(s *scene) told { return apply(s.member(role), runtimeType, appPush(nil)) }
	}
	const made = "POST /" + runtimeOfExamples
	broken := `POST /api/v1/products/demo/projectpipelineruntimes/app-old?insecure_skip_check=true {
		"project": "app", "pipeline_source": "app", "isolation": "shared", "destination": {"environment": "gone"},
		"pipelines": [{"name": "old", "path": "pipelines/old"}], "pipeline_triggers": [{"event_source": "push", "pipeline": "old"}],
		"event_sources": [{"name": "push", "gitlab": {"repo_name": "app", "revision": "main", "events": ["push_events"]}}]}`
	return []mistake{
		{"a product that there isn't", creating(object{"product": "demi"})},
		{"a group that is no product", creating(object{"product": "other"}, `POST /api/v4/groups {"name": "Other", "path": "other"}`)},
		{"a project that there isn't", creating(object{"project": "ap"})},
		{"an environment that there isn't", creating(object{"destination": object{"environment": "tset"}})},
		{"a repository that there isn't: of the pipelines", creating(object{"pipeline_source": "ap"})},
		{"a repository that there isn't: of an event source", creating(object{"event_sources": []any{
			object{"name": "push", "gitlab": object{"repo_name": "ap", "revision": "main", "events": []any{"push_events"}}},
		}})},
		{"a repository that isn't a code repository", creating(object{"pipeline_source": "docs"},
			`POST /api/v4/projects {"name": "docs", "namespace_id": 2, "initialize_with_readme": true}`)},
		{"a runtime that is there already", creating(object{"name": "app-build"}, made)},
		{"a pipeline that another runtime has", creating(object{"name": "app-other"}, made)},
		{"another object of the product that is broken", creating(nil, broken)},
		{"a token's user who isn't a member", member(0)},
		{"a token's user who may only read", member(acctest.Reporter)},
		{"a token that may only read", func(s *scene) told {
			return apply(s.as(s.token(`["read_api"]`, "2026-12-31", "0s")), runtimeType, appPush(nil))
		}},
		{"hooks on a Nautes that is too old for them", func(s *scene) told {
			s.options.NautesVersion = "v0.3.8"
			return apply(s.provider(nil), runtimeType, appPush(object{"hooks": object{"pre_hooks": []any{object{"name": "ls"}}}}))
		}},
		{"a runtime that there isn't: read it", func(s *scene) told {
			return data(s.provider(nil), runtimeType, object{"product": "demo", "name": "app-pusch"})
		}},
		{"a product that went away: refresh", func(s *scene) told {
			s.call(made)
			p, kept := s.provider(nil), &acctest.Kept{Type: runtimeType}
			p.Succeeds(p.Bring(kept, "demo/app-build"))
			s.call("DELETE /api/v4/groups/demo")
			return told{"refresh", s.provider(nil).Refresh(kept)}
		}},
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

type object = map[string]any

// use is a type with a configuration that uses it to the full, in the demo's
// world.
type use struct {
	kind, typeName string
	// configuration is that of a data source, an action, a list resource, or
	// of a resource when it is created; changed that of a resource's update.
	configuration, changed object
}

// uses are the types of the provider, each with the secrets that it can be
// given.
func uses() []use {
	inputs := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"key": tftypes.String}},
		map[string]tftypes.Value{"key": tftypes.NewValue(tftypes.String, secretInput)})
	app := func(more object) object { return with(object{"project": "demo/app"}, more) }
	variables := func(suffix string) []any {
		return []any{object{"key": "A", "value": secretValue + suffix}, object{"key": "B", "value": secretValue + suffix + "\n\"<&", "variable_type": "file"}}
	}
	schedule := func(suffix string) object {
		return app(object{
			"description": "Nightly", "ref": "main", "cron": "0 1 * * 5", "inputs": inputs,
			"variables": object{"A": object{"value": secretValue + suffix}, "B": object{"value": secretValue + suffix, "variable_type": "file"}},
		})
	}
	hooks := func(suffix string) object {
		return object{"pre_hooks": []any{object{"name": "ls", "vars": object{"printenv": secretInput + suffix}}}}
	}
	runtime := func(suffix string) object {
		return object{
			"product": "demo", "name": "secret-build", "project": "app", "pipeline_source": "app", "isolation": "shared", "insecure_skip_check": true,
			"destination": object{"environment": "test"}, "pipelines": []any{object{"name": "build", "path": "pipelines/build"}}, "hooks": hooks(suffix),
			"event_sources":     []any{object{"name": "push", "gitlab": object{"repo_name": "app", "revision": "main", "events": []any{"push_events"}}}},
			"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
		}
	}
	github := func(secret object) object { return with(object{"client_id": "0123456789abcdef0123"}, secret) }
	config := func(name string, secret object) object {
		return object{"cluster_id": "c-demo", "name": name, "github": github(secret)}
	}
	pipeline := func(script string) object {
		return object{"project_id": "c-demo:p-app", "display_name": "secrets", "stages": []any{object{"name": "all", "steps": []any{
			object{"type": "sourcecode", "source_code": object{"repository": "https://github.com/demo/app.git", "branch": "main"}},
			object{"type": "runascript", "run_script": object{"image": "golang:1.26", "shell_script": script}},
		}}}}
	}
	variable := func(key string, secret object) object {
		return app(with(object{"pipeline_schedule_id": int64(1), "key": key}, secret))
	}
	one := object{"pipeline_id": int64(1)}
	return []use{
		{kind: "resource", typeName: "cicd_gitlab_pipeline_schedule", configuration: schedule(""), changed: schedule("2")},
		{
			kind: "resource", typeName: "cicd_gitlab_pipeline_schedule_variable",
			configuration: variable("PLAIN", object{"value": secretValue}), changed: variable("PLAIN", object{"value": secretValue + "2"}),
		},
		{
			kind: "resource", typeName: "cicd_gitlab_pipeline_schedule_variable",
			configuration: variable("WRITE_ONLY", object{"value_wo": secretWriteOnly, "value_wo_version": int64(1)}),
			changed:       variable("WRITE_ONLY", object{"value_wo": secretWriteOnly + "2", "value_wo_version": int64(2)}),
		},
		{
			kind: "resource", typeName: "cicd_gitlab_pipeline",
			configuration: app(object{"ref": "main", "variables": variables(""), "inputs": inputs, "on_destroy": "cancel"}),
			changed:       app(object{"ref": "main", "variables": variables(""), "inputs": inputs, "on_destroy": "delete"}),
		},
		{kind: "resource", typeName: "cicd_nautes_project_pipeline_runtime", configuration: runtime(""), changed: runtime("2")},
		{
			kind: "resource", typeName: "cicd_rancher_cluster_pipeline_config",
			configuration: config("kept", object{"client_secret": secretValue}), changed: config("kept", object{"client_secret": secretValue + "2"}),
		},
		{
			kind: "resource", typeName: "cicd_rancher_cluster_pipeline_config",
			configuration: config("write-only", object{"client_secret_wo": secretWriteOnly, "client_secret_wo_version": int64(1)}),
			changed:       config("write-only", object{"client_secret_wo": secretWriteOnly + "2", "client_secret_wo_version": int64(2)}),
		},
		{kind: "resource", typeName: "cicd_rancher_pipeline", configuration: pipeline("make"), changed: pipeline("make test")},
		{
			kind: "resource", typeName: "cicd_rancher_remote_account",
			configuration: object{"type": "github", "account_name": "one", "access_token": secretValue},
			changed:       object{"type": "github", "account_name": "two", "access_token": secretValue},
		},
		{
			kind: "resource", typeName: "cicd_rancher_remote_account",
			configuration: object{"type": "github", "account_name": "one", "access_token_wo": secretWriteOnly, "access_token_wo_version": int64(1)},
			changed:       object{"type": "github", "account_name": "two", "access_token_wo": secretWriteOnly, "access_token_wo_version": int64(1)},
		},

		{kind: "data source", typeName: "cicd_gitlab_pipeline", configuration: app(one)},
		{kind: "data source", typeName: "cicd_gitlab_pipeline_schedule", configuration: app(object{"pipeline_schedule_id": int64(1)})},
		{kind: "data source", typeName: "cicd_gitlab_pipeline_schedule_pipelines", configuration: app(object{"pipeline_schedule_id": int64(1)})},
		{kind: "data source", typeName: "cicd_gitlab_pipeline_schedules", configuration: app(nil)},
		{kind: "data source", typeName: "cicd_gitlab_pipeline_variables", configuration: app(one)},
		{kind: "data source", typeName: "cicd_gitlab_pipelines", configuration: app(nil)},
		{kind: "data source", typeName: "cicd_nautes_project_pipeline_runtime", configuration: object{"product": "demo", "name": "app-build"}},
		{kind: "data source", typeName: "cicd_nautes_project_pipeline_runtimes", configuration: object{"product": "demo"}},
		{kind: "data source", typeName: "cicd_rancher_cluster_pipeline_config", configuration: object{"id": "c-demo:github"}},
		{kind: "data source", typeName: "cicd_rancher_cluster_pipeline_configs", configuration: object{"cluster_id": "c-demo"}},
		{kind: "data source", typeName: "cicd_rancher_git_repositories", configuration: object{"remote_account_id": "demo-github"}},
		{kind: "data source", typeName: "cicd_rancher_pipeline", configuration: object{"id": "p-app:build"}},
		{kind: "data source", typeName: "cicd_rancher_pipeline_export", configuration: object{"pipeline_id": "p-app:build"}},
		{kind: "data source", typeName: "cicd_rancher_pipeline_histories", configuration: object{"project_id": "c-demo:p-app"}},
		{kind: "data source", typeName: "cicd_rancher_pipeline_history", configuration: object{"id": "p-app:build-1"}},
		{kind: "data source", typeName: "cicd_rancher_pipeline_logs", configuration: object{"history_id": "p-app:build-1"}},
		{kind: "data source", typeName: "cicd_rancher_pipelines", configuration: object{"project_id": "c-demo:p-app"}},
		{kind: "data source", typeName: "cicd_rancher_remote_accounts", configuration: object{}},

		{kind: "action", typeName: "cicd_gitlab_pipeline_create", configuration: app(object{"ref": "main", "variables": variables(""), "inputs": inputs})},
		{kind: "action", typeName: "cicd_gitlab_pipeline_cancel", configuration: app(one)},
		{kind: "action", typeName: "cicd_gitlab_pipeline_retry", configuration: app(one)},
		{kind: "action", typeName: "cicd_gitlab_pipeline_delete", configuration: app(object{"pipeline_id": int64(2)})},
		{kind: "action", typeName: "cicd_gitlab_pipeline_schedule_play", configuration: app(object{"pipeline_schedule_id": int64(1)})},
		{kind: "action", typeName: "cicd_gitlab_pipeline_schedule_take_ownership", configuration: app(object{"pipeline_schedule_id": int64(1)})},
		{kind: "action", typeName: "cicd_rancher_pipeline_run", configuration: object{"pipeline_id": "p-app:build"}},
		{kind: "action", typeName: "cicd_rancher_pipeline_deactivate", configuration: object{"pipeline_id": "p-app:build"}},
		{kind: "action", typeName: "cicd_rancher_pipeline_activate", configuration: object{"pipeline_id": "p-app:build"}},
		{kind: "action", typeName: "cicd_rancher_pipeline_history_stop", configuration: object{"history_id": "p-app:build-2"}},
		{kind: "action", typeName: "cicd_rancher_pipeline_history_rerun", configuration: object{"history_id": "p-app:build-1"}},
		{kind: "action", typeName: "cicd_rancher_pipeline_history_delete", configuration: object{"history_id": "p-app:build-1"}},
		{kind: "action", typeName: "cicd_rancher_remote_account_login", configuration: object{"type": "github", "code": secretValue, "cluster_id": "c-demo"}},
		{kind: "action", typeName: "cicd_rancher_remote_account_refresh_repositories", configuration: object{"remote_account_id": "demo-github"}},

		{kind: "list", typeName: "cicd_gitlab_pipeline_schedule", configuration: app(nil)},
		{kind: "list", typeName: "cicd_gitlab_pipeline_schedule_variable", configuration: app(nil)},
		{kind: "list", typeName: "cicd_nautes_project_pipeline_runtime", configuration: object{"product": "demo"}},
		{kind: "list", typeName: "cicd_rancher_cluster_pipeline_config", configuration: object{"cluster_id": "c-demo"}},
		{kind: "list", typeName: "cicd_rancher_pipeline", configuration: object{"project_id": "c-demo:p-app"}},
	}
}

func with(attributes, more object) object {
	all := maps.Clone(attributes)
	maps.Copy(all, more)
	return all
}

// A type that is added has its place in the table of uses.
func TestEveryTypeIsUsed(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	used := map[string]map[string]bool{}
	for _, u := range uses() {
		if used[u.kind] == nil {
			used[u.kind] = map[string]bool{}
		}
		used[u.kind][u.typeName] = true
	}
	for kind, types := range map[string][]string{
		"resource": slices.Collect(maps.Keys(p.Schemas.ResourceSchemas)), "data source": slices.Collect(maps.Keys(p.Schemas.DataSourceSchemas)),
		"action": slices.Collect(maps.Keys(p.Schemas.ActionSchemas)), "list": slices.Collect(maps.Keys(p.Schemas.ListResourceSchemas)),
	} {
		for _, name := range types {
			if !used[kind][name] {
				t.Errorf("the %s %s is not used", kind, name)
			}
		}
		if len(types) != len(used[kind]) {
			t.Errorf("%d of the kind %s are used, and there are %d", len(used[kind]), kind, len(types))
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const (
	scheduleType = "cicd_gitlab_pipeline_schedule"
	variableType = "cicd_gitlab_pipeline_schedule_variable"
	pipelineType = "cicd_gitlab_pipeline"
)

// nightly is a schedule of the demo's project, with changes.
func nightly(changes object) object {
	return with(object{"project": "demo/app", "description": "Nightly", "ref": "main", "cron": "0 1 * * 5"}, changes)
}

// deployKey is a variable of the demo's first schedule, with changes.
func deployKey(changes object) object {
	return with(object{"project": "demo/app", "pipeline_schedule_id": int64(1), "key": "DEPLOY_KEY", "value": secretValue}, changes)
}

func gitlabPlanMistakes() []mistake {
	schedule := func(changes object) func(*scene) told { return validate(scheduleType, nightly(changes)) }
	variable := func(changes object) func(*scene) told { return validate(variableType, deployKey(changes)) }
	imported := func(typeName, id string) func(*scene) told {
		return func(s *scene) told { return bring(s.provider(nil), typeName, id) }
	}
	inputs := func(kind tftypes.Type, value any) object {
		return object{"inputs": tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"replicas": kind}},
			map[string]tftypes.Value{"replicas": tftypes.NewValue(kind, value)})}
	}
	function := func(name string, arguments ...any) func(*scene) told {
		return func(s *scene) told {
			p := acctest.NewProtocol(s.t)
			_, err := p.Call(name, arguments...)
			at := tftypes.NewAttributePath().WithAttributeName(p.Schemas.Functions[name].Parameters[*err.FunctionArgument].Name)
			return told{"function", []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Error in function call", Attribute: at, Detail: err.Text}}}
		}
	}
	return []mistake{
		{"cron: a minute too many", schedule(object{"cron": "60 * * * *"})},
		{"cron: a field too few", schedule(object{"cron": "0 1 * *"})},
		{"cron: the six fields of another program, the last a year", schedule(object{"cron": "0 1 * * * 2026"})},
		{"cron: a misspelt name", schedule(object{"cron": "@dayly"})},
		{"cron: a weekday in another language", schedule(object{"cron": "0 1 * * Mo"})},
		{"cron: nothing", schedule(object{"cron": ""})},
		{"time zone: misspelt", schedule(object{"cron_timezone": "Asia/Tokio"})},
		{"time zone: hours from UTC", schedule(object{"cron_timezone": "UTC+1"})},
		{"time zone: letter case", schedule(object{"cron_timezone": "europe/berlin"})},
		{"time zone: an abbreviation", schedule(object{"cron_timezone": "CEST"})},
		{"ref: a blank in it", schedule(object{"ref": "my branch"})},
		{"ref: nothing", schedule(object{"ref": ""})},
		{"project: a group", schedule(object{"project": "demo"})},
		{"project: its address", schedule(object{"project": "https://gitlab.example.com/demo/app"})},
		{"description: blank", schedule(object{"description": " "})},
		{"inputs: a text", schedule(object{"inputs": tftypes.NewValue(tftypes.String, "replicas=3")})},
		{"inputs: one is null", schedule(inputs(tftypes.Number, nil))},
		{"inputs: one is an object", schedule(inputs(tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}, map[string]tftypes.Value{}))},
		{"variables: a key with a hyphen", schedule(object{"variables": object{"DEPLOY-KEY": object{"value": secretValue}}})},
		{"variables: one without a value", func(s *scene) told {
			return apply(s.provider(nil), scheduleType, nightly(object{"variables": object{"DEPLOY_KEY": object{}}}))
		}},
		{"variables: one that is null", func(s *scene) told {
			return apply(s.provider(nil), scheduleType, nightly(object{"variables": object{"DEPLOY_KEY": nil}}))
		}},
		{"variables: an unknown type", schedule(object{"variables": object{"DEPLOY_KEY": object{"value": secretValue, "variable_type": "text"}}})},
		{"variables of a pipeline: a key twice", validate(pipelineType, object{"project": "demo/app", "ref": "main", "variables": []any{
			object{"key": "DEPLOY_KEY", "value": secretValue}, object{"key": "DEPLOY_KEY", "value": secretValue},
		}})},
		{"variable: a key with a blank", variable(object{"key": "DEPLOY KEY"})},
		{"variable: a key that is too long", variable(object{"key": strings.Repeat("K", 256)})},
		{"variable: no value", func(s *scene) told { return apply(s.provider(nil), variableType, deployKey(object{"value": nil})) }},
		{"variable: the id of no schedule", variable(object{"pipeline_schedule_id": int64(0)})},
		{"variable: a write-only value without its version", variable(object{"value": nil, "value_wo": secretWriteOnly})},
		{"variable: a version without its write-only value", variable(object{"value_wo_version": int64(1)})},
		{"variable: both values", variable(object{"value_wo": secretWriteOnly, "value_wo_version": int64(1)})},
		{"variable: a Terraform that is too old for a write-only value", func(s *scene) told {
			p := acctest.NewProtocol(s.t)
			p.Server = oldTerraform{p.Server}
			return told{"validate", p.Validate(variableType, deployKey(object{"value": nil, "value_wo": secretWriteOnly, "value_wo_version": int64(1)}))}
		}},
		{"pipelines: a status that there isn't", func(s *scene) told {
			return data(s.provider(nil), "cicd_gitlab_pipelines", object{"project": "demo/app", "status": "succeeded"})
		}},
		{"timeouts: no unit", schedule(object{"timeouts": object{"create": "30"}})},
		{"import: the schedule's id alone", imported(scheduleType, "13")},
		{"import: a slash in place of the colon", imported(scheduleType, "demo/app/13")},
		{"import: a variable's id for a schedule", imported(scheduleType, "demo/app:13:DEPLOY_KEY")},
		{"import: a schedule's id for a variable", imported(variableType, "demo/app:13")},
		{"import: a description in place of the id", imported(scheduleType, "demo/app:Nightly")},
		{"import: a pipeline's id that is a sha", imported(pipelineType, "demo/app:c0ffee")},
		{"import: a project that is misspelt", imported(scheduleType, "demo/ap:13")},
		{"function cron_next_runs: a misspelt name", function("cron_next_runs", "@dayly", "UTC", "2026-01-15T12:00:00Z", int64(1))},
		{"function cron_next_runs: an unknown time zone", function("cron_next_runs", "@daily", "Asia/Tokio", "2026-01-15T12:00:00Z", int64(1))},
		{"function cron_next_runs: a day in place of an instant", function("cron_next_runs", "@daily", "UTC", "2026-01-15", int64(1))},
		{"function cron_next_runs: too many", function("cron_next_runs", "@daily", "UTC", "2026-01-15T12:00:00Z", int64(100000))},
		{"function gitlab_ref: a ref of a merge request", function("gitlab_ref", "refs/merge-requests/1/head")},
	}
}

// oldTerraform is the provider as a Terraform before 1.11 uses it.
type oldTerraform struct{ tfprotov6.ProviderServer }

func (o oldTerraform) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	req.ClientCapabilities = nil
	return o.ProviderServer.ValidateResourceConfig(ctx, req)
}

// member gives the demo's user dev, whose token is [developerToken], a role in
// the demo's group.
func (s *scene) member(role int) *acctest.Protocol {
	s.t.Helper()
	if role == 0 {
		s.call("DELETE /api/v4/groups/demo/members/2")
	} else {
		s.call(fmt.Sprintf(`PUT /api/v4/groups/demo/members/2 {"access_level": %d}`, role))
	}
	return s.as(s.box.DeveloperToken())
}

// token is a token of the demo's user dev with scopes and a last day, after some
// time has passed.
func (s *scene) token(scopes, lastDay, passed string) string {
	s.t.Helper()
	var made struct{ Token string }
	answer := s.call(`POST /api/v4/users/2/personal_access_tokens {"name": "a token", "scopes": ` + scopes + `, "expires_at": "` + lastDay + `"}`)
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		s.t.Fatal(err)
	}
	d, err := time.ParseDuration(passed)
	if err == nil {
		err = s.box.Clock().Advance(d)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return made.Token
}

func gitlabApplyMistakes() []mistake {
	const (
		schedules = "/api/v4/projects/demo%2Fapp/pipeline_schedules"
		existing  = "POST " + schedules + ` {"description": "Nightly", "ref": "main", "cron": "0 1 * * 5"}`
		protect   = `POST /api/v4/projects/demo%2Fapp/protected_branches {"name": "main", "push_access_level": 40, "merge_access_level": 40}`
	)
	creating := func(changes object, calls ...string) func(*scene) told {
		return func(s *scene) told {
			for _, call := range calls {
				s.call(call)
			}
			return apply(s.provider(nil), scheduleType, nightly(changes))
		}
	}
	asRole := func(role int) func(*scene) told {
		return func(s *scene) told { return apply(s.member(role), scheduleType, nightly(nil)) }
	}
	theirs := func(to object) func(*scene) told {
		return func(s *scene) told {
			s.call(existing)
			p, kept := s.member(acctest.Maintainer), &acctest.Kept{Type: scheduleType}
			p.Succeeds(p.Bring(kept, "demo/app:1"))
			return change(p, kept, to)
		}
	}
	action := func(name string, arguments object, calls ...string) func(*scene) told {
		return func(s *scene) told {
			for _, call := range calls {
				s.call(call)
			}
			return invoke(s.provider(nil), "cicd_gitlab_pipeline_"+name, with(object{"project": "demo/app"}, arguments))
		}
	}
	return []mistake{
		{"a project that is misspelt", creating(object{"project": "demo/ap"})},
		{"a project's id that there isn't", creating(object{"project": "404"})},
		{"a project of which one isn't a member", asRole(0)},
		{"a guest", asRole(acctest.Guest)},
		{"a reporter", asRole(acctest.Reporter)},
		{"an archived project", creating(nil, "POST /api/v4/projects/demo%2Fapp/archive {}")},
		{"a protected branch", func(s *scene) told {
			p := s.member(acctest.Developer)
			s.call(protect)
			return apply(p, scheduleType, nightly(nil))
		}},
		{"a branch that there isn't", creating(object{"ref": "mian"})},
		{"a name that a branch and a tag have", creating(object{"ref": "v1.0"}, `POST /api/v4/projects/demo%2Fapp/repository/branches {"branch": "v1.0", "ref": "main"}`)},
		{"a full ref of neither a branch nor a tag", creating(object{"ref": "refs/merge-requests/1/head"})},
		{"no more schedules allowed", creating(nil, `PUT /api/v4/application/plan_limits {"plan_name": "default", "ci_pipeline_schedules": 1}`, existing)},
		{"somebody else's schedule: change it", theirs(nightly(object{"cron": "0 2 * * 5"}))},
		{"somebody else's schedule: its variable", func(s *scene) told {
			s.call(existing)
			return apply(s.member(acctest.Maintainer), variableType, deployKey(nil))
		}},
		{"somebody else's schedule: delete it as a developer", func(s *scene) told {
			s.call(existing)
			p, kept := s.member(acctest.Maintainer), &acctest.Kept{Type: scheduleType}
			p.Succeeds(p.Bring(kept, "demo/app:1"))
			s.member(acctest.Developer)
			return change(p, kept, nil)
		}},
		{"somebody else's schedule: take it over as a developer", func(s *scene) told {
			s.call(existing)
			return invoke(s.member(acctest.Developer), "cicd_gitlab_pipeline_schedule_take_ownership", object{"project": "demo/app", "pipeline_schedule_id": int64(1)})
		}},
		{"two resources for one variable", func(s *scene) told {
			s.call(existing)
			p := s.provider(nil)
			p.Succeeds(apply(p, variableType, deployKey(nil)).diagnostics)
			return apply(p, variableType, deployKey(nil))
		}},
		{"a variable of a schedule that there isn't", func(s *scene) told {
			return apply(s.provider(nil), variableType, deployKey(object{"pipeline_schedule_id": int64(99)}))
		}},
		{"a schedule that there isn't: read it", func(s *scene) told {
			return data(s.provider(nil), scheduleType, object{"project": "demo/app", "pipeline_schedule_id": int64(99)})
		}},
		{"a schedule that there isn't: play it", action("schedule_play", object{"pipeline_schedule_id": int64(99)})},
		{"a pipeline that there isn't: cancel it", action("cancel", object{"pipeline_id": int64(99)})},
		{"a pipeline on a branch that there isn't", action("create", object{"ref": "mian"})},
		{"a pipeline without a CI configuration", action("create", object{"ref": "main"},
			`POST /api/v4/projects/demo%2Fapp/repository/commits {"branch": "main", "commit_message": "x", "actions": [{"action": "delete", "file_path": ".gitlab-ci.yml"}]}`)},
		{"a project that went away: refresh", func(s *scene) told {
			s.call(existing)
			p, kept := s.provider(nil), &acctest.Kept{Type: scheduleType}
			p.Succeeds(p.Bring(kept, "demo/app:1"))
			s.call("DELETE /api/v4/projects/demo%2Fapp")
			return told{"refresh", s.provider(nil).Refresh(kept)}
		}},
		{"a token that may only read", func(s *scene) told {
			return apply(s.as(s.token(`["read_api"]`, "2026-12-31", "0s")), scheduleType, nightly(nil))
		}},
		{"a token that may read repositories only", func(s *scene) told {
			return data(s.as(s.token(`["read_repository"]`, "2026-12-31", "0s")), "cicd_gitlab_pipelines", object{"project": "demo/app"})
		}},
		{"a token of a user who is blocked", func(s *scene) told {
			token := s.token(`["api"]`, "2026-12-31", "0s")
			s.call("POST /api/v4/users/2/block {}")
			return apply(s.as(token), scheduleType, nightly(nil))
		}},
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

const (
	rancherPipelineType = "cicd_rancher_pipeline"
	clusterConfigType   = "cicd_rancher_cluster_pipeline_config"
	accountType         = "cicd_rancher_remote_account"
)

var checkout = object{"type": "sourcecode", "source_code": object{"repository": "https://github.com/demo/app.git", "branch": "main"}}

// release is a pipeline of the demo's project, with changes.
func release(changes object) object {
	return with(object{
		"project_id": "c-demo:p-app", "display_name": "release", "active": true,
		"stages": []any{object{"name": "checkout", "steps": []any{checkout}}},
	}, changes)
}

func rancherPlanMistakes() []mistake {
	pipeline := func(changes object) func(*scene) told { return validate(rancherPipelineType, release(changes)) }
	stages := func(all ...any) func(*scene) told { return pipeline(object{"stages": all}) }
	cron := func(settings object) func(*scene) told {
		return pipeline(object{"triggers": object{"cron": with(object{"active": true}, settings)}})
	}
	github := func(settings object) object {
		return object{"cluster_id": "c-demo", "name": "gitlab", "github": with(object{"client_id": "0123456789abcdef0123"}, settings)}
	}
	imported := func(typeName, id string) func(*scene) told {
		return func(s *scene) told { return bring(s.provider(nil), typeName, id) }
	}
	return []mistake{
		{"no stages", stages()},
		{"a stage without steps", stages(object{"name": "checkout", "steps": []any{}})},
		{"a stage without a name", stages(object{"steps": []any{checkout}})},
		{"a first step that doesn't check out", stages(object{"name": "test", "steps": []any{object{"type": "runascript", "run_script": object{"image": "golang", "shell_script": "make"}}}})},
		{"a step that does nothing", stages(object{"name": "checkout", "steps": []any{checkout, object{}}})},
		{"a step of a type that there isn't", stages(object{"name": "checkout", "steps": []any{checkout, object{"type": "run-script"}}})},
		{"a project's id without its cluster", pipeline(object{"project_id": "p-app"})},
		{"cron: six fields", cron(object{"expression": "0 0 4 * * *"})},
		{"cron: Sunday as 7", cron(object{"expression": "0 4 * * 7"})},
		{"cron: a misspelt name", cron(object{"expression": "@dayly"})},
		{"cron: a day that never comes", cron(object{"expression": "0 4 31 2 *"})},
		{"cron: an unknown time zone", cron(object{"expression": "0 4 * * *", "timezone": "Asia/Hongkong"})},
		{"cron: active is left out", cron(object{"expression": "0 4 * * *", "active": nil})},
		{"no triggers", pipeline(object{"triggers": object{}})},
		{"a configuration's name in capitals", validate(clusterConfigType, with(github(object{"client_secret": secretValue}), object{"name": "GitHub"}))},
		{"a GitHub application without a secret", func(s *scene) told { return apply(s.provider(nil), clusterConfigType, github(nil)) }},
		{"a GitHub application with both secrets", validate(clusterConfigType,
			github(object{"client_secret": secretValue, "client_secret_wo": secretWriteOnly, "client_secret_wo_version": int64(1)}))},
		{"a GitHub application with another scheme", validate(clusterConfigType, github(object{"client_secret": secretValue, "scheme": "ftp"}))},
		{"an account of another host", validate(accountType, object{"type": "gitlab", "account_name": "demo", "access_token": secretValue})},
		{"an account's write-only token without its version", validate(accountType, object{"type": "github", "access_token_wo": secretWriteOnly})},
		{"import: the pipeline's name alone", imported(rancherPipelineType, "build")},
		{"import: the full project's id and the name", imported(rancherPipelineType, "c-demo:p-app:build")},
		{"import: a pipeline of another project", imported(rancherPipelineType, "c-demo:p-other/p-app:build")},
		{"import: an address for an account", imported(accountType, "https://github.com/demo")},
	}
}

func rancherApplyMistakes() []mistake {
	github := object{"cluster_id": "c-demo", "name": "github", "github": object{"client_id": "0123456789abcdef0123", "client_secret": secretValue}}
	dialect := func(d rancher.Dialect) func(*scene) told {
		return func(s *scene) told {
			s.options.RancherDialect = d
			return apply(s.provider(nil), rancherPipelineType, release(nil))
		}
	}
	// failing is a provider that gets this answer to what it asks of pipelines by a
	// method.
	failing := func(s *scene, method string, status int, body string) *acctest.Protocol {
		p := s.provider(nil)
		err := s.box.Faults().Add(faults.Rule{
			System: "rancher", Method: method, Path: "(?i)/pipelines", Fault: faults.Status, Status: status, Body: body,
			Headers: map[string]string{"Content-Type": "application/json"},
		})
		if err != nil {
			s.t.Fatal(err)
		}
		return p
	}
	refusing := func(status int, body string) func(*scene) told {
		return func(s *scene) told {
			return apply(failing(s, http.MethodPost, status, body), rancherPipelineType, release(nil))
		}
	}
	failingToRead := func(status int, body string) func(*scene) told {
		return func(s *scene) told {
			return data(failing(s, http.MethodGet, status, body), rancherPipelineType, object{"id": "p-app:build"})
		}
	}
	action := func(name string, arguments object, calls ...string) func(*scene) told {
		return func(s *scene) told {
			for _, call := range calls {
				s.call(call)
			}
			return invoke(s.provider(nil), "cicd_rancher_"+name, arguments)
		}
	}
	return []mistake{
		{"a Rancher 2.0", dialect(rancher.V20)},
		{"a Rancher 2.1 to 2.6", dialect(rancher.V21)},
		{"a Rancher 2.7, without pipelines", dialect(rancher.None)},
		{"a project that there isn't", func(s *scene) told {
			return apply(s.provider(nil), rancherPipelineType, release(object{"project_id": "c-demo:p-ap"}))
		}},
		{"a cluster that there isn't", func(s *scene) told {
			return apply(s.provider(nil), clusterConfigType, with(github, object{"cluster_id": "c-dmeo"}))
		}},
		{"a configuration that is there already", func(s *scene) told { return apply(s.provider(nil), clusterConfigType, github) }},
		{"a pipeline that there isn't: read it", func(s *scene) told { return data(s.provider(nil), rancherPipelineType, object{"id": "p-app:biuld"}) }},
		{"a pipeline that there isn't: run it", action("pipeline_run", object{"pipeline_id": "p-app:biuld"})},
		{"a run that there isn't: stop it", action("pipeline_history_stop", object{"history_id": "p-app:build-99"})},
		{"a run that isn't over: run it again", action("pipeline_history_rerun", object{"history_id": "p-app:build-2"}, "POST /v3/pipelines/p-app:build?action=run {}")},
		{"an account that was deleted: look for its repositories", func(s *scene) told {
			s.call("DELETE /v3/remoteaccounts/demo-github")
			return data(s.provider(nil), "cicd_rancher_git_repositories", object{"remote_account_id": "demo-github"})
		}},
		{"an account that is connected already", func(s *scene) told {
			login := object{"type": "github", "code": secretValue, "cluster_id": "c-demo"}
			p := s.provider(nil)
			p.Succeeds(invoke(p, "cicd_rancher_remote_account_login", login).diagnostics)
			return invoke(p, "cicd_rancher_remote_account_login", login)
		}},
		{"no permission", refusing(http.StatusForbidden,
			`{"type":"error","baseType":"error","status":403,"code":"Forbidden","message":"pipelines.project.cattle.io is forbidden: User \"u-demo\" cannot create pipelines.project.cattle.io in the namespace \"p-app\""}`)},
		{"a cluster that can't be reached", failingToRead(http.StatusServiceUnavailable,
			`{"type":"error","baseType":"error","status":503,"code":"ClusterUnavailable","message":"ClusterUnavailable 503: cluster not found"}`)},
		{"what Rancher refuses in a stage", refusing(http.StatusUnprocessableEntity,
			`{"type":"error","baseType":"error","status":422,"code":"InvalidFormat","fieldName":"spec","message":"stages=InvalidFormat 422: name=MissingRequired 422:"}`)},
		{"a failure of Rancher's own", failingToRead(http.StatusInternalServerError,
			`{"type":"error","baseType":"error","status":500,"code":"ServerError","message":"etcdserver: request timed out"}`)},
		{"a pipeline that somebody deleted meanwhile", func(s *scene) told {
			p, kept := s.provider(nil), &acctest.Kept{Type: rancherPipelineType}
			p.Succeeds(p.Bring(kept, "p-app:build"))
			s.call("DELETE /v3/pipelines/p-app:build")
			return change(p, kept, release(nil))
		}},
	}
}

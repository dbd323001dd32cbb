// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"net/url"
	"testing"
)

// TestFieldSelector: contract section 10.
func TestFieldSelector(t *testing.T) {
	k := newKit(t)
	list := func(selector string) answer {
		t.Helper()
		return k.get(runtimes + "?field_selector=" + url.QueryEscape(selector))
	}
	list("nonsense!").is(`{"items":[]}`)
	k.post(runtimes+"/alpha", runtime(nil)).saved("alpha configuration")
	k.post(runtimes+"/beta", runtime(change{"pipeline_source": "lib-path", "pipelines": `[{"name":"pipeline-dev","path":"b"},{"name":"x-other","path":"c"}]`,
		"pipeline_triggers": `[{"event_source":"event-source-dev","pipeline":"pipeline-dev"},{"event_source":"event-source-dev","pipeline":"x-other"}]`})).
		saved("beta configuration")
	for selector, want := range map[string]string{
		"":                                            "alpha beta",
		"project=":                                    "alpha beta",
		"project=api":                                 "alpha beta",
		"project=API":                                 "",
		"pipeline_source=Display":                     "beta",
		"pipeline_source=lib":                         "",
		"pipeline_source=repo-":                       "",
		"pipeline_triggers.pipeline=other":            "beta",
		"pipeline_triggers.pipeline=x-other":          "beta",
		"project_name=alph":                           "alpha",
		"project=api-server,project_name=a":           "alpha beta",
		"project=api-server,project_name=beta":        "beta",
		"project=nothing,unknown=x":                   "",
		"project_name=alpha,pipeline_source=api-serv": "alpha",
	} {
		if a := list(selector); a.status != 200 || names(a) != want {
			t.Errorf("%s: %d %s, want %s", selector, a.status, a.body, want)
		}
	}
	unsupported := func(key, operator string) string {
		return "failed to get selector, the filter field " + key + " operator symbol " + operator + " is not supported"
	}
	for selector, message := range map[string]string{
		"isolation=shared":         unsupported("isolation", "="),
		"project!=x":               unsupported("project", "!="),
		"project==x":               unsupported("project", "=="),
		"project =x":               unsupported("project ", "="),
		"project=-x":               unsupported("project", "=-"),
		"project=中":                unsupported("project", "=中"),
		"my-project=x":             unsupported("my", "-"), // a hyphen is no part of a key
		"project=a=b":              "the parameter project=a=b is wrong, eg: key=value",
		"project=api-server,":      "this operation symbol is not supported: ",
		"project":                  "this operation symbol is not supported: project",
		"destination=env":          "failed to match resource, err: inconsistent data type, expected is 'String', but now is 'struct'",
		"project=api,destination=": "failed to match resource, err: inconsistent data type, expected is 'String', but now is 'struct'",
	} {
		list(selector).fails(500, "", message)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"strings"
	"testing"
)

// TestRouting: contract section 1. The texts of redirects go nowhere by themselves.
func TestRouting(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	for _, path := range []string{
		"PUT " + runtimes + "/r1", "PATCH " + runtimes + "/r1", "HEAD " + runtimes + "/r1", "POST " + runtimes, "DELETE " + runtimes, "POST " + runtimes + "/",
		"DELETE " + runtimes + "/", "GET /products/labs/nothing", "GET " + runtimes + "/a%2Fb", "GET " + runtimes + "/r1/x", "GET ", "PUT " + runtimes + "/r1/",
	} {
		method, path, _ := strings.Cut(path, " ")
		a := k.do(method, path, runtime(nil))
		if a.status != 404 || a.header.Get("Content-Type") != "text/plain; charset=utf-8" || a.body != "404 page not found\n" {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
		}
	}
	for path, location := range map[string]string{
		"GET " + runtimes + "/?field_selector=project=x": "/api/v1" + runtimes + "?field_selector=project=x",
		"POST " + runtimes + "/r1/":                      "/api/v1" + runtimes + "/r1",
		"DELETE " + runtimes + "/r1/":                    "/api/v1" + runtimes + "/r1",
		"POST " + runtimes + "/..":                       "/api/v1/products/labs",
		"DELETE " + runtimes + "/.":                      "/api/v1" + runtimes,
		"GET /products//projectpipelineruntimes":         "/api/v1/products/projectpipelineruntimes",
	} {
		method, path, _ := strings.Cut(path, " ")
		if a := k.do(method, path, runtime(nil)); a.status != 301 || a.header.Get("Location") != location {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.header.Get("Location"))
		}
	}
	k.get(runtimes + "/r1").has("")
	if a := send(t, k.nautes, "GET", "/q/services", ""); a.status != 200 || !strings.Contains(a.body, `"api.projectpipelineruntime.v1.ProjectPipelineRuntime"`) {
		t.Error(a)
	}
}

// TestQuery: contract section 1, query parameters.
func TestQuery(t *testing.T) {
	k := newKit(t)
	broken := runtime(change{"project": "ghost"})
	for _, value := range []string{"1", "t", "T", "TRUE", "true", "True"} {
		k.post(runtimes+"/r1?insecure_skip_check="+value, broken).saved("r1 configuration")
	}
	for _, query := range []string{"", "?insecure_skip_check=", "?insecure_skip_check=0", "?insecure_skip_check=False", "?insecureSkipCheck=true", "?x=1"} {
		if a := k.post(runtimes+"/r1"+query, broken); a.status != 500 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for _, method := range []string{"POST", "DELETE"} {
		k.do(method, runtimes+"/r1?insecure_skip_check=maybe", broken).
			fails(400, "CODEC", `parsing field "insecure_skip_check": strconv.ParseBool: parsing "maybe": invalid syntax`)
		k.do(method, runtimes+"/r1?insecure_skip_check=true&insecure_skip_check=false", broken).
			fails(400, "CODEC", `too many values for field "insecure_skip_check": true, false`)
	}
	k.do("GET", runtimes+"?field_selector=a&field_selector=b", "").fails(400, "CODEC", `too many values for field "field_selector": a, b`)
	k.delete(runtimes + "/r1").deleted("r1 configuration")
	k.post(runtimes+"/r1?body.project=api-server&product_name=other&body.destination.namespace=ns&body.nothing.x=1", broken).saved("r1 configuration")
	k.get(runtimes + "/r1").has(`"namespace":"ns"`)
	k.post(runtimes+"/r1?body.pipelines.name=x", broken).fails(400, "CODEC", `invalid path: "pipelines" is not a message`)
}

// TestCodec: contract section 2.
func TestCodec(t *testing.T) {
	k := newKit(t)
	for name, body := range map[string]string{
		"number for text":            runtime(change{"project": 1}),
		"text for an object":         runtime(change{"destination": "env-test"}),
		"text for a calendar":        runtime(change{"event_sources": `[{"name":"e","calendar":"* * * * *"}]`}),
		"text for a list":            runtime(change{"pipelines": "x"}),
		"object for a list":          runtime(change{"pipelines": "{}"}),
		"list for an object":         runtime(change{"hooks": "[]"}),
		"null in a list":             runtime(change{"pipelines": "[null]"}),
		"null in a list of texts":    runtime(change{"event_sources": `[{"name":"e","gitlab":{"repo_name":"x","events":[null]}}]`}),
		"number in a map":            runtime(change{"hooks": `{"pre_hooks":[{"name":"ls","vars":{"a":1}}]}`}),
		"null in a map":              runtime(change{"hooks": `{"pre_hooks":[{"name":"ls","vars":{"a":null}}]}`}),
		"a name twice":               `{"project":"a","project":"a"}`,
		"a name twice, as null":      `{"project":null,"project":"a"}`,
		"a name of a map twice":      runtime(change{"hooks": `{"pre_hooks":[{"name":"ls","vars":{"a":"1","a":"2"}}]}`}),
		"bytes after the object":     runtime(nil) + "x",
		"another object":             runtime(nil) + "{}",
		"half an object":             runtime(nil)[:40],
		"null":                       "null",
		"a list":                     "[]",
		"no JSON":                    "{a}",
		"no JSON in what is unknown": `{"unknown":[}`,
		"blanks":                     " ",
		"invalid UTF-8":              strings.Replace(runtime(nil), "api-server", "\xff", 1),
	} {
		if f := k.post(runtimes+"/r1", body).failure(); f.Code != 400 || f.Reason != "CODEC" || !strings.HasPrefix(f.Message, "body unmarshal proto:") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	k.post(runtimes+"/r1", "").fails(500, "UNKNOWN", "unknown request error")
	for _, contentType := range []string{"text/plain", ""} {
		k.do("POST", runtimes+"/r1", "", "Content-Type", contentType).fails(400, "CODEC", "unregister Content-Type: "+contentType)
	}
	k.do("POST", runtimes+"/r1", runtime(nil), "Content-Type", "application/json; charset=utf-8").saved("r1 configuration")
	k.do("POST", runtimes+"/r1", runtime(nil), "Content-Type", "application/x-www-form-urlencoded").
		fails(400, "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: "+
			"invalid SaveRequest_Body.Project: value length must be at least 1 runes")
	k.post(runtimes+"/r1", runtime(change{"unknown": `{"a":[1,{"b":null}],"a":2}`, "account": "null"})).saved("r1 configuration")
}

// TestFieldRules: contract section 3. The first broken rule is told, and no token is needed to hear it.
func TestFieldRules(t *testing.T) {
	k := newKit(t)
	const body, short = "invalid SaveRequest.Body: embedded message failed validation | caused by: ", ": value length must be at least 1 runes"
	inner := func(field, problem string) string {
		return "invalid SaveRequest_Body." + field + ": embedded message failed validation | caused by: " + problem
	}
	for _, row := range []struct {
		changes change
		message string
	}{
		{change{"project": nil, "isolation": ""}, "invalid SaveRequest_Body.Project" + short},
		{change{"project": ""}, "invalid SaveRequest_Body.Project" + short},
		{change{"pipeline_source": ""}, "invalid SaveRequest_Body.PipelineSource" + short},
		{change{"pipelines": "[]"}, "invalid SaveRequest_Body.Pipelines: value must contain at least 1 item(s)"},
		{change{"pipelines": `[{"name":"a","path":"a"},{"path":"b"}]`}, inner("Pipelines[1]", "invalid Pipeline.Name"+short)},
		{change{"pipelines": `[{"name":"a"}]`}, inner("Pipelines[0]", "invalid Pipeline.Path"+short)},
		{change{"event_sources": nil}, "invalid SaveRequest_Body.EventSources: value must contain at least 1 item(s)"},
		{change{"event_sources": `[{}]`}, inner("EventSources[0]", "invalid EventSource.Name"+short)},
		{change{"event_sources": `[{"name":"e","gitlab":{}}]`}, inner("EventSources[0]", "invalid EventSource.Gitlab: embedded message failed validation | caused by: invalid Gitlab.RepoName"+short)},
		{change{"pipeline_triggers": "[]"}, "invalid SaveRequest_Body.PipelineTriggers: value must contain at least 1 item(s)"},
		{change{"pipeline_triggers": `[{"pipeline":"x"}]`}, inner("PipelineTriggers[0]", "invalid PipelineTriggers.EventSource"+short)},
		{change{"pipeline_triggers": `[{"event_source":"x"}]`}, inner("PipelineTriggers[0]", "invalid PipelineTriggers.Pipeline"+short)},
		{change{"destination": "{}"}, inner("Destination", "invalid ProjectPipelineDestination.Environment"+short)},
		{change{"isolation": nil}, "invalid SaveRequest_Body.Isolation: value must be in list [shared exclusive]"},
		{change{"isolation": "null"}, "invalid SaveRequest_Body.Isolation: value must be in list [shared exclusive]"},
		{change{"isolation": "Shared"}, "invalid SaveRequest_Body.Isolation: value must be in list [shared exclusive]"},
	} {
		k.do("POST", runtimes+"/r1", runtime(row.changes), "Authorization", "").fails(400, "VALIDATOR", body+row.message)
	}
}

// TestTokens: contract section 8.1. Nothing is a 401.
func TestTokens(t *testing.T) {
	k := newKit(t)
	k.post(runtimes+"/r1", runtime(nil)).saved("r1 configuration")
	const conversion = "failed to get codeRepo name when converting pipeline repository name, err: failed to convert repository name api-server to codeRepo name, err: "
	unauthorized := "401 {message: 401 Unauthorized}"
	as := func(method, path, authorization string) answer {
		return k.do(method, path, runtime(nil), "Authorization", authorization)
	}
	for _, path := range []string{"GET " + runtimes, "GET " + runtimes + "/r1", "DELETE " + runtimes + "/r1"} {
		method, path, _ := strings.Cut(path, " ")
		as(method, path, "").fails(500, "", "token is not found")
		for _, bad := range []string{"Bearer wrong", "bearer " + rootToken, "Basic " + rootToken} {
			as(method, path, bad).fails(500, "", "GET "+gitlabURL+"/api/v4/groups/labs: "+unauthorized)
		}
	}
	as("POST", runtimes+"/r1", "").fails(500, "", conversion+"token is not found")
	as("POST", runtimes+"/r1", "Bearer wrong").fails(500, "", conversion+"GET "+gitlabURL+"/api/v4/projects/labs/api-server: "+unauthorized)
	k.do("GET", runtimes+"/r1", "", "Authorization", "", "PRIVATE-TOKEN", rootToken).fails(500, "", "token is not found")
	for _, good := range []string{"Bearer " + rootToken, rootToken, "Bearer" + rootToken, rootToken + "Bearer "} {
		as("GET", runtimes+"/r1", good).has(`"r1"`)
	}

	stranger := k.user("nobody", 0)
	group := "failed to get group, err: GET " + gitlabURL + "/api/v4/groups/labs: 404 {message: 404 Group Not Found}"
	as("GET", runtimes+"/r1", stranger).fails(404, "GROUP_NOT_FOUND", group)
	as("GET", runtimes, stranger).fails(404, "GROUP_NOT_FOUND", "error: code = 404 reason = GROUP_NOT_FOUND message = "+group+" metadata = map[] cause = <nil>")
	as("POST", runtimes+"/r2", k.user("member", 30)).fails(500, "", "duplicate reference found between resource r1 and resource r2")
	number := k.inGitLab("GET", "groups/labs", "")["id"]
	k.get("/products/" + itoa(number) + "/projectpipelineruntimes/r1").has(`"r1"`)
}

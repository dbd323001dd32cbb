// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/clock"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

func TestAuthentication(t *testing.T) {
	k := newKit(t)
	basic := func(pair string) string { return base64.StdEncoding.EncodeToString([]byte(pair)) }
	for _, test := range []struct{ authorization, cookie, user string }{
		{"Bearer " + adminToken, "", "user-admin"},
		{"bearer " + adminToken, "", "user-admin"},
		{"Bearer token-x:" + adminToken, "", "user-admin"},
		{"BASIC " + basic("access:"+adminToken), "", "user-admin"},
		{"", "access:" + adminToken, "user-admin"},
		{"Bearer token-a:secret", "", "user-"},
		{"Basic " + basic("token-a:secret"), "", "user-"},
		{"", "token-a:secret", "user-"},
		{"", "", ""},
		{"Bearer nocolon", "", ""},
		{"Bearer a:b:c", "", ""},
		{"Bearer :b", "", ""},
		{"Bearer a:", "", ""},
		{"Bearer", "", ""},
		{"Basic ***", "", ""},
		{"Digest a:b", "", ""},
		{"Bearer bad", "token-a:secret", ""}, // a header, even a bad one, suppresses the cookie
	} {
		header := []string{"Authorization", test.authorization}
		if test.cookie != "" {
			header = append(header, "Cookie", "R_SESS="+test.cookie)
		}
		for _, path := range []string{"/v3/users?me=true", "/v3", "/v3/schemas", "/v3/nothing"} {
			a := k.do("GET", path, "", header...)
			if test.user == "" {
				if a.status != 401 || strings.TrimSpace(a.raw) != `{"message":"must authenticate","status":"401","type":"error"}` || a.header["Www-Authenticate"] != nil {
					t.Errorf("%v %s: %d %s", header, path, a.status, a.raw)
				}
				continue
			}
			if path == "/v3/users?me=true" {
				if ids := a.ids(); len(ids) != 1 || !strings.HasPrefix(ids[0], test.user) || a.at("data.0.me") != true {
					t.Errorf("%v: %v", header, ids)
				}
			}
		}
	}
	a, b := k.do("GET", "/v3/users?me=true", "", "Authorization", "Bearer a:1").ids()[0], k.do("GET", "/v3/users?me=true", "", "Authorization", "Bearer b:1").ids()[0]
	if a == b || len(a) != len("user-kb8l5") {
		t.Errorf("the users of two tokens are %s and %s", a, b)
	}
}

func TestPaths(t *testing.T) {
	k := newKit(t)
	id := k.pipeline("")
	escaped := strings.ReplaceAll(k.project, ":", "%3A")
	for _, path := range []string{
		"/v3/pipelines/" + id, "/v3/pipeline/" + id, "/v3/Pipelines/" + id, "/v3/pipelines/" + strings.ReplaceAll(id, ":", "%3A"),
		"//v3///pipelines/" + id + "/", k.in("/pipelines/" + id), "/v3/project/" + escaped + "/pipelines/" + id, "/v3/Projects/" + k.project + "/pipelines/" + id, "/v3/clusters/x/pipelines/" + id,
	} {
		self := "http://rancher.test/v3/pipelines/" + id
		k.get(path).is(200).has("id", id, "links.self", self, "links.update", self, "links.remove", self, "links.export", self+"/export")
	}
	for _, path := range []string{"/v3/pipelineHistories", "/v3/pipelinehistories", "/v3/PIPELINEHISTORY", k.in("/pipelinehistories/"), "/v3/project/" + escaped + "/pipelineHistory"} {
		k.get(path).is(200).has("type", "collection", "resourceType", "pipelineHistory")
	}
	for path, text := range map[string]string{
		"/v3-public/localProviders": "failed to find schema v3-public",
		"/v3/nothing":               "failed to find schema nothing", k.in("/nothing"): "failed to find schema nothing", "/v3/schemas/nothing": "no such schema",
		"/v3/schemas/pipelines": "no such schema", "/v3/pipelines/p-x": "failed to find resource by id", "/v3/pipelines/a:b:c": "failed to find resource by id",
		"/v3/clusters/a:b": "failed to find resource by id", "/v3/remoteaccounts/a:b": "failed to find resource by id",
		"/v3/pipelines/p-x:p-y": `pipelines.management.cattle.io "p-y" not found`, "/v3/pipelinehistories/p-x:h": `pipelinehistories.management.cattle.io "h" not found`,
		"/v3/clusters/c-x": `clusters.management.cattle.io "c-x" not found`, "/v3/pipelines/" + id + "/nothing": "Link not found",
		"/v3/pipelines/p-x:p-y/nothing": `pipelines.management.cattle.io "p-y" not found`,
	} {
		k.get(path).fails(404, "NotFound", "", text)
	}
}

func TestMethods(t *testing.T) {
	k := newKit(t)
	id := k.pipeline("")
	for _, path := range []string{"/v3/pipelines", "/v3/pipelines/" + id} {
		for _, method := range []string{"PATCH", "HEAD", "OPTIONS", "TRACE"} {
			k.do(method, path, "").is(405)
		}
	}
	k.do("PATCH", "/v3/pipelines/"+id, "").fails(405, "MethodNotAllow", "", "Method PATCH not supported")
	for _, request := range []string{
		"PUT pipelines", "DELETE pipelines", "POST pipelines/x:y", "POST pipelinehistories", "PUT pipelinehistories/x:y", "POST pipelinelogs", "PUT pipelinelogs/x:y",
		"DELETE pipelinelogs/x:y", "POST gitrepocaches", "PUT gitrepocaches/x", "DELETE gitrepocaches/x", "POST schemas", "POST users",
	} {
		method, path, _ := strings.Cut(request, " ")
		k.do(method, "/v3/"+path, "{}").fails(405, "MethodNotAllow", "", "Method "+method+" not supported")
	}
	k.get("/v3/pipelines/" + id + "?_method=PATCH").is(405)
	k.post("/v3/pipelines/"+id+"?_method=PUT", `{"spec":{"displayName":"by POST"}}`).is(200).has("spec.displayName", "by POST")
	k.get("/v3/pipelines/"+id+"?_method=PUT").is(200).has("spec.displayName", "by POST")
	k.get("/v3/pipelines/" + id + "?action=remove").is(204)
	k.get("/v3/pipelines/" + id).is(404)
}

func TestBodies(t *testing.T) {
	k := newKit(t)
	k.post("/v3/clusters", "").fails(422, "InvalidBodyContent", "", "Failed to parse body: EOF")
	k.post("/v3/clusters", "[]").is(422).has("code", "InvalidBodyContent")
	k.post("/v3/clusters", `{"name":`).is(422).has("code", "InvalidBodyContent")
	k.post("/v3/clusters", `{"name":"a"} and more`).is(201)
	k.do("POST", "/v3/clusters", `{"name":"a"}`, "Content-Type", "text/plain").is(201)
	k.do("POST", "/v3/clusters", `{"name":"a"}`, "Content-Type", "").is(201)
	k.do("POST", "/v3/clusters", "name=from+a+form&x=1", "Content-Type", "application/x-www-form-urlencoded").is(201).has("name", "from a form")
	k.post("/v3/clusters", `{"name":"a","description":"`+strings.Repeat("x", 2<<20)+`"}`).is(422).has("code", "InvalidBodyContent")
}

func TestHeaders(t *testing.T) {
	k := newKit(t)
	for path, schemas := range map[string]string{
		"/v3": "/v3/schemas", "/v3/pipelines": "/v3/schemas", k.in("/pipelines"): "/v3/schemas", "/v3/nothing": "/v3/schemas", "/v3/project/schemas": "/v3/project/schemas",
		"/v3/cluster/schemas": "/v3/cluster/schemas", k.in("/schemas"): "/v3/project/schemas",
	} {
		a := k.get(path)
		if got := a.header["X-Api-Schemas"]; len(got) != 1 || got[0] != "http://rancher.test"+schemas {
			t.Errorf("%s: X-Api-Schemas is %q", path, got)
		}
		if a.header["Content-Type"][0] != "application/json" || !strings.Contains(a.header["Expires"][0], "1982") {
			t.Errorf("%s: %v", path, a.header)
		}
	}
	for _, test := range []struct {
		header []string
		base   string
	}{
		{[]string{"X-API-Request-Url", "https://a.example:8443/r/v3/clusters"}, "https://a.example:8443/r"},
		{[]string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "b.example", "X-Forwarded-Port", "444"}, "https://b.example:444"},
		{nil, "http://rancher.test"},
	} {
		k.do("GET", "/v3/clusters", "", test.header...).has("links.self", test.base+"/v3/clusters", "createTypes.cluster", test.base+"/v3/clusters")
	}
	k2 := newKit(t, func(c *rancher.Config) { c.BaseURL = "https://c.example/" })
	k2.get("/v3/clusters/"+k2.cluster).has("links.self", "https://c.example/v3/clusters/"+k2.cluster)

	id := k.pipeline("")
	a := k.do("GET", "/v3/pipelines/"+id, "", "X-API-Action-Links", "true")
	a.has("actions", none, "actionLinks.run", "http://rancher.test/v3/pipelines/"+id+"?action=run")
}

func TestBrowsers(t *testing.T) {
	k := newKit(t)
	firefox := []string{"User-Agent", "Mozilla/5.0"}
	isPage := func(a answer) bool {
		return strings.Contains(a.raw, "<script>") && a.header["Content-Type"][0] == "text/html"
	}
	a := k.do("GET", "/v3/clusters", "", firefox...)
	if !isPage(a) || !strings.Contains(a.raw, k.cluster) || len(a.header["Set-Cookie"]) != 1 {
		t.Errorf("a browser got %v %s", a.header, a.raw)
	}
	if !isPage(k.do("GET", "/v3/clusters", "", "User-Agent", "mozilla", "Accept", "text/html, */*")) || !isPage(k.get("/v3/clusters?_format=html")) {
		t.Error("no page")
	}
	if isPage(k.do("GET", "/v3/clusters", "", "User-Agent", "Mozilla", "Accept", "application/json")) || isPage(k.do("GET", "/v3/clusters?_format=json", "", firefox...)) ||
		isPage(k.do("GET", "/v3/clusters", "", "User-Agent", "curl/8", "Accept", "*/*")) {
		t.Error("a page for no browser")
	}
	post := func(path string, header ...string) answer {
		return k.do("POST", path, `{"name":"x"}`, append([]string{"User-Agent", "Mozilla", "Accept", "application/json"}, header...)...)
	}
	post("/v3/clusters").fails(422, "InvalidCSRFToken", "", "Invalid CSRF token")
	post("/v3/clusters", "Cookie", "CSRF=abc", "X-API-CSRF", "abd").is(422)
	post("/v3/clusters", "Cookie", "CSRF=abc", "X-API-CSRF", "abc").is(201)
	post("/v3/clusters?CSRF=abc", "Cookie", "CSRF=abc").is(201)
}

func TestRootAndSchemas(t *testing.T) {
	k := newKit(t)
	const base = "http://rancher.test/v3"
	root := k.get("/v3").is(200).has("type", "apiRoot", "apiVersion.path", "/v3", "links.self", base, "links.stages", none)
	for _, plural := range []string{"clusterPipelines", "pipelines", "pipelineHistories", "pipelineLogs", "remoteAccounts", "gitRepoCaches", "clusters", "projects"} {
		root.has("links."+plural, base+"/"+strings.ToLower(plural))
	}
	k.get("/v3/").is(200).has("type", "apiRoot")
	project := k.get("/v3/projects/" + k.project).is(200)
	for _, plural := range []string{"pipelines", "pipelineHistories", "pipelineLogs"} {
		project.has("links."+plural, base+"/projects/"+k.project+"/"+strings.ToLower(plural))
	}
	k.get("/v3/clusters/"+k.cluster).has("links.clusterPipelines", base+"/clusters/"+k.cluster+"/clusterpipelines", "links.projects", base+"/clusters/"+k.cluster+"/projects")

	ids := k.get("/v3/schemas").ids()
	for i := 1; i < len(ids); i++ {
		if ids[i-1] >= ids[i] {
			t.Errorf("schemas are not in order: %v", ids)
		}
	}
	k.get("/v3/schemas/PIPELINE").is(200).has(
		"id", "pipeline", "type", "schema", "pluralName", "pipelines", "version", object{"group": "management.cattle.io", "path": "/v3", "version": "v3"},
		"resourceMethods", list("GET", "PUT", "DELETE"), "collectionMethods", list("GET", "POST"),
		"resourceFields.spec", object{"type": "pipelineSpec", "create": true, "update": true, "required": true, "nullable": true},
		"resourceFields.status.create", false, "resourceActions.run", object{"input": "runPipelineInput", "output": "pipelineHistory"},
		"collectionFilters.creatorId.modifiers", list("eq", "ne", "in", "notin"), "collectionFilters.spec", none, "collectionFilters.created", none,
		"links", object{"self": base + "/schemas/pipeline", "collection": base + "/pipelines"})
	k.get("/v3/schemas/githubClusterConfig").is(200).has("resourceFields.scheme.default", "https", "resourceFields.scheme.options", list("http", "https"),
		"resourceMethods", []any{}, "links", object{"self": base + "/schemas/githubClusterConfig"})
	k.get("/v3/schemas/remoteAccountSpec").has("resourceFields.accessToken", object{"type": "string", "create": true, "update": false, "writeOnly": true, "nullable": true})
	k.get("/v3/schemas/remoteAccount").has("collectionActions.login", object{"input": "loginInput", "output": "remoteAccount"})
	for _, path := range []string{"/v3/project/schemas", "/v3/cluster/schemas", "/v3/projects/schemas", k.in("/schemas")} {
		if ids := k.get(path).ids(); len(ids) != 0 {
			t.Errorf("%s: %v", path, ids)
		}
	}
}

func TestDialects(t *testing.T) {
	for _, test := range []struct {
		dialect                   rancher.Dialect
		link, projectLink, absent string
		pipelineSetting           int
	}{
		{rancher.Spec, "pipelineHistories", "pipelineHistories", "pipelineExecutions", 404},
		{rancher.V20, "pipelineExecutions", "pipelineExecutionLogs", "pipelineHistories", 404},
		{rancher.V21, "projects", "pipelineSettings", "pipelines", 200},
		{rancher.None, "projects", "self", "pipelines", 404},
	} {
		k := newKit(t, func(c *rancher.Config) { c.Dialect = test.dialect })
		root := k.get("/v3").is(200)
		if root.at("links."+test.link) == none || root.at("links."+test.absent) != none {
			t.Errorf("%s: %s", test.dialect, root.raw)
		}
		if k.get("/v3/projects/"+k.project).at("links."+test.projectLink) == none {
			t.Errorf("%s: the project has no %s", test.dialect, test.projectLink)
		}
		k.get("/v3/project/schemas/pipelineSetting").is(test.pipelineSetting)
		if test.absent != "pipelineExecutions" {
			k.get("/v3/remoteaccounts").fails(404, "NotFound", "", "failed to find schema remoteaccounts")
		}
		k.server.SeedDemo()
		k.get("/v3/projects/c-demo:p-app").is(200)
		k.do("POST", "/hooks?pipelineId=a:b", "").is(404)
	}
	if _, err := rancher.New(rancher.Config{Clock: &clock.Clock{}, Dialect: "v9"}); err == nil {
		t.Error("accepted a dialect that there is not")
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

func answered(method, path string, status int) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(nil)),
		Request: &http.Request{Method: method, URL: &url.URL{Path: path}},
	}
}

func errorBody(t *testing.T, status int, reason, message string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"code": status, "reason": reason, "message": message, "metadata": map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

const (
	lookUpPrefix = "failed to get codeRepo name when converting pipeline repository name, err: failed to convert repository name ghost to codeRepo name, err: "
	check        = "during global validation, it was found that "
)

// The texts are the server's own, for the runtime r1. What GitLab says in them
// differs between its versions, so none of it may matter: it is QUOTE here.
func TestKindOfARefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, reason, message string
		status                  int
		kind                    Kind
		object                  string
	}{
		{"GET", "", "token is not found", 500, BadToken, ""},
		{"POST", "", lookUpPrefix + "token is not found", 500, BadToken, ""},
		{"GET", "", "GET https://gitlab:8443/api/v4/groups/p: 401 QUOTE", 500, BadToken, ""},
		{"POST", "", lookUpPrefix + "GET https://gitlab/api/v4/projects/p/ghost: 401 QUOTE", 500, BadToken, ""},
		{"GET", "NO_AUTHORIZATION", "no access to the server, err: GET https://gitlab/api/v4/groups/p: 403 QUOTE", 403, NoPermission, ""},
		{"POST", "", lookUpPrefix + "error: code = 403 reason = NO_AUTHORIZATION message = no access to the server, err: QUOTE metadata = map[] cause = <nil>", 500, NoPermission, "ghost"},
		{"POST", "", "push data: remote: QUOTE\nfatal: unable to access 'http://gitlab/p/default.project.git/': The requested URL returned error: 403 , err: exit status 128", 500, NoPermission, ""},
		{"POST", "", "push data: remote: QUOTE\n ! [remote rejected] main -> main (pre-receive hook declined)\n, err: exit status 1", 500, NoPermission, ""},

		{"GET", "GROUP_NOT_FOUND", "failed to get group, err: GET https://gitlab/api/v4/groups/p: 404 QUOTE", 404, ProductNotFound, ""},
		{"GET", "GROUP_NOT_FOUND", "error: code = 404 reason = GROUP_NOT_FOUND message = failed to get group, err: GET https://gitlab/api/v4/groups/p: 404 QUOTE metadata = map[] cause = <nil>", 404, ProductNotFound, ""},
		{"GET", "PROJECT_NOT_FOUND", "failed to get project, err: GET https://gitlab/api/v4/projects/p%2Fdefault.project: 404 QUOTE", 404, MetadataMissing, ""},
		{"GET", "PROJECT_NOT_FOUND", "p is non product, missing metadata", 404, MetadataMissing, ""},

		{"POST", "", lookUpPrefix + "error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET https://gitlab/api/v4/projects/p/ghost: 404 QUOTE metadata = map[] cause = <nil>", 500, UnknownRepository, "ghost"},
		{"POST", "", "failed to get codeRepo name when converting git repository name for event source, err: failed to convert repository name Lib Display Name to codeRepo name, err: error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET https://gitlab/api/v4/projects/p/Lib Display Name: 404 QUOTE metadata = map[] cause = <nil>", 500, UnknownRepository, "Lib Display Name"},
		{"POST", "", "failed to get codeRepo name when converting git repository name for additional resources, err: failed to convert repository name  to codeRepo name, err: error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET https://gitlab/api/v4/projects/p/: 404 QUOTE metadata = map[] cause = <nil>", 500, UnknownRepository, ""},
		{"POST", "", lookUpPrefix + "GET https://gitlab/api/v4/projects/p/ghost: 502 QUOTE", 500, Other, "ghost"},
		{"POST", "", "invalid authorization code repository specified, err: QUOTE", 500, UnknownRepository, ""},
		{"POST", "PIPELINE_RESOURCE_NOT_FOUND", "QUOTE", 404, UnknownRepository, ""},
		{"GET", "", "failed to convert codeRepo name repo-999 to repository name, err: error: code = 404 reason = PROJECT_NOT_FOUND message = failed to get project, err: GET https://gitlab/api/v4/projects/999: 404 QUOTE metadata = map[] cause = <nil>", 500, RepositoryUnresolvable, "repo-999"},
		{"GET", "", "the codeRepo name weird is illegal and must be in the format 'repo-ID'", 500, RepositoryUnresolvable, "weird"},
		{"GET", "", "failed to convert codeRepo name repo-9 to repository name, err: GET https://gitlab/api/v4/projects/9: 401 QUOTE", 500, BadToken, ""},
		{"GET", "", "failed to convert codeRepo name repo-9 to repository name, err: error: code = 403 reason = NO_AUTHORIZATION message = no access to the server, err: QUOTE metadata = map[] cause = <nil>", 500, NoPermission, "repo-9"},

		{"POST", "", check + "Project 'ghost' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'projects/ghost'", 500, UnknownProject, "ghost"},
		{"POST", "", "During global validation, it was found that Project 'ghost' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'projects/ghost'.", 500, UnknownProject, "ghost"},
		{"POST", "", check + "Environment 'env-nope' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'projects/web'", 500, UnknownEnvironment, "env-nope"},
		{"POST", "", check + "CodeRepo 'repo-73' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'projects/web'", 500, UnregisteredRepository, "repo-73"},
		{"POST", "", check + "Environment 'env-nope' does not exist or is unavailable. Please check ProjectPipelineRuntime 'skipped' in directory 'projects/web'", 500, OtherObjectBroken, "ProjectPipelineRuntime skipped"},
		{"DELETE", "", check + "Project 'gone' does not exist or is unavailable. Please check CodeRepo 'repo-4' in directory 'code-repos/repo-4'", 500, OtherObjectBroken, "CodeRepo repo-4"},
		{"POST", "", check + "Cluster 'c' does not exist or is unavailable. Please check Environment 'e' in directory 'envs'err: clusters.nautes.resource.nautes.io \"c\" not found", 500, OtherObjectBroken, "Environment e"},
		{"POST", "", "ProjectPipelineRuntime r1 uses the same code repository for both codeSource and pipelineSource under api-server directory, as found in the global validation", 500, RuleBroken, ""},
		{"POST", "", "ProjectPipelineRuntime r2 uses the same code repository for both codeSource and pipelineSource under api-server directory, as found in the global validation", 500, OtherObjectBroken, "ProjectPipelineRuntime r2"},
		{"POST", "", "duplicate reference found between resource r1 and resource r2", 500, RuleBroken, "ProjectPipelineRuntime r2"},
		{"POST", "", "duplicate reference found between resource r0 and resource r1", 500, RuleBroken, "ProjectPipelineRuntime r0"},
		{"POST", "", "duplicate reference found between resource r8 and resource r9", 500, OtherObjectBroken, "ProjectPipelineRuntime r8 and r9"},
		{"POST", "", "duplicate pipeline found in verify the validity of the global template, respectively web/r1 and api/r2", 500, RuleBroken, "ProjectPipelineRuntime r2"},
		{"POST", "", check + "Cluster 'c' does not exist or is unavailable. Please check ProjectPipelineRuntime 'r1' in directory 'projects/web'", 500, RuleBroken, "Cluster c"},
		{"POST", "", "get hooks metadata failed: QUOTE", 500, RuleBroken, ""},
		{"POST", "", "verify project pipeline runtime failed, err: namespace taken-ns is used by other runtime", 500, RuleBroken, ""},
		{"POST", "", "verify project pipeline runtime failed, err: hook is illegal: unknown hook zz", 500, RuleBroken, ""},
		{"POST", "", "verify project pipeline runtime failed, err: get used namespaces in cluster C failed: product P not found", 500, OtherObjectBroken, "product P"},
		{"POST", "", "verify project pipeline runtime failed, err: get used namespaces in cluster C failed: environment E not found", 500, OtherObjectBroken, "environment E"},
		{"POST", "", "existing pipeline runtime is not allow modifying the project field", 500, ProjectImmutable, ""},

		{"POST", "", "pipeline deployment target configuration not submitted, please checked '.Destination' field ", 500, Invalid, ""},
		{"POST", "", "the event source nope in the trigger does not exist", 500, Invalid, ""},
		{"POST", "", "event source nope does not exist, please check if QUOTE", 500, Invalid, ""},
		{"POST", "", "pipeline nope does not exist, please check if QUOTE", 500, Invalid, ""},
		{"POST", "VALIDATOR", "invalid SaveRequest.Body: embedded message failed validation | caused by: invalid SaveRequest_Body.Isolation: value must be in list [shared exclusive]", 400, Invalid, ""},
		{"POST", "CODEC", "body unmarshal proto: QUOTE", 400, Invalid, ""},
		{"GET", "", "failed to get selector, the filter field isolation operator symbol = is not supported", 500, Invalid, ""},
		{"GET", "", "failed to match resource, err: inconsistent data type, expected is 'String', but now is 'struct'", 500, Invalid, ""},
		{"GET", "", "the parameter project=a=b is wrong, eg: key=value", 500, Invalid, ""},
		{"GET", "", "this operation symbol is not supported: ", 500, Invalid, ""},

		{"GET", "", "json: cannot unmarshal string into Go struct field ProjectPipelineRuntimeSpec.spec.destination of type v1alpha1.ProjectPipelineDestination", 500, ProductUnreadable, ""},
		{"GET", "", "when loading the nodes tree, unable to generate resource node tree of type 'ConfigMap'", 500, ProductUnreadable, ""},
		{"GET", "UNKNOWN", "unknown request error", 500, RuntimeUnreadable, ""},
		{"POST", "UNKNOWN", "unknown request error", 500, Crashed, ""},

		{"GET", "", "failed to clone repository, the repository url: http://gitlab/p/default.project.git err: failed to clone repository: fatal: destination path 'default.project' already exists and is not an empty directory.", 500, Collision, ""},
		{"DELETE", "", "failed to clone repository, the repository url: http://gitlab/p/default.project.git err: failed to clone repository: fatal: could not create work tree dir 'default.project': File exists", 500, Collision, ""},
		{"GET", "", "failed to clone repository, the repository url: http://gitlab/p/default.project.git err: failed to clone repository: fatal: Authentication failed", 500, Other, ""},
		{"POST", "", "when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: Auto-merging\nCONFLICT (content): Merge conflict in production/kustomization.yaml\n", 500, Conflict, ""},
		{"POST", "", "push data: To http://gitlab/p/default.project.git\n ! [rejected]        main -> main (fetch first)\n, err: exit status 1", 500, Conflict, ""},
		{"POST", "", "commit output: On branch main\nnothing to commit, working tree clean\n, err: exit status 1", 500, NothingToCommit, ""},
		{"POST", "", "something new", 500, Other, ""},
	} {
		body := errorBody(t, c.status, c.reason, c.message)
		err := (&Client{}).refusal(answered(c.method, "/r1", c.status), []byte(body), "r1")
		var r *Refusal
		if !errors.As(err, &r) || r.Kind != c.kind || r.Object != c.object {
			t.Errorf("%s %s %q:\n got %#v\nwant %s about %q", c.method, c.reason, c.message, r, c.kind, c.object)
			continue
		}
		if errors.Is(err, ErrAbsent) {
			t.Errorf("%q: proves nothing absent", c.message)
		}
		if transport.OutcomeUnknown(err) {
			t.Errorf("%q: a refusal leaves nothing open", c.message)
		}
	}
}

func TestProofOfAbsence(t *testing.T) {
	t.Parallel()
	const gone = "ProjectPipelineRuntime resource r1 not found or invalid. Please check whether the resource exists under the default project"
	for _, c := range []struct {
		method, name, reason, message string
		status                        int
		absent                        bool
	}{
		{"GET", "r1", "RESOURCE_NOT_FOUND", "the resource is not found", 404, true},
		{"GET", "", "RESOURCE_NOT_FOUND", "the resource is not found", 404, false},
		{"DELETE", "r1", "", gone, 500, true},
		{"DELETE", "r", "", gone, 500, false},
		{"POST", "r1", "", gone, 500, false},
		{"GET", "r1", "GROUP_NOT_FOUND", "failed to get group, err: QUOTE", 404, false},
		{"GET", "r1", "PROJECT_NOT_FOUND", "failed to get project, err: QUOTE", 404, false},
	} {
		body := errorBody(t, c.status, c.reason, c.message)
		err := (&Client{}).refusal(answered(c.method, "/", c.status), []byte(body), c.name)
		if errors.Is(err, ErrAbsent) != c.absent {
			t.Errorf("%s %q, %s: absent should be %v: %v", c.method, c.name, c.reason, c.absent, err)
		}
	}
}

func TestWhatIsNotNautesAnswerIsNoRefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		unknown bool
	}{
		{404, "404 page not found\n", false},
		{502, "<html><title>Bad Gateway</title></html>", true},
		{500, `{"message":"of another kind"}`, true},
		{502, `{"code":500,"reason":"","message":"relayed"}`, true},
	} {
		err := (&Client{}).refusal(answered("POST", "/r1", c.status), []byte(c.body), "r1")
		var (
			r *Refusal
			s *transport.StatusError
		)
		if errors.As(err, &r) || !errors.As(err, &s) || s.Status != c.status || transport.OutcomeUnknown(err) != c.unknown {
			t.Errorf("%d %s: %#v", c.status, c.body, err)
		}
	}
}

func TestNoCredentialIsQuoted(t *testing.T) {
	t.Parallel()
	c := &Client{token: "glpat-CANARY"}
	body := errorBody(t, 500, "", "failed to clone repository, the repository url: https://oauth2:OTHER@gitlab/p.git err: fatal: https://gitlab/p?t=glpat-CANARY, write to root@gitlab")
	text := c.refusal(answered("GET", "/r1", 500), []byte(body), "r1").Error()
	if strings.Contains(text, "CANARY") || strings.Contains(text, "OTHER") || !strings.Contains(text, "https://gitlab/p.git") || !strings.Contains(text, "root@gitlab") {
		t.Error(text)
	}
}

func TestDetailOfARefusal(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"invalid SaveRequest.Body: embedded message failed validation | caused by: invalid SaveRequest_Body.Isolation: no":   "invalid SaveRequest_Body.Isolation: no",
		"verify project pipeline runtime failed, err: namespace taken-ns is used by other runtime":                           "namespace taken-ns is used by other runtime",
		check + "Project 'ghost' does not exist or is unavailable. Please check CodeRepo 'repo-4' in directory 'code-repos'": "Project ghost does not exist or is unavailable",
		"something new ": "something new",
	} {
		reason := ""
		if strings.Contains(message, "| caused by") {
			reason = "VALIDATOR"
		}
		var r *Refusal
		err := (&Client{}).refusal(answered("POST", "/r1", 500), []byte(errorBody(t, 500, reason, message)), "r1")
		if !errors.As(err, &r) || r.Detail != want || r.Message != message {
			t.Errorf("%q: %#v, want %q", message, r, want)
		}
	}
}

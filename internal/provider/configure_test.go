// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// recorder is a server that answers each request with an empty list, and keeps
// the requests.
type recorder struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, req)
	_, _ = w.Write([]byte("[]"))
}

// last is the latest request, and how many there were.
func (r *recorder) last(t *testing.T) *http.Request {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.requests) == 0 {
		t.Fatal("the server was not asked")
	}
	return r.requests[len(r.requests)-1]
}

// readPipelines uses a GitLab type.
func readPipelines(p *acctest.Protocol) []*tfprotov6.Diagnostic {
	_, diagnostics := p.Data("cicd_gitlab_pipelines", map[string]any{"project": "1"})
	return diagnostics
}

// noEnvironment keeps a developer's own settings out of a test.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GITLAB_BASE_URL", "GITLAB_TOKEN"} {
		t.Setenv(name, "")
	}
}

func gitLabBlock(settings map[string]any) map[string]any {
	block := map[string]any{"token": "a-token", "max_retries": int64(0)}
	for name, value := range settings {
		block[name] = value
	}
	return map[string]any{"gitlab": block}
}

func TestSystemThatIsNotConfiguredIsAnErrorForItsUsersOnly(t *testing.T) {
	noEnvironment(t)
	for name, configuration := range map[string]map[string]any{
		"no block": {}, "an empty block": {"gitlab": map[string]any{}}, "an address alone": {"gitlab": map[string]any{"base_url": "https://gitlab.example.com"}},
	} {
		p := acctest.NewProtocol(t)
		if said := acctest.Said(p.Configure(configuration)); said != "" {
			t.Errorf("%s: configuring says %s", name, said)
		}
		for use, diagnostics := range map[string][]*tfprotov6.Diagnostic{
			"data source": readPipelines(p),
			"resource":    p.Read("cicd_gitlab_pipeline_schedule", map[string]any{"project": "1", "project_id": int64(1), "pipeline_schedule_id": int64(1)}),
		} {
			said := acctest.Said(diagnostics)
			if len(diagnostics) != 1 || !strings.Contains(said, "GitLab is not configured") || !strings.Contains(said, "Set token in the provider's gitlab block") ||
				!strings.Contains(said, "GITLAB_TOKEN") || !strings.Contains(said, "GITLAB_BASE_URL") {
				t.Errorf("%s, %s: %s", name, use, said)
			}
		}
	}
}

// newResources are the configurations of resources to create.
var newResources = map[string]map[string]any{
	"cicd_gitlab_pipeline_schedule": {"project": "group/app", "description": "Build packages", "ref": "main", "cron": "0 1 * * 5"},
	"cicd_gitlab_pipeline_schedule_variable": {
		"project": "group/app", "pipeline_schedule_id": int64(1), "key": "KEY", "value": "x",
	},
}

// An apply that can only fail doesn't begin.
func TestPlanToCreateFailsWithoutAToken(t *testing.T) {
	noEnvironment(t)
	for typeName, configuration := range newResources {
		p := acctest.NewProtocol(t)
		p.Succeeds(p.Configure(map[string]any{}))
		if said := acctest.Said(p.Plan(typeName, nil, configuration, configuration)); !strings.Contains(said, "ERROR: GitLab is not configured") {
			t.Errorf("%s: %q", typeName, said)
		}
	}
}

func TestConfigurationWinsOverEnvironment(t *testing.T) {
	fromEnvironment, configured := newRecorder(t), newRecorder(t)
	t.Setenv("GITLAB_BASE_URL", fromEnvironment.URL)
	t.Setenv("GITLAB_TOKEN", "token-of-the-environment")
	for _, c := range []struct {
		configuration map[string]any
		server        *recorder
		token         string
	}{
		{map[string]any{}, fromEnvironment, "token-of-the-environment"},
		{map[string]any{"gitlab": map[string]any{"token": "configured"}}, fromEnvironment, "configured"},
		{map[string]any{"gitlab": map[string]any{"base_url": configured.URL}}, configured, "token-of-the-environment"},
		{map[string]any{"gitlab": map[string]any{"base_url": configured.URL, "token": "configured"}}, configured, "configured"},
	} {
		p := acctest.NewProtocol(t)
		p.Succeeds(p.Configure(c.configuration))
		p.Succeeds(readPipelines(p))
		if got := c.server.last(t).Header.Get("PRIVATE-TOKEN"); got != c.token {
			t.Errorf("%v: the token is %s, want %s", c.configuration, got, c.token)
		}
	}
	if n := len(fromEnvironment.requests); n != 2 {
		t.Errorf("%d requests to the environment's server, want 2", n)
	}
}

func TestAddressMayHaveAPrefixAndNameTheAPI(t *testing.T) {
	noEnvironment(t)
	for _, prefix := range []string{"", "/git", "/a/b"} {
		for _, ending := range []string{"", "/", "/api/v4", "/api/v4/"} {
			server := newRecorder(t)
			p := acctest.NewProtocol(t)
			p.Succeeds(p.Configure(gitLabBlock(map[string]any{"base_url": server.URL + prefix + ending})))
			p.Succeeds(readPipelines(p))
			if got, want := server.last(t).URL.Path, prefix+"/api/v4/projects/1/pipelines"; got != want || len(server.requests) != 1 {
				t.Errorf("base_url with %q: %d requests, the last to %s, want one to %s", prefix+ending, len(server.requests), got, want)
			}
		}
	}
}

func TestRequestsSayWhoSendsThem(t *testing.T) {
	noEnvironment(t)
	for kind, want := range map[any][2]string{
		nil: {"PRIVATE-TOKEN", "a-token"}, "private": {"PRIVATE-TOKEN", "a-token"}, "oauth": {"Authorization", "Bearer a-token"}, "job": {"JOB-TOKEN", "a-token"},
	} {
		server := newRecorder(t)
		p := acctest.NewProtocol(t)
		p.Succeeds(p.Configure(gitLabBlock(map[string]any{
			"base_url": server.URL, "token_type": kind, "headers": map[string]any{"X-Proxy": "yes", "User-Agent": "me", want[0]: "another"},
		})))
		p.Succeeds(readPipelines(p))
		header := server.last(t).Header
		for _, name := range []string{"PRIVATE-TOKEN", "Authorization", "JOB-TOKEN"} {
			expected := ""
			if name == want[0] {
				expected = want[1]
			}
			if got := header.Get(name); got != expected {
				t.Errorf("token_type %v: %s is %q, want %q", kind, name, got, expected)
			}
		}
		userAgent := regexp.MustCompile(`^terraform-provider-cicd/test \(\+https://github\.com/terraform-provider-cicd/terraform-provider-cicd\) Terraform/1\.15\.0$`)
		if got := header.Get("User-Agent"); !userAgent.MatchString(got) || header.Get("X-Proxy") != "yes" {
			t.Errorf("User-Agent %q, X-Proxy %q", got, header.Get("X-Proxy"))
		}
	}
}

func TestUnusableSettingsAreRefusedBeforeAnythingIsDone(t *testing.T) {
	noEnvironment(t)
	for name, values := range map[string][]any{
		"base_url":        {"gitlab.example.com", "ftp://gitlab.example.com", "https://", "https://me:secret@gitlab.example.com", "https://gitlab.example.com?a=b", "", "https://git lab"},
		"token":           {""},
		"token_type":      {"password", ""},
		"request_timeout": {"soon", "30", "-1s", "0s", ""},
		"max_retries":     {int64(-1), int64(101)},
		"client_cert_pem": {"a certificate without its key"},
		"client_key_pem":  {"a key without its certificate"},
	} {
		for _, value := range values {
			diagnostics := acctest.NewProtocol(t).Configure(gitLabBlock(map[string]any{name: value}))
			want := tftypes.NewAttributePath().WithAttributeName("gitlab").WithAttributeName(name)
			if len(diagnostics) == 0 || !acctest.Failed(diagnostics) || !diagnostics[0].Attribute.Equal(want) {
				t.Errorf("%s = %q: %s", name, value, acctest.Said(diagnostics))
			}
			if said := acctest.Said(diagnostics); strings.Contains(said, "secret") {
				t.Errorf("a password is shown: %s", said)
			}
		}
	}
	for name, want := range map[string]string{
		"ca_cert_pem": "ca_cert_pem", "ca_cert_file": "ca_cert_file",
	} {
		diagnostics := acctest.NewProtocol(t).Configure(gitLabBlock(map[string]any{name: "/does/not/exist"}))
		if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || !strings.Contains(said, want) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// Three systems have an address: which one is meant is in the text, and what to
// write where only the scheme is missing.
func TestAddressWithoutASchemeIsCorrected(t *testing.T) {
	noEnvironment(t)
	for _, name := range []string{"gitlab", "nautes", "rancher"} {
		for address, correction := range map[string]string{
			"ci.example.com": "https://ci.example.com", "ci.example.com:8443/prefix": "https://ci.example.com:8443/prefix", "localhost": "https://localhost",
			"10.0.0.1:8080": "https://10.0.0.1:8080", "//ci.example.com": "https://ci.example.com",
			"ftp://ci.example.com": "", "https:/ci.example.com": "", "http:ci.example.com": "", "https://": "", "": "", "/": "", "ci.example.com?a=b": "", "my server": "", "mailto:x": "",
		} {
			diagnostics := acctest.NewProtocol(t).Configure(map[string]any{name: map[string]any{"base_url": address}})
			said := acctest.Said(diagnostics)
			if !acctest.Failed(diagnostics) || !strings.Contains(said, name+".base_url: ") || strings.Contains(said, "Did you mean") != (correction != "") ||
				correction != "" && !strings.Contains(said, `Did you mean "`+correction+`"?`) {
				t.Errorf("%s, %q: %s", name, address, said)
			}
		}
	}
	for _, address := range []string{"me:secret@ci.example.com", "me:secret@ci.example.com:8443", "https://me:secret@ci example.com"} {
		diagnostics := acctest.NewProtocol(t).Configure(map[string]any{"rancher": map[string]any{"base_url": address}})
		if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || strings.Contains(said, "secret") {
			t.Errorf("%s: %s", address, said)
		}
	}
}

// The environment is checked like the configuration, but no attribute is to
// blame.
func TestUnusableEnvironmentIsNamed(t *testing.T) {
	noEnvironment(t)
	t.Setenv("GITLAB_TOKEN", "a-token")
	t.Setenv("GITLAB_BASE_URL", "gitlab.example.com")
	diagnostics := acctest.NewProtocol(t).Configure(map[string]any{})
	if said := acctest.Said(diagnostics); !acctest.Failed(diagnostics) || !strings.Contains(said, "GITLAB_BASE_URL") || !strings.Contains(said, `"gitlab.example.com"`) {
		t.Errorf("said %q", said)
	}
}

// A token that a file or a command gave its line break would fail at each
// request, with the token in the message.
func TestTokenWithABlankIsRefusedBeforeAnyRequest(t *testing.T) {
	noEnvironment(t)
	server := newRecorder(t)
	for _, token := range []string{"a-token\n", " a-token", "a-token\r\n", "a\ttoken", "a-token\x00"} {
		t.Setenv("GITLAB_TOKEN", "")
		configured := acctest.NewProtocol(t).Configure(gitLabBlock(map[string]any{"base_url": server.URL, "token": token}))
		want := tftypes.NewAttributePath().WithAttributeName("gitlab").WithAttributeName("token")
		if said := acctest.Said(configured); len(configured) != 1 || !acctest.Failed(configured) || !configured[0].Attribute.Equal(want) || strings.Contains(said, "a-token") {
			t.Errorf("configured as %q: %s", token, said)
		}
		if strings.Contains(token, "\x00") {
			continue
		}
		t.Setenv("GITLAB_TOKEN", token)
		fromEnvironment := acctest.NewProtocol(t).Configure(map[string]any{"gitlab": map[string]any{"base_url": server.URL}})
		said := acctest.Said(fromEnvironment)
		if len(fromEnvironment) != 1 || !acctest.Failed(fromEnvironment) || !strings.Contains(said, "GITLAB_TOKEN") || strings.Contains(said, "a-token") {
			t.Errorf("%q in the environment: %s", token, said)
		}
	}
	if len(server.requests) > 0 {
		t.Errorf("%d requests", len(server.requests))
	}
}

func TestWhatPutsTheTokenAtRiskIsAWarning(t *testing.T) {
	noEnvironment(t)
	for baseURL, warns := range map[string]bool{
		"http://gitlab.example.com": true, "http://192.0.2.1:8080/git": true,
		"https://gitlab.example.com": false, "http://localhost:8086": false, "http://127.0.0.1": false, "http://127.9.9.9": false, "http://[::1]:80": false,
	} {
		fromConfiguration := acctest.Said(acctest.NewProtocol(t).Configure(gitLabBlock(map[string]any{"base_url": baseURL})))
		t.Setenv("GITLAB_BASE_URL", baseURL)
		fromEnvironment := acctest.Said(acctest.NewProtocol(t).Configure(gitLabBlock(nil)))
		t.Setenv("GITLAB_BASE_URL", "")
		for _, said := range []string{fromConfiguration, fromEnvironment} {
			if (said != "") != warns || warns && !strings.Contains(said, "WARNING: The token travels in clear") {
				t.Errorf("%s: %q", baseURL, said)
			}
		}
	}
	if said := acctest.Said(acctest.NewProtocol(t).Configure(gitLabBlock(map[string]any{"insecure": true}))); !strings.Contains(said, "WARNING: Server certificates are not checked") {
		t.Errorf("insecure: %q", said)
	}
}

func TestTLSSettings(t *testing.T) {
	noEnvironment(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) }))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	key, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(certificate), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		setting string
		value   any
		failure string
	}{
		"trusted by text":   {"ca_cert_pem", certificate, ""},
		"trusted by a file": {"ca_cert_file", file, ""},
		"not checked":       {"insecure", true, ""},
		"not trusted":       {"insecure", false, "authority that isn't trusted here. Add the authority with ca_cert_pem or ca_cert_file of the provider's gitlab block"},
	} {
		p := acctest.NewProtocol(t)
		p.Succeeds(p.Configure(gitLabBlock(map[string]any{
			"base_url": server.URL, c.setting: c.value, "client_cert_pem": certificate,
			"client_key_pem": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		})))
		said := acctest.Said(readPipelines(p))
		if (said != "") != (c.failure != "") || !strings.Contains(said, c.failure) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestRetriesAndTimeoutAreTheConfiguredOnes(t *testing.T) {
	noEnvironment(t)
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	p := acctest.NewProtocol(t)
	p.Succeeds(p.Configure(gitLabBlock(map[string]any{"base_url": server.URL, "max_retries": int64(2)})))
	if said := acctest.Said(readPipelines(p)); calls != 3 || !strings.Contains(said, "max_retries") {
		t.Errorf("%d calls, then %s", calls, said)
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	p = acctest.NewProtocol(t)
	p.Succeeds(p.Configure(gitLabBlock(map[string]any{"base_url": slow.URL, "request_timeout": "20ms"})))
	if said := acctest.Said(readPipelines(p)); !strings.Contains(said, "did not answer in time") || !strings.Contains(said, "request_timeout") {
		t.Errorf("after 20ms: %s", said)
	}
}

// A setting that is known only after apply is an error for who needs GitLab
// now, and for nobody else.
func TestSettingsThatAreNotKnownYet(t *testing.T) {
	noEnvironment(t)
	for name, kind := range map[string]tftypes.Type{
		"token": tftypes.String, "base_url": tftypes.String, "insecure": tftypes.Bool, "max_retries": tftypes.Number, "headers": tftypes.Map{ElementType: tftypes.String},
	} {
		p := acctest.NewProtocol(t)
		if said := acctest.Said(p.Configure(gitLabBlock(map[string]any{name: tftypes.NewValue(kind, tftypes.UnknownValue)}))); said != "" {
			t.Errorf("%s: configuring says %s", name, said)
		}
		diagnostics := readPipelines(p)
		if said := acctest.Said(diagnostics); len(diagnostics) != 1 || !strings.Contains(said, "not known yet") || !strings.Contains(said, "-target") {
			t.Errorf("%s: reading says %s", name, said)
		}
	}
}

func TestHeaderThatIsNotKnownYet(t *testing.T) {
	noEnvironment(t)
	p := acctest.NewProtocol(t)
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	p.Succeeds(p.Configure(gitLabBlock(map[string]any{"headers": map[string]any{"X-Known": "x", "X-Unknown": unknown}})))
	if said := acctest.Said(readPipelines(p)); !strings.Contains(said, "not known yet") {
		t.Errorf("reading says %q", said)
	}
	for typeName, configuration := range newResources {
		if said := acctest.Said(p.Plan(typeName, nil, configuration, configuration)); said != "" {
			t.Errorf("a plan to create %s needs no header yet: %s", typeName, said)
		}
	}
}

func TestHeaderThatIsNullIsNotSent(t *testing.T) {
	noEnvironment(t)
	server := newRecorder(t)
	p := acctest.NewProtocol(t)
	p.Succeeds(p.Configure(gitLabBlock(map[string]any{"base_url": server.URL, "headers": map[string]any{"X-Set": "x", "X-Null": nil}})))
	p.Succeeds(readPipelines(p))
	if sent := server.last(t).Header; sent.Get("X-Set") != "x" || len(sent.Values("X-Null")) > 0 {
		t.Errorf("sent %v", sent)
	}
}

func TestTokenThatIsKnownOnlyAfterApply(t *testing.T) {
	p := acctest.NewGitLab(t).NewProject()
	noEnvironment(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf(`
resource "terraform_data" "token" { input = %q }
provider "cicd" {
  gitlab = {
    base_url = %q
    token    = terraform_data.token.output
  }
}
resource "cicd_gitlab_pipeline_schedule" "this" {
  project     = %q
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}
`, p.Token, p.BaseURL, p.Path),
			Check: resource.TestCheckResourceAttr("cicd_gitlab_pipeline_schedule.this", "project_id", fmt.Sprint(p.ID)),
		}},
	})
}

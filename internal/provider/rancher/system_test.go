// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// recorder is a server whose every answer is a remote account, and which keeps
// the tokens that it was sent.
type recorder struct {
	*httptest.Server
	mu     sync.Mutex
	tokens []string
	paths  []string
}

func newRecorder(t *testing.T, start func(*httptest.Server)) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewUnstartedServer(r)
	// It would complain of clients that don't trust it.
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(r.Server)
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens, r.paths = append(r.tokens, req.Header.Get("Authorization")), append(r.paths, req.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"id":"ra-1","type":"remoteAccount","spec":{"type":"github"}}`))
}

func (r *recorder) last() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tokens) == 0 {
		return "nothing"
	}
	return r.tokens[len(r.tokens)-1]
}

// readAccount uses a Rancher type.
func readAccount(p *acctest.Protocol) []*tfprotov6.Diagnostic {
	return p.Read(accountType, object{"id": "ra-1", "type": "github"})
}

// environment sets Rancher's variables, and empties those that aren't given.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"RANCHER_URL", "RANCHER_TOKEN_KEY", "RANCHER_ACCESS_KEY", "RANCHER_SECRET_KEY", "RANCHER_CA_CERTS", "RANCHER_INSECURE"} {
		t.Setenv(name, variables[name])
	}
}

// All of a key comes from one place, and the configuration wins.
func TestConfigurationWinsOverEnvironment(t *testing.T) {
	server, other := newRecorder(t, (*httptest.Server).Start), newRecorder(t, (*httptest.Server).Start)
	const token, access, secret = "RANCHER_TOKEN_KEY", "RANCHER_ACCESS_KEY", "RANCHER_SECRET_KEY"
	for name, c := range map[string]struct {
		environment map[string]string
		block       object
		want        string
	}{
		"token in the block":              {nil, object{"token": "token-a:b"}, "Bearer token-a:b"},
		"keys in the block":               {nil, object{"access_key": "token-a", "secret_key": "b"}, "Bearer token-a:b"},
		"token in the environment":        {map[string]string{token: "token-c:d"}, object{}, "Bearer token-c:d"},
		"keys in the environment":         {map[string]string{access: "token-c", secret: "d"}, object{}, "Bearer token-c:d"},
		"both in the environment":         {map[string]string{token: "token-c:d", access: "token-e", secret: "f"}, object{}, "Bearer token-c:d"},
		"token over token":                {map[string]string{token: "token-c:d"}, object{"token": "token-a:b"}, "Bearer token-a:b"},
		"token over keys":                 {map[string]string{access: "token-c", secret: "d"}, object{"token": "token-a:b"}, "Bearer token-a:b"},
		"keys over token":                 {map[string]string{token: "token-c:d"}, object{"access_key": "token-a", "secret_key": "b"}, "Bearer token-a:b"},
		"keys over keys":                  {map[string]string{access: "token-c", secret: "d"}, object{"access_key": "token-a", "secret_key": "b"}, "Bearer token-a:b"},
		"half a key in the environment":   {map[string]string{access: "token-c"}, object{"token": "token-a:b"}, "Bearer token-a:b"},
		"the other half, too":             {map[string]string{secret: "d"}, object{"token": "token-a:b"}, "Bearer token-a:b"},
		"an unusable one that isn't used": {map[string]string{token: "token-c:d\n"}, object{"access_key": "token-a", "secret_key": "b"}, "Bearer token-a:b"},
	} {
		environment(t, c.environment)
		t.Setenv("RANCHER_URL", other.URL)
		for _, server := range []*recorder{server, other} {
			block := object{"dialect": "spec"}
			for name, value := range c.block {
				block[name] = value
			}
			if server != other {
				block["base_url"] = server.URL
			}
			p := acctest.NewProtocol(t)
			p.Succeeds(p.Configure(object{"rancher": block}))
			p.Succeeds(readAccount(p))
			if got := server.last(); got != c.want {
				t.Errorf("%s: sent %s, want %s", name, got, c.want)
			}
		}
	}
}

func TestAddressMayHaveAPrefixAndNameTheAPI(t *testing.T) {
	environment(t, nil)
	for _, prefix := range []string{"", "/rancher", "/a/b"} {
		for _, ending := range []string{"", "/", "/v3", "/v3/"} {
			server := newRecorder(t, (*httptest.Server).Start)
			p := acctest.NewProtocol(t)
			p.Succeeds(p.Configure(object{"rancher": object{"base_url": server.URL + prefix + ending, "token": "a:b", "dialect": "spec"}}))
			p.Succeeds(readAccount(p))
			if want := []string{prefix + "/v3/remoteaccounts", prefix + "/v3/remoteAccounts/ra-1"}; !slices.Equal(server.paths, want) {
				t.Errorf("base_url with %q: requests to %q, want %s", prefix+ending, server.paths, want)
			}
		}
	}
}

// Without an address or a whole key, Rancher is an error for who uses it, and
// for nobody else; a plan that would create says so already.
func TestRancherThatIsNotConfigured(t *testing.T) {
	newResources := map[string]object{
		accountType: {"type": "github"}, configType: {"cluster_id": "c-abc12"},
		"cicd_rancher_pipeline": {"project_id": "c-abc12:p-x1y2z", "display_name": "a", "active": true, "stages": []any{object{
			"name": "a", "steps": []any{object{"type": "sourcecode"}},
		}}},
	}
	for name, c := range map[string]struct {
		environment map[string]string
		block       any
	}{
		"no block": {nil, nil}, "an empty block": {nil, object{}}, "an address alone": {nil, object{"base_url": "https://rancher.example.com"}},
		"a token alone":          {nil, object{"token": "a:b"}},
		"an access key alone":    {map[string]string{"RANCHER_URL": "https://rancher.example.com", "RANCHER_ACCESS_KEY": "a"}, nil},
		"a secret key alone":     {map[string]string{"RANCHER_URL": "https://rancher.example.com", "RANCHER_SECRET_KEY": "b"}, nil},
		"unusable, but not used": {map[string]string{"RANCHER_INSECURE": "perhaps", "RANCHER_CA_CERTS": "nothing"}, nil},
	} {
		environment(t, c.environment)
		p := acctest.NewProtocol(t)
		if said := acctest.Said(p.Configure(object{"rancher": c.block})); said != "" {
			t.Errorf("%s: configuring says %s", name, said)
		}
		check := func(use string, diagnostics []*tfprotov6.Diagnostic) {
			said := acctest.Said(diagnostics)
			for _, text := range []string{"Rancher is not configured", "base_url", "access_key", "RANCHER_URL", "RANCHER_TOKEN_KEY", "RANCHER_ACCESS_KEY and RANCHER_SECRET_KEY"} {
				if len(diagnostics) != 1 || !strings.Contains(said, text) {
					t.Errorf("%s, %s: %s", name, use, said)
				}
			}
		}
		check("read", readAccount(p))
		for typeName, configuration := range newResources {
			check("plan of "+typeName, p.Plan(typeName, nil, configuration, configuration))
		}
	}
}

func TestUnusableSettingsAreRefusedBeforeAnythingIsDone(t *testing.T) {
	environment(t, nil)
	address := "https://rancher.example.com"
	for name, c := range map[string]struct {
		block object
		at    string
	}{
		"empty token":          {object{"token": ""}, "token"},
		"token with a break":   {object{"base_url": address, "token": "CANARY:b\n"}, "token"},
		"empty access key":     {object{"access_key": "", "secret_key": "b"}, "access_key"},
		"secret with a blank":  {object{"base_url": address, "access_key": "a", "secret_key": "CANARY b"}, "secret_key"},
		"access key alone":     {object{"access_key": "CANARY"}, "access_key"},
		"secret key alone":     {object{"secret_key": "CANARY"}, "secret_key"},
		"token and access key": {object{"token": "a:b", "access_key": "a", "secret_key": "b"}, "access_key"},
		"dialect":              {object{"dialect": "v2.0"}, "dialect"},
		"address":              {object{"base_url": "rancher.example.com"}, "base_url"},
	} {
		diagnostics := acctest.NewProtocol(t).Configure(object{"rancher": c.block})
		want := tftypes.NewAttributePath().WithAttributeName("rancher").WithAttributeName(c.at)
		said := acctest.Said(diagnostics)
		at := func(d *tfprotov6.Diagnostic) bool { return d.Attribute.Equal(want) }
		if !acctest.Failed(diagnostics) || !slices.ContainsFunc(diagnostics, at) || strings.Contains(said, "CANARY") {
			t.Errorf("%s: %s", name, said)
		}
	}
	for variable, value := range map[string]string{
		"RANCHER_URL": "rancher.example.com", "RANCHER_TOKEN_KEY": "CANARY :b", "RANCHER_SECRET_KEY": "CANARY b",
		"RANCHER_INSECURE": "perhaps", "RANCHER_CA_CERTS": "/etc/ssl/ca.pem",
	} {
		environment(t, map[string]string{variable: value})
		block := object{"base_url": address, "token": "a:b"}
		switch variable {
		case "RANCHER_URL":
			delete(block, "base_url")
		case "RANCHER_TOKEN_KEY":
			delete(block, "token")
		case "RANCHER_SECRET_KEY":
			delete(block, "token")
			t.Setenv("RANCHER_ACCESS_KEY", "a")
		}
		said := acctest.Said(acctest.NewProtocol(t).Configure(object{"rancher": block}))
		if !strings.Contains(said, "ERROR") || !strings.Contains(said, variable) || strings.Contains(said, "CANARY") {
			t.Errorf("%s: %q", variable, said)
		}
	}
}

// What the block doesn't say about certificates, the environment does.
func TestCertificatesInTheEnvironment(t *testing.T) {
	server := newRecorder(t, (*httptest.Server).StartTLS)
	trusted := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	const distrust = "authority that isn't trusted here"
	for name, c := range map[string]struct {
		environment map[string]string
		block       object
		says        string
	}{
		"nothing":                      {nil, nil, distrust},
		"trusted":                      {map[string]string{"RANCHER_CA_CERTS": trusted}, nil, ""},
		"not checked":                  {map[string]string{"RANCHER_INSECURE": "true"}, nil, ""},
		"checked":                      {map[string]string{"RANCHER_INSECURE": "false"}, nil, distrust},
		"the configuration checks":     {map[string]string{"RANCHER_INSECURE": "true"}, object{"insecure": false}, distrust},
		"the configuration trusts":     {map[string]string{"RANCHER_CA_CERTS": otherAuthority(t)}, object{"ca_cert_pem": trusted}, ""},
		"the configuration trusts not": {map[string]string{"RANCHER_CA_CERTS": trusted}, object{"ca_cert_pem": otherAuthority(t)}, distrust},
	} {
		environment(t, c.environment)
		block := object{"base_url": server.URL, "token": "a:b", "dialect": "spec"}
		for name, value := range c.block {
			block[name] = value
		}
		p := acctest.NewProtocol(t)
		p.Succeeds(p.Configure(object{"rancher": block}))
		said := acctest.Said(readAccount(p))
		if (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// otherAuthority is one that signed nothing here: all of httptest's servers
// have the same certificate.
func otherAuthority(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// A setting that is known only after apply is an error for who needs Rancher
// now, and for nobody else.
func TestSettingsThatAreNotKnownYet(t *testing.T) {
	environment(t, nil)
	for _, name := range []string{"base_url", "token", "access_key", "secret_key", "dialect"} {
		block := object{"base_url": "https://rancher.example.com", "token": "a:b"}
		if strings.HasSuffix(name, "_key") {
			block = object{"base_url": "https://rancher.example.com", "access_key": "a", "secret_key": "b"}
		}
		block[name] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		p := acctest.NewProtocol(t)
		if said := acctest.Said(p.Configure(object{"rancher": block})); said != "" {
			t.Errorf("%s: configuring says %s", name, said)
		}
		diagnostics := readAccount(p)
		if said := acctest.Said(diagnostics); len(diagnostics) != 1 || !strings.Contains(said, "not known yet") || !strings.Contains(said, "-target") {
			t.Errorf("%s: reading says %s", name, said)
		}
		configuration := object{"type": "github"}
		if said := acctest.Said(p.Plan(accountType, nil, configuration, configuration)); said != "" {
			t.Errorf("%s: planning says %s", name, said)
		}
	}
}

func TestTokenThatIsKnownOnlyAfterApply(t *testing.T) {
	r := acctest.NewRancher(t)
	environment(t, nil)
	steps(t, resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "token" { input = %q }
provider "cicd" {
  rancher = {
    base_url = %q
    token    = terraform_data.token.output
  }
}
`, r.Token, r.BaseURL) + account(`display_name = "somename"`),
		Check: accountOnServer(r, object{"displayName": "somename"}),
	})
}

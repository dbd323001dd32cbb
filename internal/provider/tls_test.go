// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// eachSystem reads something of a system, of which `[]`, `{"items":[]}` and an
// empty collection are good answers.
var eachSystem = map[string]struct {
	read   func(p *acctest.Protocol) []*tfprotov6.Diagnostic
	answer string
	// more is what its block needs, so that it asks for nothing else.
	more object
}{
	"gitlab": {readPipelines, "[]", object{"token": "a-token"}},
	"nautes": {func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
		_, diagnostics := p.Data("cicd_nautes_project_pipeline_runtimes", object{"product": "demo"})
		return diagnostics
	}, `{"items":[]}`, object{"token": "a-token"}},
	"rancher": {func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
		_, diagnostics := p.Data("cicd_rancher_remote_accounts", object{})
		return diagnostics
	}, `{"type":"collection","data":[]}`, object{"token": "token-abcde:secret", "dialect": "spec"}},
}

// tlsServer answers all that asks it with a certificate.
func tlsServer(t *testing.T, answer string, config *tls.Config) (server *httptest.Server, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	// The handshakes that are meant to fail need no line in the test's output.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, asked
}

// What is wrong with a certificate is said for each system alike, with the
// address and the setting that helps; to look away is the last of them.
func TestEachSystemChecksCertificates(t *testing.T) {
	t.Parallel()
	trusted := newAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(trusted.PEM), 0o600); err != nil {
		t.Fatal(err)
	}
	client, strange := trusted.client(), newAuthority(t).client()
	good := trusted.server()
	expired := trusted.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "server"}, IPAddresses: loopback, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour),
	})
	other := trusted.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "other"}, DNSNames: []string{"other.example.com"}})
	clients := x509.NewCertPool()
	clients.AddCert(trusted.certificate)
	mutual := func(version uint16) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{good.Certificate}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MaxVersion: version}
	}
	serving := func(c issued) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c.Certificate}} }
	trust := object{"ca_cert_pem": trusted.PEM}
	pair := func(c issued) object {
		return with(trust, object{"client_cert_pem": c.certificatePEM, "client_key_pem": c.keyPEM})
	}
	for name, c := range map[string]struct {
		server  *tls.Config
		setting object
		// says are the texts of the error, in their order; none when it works.
		says []string
	}{
		"trusted by text":         {serving(good), trust, nil},
		"trusted by a file":       {serving(good), object{"ca_cert_file": file}, nil},
		"not trusted":             {serving(good), object{}, []string{"isn't trusted here", "ca_cert_pem or ca_cert_file", "insecure"}},
		"other authority":         {serving(good), object{"ca_cert_pem": newAuthority(t).PEM}, []string{"isn't trusted here", "ca_cert_pem or ca_cert_file", "insecure"}},
		"insecure":                {serving(expired), object{"insecure": true}, nil},
		"expired":                 {serving(expired), trust, []string{"not valid", "expired", "clock", "ca_cert_pem or ca_cert_file", "insecure"}},
		"another host":            {serving(other), trust, []string{"for another host", "base_url", "insecure"}},
		"known client":            {mutual(0), pair(client), nil},
		"known client, TLS 1.2":   {mutual(tls.VersionTLS12), pair(client), nil},
		"no client, TLS 1.2":      {mutual(tls.VersionTLS12), trust, []string{"refused the TLS connection", "client_cert_pem and client_key_pem"}},
		"strange client, TLS 1.2": {mutual(tls.VersionTLS12), pair(strange), []string{"refused the TLS connection", "client_cert_pem and client_key_pem"}},
		"no client":               {mutual(0), trust, []string{"client_cert_pem and client_key_pem"}},
	} {
		for system, use := range eachSystem {
			server, asked := tlsServer(t, use.answer, c.server)
			p := acctest.NewProtocol(t)
			configured := p.Configure(object{system: with(with(object{"base_url": server.URL, "max_retries": int64(0)}, use.more), c.setting)})
			p.Succeeds(configured)
			if warned := strings.Contains(acctest.Said(configured), "WARNING: Server certificates are not checked"); warned != (c.setting["insecure"] == true) {
				t.Errorf("%s, %s: configuring says %s", system, name, acctest.Said(configured))
			}
			diagnostics := use.read(p)
			said := acctest.Said(diagnostics)
			switch {
			case c.says == nil:
				if said != "" || asked.Load() == 0 {
					t.Errorf("%s, %s: %s", system, name, said)
				}
			case !acctest.Failed(diagnostics) || asked.Load() > 0 || !acctest.Saying(append([]string{server.URL}, c.says...)...).MatchString(said):
				t.Errorf("%s, %s: it doesn't say %q: %s", system, name, c.says, said)
			}
			if at := strings.Index(said, "insecure"); at >= 0 && !strings.Contains(said[:at], "ca_cert_") && !strings.Contains(said[:at], "base_url") {
				t.Errorf("%s, %s: insecure comes first: %s", system, name, said)
			}
		}
	}
}

// Where http and https are mixed up, it is said which of the two is spoken.
func TestEachSystemTellsHTTPFromHTTPS(t *testing.T) {
	t.Parallel()
	for system, use := range eachSystem {
		plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, use.answer) }))
		t.Cleanup(plain.Close)
		encrypted, _ := tlsServer(t, use.answer, nil)
		for address, says := range map[string]string{
			strings.Replace(plain.URL, "http:", "https:", 1):     "speaks http, where base_url says https",
			strings.Replace(encrypted.URL, "https:", "http:", 1): "with 400 Bad Request",
		} {
			p := acctest.NewProtocol(t)
			p.Succeeds(p.Configure(object{system: with(object{"base_url": address, "max_retries": int64(0)}, use.more)}))
			if said := acctest.Said(use.read(p)); !strings.Contains(said, says) || !strings.Contains(said, address) {
				t.Errorf("%s: %s", system, said)
			}
		}
	}
}

// A token that travels in clear is warned about for each system, but not on
// the machine itself.
func TestEachSystemWarnsOfATokenInClear(t *testing.T) {
	t.Parallel()
	for system, use := range eachSystem {
		for address, warns := range map[string]bool{
			"http://ci.example.com": true, "http://192.0.2.1:8080/prefix": true, "https://ci.example.com": false, "http://localhost:8086": false, "http://127.0.0.1": false, "http://[::1]:80": false,
			"HTTP://ci.example.com": true, "http://127.0.0.1.example.com": true,
		} {
			said := acctest.Said(acctest.NewProtocol(t).Configure(object{system: with(object{"base_url": address}, use.more)}))
			if (said != "") != warns || warns && !acctest.Saying("WARNING: The token travels in clear", `AttributeName("`+system+`")`).MatchString(said) {
				t.Errorf("%s, %s: %q", system, address, said)
			}
		}
	}
}

// Neither a redirect nor the next page's address takes the token to another
// host, nor to another port of the same.
func TestNoSystemTakesTheTokenElsewhere(t *testing.T) {
	t.Parallel()
	for system, use := range eachSystem {
		for _, status := range []int{301, 302, 303, 307, 308, 200} {
			var elsewhere atomic.Int32
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				to := other.URL + r.URL.Path + "?marker=x&page=2"
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Link", `<`+to+`>; rel="next"`)
				if status != http.StatusOK {
					w.Header().Set("Location", to)
					w.WriteHeader(status)
					return
				}
				if asked == 1 {
					w.Header().Set("X-Next-Page", "2")
					w.Header().Set("Content-Location", to)
				}
				_, _ = io.WriteString(w, strings.Replace(use.answer, `"data"`, `"pagination":{"next":"`+to+`"},"links":{"self":"`+to+`"},"data"`, 1))
			}))
			p := acctest.NewProtocol(t)
			p.Succeeds(p.Configure(object{system: with(object{"base_url": server.URL, "max_retries": int64(0)}, use.more)}))
			diagnostics := use.read(p)
			if said := acctest.Said(diagnostics); elsewhere.Load() > 0 || asked == 0 || status != http.StatusOK && !strings.Contains(said, "base_url") {
				t.Errorf("%s, %d: %d requests, %d of them elsewhere: %s", system, status, asked, elsewhere.Load(), said)
			}
			server.Close()
			other.Close()
		}
	}
}

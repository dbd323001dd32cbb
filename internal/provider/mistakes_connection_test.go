// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

func configurationMistakes() []mistake {
	gitlab := func(settings object) func(*scene) told { return configure(object{"gitlab": settings}) }
	rancher := func(settings object) func(*scene) told { return configure(object{"rancher": settings}) }
	environment := func(name, value string, block object) func(*scene) told {
		return func(s *scene) told {
			s.t.Setenv(name, value)
			return configure(block)(s)
		}
	}
	// used is a system's settings, and one of its types.
	used := func(system string, settings any) func(*scene) told {
		return func(s *scene) told {
			p := acctest.NewProtocol(s.t)
			p.Succeeds(p.Configure(object{system: settings}))
			return told{"read", eachSystem[system].read(p)}
		}
	}
	trusted := func(s *scene) issued { return newAuthority(s.t).client() }
	return []mistake{
		{"GitLab isn't configured", used("gitlab", nil)},
		{"Nautes isn't configured", used("nautes", nil)},
		{"Rancher isn't configured", used("rancher", nil)},
		{"Nautes has no token", used("nautes", object{"base_url": "https://nautes.example.com"})},
		{"Rancher has half a key in the environment", environmentAndUse("RANCHER_ACCESS_KEY", "token-abcde", "rancher", object{"base_url": "https://rancher.example.com"})},
		{"a token that is known only after apply", used("gitlab", object{"token": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})},
		{"a token that is empty", gitlab(object{"token": ""})},
		{"a token with a line break", gitlab(object{"token": secretToken + "\n"})},
		{"a token with a line break in the environment", environment("NAUTES_TOKEN", secretToken+"\n", nil)},
		{"an access key without its secret key", rancher(object{"access_key": "token-abcde"})},
		{"a token and an access key", rancher(object{"token": secretRancher, "access_key": "token-abcde", "secret_key": secretSecondHalf})},
		{"a type of token that there isn't", gitlab(object{"token": secretToken, "token_type": "personal"})},
		{"an address without https://", gitlab(object{"base_url": "gitlab.example.com"})},
		{"an address with a password", gitlab(object{"base_url": "https://me:" + secretSecondHalf + "@gitlab.example.com"})},
		{"an address with a query", rancher(object{"base_url": "https://rancher.example.com?token=" + secretRancher})},
		{"an address without https:// in the environment", environment("RANCHER_URL", "rancher.example.com", nil)},
		{"an address that isn't encrypted", gitlab(object{"base_url": "http://gitlab.example.com", "token": secretToken})},
		{"certificates that aren't checked", gitlab(object{"insecure": true, "token": secretToken})},
		{"insecure that is neither true nor false", environment("RANCHER_INSECURE", "yes", object{"rancher": object{"base_url": "https://rancher.example.com", "token": secretRancher}})},
		{"an authority's file that isn't there", func(s *scene) told {
			return gitlab(object{"token": secretToken, "ca_cert_file": filepath.Join(s.t.TempDir(), "ca.pem")})(s)
		}},
		{"an authority's certificate that is a file's name", gitlab(object{"token": secretToken, "ca_cert_pem": "/etc/ssl/ca.pem"})},
		{"an authority's certificate that is a file's name in the environment", environment("RANCHER_CA_CERTS", "/etc/ssl/ca.pem",
			object{"rancher": object{"base_url": "https://rancher.example.com", "token": secretRancher}})},
		{"a client's certificate without its key", func(s *scene) told {
			return gitlab(object{"token": secretToken, "client_cert_pem": trusted(s).certificatePEM})(s)
		}},
		{"a client's certificate with another one's key", func(s *scene) told {
			return gitlab(object{"token": secretToken, "client_cert_pem": trusted(s).certificatePEM, "client_key_pem": trusted(s).keyPEM})(s)
		}},
		{"a time without its unit", gitlab(object{"request_timeout": "30"})},
		{"too many retries", gitlab(object{"max_retries": int64(1000)})},
	}
}

// environmentAndUse sets a variable, and then uses a system with these settings.
func environmentAndUse(name, value, system string, settings object) func(*scene) told {
	return func(s *scene) told {
		s.t.Setenv(name, value)
		p := acctest.NewProtocol(s.t)
		p.Succeeds(p.Configure(object{system: settings}))
		return told{"read", eachSystem[system].read(p)}
	}
}

// answering is a server that answers all requests alike.
func answering(s *scene, status int, kind, body string, header ...string) string {
	s.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	s.t.Cleanup(server.Close)
	return server.URL
}

// reads reads something of a system, at an address and with settings.
func reads(s *scene, system, address string, settings object) told {
	s.t.Helper()
	p := acctest.NewProtocol(s.t)
	token := secretToken
	if system == "rancher" {
		token = secretRancher
	}
	p.Succeeds(p.Configure(object{system: with(object{"base_url": address, "token": token, "max_retries": int64(0)}, settings)}))
	return told{"read", eachSystem[system].read(p)}
}

func connectionMistakes() []mistake {
	// at reads something of a system at the address of another server.
	at := func(system string, address func(*scene) string) func(*scene) told {
		return func(s *scene) told { return reads(s, system, address(s), nil) }
	}
	says := func(status int, kind, body string, header ...string) func(*scene) string {
		return func(s *scene) string { return answering(s, status, kind, body, header...) }
	}
	fixed := func(address string) func(*scene) string { return func(*scene) string { return address } }
	const html, text, json = "text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json"
	signIn := "<!DOCTYPE html><html><head><title>Sign in · GitLab</title></head><body>" + strings.Repeat("<p>…</p>", 100) + "</body></html>"
	withCertificate := func(of func() *x509.Certificate, trust bool) func(*scene) told {
		return func(s *scene) told {
			a := newAuthority(s.t)
			certificate := a.issue(of()).Certificate
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // the failing handshake is no news
			server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
			server.StartTLS()
			s.t.Cleanup(server.Close)
			settings := object{}
			if trust {
				settings["ca_cert_pem"] = a.PEM
			}
			return reads(s, "gitlab", server.URL, settings)
		}
	}
	closed := func(s *scene) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.t.Fatal(err)
		}
		defer listener.Close()
		return "http://" + listener.Addr().String()
	}
	token := func(system, token string) func(*scene) told {
		return func(s *scene) told { return reads(s, system, s.server(), object{"token": token}) }
	}
	return []mistake{
		{"nothing listens there", at("gitlab", closed)},
		{"a host that there isn't", at("gitlab", fixed("https://gitlab..example.com"))},
		{"https to a port that speaks http", func(s *scene) told {
			return reads(s, "nautes", strings.Replace(s.server(), "http:", "https:", 1), nil)
		}},
		{"http to a port that speaks https", at("rancher", says(http.StatusBadRequest, text, "Client sent an HTTP request to an HTTPS server.\n"))},
		{"no answer in time", func(s *scene) told {
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
			s.t.Cleanup(server.Close)
			return reads(s, "gitlab", server.URL, object{"request_timeout": "20ms"})
		}},
		{"the connection breaks", at("gitlab", func(s *scene) string {
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
			s.t.Cleanup(server.Close)
			return server.URL
		})},
		{"a certificate that has expired", withCertificate(func() *x509.Certificate {
			return &x509.Certificate{IPAddresses: loopback, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}
		}, true)},
		{"a certificate of an unknown authority", withCertificate(func() *x509.Certificate { return &x509.Certificate{IPAddresses: loopback} }, false)},
		{"a certificate of another host", withCertificate(func() *x509.Certificate {
			return &x509.Certificate{DNSNames: []string{"gitlab.example.com"}}
		}, true)},
		{"GitLab: an address with a path that isn't its", at("gitlab", func(s *scene) string { return s.server() + "/demo/app" })},
		{"Nautes: an address with a path that isn't its", at("nautes", func(s *scene) string { return s.server() + "/nautes" })},
		{"Rancher: an address with a path that isn't its", at("rancher", func(s *scene) string { return s.server() + "/dashboard" })},
		{"GitLab: the address of a Nautes", at("gitlab", says(http.StatusNotFound, text, "404 page not found"))},
		{"GitLab: the address of a Rancher", at("gitlab", says(http.StatusOK, html, "<!DOCTYPE html><html><head><title>Rancher</title></head></html>"))},
		{"Nautes: the address of its GitLab", at("nautes", says(http.StatusNotFound, json, `{"error":"404 Not Found"}`))},
		{"Rancher: the address of a GitLab", at("rancher", says(http.StatusOK, html, signIn))},
		{"a page to sign in at", at("gitlab", says(http.StatusOK, html, signIn))},
		{"a redirect to where one signs in", at("gitlab", says(http.StatusFound, html, "", "Location", "https://sso.example.com/login?state=0123456789"))},
		{"a redirect of the same server to https", at("gitlab", says(http.StatusMovedPermanently, html, "", "Location", "https://127.0.0.1/api/v4/projects/1/pipelines"))},
		{"a redirect to another address", at("gitlab", says(http.StatusMovedPermanently, html, "", "Location", "https://gitlab.example.com/api/v4/projects/1/pipelines"))},
		{"a page for the time of an upgrade", at("gitlab", says(http.StatusServiceUnavailable, html, "<html><head><title>GitLab is not responding (503)</title></head></html>"))},
		{"a proxy that can't reach it", at("rancher", says(http.StatusBadGateway, html, "<html><head><title>502 Bad Gateway</title></head></html>"))},
		{"a proxy that wants to know its clients", at("gitlab", says(http.StatusProxyAuthRequired, html, "<html><head><title>Proxy Authentication Required</title></head></html>"))},
		{"a firewall in front of GitLab", at("gitlab", says(http.StatusForbidden, html, "<html><head><title>Request blocked</title></head></html>"))},
		{"a firewall", at("nautes", says(http.StatusForbidden, html, "<html><head><title>Request blocked</title></head></html>"))},
		{"too many requests", at("gitlab", says(http.StatusTooManyRequests, text, "Retry later\n", "Retry-After", "0"))},
		{"GitLab: a wrong token", token("gitlab", "glpat-wrong")},
		{"Nautes: a wrong token", token("nautes", "glpat-wrong")},
		{"Rancher: a wrong token", token("rancher", "wrong")},
		{"Rancher: a wrong secret key", at("rancher", says(http.StatusUnauthorized, json, `{"type":"error","status":"401","message":"must authenticate"}`))},
		{"GitLab: a token that has expired", func(s *scene) told {
			return reads(s, "gitlab", s.server(), object{"token": s.token(`["api"]`, "2026-01-16", "48h")})
		}},
		{"GitLab: a token that was revoked", func(s *scene) told {
			token := s.token(`["api"]`, "2026-12-31", "0s")
			s.call("DELETE /api/v4/personal_access_tokens/3")
			return reads(s, "gitlab", s.server(), object{"token": token})
		}},
		{"GitLab: a token of another type", func(s *scene) told { return reads(s, "gitlab", s.server(), object{"token_type": "job"}) }},
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// The secrets of a provider and its types. Each has its own text, so that a test
// that finds one says which.
const (
	secretToken         = "glpat-CANARY-of-a-token"
	secretRancher       = "token-abcde:CANARY-of-an-api-key"
	secretSecondHalf    = "CANARY-of-an-api-key"
	secretHeader        = `CANARY="of a header"; <&>`
	secretAuthorization = "Basic CANARY-of-a-proxy"
	secretValue         = "CANARY-of-a/välue"
	secretInput         = "CANARY-of-an-input"
	secretWriteOnly     = "CANARY-of-a-write-only-value"
)

// echo is a system that tells people all that it was sent.
type echo struct {
	name string
	// onlyWrites lets reads through to the system.
	onlyWrites bool
	answer     func(w http.ResponseWriter, r *http.Request, sent string)
}

// tell is what an echo does with a request.
func (e echo) tell(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodGet && e.onlyWrites {
		next.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	e.answer(w, r, quoted(r, body))
}

// echoes are the ways in which servers and proxies quote a request.
var echoes = []echo{
	{"a refusal", true, refuseWithJSON},
	{"a refusal of all", false, refuseWithJSON},
	{"text", false, func(w http.ResponseWriter, _ *http.Request, sent string) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, begin(sent))
	}},
	{"a page", true, func(w http.ResponseWriter, _ *http.Request, sent string) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "<html><title>"+begin(sent)+"</title></html>")
	}},
	{"a redirect", false, func(w http.ResponseWriter, r *http.Request, sent string) {
		w.Header().Set("X-Request-Id", strings.ReplaceAll(sent, "\n", " "))
		w.Header().Set("Location", "https://elsewhere.example.com/"+url.PathEscape(r.Header.Get("Authorization")+r.Header.Get("Private-Token"))+"?"+url.QueryEscape(sent))
		w.WriteHeader(http.StatusFound)
	}},
}

// begin is as much of a text as is quoted of one that isn't JSON.
func begin(text string) string {
	if len(text) <= 290 {
		return text
	}
	return text[:strings.LastIndex(text[:290], " ")]
}

// refuseWithJSON refuses in the form of the API that was asked, with what was
// sent in the message, and each letter beyond ASCII escaped.
func refuseWithJSON(w http.ResponseWriter, r *http.Request, sent string) {
	status, body := http.StatusUnprocessableEntity, object{"type": "error", "status": 422, "code": "InvalidFormat", "message": sent}
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/v4"):
		status, body = http.StatusBadRequest, object{"message": object{"base": []string{sent}, sent: []string{"is bad"}}}
	case strings.HasPrefix(r.URL.Path, "/api/v1"):
		status, body = http.StatusInternalServerError, object{"code": 500, "reason": "", "message": sent}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	for _, letter := range string(text) {
		if letter < 0x80 {
			_, _ = fmt.Fprintf(w, "%c", letter)
			continue
		}
		_, _ = fmt.Fprintf(w, `\u%04x`, letter)
	}
}

// quoted is all that a request holds: credentials, headers, body, and the texts
// in that, as a message has room for them.
func quoted(r *http.Request, body []byte) string {
	parts := []string{
		strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.Header.Get("Private-Token"), r.Header.Get("X-Proxy-Secret"), r.Header.Get("Proxy-Authorization"),
		strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "),
	}
	if _, second, found := strings.Cut(parts[0], ":"); found {
		parts = append(parts, second)
	}
	var sent any
	if json.Unmarshal(body, &sent) == nil {
		parts = append(parts, secretsOf(sent)...)
	}
	return strings.Join(append(parts, string(body)), " ")
}

// secretsOf are the canaries in a JSON value.
func secretsOf(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "CANARY") {
			found = append(found, v)
		}
	case []any:
		for _, element := range v {
			found = append(found, secretsOf(element)...)
		}
	case map[string]any:
		for _, member := range v {
			found = append(found, secretsOf(member)...)
		}
	}
	return found
}

// keepsSecrets checks what a provider told and answered, and begins anew.
func (w *demoWorld) keepsSecrets(t *testing.T, seen *acctest.Witnessed, what string) {
	t.Helper()
	never := []string{secretToken, secretSecondHalf, "of a header", "CANARY-of-a-proxy", secretWriteOnly}
	for line := range strings.Lines(w.client.keyPEM) {
		if !strings.HasPrefix(line, "-----") {
			never = append(never, strings.TrimSpace(line))
		}
	}
	for where, c := range map[string]struct {
		text    string
		secrets []string
	}{
		"what it tells": {seen.Told(), append(never, secretValue, secretInput, "CANARY")}, "the values": {seen.Values(), never},
	} {
		for _, secret := range c.secrets {
			if at := strings.Index(c.text, secret); at >= 0 {
				t.Errorf("%s: %s shows %s: …%q…", what, where, secret, c.text[max(0, at-200):min(len(c.text), at+100)])
				break
			}
		}
	}
	seen.Forget()
}

// Whatever a type does, in peace or against a server that tells people all that
// it was sent, no secret gets anywhere but into the values that are to have it.
func TestNoTypeTellsASecret(t *testing.T) {
	t.Parallel()
	for _, u := range uses() {
		t.Run(u.kind+" "+u.typeName+" "+fmt.Sprint(len(u.changed)), func(t *testing.T) {
			t.Parallel()
			w := newDemoWorld(t)
			u.live(t, w)
			for _, e := range echoes {
				// Calls to Nautes are a second apart: one way of writing is enough.
				if strings.Contains(u.typeName, "_nautes_") && e.name == "a page" {
					continue
				}
				u.liveWith(t, w, e)
			}
		})
	}
}

// live uses a type where all goes well.
func (u use) live(t *testing.T, w *demoWorld) {
	t.Helper()
	p, seen := w.provider(t, nil)
	succeeds := func(what string, diagnostics []*tfprotov6.Diagnostic) {
		t.Helper()
		if acctest.Failed(diagnostics) {
			t.Fatalf("%s: %s", what, acctest.Said(diagnostics))
		}
	}
	switch u.kind {
	case "resource":
		kept := &acctest.Kept{Type: u.typeName}
		succeeds("create", p.Apply(kept, u.configuration))
		succeeds("read", p.Refresh(kept))
		id := p.ID(kept)
		succeeds("update", p.Apply(kept, u.changed))
		if _, writeOnly := u.configuration["value_wo"]; !writeOnly { // which nobody knows at an import
			p.Import(u.typeName, id, nil)
		}
		succeeds("delete", p.Apply(kept, nil))
	case "data source":
		_, diagnostics := p.Data(u.typeName, u.configuration)
		succeeds("read", diagnostics)
	case "action":
		// One that finds nothing to do, or can't do it in this world, tells that.
		_, _ = p.Invoke(u.typeName, u.configuration)
	case "list":
		found, diagnostics := p.List(u.typeName, u.configuration, 0, true)
		succeeds("list", diagnostics)
		if len(found) == 0 {
			t.Error("nothing is listed")
		}
	}
	if !strings.Contains(seen.Told(), "API answer") {
		t.Error("no answer was logged, so nothing was proved")
	}
	w.keepsSecrets(t, seen, "in peace")
}

// liveWith uses a type where each request, or each write, is told to people.
func (u use) liveWith(t *testing.T, w *demoWorld, e echo) {
	t.Helper()
	// Each call is another run of Terraform, which remembers no answer.
	told := func(what string, call func(p *acctest.Protocol) []*tfprotov6.Diagnostic) {
		t.Helper()
		p, seen := w.provider(t, nil)
		w.meddle(e.tell)
		diagnostics := call(p)
		w.meddle(nil)
		writes := what != "read" && what != "list"
		if !acctest.Failed(diagnostics) && (writes || !e.onlyWrites) && !slices.Contains(withoutRequest, what+" "+u.typeName) {
			t.Errorf("%s with %s: it didn't fail", what, e.name)
		}
		w.keepsSecrets(t, seen, what+" with "+e.name)
	}
	switch u.kind {
	case "resource":
		told("create", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			return p.Apply(&acctest.Kept{Type: u.typeName}, u.configuration)
		})
		p, _ := w.provider(t, nil)
		kept := &acctest.Kept{Type: u.typeName}
		p.Succeeds(p.Apply(kept, u.configuration))
		told("read", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			return p.Refresh(kept)
		})
		told("update", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			return p.Apply(kept, u.changed)
		})
		told("delete", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			return p.Apply(kept, nil)
		})
		p, _ = w.provider(t, nil)
		p.Succeeds(p.Apply(kept, nil))
	case "data source":
		told("read", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			_, diagnostics := p.Data(u.typeName, u.configuration)
			return diagnostics
		})
	case "action":
		told("invoke", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			_, diagnostics := p.Invoke(u.typeName, u.configuration)
			return diagnostics
		})
	case "list":
		told("list", func(p *acctest.Protocol) []*tfprotov6.Diagnostic {
			_, diagnostics := p.List(u.typeName, u.configuration, 0, true)
			return diagnostics
		})
	}
}

// withoutRequest are what can't fail with every echo: changes that the provider
// makes without a request, and actions whose object is as they want it in this
// world, so that reads are all that they do.
var withoutRequest = []string{
	"update cicd_gitlab_pipeline", "invoke cicd_gitlab_pipeline_schedule_take_ownership", "invoke cicd_rancher_pipeline_activate",
	"invoke cicd_rancher_pipeline_deactivate", "invoke cicd_rancher_pipeline_history_stop",
}

// What an address can hold beside a host is refused, and not told.
func TestAddressWithASecretIsRefusedWithoutIt(t *testing.T) {
	for _, system := range []string{"gitlab", "nautes", "rancher"} {
		for _, address := range []string{
			"https://me:CANARY@ci.example.com", "me:CANARY@ci.example.com", "https://ci.example.com?private_token=CANARY", "ci.example.com/#CANARY",
			"https://ci example.com/?t=CANARY", "ftp://me:CANARY@x",
		} {
			p := acctest.NewProtocol(t)
			seen := p.Witness()
			said := p.Configure(object{system: object{"base_url": address}})
			if told := seen.Told(); !acctest.Failed(said) || strings.Contains(told, "CANARY") || !strings.Contains(told, system+".base_url: ") {
				t.Errorf("%s %s: %s", system, address, told)
			}
		}
	}
}

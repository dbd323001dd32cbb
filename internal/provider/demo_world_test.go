// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// meddler does something with a request on its way to the demo's world.
type meddler func(w http.ResponseWriter, r *http.Request, next http.Handler)

// demoWorld is the demo's world, with what is used of each type, behind a proxy
// that can meddle. Its clock stands still.
type demoWorld struct {
	address string
	client  issued
	meddler atomic.Pointer[meddler]
}

func newDemoWorld(t *testing.T) *demoWorld {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Seed: "demo", AdminToken: secretToken, Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{
		`/api/v4/projects/demo%2Fapp/pipeline_schedules {"description": "Build packages", "ref": "main", "cron": "0 1 * * 5"}`,
		`/api/v4/projects/demo%2Fapp/pipeline_schedules/1/variables {"key": "THERE", "value": "` + secretValue + `"}`,
		`/api/v4/projects/demo%2Fapp/pipeline {"ref": "main", "variables": [{"key": "THERE", "value": "` + secretValue + `"}]}`,
		`/api/v4/projects/demo%2Fapp/pipeline {"ref": "main"}`,
		"/" + runtimeOfExamples,
		`/v3/pipelines/p-app:build?action=run {}`,
	} {
		path, body, _ := strings.Cut(call, " ")
		request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+secretToken)
		answer := httptest.NewRecorder()
		box.Handler().ServeHTTP(answer, request)
		if answer.Code >= http.StatusBadRequest {
			t.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
	behind := httptest.NewServer(box.Handler())
	t.Cleanup(behind.Close)
	to, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	w := &demoWorld{client: newAuthority(t).client()}
	front := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if meddle := w.meddler.Load(); meddle != nil {
			(*meddle)(answer, r, proxy)
			return
		}
		proxy.ServeHTTP(answer, r)
	}))
	t.Cleanup(front.Close)
	w.address = front.URL
	return w
}

// meddle has each request meddled with from now on; nil has none.
func (w *demoWorld) meddle(m meddler) {
	if m == nil {
		w.meddler.Store(nil)
		return
	}
	w.meddler.Store(&m)
}

// provider is a provider with all secrets that a configuration can have, and
// with settings for each system; and its witness.
func (w *demoWorld) provider(t *testing.T, settings object) (*acctest.Protocol, *acctest.Witnessed) {
	t.Helper()
	p := acctest.NewProtocol(t)
	witness := p.Witness()
	connection := with(object{
		"base_url": w.address, "max_retries": int64(0), "headers": object{"X-Proxy-Secret": secretHeader, "Proxy-Authorization": secretAuthorization},
		"client_cert_pem": w.client.certificatePEM, "client_key_pem": w.client.keyPEM,
	}, settings)
	p.Succeeds(p.Configure(object{
		"gitlab": with(connection, object{"token": secretToken}), "nautes": with(connection, object{"token": secretToken}),
		"rancher": with(connection, object{"token": secretRancher}),
	}))
	return p, witness
}

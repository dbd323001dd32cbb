// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// Rancher is a Rancher server with its administrator's token.
type Rancher struct {
	instance
	// sent is called before, answered after each answer of a sandbox.
	sent     *atomic.Pointer[func(*http.Request, string)]
	answered *atomic.Pointer[func(*http.Request)]
}

func newRancher(t *testing.T, baseURL, token string, s *sandbox.Sandbox) *Rancher {
	return &Rancher{
		instance: instance{t: t, BaseURL: baseURL, Token: token, Sandbox: s, root: "/v3/", header: "Authorization", scheme: "Bearer "},
		sent:     &atomic.Pointer[func(*http.Request, string)]{},
		answered: &atomic.Pointer[func(*http.Request)]{},
	}
}

// NewRancher starts a sandbox, whose clock is frozen, or uses the live server.
// It skips the test when live tests are wanted but no Rancher is named.
func NewRancher(t *testing.T) *Rancher {
	t.Helper()
	if !Live() {
		return SandboxRancher(t)
	}
	token := os.Getenv("RANCHER_TOKEN_KEY")
	if accessKey, secretKey := os.Getenv("RANCHER_ACCESS_KEY"), os.Getenv("RANCHER_SECRET_KEY"); token == "" && accessKey != "" && secretKey != "" {
		token = accessKey + ":" + secretKey
	}
	r := newRancher(t, strings.TrimSuffix(strings.TrimRight(os.Getenv("RANCHER_URL"), "/"), "/v3"), token, nil)
	if r.BaseURL == "" || r.Token == "" {
		t.Skip("live tests of Rancher need RANCHER_URL, and RANCHER_TOKEN_KEY or RANCHER_ACCESS_KEY and RANCHER_SECRET_KEY, an administrator's")
	}
	return r
}

// SandboxRancher starts a sandbox, for tests that look into the server, make it
// fail, or need it to be of a certain kind. It skips the test when live tests
// are wanted.
func SandboxRancher(t *testing.T, kind ...func(*sandbox.Options)) *Rancher {
	t.Helper()
	if Live() {
		t.Skip("needs the sandbox: it looks into the server, makes it fail, or needs a certain kind of it")
	}
	options := sandbox.Options{Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	for _, change := range kind {
		change(&options)
	}
	s, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	r := newRancher(t, "", s.AdminToken(), s)
	handler := s.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if look := r.sent.Load(); look != nil && req.Header.Get("User-Agent") != testAgent {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				t.Error(err)
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
			(*look)(req, string(body))
		}
		handler.ServeHTTP(w, req)
		if then := r.answered.Load(); then != nil {
			(*then)(req)
		}
	}))
	t.Cleanup(server.Close)
	r.BaseURL = server.URL
	return r
}

// Sent has a function look at each of the provider's requests to the sandbox,
// with its body.
func (r *Rancher) Sent(look func(req *http.Request, body string)) { r.sent.Store(&look) }

// Answered has the sandbox call a function after each of its answers, so that
// the world changes between two of the provider's requests.
func (r *Rancher) Answered(then func(*http.Request)) { r.answered.Store(&then) }

// Provider is a provider block for the server and a token, with settings added
// to its rancher object.
func (r *Rancher) Provider(token string, settings ...string) string {
	return fmt.Sprintf("provider \"cicd\" {\n  rancher = {\n    base_url = %q\n    token = %q\n    max_retries = 0\n    %s\n  }\n}\n",
		r.BaseURL, token, strings.Join(settings, "\n    "))
}

// Config is the administrator's provider block with a configuration after it.
func (r *Rancher) Config(hcl string, args ...any) string {
	return r.Provider(r.Token) + fmt.Sprintf(hcl, args...)
}

// Protocol is the provider, configured for the server and its token.
func (r *Rancher) Protocol() *Protocol {
	r.t.Helper()
	p := NewProtocol(r.t)
	p.Succeeds(p.Configure(map[string]any{
		"rancher": map[string]any{"base_url": r.BaseURL, "token": r.Token, "max_retries": int64(0)},
	}))
	return p
}

// As is the same server for another token, behind which is another user. The
// sandbox makes one for any token of the form `name:secret`.
func (r *Rancher) As(token string) *Rancher {
	other := *r
	other.Token = token
	return &other
}

// Members are those of an API object.
type Members = map[string]any

// Stored is an object as the server shows it to a GET of its path, as in
// `pipelines/p-x1y2z:p-abcde`; nil when there is none.
func (r *Rancher) Stored(path string) Members {
	r.t.Helper()
	status, answer := r.Call(http.MethodGet, path, nil)
	if status == http.StatusNotFound && strings.Contains(string(answer), `"NotFound"`) {
		return nil
	}
	var object Members
	if err := json.Unmarshal(answer, &object); status != http.StatusOK || err != nil {
		r.t.Fatalf("GET %s: %d %s", path, status, answer)
	}
	return object
}

// Listed are the objects of a list, as in `remoteaccounts?creatorId=user-1`.
func (r *Rancher) Listed(path string) []Members {
	r.t.Helper()
	var list struct {
		Data []Members `json:"data"`
	}
	r.decode(http.MethodGet, path, nil, &list)
	return list.Data
}

// Make makes an object with a spec behind Terraform's back, as in
// `clusters/c-abc12/clusterpipelines`, and returns its id.
func (r *Rancher) Make(path string, spec Members) string {
	r.t.Helper()
	return r.Object(http.MethodPost, path, Members{"spec": spec})["id"].(string)
}

// Change changes members of an object's spec behind Terraform's back. Rancher
// merges them into what is there.
func (r *Rancher) Change(path string, spec Members) {
	r.t.Helper()
	r.Object(http.MethodPut, path, Members{"spec": spec})
}

// Act calls an action of an object behind Terraform's back, and returns the
// answer, which may be empty.
func (r *Rancher) Act(path, action string, input any) Members {
	r.t.Helper()
	return r.Object(http.MethodPost, path+"?action="+action, input)
}

// Remove deletes an object behind Terraform's back, if it is there. A live
// Rancher takes some time for that, which is waited for; a sandbox as long as
// the test wants.
func (r *Rancher) Remove(path string) {
	r.t.Helper()
	r.Call(http.MethodDelete, path, nil)
	if r.Sandbox != nil {
		return
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Second / 2) {
		if status, _ := r.Call(http.MethodGet, path, nil); status != http.StatusOK {
			return
		}
	}
	r.t.Errorf("%s is still there a minute after it was deleted", path)
}

// NewCluster makes a cluster, and returns its id.
func (r *Rancher) NewCluster() string {
	r.t.Helper()
	id := r.Object(http.MethodPost, "clusters", Members{"name": unique("acc")})["id"].(string)
	r.tidy(func() { r.Remove("clusters/" + id) })
	return id
}

// RancherProject is a project of a test.
type RancherProject struct {
	*Rancher
	// ID is the full one, `<cluster>:<project>`; ClusterID is its first half,
	// Namespace the second, which the ids of what is in the project begin with.
	ID, ClusterID, Namespace string
}

// NewProject makes a project in a cluster of its own.
func (r *Rancher) NewProject() *RancherProject {
	r.t.Helper()
	cluster := r.NewCluster()
	id := r.Object(http.MethodPost, "projects", Members{"name": unique("acc"), "clusterId": cluster})["id"].(string)
	r.tidy(func() { r.Remove("projects/" + id) })
	_, namespace, _ := strings.Cut(id, ":")
	return &RancherProject{Rancher: r, ID: id, ClusterID: cluster, Namespace: namespace}
}

// URL is an API path below the project, as in `pipelines`.
func (p *RancherProject) URL(format string, args ...any) string {
	return "projects/" + p.ID + "/" + fmt.Sprintf(format, args...)
}

// NewAccount makes a remote account, and returns its id.
func (r *Rancher) NewAccount() string {
	r.t.Helper()
	id := r.Make("remoteaccounts", Members{"type": "github", "displayName": "Octocat", "accountName": unique("octocat"), "accessToken": "secret"})
	r.tidy(func() { r.Remove("remoteaccounts/" + id) })
	return id
}

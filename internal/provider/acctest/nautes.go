// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// Nautes is a Nautes API server with a token of an administrator of its
// GitLab.
type Nautes struct {
	instance
	// GitLab is what it works on.
	GitLab *GitLab
	// cluster is one for pipelines.
	cluster string
}

// The versions of Nautes that a sandbox can be.
const (
	NautesV042 = "v0.4.2"
	NautesV038 = "v0.3.8"
)

// NewNautes starts a sandbox, whose clock is frozen, or uses the live
// instance. It skips the test when live tests are wanted but no Nautes is
// named.
func NewNautes(t *testing.T) *Nautes {
	t.Helper()
	if Live() {
		g := newGitLab(t, os.Getenv("GITLAB_BASE_URL"), os.Getenv("GITLAB_TOKEN"), nil)
		n := newNautes(g, os.Getenv("NAUTES_BASE_URL"), os.Getenv("NAUTES_TOKEN"))
		n.cluster = os.Getenv("NAUTES_CLUSTER")
		if g.BaseURL == "" || g.Token == "" || n.BaseURL == "" || n.Token == "" || n.cluster == "" {
			t.Skip("live tests of Nautes need NAUTES_BASE_URL, NAUTES_TOKEN, NAUTES_CLUSTER (a cluster for pipelines), GITLAB_BASE_URL and GITLAB_TOKEN")
		}
		// Of two calls that start in the same second it fails one, and of two that save at once.
		n.crossed = regexp.MustCompile(`default\.project'.*exists|cannot be merge automatically|\[rejected\]`).Match
		return n
	}
	return SandboxNautes(t, NautesV042)
}

// SandboxNautes starts a sandbox of a version of Nautes, for tests that look
// into the server, make it fail, or need that version. It skips the test when
// live tests are wanted.
func SandboxNautes(t *testing.T, version string) *Nautes {
	t.Helper()
	return startNautes(t, sandbox.Options{NautesVersion: version, Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
}

// CollidingNautes starts a sandbox where calls get in each other's way as they
// do on the real server. It skips the test when live tests are wanted.
func CollidingNautes(t *testing.T) *Nautes {
	t.Helper()
	return startNautes(t, sandbox.Options{NautesCollisions: true})
}

func startNautes(t *testing.T, options sandbox.Options) *Nautes {
	t.Helper()
	if Live() {
		t.Skip("needs the sandbox: it looks into the server, makes it fail, or needs a certain version of it")
	}
	s, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	n := newNautes(newGitLab(t, server.URL, s.AdminToken(), s), server.URL, s.AdminToken())
	n.cluster = "pipelines"
	n.NewCluster(n.cluster)
	return n
}

func newNautes(g *GitLab, baseURL, token string) *Nautes {
	return &Nautes{
		instance: instance{t: g.t, BaseURL: baseURL, Token: token, Sandbox: g.Sandbox, root: "/api/v1/", header: "Authorization", scheme: "Bearer "},
		GitLab:   g,
	}
}

// Provider is a provider block for the instance and a token, with settings
// added to its nautes object.
func (n *Nautes) Provider(token string, settings ...string) string {
	return fmt.Sprintf("provider \"cicd\" {\n  nautes = {\n    base_url = %q\n    token = %q\n    max_retries = 0\n    %s\n  }\n}\n",
		n.BaseURL, token, strings.Join(settings, "\n    "))
}

// Config is the administrator's provider block with a configuration after it.
func (n *Nautes) Config(hcl string, args ...any) string {
	return n.Provider(n.Token) + fmt.Sprintf(hcl, args...)
}

// Protocol is the provider, configured for the instance and its token.
func (n *Nautes) Protocol() *Protocol {
	n.t.Helper()
	p := NewProtocol(n.t)
	p.Succeeds(p.Configure(map[string]any{
		"nautes": map[string]any{"base_url": n.BaseURL, "token": n.Token, "max_retries": int64(0)},
	}))
	return p
}

// NewCluster makes a cluster for pipelines.
func (n *Nautes) NewCluster(name string) {
	n.t.Helper()
	n.Object(http.MethodPost, "clusters/"+name, map[string]any{
		"api_server": "https://cluster.example.com:6443", "cluster_kind": "kubernetes", "cluster_type": "physical", "usage": "worker",
		"worker_type": "pipeline", "primary_domain": "example.com", "kubeconfig": "apiVersion: v1",
		"components_list": map[string]any{
			"pipeline":       map[string]any{"name": "tekton", "namespace": "tekton-pipelines"},
			"event_listener": map[string]any{"name": "argo-events", "namespace": "argo-events"},
		},
	})
}

// Product is a product of a test. It has the project `api-server` with a
// repository of the same name, and the environment `env-test`.
type Product struct {
	*Nautes
	Name string
}

// NewProduct makes a product.
func (n *Nautes) NewProduct() *Product {
	n.t.Helper()
	p := &Product{Nautes: n, Name: unique("acc")}
	p.make("", map[string]any{"git": map[string]any{"gitlab": map[string]any{"name": p.Name, "path": p.Name, "visibility": "private"}}})
	p.make("/projects/api-server", map[string]any{"language": "go"})
	p.make("/environments/env-test", map[string]any{"cluster": n.cluster, "env_type": "dev"})
	p.NewRepository("api-server", "api-server")
	return p
}

// make makes an object of the product, and deletes it when the test is over.
func (p *Product) make(path string, body map[string]any) {
	p.t.Helper()
	p.Object(http.MethodPost, p.URL("%s", path), body)
	p.tidy(func() { p.Call(http.MethodDelete, p.URL("%s?insecure_skip_check=true", path), nil) })
}

// NewMember makes a user with a role in the product's group.
func (p *Product) NewMember(role int) User {
	p.t.Helper()
	user := p.GitLab.NewUser()
	p.GitLab.Object(http.MethodPost, "groups/"+p.Name+"/members", map[string]any{"user_id": user.ID, "access_level": role})
	return user
}

// URL is an API path below the product.
func (p *Product) URL(format string, args ...any) string {
	return "products/" + p.Name + fmt.Sprintf(format, args...)
}

// NewProject makes another project.
func (p *Product) NewProject(name string) {
	p.t.Helper()
	p.make("/projects/"+name, map[string]any{"language": "go"})
}

// NewRepository makes a code repository of the project `api-server`, with a
// path and a display name in GitLab.
func (p *Product) NewRepository(path, name string) {
	p.t.Helper()
	p.NewRepositoryOf("api-server", path, name)
}

// NewRepositoryOf is [Product.NewRepository] for another project.
func (p *Product) NewRepositoryOf(project, path, name string) {
	p.t.Helper()
	p.make("/coderepos/"+path, map[string]any{
		"project": project, "pipeline_runtime": true, "webhook": map[string]any{"events": []string{"push_events"}},
		"git": map[string]any{"gitlab": map[string]any{"name": name, "path": path, "visibility": "private"}},
	})
}

// Rename gives a repository another display name in GitLab.
func (p *Product) Rename(repository, name string) {
	p.t.Helper()
	p.GitLab.Object(http.MethodPut, "projects/"+p.Name+"%2F"+repository, map[string]any{"name": name})
}

// Runtime is a runtime as the server shows it; nil when there is none.
func (p *Product) Runtime(name string) map[string]any {
	p.t.Helper()
	status, answer := p.Call(http.MethodGet, p.URL("/projectpipelineruntimes/%s", name), nil)
	if status == http.StatusNotFound && strings.Contains(string(answer), "RESOURCE_NOT_FOUND") {
		return nil
	}
	var runtime map[string]any
	if err := json.Unmarshal(answer, &runtime); status != http.StatusOK || err != nil {
		p.t.Fatalf("GET of runtime %s: %d %s", name, status, answer)
	}
	return runtime
}

// Save saves a runtime behind Terraform's back, checked or not.
func (p *Product) Save(name string, body map[string]any, skipCheck bool) {
	p.t.Helper()
	p.Object(http.MethodPost, p.URL("/projectpipelineruntimes/%s?insecure_skip_check=%t", name, skipCheck), body)
	p.tidy(func() { p.Delete(name) })
}

// Change changes a runtime behind Terraform's back.
func (p *Product) Change(name string, changes map[string]any) {
	p.t.Helper()
	runtime := p.Runtime(name)
	maps.Copy(runtime, changes)
	p.Object(http.MethodPost, p.URL("/projectpipelineruntimes/%s", name), runtime)
}

// Delete deletes a runtime behind Terraform's back, if it is there.
func (p *Product) Delete(name string) {
	p.t.Helper()
	p.Call(http.MethodDelete, p.URL("/projectpipelineruntimes/%s?insecure_skip_check=true", name), nil)
}

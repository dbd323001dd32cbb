// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// atOnce is how soon an operation has to end that is interrupted.
const atOnce = time.Second

// interruption is when an operation is interrupted: during one of its requests.
type interruption struct {
	name string
	// meddle does with that request what it does, and calls reached when it is
	// time to interrupt.
	meddle func(w http.ResponseWriter, r *http.Request, next http.Handler, reached func())
	// afterWork says that the work is done then.
	afterWork bool
	// retries are the provider's.
	retries int64
}

// hang answers nothing until the client is gone.
func hang(r *http.Request) {
	// The server notices that the client is gone only after it has the body.
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

var interruptions = []interruption{
	{name: "the server hangs", meddle: func(_ http.ResponseWriter, r *http.Request, _ http.Handler, reached func()) {
		reached()
		hang(r)
	}},
	{name: "the server hangs when the work is done", afterWork: true, meddle: func(_ http.ResponseWriter, r *http.Request, next http.Handler, reached func()) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		reached()
		hang(r)
	}},
	{name: "the server has answered", meddle: func(w http.ResponseWriter, r *http.Request, next http.Handler, reached func()) {
		next.ServeHTTP(w, r)
		reached()
	}},
	{name: "the server wants a wait", retries: 5, meddle: func(w http.ResponseWriter, _ *http.Request, _ http.Handler, reached func()) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		_ = http.NewResponseController(w).Flush()
		reached()
	}},
}

// interrupted makes a call that is interrupted during its nth request, and
// reports whether it came so far, and how long it went on after that.
func (w *demoWorld) interrupted(t *testing.T, in interruption, nth int32, call func(p *acctest.Protocol)) (came bool, took time.Duration) {
	t.Helper()
	p, _ := w.provider(t, object{"max_retries": in.retries})
	var requests atomic.Int32
	reached, done := make(chan struct{}), make(chan struct{})
	w.meddle(func(answer http.ResponseWriter, r *http.Request, next http.Handler) {
		if requests.Add(1) != nth {
			next.ServeHTTP(answer, r)
			return
		}
		in.meddle(answer, r, next, func() { close(reached) })
	})
	defer w.meddle(nil)
	go func() {
		defer close(done)
		call(p)
	}()
	select {
	case <-done:
		return false, 0
	case <-reached:
	}
	begin := time.Now()
	if _, err := p.Server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Error(err)
	}
	<-done
	return true, time.Since(begin)
}

// mostRequests is how far an operation is followed; one that waits for
// something asks without end.
const mostRequests = 2

// Whatever is under way ends at once when it is interrupted, and keeps what is
// known to exist.
func TestEveryTypeIsInterrupted(t *testing.T) {
	t.Parallel()
	var (
		mu      sync.Mutex
		longest time.Duration
		times   int
	)
	// They mostly wait, for their turn or for a pipeline: more at once than there
	// are processors.
	var all sync.WaitGroup
	free := make(chan struct{}, 16)
	for _, u := range uses() {
		for _, in := range interruptions {
			if in.afterWork && (u.kind == "data source" || u.kind == "list") {
				continue // to them it is the same as a server that hangs
			}
			for _, operation := range u.operations() {
				free <- struct{}{}
				all.Go(func() {
					defer func() { <-free }()
					for nth := int32(1); nth <= mostRequests; nth++ {
						came, took := u.interrupt(t, in, operation, nth)
						if !came {
							return
						}
						if took > atOnce {
							t.Errorf("%s %s, request %d, %s: it went on for %v", u.typeName, operation, nth, in.name, took)
						}
						mu.Lock()
						longest, times = max(longest, took), times+1
						mu.Unlock()
					}
				})
			}
		}
	}
	all.Wait()
	t.Logf("%d interruptions, the longest took %v", times, longest)
}

// operations are what a type does.
func (u use) operations() []string {
	if u.kind == "resource" {
		return []string{"create", "read", "update", "delete"}
	}
	return []string{u.kind}
}

// interrupt interrupts one operation in a world of its own.
func (u use) interrupt(t *testing.T, in interruption, operation string, nth int32) (came bool, took time.Duration) {
	t.Helper()
	w := newDemoWorld(t)
	if u.kind != "resource" {
		return w.interrupted(t, in, nth, func(p *acctest.Protocol) {
			switch configuration := u.configuration; u.kind {
			case "data source":
				p.Data(u.typeName, configuration)
			case "list":
				p.List(u.typeName, configuration, 0, true)
			case "action":
				// Who waits is interrupted in that, too: no pipeline goes on here.
				if strings.Contains(waiting, u.typeName+" ") {
					configuration = with(configuration, object{"wait": true})
				}
				p.Invoke(u.typeName, configuration)
			}
		})
	}
	k := &acctest.Kept{Type: u.typeName}
	if operation != "create" {
		p, _ := w.provider(t, nil)
		p.Succeeds(p.Apply(k, u.configuration))
	}
	var (
		diagnostics []*tfprotov6.Diagnostic
		id          string
	)
	came, took = w.interrupted(t, in, nth, func(p *acctest.Protocol) {
		switch operation {
		case "create":
			diagnostics = p.Apply(k, u.configuration)
		case "read":
			diagnostics = p.Refresh(k)
		case "update":
			diagnostics = p.Apply(k, u.changed)
		case "delete":
			diagnostics = p.Apply(k, nil)
		}
	})
	if !came {
		return false, 0
	}
	if value := acctest.NewProtocol(t).Value(k); value != nil {
		var attributes map[string]tftypes.Value
		if err := value.As(&attributes); err != nil {
			t.Fatal(err)
		}
		if v, ok := attributes["id"]; ok && v.IsKnown() {
			id = acctest.Text(v)
		}
	}
	failed := acctest.Failed(diagnostics)
	switch {
	case operation == "create" && !failed && id == "", operation == "delete" && failed && id == "", (operation == "read" || operation == "update") && id == "":
		t.Errorf("%s %s, request %d, %s: nothing is kept: %s", u.typeName, operation, nth, in.name, acctest.Said(diagnostics))
	// The answer that came with the interruption may be the one that is told.
	case failed && !strings.Contains(acctest.Said(diagnostics), "nterrupted") && in.retries == 0:
		t.Errorf("%s %s, request %d, %s: it doesn't say why: %s", u.typeName, operation, nth, in.name, acctest.Said(diagnostics))
	}
	return true, took
}

// waiting are actions that can wait.
const waiting = "cicd_gitlab_pipeline_create cicd_gitlab_pipeline_cancel cicd_gitlab_pipeline_retry cicd_gitlab_pipeline_schedule_play cicd_rancher_pipeline_run " +
	"cicd_rancher_pipeline_history_stop cicd_rancher_pipeline_history_rerun "

// Calls to Nautes wait for each other. All who wait end at once.
func TestQueueForNautesIsInterrupted(t *testing.T) {
	t.Parallel()
	w := newDemoWorld(t)
	p, _ := w.provider(t, nil)
	reached := make(chan struct{})
	var once sync.Once
	w.meddle(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		once.Do(func() { close(reached) })
		hang(r)
	})
	var all sync.WaitGroup
	for n := range acctest.Parallelism {
		all.Go(func() {
			_, diagnostics := p.Data("cicd_nautes_project_pipeline_runtime", object{"product": fmt.Sprintf("demo%d", n), "name": "app-build"})
			if said := acctest.Said(diagnostics); !strings.Contains(said, "nterrupted") {
				t.Errorf("it says %s", said)
			}
		})
	}
	<-reached
	begin := time.Now()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		all.Wait()
	}()
	// Only what has begun is interrupted, and the last of them may just begin.
	for waiting := true; waiting; {
		if _, err := p.Server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ended:
			waiting = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	if took := time.Since(begin); took > atOnce {
		t.Errorf("they went on for %v", took)
	}
}

const interruptedConfiguration = `
terraform {
  required_providers {
    cicd = { source = "terraform-provider-cicd/cicd" }
  }
}
variable "token" { sensitive = true }
variable "base_url" {}
provider "cicd" {
  gitlab = {
    base_url = var.base_url
    token    = var.token
  }
}
resource "cicd_gitlab_pipeline_schedule" "first" {
  project     = "demo/app"
  description = "First"
  ref         = "main"
  cron        = "0 1 * * 5"
}
resource "cicd_gitlab_pipeline_schedule" "second" {
  project     = "demo/app"
  description = "Second, after ${cicd_gitlab_pipeline_schedule.first.pipeline_schedule_id}"
  ref         = "main"
  cron        = "0 1 * * 5"
}
`

// Ctrl-C during an apply whose server hangs ends Terraform, and the state has
// what was created before.
func TestTerraformIsInterrupted(t *testing.T) {
	t.Parallel()
	world := newDemoWorld(t)
	reached := make(chan struct{})
	var once sync.Once
	world.meddle(func(answer http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte("Second, after")) {
			once.Do(func() { close(reached) })
			<-r.Context().Done()
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(answer, r)
	})
	w := newWorkspace(t, interruptedConfiguration, map[string]string{"base_url": world.address, "token": secretToken})
	command := exec.CommandContext(t.Context(), w.tool, "apply", "-no-color", "-auto-approve")
	command.Dir = w.folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.folder, "terraformrc"), "TF_INPUT=0", "TF_VAR_base_url="+world.address, "TF_VAR_token="+secretToken)
	var shown bytes.Buffer
	command.Stdout, command.Stderr = &shown, &shown
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case <-reached:
	case err := <-ended:
		t.Fatalf("it ended before the second creation: %v\n%s", err, &shown)
	}
	begin := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("it succeeded")
	}
	// Terraform itself takes its time to write the state.
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it went on for %v", took)
	} else {
		t.Logf("it went on for %v", took)
	}
	// OpenTofu 1.9 writes it without blanks.
	if state := strings.ReplaceAll(w.state(), `": "`, `":"`); !strings.Contains(state, `"description":"First"`) || strings.Contains(state, `"description":"Second`) {
		t.Errorf("the state is %s", state)
	}
	if !acctest.Saying("The run was interrupted before GitLab answered").MatchString(shown.String()) {
		t.Errorf("it says %s", &shown)
	}
}

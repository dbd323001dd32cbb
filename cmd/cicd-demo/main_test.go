// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/process"
)

// demo builds what the demo runs, and says where; the configuration is the caller's.
func demo(t *testing.T, configuration string) places {
	t.Helper()
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		t.Skip("TF_ACC_TERRAFORM_PATH names no Terraform to run; `make test` does")
	}
	// Relative, as a caller may have it.
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if terraform, err = filepath.Rel(folder, terraform); err != nil {
		t.Fatal(err)
	}
	binaries := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binaries+string(filepath.Separator), "../..", "../cicd-sandbox")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return places{terraform: terraform, binaries: binaries, configuration: configuration, work: filepath.Join(t.TempDir(), "demo")}
}

// expectSandboxGone fails when the sandbox of a demo still answers.
func expectSandboxGone(t *testing.T, places places) {
	t.Helper()
	gone := process.Sandbox{}
	if gone.Ready(t.Context(), filepath.Join(places.work, "sandbox.env")) {
		t.Errorf("the sandbox at %s still runs", gone.BaseURL())
	}
	if gone.BaseURL() == "" {
		t.Error("the sandbox never told its address")
	}
}

func TestDemo(t *testing.T) {
	places := demo(t, "../../examples/demo")
	// What would lead Terraform astray if it were let through.
	t.Setenv("TF_CLI_CONFIG_FILE", filepath.Join(t.TempDir(), "missing"))
	t.Setenv("TF_CLI_ARGS", "-unknown-argument")
	t.Setenv("GITLAB_BASE_URL", "https://gitlab.invalid")
	if err := run(t.Context(), places); err != nil {
		t.Fatal(err)
	}
	expectSandboxGone(t, places)
}

func TestDemoFailsWithItsStep(t *testing.T) {
	configuration := t.TempDir()
	if err := os.WriteFile(filepath.Join(configuration, "main.tf"), []byte("# nothing to create\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	places := demo(t, configuration)
	if err := run(t.Context(), places); err == nil || !strings.Contains(err.Error(), "should not be empty") {
		t.Errorf("a plan without changes ended the demo with: %v", err)
	}
	expectSandboxGone(t, places)
}

func TestDemoStopsWhenInterrupted(t *testing.T) {
	places := demo(t, "../../examples/demo")
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- run(ctx, places) }()
	environmentFile := filepath.Join(places.work, "sandbox.env")
	for running := (process.Sandbox{}); !running.Ready(t.Context(), environmentFile); {
		select {
		case err := <-ended:
			t.Fatalf("ended before it was interrupted: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	interrupt()
	if err := <-ended; err == nil {
		t.Error("the demo went on to its end")
	}
	expectSandboxGone(t, places)
}

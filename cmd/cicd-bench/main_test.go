// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	cicd "github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
)

// failVariable makes this binary a provider that fails.
const failVariable = "CICD_BENCH_TEST_FAIL"

// TestMain lets the test's own binary be what tests start: a stand-in, or the provider when it is started as a plugin.
func TestMain(m *testing.M) {
	switch {
	case standsIn():
		code, err := standIn()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	case os.Getenv(failVariable) != "":
		fmt.Print("as it came: ", strings.Join(os.Args[1:], " "))
		os.Exit(3)
	case os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "":
		err := providerserver.Serve(context.Background(), cicd.New("test"), providerserver.ServeOpts{Address: "registry.terraform.io/a/b", ProtocolVersion: 6})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// standInFor installs a stand-in for this test's binary, and returns it and the configuration that makes Terraform use it.
func standInFor(t *testing.T) (p provider, commandLine string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p = ours(self)
	commandLine, err = installStandIns(filepath.Join(t.TempDir(), "providers"), []*provider{&p})
	if err != nil {
		t.Fatal(err)
	}
	return p, commandLine
}

func TestStandInsAreWhatTerraformFinds(t *testing.T) {
	t.Parallel()
	p, commandLine := standInFor(t)
	content, err := os.ReadFile(commandLine)
	if err != nil || !strings.Contains(string(content), fmt.Sprintf("%q = %q", "terraform-provider-cicd/cicd", filepath.Dir(p.standIn))) {
		t.Errorf("%s, %v", content, err)
	}
}

func TestStartup(t *testing.T) {
	t.Parallel()
	p, _ := standInFor(t)
	measured, err := measureStartup(t.Context(), []*provider{&p}, os.Environ(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if s := measured[0]; s.Seconds <= 0 || s.PeakMemory < 1e6 || s.Protocol != 6 {
		t.Errorf("%+v", s)
	}
}

func TestStandInPassesOnHowTheProviderEnds(t *testing.T) {
	t.Parallel()
	p, _ := standInFor(t)
	usageFile := filepath.Join(t.TempDir(), "usage")
	for range 2 {
		command := exec.CommandContext(t.Context(), p.standIn, "-flag", "word")
		command.Env = append(os.Environ(), realVariable+"="+p.binary, usageVariable+"="+usageFile, failVariable+"=1")
		out, err := command.Output()
		if command.ProcessState.ExitCode() != 3 || string(out) != "as it came: -flag word" {
			t.Errorf("ended with %v, printed %q", err, out)
		}
	}
	if used, err := readUsage(usageFile); err != nil || used.Processes != 2 || used.CPU <= 0 || used.PeakMemory < 1e6 {
		t.Errorf("used %+v, %v", used, err)
	}
}

func TestUsageAddsUp(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "usage")
	if _, err := readUsage(file); err == nil {
		t.Error("no process is no error")
	}
	for _, line := range []string{`{"cpu": 5, "peak_memory": 30, "processes": 1}`, `{"cpu": 7, "peak_memory": 20, "processes": 1}`} {
		if err := appendLine(file, []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if sum, err := readUsage(file); err != nil || sum != (usage{CPU: 12, PeakMemory: 30, Processes: 2}) {
		t.Errorf("%+v, %v", sum, err)
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	s, err := parse(nil)
	if want := (population{Projects: 20, Schedules: 1000, Variables: 5, Products: 4, Runtimes: 200, Pipelines: 500}); err != nil || s.population != want {
		t.Errorf("by default: %+v, %v", s.population, err)
	}
	for _, args := range [][]string{
		{"surplus"}, {"-systems", "jenkins"}, {"-systems", "nautes", "-peer", "x"}, {"-schedules", "0"}, {"-variables", "-1"}, {"-parallelism", "0"}, {"-latency", "-1s"},
	} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q: accepted", args)
		}
	}
}

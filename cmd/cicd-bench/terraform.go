// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// patience is how long an interrupted Terraform may take to end by itself before it is killed. It waits for its requests under way.
const patience = 30 * time.Second

// provider is one that is measured.
type provider struct {
	// Name is its local name, Source its address, Prefix what its types for GitLab begin with.
	Name, Source, Prefix string
	// ScheduleID is the expression for the number of the schedule `this`.
	ScheduleID string
	// binary is the provider, standIn what Terraform starts in its place.
	binary, standIn string
}

func ours(binary string) provider {
	return provider{
		Name: "cicd", Source: "terraform-provider-cicd/cicd", Prefix: "cicd_gitlab", ScheduleID: "cicd_gitlab_pipeline_schedule.this.pipeline_schedule_id",
		binary: binary,
	}
}

// peer is the GitLab provider. Its schedule's id is that number, in later versions after the project's id and a colon.
func peer(binary string) provider {
	return provider{
		Name: "gitlab", Source: "gitlabhq/gitlab", Prefix: "gitlab", ScheduleID: `tonumber(reverse(split(":", gitlab_pipeline_schedule.this.id))[0])`,
		binary: binary,
	}
}

// terraform runs Terraform or OpenTofu in an environment of its own.
type terraform struct {
	binary      string
	environment []string
	parallelism int
}

// installStandIns puts a stand-in of each provider into a folder, and writes the configuration that makes Terraform take them for the providers.
// With development overrides, nothing has to be initialised.
func installStandIns(folder string, providers []*provider) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	var overrides strings.Builder
	for _, p := range providers {
		place := filepath.Join(folder, p.Name)
		if err := os.MkdirAll(place, 0o750); err != nil {
			return "", err
		}
		p.standIn = filepath.Join(place, "terraform-provider-"+p.Name)
		if err := os.Symlink(self, p.standIn); err != nil {
			return "", err
		}
		fmt.Fprintf(&overrides, "    %q = %q\n", p.Source, place)
	}
	file := filepath.Join(folder, "terraformrc")
	return file, os.WriteFile(file, []byte("provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n}\n"), 0o600)
}

// version is what the tool calls itself, as in `Terraform v1.11.4`.
func (t terraform) version(ctx context.Context) (string, error) {
	out, err := t.command(ctx, ".", nil, "version").Output()
	first, _, _ := strings.Cut(string(out), "\n")
	return first, err
}

func (t terraform) command(ctx context.Context, folder string, variables []string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, t.binary, arguments...) //nolint:gosec // running the tool that the caller named is what this program is for
	command.Dir = folder
	command.Env = append(slices.Clone(t.environment), variables...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
	return command
}

// steps are what is measured, in this order. Neither plan may find a change.
var steps = []struct {
	name      string
	arguments []string
}{
	{apply, []string{"apply", "-auto-approve"}},
	{refresh, []string{"plan", "-detailed-exitcode"}},
	{plan, []string{"plan", "-detailed-exitcode", "-refresh=false"}}, // asks no server: what Terraform and the provider cost as such
	{destroy, []string{"destroy", "-auto-approve"}},
}

// workspace is a folder with a configuration for a provider.
type workspace struct {
	terraform terraform
	folder    string
	provider  provider
	journal   journal
}

// measure runs all steps.
func (w workspace) measure(ctx context.Context, progress func(step)) ([]step, error) {
	// With development overrides there is nothing to initialise, but modules are still to be found.
	if _, err := w.run(ctx, nil, "get"); err != nil {
		return nil, err
	}
	var measured []step
	for _, s := range steps {
		if err := w.journal.clear(ctx); err != nil {
			return nil, err
		}
		usageFile := filepath.Join(w.folder, s.name+"-usage.jsonl")
		arguments := append(slices.Clone(s.arguments), "-input=false", "-no-color", "-parallelism="+strconv.Itoa(w.terraform.parallelism))
		took, err := w.run(ctx, []string{realVariable + "=" + w.provider.binary, usageVariable + "=" + usageFile}, arguments...)
		if err != nil {
			return nil, err
		}
		requests, err := w.journal.kinds(ctx)
		if err != nil {
			return nil, err
		}
		used, err := readUsage(usageFile)
		if err != nil {
			return nil, err
		}
		done := step{
			Name: s.name, Requests: requests.total(), Kinds: requests, WallSeconds: took.Seconds(),
			CPUSeconds: used.CPU.Seconds(), PeakMemory: used.PeakMemory, Processes: used.Processes,
		}
		progress(done)
		measured = append(measured, done)
	}
	return measured, nil
}

// run runs a command that must end with 0, and tells how long it took.
func (w workspace) run(ctx context.Context, variables []string, arguments ...string) (time.Duration, error) {
	command := w.terraform.command(ctx, w.folder, variables, arguments...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	begin := time.Now()
	err := command.Run()
	took := time.Since(begin)
	if err != nil {
		return 0, fmt.Errorf("in %s: %s %s: %w\n%s", w.folder, filepath.Base(w.terraform.binary), strings.Join(arguments, " "), err, tail(output.String()))
	}
	return took, nil
}

// tail is the end of a command's output, where its errors are.
func tail(output string) string {
	const lines = 40
	all := strings.Split(strings.TrimSpace(output), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

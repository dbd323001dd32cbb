// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command cicd-demo is what `make demo` runs: it starts the sandbox, lets Terraform or OpenTofu create the schedules,
// the pipeline runtime and the pipeline of a configuration there, changes some of it behind Terraform's back, and shows
// how the next plan notices and the next apply heals it. It prints every command with its output, and stops with a
// non-zero code as soon as one of them doesn't end as it should.
//
// It writes below its work folder only, and what the caller has set up for Terraform (configuration files, variables
// of the environment, state) neither reaches nor is touched by the commands that it runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/process"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var places places
	flag.StringVar(&places.terraform, "terraform", "terraform", "Terraform or OpenTofu to `run`")
	flag.StringVar(&places.binaries, "bin", "build/bin", "`folder` that holds the provider's and the sandbox's binaries")
	flag.StringVar(&places.configuration, "configuration", "examples/demo", "`folder` of the configuration to apply")
	flag.StringVar(&places.work, "work", "build/demo", "`folder` to work in; emptied first")
	flag.Parse()

	if err := run(ctx, places); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
	fmt.Println("Everything went as it should.")
}

// places are the files and folders that the demo reads from and works in.
type places struct{ terraform, binaries, configuration, work string }

// run is the demo from beginning to end. The sandbox is stopped whatever happens.
func run(ctx context.Context, places places) (err error) {
	// Terraform runs in another folder than this process, so no path may be relative.
	if places.terraform, err = exec.LookPath(places.terraform); err != nil {
		return err
	}
	for _, place := range []*string{&places.terraform, &places.binaries, &places.configuration, &places.work} {
		if *place, err = filepath.Abs(*place); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(places.work); err != nil {
		return err
	}
	if err := os.MkdirAll(places.work, 0o750); err != nil {
		return err
	}

	headline("Start the sandbox: in memory, a GitLab with one project, %s, a Nautes with the product of its group, %s, and a Rancher with one project, %s",
		project, product, rancherProject)
	sandbox, err := process.Start(ctx, filepath.Join(places.binaries, "cicd-sandbox"), filepath.Join(places.work, "sandbox.env"), "-seed", "demo")
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer func() { err = errors.Join(err, sandbox.Stop()) }()
	fmt.Println("It answers at", sandbox.BaseURL())

	terraform, err := prepareTerraform(ctx, places, sandbox.Environment())
	if err != nil {
		return fmt.Errorf("preparing %s: %w", places.terraform, err)
	}
	baseURL, token := sandbox.BaseURL(), sandbox.Token()
	servers := servers{gitlab{baseURL, token}, nautes{baseURL, token}, rancher{baseURL, token}}
	if err := tell(ctx, terraform, servers); err != nil {
		return err
	}

	headline("Stop the sandbox")
	return nil
}

// servers are what the story looks at.
type servers struct {
	gitlab  gitlab
	nautes  nautes
	rancher rancher
}

// show shows what the servers have.
func (s servers) show(ctx context.Context) error {
	headline("The schedules as GitLab sees them")
	if err := s.gitlab.show(ctx); err != nil {
		return err
	}
	headline("The runtime as Nautes keeps it in the repository %s/default.project", product)
	if err := s.nautes.show(ctx); err != nil {
		return err
	}
	headline("The pipelines as Rancher sees them")
	return s.rancher.show(ctx)
}

// tell is the story: each chapter runs a command, checks how it ended, and looks at the servers.
func tell(ctx context.Context, terraform *terraform, servers servers) error {
	headline("Plan: what Terraform would create")
	if err := terraform.plan(ctx, withChanges); err != nil {
		return err
	}

	headline("Apply: create it")
	if err := terraform.run(ctx, "apply", "-input=false", planFile); err != nil {
		return err
	}
	if err := servers.show(ctx); err != nil {
		return err
	}

	headline("Behind Terraform's back: change %q, %q and %q through the APIs", victim, runtimeName, pipelineName)
	if err := servers.gitlab.tamper(ctx); err != nil {
		return err
	}
	if err := servers.nautes.tamper(ctx); err != nil {
		return err
	}
	if err := servers.rancher.tamper(ctx); err != nil {
		return err
	}
	if err := servers.show(ctx); err != nil {
		return err
	}
	headline("Plan: Terraform notices")
	if err := terraform.plan(ctx, withChanges); err != nil {
		return err
	}

	headline("Apply: Terraform heals it")
	if err := terraform.run(ctx, "apply", "-input=false", planFile); err != nil {
		return err
	}
	if err := servers.show(ctx); err != nil {
		return err
	}
	headline("Plan: nothing is left to do")
	if err := terraform.plan(ctx, withoutChanges); err != nil {
		return err
	}

	headline("Destroy: remove it again")
	if err := terraform.run(ctx, "destroy", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	if err := servers.rancher.expectNone(ctx); err != nil {
		return err
	}
	if err := servers.nautes.expectNone(ctx); err != nil {
		return err
	}
	return servers.gitlab.expectNone(ctx)
}

func headline(format string, arguments ...any) {
	fmt.Printf("\n==> "+format+"\n\n", arguments...)
}

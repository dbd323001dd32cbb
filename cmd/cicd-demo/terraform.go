// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// patience is how long an interrupted command may take to end by itself before it is killed.
const patience = 10 * time.Second

// providerVersion is the version under which the provider's binary is offered to Terraform; any will do.
const providerVersion = "0.0.1"

// planFile is where a plan is kept for the apply that follows, which then shows what it does and not the plan again.
const planFile = "demo.tfplan"

// What `plan -detailed-exitcode` ends with.
const (
	withoutChanges = 0
	withChanges    = 2
)

// terraform runs Terraform or OpenTofu in a folder and an environment of its own.
type terraform struct {
	binary      string
	folder      string
	environment []string
	colour      bool
}

// prepareTerraform copies the configuration, offers the provider's binary in a mirror, and initialises. A mirror, as
// opposed to a development override, keeps a warning out of the output of every command.
func prepareTerraform(ctx context.Context, places places, environment []string) (*terraform, error) {
	terraform := &terraform{
		binary: places.terraform,
		folder: filepath.Join(places.work, "configuration"),
		colour: colourful(),
	}
	if err := os.CopyFS(terraform.folder, os.DirFS(places.configuration)); err != nil {
		return nil, err
	}

	mirror := filepath.Join(places.work, "mirror")
	provider := filepath.Join(places.binaries, "terraform-provider-cicd")
	// Each of the two looks at its own registry's address for a source without a host.
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, registry, "terraform-provider-cicd", "cicd", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return nil, err
		}
		if err := os.Symlink(provider, filepath.Join(folder, "terraform-provider-cicd_v"+providerVersion)); err != nil {
			return nil, err
		}
	}
	configuration := filepath.Join(places.work, "terraformrc")
	content := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	if err := os.WriteFile(configuration, []byte(content), 0o600); err != nil {
		return nil, err
	}

	terraform.environment = append(environment,
		"TF_CLI_CONFIG_FILE="+configuration,
		"TF_IN_AUTOMATION=1", // no advice on what to type next
		"CHECKPOINT_DISABLE=1",
	)

	if out, err := terraform.command(ctx, "init", "-input=false").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("init: %w\n%s", err, out)
	}
	return terraform, nil
}

// colourful tells whether somebody is looking who can see colours (https://no-color.org).
func colourful() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}

func (t *terraform) command(ctx context.Context, arguments ...string) *exec.Cmd {
	if !t.colour {
		// Behind the command, since it may not follow a plan's name.
		arguments = slices.Insert(slices.Clone(arguments), 1, "-no-color")
	}
	//nolint:gosec // running the tool that the caller named is what this program is for
	command := exec.CommandContext(ctx, t.binary, arguments...)
	command.Dir = t.folder
	command.Env = t.environment
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
	return command
}

// run shows a command and its output. It fails when the command does.
func (t *terraform) run(ctx context.Context, arguments ...string) error {
	code, err := t.show(ctx, arguments...)
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("%s %s ended with exit code %d", filepath.Base(t.binary), arguments[0], code)
	}
	return nil
}

// plan shows a plan, and fails when it ends with another code than want, withChanges or withoutChanges.
func (t *terraform) plan(ctx context.Context, want int) error {
	code, err := t.show(ctx, "plan", "-detailed-exitcode", "-input=false", "-out="+planFile)
	if err != nil {
		return err
	}
	switch code {
	case want:
		return nil
	case withChanges:
		return errors.New("the plan should be empty")
	case withoutChanges:
		return errors.New("the plan should not be empty")
	default:
		return fmt.Errorf("%s plan ended with exit code %d", filepath.Base(t.binary), code)
	}
}

// show runs a command with its output on ours, and tells its exit code.
func (t *terraform) show(ctx context.Context, arguments ...string) (code int, err error) {
	fmt.Printf("$ %s %s\n", filepath.Base(t.binary), strings.Join(arguments, " "))
	command := t.command(ctx, arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = command.Run()
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode(), nil
	}
	return 0, err
}

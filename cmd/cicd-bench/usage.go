// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The variables by which a stand-in knows which provider it stands in for, and the file that gets what that one used.
const (
	realVariable  = "CICD_BENCH_PROVIDER"
	usageVariable = "CICD_BENCH_USAGE"
)

// usage is what processes of a provider used.
type usage struct {
	CPU        time.Duration `json:"cpu"`         // user and system, of all processes together
	PeakMemory int64         `json:"peak_memory"` // resident bytes, of the process that had most
	Processes  int           `json:"processes"`
}

// standsIn tells whether this process was started in the place of a provider.
//
// Terraform starts and ends providers itself, several in the course of a command. So what it finds under a provider's name is a link to this program,
// which runs the provider as its own child: only a parent learns from the operating system what a process used.
func standsIn() bool {
	return strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-") && os.Getenv(realVariable) != ""
}

// standIn runs the provider until it ends, and returns its exit code.
func standIn() (int, error) {
	//nolint:gosec,noctx // the provider that this program was told to measure; whoever started this process ends it
	command := exec.Command(os.Getenv(realVariable), os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := command.Start(); err != nil {
		return 0, err
	}
	go func() {
		for s := range signals {
			_ = command.Process.Signal(s) // fails when it has ended, which Wait tells
		}
	}()
	err := command.Wait()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return 0, err
	}
	state := command.ProcessState
	line, err := json.Marshal(usage{CPU: state.UserTime() + state.SystemTime(), PeakMemory: peakMemory(state), Processes: 1})
	if err != nil {
		return 0, err
	}
	return state.ExitCode(), appendLine(os.Getenv(usageVariable), line)
}

// appendLine adds a line to a file that other processes add to as well: a short write in append mode isn't torn apart.
func appendLine(path string, line []byte) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the file that the measuring process named
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}

// readUsage adds up what stand-ins wrote to a file. It is an error if there were none.
func readUsage(path string) (usage, error) {
	content, err := os.ReadFile(path) //nolint:gosec // a file of this program's work folder
	if err != nil {
		return usage{}, fmt.Errorf("no provider told what it used: %w", err)
	}
	var sum usage
	for line := range bytes.Lines(content) {
		var one usage
		if err := json.Unmarshal(line, &one); err != nil {
			return usage{}, fmt.Errorf("%s: %w", path, err)
		}
		sum.CPU += one.CPU
		sum.PeakMemory = max(sum.PeakMemory, one.PeakMemory)
		sum.Processes += one.Processes
	}
	return sum, nil
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package process runs cicd-sandbox as a process of its own, for programs that let Terraform work on it. What they need around that process belongs
// here, such as the environment for Terraform; what they do with it doesn't.
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// The variables that tell Terraform's provider, and the program that started it, where the sandbox is.
const (
	baseURLVariable = "GITLAB_BASE_URL"
	tokenVariable   = "GITLAB_TOKEN"
)

const (
	// startTimeout is how long the sandbox may take until it answers. It needs milliseconds; a busy machine needs more.
	startTimeout = 20 * time.Second
	// stopTimeout is how long it may take to end when asked to.
	stopTimeout = 10 * time.Second
)

// Sandbox is a cicd-sandbox that runs as a child of this process.
type Sandbox struct {
	command   *exec.Cmd
	output    bytes.Buffer
	ended     chan struct{}
	err       error // how the process ended; to be read after ended is closed
	variables map[string]string
}

// Start starts the sandbox's binary on a free port and returns when it answers. The sandbox writes to environmentFile where it is; arguments go to it
// as they are. An error says what the sandbox printed when it ended at once.
func Start(ctx context.Context, binary, environmentFile string, arguments ...string) (*Sandbox, error) {
	s := &Sandbox{ended: make(chan struct{})}
	//nolint:gosec,noctx // our own build; not ended by ctx but by Stop, after the Terraform that uses it
	s.command = exec.Command(binary, append([]string{"-listen", "127.0.0.1:0", "-env-file", environmentFile}, arguments...)...)
	s.command.Stdout, s.command.Stderr = &s.output, &s.output
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.command.Wait()
		close(s.ended)
	}()

	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for !s.Ready(ctx, environmentFile) {
		select {
		case <-s.ended:
			return nil, fmt.Errorf("it ended at once: %w\n%s", s.err, &s.output)
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("it doesn't answer: %w", ctx.Err()), s.Stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return s, nil
}

// Ready reads the variables that a sandbox wrote, and tells whether they are complete and it answers.
func (s *Sandbox) Ready(ctx context.Context, environmentFile string) bool {
	content, err := os.ReadFile(environmentFile) //nolint:gosec // a file of the calling program's
	if err != nil {
		return false
	}
	s.variables = make(map[string]string)
	for line := range strings.Lines(string(content)) {
		assignment, exported := strings.CutPrefix(strings.TrimSpace(line), "export ")
		name, value, assigned := strings.Cut(assignment, "=")
		if exported && assigned {
			s.variables[name] = strings.Trim(value, `'"`)
		}
	}
	if s.BaseURL() == "" || s.Token() == "" {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.BaseURL()+"/_sandbox/healthz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// BaseURL is the address of all systems.
func (s *Sandbox) BaseURL() string { return s.variables[baseURLVariable] }

// Token is the administrator's token, which is good for all systems.
func (s *Sandbox) Token() string { return s.variables[tokenVariable] }

// Environment is the environment of this process for Terraform and its providers: with the sandbox, and without whatever would lead them elsewhere.
func (s *Sandbox) Environment() []string {
	environment := inherited(os.Environ())
	for name, value := range s.variables {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// inherited leaves out of an environment what the user has set up for Terraform and for the real systems.
func inherited(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		system, _, _ := strings.Cut(name, "_")
		switch system {
		case "TF", "TOFU", "GITLAB", "NAUTES", "RANCHER":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}

// Stop ends the sandbox and waits until it is gone. It fails when the sandbox didn't end well.
func (s *Sandbox) Stop() error {
	// The process may be gone already: a Ctrl-C reaches it too.
	if err := s.command.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return s.kill() // Windows can't interrupt a process
	}
	select {
	case <-s.ended:
	case <-time.After(stopTimeout):
		return errors.Join(errors.New("the sandbox didn't stop when asked to"), s.kill())
	}
	if s.err != nil {
		return fmt.Errorf("the sandbox ended badly: %w\n%s", s.err, &s.output)
	}
	return nil
}

func (s *Sandbox) kill() error {
	err := s.command.Process.Kill()
	<-s.ended
	return err
}

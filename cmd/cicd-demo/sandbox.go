// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

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

// The variables that tell Terraform's provider, and this program, where the sandbox is.
const (
	baseURLVariable = "GITLAB_BASE_URL"
	tokenVariable   = "GITLAB_TOKEN"
)

// startTimeout is how long the sandbox may take until it answers. It needs milliseconds; a busy machine needs more.
const startTimeout = 20 * time.Second

// sandbox is a cicd-sandbox that runs as a child of this process.
type sandbox struct {
	command     *exec.Cmd
	output      bytes.Buffer
	ended       chan struct{}
	err         error // how the process ended; to be read after ended is closed
	environment map[string]string
}

// startSandbox starts the sandbox on a free port and returns when it answers.
func startSandbox(ctx context.Context, binary, environmentFile string) (*sandbox, error) {
	s := &sandbox{ended: make(chan struct{})}
	//nolint:gosec,noctx // our own build; not ended by ctx but by stop, after the Terraform that uses it
	s.command = exec.Command(binary, "-listen", "127.0.0.1:0", "-env-file", environmentFile, "-seed", "demo")
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
	for !s.ready(ctx, environmentFile) {
		select {
		case <-s.ended:
			return nil, fmt.Errorf("it ended at once: %w\n%s", s.err, &s.output)
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("it doesn't answer: %w", ctx.Err()), s.stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return s, nil
}

// ready reads the variables that the sandbox wrote, and tells whether they are complete and it answers.
func (s *sandbox) ready(ctx context.Context, environmentFile string) bool {
	content, err := os.ReadFile(environmentFile) //nolint:gosec // a file of this program's work folder
	if err != nil {
		return false
	}
	s.environment = make(map[string]string)
	for line := range strings.Lines(string(content)) {
		assignment, exported := strings.CutPrefix(strings.TrimSpace(line), "export ")
		name, value, assigned := strings.Cut(assignment, "=")
		if exported && assigned {
			s.environment[name] = strings.Trim(value, `'"`)
		}
	}
	if s.baseURL() == "" || s.token() == "" {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.baseURL()+"/_sandbox/healthz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (s *sandbox) baseURL() string { return s.environment[baseURLVariable] }
func (s *sandbox) token() string   { return s.environment[tokenVariable] }

// stop ends the sandbox and waits until it is gone. It fails when the sandbox didn't end well.
func (s *sandbox) stop() error {
	// The process may be gone already: a Ctrl-C reaches it too.
	if err := s.command.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return s.kill() // Windows can't interrupt a process
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		return errors.Join(errors.New("the sandbox didn't stop when asked to"), s.kill())
	}
	if s.err != nil {
		return fmt.Errorf("the sandbox ended badly: %w\n%s", s.err, &s.output)
	}
	return nil
}

func (s *sandbox) kill() error {
	err := s.command.Process.Kill()
	<-s.ended
	return err
}

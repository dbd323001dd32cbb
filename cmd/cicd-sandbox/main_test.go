// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	env := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(env, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	in, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-listen", ":0", "-env-file", env, "-admin-token", "it's", "-clock", "2026-01-15T12:00:00Z", "-rate-limit", "600/m"}, out)
		_ = out.Close()
	}()
	var lines []string
	scanner := bufio.NewScanner(in)
	for len(lines) < 11 && scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	want := regexp.MustCompile(`^gitlab ready at (http://127\.0\.0\.1:[1-9]\d*)/api/v4
nautes ready at (http://127\.0\.0\.1:[1-9]\d*)/api/v1
rancher ready at (http://127\.0\.0\.1:[1-9]\d*)/v3
page at (http://127\.0\.0\.1:[1-9]\d*)/
export GITLAB_BASE_URL=(http://127\.0\.0\.1:[1-9]\d*)
export GITLAB_TOKEN='it'\\''s'
export NAUTES_BASE_URL=(http://127\.0\.0\.1:[1-9]\d*)
export NAUTES_TOKEN='it'\\''s'
export RANCHER_URL=(http://127\.0\.0\.1:[1-9]\d*)
export RANCHER_TOKEN_KEY='it'\\''s'
# token of the developer dev: \S+$`)
	match := want.FindStringSubmatch(strings.Join(lines, "\n"))
	if match == nil || slices.ContainsFunc(match[2:], func(url string) bool { return url != match[1] }) {
		t.Fatalf("printed %q", lines)
	}
	written, err := os.ReadFile(env)
	if err != nil || strings.TrimSpace(string(written)) != strings.Join(lines[4:], "\n") {
		t.Errorf("environment file: %q, %v", written, err)
	}
	if info, err := os.Stat(env); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(env + "?*"); left != nil {
		t.Errorf("left behind: %q", left)
	}
	response, err := http.Get(match[1] + "/_sandbox/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response, err)
	}
	_ = response.Body.Close()
	stream, err := http.Get(match[1] + "/_sandbox/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	stop()
	if told, err := io.ReadAll(stream.Body); err != nil || !strings.HasPrefix(string(told), "data: ") {
		t.Errorf("the stream to the page didn't end well: %q, %v", told, err)
	}
	if err := <-done; err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, err := http.Get(match[1] + "/_sandbox/healthz"); err == nil {
		t.Error("still serving")
	}
}

// What is said of a port that is taken names it and a way out, and the folder of the environment file is made when it is missing.
func TestPortIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	if err := run(t.Context(), []string{"-listen", taken}, io.Discard); err == nil || !strings.Contains(err.Error(), taken) || !strings.Contains(err.Error(), "127.0.0.1:0") {
		t.Errorf("said %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	env := filepath.Join(t.TempDir(), "build", "env")
	if err := run(ended, []string{"-listen", ":0", "-env-file", env}, io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(env); err != nil {
		t.Error(err)
	}
}

func TestBadCommandLines(t *testing.T) {
	for _, args := range [][]string{
		{"-seed", "x"}, {"-clock", "now"}, {"-rate-limit", "many"}, {"-rate-limit", "-1"}, {"-listen", "nowhere.invalid:x"}, {"surplus"}, {"-unknown"},
		{"-listen", ":0", "-listen-gitlab", "x"}, {"-listen", ":0", "-listen-nautes", "x"}, {"-listen", ":0", "-listen-rancher", "x"}, {"-nautes-version", "v1"}, {"-listen", ":0", "-env-file", "main.go/env"},
	} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%q: accepted", args)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// builds is the folder that what tests build is in, until the last of them is
// over.
var builds string

// TestMain is also the `curl` of the guides' shell, which a machine may not
// have: see [builtTools].
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "curl" {
		answer, err := curl(os.Args[1:])
		if err != nil {
			fmt.Fprintln(os.Stderr, "curl:", err)
			os.Exit(1)
		}
		_, _ = os.Stdout.Write(answer)
		return
	}
	var err error
	if builds, err = os.MkdirTemp("", "terraform-provider-cicd-"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(builds) }()
	m.Run()
}

// builtTools builds the provider and the sandbox, once for all tests, and
// returns the folder that they are in, beside a curl.
var builtTools = sync.OnceValues(func() (string, error) {
	if out, err := exec.Command("go", "build", "-o", builds+string(filepath.Separator), "../..", "../../cmd/cicd-sandbox").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	return builds, os.Symlink(self, filepath.Join(builds, "curl"))
})

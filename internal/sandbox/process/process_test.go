// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInherited(t *testing.T) {
	t.Parallel()
	got := inherited([]string{
		"HOME=/home/me", "TF_LOG=TRACE", "TF_VAR_project=mine", "GITLAB_TOKEN=secret", "NAUTES_TOKEN=x", "RANCHER_URL=x", "PATH=/bin", "TFTP=1",
	})
	if want := []string{"HOME=/home/me", "PATH=/bin", "TFTP=1"}; !slices.Equal(got, want) {
		t.Errorf("inherited %q, want %q", got, want)
	}
}

// A sandbox that can't start says why at once, instead of being waited for: go, for one, knows no -listen.
func TestStartTellsWhyItEnded(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), "go", filepath.Join(t.TempDir(), "sandbox.env"))
	if err == nil || !strings.Contains(err.Error(), "ended at once") || !strings.Contains(err.Error(), "-listen") {
		t.Errorf("error is: %v", err)
	}
}

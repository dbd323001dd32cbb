// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestAReleaseIsBuiltAsMakeBuildsIt(t *testing.T) {
	var release struct {
		Builds []struct {
			ID, Binary          string
			Env, Flags, Ldflags []string
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, ".goreleaser.yml")), &release); err != nil {
		t.Fatal(err)
	}
	// As in `CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o …`.
	made := regexp.MustCompile(`(?m)^\t(\S+) go build (\S+) -ldflags '(.+)' -o \$\(BIN\)/terraform-provider-cicd \.$`).
		FindStringSubmatch(read(t, "GNUmakefile"))
	if made == nil {
		t.Fatal("the makefile builds the provider in another way than this test knows")
	}
	built := release.Builds[0]
	if !slices.Equal(built.Env, made[1:2]) || !slices.Equal(built.Flags, made[2:3]) ||
		!slices.Equal(built.Ldflags, []string{strings.ReplaceAll(made[3], "$(VERSION)", "{{ .Version }}")}) {
		t.Errorf("a release is built with %q, %q and %q, the makefile with %q", built.Env, built.Flags, built.Ldflags, made[1:])
	}
	// Terraform starts the file of this name in the archive.
	if built.Binary != "{{ .ProjectName }}_v{{ .Version }}" {
		t.Errorf("the binary is called %q", built.Binary)
	}
}

// main serves protocol 6, and the registry offers the provider to no command-line tool that hasn't what its manifest says.
func TestTheRegistryIsToldTheProtocol(t *testing.T) {
	var manifest struct {
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal([]byte(read(t, "terraform-registry-manifest.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		t.Errorf("the manifest says %q", manifest.Metadata.ProtocolVersions)
	}
}

// A tag can be moved to other code, a commit can't.
func TestWorkflowsArePinnedAndMayLittle(t *testing.T) {
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatal("no workflows", err)
	}
	pins := map[string]string{}
	for _, file := range files {
		content := read(t, file)
		for _, use := range regexp.MustCompile(`(?m)^ *-? *uses: *(.*)$`).FindAllStringSubmatch(content, -1) {
			if !pinned.MatchString(use[1]) {
				t.Errorf("%s: %s isn't pinned by a commit, with its version beside it", file, use[1])
			}
			action, _, _ := strings.Cut(use[1], "@")
			if other := pins[action]; other != "" && other != use[1] {
				t.Errorf("%s: %s, but elsewhere %s", file, use[1], other)
			}
			pins[action] = use[1]
		}
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct {
				Permissions map[string]string
				Timeout     int `yaml:"timeout-minutes"`
				Steps       []struct {
					Uses, Run string
					With      map[string]any
				}
			}
		}
		if err := yaml.Unmarshal([]byte(content), &workflow); err != nil {
			t.Fatal(file, err)
		}
		if workflow.Permissions == nil || len(workflow.Permissions) > 0 {
			t.Errorf("%s: jobs may %v before they say what they need", file, workflow.Permissions)
		}
		for name, job := range workflow.Jobs {
			if job.Permissions == nil || job.Timeout == 0 {
				t.Errorf("%s: %s doesn't say what it may, and for how long", file, name)
			}
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
					t.Errorf("%s: %s leaves its token in the checkout", file, name)
				}
				// What a pull request says would become part of a script.
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: %s puts an expression into a script: %s", file, name, step.Run)
				}
			}
		}
	}
}

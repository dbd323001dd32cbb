// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// Feature is something of Terraform's language that only some command-line
// tools have. What all have that the provider supports is none.
type Feature struct {
	name string
	// terraform and openTofu are the first minor version 1.x that has it; 0 when
	// none has.
	terraform, openTofu int
}

// The one place that says what which tool has. The README says it to users.
var (
	// Moves are `moved` blocks from another type of resource.
	Moves = Feature{"moves between types", 8, 10}
	// WriteOnly are arguments that no plan and no state has, and the `ephemeral`
	// variables to fill them from.
	WriteOnly = Feature{"write-only arguments", 11, 11}
	// Generation is a configuration written for what is imported, where the type
	// has an object that only the server fills: OpenTofu crashed there.
	Generation = Feature{"configurations generated for such types", 5, 11}
	// Identity are imports by a resource's identity.
	Identity = Feature{"imports by identity", 12, 12}
	// Actions are actions, list resources and `terraform query`.
	Actions = Feature{"actions and queries", 14, 0}
)

// Forgotten is a block that takes a resource out of the state alone. OpenTofu
// 1.9 does nothing else with such a block, and doesn't let it say so.
func Forgotten(address string) string {
	const lifecycle = "  lifecycle {\n    destroy = false\n  }\n"
	if found := theTool(); found.openTofu && found.minor < 10 {
		return fmt.Sprintf("removed {\n  from = %s\n}\n", address)
	}
	return fmt.Sprintf("removed {\n  from = %s\n%s}\n", address, lifecycle)
}

// tool is a command-line tool; one that can't be asked for its version has none.
type tool struct {
	path, version string
	openTofu      bool
	minor         int
}

var theTool = sync.OnceValue(func() (found tool) {
	if found.path = os.Getenv("TF_ACC_TERRAFORM_PATH"); found.path == "" {
		found.path, _ = exec.LookPath("terraform")
	}
	said, err := exec.Command(found.path, "version").Output()
	if err != nil {
		return found
	}
	first, _, _ := strings.Cut(string(said), "\n")
	var name string
	var major int
	if _, err := fmt.Sscanf(first, "%s v%d.%d", &name, &major, &found.minor); err == nil && major == 1 {
		found.version, found.openTofu = first, name == "OpenTofu"
	}
	return found
})

// Tool is the path of the command-line tool that tests drive: the one that
// TF_ACC_TERRAFORM_PATH names, else terraform in the path; empty when there is
// none.
func Tool() string { return theTool().path }

// Has reports whether the command-line tool has a feature. A tool whose version
// isn't known has all.
func Has(feature Feature) bool {
	found := theTool()
	since := feature.terraform
	if found.openTofu {
		since = feature.openTofu
	}
	return found.version == "" || since != 0 && found.minor >= since
}

// Needs skips a test that the command-line tool is too old for, or the wrong
// one.
func Needs(t *testing.T, feature Feature) {
	t.Helper()
	if !Has(feature) {
		t.Skipf("%s has no %s", theTool().version, feature.name)
	}
}

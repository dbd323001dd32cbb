// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of the guide's module pass against the world that the guide starts, also when that is busy; and they fail when they should.
func TestOfflineGuide(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	if err := os.CopyFS(r.folder, os.DirFS(filepath.Join(examples, "modules", "nightly_build"))); err != nil {
		t.Fatal(err)
	}
	guide := read(t, guides+"test-your-modules-offline.md.tmpl")
	shell, texts := blocks(guide, "shell"), blocks(guide, "text")
	if len(shell) != 3 || len(texts) != 2 {
		t.Fatalf("the guide has other blocks than this test: %q %q", shell, texts)
	}
	start, moveClock, fault := shell[0], shell[1], shell[2]
	const mark = "==== next ====\n"
	script := strings.Join([]string{
		start,
		// A fault that passes, and one that doesn't: each is one request that the journal has.
		fault + "terraform test",
		`curl "$GITLAB_BASE_URL/_sandbox/requests"` + "\n" + `curl --request DELETE "$GITLAB_BASE_URL/_sandbox/faults"`,
		strings.Replace(fault, "429", "403", 1) + "terraform test && exit 1",
		`curl --request DELETE "$GITLAB_BASE_URL/_sandbox/faults"` + "\nsed -i.bak 's/\\* \\* 2-6/* * 1-5/' main.tf\nterraform test && exit 1",
		moveClock,
	}, "\nprintf '"+strings.TrimSpace(mark)+"\\n'\n")
	printed, code := r.do(script)
	if code != 0 {
		t.Fatalf("the guide's commands end with %d:\n%s", code, printed)
	}
	outputs := strings.Split(printed, mark)
	r.shows(outputs[0], texts[0])
	if !strings.Contains(outputs[1], "Success! 4 passed") || !strings.Contains(outputs[2], `"status":429`) {
		t.Errorf("with a server that is busy:\n%s%s", outputs[1], outputs[2])
	}
	if !strings.Contains(outputs[3], `run "makes_the_schedule"... fail`) {
		t.Errorf("with a server that refuses:\n%s", outputs[3])
	}
	r.shows(outputs[4], texts[1])
	if !strings.Contains(outputs[5], "2026-01-16T12:00:00Z") {
		t.Errorf("the clock says %s", outputs[5])
	}
}

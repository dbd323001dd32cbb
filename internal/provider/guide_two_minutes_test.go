// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Who does what the guide says, block by block, sees what it shows. Only the port is another one, because 8086 may be taken, and the sandbox goes to the
// background of the one terminal that there is.
func TestTwoMinutesGuide(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	if err := os.Mkdir(filepath.Join(r.folder, "build"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(r.tools, filepath.Join(r.folder, "build", "bin")); err != nil {
		t.Fatal(err)
	}
	const mark = "==== next block ===="
	var script strings.Builder
	var shown []string // by block of shell, what the guide shows of its output
	for _, block := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(read(t, guides+"two-minutes-without-an-account.md"), -1) {
		switch language, text := block[1], block[2]; {
		case language == "text":
			shown[len(shown)-1] = text
			continue
		case language == "terraform":
			script.WriteString("cat > main.tf <<'END'\n" + text + "END\n")
			continue
		case text == "make install\n": // newReader has done it
		case strings.HasPrefix(text, "build/bin/cicd-sandbox "):
			script.WriteString(strings.TrimSpace(text) + ` -listen 127.0.0.1:0 > build/log 2>&1 &
sandbox=$!
trap 'kill "$sandbox"' EXIT
until [ -s build/log ]; do kill -0 "$sandbox"; sleep 0.05; done
cat build/log
`)
		default:
			script.WriteString(text)
		}
		script.WriteString("echo '" + mark + "'\n")
		shown = append(shown, "")
	}
	printed, code := r.do(script.String())
	if code != 0 {
		t.Fatalf("the guide's commands end with %d:\n%s", code, printed)
	}
	outputs := strings.Split(printed, mark+"\n")
	for i, text := range shown {
		r.shows(outputs[i], text)
	}
	if compared := strings.Count(strings.Join(shown, ""), "[…]"); compared < 4 {
		t.Errorf("the guide shows hardly anything: %q", shown)
	}
	if _, err := os.Stat(filepath.Join(r.folder, "build", "two-minutes")); !os.IsNotExist(err) {
		t.Errorf("the guide leaves its folder behind: %v", err)
	}
}

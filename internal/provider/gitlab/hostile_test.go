// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"strings"
	"testing"
)

// An import id that is taken spells the same object when it is written again.
func FuzzImportIDs(f *testing.F) {
	for _, id := range []string{"29:13", "group/project:13", "29:13:KEY", "g/p:13:", "29:13:KEY:x", ":", "::", "29:+5", "29:007", "29:9223372036854775808", "a/../b:1", "g/ä ö:1", "g/p\x00:1", "", strings.Repeat("a/", 1000) + "b:1:" + strings.Repeat("K", 255)} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id, err := parseScheduleID(text); err == nil {
			if again, err := parseScheduleID(id.String()); err != nil || again != id || id.Schedule <= 0 || strings.Contains(id.Project, ":") {
				t.Errorf("schedule %q: %v, then %v, %v", text, id, again, err)
			}
		}
		if id, err := parseVariableID(text); err == nil {
			if again, err := parseVariableID(id.String()); err != nil || again != id || id.Schedule <= 0 {
				t.Errorf("variable %q: %v, then %v, %v", text, id, again, err)
			}
		}
		if id, err := parsePipelineID(text); err == nil {
			if again, err := parsePipelineID(id.String()); err != nil || again != id || id.Pipeline <= 0 {
				t.Errorf("pipeline %q: %v, then %v, %v", text, id, again, err)
			}
		}
	})
}

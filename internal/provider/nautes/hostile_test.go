// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"strings"
	"testing"
	"time"
)

// An import id that is taken spells the same object when it is written again.
func FuzzImportIDs(f *testing.F) {
	for _, id := range []string{"nautes-labs/api-server-pr", "a/b/c", "/", "a/", "/b", "../b", "a/..", ".../...", "a/.b", "ä ö/%2F", "", "a/\n", strings.Repeat("a", 255) + "/b"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := parseRuntimeID(text)
		if err != nil {
			return
		}
		for _, name := range []string{id.Product, id.Name} {
			if name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
				t.Errorf("%q has the part %q, which no path can have", text, name)
			}
		}
		if again, err := parseRuntimeID(id.String()); err != nil || again != id || id.String() != text {
			t.Errorf("%q: %v, then %v, %v", text, id, again, err)
		}
	})
}

// No text makes the package that reads schedules panic, or go on for long.
func FuzzSchedule(f *testing.F) {
	for _, text := range []string{"0 17 * * 1-5", "TZ=", "TZ=UTC", "CRON_TZ=Asia/Tokyo 0 5 * * *", "TZ= ", "@daily", "*/0 * * * *", "1-99999999999999999999 * * * *", "? ? ? ? ?", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		begin := time.Now()
		_ = scheduleComplaint(text)
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}

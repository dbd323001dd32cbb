// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// A ref in full is what it becomes, so that it can be given again.
func FuzzGitLabRef(f *testing.F) {
	for _, ref := range []string{"main", "refs/heads/main", "refs/tags/v1", "refs/heads/refs/tags/x", "refs/", "refs/heads/", "a b", "\x00", "..", "refs/heads/refs/heads/x", "", "ä/ö", strings.Repeat("x", 255)} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		if !utf8.ValidString(ref) {
			t.Skip("Terraform's strings are text")
		}
		p := acctest.NewProtocol(t)
		full, funcErr := p.Call("gitlab_ref", ref)
		if funcErr != nil {
			return
		}
		again, funcErr := p.Call("gitlab_ref", acctest.Text(full))
		if text := acctest.Text(full); funcErr != nil || acctest.Text(again) != text || !strings.HasSuffix(text, ref) || !strings.HasPrefix(text, "refs/") {
			t.Errorf("%q became %q, then %v, %v", ref, text, again, funcErr)
		}
	})
}

// Whatever its arguments are, the answer has an end.
func FuzzCronNextRuns(f *testing.F) {
	f.Add("0 1 * * 1-5", "Europe/Berlin", "2026-01-16T12:00:00Z", int64(2))
	f.Add("0 0 29 2 *", "UTC", "9999-12-31T23:59:59Z", int64(1000))
	f.Add("0 0 -31 2 *", "+05:45", "0000-01-01T00:00:00+14:00", int64(1000))
	f.Add("* * * * *", "Pacific/Apia", "2011-12-29T00:00:00-10:00", int64(-1))
	f.Fuzz(func(t *testing.T, cron, timezone, after string, count int64) {
		for _, text := range []string{cron, timezone, after} {
			if !utf8.ValidString(text) {
				t.Skip("Terraform's strings are text")
			}
		}
		if count > 3 {
			count = 3
		}
		runs, funcErr := acctest.NewProtocol(t).Call("cron_next_runs", cron, timezone, after, count)
		if funcErr == nil && int64(len(acctest.Texts(runs))) > count {
			t.Errorf("%d runs, %d were asked for", len(acctest.Texts(runs)), count)
		}
	})
}

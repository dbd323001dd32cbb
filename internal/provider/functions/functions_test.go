// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

func TestCronNextRuns(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	for name, c := range map[string]struct {
		cron, timezone, after string
		count                 int64
		want                  []string
	}{
		"each weekday":          {"0 1 * * 1-5", "Europe/Berlin", "2026-01-16T12:00:00Z", 2, []string{"2026-01-19T01:00:00+01:00", "2026-01-20T01:00:00+01:00"}},
		"a match is not after":  {"0 12 * * *", "UTC", "2026-01-15T12:00:00Z", 1, []string{"2026-01-16T12:00:00Z"}},
		"a name of Rails":       {"0 9 * * *", "Tokyo", "2026-01-15T00:00:00Z", 1, []string{"2026-01-16T09:00:00+09:00"}},
		"an hour that is twice": {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 3, []string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"}},
		"an hour that is not":   {"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 1, []string{"2026-03-30T02:30:00+02:00"}},
		"eight years":           {"0 0 29 2 *", "UTC", "2097-01-15T12:00:00Z", 1, []string{"2104-02-29T00:00:00Z"}},
		"none asked for":        {"* * * * *", "UTC", "2026-01-15T12:00:00Z", 0, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, funcErr := p.Call("cron_next_runs", c.cron, c.timezone, c.after, c.count)
			if funcErr != nil {
				t.Fatal(funcErr.Text)
			}
			if diff := cmp.Diff(c.want, acctest.Texts(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestArgumentErrors(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	const after = "2026-01-15T12:00:00Z"
	for name, c := range map[string]struct {
		function  string
		arguments []any
		argument  int64
		says      string
	}{
		"cron":          {"cron_next_runs", []any{"0 25 * * *", "UTC", after, int64(1)}, 0, "0 25 * * *"},
		"timezone":      {"cron_next_runs", []any{"0 1 * * *", "Europe/Berlinn", after, int64(1)}, 1, "Europe/Berlin"},
		"after":         {"cron_next_runs", []any{"0 1 * * *", "UTC", "yesterday", int64(1)}, 2, "RFC 3339"},
		"count":         {"cron_next_runs", []any{"0 1 * * *", "UTC", after, int64(-1)}, 3, "0 to 1000"},
		"too many":      {"cron_next_runs", []any{"0 1 * * *", "UTC", after, int64(1001)}, 3, "0 to 1000"},
		"empty ref":     {"gitlab_ref", []any{""}, 0, "branch"},
		"ref of a kind": {"gitlab_ref", []any{"refs/merge-requests/1/head"}, 0, "refs/tags/NAME"},
		"kind alone":    {"gitlab_ref", []any{"refs/heads/"}, 0, "refs/heads/NAME"},
		"blank in ref":  {"gitlab_ref", []any{"my branch"}, 0, "my branch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, funcErr := p.Call(c.function, c.arguments...)
			if funcErr == nil || funcErr.FunctionArgument == nil || *funcErr.FunctionArgument != c.argument || !strings.Contains(funcErr.Text, c.says) {
				t.Errorf("got %+v; want argument %d, and %q said", funcErr, c.argument, c.says)
			}
		})
	}
}

func TestGitLabRef(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	for ref, want := range map[string]string{
		"main":                "refs/heads/main",
		"feature/x":           "refs/heads/feature/x",
		"heads/main":          "refs/heads/heads/main",
		"refs/heads/main":     "refs/heads/main",
		"refs/tags/v1":        "refs/tags/v1",
		"refs/heads/refs-old": "refs/heads/refs-old",
	} {
		got, funcErr := p.Call("gitlab_ref", ref)
		if funcErr != nil || acctest.Text(got) != want {
			t.Errorf("gitlab_ref(%q) = %v, %+v; want %q", ref, got, funcErr, want)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

func TestScheduleIDsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := variableID{
			scheduleID: scheduleID{
				Project:  rapid.StringMatching(`[0-9]{1,9}|[a-zA-Z0-9_.-]{1,8}(/[a-zA-Z0-9_.-]{1,8}){1,3}`).Draw(t, "project"),
				Schedule: rapid.Int64Min(1).Draw(t, "schedule"),
			},
			Key: rapid.StringMatching(`[A-Za-z0-9_]{1,20}`).Draw(t, "key"),
		}
		if read, err := parseScheduleID(id.scheduleID.String()); err != nil || read != id.scheduleID {
			t.Fatalf("%s was read as %+v (%v)", id.scheduleID, read, err)
		}
		if read, err := parseVariableID(id.String()); err != nil || read != id {
			t.Fatalf("%s was read as %+v (%v)", id, read, err)
		}
	})
}

func TestScheduleIDsOfAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a/0:-]{0,8}`)).Draw(t, "text")
		if id, err := parseScheduleID(text); err == nil && (id.Project == "" || id.Schedule <= 0) {
			t.Fatalf("%q was read as %+v", text, id)
		}
		if id, err := parseVariableID(text); err == nil && (id.Project == "" || id.Schedule <= 0 || id.String() != text && id.Key == "") {
			t.Fatalf("%q was read as %+v", text, id)
		}
	})
}

func TestKnownRef(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		known knownRef
		a, b  string
		same  bool
	}{
		{"", "main", "refs/heads/main", true},
		{"", "main", "refs/tags/main", true},
		{"", "main", "refs/heads/other", false},
		{"", "refs/heads/main", "refs/tags/main", false},
		{"refs/heads/main", "main", "refs/heads/main", true},
		{"refs/heads/main", "main", "main", true},
		{"refs/heads/main", "main", "refs/tags/main", false},
		{"refs/tags/v1", "v1", "refs/tags/v1", true},
		{"refs/tags/v1", "v1", "refs/heads/v1", false},
		// What is known of one name says nothing of another.
		{"refs/heads/main", "v1", "refs/tags/v1", true},
		{"refs/heads/main", "heads/main", "refs/heads/main", false},
	} {
		if c.known.same(c.a, c.b) != c.same || c.known.same(c.b, c.a) != c.same {
			t.Errorf("known %q: %q and %q: same should be %t", c.known, c.a, c.b, c.same)
		}
	}
}

func TestKnownRefStaysWhatItWasConfiguredAs(t *testing.T) {
	t.Parallel()
	refs := rapid.SampledFrom([]string{"main", "refs/heads/main", "refs/tags/main", "v1", "refs/tags/v1"})
	rapid.Check(t, func(t *rapid.T) {
		before, stored := refs.Draw(t, "before"), refs.Draw(t, "stored")
		known := knownRef("").learn(before, stored)
		switch {
		case gitlabapi.FullRef(before):
			if string(known) != before {
				t.Fatalf("%s is known to mean %s", before, known)
			}
		case known != "" && string(known) != stored:
			t.Fatalf("%s, stored as %s, is known to mean %s", before, stored, known)
		}
		if again := known.learn(before, refs.Draw(t, "drift")); known != "" && gitlabapi.ShortRef(before) == gitlabapi.ShortRef(string(known)) && again != known {
			t.Fatalf("%s was known to mean %s, and now %s", before, known, again)
		}
	})
}

func TestCronsThatDifferInBlanks(t *testing.T) {
	t.Parallel()
	for spelling, same := range map[string]bool{
		"0 1 * * 5": true, " 0 1 * * 5\n": true, "0  1\t* * 5": true, "01 * * 5": false, "0 1 * *5": false, "0 1 * * 6": false,
	} {
		if sameCron("0 1 * * 5", spelling) != same {
			t.Errorf("%q: same should be %t", spelling, same)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

func TestLoadZoneAccepts(t *testing.T) {
	for _, tc := range []struct {
		name   string
		offset int // minutes east of UTC on 2026-01-15
	}{
		{"Pacific Time (US & Canada)", -480}, {"Berlin", 60}, {"Tokyo", 540}, {"UTC", 0}, {"Nuku'alofa", 780},
		{"International Date Line West", -660}, {"America/Los_Angeles", -480}, {"Europe/Kyiv", 120},
		{"US/Pacific", -480}, {"EST", -300}, {"EST5EDT", -300}, {"GMT", 0}, {"GB", 0}, {"Zulu", 0}, {"Etc/GMT-9", 540},
		{"GMT+0", 0}, {"America/Argentina/Buenos_Aires", -180}, {" Asia/Tokyo ", 540},
		{"+09:00", 540}, {"-08:00", -480}, {"+0900", 540}, {"+05:45", 345}, {"-03:30", -210}, {"-00:30", 30},
	} {
		loc, err := fugit.LoadZone(tc.name)
		if err != nil {
			t.Errorf("LoadZone(%q) = %v", tc.name, err)
			continue
		}
		if _, offset := time.Date(2026, 1, 15, 12, 0, 0, 0, loc).Zone(); offset != tc.offset*60 {
			t.Errorf("LoadZone(%q) is %d seconds east, want %d", tc.name, offset, tc.offset*60)
		}
	}
}

func TestLoadZoneKnowsEveryIdentifier(t *testing.T) {
	data, err := os.ReadFile("tzinfo_identifiers.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(data))
	if len(names) < 590 {
		t.Errorf("only %d identifiers", len(names))
	}
	for _, name := range names {
		if _, err := fugit.LoadZone(name); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadZoneRejects(t *testing.T) {
	for _, tc := range []struct {
		name         string
		perhapsNewer bool
		text         string
	}{
		{"asia/tokyo", false, `case-sensitive: it has to be "Asia/Tokyo"`},
		{"ASIA/TOKYO", false, `it has to be "Asia/Tokyo"`},
		{"Asia/tokyo", false, `it has to be "Asia/Tokyo"`},
		{"Asia/TOKYO", false, `it has to be "Asia/Tokyo"`},
		{"utc", false, `it has to be "UTC"`},
		{"berlin", false, `it has to be "Berlin"`},
		{"Tokyo ", false, `did you mean "Tokyo"?`},
		{"America/New York", false, `did you mean "America/New_York"?`},
		{"PST", false, "abbreviations are ambiguous"},
		{"JST", false, "abbreviations are ambiguous"},
		{"Z", false, "abbreviations are ambiguous"},
		{"09:00", false, "not a known time zone"},
		{"+12:00", false, "not a known time zone"}, // Fugit takes offsets below 12 hours only
		{"+09:20", false, "not a known time zone"},
		{"+9", false, "not a known time zone"},
		{"UTC+9", false, "not a known time zone"},
		{"Pacific Standard Time", false, "not a known time zone"},
		{"W. Europe Standard Time", false, "not a known time zone"},
		{"Mars/Phobos", false, "not a known time zone"},
		{"", false, "not a known time zone"},
		{"../etc/passwd", false, "not a known time zone"},
		{"Local", false, "not a known time zone"},
		{"Europe/Nowhere", true, "not a known time zone"},
		{"America/Argentina/Nueva", true, "not a known time zone"},
		{"Europe/Berlim", true, `did you mean "Europe/Berlin"?`},
	} {
		_, err := fugit.LoadZone(tc.name)
		var unknown *fugit.UnknownZoneError
		if !errors.As(err, &unknown) {
			t.Errorf("LoadZone(%q) = %v, want an UnknownZoneError", tc.name, err)
			continue
		}
		if unknown.PerhapsNewer != tc.perhapsNewer || !strings.Contains(err.Error(), tc.text) {
			t.Errorf("LoadZone(%q): perhaps newer %v, %q; want %v, …%s…", tc.name, unknown.PerhapsNewer, err,
				tc.perhapsNewer, tc.text)
		}
	}
}

func TestHoursFromUTCAreSuggestedAsAnOffset(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"UTC+2": "+02:00", "GMT-10": "-10:00", "UTC-05": "-05:00"} {
		var unknown *fugit.UnknownZoneError
		if _, err := fugit.LoadZone(name); !errors.As(err, &unknown) || unknown.Suggestion != want {
			t.Errorf("%s: %v, want the suggestion %s", name, err, want)
		}
	}
}

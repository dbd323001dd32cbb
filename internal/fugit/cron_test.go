// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

var accepted = []string{
	"0 1 * * *", "0 1 * * 5", "* * * * *", "30 0 1 * * *", "0  1\t* *  *", "  0 1 * * *\n",
	"0,30 * * * *", "0-10 * * * *", "*/5 * * * *", "/5 * * * *", "1/5 * * * *", "1-5/2 * * * *", "*/70 * * * *",
	"50-10 * * * *", "* * * * fri-mon", "* * * * 5-1", "0 0 1 JAN *", "0 0 * jan-mar Mon", "* * * * 0", "* * * * 7",
	"* * * * 0-7", "* * * * sun-sat", "0 24 * * *", "00 01 01 01 *",
	"0 0 L * *", "0 0 last * *", "0 0 -1 * *", "0 0 -2 * *", "0 0 * * 1#2", "0 0 * * mon#-1", "0 0 * * mon#L",
	"0 0 * * mon%2", "0 0 * * mon%2+1", "0 0 1& * 1", "0 0 1 * 1&", "0 0 29 2 *", "0 0 31 1,4 *",
	"@hourly", "@daily", "@midnight", "@noon", "@weekly", "@monthly", "@yearly", "@annually",
	"10 ~ * * *", "0~30 * * * *", "~ * * * *", "0 0 * * 1~3", "0 0 L~3/5 * *", "0 0 * * ~/2",
	"1,,2 * * * *", ",1 * * * *", "1, * * * *", "0 0 1 , * *", "0 0 1& ,2 *", "* * * * */0", "* * * * *,1",
}

var rejected = []struct{ cron, field, reason string }{
	{"* * * *", "", "this one has 4"},
	{"* * * * * * *", "", "this one has 7"},
	{"", "", "blank"},
	{" \t", "", "blank"},
	{"60 * * * *", "minute", "minute 60 is outside 0-59"},
	{"75 * * * *", "minute", "minute 75 is outside 0-59"},
	{"99999999999999999999 * * * *", "minute", "is outside 0-59"},
	{"60 0 * * * *", "second", "second 60 is outside 0-59"},
	{"0 25 * * *", "hour", "hour 25 is outside 0-24"},
	{"0 0 0 * *", "day of month", "day of month 0 is outside 1-31"},
	{"0 0 32 * *", "day of month", "day of month 32 is outside 1-31"},
	{"0 0 * 0 *", "month", "month 0 is outside 1-12"},
	{"0 0 * 13 *", "month", "month 13 is outside 1-12"},
	{"0 0 * * 8", "day of week", "day of week 8 is outside 0-7"},
	{"0,60 * * * *", "minute", "minute 60"},
	{"0 0 30 2 *", "day of month", "does not exist"},
	{"0 0 31 2 *", "day of month", "does not exist"},
	{"0 0 31 4 *", "day of month", "does not exist"},
	{"*/0 * * * *", "minute", "step of 0"},
	{"0 0 * * Monday", "day of week", `has to be shortened to "Mon"`},
	{"0 0 * January *", "month", `has to be shortened to "Jan"`},
	{"0 0 ? * *", "day of month", `"?" is not a valid day of month`},
	{"0 0 15W * *", "day of month", "not a valid"},
	{"0 0 * * 5L", "day of week", "not a valid"},
	{"H * * * *", "minute", "not a valid"},
	{"- * * * *", "minute", "not a valid"},
	{", * * * *", "minute", "minute is empty"},
	{"0 0 ,1 * *", "day of month", "empty"},
	{"0 0 -5-3 * *", "day of month", "end of the month"},
	{"0 0 * * mon%0", "day of week", "modulo 0"},
	{"@reboot", "", "not a known cron name"},
	{"@every 5m", "", "not a known cron name"},
	{"@DAILY", "", "not a known cron name"},
	{"every day at noon", "", "has 4"},
	{"every minute of the day", "minute", "not a valid minute"},
	{"0 1 * * * Asia/Tokyo", "", `"Asia/Tokyo" looks like a time zone`},
	{"0 1 * * * UTC", "", "looks like a time zone"},
	{"TZ=UTC 0 1 * * *", "second", "not a valid second"},
	{"0 1 * * * # nightly", "", "7"},
	{"0.5 * * * *", "minute", "not a valid minute"},
	{"0 1\n* * *", "", "4"},
}

func TestParseAccepts(t *testing.T) {
	for _, text := range accepted {
		if _, err := fugit.Parse(text); err != nil {
			t.Errorf("Parse(%q) = %v", text, err)
		}
	}
}

func TestParseRejects(t *testing.T) {
	for _, tc := range rejected {
		_, err := fugit.Parse(tc.cron)
		var syntax *fugit.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v, want a SyntaxError", tc.cron, err)
			continue
		}
		if syntax.Field != tc.field || !strings.Contains(syntax.Error(), tc.reason) {
			t.Errorf("Parse(%q): field %q, %q; want field %q, …%s…", tc.cron, syntax.Field, syntax, tc.field, tc.reason)
		}
	}
}

// The expected times come from Fugit 1.13.
func TestNext(t *testing.T) {
	const winter = "2026-01-15T12:00:00Z"
	for _, tc := range []struct{ cron, zone, after, want string }{
		{"0 1 * * *", "UTC", winter, "2026-01-16T01:00:00Z"},
		{"0 1 * * *", "Asia/Tokyo", winter, "2026-01-16T01:00:00+09:00"},
		{"0 12 * * *", "UTC", winter, "2026-01-16T12:00:00Z"}, // strictly after
		{"* * * * *", "UTC", "2026-01-15T12:00:00.5Z", "2026-01-15T12:01:00Z"},
		{"*/10 * * * * *", "UTC", winter, "2026-01-15T12:00:10Z"},
		{"@noon", "UTC", winter, "2026-01-16T12:00:00Z"},
		{"0 24 * * *", "UTC", winter, "2026-01-16T00:00:00Z"},
		{"50-10/5 * * * *", "UTC", winter, "2026-01-15T12:05:00Z"},
		{"0 0 * * fri-mon", "UTC", winter, "2026-01-16T00:00:00Z"},
		{"0 0 * * 7", "UTC", winter, "2026-01-18T00:00:00Z"},
		{"0 9 1 * 1", "UTC", winter, "2026-01-19T09:00:00Z"},    // either day field
		{"0 9 1& * 1", "UTC", winter, "2026-06-01T09:00:00Z"},   // both day fields
		{"0 9 1-31 * 1", "UTC", winter, "2026-01-19T09:00:00Z"}, // a full range is no restriction
		{"0 9 20 * 0-6", "UTC", winter, "2026-01-16T09:00:00Z"}, // but one of weekdays is
		{"0 9 20 * *,6", "UTC", winter, "2026-01-17T09:00:00Z"},
		{"0 0 29 2 *", "UTC", winter, "2028-02-29T00:00:00Z"},
		{"0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
		{"0 0 29& 2 1", "UTC", winter, "2044-02-29T00:00:00Z"},
		{"0 0 30,31 2,3 1", "UTC", winter, "2026-03-02T00:00:00Z"}, // February has neither day and drops out
		{"0 0 L * *", "UTC", winter, "2026-01-31T00:00:00Z"},
		{"0 0 -2 2 *", "UTC", winter, "2026-02-27T00:00:00Z"},
		{"0 0 -3--1 * *", "UTC", winter, "2026-01-29T00:00:00Z"},
		{"0 0 30-2 * *", "UTC", winter, "2026-01-30T00:00:00Z"},
		{"0 0 * * 1#2", "UTC", winter, "2026-02-09T00:00:00Z"},
		{"0 0 * * mon#-1", "UTC", winter, "2026-01-26T00:00:00Z"},
		{"0 0 * * mon%2", "UTC", winter, "2026-01-19T00:00:00Z"},
		{"0 0 * * mon%2+1", "UTC", winter, "2026-01-26T00:00:00Z"},
		{"0 0 * * mon%2", "America/New_York", "2026-07-01T00:00:00Z", "2026-07-13T00:00:00-04:00"},
		{"30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-09T02:30:00-04:00"}, // no such time on the 8th
		{"30 1 * * *", "America/New_York", "2026-11-01T05:31:00Z", "2026-11-01T01:30:00-05:00"}, // the hour is repeated
		{"0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-05T00:00:00-02:00"}, // no midnight on the 4th
		{"15 0 1 11 *", "America/Havana", "2020-10-31T12:00:00Z", "2020-11-01T00:15:00-04:00"},
		{"15 0 1 11 *", "America/Havana", "2020-11-01T04:15:00Z", "2020-11-01T00:15:00-05:00"},
	} {
		schedule, err := fugit.Parse(tc.cron)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := fugit.LoadZone(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		after, _ := time.Parse(time.RFC3339, tc.after)
		if got := schedule.Next(after.In(loc)).Format(time.RFC3339); got != tc.want {
			t.Errorf("%q in %s after %s: %s, want %s", tc.cron, tc.zone, tc.after, got, tc.want)
		}
	}
}

func TestNextOfAnImpossibleDayIsZero(t *testing.T) {
	schedule, err := fugit.Parse("0 0 -31 2 *") // the 31st last day of February
	if err != nil {
		t.Fatal(err)
	}
	if next := schedule.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !next.IsZero() {
		t.Errorf("got %v, want the zero time", next)
	}
}

func TestNextIsStrictlyAfterAndMatchesTheClock(t *testing.T) {
	zones := []string{"UTC", "America/New_York", "America/Havana", "Asia/Kathmandu", "Pacific/Apia", "+05:45"}
	rapid.Check(t, func(t *rapid.T) {
		minute := rapid.IntRange(0, 59).Draw(t, "minute")
		hour := rapid.IntRange(0, 23).Draw(t, "hour")
		text := rapid.SampledFrom([]string{"* * *", "1 * *", "* * mon", "L * 1#2", "* 2,7 *"}).Draw(t, "days")
		schedule, err := fugit.Parse(fmt.Sprintf("%d %d %s", minute, hour, text))
		if err != nil {
			t.Fatal(err)
		}
		loc, err := fugit.LoadZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		after := time.Unix(rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "after"), 0).In(loc)
		next := schedule.Next(after)
		if !next.After(after) || next.Minute() != minute || next.Hour() != hour || next.Second() != 0 {
			t.Fatalf("%v after %v", next, after)
		}
		if next.Location() != loc {
			t.Fatalf("location %v", next.Location())
		}
	})
}

func TestParseSurvivesAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { parseAndStep(rapid.String().Draw(t, "text")) })
	rapid.Check(t, func(t *rapid.T) {
		parseAndStep(rapid.StringMatching(`([0-9*/,#%&~L@a-f-]{1,6}[ \t]){4,5}[0-9*/,#%&~-]{1,6}`).Draw(t, "text"))
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range accepted {
		f.Add(text)
	}
	for _, tc := range rejected {
		f.Add(tc.cron)
	}
	f.Fuzz(func(_ *testing.T, text string) { parseAndStep(text) })
}

// parseAndStep panics, or hangs, when Parse or Next do.
func parseAndStep(text string) {
	if schedule, err := fugit.Parse(text); err == nil {
		schedule.Next(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	}
}

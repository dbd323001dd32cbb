// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

// runAfter is nextRun of a cron in a zone.
func runAfter(t interface{ Fatal(...any) }, now time.Time, cron, zone, worker string, runsPerDay int) time.Time {
	schedule, err := fugit.Parse(cron)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := fugit.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return nextRun(schedule.Next(now.In(loc)), now, mustParseCron(worker), runsPerDay)
}

// The expected times were measured with GitLab's own code.
func TestNextRun(t *testing.T) {
	const (
		winter = "2026-01-15T12:00:00Z"
		worker = "3-59/10 * * * *"
	)
	for _, tc := range []struct {
		now, cron, zone, worker string
		runsPerDay              int
		want                    string
	}{
		{winter, "0 1 * * *", "UTC", worker, 0, "2026-01-16T01:03:00.000Z"},
		{winter, "0 1 * * *", "Asia/Tokyo", worker, 0, "2026-01-15T16:03:00.000Z"},
		{winter, "* * * * *", "UTC", worker, 0, "2026-01-15T12:03:00.000Z"},
		{winter, "*/5 * * * *", "UTC", worker, 0, "2026-01-15T12:13:00.000Z"},
		{winter, "3 * * * *", "UTC", worker, 0, "2026-01-15T12:03:00.000Z"},
		{winter, "3 13 * * *", "UTC", worker, 0, "2026-01-15T13:13:00.000Z"},
		{winter, "58 * * * *", "UTC", worker, 0, "2026-01-15T13:03:00.000Z"},
		{winter, "0 12 * * *", "UTC", worker, 0, "2026-01-16T12:03:00.000Z"},
		{winter, "0 9 1 * 1", "UTC", worker, 0, "2026-01-19T09:03:00.000Z"},
		{winter, "0 9 1& * 1", "UTC", worker, 0, "2026-06-01T09:03:00.000Z"},
		{winter, "0 2 29 2 *", "UTC", worker, 0, "2028-02-29T02:03:00.000Z"},
		{"2026-07-15T12:00:00Z", "0 1 * * *", "Pacific Time (US & Canada)", worker, 0, "2026-07-16T08:03:00.000Z"},
		{"2026-03-07T12:00:00Z", "30 2 * * *", "America/New_York", worker, 0, "2026-03-09T06:33:00.000Z"},
		{"2026-11-01T05:31:00Z", "30 1 * * *", "America/New_York", worker, 0, "2026-11-01T06:33:00.000Z"},
		{winter, "0 1 * * *", "UTC", "19 * * * *", 0, "2026-01-16T01:19:00.000Z"},
		// With a plan's limit: the match itself, a plan's tick after it, a worker's tick after it, a worker's tick after that.
		{winter, "0 1 * * *", "UTC", "*/5 * * * *", 24, "2026-01-16T01:00:00.000Z"},
		{winter, "*/5 * * * *", "UTC", "*/5 * * * *", 24, "2026-01-15T13:00:00.000Z"},
		{winter, "2 14 * * *", "UTC", "7 * * * *", 288, "2026-01-15T14:07:00.000Z"},
		{winter, "1 12 * * *", "UTC", "2,57 * * * *", 24, "2026-01-15T13:02:00.000Z"},
	} {
		now, _ := time.Parse(time.RFC3339, tc.now)
		if got := timestamp(runAfter(t, now, tc.cron, tc.zone, tc.worker, tc.runsPerDay)); got != tc.want {
			t.Errorf("%s, %q in %s, worker %q, %d a day: %s, want %s", tc.now, tc.cron, tc.zone, tc.worker, tc.runsPerDay, got, tc.want)
		}
	}
}

func TestNextRunIsAWorkerTickInTheFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0).UTC()
		cron := rapid.SampledFrom([]string{"* * * * *", "*/7 * * * *", "0 1 * * 5", "30 2 L * *"}).Draw(t, "cron")
		zone := rapid.SampledFrom([]string{"UTC", "America/New_York", "Asia/Kathmandu"}).Draw(t, "zone")
		next := runAfter(t, now, cron, zone, "3-59/10 * * * *", 0)
		if !next.After(now) || !ticksAt(mustParseCron("3-59/10 * * * *"), next) {
			t.Fatalf("%v", next)
		}
	})
}

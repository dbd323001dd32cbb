// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zones are the same on every machine, whether it has zone files or not

	"github.com/robfig/cron/v3"
)

// Nautes hands calendars and events on as they are. What follows is what the
// cluster makes of them: Argo Events parses calendars, with this cron package; Nautes'
// operator knows the events.

// events are those that the operator knows: GitLab's names in webhook settings.
var events = []string{
	"deployment_events", "issues_events", "job_events", "merge_requests_events", "note_events", "pipeline_events", "push_events",
	"releases_events", "tag_push_events",
}

func unknownEvent(event string) string {
	const anyway = " Nautes takes it, but the cluster will refuse the runtime."
	// PushEvents is what Argo Events calls push_events, and what Nautes'
	// documents show.
	var snake strings.Builder
	for i, r := range event {
		if i > 0 && 'A' <= r && r <= 'Z' {
			snake.WriteByte('_')
		}
		snake.WriteRune(r)
	}
	if meant := strings.ToLower(snake.String()); slices.Contains(events, meant) {
		return fmt.Sprintf("The event is called %s, not %s.%s", meant, event, anyway)
	}
	return fmt.Sprintf("%q is none of %s.%s", event, strings.Join(events, ", "), anyway)
}

// The complaints are empty when there is nothing to complain about.

func intervalComplaint(interval string) string {
	if _, err := time.ParseDuration(interval); err != nil {
		return fmt.Sprintf("%q is not a duration such as 30m or 1h30m; there are no days.", interval)
	}
	return ""
}

func timezoneComplaint(name string) string {
	if _, err := time.LoadLocation(name); err != nil {
		return fmt.Sprintf("%q is no time zone that is known here; it has to be a name such as Asia/Shanghai.", name)
	}
	return ""
}

func exclusionComplaint(text string) string {
	const form = "; the form is EXDATE:20260101T000000Z, with more dates after commas."
	dates, ok := strings.CutPrefix(text, "EXDATE:")
	if !ok {
		return fmt.Sprintf("The cluster ignores %q because it doesn't begin with EXDATE:%s", text, form)
	}
	for _, date := range strings.Split(dates, ",") {
		if _, err := time.Parse("20060102T150405Z", date); err != nil {
			return fmt.Sprintf("The cluster's calendar will not start, since %q is no date%s", date, form)
		}
	}
	return ""
}

var fiveFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func scheduleComplaint(schedule string) string {
	if zoned := strings.HasPrefix(schedule, "TZ=") || strings.HasPrefix(schedule, "CRON_TZ="); zoned && !strings.Contains(schedule, " ") {
		// The package would panic.
		return fmt.Sprintf("%q has a time zone and nothing else.", schedule)
	}
	if _, err := fiveFields.Parse(schedule); err != nil {
		return fmt.Sprintf("%q is not understood there: %s. It takes five fields, minute, hour, day of month, month and day of week, where Sunday is 0; "+
			"no seconds, no descriptors such as @daily.", schedule, err)
	}
	return ""
}

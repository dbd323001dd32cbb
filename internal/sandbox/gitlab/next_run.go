// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

// nextRun is the time at which a schedule whose cron matches at ideal will really run. GitLab doesn't watch each schedule: a worker
// looks for due ones at the ticks of its own cron, and a plan may allow each schedule only so many runs a day (0: any number). The
// result always lies after now; a match that coincides with a tick counts as missed, unless it is the very next tick.
func nextRun(ideal, now time.Time, worker *fugit.Schedule, runsPerDay int) time.Time {
	ideal, now = ideal.UTC(), now.UTC()
	if ideal.IsZero() {
		return ideal
	}
	if runsPerDay <= 0 {
		if ideal.Equal(worker.Next(now)) {
			return ideal
		}
		return worker.Next(ideal)
	}

	plan := planTicks(runsPerDay)
	firstAllowed := plan.Next(now)
	if ticksAt(worker, ideal) && !firstAllowed.After(ideal) {
		return ideal
	}
	planned := plan.Next(ideal)
	if ticksAt(worker, planned) {
		return planned
	}
	if tick := worker.Next(ideal); !firstAllowed.After(tick) {
		return tick
	}
	return worker.Next(planned)
}

// ticksAt tells whether the cron matches at t.
func ticksAt(cron *fugit.Schedule, t time.Time) bool {
	return cron.Next(t.Add(-time.Second)).Equal(t)
}

// planTicks spreads a plan's runs evenly over the day.
func planTicks(runsPerDay int) *fugit.Schedule {
	minutes := max(24*60/runsPerDay, 1)
	text := fmt.Sprintf("*/%d * * * *", minutes)
	if minutes >= 60 {
		text = fmt.Sprintf("0 */%d * * *", minutes/60)
	}
	return mustParseCron(text)
}

// mustParseCron is for crons that come from the code or the configuration, not from a request.
func mustParseCron(text string) *fugit.Schedule {
	cron, err := fugit.Parse(text)
	if err != nil {
		panic(fmt.Sprintf("the cron %q: %v", text, err))
	}
	return cron
}

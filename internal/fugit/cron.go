// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package fugit reads cron expressions and time zone names the way GitLab does: cron through the Ruby library Fugit
// (version 1.13, the most permissive one released so far), zones through ActiveSupport::TimeZone and TZInfo.
//
// Plan-time validation uses it to reject what every GitLab rejects, and the sandbox uses it to answer and to fire like
// GitLab. What GitLab itself adds on top (rounding to the ticks of its cron worker) does not belong here.
package fugit

import (
	"time"

	"github.com/robfig/cron/v3"
)

// horizonYears bounds the search for the next match. Fugit gives up after 2,048 steps, which is about as far for an
// expression that only February 29 can match; the longest real gap, February 29 on one weekday, is 40 years.
const horizonYears = 50

// Schedule is a parsed cron expression. It has no time zone of its own: it is evaluated on the wall clock of the
// location of the time that Next is given.
type Schedule struct {
	// clock matches hour, minute and second on any day. Choosing the day is left to this package, because Fugit's
	// negative days, nth weekdays and week modulo don't fit into cron.SpecSchedule's bit masks.
	clock cron.SpecSchedule

	months    uint64 // bit 1 = January
	monthdays []int  // nil = any; -1 = last day of the month, -2 = the day before
	weekdays  []weekday
	dayAnd    bool // "&": both day fields have to match, where cron is content with either
}

// weekday is one entry of the day-of-week field.
type weekday struct {
	day    time.Weekday
	nth    int // 0 = every; 2 = second such day of the month; -1 = the last one
	modulo int // 0 = every; else the week number modulo this has to be remainder
	offset int
}

// Next returns the first match strictly after the given time, in that time's location. A local time that does not
// exist (clocks going forward) is skipped, one that exists twice (clocks going back) matches twice. It returns the
// zero time when nothing matches for fifty years.
//
// Two slips of Fugit around clock changes are not copied: it skips a day that has no midnight, and where clocks go
// forward on a month's last day, it counts that month's days from the end one off.
func (s *Schedule) Next(after time.Time) time.Time {
	loc := after.Location()
	year, month, day := after.Date()
	// Days are walked in UTC: it has every day once and a midnight on each.
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	for date := today; date.Year() <= year+horizonYears; date = date.AddDate(0, 0, 1) {
		if s.months&(1<<date.Month()) == 0 || !s.dayMatches(date, loc) {
			continue
		}
		from := after
		if date.After(today) {
			from = justBefore(date, loc)
		}
		if next := s.nextOn(date, from); !next.IsZero() {
			return next
		}
	}
	return time.Time{}
}

// nextOn returns the first match after from that falls on the given date in from's location, or the zero time.
func (s *Schedule) nextOn(date, from time.Time) time.Time {
	year, month, day := date.Date()
	for next := s.clock.Next(from); ; next = s.clock.Next(next) {
		y, m, d := next.Date()
		if y == year && m == month && d == day {
			return next
		}
		if time.Date(y, m, d, 0, 0, 0, 0, time.UTC).After(date) {
			return time.Time{}
		}
	}
}

// justBefore returns an instant shortly before the date begins in loc. Where clocks change at midnight the date's
// first hour may exist twice or not at all, and time.Date does not say which one it chose.
func justBefore(date time.Time, loc *time.Location) time.Time {
	year, month, day := date.Date()
	start := time.Date(year, month, day, 0, 0, 0, 0, loc)
	if earlier := start.Add(-time.Hour); earlier.Day() == day {
		start = earlier
	}
	return start.Add(-time.Nanosecond)
}

// dayMatches combines the two day fields: either is enough when both are restricted, as in Vixie cron, unless "&" asks
// for both.
func (s *Schedule) dayMatches(date time.Time, loc *time.Location) bool {
	switch {
	case s.monthdays == nil && s.weekdays == nil:
		return true
	case s.monthdays == nil:
		return s.weekdayMatches(date, loc)
	case s.weekdays == nil:
		return s.monthdayMatches(date)
	case s.dayAnd:
		return s.monthdayMatches(date) && s.weekdayMatches(date, loc)
	default:
		return s.monthdayMatches(date) || s.weekdayMatches(date, loc)
	}
}

func (s *Schedule) monthdayMatches(date time.Time) bool {
	last := daysIn(date)
	for _, day := range s.monthdays {
		if day < 1 {
			day += last + 1
		}
		if day == date.Day() {
			return true
		}
	}
	return false
}

func (s *Schedule) weekdayMatches(date time.Time, loc *time.Location) bool {
	fromStart := (date.Day()-1)/7 + 1
	fromEnd := -((daysIn(date)-date.Day())/7 + 1)
	for _, w := range s.weekdays {
		if w.day != date.Weekday() {
			continue
		}
		switch {
		case w.modulo != 0:
			if floorMod(referenceWeek(date, loc), w.modulo) == floorMod(w.offset, w.modulo) {
				return true
			}
		case w.nth == 0, w.nth == fromStart, w.nth == fromEnd:
			return true
		}
	}
	return false
}

// referenceWeek counts weeks from Monday 2018-12-31, as Fugit's week modulo does. Fugit counts whole periods of 24
// hours from noon to noon on the local clock, so where summer time is an hour ahead of the reference's winter time,
// its weeks begin on Tuesday all summer long. That is mirrored, for it decides when a schedule fires.
func referenceWeek(date time.Time, loc *time.Location) int {
	year, month, day := date.Date()
	noon := time.Date(year, month, day, 12, 0, 0, 0, loc).Unix()
	reference := time.Date(2018, time.December, 31, 12, 0, 0, 0, loc).Unix()
	return floorDiv(floorDiv(int(noon-reference), 24*60*60), 7)
}

func daysIn(date time.Time) int {
	return time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func floorDiv(a, b int) int { return (a - floorMod(a, b)) / b }

func floorMod(a, b int) int { return ((a % b) + b) % b }

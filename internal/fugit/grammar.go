// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// SyntaxError says why a text is not a cron expression.
type SyntaxError struct {
	// Field names the part that is wrong: "second", "minute", "hour", "day of month", "month" or "day of week"; empty
	// when the expression as a whole is wrong.
	Field string
	// Reason says what is wrong, in plain words that stand alone.
	Reason string
}

// Error returns the reason.
func (e *SyntaxError) Error() string { return e.Reason }

// specials are Fugit's names for whole expressions; lower case only. Fugit up to 1.11.1 rejects them all behind a time
// zone, which is how GitLab asks.
var specials = map[string]string{
	"@yearly":   "0 0 1 1 *",
	"@annually": "0 0 1 1 *",
	"@monthly":  "0 0 1 * *",
	"@weekly":   "0 0 * * 0",
	"@daily":    "0 0 * * *",
	"@midnight": "0 0 * * *",
	"@noon":     "0 12 * * *",
	"@hourly":   "0 * * * *",
}

var (
	// Fugit takes any run of commas, even with blanks between them, for one; it allows one at the end of a field, and
	// one at the beginning of the first field and of a field behind "&".
	commaRun      = regexp.MustCompile(`,([ \t]*,)+`)
	trailingComma = regexp.MustCompile(`[ \t]+,([ \t&]|$)`)
	leadingComma  = regexp.MustCompile(`(^|&[ \t]+),`)
	blanks        = regexp.MustCompile(`[ \t]+`)
)

// Parse reads a cron expression: five fields, or six with seconds in front, or an @ name. Blanks around it don't count,
// because GitLab strips them. Where the expression asks for a random value (~) the lowest possible one is taken; Fugit
// draws anew each time. The error is a *SyntaxError.
func Parse(text string) (*Schedule, error) {
	expression := strings.TrimSpace(text)
	if expression == "" {
		return nil, &SyntaxError{Reason: "the cron expression is blank"}
	}
	if strings.HasPrefix(expression, "@") {
		spelledOut, ok := specials[expression]
		if !ok {
			return nil, &SyntaxError{Reason: fmt.Sprintf("%q is not a known cron name; known are @hourly, @daily, "+
				"@midnight, @noon, @weekly, @monthly, @yearly and @annually", expression)}
		}
		expression = spelledOut
	}
	texts, err := split(expression)
	if err != nil {
		return nil, err
	}

	s := &Schedule{dayAnd: strings.Contains(expression, "&")}
	var values [numFields][]int
	for f := second; f < dayOfWeek; f++ {
		if values[f], err = fields[f].parse(texts[f]); err != nil {
			return nil, err
		}
	}
	if s.weekdays, err = parseWeekdays(texts[dayOfWeek]); err != nil {
		return nil, err
	}
	months, monthdays := possibleDates(values[month], values[dayOfMonth])
	if months != nil && len(months) == 0 {
		return nil, &SyntaxError{Field: fields[dayOfMonth].name, Reason: fmt.Sprintf(
			"day of month %q does not exist in month %q", texts[dayOfMonth], texts[month])}
	}
	s.months = bits(months, fields[month])
	s.monthdays = monthdays
	s.clock = cron.SpecSchedule{
		Second: bits(values[second], fields[second]),
		Minute: bits(values[minute], fields[minute]),
		Hour:   bits(values[hour], fields[hour]),
		Dom:    ^uint64(0), Month: ^uint64(0), Dow: ^uint64(0),
		Location: time.Local, // SpecSchedule's sign for "the location of the time given to Next"
	}
	return s, nil
}

// split returns the texts of the six fields, seconds first.
func split(expression string) ([]string, error) {
	expression = commaRun.ReplaceAllString(expression, ",")
	expression = trailingComma.ReplaceAllString(expression, ",$1")
	expression = leadingComma.ReplaceAllString(expression, "$1")
	texts := blanks.Split(expression, -1)
	switch n := len(texts); {
	case n == int(numFields)-1:
		return append([]string{"0"}, texts...), nil
	case n == int(numFields) && looksLikeZone(texts[n-1]), n == int(numFields)+1 && looksLikeZone(texts[n-1]):
		return nil, &SyntaxError{Reason: fmt.Sprintf("%q looks like a time zone, which is not part of the cron "+
			"expression; it has an attribute of its own", texts[n-1])}
	case n == int(numFields):
		return texts, nil
	default:
		return nil, &SyntaxError{Reason: fmt.Sprintf("a cron expression has 5 fields (minute, hour, day of month, "+
			"month, day of week), or 6 with seconds in front; this one has %d", n)}
	}
}

func looksLikeZone(text string) bool {
	_, err := LoadZone(text)
	return err == nil
}

// possibleDates drops the days that none of the months has and the months that have none of the days, as Fugit does.
// A nil list means any; the months come back empty, not nil, when no date is possible.
func possibleDates(months, monthdays []int) (possibleMonths, possibleDays []int) {
	if months == nil || monthdays == nil {
		return months, monthdays
	}
	possibleMonths = []int{}
	for _, m := range months {
		longest := daysIn(time.Date(2000, time.Month(m), 1, 0, 0, 0, 0, time.UTC)) // a leap year
		for _, d := range monthdays {
			if d > longest {
				continue
			}
			if !slices.Contains(possibleMonths, m) {
				possibleMonths = append(possibleMonths, m)
			}
			if !slices.Contains(possibleDays, d) {
				possibleDays = append(possibleDays, d)
			}
		}
	}
	return possibleMonths, possibleDays
}

// bits turns values into a bit mask; nil stands for all values of the field.
func bits(values []int, f field) uint64 {
	if values == nil {
		return ^uint64(0) >> (63 - f.max) &^ (1<<f.min - 1)
	}
	var mask uint64
	for _, v := range values {
		mask |= 1 << v
	}
	return mask
}

// atoi converts digits that a regular expression has matched already.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

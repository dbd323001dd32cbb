// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones are the same on every machine, whether it has zone files or not
)

// UnknownZoneError says that a name is no time zone that this version knows.
type UnknownZoneError struct {
	Name string
	// Suggestion is the known name that was probably meant; empty when there is none.
	Suggestion string
	// PerhapsNewer is true when the name has the form Area/Location of an area of the tz database, so that a server
	// with newer zone data may know it. When false, no server accepts the name.
	PerhapsNewer bool
}

// Error says what is wrong with the name and suggests the right one.
func (e *UnknownZoneError) Error() string {
	text := fmt.Sprintf("%q is not a known time zone", e.Name)
	switch {
	case e.Suggestion != "" && strings.EqualFold(e.Suggestion, e.Name):
		return fmt.Sprintf("%s; names are case-sensitive: it has to be %q", text, e.Suggestion)
	case e.Suggestion != "":
		return fmt.Sprintf("%s; did you mean %q?", text, e.Suggestion)
	case abbreviation.MatchString(e.Name):
		return text + `; abbreviations are ambiguous, use a name such as "America/Los_Angeles" or "Asia/Tokyo"`
	default:
		return text + `; use a name of the tz database such as "America/Los_Angeles", a name of Rails such as ` +
			`"Pacific Time (US & Canada)", or an offset such as "+09:00"`
	}
}

//go:embed tzinfo_identifiers.txt
var tzinfoIdentifiers string

// zoneNames holds what names can be: the tz database's identifiers, links included.
var zoneNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.Lines(tzinfoIdentifiers) {
		names[strings.TrimSpace(name)] = true
	}
	return names
})

var (
	// Fugit takes quarter hours, and only offsets below 12 hours.
	offset = regexp.MustCompile(`^([-+])(0\d|1[01]):?(00|15|30|45)$`)
	// Hours from UTC as people write them, and nobody's time zone.
	namedOffset  = regexp.MustCompile(`^(?:GMT|UTC)([-+])(\d|0\d|1[01])$`)
	abbreviation = regexp.MustCompile(`^[A-Z]{1,5}$`)
	// A name that Fugit would look up in the tz database.
	areaLocation = regexp.MustCompile(`^([A-Z][a-zA-Z0-9+-]+)(?:/[A-Z][a-zA-Z0-9+_-]+){1,2}$`)
)

// LoadZone finds the time zone that GitLab means by a cron_timezone: a name of ActiveSupport::TimeZone ("Pacific Time
// (US & Canada)", "Tokyo"), an identifier of the tz database ("Asia/Tokyo", "EST5EDT") or an offset ("+09:00", "-0800").
// Names are case-sensitive. The error is an *UnknownZoneError.
func LoadZone(name string) (*time.Location, error) {
	if identifier, ok := railsZones[name]; ok {
		return time.LoadLocation(identifier)
	}
	// Fugit gets cron and zone as one text, in which blanks around the zone don't count.
	trimmed := strings.TrimRight(strings.TrimLeft(name, " "), " \t\r\n")
	if zoneNames()[trimmed] {
		return time.LoadLocation(trimmed)
	}
	if m := offset.FindStringSubmatch(trimmed); m != nil {
		return time.FixedZone(trimmed, offsetSeconds(m[1], atoi(m[2]), atoi(m[3]))), nil
	}
	return nil, unknownZone(name)
}

// offsetSeconds follows Fugit, which takes the sign from the hours as a number: -00:30 is 30 minutes east.
func offsetSeconds(sign string, hours, minutes int) int {
	seconds := (hours*60 + minutes) * 60
	if sign == "-" && hours != 0 {
		return -seconds
	}
	return seconds
}

func unknownZone(name string) *UnknownZoneError {
	e := &UnknownZoneError{Name: name, Suggestion: suggest(name)}
	if m := namedOffset.FindStringSubmatch(name); m != nil {
		e.Suggestion = fmt.Sprintf("%s%02d:00", m[1], atoi(m[2]))
	}
	if m := areaLocation.FindStringSubmatch(name); m != nil && !strings.EqualFold(e.Suggestion, name) {
		for known := range zoneNames() {
			if strings.HasPrefix(known, m[1]+"/") {
				e.PerhapsNewer = true
				break
			}
		}
	}
	return e
}

// suggest returns the known name that differs in letter case or blanks only, else the closest one if it is close.
func suggest(name string) string {
	const shortest = 5 // shorter names are all close to each other: PST, EST, MST
	wanted := comparableName(name)
	best, bestDistance := "", 3
	consider := func(candidate string) {
		if comparableName(candidate) == wanted {
			if bestDistance > 0 || candidate < best {
				best, bestDistance = candidate, 0
			}
			return
		}
		// So many letters more or less are so many edits.
		if tooFar := 3; len(wanted) < shortest || len(wanted) >= len(candidate)+tooFar {
			return
		}
		d := distance(wanted, comparableName(candidate))
		if d < bestDistance || d == bestDistance && best != "" && candidate < best {
			best, bestDistance = candidate, d
		}
	}
	for candidate := range zoneNames() {
		consider(candidate)
	}
	for candidate := range railsZones {
		consider(candidate)
	}
	return best
}

func comparableName(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
}

// distance is the number of single-letter edits between two names (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitution := diagonal
			if a[i] != b[j] {
				substitution++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitution, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	second = iota
	minute
	hour
	dayOfMonth
	month
	dayOfWeek
	numFields
)

// field is what Fugit's grammar says of one of the fields.
type field struct {
	name     string
	min, max int
	highest  int      // the largest number that may be written: 24 for hours, 7 for weekdays
	names    []string // lower case; the index is the value
	element  *regexp.Regexp
}

var (
	monthNames   = []string{"-", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

	fields = [numFields]field{
		second:     newField("second", 0, 59, 59, `[0-5]?\d`, nil),
		minute:     newField("minute", 0, 59, 59, `[0-5]?\d`, nil),
		hour:       newField("hour", 0, 23, 24, `2[0-4]|[01]?\d`, nil),
		dayOfMonth: newField("day of month", 1, 31, 31, `-?(?:3[01]|[12]\d|0?[1-9])|last|l`, nil),
		month:      newField("month", 1, 12, 12, `1[0-2]|0?[1-9]|`+strings.Join(monthNames[1:], "|"), monthNames),
		dayOfWeek:  newField("day of week", 0, 6, 7, `[0-7]|`+strings.Join(weekdayNames, "|"), weekdayNames),
	}

	nthOrModulo = regexp.MustCompile(`(?i)^([0-7]|` + strings.Join(weekdayNames, "|") +
		`)(?:#(-?[1-5]|last|l)|%(\d+)(?:\+(\d+))?)$`)
	numbers = regexp.MustCompile(`\d+`)
)

// newField compiles the form that a list element of the field may have: /step, or *, value, value-value or
// value~value with an optional /step behind it.
func newField(name string, low, high, highest int, value string, names []string) field {
	return field{name: name, min: low, max: high, highest: highest, names: names, element: regexp.MustCompile(
		`(?i)^(?:/(?P<every>\d\d?)|(?:\*|(?P<low>` + value + `)?(?P<random>~)(?P<high>` + value + `)?|` +
			`(?P<from>` + value + `)(?:-(?P<to>` + value + `))?)(?:/(?P<step>\d\d?))?)$`)}
}

// element is one parsed list element. first and last are nil when not written, step is 0 when not written.
type element struct {
	first, last *int
	random      bool
	step        int
	hasStep     bool
}

func (f field) parseElement(text string) (element, error) {
	groups := f.element.FindStringSubmatch(text)
	if groups == nil {
		return element{}, f.diagnose(text)
	}
	group := func(names ...string) string {
		for _, name := range names {
			if g := groups[f.element.SubexpIndex(name)]; g != "" {
				return g
			}
		}
		return ""
	}
	e := element{random: group("random") != ""}
	if bound := group("low", "from"); bound != "" {
		e.first = f.value(bound)
	}
	if bound := group("high", "to"); bound != "" {
		e.last = f.value(bound)
	}
	if step := group("every", "step"); step != "" {
		e.step, e.hasStep = atoi(step), true
	}
	return e, nil
}

func (f field) value(text string) *int {
	text = strings.ToLower(text)
	if v := slices.Index(f.names, text); v >= 0 {
		return &v
	}
	v := -1 // L and last
	if !strings.HasPrefix(text, "l") {
		negative := strings.HasPrefix(text, "-")
		if v = atoi(strings.TrimPrefix(text, "-")); negative {
			v = -v
		}
	}
	return &v
}

// parse returns the sorted values of a field other than the day of week; nil means any.
func (f field) parse(text string) ([]int, error) {
	var values []int
	anything := false
	for _, part := range f.elements(text) {
		e, err := f.parseElement(part)
		if err != nil {
			return nil, err
		}
		expanded, err := f.expand(part, e)
		if err != nil {
			return nil, err
		}
		// One element that covers the whole range frees the field, whatever else is listed: with days of the month
		// this decides whether a weekday beside it is an alternative or a restriction.
		anything = anything || expanded == nil
		values = append(values, expanded...)
	}
	if anything {
		return nil, nil
	}
	if f.highest == 24 {
		for i, v := range values {
			values[i] = v % 24
		}
	}
	slices.Sort(values)
	return slices.Compact(values), nil
}

// elements splits a field into its list; "&" may end the day fields, and a comma too many may end any.
func (f field) elements(text string) []string {
	if strings.HasPrefix(f.name, "day of") {
		text = strings.TrimSuffix(text, "&")
	}
	if strings.TrimSuffix(text, ",") != "" {
		text = strings.TrimSuffix(text, ",")
	}
	return strings.Split(text, ",")
}

// expand returns the values of one element; nil means any.
func (f field) expand(text string, e element) ([]int, error) {
	if e.hasStep && e.step == 0 {
		return nil, f.errorf("%s %q has a step of 0", f.name, text)
	}
	if e.random && e.first == nil {
		e.first = &f.min
	}
	if e.random && !e.hasStep {
		e.last = nil
	}
	if e.hasStep && e.last == nil {
		e.last = &f.max
	}
	if e.first == nil && e.last == nil {
		return nil, nil
	}
	first, last, step := f.min, f.max, max(e.step, 1)
	if e.first != nil {
		first = *e.first
	}
	if e.last == nil {
		return []int{first}, nil
	}
	if *e.last >= 0 || first <= 0 {
		last = *e.last
	}
	if first == f.min && last == f.max && step == 1 {
		return nil, nil
	}
	if e.random && first < 0 && last > 0 {
		first = f.min // one of the values that Fugit can draw, and one that it can go on from
	}
	low, high := f.min, f.max
	if (first < 0) != (last < 0) {
		return nil, f.errorf("%s %q goes from a day counted from the end of the month to one counted from its "+
			"beginning", f.name, text)
	}
	if first < 0 {
		low, high = -f.max, -1
	}
	return wrapAround(first, last, step, low, high), nil
}

// wrapAround counts from first to last in steps, going on at low behind high.
func wrapAround(first, last, step, low, high int) []int {
	var values []int
	for i, v := 0, first; ; i++ {
		if i%step == 0 {
			values = append(values, v)
		}
		if v == last {
			return values
		}
		if v++; v > high {
			v = low
			if last > high { // hour 24 is hour 0
				last -= high + 1
			}
		}
	}
}

// parseWeekdays returns the entries of the day-of-week field; nil means any. Unlike in the other fields a * beside
// other elements has no effect, and a range of all seven days still counts as a restriction.
func parseWeekdays(text string) ([]weekday, error) {
	f := fields[dayOfWeek]
	var days []weekday
	for _, part := range f.elements(text) {
		if groups := nthOrModulo.FindStringSubmatch(part); groups != nil {
			day, err := f.nthOrModulo(part, groups)
			if err != nil {
				return nil, err
			}
			days = append(days, day)
			continue
		}
		e, err := f.parseElement(part)
		if err != nil {
			return nil, err
		}
		for _, d := range e.weekdays() {
			days = append(days, weekday{day: time.Weekday(d % 7)})
		}
	}
	return days, nil
}

func (f field) nthOrModulo(text string, groups []string) (weekday, error) {
	day := weekday{day: time.Weekday(*f.value(groups[1]) % 7)}
	switch {
	case groups[2] != "":
		day.nth = *f.value(groups[2])
	case strings.Trim(groups[3], "0") == "":
		return weekday{}, f.errorf("%s %q takes the week modulo 0", f.name, text)
	default:
		day.modulo, day.offset = atoi(groups[3]), atoi(groups[4])
	}
	return day, nil
}

// weekdays expands an element of the day-of-week field, where a step behind a single day has no effect and a step of
// 0 counts as 1; days above 6 stand for the next week's.
func (e element) weekdays() []int {
	if e.random {
		if e.first == nil {
			e.first = new(int)
		}
		if !e.hasStep {
			return []int{*e.first}
		}
	}
	first, last := 0, 6
	switch {
	case e.first == nil && e.last == nil && !e.hasStep:
		return nil
	case e.first != nil && e.last == nil:
		first, last = *e.first, *e.first
	case e.first != nil:
		first, last = *e.first, *e.last
	}
	if first > last {
		last += 7
	}
	var days []int
	for d := first; d <= last; d += max(e.step, 1) {
		days = append(days, d)
	}
	return days
}

// diagnose finds words for an element that doesn't match the grammar.
func (f field) diagnose(text string) error {
	if text == "" {
		return f.errorf("%s is empty", f.name)
	}
	for _, number := range numbers.FindAllString(text, -1) {
		if len(number) > 4 || atoi(number) < f.min || atoi(number) > f.highest {
			return f.errorf("%s %s is outside %d-%d", f.name, number, f.min, f.highest)
		}
	}
	for _, name := range f.names {
		if lower := strings.ToLower(text); len(lower) > 3 && strings.HasPrefix(lower, name) &&
			strings.Trim(lower, "abcdefghijklmnopqrstuvwxyz") == "" {
			return f.errorf("%s %q has to be shortened to %q", f.name, text, text[:3])
		}
	}
	return f.errorf("%q is not a valid %s", text, f.name)
}

func (f field) errorf(format string, args ...any) error {
	return &SyntaxError{Field: f.name, Reason: fmt.Sprintf(format, args...)}
}

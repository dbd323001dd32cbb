// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
)

// ErrVariablesHidden says that GitLab doesn't show a schedule's variables to
// the token's user.
var ErrVariablesHidden = errors.New("the schedule's variables can't be read")

// scheduleKind tells which schedule a creation made.
func scheduleKind() creation.Kind[int64, Schedule, ScheduleChange] {
	return creation.Kind[int64, Schedule, ScheduleChange]{
		ID:         func(s Schedule) int64 { return s.ID },
		Name:       func(s Schedule) string { return idText(s.ID) },
		Made:       func(s Schedule) (time.Time, bool) { return timeOf(s.CreatedAt) },
		Resolution: time.Millisecond,
		Before:     olderOrSame,
		Fits: func(_ context.Context, s Schedule, wanted ScheduleChange) (bool, error) {
			return wanted.makes(s), nil
		},
		Alike: func(a, b ScheduleChange) bool { return reflect.DeepEqual(a, b) },
	}
}

// newestSchedules lists the schedules of the token's user, those that can be
// newer than a creation and the rest of their last page.
func (c *Client) newestSchedules(project string) creation.List[Schedule] {
	return func(ctx context.Context, clock *creation.Clock) ([]Schedule, error) {
		me, err := c.CurrentUser(ctx)
		if err != nil {
			return nil, err
		}
		var mine []Schedule
		for next, newer := 1, true; next > 0 && newer; {
			sent := time.Now()
			schedules, resp, err := listPage(ctx, c, schedulesPath(project), c.schedules.ID, next, page{Page: next, PerPage: maxPerPage})
			if err != nil {
				return nil, err
			}
			clock.Answered(resp.Header, sent)
			for _, s := range schedules {
				if s.Owner != nil && s.Owner.ID == me.ID {
					mine = append(mine, s)
				}
				made, told := timeOf(s.CreatedAt)
				newer = told && !made.Before(clock.Earliest())
			}
			next = resp.NextPage
		}
		return mine, nil
	}
}

// makes reports whether a creation with this makes such a schedule. GitLab
// makes a full ref of a name, takes the blanks around cron off, and has
// defaults. It may make texts of the values of inputs, which older servers
// ignore.
func (c ScheduleChange) makes(s Schedule) bool {
	active := c.Active == nil || *c.Active
	return textOr(c.Description, "") == s.Description && SameRef(textOr(c.Ref, ""), s.Ref) &&
		strings.TrimSpace(textOr(c.Cron, "")) == strings.TrimSpace(s.Cron) &&
		textOr(c.CronTimezone, "UTC") == s.CronTimezone && active == s.Active &&
		(s.Inputs == nil || sameInputs(c.Inputs, *s.Inputs))
}

func sameInputs(wanted []InputChange, present []Input) bool {
	if len(wanted) != len(present) {
		return false
	}
	values := map[string]any{}
	for _, input := range present {
		values[input.Name] = input.Value
	}
	for _, input := range wanted {
		if value, exists := values[input.Name]; !exists || !sameValue(input.Value, value) {
			return false
		}
	}
	return true
}

// sameValue compares values of inputs as texts, and numbers as numbers: GitLab
// may write 0.00001 as 1.0e-05.
func sameValue(a, b any) bool {
	listA, isListA := a.([]any)
	listB, isListB := b.([]any)
	if isListA || isListB {
		if !isListA || !isListB || len(listA) != len(listB) {
			return false
		}
		for i := range listA {
			if !sameValue(listA[i], listB[i]) {
				return false
			}
		}
		return true
	}
	textA, textB := fmt.Sprint(a), fmt.Sprint(b)
	numberA, errA := strconv.ParseFloat(textA, 64)
	numberB, errB := strconv.ParseFloat(textB, 64)
	return textA == textB || errA == nil && errB == nil && numberA == numberB
}

// variableID is a schedule's variable. A schedule's id is no other project's.
type variableID struct {
	schedule int64
	key      string
}

// variableKind tells whether a creation made a schedule's variable. GitLab
// doesn't tell when it was made, but there is one of a key: one with the wanted
// value and type is the wanted one, whoever made it, unless it is another
// creation's of this client.
func variableKind() creation.Kind[variableID, ScheduleVariable, VariableChange] {
	return creation.Kind[variableID, ScheduleVariable, VariableChange]{
		ID:     func(v ScheduleVariable) variableID { return variableID{v.ScheduleID, v.Key} },
		Name:   func(v ScheduleVariable) string { return v.Key },
		Before: func(id, known variableID) bool { return id == known },
		Fits: func(_ context.Context, v ScheduleVariable, wanted VariableChange) (bool, error) {
			return textOr(wanted.Value, "") == textOr(v.Value, "") && textOr(wanted.VariableType, "env_var") == v.VariableType, nil
		},
		Alike: func(a, b VariableChange) bool { return reflect.DeepEqual(a, b) },
	}
}

// variablesNow lists the one variable, if the schedule has it.
func (c *Client) variablesNow(project string, id variableID) creation.List[ScheduleVariable] {
	return func(ctx context.Context, _ *creation.Clock) ([]ScheduleVariable, error) {
		s, err := c.Schedule(ctx, project, id.schedule)
		switch {
		case err != nil:
			return nil, err
		case s.Variables == nil:
			return nil, ErrVariablesHidden
		}
		for _, v := range *s.Variables {
			if v.Key == id.key {
				return []ScheduleVariable{{id.schedule, v}}, nil
			}
		}
		return nil, nil
	}
}

// olderOrSame reports whether one was there when the other was: ids grow.
func olderOrSame(id, known int64) bool { return id <= known }

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// timeOf reads one of GitLab's times.
func timeOf(text string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

func textOr(s *string, missing string) string {
	if s == nil {
		return missing
	}
	return *s
}

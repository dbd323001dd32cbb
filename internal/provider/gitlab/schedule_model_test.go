// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

func drawVariables(t *rapid.T) map[string]variableModel {
	return rapid.MapOfN(rapid.StringMatching(`[A-D]`), rapid.Custom(func(t *rapid.T) variableModel {
		return variableModel{
			Value:        types.StringValue(rapid.SampledFrom([]string{"", "1", "2", "text\nof lines"}).Draw(t, "value")),
			VariableType: types.StringValue(rapid.SampledFrom(variableTypes).Draw(t, "type")),
		}
	}), 0, 4).Draw(t, "variables")
}

// drawSchedule draws a planned schedule.
func drawSchedule(t *rapid.T) scheduleModel {
	text := func(name string, values ...string) types.String {
		return types.StringValue(rapid.SampledFrom(values).Draw(t, name))
	}
	m := scheduleModel{
		Project:       text("project", "29", "group/app"),
		ProjectID:     types.Int64Value(29),
		Description:   types.StringValue(rapid.StringMatching(`\S.*`).Draw(t, "description")),
		Ref:           text("ref", "main", "refs/heads/main", "v1.0", "refs/tags/v1.0", "a/b"),
		Cron:          text("cron", "0 1 * * 5", " 0  1 * * 5 ", "@daily"),
		CronTimezone:  text("cron_timezone", "UTC", "Asia/Tokyo"),
		Active:        types.BoolValue(rapid.Bool().Draw(t, "active")),
		TakeOwnership: types.BoolValue(rapid.Bool().Draw(t, "take_ownership")),
		Variables:     types.MapNull(variableType),
		Inputs:        types.DynamicNull(),
	}
	if rapid.Bool().Draw(t, "has variables") {
		m.Variables = variablesMap(drawVariables(t))
	}
	if rapid.Bool().Draw(t, "has inputs") {
		m.Inputs = drawInputs(t)
	}
	return m
}

// save is what a server stores of a change, and answers to its owner's read.
func save(t *rapid.T, s gitlabapi.Schedule, change gitlabapi.ScheduleChange, fullRefs, asText bool) gitlabapi.Schedule {
	for to, from := range map[*string]*string{&s.Description: change.Description, &s.Cron: change.Cron, &s.CronTimezone: change.CronTimezone, &s.Ref: change.Ref} {
		if from != nil {
			*to = *from
		}
	}
	s.Cron = strings.TrimSpace(s.Cron)
	if change.Active != nil {
		s.Active = *change.Active
	}
	if fullRefs && !gitlabapi.FullRef(s.Ref) {
		s.Ref = map[bool]string{true: "refs/tags/", false: "refs/heads/"}[s.Ref == "v1.0"] + s.Ref
	}
	var present []gitlabapi.Input
	if s.Inputs != nil {
		present = *s.Inputs
	}
	inputs := store(t, present, change.Inputs, asText)
	s.Inputs = &inputs
	return s
}

func TestScheduleComesBackAsItWasPlanned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawSchedule(t), drawSchedule(t)
		fullRefs, asText := rapid.Bool().Draw(t, "server stores full refs"), rapid.Bool().Draw(t, "server makes text of scalars")
		creation, diags := before.creation()
		change, differs, more := before.change(after)
		if diags.HasError() || more.HasError() {
			t.Fatal(diags, more)
		}
		stored := save(t, gitlabapi.Schedule{ID: 13, CreatedAt: "2026-01-15T12:00:00.000Z", Owner: &gitlabapi.User{ID: 1, Username: "root"}}, creation, fullRefs, asText)
		if differs {
			stored = save(t, stored, change, fullRefs, asText)
		}
		var variables []gitlabapi.Variable
		for key, element := range after.Variables.Elements() {
			v := element.(types.Object).Attributes()
			variables = append(variables, gitlabapi.Variable{
				Key: key, Value: v["value"].(types.String).ValueStringPointer(), VariableType: v["variable_type"].(types.String).ValueString(),
			})
		}
		stored.Variables = &variables

		read := after
		readable, diags := read.refresh(&stored, "", false)
		after.setID(13)
		after.setServerSide(&stored)
		if !readable || diags.HasError() || !reflect.DeepEqual(read, after) {
			t.Fatalf("planned %+v\nread %+v (%v)", after, read, diags)
		}
		if _, differs, _ := read.change(after); differs {
			t.Fatal("a change remains")
		}
	})
}

func TestVariableStepsLeadToThePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := drawVariables(t), drawVariables(t)
		now := maps.Clone(from)
		for _, step := range variableSteps(from, to) {
			if present, exists := now[step.key]; exists != (step.from != nil) || exists && present != *step.from {
				t.Fatalf("step %+v doesn't begin with what there is: %v", step, now)
			}
			if step.to == nil {
				delete(now, step.key)
				continue
			}
			// A server changes what a request holds, and nothing else.
			change, v := step.change(), now[step.key]
			if change.Value != nil {
				v.Value = types.StringValue(*change.Value)
			}
			if change.VariableType != nil {
				v.VariableType = types.StringValue(*change.VariableType)
			}
			now[step.key] = v
		}
		if !maps.Equal(now, to) {
			t.Fatalf("%v became %v, not %v", from, now, to)
		}
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var variableKey = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)

// scheduleForVariables is the schedule whose variables the request wants to change. The project's own rule comes first, so that whoever
// may not set pipeline variables is refused even where there is no such schedule.
func (c *call) scheduleForVariables(permitted func(*User, *schedule) bool) (*schedule, bool) {
	p, ok := c.project(noAccess)
	if !ok {
		return nil, false
	}
	if !c.s.canSetPipelineVariables(c.user, p) {
		c.forbidden()
		return nil, false
	}
	return c.permittedSchedule(permitted)
}

// namedVariable is the variable of the path's key, or it has answered 404.
func (c *call) namedVariable(sch *schedule) (*variable, bool) {
	v := sch.variable(c.str("key"))
	if v == nil {
		c.notFound("Pipeline Schedule Variable")
	}
	return v, v != nil
}

func createScheduleVariable(c *call) {
	sch, ok := c.scheduleForVariables(c.s.canEditSchedule)
	if !ok {
		return
	}
	v := &variable{key: strings.TrimSpace(c.str("key")), value: c.raw("value"), variableType: c.str("variable_type")}
	if errors := keyErrors(v.key); len(errors) > 0 {
		c.invalid(map[string][]string{"key": errors})
		return
	}
	if sch.variable(v.key) != nil {
		c.invalid(map[string][]string{"key": {alreadyBeenTaken}})
		return
	}
	sch.variables = append(sch.variables, v)
	c.json(http.StatusCreated, v.object())
}

// keyErrors says what is wrong with a variable's key. GitLab checks for presence in two places, and says so twice.
func keyErrors(key string) []string {
	if key == "" {
		return []string{canNotBeBlank, "can contain only letters, digits and '_'.", canNotBeBlank}
	}
	var errors []string
	if utf8.RuneCountInString(key) > maxNameLength {
		errors = append(errors, isTooLong)
	}
	if !variableKey.MatchString(key) {
		errors = append(errors, "can contain only letters, digits and '_'.")
	}
	return errors
}

func getScheduleVariable(c *call) {
	sch, ok := c.permittedSchedule(c.s.canReadScheduleVariables)
	if !ok {
		return
	}
	if v, ok := c.namedVariable(sch); ok {
		c.json(http.StatusOK, v.object())
	}
}

func updateScheduleVariable(c *call) {
	sch, ok := c.scheduleForVariables(c.s.canEditSchedule)
	if !ok {
		return
	}
	v, ok := c.namedVariable(sch)
	if !ok {
		return
	}
	if c.given("value") {
		v.value = c.raw("value")
	}
	if c.has("variable_type") {
		v.variableType = c.str("variable_type")
	}
	c.json(http.StatusOK, v.object())
}

func deleteScheduleVariable(c *call) {
	sch, ok := c.scheduleForVariables(c.s.canAdminSchedule)
	if !ok {
		return
	}
	v, ok := c.namedVariable(sch)
	if !ok {
		return
	}
	sch.variables = slices.DeleteFunc(sch.variables, func(other *variable) bool { return other == v })
	c.json(http.StatusAccepted, v.object())
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

const (
	maxInputs        = 20
	maxInputValue    = 1 << 20 // characters of JSON
	maxNameLength    = 255
	syntaxIsInvalid  = "syntax is invalid"
	canNotBeBlank    = "can't be blank"
	isTooLong        = "is too long (maximum is 255 characters)"
	alreadyBeenTaken = "has already been taken"
)

// saveSchedule applies the request to the schedule, a new one if it has no id yet, or answers 400 and leaves it as it is. The order is
// GitLab's: a ref that is protected against the caller hides all other mistakes, and then one that can't be expanded does.
func (c *call) saveSchedule(sch *schedule) (ok bool) {
	wanted := c.wantedAttributes(sch.scheduleAttributes)
	verb := "update"
	if sch.id == 0 {
		verb = "create"
	}
	if c.s.protectedAgainst(c.user, sch.project, wanted.ref) {
		c.invalid(map[string][]string{"base": {"The current user is not authorized to " + verb + " the pipeline schedule"}})
		return false
	}
	if !c.s.ci.quirks.legacyRefs {
		full, ok := sch.project.Repo.expandRef(wanted.ref)
		if !ok {
			c.invalid(map[string][]string{"ref": {"is ambiguous"}})
			return false
		}
		wanted.ref = full
	}
	errors := wanted.validate()
	c.mergeInputs(&wanted, errors)
	of := c.s.ci.of(sch.project)
	if limit := c.s.world.planLimits.ciPipelineSchedules; sch.id == 0 && limit > 0 && len(of.schedules) >= limit {
		errors["base"] = []string{fmt.Sprintf("Maximum number of ci pipeline schedules (%d) exceeded", limit)}
	}
	if len(errors) > 0 {
		c.invalid(errors)
		return false
	}

	if c.s.nextRunOf(wanted, c.now).IsZero() {
		// A cron that never matches, such as the 31st last day of February, gets through GitLab's validation and fails behind it.
		c.message(http.StatusInternalServerError, "500 Internal Server Error")
		return false
	}

	changed := sch.id == 0 || !wanted.equal(sch.scheduleAttributes)
	sch.scheduleAttributes = wanted
	if sch.id == 0 {
		c.s.ci.addSchedule(sch)
	}
	c.s.reschedule(sch, c.now, changed)
	return true
}

// wantedAttributes are the attributes of old with those that the request names put in their place, inputs excepted.
func (c *call) wantedAttributes(old scheduleAttributes) scheduleAttributes {
	wanted := old
	wanted.inputs = slices.Clone(old.inputs)
	for name, attribute := range map[string]*string{
		"description": &wanted.description, "ref": &wanted.ref, "cron": &wanted.cron, "cron_timezone": &wanted.cronTimezone,
	} {
		if c.given(name) {
			*attribute = c.str(name)
		}
	}
	wanted.cron = strings.TrimSpace(wanted.cron)
	if c.given("active") {
		wanted.active = c.bool("active")
	}
	return wanted
}

func (a scheduleAttributes) equal(b scheduleAttributes) bool {
	return a.description == b.description && a.ref == b.ref && a.cron == b.cron && a.cronTimezone == b.cronTimezone &&
		a.active == b.active && slices.EqualFunc(a.inputs, b.inputs, func(x, y input) bool {
		return x.name == y.name && jsonText(x.value) == jsonText(y.value)
	})
}

// validate returns the mistakes in the attributes by name.
func (a scheduleAttributes) validate() map[string][]string {
	errors := map[string][]string{}
	add := func(name, text string) { errors[name] = append(errors[name], text) }
	if strings.TrimSpace(a.description) == "" {
		add("description", canNotBeBlank)
	}
	if strings.TrimSpace(a.ref) == "" {
		add("ref", canNotBeBlank)
	}
	if _, err := fugit.Parse(a.cron); err != nil {
		add("cron", syntaxIsInvalid)
	}
	if a.cron == "" {
		add("cron", canNotBeBlank)
	}
	if strings.TrimSpace(a.cronTimezone) == "" {
		add("cron_timezone", canNotBeBlank)
	} else if _, err := fugit.LoadZone(a.cronTimezone); err != nil {
		add("cron_timezone", syntaxIsInvalid)
	}
	return errors
}

// mergeInputs merges the request's inputs by name into the schedule's: those not named stay.
func (c *call) mergeInputs(wanted *scheduleAttributes, errors map[string][]string) {
	if c.s.ci.quirks.inputsUnsupported {
		return
	}
	before := len(wanted.inputs)
	named := map[string]int{}
	var duplicates []string
	for _, fields := range c.hashes("inputs") {
		name, _ := fields["name"].(string)
		if named[name]++; named[name] == 2 {
			duplicates = append(duplicates, name)
		}
		known := slices.IndexFunc(wanted.inputs[:before], func(in input) bool { return in.name == name })
		destroy, _ := fields["destroy"].(bool)
		switch {
		case destroy && known >= 0:
			wanted.inputs = slices.Delete(wanted.inputs, known, known+1)
			before--
		case destroy:
		case known >= 0:
			wanted.inputs[known].value = fields["value"]
		default:
			wanted.inputs = append(wanted.inputs, input{name: name, value: fields["value"]})
		}
	}
	if len(duplicates) > 0 {
		errors["inputs"] = []string{"have duplicate values (" + strings.Join(duplicates, ", ") + ")"}
	}
	validateInputs(wanted.inputs, errors)
}

// hashes is a parameter that was declared as an array of hashes; nil when absent or null.
func (c *call) hashes(name string) []map[string]any {
	elements, _ := c.raw(name).([]any)
	var hashes []map[string]any
	for _, element := range elements {
		if hash, ok := element.(map[string]any); ok {
			hashes = append(hashes, hash)
		}
	}
	return hashes
}

// validateInputs adds the mistakes in the inputs to errors.
func validateInputs(inputs []input, errors map[string][]string) {
	add := func(name, text string) {
		if !slices.Contains(errors[name], text) {
			errors[name] = append(errors[name], text)
		}
	}
	for _, in := range inputs {
		if strings.TrimSpace(in.name) == "" {
			add("inputs.name", canNotBeBlank)
		}
		if utf8.RuneCountInString(in.name) > maxNameLength {
			add("inputs.name", isTooLong)
		}
		if utf8.RuneCountInString(jsonText(in.value)) > maxInputValue {
			add("inputs.value", fmt.Sprintf("exceeds max serialized size: %d characters", maxInputValue))
		}
	}
	if len(inputs) > maxInputs {
		add("inputs", fmt.Sprintf("exceeds the limit of %d.", maxInputs))
	}
}

// jsonText is a value that came from JSON as JSON again.
func jsonText(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

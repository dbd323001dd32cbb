// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"slices"
	"strings"
)

// The rules of fields, which need no token and are checked before anything else. Each returns what is wrong, or "".

// broken is the first of the problems.
func broken(problems ...string) string {
	for _, problem := range problems {
		if problem != "" {
			return problem
		}
	}
	return ""
}

func notEmpty(field, value string) string {
	if value == "" {
		return fmt.Sprintf("invalid %s: value length must be at least 1 runes", field)
	}
	return ""
}

func oneOf(field, value string, allowed ...string) string {
	if slices.Contains(allowed, value) {
		return ""
	}
	return fmt.Sprintf("invalid %s: value must be in list [%s]", field, strings.Join(allowed, " "))
}

func required(field string, present bool) string {
	if present {
		return ""
	}
	return fmt.Sprintf("invalid %s: value is required", field)
}

func atLeastOne(field string, count int) string {
	if count > 0 {
		return ""
	}
	return fmt.Sprintf("invalid %s: value must contain at least 1 item(s)", field)
}

// embedded is the problem of a message as the message around it tells it.
func embedded(field, problem string) string {
	if problem == "" {
		return ""
	}
	return fmt.Sprintf("invalid %s: embedded message failed validation | caused by: %s", field, problem)
}

// each is the first problem in a list of messages.
func each[T any](field string, list []T, problem func(T) string) string {
	for i, element := range list {
		if p := problem(element); p != "" {
			return embedded(fmt.Sprintf("%s[%d]", field, i), p)
		}
	}
	return ""
}

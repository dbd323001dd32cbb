// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// fields are what a field selector may name, and how each is compared with the selector's value.
type fields map[string]func(value string) (bool, error)

// contains compares with texts of which one must have the value in it.
func contains(texts ...string) func(string) (bool, error) {
	return func(value string) (bool, error) {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, value) }), nil
	}
}

func equals(text string) func(string) (bool, error) {
	return func(value string) (bool, error) { return text == value, nil }
}

// operator is what a term's operator is taken to be: its first run of characters that are none of a key's.
var operator = regexp.MustCompile(`[^.\w\s]+`)

// selects tells whether a resource with these fields passes all terms of a selector. Terms after the first one that it doesn't pass are not looked
// at, but all must have the form of one.
func selects(selector string, f fields) (bool, error) {
	if selector == "" {
		return true, nil
	}
	type term struct{ key, operator, value string }
	var terms []term
	for text := range strings.SplitSeq(selector, ",") {
		symbol := operator.FindString(text)
		if symbol == "" {
			return false, fmt.Errorf("this operation symbol is not supported: %s", text)
		}
		parts := strings.Split(text, symbol)
		if len(parts) != 2 {
			return false, fmt.Errorf("the parameter %s is wrong, eg: key=value", selector)
		}
		terms = append(terms, term{parts[0], symbol, parts[1]})
	}
	for _, t := range terms {
		compare, known := f[t.key]
		if !known || t.operator != "=" {
			return false, fmt.Errorf("failed to get selector, the filter field %s operator symbol %s is not supported", t.key, t.operator)
		}
		passes, err := compare(t.value)
		if err != nil {
			return false, fmt.Errorf("failed to match resource, err: %w", err)
		}
		if !passes {
			return false, nil
		}
	}
	return true, nil
}

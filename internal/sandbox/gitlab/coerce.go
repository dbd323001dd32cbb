// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// coerce turns a raw value into the first of the parameter's kinds that takes it. Raw values are nil, string, bool, json.Number,
// []any and map[string]any.
func (p param) coerce(value any) (any, bool) {
	for _, k := range p.kinds {
		if coerced, ok := k.coerce(value); ok {
			return coerced, true
		}
	}
	return nil, false
}

func (k kind) coerce(value any) (any, bool) {
	if value == nil {
		return nil, true
	}
	if text, isText := value.(string); isText {
		return k.coerceText(text)
	}
	switch k {
	case stringType:
		return coerceToText(value)
	case integerType:
		if number, ok := value.(json.Number); ok {
			f, err := number.Float64()
			return int(f), err == nil && math.Abs(f) < 1<<53 // Ruby cuts fractions off
		}
	case floatType:
		if number, ok := value.(json.Number); ok {
			f, err := number.Float64()
			return f, err == nil
		}
	case booleanType:
		if b, ok := value.(bool); ok {
			return b, true
		}
		if number, ok := value.(json.Number); ok {
			return parseBoolean(number.String())
		}
	case arrayType, listType:
		elements, ok := value.([]any)
		return elements, ok
	case hashType:
		hash, ok := value.(map[string]any)
		return hash, ok
	case anyType:
		return value, true
	}
	return nil, false
}

// coerceText reads the text of a form, a query, a path or a JSON string. For all but text itself, no characters mean null.
func (k kind) coerceText(text string) (any, bool) {
	if text == "" && k != stringType && k != anyType {
		return nil, true
	}
	switch k {
	case stringType, anyType:
		return text, true
	case integerType:
		return parseInteger(text)
	case floatType:
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case booleanType:
		return parseBoolean(text)
	case dateTimeType:
		return parseDateTime(text)
	case listType:
		var elements []any
		for _, element := range strings.Split(text, ",") {
			elements = append(elements, strings.TrimSpace(element))
		}
		return elements, true
	}
	return nil, false
}

func coerceToText(value any) (any, bool) {
	switch value := value.(type) {
	case bool:
		return strconv.FormatBool(value), true
	case json.Number:
		return value.String(), true
	}
	return nil, false
}

func parseInteger(text string) (any, bool) {
	number, err := strconv.Atoi(strings.TrimSpace(text))
	return number, err == nil
}

func parseBoolean(text string) (any, bool) {
	switch text {
	case "1", "on", "On", "ON", "t", "true", "True", "TRUE", "T", "y", "yes", "Yes", "YES", "Y":
		return true, true
	case "0", "off", "Off", "OFF", "f", "false", "False", "FALSE", "F", "n", "no", "No", "NO", "N":
		return false, true
	}
	return nil, false
}

// dateTimeLayouts are the forms of ISO 8601 that clients send; a date alone means its midnight in UTC.
var dateTimeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999 Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST", "2006-01-02 15:04:05.999999999",
	"2006-01-02", "20060102T150405Z0700", "20060102T150405", "20060102",
}

func parseDateTime(text string) (any, bool) {
	for _, layout := range dateTimeLayouts {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.UTC(), true
		}
	}
	return nil, false
}

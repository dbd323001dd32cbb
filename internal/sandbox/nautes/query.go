// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// populate sets fields of a message from a query or a form. A name with dots leads into inner messages; a name that leads nowhere is ignored.
func populate(message any, values url.Values) error {
	for name, texts := range values {
		if err := populateField(reflect.ValueOf(message).Elem(), strings.Split(name, "."), texts); err != nil {
			return err
		}
	}
	return nil
}

func populateField(message reflect.Value, path, texts []string) error {
	field := fieldNamed(message, path[0])
	if !field.IsValid() {
		return nil
	}
	inner := field.Kind() == reflect.Pointer
	switch {
	case len(path) > 1 && inner:
		if field.IsNil() {
			field.Set(reflect.New(field.Type().Elem()))
		}
		return populateField(field.Elem(), path[1:], texts)
	case len(path) > 1:
		return fmt.Errorf("invalid path: %q is not a message", path[0])
	case field.Type() == reflect.TypeFor[[]string]():
		field.Set(reflect.AppendSlice(field, reflect.ValueOf(texts)))
		return nil
	case len(texts) > 1:
		return fmt.Errorf("too many values for field %q: %s", path[0], strings.Join(texts, ", "))
	case texts[0] == "":
		return nil
	case field.Kind() == reflect.String:
		field.SetString(texts[0])
		return nil
	case field.Kind() == reflect.Bool:
		value, err := strconv.ParseBool(texts[0])
		if err != nil {
			return fmt.Errorf("parsing field %q: %w", path[0], err)
		}
		field.SetBool(value)
		return nil
	}
	return fmt.Errorf("parsing field %q: unsupported message type: %q", path[0], field.Type())
}

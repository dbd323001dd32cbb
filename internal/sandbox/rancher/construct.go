// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The uses of construct.
type operation int

const (
	creating operation = iota
	updating
	listing
	echoing // the answer that creates: write-only fields are shown in it
)

func (op operation) output() bool { return op == listing || op == echoing }

func (f field) takesPart(op operation) bool {
	switch op {
	case creating:
		return f.create
	case updating:
		return f.update
	case echoing:
		return f.kind != "password"
	}
	return f.kind != "password" && !f.writeOnly
}

// construct is Norman's one function for everything that goes in or out: it copies the fields that a type has and that take part in the operation,
// converts their values and, going in, applies the rules. What is unknown is dropped. The input isn't changed, and shares nothing that is changed
// later with the result.
func (s *Server) construct(sc *schema, input map[string]any, op operation) (map[string]any, error) {
	result := make(map[string]any, len(input)+1)
	for _, name := range sc.names { // of several mistakes Norman names a random one; we always name the same
		f := sc.fields[name]
		value, sent := input[name]
		if !sent || !f.takesPart(op) {
			continue
		}
		if err := s.copyField(result, name, f, value, op); err != nil {
			return nil, err
		}
	}
	for _, name := range sc.names {
		f := sc.fields[name]
		value, has := result[name]
		if op.output() {
			if has || !f.takesPart(op) {
				continue
			}
			if f.preset != nil {
				result[name] = f.preset
			} else if isReference(f.kind) {
				result[name] = nil
			}
			continue
		}
		if op != creating {
			break
		}
		if (!has || value == "") && f.preset != nil {
			result[name], value, has = f.preset, f.preset, true
		}
		if f.required && f.create {
			elements, _ := value.([]any)
			if !has || isArray(f.kind) && len(elements) == 0 {
				return nil, invalid("MissingRequired", name, "")
			}
		}
	}
	return result, nil
}

func (s *Server) copyField(result map[string]any, name string, f field, raw any, op operation) error {
	value, err := s.convert(f.kind, raw, op)
	if err != nil {
		return within(name, err)
	}
	if raw == nil && !f.nullable && f.preset != nil {
		return nil // a null never resets a boolean or a number
	}
	if op.output() {
		result[name] = value
		if text, isText := value.(string); isText && f.kind == "date" {
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				result[name+"TS"] = at.UnixMilli()
			}
		}
		return nil
	}
	if elements, isList := value.([]any); isList {
		for _, element := range elements {
			if element == nil {
				return invalid("NotNullable", name, "Individual array values can not be null")
			}
			if err := f.criteria(name, element); err != nil {
				return err
			}
		}
	} else if err := f.criteria(name, value); err != nil {
		return err
	}
	result[name] = value
	return nil
}

// criteria checks one value, after conversion.
func (f field) criteria(name string, value any) error {
	if value == nil {
		value = f.preset
	}
	if (value == nil || value == "") && !f.nullable && f.preset == nil {
		return invalid("NotNullable", name, "")
	}
	if n, isNumber := value.(int64); isNumber && f.min != nil && n < *f.min {
		return invalid("MinLimitExceeded", name, "")
	}
	if len(f.options) > 0 && (value != nil && value != "" || !f.nullable) && !slices.Contains(f.options, fmt.Sprint(value)) {
		return invalid("InvalidOption", name, "")
	}
	return nil
}

func (s *Server) convert(kind string, value any, op operation) (any, error) {
	if value == nil {
		return nil, nil
	}
	switch {
	case isMap(kind):
		return s.convertMap(kind, value, op)
	case isArray(kind):
		return s.convertArray(kind, value, op)
	case isReference(kind):
		return toString(value), nil
	}
	switch kind {
	case "json":
		return value, nil
	case "string", "enum", "password":
		return toString(value), nil
	case "date":
		if text := toString(value); text != "" {
			return text, nil
		}
		return nil, nil
	case "boolean":
		return toBool(value), nil
	case "int":
		return toNumber(value)
	case "dnsLabel":
		label := toString(value)
		if label != "" && !op.output() {
			if problem := dnsLabelProblem(label); problem != "" {
				return nil, invalid("InvalidFormat", "", fmt.Sprintf("invalid value %s: %s", label, problem))
			}
		}
		return label, nil
	}
	sc := s.types[kind]
	members, isObject := value.(map[string]any)
	if sc == nil || !isObject {
		return nil, invalid("InvalidFormat", "", fmt.Sprintf("Value can not be converted to type %s: %v", kind, value))
	}
	result, err := s.construct(sc, members, op)
	if err != nil {
		return nil, err
	}
	if _, own := sc.fields["type"]; op.output() && !own {
		result["type"] = apiRoot + "/schemas/" + sc.id
		if id, has := members["id"]; has {
			result["id"] = id
		}
	}
	return result, nil
}

func (s *Server) convertArray(kind string, value any, op operation) (any, error) {
	if texts, isForm := value.([]string); isForm {
		result := make([]any, len(texts))
		for i, text := range texts {
			result[i] = text
		}
		return result, nil
	}
	elements, isList := value.([]any)
	if !isList {
		return nil, nil
	}
	result := make([]any, len(elements))
	for i, element := range elements {
		var err error
		if result[i], err = s.convert(field{kind: kind}.element(), element, op); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func (s *Server) convertMap(kind string, value any, op operation) (any, error) {
	members, isObject := value.(map[string]any)
	if !isObject {
		return nil, nil
	}
	result := make(map[string]any, len(members))
	for key, member := range members {
		converted, err := s.convert(field{kind: kind}.element(), member, op)
		if err != nil {
			return nil, invalid("InvalidFormat", "", err.Error())
		}
		result[key] = converted
	}
	return result, nil
}

// first is the first element of a list, and anything else itself.
func first(value any) any {
	switch list := value.(type) {
	case []string:
		if len(list) == 0 {
			return nil
		}
		return list[0]
	case []any:
		if len(list) == 0 {
			return nil
		}
		return list[0]
	}
	return value
}

// toString makes text of anything. Norman removes white space around every text that it reads.
func toString(value any) string {
	value = first(value)
	if value == nil {
		return ""
	}
	if text, isText := value.(string); isText {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(fmt.Sprint(value))
}

// toBool takes what it doesn't know for false.
func toBool(value any) bool {
	value = first(value)
	if b, isBool := value.(bool); isBool {
		return b
	}
	return slices.Contains([]string{"true", "t", "yes", "y"}, strings.ToLower(toString(value)))
}

func toNumber(value any) (any, error) {
	switch n := first(value).(type) {
	case int64:
		return n, nil
	case int:
		return int64(n), nil
	case json.Number:
		if whole, err := n.Int64(); err == nil {
			return whole, nil
		}
		f, err := n.Float64()
		return int64(f), err
	}
	return strconv.ParseInt(toString(value), 10, 64)
}

var dnsLabel = regexp.MustCompile("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")

// dnsLabelProblem says in Kubernetes' words what is wrong with a name; "" = nothing.
func dnsLabelProblem(name string) string {
	var problems []string
	if len(name) > 63 {
		problems = append(problems, "must be no more than 63 characters")
	}
	if !dnsLabel.MatchString(name) {
		problems = append(problems, "a DNS-1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "+
			"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")
	}
	return strings.Join(problems, ",")
}

// merge puts what a PUT sent into what is stored: objects are merged, everything else is replaced, and null is a value like any other. Neither
// argument is changed.
func merge(stored, sent map[string]any) map[string]any {
	result := maps.Clone(stored)
	if result == nil {
		result = map[string]any{}
	}
	for name, value := range sent {
		inner, isObject := value.(map[string]any)
		old, wasObject := result[name].(map[string]any)
		if isObject && wasObject {
			result[name] = merge(old, inner)
		} else {
			result[name] = value
		}
	}
	return result
}

// mergeMarks replaces labels or annotations as a set. Those of Rancher's own can be neither set nor removed.
func mergeMarks(stored, sent map[string]any) map[string]any {
	result := map[string]any{}
	for name, value := range sent {
		if !strings.Contains(name, "cattle.io/") {
			result[name] = value
		}
	}
	for name, value := range stored {
		if strings.Contains(name, "cattle.io/") {
			result[name] = value
		}
	}
	return result
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"encoding/json"
	"maps"
	"strings"
)

// members are those of a JSON object.
type members = map[string]any

// asSent is a value as the client's JSON has it.
func asSent(v any) members {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var sent members
	if err := json.Unmarshal(data, &sent); err != nil {
		panic(err)
	}
	return trimmed(sent).(members)
}

// trimmed is JSON with no blanks around any text, as Rancher reads it.
func trimmed(v any) any {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case members:
		for name, value := range v {
			v[name] = trimmed(value)
		}
	case []any:
		for i, value := range v {
			v[i] = trimmed(value)
		}
	}
	return v
}

// merged is what Rancher stores when it is sent a change of what it has: what
// is absent stays, objects merge, and anything else is replaced, by null too.
func merged(stored, change members) members {
	result := maps.Clone(stored)
	if result == nil {
		result = members{}
	}
	for name, value := range change {
		is, one := result[name].(members)
		to, other := value.(members)
		if one && other {
			value = merged(is, to)
		}
		result[name] = value
	}
	return result
}

// shownAs takes what Rancher shows into the client's type.
func shownAs[T any](stored members) *T {
	data, err := json.Marshal(members{"spec": stored})
	if err != nil {
		panic(err)
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	return &v
}

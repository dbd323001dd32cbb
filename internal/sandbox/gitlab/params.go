// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is a type that a parameter may be declared to have.
type kind int

const (
	stringType   kind = iota // string; numbers and booleans become text
	integerType              // int
	floatType                // float64
	booleanType              // bool
	dateTimeType             // time.Time
	arrayType                // []any, elements unchecked
	listType                 // []any of strings; a single text is split at its commas
	hashType                 // map[string]any
	anyType                  // whatever came
)

// param declares one parameter, in the manner of Grape, the framework of GitLab's API: its checks and their texts are Grape's.
type param struct {
	name       string
	kinds      []kind // the first that fits wins
	required   bool
	unless     string // with required: not if this sibling is true
	notBlank   bool
	fallback   any // value when absent or null
	hasDefault bool
	values     []string // the only ones allowed
	excluded   []string // the ones not allowed
	noNegative bool
	fields     params // of each element of an array, or of a hash
}

// params are a route's parameters, in the order in which complaints about them are joined.
type params []param

// arguments are the values of a request's declared parameters, and of the path, by name.
type arguments map[string]any

func requires(name string, kinds ...kind) param {
	return param{name: name, kinds: kinds, required: true}
}

func optional(name string, kinds ...kind) param {
	return param{name: name, kinds: kinds}
}

// requiresUnless declares a parameter that is required unless its sibling of that name is true.
func requiresUnless(sibling, name string, kinds ...kind) param {
	return param{name: name, kinds: kinds, required: true, unless: sibling}
}

func (p param) byDefault(value any) param {
	p.fallback, p.hasDefault = value, true
	return p
}

func (p param) oneOf(values ...string) param {
	p.values = values
	return p
}

func (p param) except(values ...string) param {
	p.excluded = values
	return p
}

// present forbids blank values.
func (p param) present() param {
	p.notBlank = true
	return p
}

func (p param) notNegative() param {
	p.noNegative = true
	return p
}

// of declares the members of a hash, or of each hash in an array.
func (p param) of(fields ...param) param {
	p.fields = fields
	return p
}

// bind checks the raw parameters against the route's declaration and fills c.args, or answers 400 with all complaints.
func (c *call) bind(raw map[string]any) (ok bool) {
	c.args = arguments{}
	for _, segment := range strings.Split(c.route.pattern, "/") {
		if name, is := strings.CutPrefix(segment, "{"); is {
			name = strings.TrimSuffix(name, "}")
			raw[name] = c.r.PathValue(name)
			c.args[name] = raw[name]
		}
	}
	complaints := c.route.params.check(raw, c.args, "")
	c.undeclared = map[string]any{}
	for name, value := range raw {
		if _, bound := c.args[name]; !bound && name != "private_token" && name != "job_token" && name != "sudo" {
			c.undeclared[name] = value
		}
	}
	if len(complaints) > 0 {
		c.error(http.StatusBadRequest, strings.Join(complaints, ", "))
		return false
	}
	return true
}

// check moves the declared members of raw, coerced, into args and returns what is wrong with them. A member that is neither given
// nor has a default is left out of args; one given as null is there with the value nil.
func (ps params) check(raw map[string]any, args arguments, prefix string) []string {
	var complaints []string
	for _, p := range ps {
		full := p.name
		if prefix != "" {
			full = prefix + "[" + p.name + "]"
		}
		value, given := raw[p.name]
		if !given && p.unless != "" {
			if excused, isBool := args[p.unless].(bool); isBool && excused {
				continue
			}
		}
		complain := func(text string) { complaints = append(complaints, full+" "+text) }

		if p.required && !given {
			complain("is missing")
		}
		fits := true
		if given {
			var coerced any
			if coerced, fits = p.coerce(value); fits {
				value = coerced
			} else {
				complain("is invalid")
			}
		}
		if value == nil && p.hasDefault {
			value, given = p.fallback, true
		}
		if p.notBlank && (p.required || given) && blank(value) {
			complain("is empty")
		}
		if given && value != nil {
			if text := p.outOfRange(value); text != "" {
				complain(text)
			}
		} else if p.required && !given && p.values != nil {
			complain("does not have a valid value")
		}
		if given && fits && value != nil && p.fields != nil {
			var inner []string
			value, inner = p.checkFields(value, full)
			complaints = append(complaints, inner...)
		}
		if given {
			args[p.name] = value
		}
	}
	return complaints
}

// outOfRange says what is wrong with a value's content.
func (p param) outOfRange(value any) string {
	text := fmt.Sprint(value)
	if slices.Contains(p.excluded, text) {
		return "has a value not allowed"
	}
	if elements, isArray := value.([]any); isArray && p.values != nil {
		for _, element := range elements {
			if !slices.Contains(p.values, fmt.Sprint(element)) {
				return "does not have a valid value"
			}
		}
		return ""
	}
	number, isInt := value.(int)
	if p.values != nil && !slices.Contains(p.values, text) || p.noNegative && isInt && number < 0 {
		return "does not have a valid value"
	}
	return ""
}

// checkFields checks the members of a hash or of each hash in an array, and returns the value with only the declared ones.
func (p param) checkFields(value any, prefix string) (any, []string) {
	if hash, isHash := value.(map[string]any); isHash {
		inner := arguments{}
		complaints := p.fields.check(hash, inner, prefix)
		return map[string]any(inner), complaints
	}
	elements, _ := value.([]any)
	checked := make([]any, len(elements))
	inner := make([]arguments, len(elements))
	for i := range elements {
		inner[i] = arguments{}
		checked[i] = map[string]any(inner[i])
	}
	var complaints []string
	for _, field := range p.fields { // Grape complains field by field, not element by element
		for i, element := range elements {
			place := prefix + "[" + strconv.Itoa(i) + "]"
			hash, isHash := element.(map[string]any)
			switch {
			case isHash && len(hash) > 0: // an empty element is let pass, here as there
				complaints = append(complaints, params{field}.check(hash, inner[i], place)...)
			case !isHash && field.required && field.unless == "":
				name := place + "[" + field.name + "]"
				complaints = append(complaints, name+" is missing", name+" is invalid")
			}
		}
	}
	return checked, complaints
}

// blank is Ruby's blank?: null, false, and text, lists and hashes without content.
func blank(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(value) == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// atLeastOne answers 400 unless the request gives one of the parameters.
func (c *call) atLeastOne(ps params) (ok bool) {
	var names []string
	for _, p := range ps {
		if c.given(p.name) {
			return true
		}
		names = append(names, p.name)
	}
	c.error(http.StatusBadRequest, strings.Join(names, ", ")+" are missing, at least one parameter must be provided")
	return false
}

// given tells whether the request (or a default) names the parameter, be it null.
func (c *call) given(name string) bool {
	_, ok := c.args[name]
	return ok
}

// has tells whether the parameter has a value.
func (c *call) has(name string) bool { return c.args[name] != nil }

// str is a text parameter; "" when absent or null.
func (c *call) str(name string) string {
	value, _ := c.args[name].(string)
	return value
}

// int is a whole-number parameter; 0 when absent or null.
func (c *call) int(name string) int {
	value, _ := c.args[name].(int)
	return value
}

// bool is a boolean parameter; false when absent or null.
func (c *call) bool(name string) bool {
	value, _ := c.args[name].(bool)
	return value
}

// time is a point in time; the zero time when absent or null.
func (c *call) time(name string) time.Time {
	value, _ := c.args[name].(time.Time)
	return value
}

// raw is a parameter as it was coerced: nil, []any, map[string]any and so on.
func (c *call) raw(name string) any { return c.args[name] }

// strings is a list parameter; nil when absent or null.
func (c *call) strings(name string) []string {
	elements, _ := c.args[name].([]any)
	var texts []string
	for _, element := range elements {
		texts = append(texts, fmt.Sprint(element))
	}
	return texts
}

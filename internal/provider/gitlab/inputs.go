// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// inputsPath is where diagnostics about inputs point. A dynamic value has no
// schema below it, so they name the input in their text.
var inputsPath = path.Root("inputs")

// inputsOf reads the inputs of a known value by name. A value that is unknown
// is nil.
func inputsOf(v types.Dynamic) (map[string]attr.Value, diag.Diagnostics) {
	var diags diag.Diagnostics
	if noInputs(v) {
		return nil, nil
	}
	switch object := v.UnderlyingValue().(type) {
	case types.Object:
		return object.Attributes(), nil
	case types.Map:
		return object.Elements(), nil
	}
	diags.AddAttributeError(inputsPath, "Inputs must be an object",
		fmt.Sprintf("Write them by name, as in { environment = \"staging\", replicas = 3 }; this is %s.", kindOf(v.UnderlyingValue())))
	return nil, diags
}

// noInputs reports whether inputs aren't configured. A conditional without a
// value gives a null of some object's type.
func noInputs(v types.Dynamic) bool { return v.IsNull() || v.IsUnderlyingValueNull() }

// inputChanges is what turns the inputs in state into the planned ones. GitLab
// merges inputs by name, so one that is gone is told to go.
func inputChanges(from, to types.Dynamic) ([]gitlabapi.InputChange, diag.Diagnostics) {
	present, diags := inputsOf(from)
	planned, more := inputsOf(to)
	diags.Append(more...)
	var changes []gitlabapi.InputChange
	for name, value := range planned {
		if was, exists := present[name]; exists && sameInput(was, value) {
			continue
		}
		out, err := inputToAPI(value)
		if err != nil {
			diags.AddAttributeError(inputsPath, "Unusable input", fmt.Sprintf("Input %q: %s.", name, err))
			continue
		}
		changes = append(changes, gitlabapi.InputChange{Name: name, Value: out})
	}
	for name := range present {
		if _, stays := planned[name]; !stays {
			changes = append(changes, gitlabapi.InputChange{Name: name, Destroy: true})
		}
	}
	slices.SortFunc(changes, func(a, b gitlabapi.InputChange) int { return cmp.Compare(a.Name, b.Name) })
	return changes, diags
}

// inputsValue is the server's inputs as a Terraform object. One that means the
// same as before keeps its type: GitLab may give the number 42 back as "42".
func inputsValue(inputs []gitlabapi.Input, before types.Dynamic) (types.Dynamic, diag.Diagnostics) {
	known, diags := inputsOf(before)
	values, kinds := map[string]attr.Value{}, map[string]attr.Type{}
	for _, input := range inputs {
		value, err := inputFromAPI(input.Value)
		if err != nil {
			diags.AddAttributeError(inputsPath, "Unreadable input", fmt.Sprintf("GitLab sent input %q: %s.", input.Name, err))
			continue
		}
		if was, exists := known[input.Name]; exists && sameInput(was, value) {
			value = was
		}
		values[input.Name], kinds[input.Name] = value, value.Type(context.Background())
	}
	if len(known) == len(values) && sameInputs(known, values) {
		return before, diags
	}
	object, more := types.ObjectValue(kinds, values)
	diags.Append(more...)
	return types.DynamicValue(object), diags
}

// sameInputs reports whether two sets of inputs mean the same to GitLab.
func sameInputs(a, b map[string]attr.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		if other, exists := b[name]; !exists || !sameInput(value, other) {
			return false
		}
	}
	return true
}

// sameInput compares as GitLab stores: a number or bool is its text, and a
// fraction is that of a 64-bit float.
func sameInput(a, b attr.Value) bool {
	if a.IsUnknown() || b.IsUnknown() {
		return false
	}
	listA, isListA := elements(a)
	listB, isListB := elements(b)
	if isListA || isListB {
		return isListA && isListB && slices.EqualFunc(listA, listB, sameInput)
	}
	textA, errA := scalarText(a)
	textB, errB := scalarText(b)
	return errA == nil && errB == nil && (textA == textB || floatText(a, textA) == floatText(b, textB))
}

// floatText is a number with a fraction as Ruby writes it, such as 1.0e-05 for
// 0.00001; any other text stays.
func floatText(v attr.Value, text string) string {
	if _, isNumber := v.(types.Number); !isNumber || !strings.Contains(text, ".") {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if power, err := strconv.Atoi(exponent); err == nil && power >= -4 && power < 16 {
		mantissa, exponent = strconv.FormatFloat(f, 'f', -1, 64), ""
	} else {
		exponent = "e" + exponent
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + exponent
}

func elements(v attr.Value) ([]attr.Value, bool) {
	switch v := v.(type) {
	case types.Tuple:
		return v.Elements(), true
	case types.List:
		return v.Elements(), true
	case types.Set:
		return v.Elements(), true
	case types.Dynamic:
		return elements(v.UnderlyingValue())
	}
	return nil, false
}

func scalarText(v attr.Value) (string, error) {
	scalar, err := inputToAPI(v)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(scalar), nil
}

// inputToAPI is a Terraform value as JSON keeps it: numbers exactly.
func inputToAPI(v attr.Value) (any, error) {
	if v == nil || v.IsNull() {
		return nil, errors.New("it has no value; give it one, or leave it out")
	}
	if v.IsUnknown() {
		return nil, fmt.Errorf("its value is not known")
	}
	if list, isList := elements(v); isList {
		out := make([]any, len(list))
		for i, element := range list {
			one, err := inputToAPI(element)
			if err != nil {
				return nil, fmt.Errorf("element %d: %w", i, err)
			}
			out[i] = one
		}
		return out, nil
	}
	switch v := v.(type) {
	case types.String:
		return v.ValueString(), nil
	case types.Bool:
		return v.ValueBool(), nil
	case types.Number:
		return json.Number(v.ValueBigFloat().Text('f', -1)), nil
	case types.Dynamic:
		return inputToAPI(v.UnderlyingValue())
	}
	return nil, fmt.Errorf("it must be a string, a number, a bool or a list of these, not %s", kindOf(v))
}

// kindOf is a value's type in the words of the configuration language.
func kindOf(v attr.Value) string {
	switch v.(type) {
	case types.String:
		return "a string"
	case types.Number:
		return "a number"
	case types.Bool:
		return "a bool"
	case types.Object, types.Map:
		return "an object"
	}
	return "a list"
}

func inputFromAPI(v any) (attr.Value, error) {
	switch v := v.(type) {
	case string:
		return types.StringValue(v), nil
	case bool:
		return types.BoolValue(v), nil
	case json.Number:
		number, _, err := big.ParseFloat(v.String(), 10, 512, big.ToNearestEven)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", v)
		}
		return types.NumberValue(number), nil
	case []any:
		values, kinds := make([]attr.Value, len(v)), make([]attr.Type, len(v))
		for i, element := range v {
			value, err := inputFromAPI(element)
			if err != nil {
				return nil, err
			}
			values[i], kinds[i] = value, value.Type(context.Background())
		}
		tuple, diags := types.TupleValue(kinds, values)
		if diags.HasError() {
			return nil, fmt.Errorf("%v", diags)
		}
		return tuple, nil
	}
	return nil, fmt.Errorf("a %T is neither string, number, bool nor list", v)
}

// fullyKnown reports whether no part of a value is still to be computed.
func fullyKnown(v attr.Value) bool {
	if list, isList := elements(v); isList {
		return !v.IsUnknown() && !slices.ContainsFunc(list, func(e attr.Value) bool { return !fullyKnown(e) })
	}
	return v == nil || !v.IsUnknown()
}

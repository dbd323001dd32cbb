// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// drawInput draws a value of an input, lists in lists included.
func drawInput(t *rapid.T, depth int) attr.Value {
	kinds := 4
	if depth == 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return types.StringValue(rapid.String().Draw(t, "string"))
	case 1:
		return types.BoolValue(rapid.Bool().Draw(t, "bool"))
	case 2:
		return types.NumberValue(drawNumber(t))
	}
	values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) attr.Value { return drawInput(t, depth-1) }), 0, 3).Draw(t, "list")
	kindsOf := make([]attr.Type, len(values))
	for i, v := range values {
		kindsOf[i] = v.Type(context.Background())
	}
	return types.TupleValueMust(kindsOf, values)
}

// drawNumber draws numbers as configurations have them: decimals of any
// length, parsed with Terraform's precision.
func drawNumber(t *rapid.T) *big.Float {
	text := rapid.StringMatching(`-?[1-9][0-9]{0,60}(\.[0-9]{1,20})?(e-?[0-9]{1,2})?`).Draw(t, "number")
	number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func drawInputs(t *rapid.T) types.Dynamic {
	values := rapid.MapOfN(rapid.StringMatching(`[a-z_]{1,8}`), rapid.Custom(func(t *rapid.T) attr.Value { return drawInput(t, 3) }), 0, 4).Draw(t, "inputs")
	kinds := map[string]attr.Type{}
	for name, v := range values {
		kinds[name] = v.Type(context.Background())
	}
	return types.DynamicValue(types.ObjectValueMust(kinds, values))
}

// store is what a server keeps of inputs and gives back: JSON, in which each
// scalar has become text if the server is one that does so.
func store(t *rapid.T, present []gitlabapi.Input, changes []gitlabapi.InputChange, asText bool) []gitlabapi.Input {
	raw, err := json.Marshal(changes)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var received []gitlabapi.InputChange
	if err := decoder.Decode(&received); err != nil {
		t.Fatal(err)
	}
	byName := map[string]any{}
	for _, in := range present {
		byName[in.Name] = in.Value
	}
	for _, c := range received {
		if c.Destroy {
			delete(byName, c.Name)
			continue
		}
		switch v := c.Value.(type) {
		case json.Number:
			if asText {
				c.Value = v.String()
			}
		case bool:
			if asText {
				c.Value = map[bool]string{true: "true", false: "false"}[v]
			}
		}
		byName[c.Name] = c.Value
	}
	var stored []gitlabapi.Input
	for name, value := range byName {
		stored = append(stored, gitlabapi.Input{Name: name, Value: value})
	}
	return stored
}

func TestInputsComeBackAsTheyWereConfigured(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asText := rapid.Bool().Draw(t, "server makes text of scalars")
		before, after := drawInputs(t), drawInputs(t)
		created, diags := inputChanges(types.DynamicNull(), before)
		changed, more := inputChanges(before, after)
		if diags.HasError() || more.HasError() {
			t.Fatal(diags, more)
		}
		stored := store(t, store(t, nil, created, asText), changed, asText)
		read, diags := inputsValue(stored, after)
		if diags.HasError() || !read.Equal(after) {
			t.Fatalf("configured %s, read %s (%v)", after, read, diags)
		}
		if again, _ := inputChanges(read, after); len(again) > 0 {
			t.Fatalf("a change remains: %v", again)
		}
		if fresh, diags := inputsValue(stored, types.DynamicNull()); diags.HasError() || !sameInputs(mustInputs(t, fresh), mustInputs(t, after)) {
			t.Fatalf("imported %s, want the meaning of %s", fresh, after)
		}
	})
}

func mustInputs(t *rapid.T, v types.Dynamic) map[string]attr.Value {
	inputs, diags := inputsOf(v)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return inputs
}

func TestInputsThatMeanTheSameToGitLab(t *testing.T) {
	t.Parallel()
	number := func(text string) attr.Value {
		n, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return types.NumberValue(n)
	}
	text := func(s string) attr.Value { return types.StringValue(s) }
	for _, c := range []struct {
		a, b attr.Value
		same bool
	}{
		{number("42"), text("42"), true},
		{number("1"), text("1.0"), false},
		{number("0.5"), text("0.5"), true},
		// Ruby's way to write floats.
		{number("0.00001"), text("1.0e-05"), true},
		{number("0.0001"), text("0.0001"), true},
		{number("12345678901234567.5"), text("1.2345678901234568e+16"), true},
		{number("0.12345678901234567890123"), number("0.12345678901234568"), true},
		{number("12345678901234567890"), number("12345678901234567891"), false},
		{text("1.0e-05"), text("0.00001"), false},
		{types.BoolValue(true), text("true"), true},
		{types.BoolValue(true), text("1"), false},
		{text(""), types.StringNull(), false},
		{types.StringUnknown(), types.StringUnknown(), false},
		{types.TupleValueMust(nil, nil), text("[]"), false},
		{types.TupleValueMust([]attr.Type{types.NumberType}, []attr.Value{number("1")}), types.ListValueMust(types.StringType, []attr.Value{text("1")}), true},
	} {
		if sameInput(c.a, c.b) != c.same || sameInput(c.b, c.a) != c.same {
			t.Errorf("%s and %s: same should be %t", c.a, c.b, c.same)
		}
	}
}

func TestInputKeepsItsTypeWhenAnotherIsChangedElsewhere(t *testing.T) {
	t.Parallel()
	before := types.DynamicValue(types.ObjectValueMust(
		map[string]attr.Type{"flag": types.BoolType, "text": types.StringType},
		map[string]attr.Value{"flag": types.BoolValue(true), "text": types.StringValue("a")},
	))
	read, diags := inputsValue([]gitlabapi.Input{{Name: "flag", Value: "true"}, {Name: "text", Value: "b"}}, before)
	if inputs, _ := inputsOf(read); diags.HasError() || !inputs["flag"].Equal(types.BoolValue(true)) || !inputs["text"].Equal(types.StringValue("b")) {
		t.Errorf("read %s (%v)", read, diags)
	}
}

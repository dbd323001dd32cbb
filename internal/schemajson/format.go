// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package schemajson

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the JSON format, member for member. tftypes.Type encodes itself as Terraform's own type
// notation ("string", ["list","string"], …), and a nil one is left out, which is what an attribute with a
// nested type needs.
type (
	document struct {
		FormatVersion string              `json:"format_version"`
		Schemas       map[string]provider `json:"provider_schemas,omitempty"`
	}

	provider struct {
		Provider           schema              `json:"provider"`
		Resources          map[string]schema   `json:"resource_schemas,omitempty"`
		DataSources        map[string]schema   `json:"data_source_schemas,omitempty"`
		EphemeralResources map[string]schema   `json:"ephemeral_resource_schemas,omitempty"`
		ListResources      map[string]schema   `json:"list_resource_schemas,omitempty"`
		Functions          map[string]function `json:"functions,omitempty"`
		Identities         map[string]identity `json:"resource_identity_schemas,omitempty"`
		Actions            map[string]action   `json:"action_schemas,omitempty"`
	}

	schema struct {
		Version int64  `json:"version"`
		Block   *block `json:"block,omitempty"`
	}

	action struct {
		Block *block `json:"block,omitempty"`
	}

	block struct {
		Attributes         map[string]attribute   `json:"attributes,omitempty"`
		BlockTypes         map[string]nestedBlock `json:"block_types,omitempty"`
		Description        string                 `json:"description,omitempty"`
		DescriptionKind    string                 `json:"description_kind,omitempty"`
		Deprecated         bool                   `json:"deprecated,omitempty"`
		DeprecationMessage string                 `json:"deprecation_message,omitempty"`
	}

	nestedBlock struct {
		NestingMode string `json:"nesting_mode,omitempty"`
		Block       *block `json:"block,omitempty"`
		MinItems    int64  `json:"min_items,omitempty"`
		MaxItems    int64  `json:"max_items,omitempty"`
	}

	attribute struct {
		Type               tftypes.Type `json:"type,omitempty"`
		NestedType         *nestedType  `json:"nested_type,omitempty"`
		Description        string       `json:"description,omitempty"`
		DescriptionKind    string       `json:"description_kind,omitempty"`
		Deprecated         bool         `json:"deprecated,omitempty"`
		DeprecationMessage string       `json:"deprecation_message,omitempty"`
		Required           bool         `json:"required,omitempty"`
		Optional           bool         `json:"optional,omitempty"`
		Computed           bool         `json:"computed,omitempty"`
		Sensitive          bool         `json:"sensitive,omitempty"`
		WriteOnly          bool         `json:"write_only,omitempty"`
	}

	nestedType struct {
		Attributes  map[string]attribute `json:"attributes,omitempty"`
		NestingMode string               `json:"nesting_mode,omitempty"`
	}

	identity struct {
		Version    int64                        `json:"version"`
		Attributes map[string]identityAttribute `json:"attributes,omitempty"`
	}

	identityAttribute struct {
		Type              tftypes.Type `json:"type,omitempty"`
		Description       string       `json:"description,omitempty"`
		RequiredForImport bool         `json:"required_for_import,omitempty"`
		OptionalForImport bool         `json:"optional_for_import,omitempty"`
	}

	function struct {
		Description        string       `json:"description,omitempty"`
		Summary            string       `json:"summary,omitempty"`
		DeprecationMessage string       `json:"deprecation_message,omitempty"`
		ReturnType         tftypes.Type `json:"return_type"`
		Parameters         []parameter  `json:"parameters,omitempty"`
		VariadicParameter  *parameter   `json:"variadic_parameter,omitempty"`
	}

	parameter struct {
		Name        string       `json:"name,omitempty"`
		Description string       `json:"description,omitempty"`
		IsNullable  bool         `json:"is_nullable,omitempty"`
		Type        tftypes.Type `json:"type"`
	}
)

// mapped converts every value of a map.
func mapped[From, To any](in map[string]From, convert func(From) To) map[string]To {
	out := make(map[string]To, len(in))
	for name, value := range in {
		out[name] = convert(value)
	}
	return out
}

func schemaOf(in *tfprotov6.Schema) schema {
	if in == nil {
		return schema{}
	}
	return schema{Version: in.Version, Block: blockOf(in.Block)}
}

func actionOf(in *tfprotov6.ActionSchema) action {
	return action{Block: schemaOf(in.Schema).Block}
}

func blockOf(in *tfprotov6.SchemaBlock) *block {
	out := &block{
		Attributes:         attributesOf(in.Attributes),
		BlockTypes:         make(map[string]nestedBlock, len(in.BlockTypes)),
		Description:        in.Description,
		DescriptionKind:    kindOf(in.DescriptionKind),
		Deprecated:         in.Deprecated,
		DeprecationMessage: in.DeprecationMessage,
	}
	for _, nested := range in.BlockTypes {
		out.BlockTypes[nested.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(nested.Nesting.String()),
			Block:       blockOf(nested.Block),
			MinItems:    nested.MinItems,
			MaxItems:    nested.MaxItems,
		}
	}
	return out
}

func attributesOf(in []*tfprotov6.SchemaAttribute) map[string]attribute {
	out := make(map[string]attribute, len(in))
	for _, a := range in {
		out[a.Name] = attribute{
			Type:               a.Type,
			NestedType:         nestedTypeOf(a.NestedType),
			Description:        a.Description,
			DescriptionKind:    kindOf(a.DescriptionKind),
			Deprecated:         a.Deprecated,
			DeprecationMessage: a.DeprecationMessage,
			Required:           a.Required,
			Optional:           a.Optional,
			Computed:           a.Computed,
			Sensitive:          a.Sensitive,
			WriteOnly:          a.WriteOnly,
		}
	}
	return out
}

func nestedTypeOf(in *tfprotov6.SchemaObject) *nestedType {
	if in == nil {
		return nil
	}
	return &nestedType{
		Attributes:  attributesOf(in.Attributes),
		NestingMode: strings.ToLower(in.Nesting.String()),
	}
}

func identityOf(in *tfprotov6.ResourceIdentitySchema) identity {
	out := identity{Version: in.Version, Attributes: make(map[string]identityAttribute, len(in.IdentityAttributes))}
	for _, a := range in.IdentityAttributes {
		out.Attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

func functionOf(in *tfprotov6.Function) function {
	out := function{
		Description:        in.Description,
		Summary:            in.Summary,
		DeprecationMessage: in.DeprecationMessage,
		ReturnType:         in.Return.Type,
	}
	for _, p := range in.Parameters {
		out.Parameters = append(out.Parameters, parameterOf(p))
	}
	if in.VariadicParameter != nil {
		variadic := parameterOf(in.VariadicParameter)
		out.VariadicParameter = &variadic
	}
	return out
}

func parameterOf(in *tfprotov6.FunctionParameter) parameter {
	return parameter{
		Name:        in.Name,
		Description: in.Description,
		IsNullable:  in.AllowNullValue,
		Type:        in.Type,
	}
}

func kindOf(in tfprotov6.StringKind) string {
	if in == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Secret is a secret input of a resource: the attribute that state keeps, or
// its write-only twin, which nothing keeps, with a version that says when to
// send it again.
type Secret struct {
	Value, WriteOnly types.String
	Version          types.Int64
}

// Given is the secret that a plan with this secret sends, nil if there is none.
// A write-only one stands in the configuration alone.
func (s Secret) Given(config Secret) *string {
	if !config.WriteOnly.IsNull() {
		return config.WriteOnly.ValueStringPointer()
	}
	return s.Value.ValueStringPointer()
}

// Differs reports whether a plan has another secret than the one in state s. Of
// a write-only one only the version can tell.
func (s Secret) Differs(plan Secret) bool {
	return !plan.Value.Equal(s.Value) || !plan.Version.Equal(s.Version)
}

// SecretAttribute adds to the attribute of a secret what goes with a
// write-only twin.
func SecretAttribute(name string, attribute schema.StringAttribute) schema.StringAttribute {
	attribute.Optional, attribute.Sensitive = true, true
	attribute.Validators = append(attribute.Validators, stringvalidator.ConflictsWith(sibling(name+"_wo")))
	return attribute
}

// WriteOnlyAttribute is the write-only twin of the attribute of that name.
func WriteOnlyAttribute(name string, attribute schema.StringAttribute) schema.StringAttribute {
	attribute.Optional, attribute.Sensitive, attribute.WriteOnly = true, true, true
	attribute.Validators = append(attribute.Validators, stringvalidator.AlsoRequires(sibling(name+"_wo_version")))
	return attribute
}

// WriteOnlyVersionAttribute is the version of the write-only twin of the
// attribute of that name.
func WriteOnlyVersionAttribute(name string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Validators: []validator.Int64{int64validator.AlsoRequires(sibling(name + "_wo"))},
		MarkdownDescription: "Any number. Change it to have `" + name + "_wo` sent again.",
	}
}

func sibling(name string) path.Expression { return path.MatchRelative().AtParent().AtName(name) }

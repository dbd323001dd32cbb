// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package schemajson writes a provider's schema as JSON in the form of `terraform providers schema -json`.
//
// The documentation is generated from that JSON. A command-line tool older than a feature leaves it out without a
// word (Terraform 1.11 knows neither actions nor list resources, and drops their pages), so this package asks
// the provider's own protocol server instead: the answer is complete, and no command-line tool has to be installed.
//
// Here belongs what turns the plugin protocol's schema into that format, for any provider; nothing about this one.
package schemajson

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// formatVersion is the version of the format that Terraform 1.0 and everything after it write.
const formatVersion = "1.0"

// Write asks server for everything that it offers and writes it to w, indented, with the provider under the
// given key of "provider_schemas" (its address, or the bare type that some readers accept). Equal schemas give
// equal bytes. It fails with the server's error diagnostics, if there are any, and writes nothing then.
func Write(ctx context.Context, w io.Writer, key string, server tfprotov6.ProviderServer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("reading the provider's schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("reading the provider's identity schemas: %w", err)
	}
	if err := diagnosticsError(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return fmt.Errorf("the provider's schema is invalid: %w", err)
	}

	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document{
		FormatVersion: formatVersion,
		Schemas: map[string]provider{key: {
			Provider:           schemaOf(schemas.Provider),
			Resources:          mapped(schemas.ResourceSchemas, schemaOf),
			DataSources:        mapped(schemas.DataSourceSchemas, schemaOf),
			EphemeralResources: mapped(schemas.EphemeralResourceSchemas, schemaOf),
			ListResources:      mapped(schemas.ListResourceSchemas, schemaOf),
			Functions:          mapped(schemas.Functions, functionOf),
			Identities:         mapped(identities.IdentitySchemas, identityOf),
			Actions:            mapped(schemas.ActionSchemas, actionOf),
		}},
	})
}

// diagnosticsError is the error diagnostics as one error, or nil when there is none. Warnings don't stop Terraform
// from using a schema, so they don't stop this either.
func diagnosticsError(diagnostics []*tfprotov6.Diagnostic) error {
	var failures []error
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			failures = append(failures, fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail))
		}
	}
	return errors.Join(failures...)
}

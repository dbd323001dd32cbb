// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Decode reads a system's block into settings, the address of a struct that
// embeds [Connection]. It leaves them as they are when the user wrote no block,
// and reports whether all of them are known yet.
func Decode(ctx context.Context, block types.Object, settings any) (known bool, diags diag.Diagnostics) {
	raw, err := block.ToTerraformValue(ctx)
	if err != nil {
		diags.AddError("Provider defect: unreadable configuration", err.Error())
		return false, diags
	}
	if block.IsNull() || !raw.IsFullyKnown() {
		return block.IsNull(), nil
	}
	return true, block.As(ctx, settings, basetypes.ObjectAsOptions{})
}

// Target is a system's server, with what the system wants of its client
// whatever the user's settings are.
type Target struct {
	// System is the system's name in sentences. In lower case it is its
	// block's.
	System string
	// BaseURL is the address in use.
	BaseURL string
	// Secrets are values, SecretMembers the names of JSON members, that must
	// not be logged; see [transport.NewRedactor].
	Secrets, SecretMembers []string
	// Transport holds the User-Agent, and the defaults of what the user may
	// set.
	Transport transport.Options
}

// Open makes a system's [Access]: a client of the system's, made by open, that
// sends its requests as the connection's settings say. It contacts nothing.
func Open[C any](c Connection, t Target, open func(*http.Client) (C, error)) (any, diag.Diagnostics) {
	block := path.Root(strings.ToLower(t.System))
	httpClient, diags := c.httpClient(block, t)
	if diags.HasError() {
		return nil, diags
	}
	client, err := open(httpClient)
	if err != nil {
		diags.AddAttributeError(block.AtName("base_url"), "Unusable "+t.System+" configuration", err.Error())
		return nil, diags
	}
	return Ready(client), diags
}

// httpClient makes the client for these settings, and warns about what puts
// the token at risk.
func (c Connection) httpClient(block path.Path, t Target) (*http.Client, diag.Diagnostics) {
	var diags diag.Diagnostics
	o, secrets := t.Transport, slices.Clone(t.Secrets)
	headers := map[string]string{}
	for name, element := range c.Headers.Elements() {
		// A header that is null isn't sent.
		if value, ok := element.(types.String); ok && !value.IsNull() {
			headers[name] = value.ValueString()
			secrets = append(secrets, value.ValueString())
			// Who quotes an Authorization may leave its scheme out.
			if _, credentials, found := strings.Cut(value.ValueString(), " "); found && strings.HasSuffix(http.CanonicalHeaderKey(name), "Authorization") {
				secrets = append(secrets, credentials)
			}
		}
	}
	if text := c.RequestTimeout.ValueString(); text != "" {
		// The attribute's validator has parsed it before.
		o.RequestTimeout, _ = time.ParseDuration(text)
	}
	o.MaxRetries = transport.DefaultMaxRetries
	if !c.MaxRetries.IsNull() {
		o.MaxRetries = int(c.MaxRetries.ValueInt64())
	}
	if c.Insecure.ValueBool() {
		diags.AddAttributeWarning(block.AtName("insecure"), "Server certificates are not checked",
			"Anyone on the network path can pose as the server and read the token. Trust the server's own authority with ca_cert_pem or ca_cert_file instead.")
	}
	if u, err := url.Parse(t.BaseURL); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		diags.AddAttributeWarning(block.AtName("base_url"), "The token travels in clear",
			fmt.Sprintf("%s is not encrypted: anyone on the network path can read the token. Use https if the server offers it.", t.BaseURL))
	}
	o.Headers = headers
	o.TLS = transport.TLS{
		CACertPEM: c.CACertPEM.ValueString(), CACertFile: c.CACertFile.ValueString(),
		ClientCertPEM: c.ClientCertPEM.ValueString(), ClientKeyPEM: c.ClientKeyPEM.ValueString(),
		Insecure: c.Insecure.ValueBool(),
	}
	o.Redact = transport.NewRedactor(secrets, t.SecretMembers)
	client, err := transport.NewClient(o)
	if err != nil {
		at, complaint := block, err.Error()
		var setting *transport.SettingError
		if errors.As(err, &setting) {
			at = block.AtName(setting.Setting)
			complaint = at.String() + ": " + setting.Complaint
		}
		diags.AddAttributeError(at, "Unusable TLS setting", complaint)
	}
	return client, diags
}

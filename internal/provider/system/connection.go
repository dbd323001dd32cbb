// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Connection is the part of a system's block that all systems share.
type Connection struct {
	BaseURL        types.String `tfsdk:"base_url"`
	CACertPEM      types.String `tfsdk:"ca_cert_pem"`
	CACertFile     types.String `tfsdk:"ca_cert_file"`
	ClientCertPEM  types.String `tfsdk:"client_cert_pem"`
	ClientKeyPEM   types.String `tfsdk:"client_key_pem"`
	Insecure       types.Bool   `tfsdk:"insecure"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Int64  `tfsdk:"max_retries"`
	Headers        types.Map    `tfsdk:"headers"`
}

// ConnectionAttributes is the schema of [Connection]. baseURL describes the
// system's address and its environment variable.
func ConnectionAttributes(baseURL string) map[string]schema.Attribute {
	both := func(other string) []validator.String {
		return []validator.String{stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName(other))}
	}
	return map[string]schema.Attribute{
		"base_url": schema.StringAttribute{
			Optional: true, MarkdownDescription: baseURL, Validators: []validator.String{httpURL{}},
		},
		"ca_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Certificate authorities to trust beside the platform's own, PEM-encoded.",
		},
		"ca_cert_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A file of certificate authorities to trust beside the platform's own, PEM-encoded.",
		},
		"client_cert_pem": schema.StringAttribute{
			Optional: true, Validators: both("client_key_pem"),
			MarkdownDescription: "The client's certificate, PEM-encoded, for servers that ask for one.",
		},
		"client_key_pem": schema.StringAttribute{
			Optional: true, Sensitive: true, Validators: both("client_cert_pem"),
			MarkdownDescription: "The private key of `client_cert_pem`, PEM-encoded.",
		},
		"insecure": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Accept any server certificate (default `false`). Whoever can reach the network path can then read the token.",
		},
		"request_timeout": schema.StringAttribute{
			Optional: true, Validators: []validator.String{duration{}},
			MarkdownDescription: fmt.Sprintf("How long one attempt of one request may take, as in `30s` or `2m` (default `%.0fs`).", transport.DefaultRequestTimeout.Seconds()),
		},
		"max_retries": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(0, 100)},
			MarkdownDescription: fmt.Sprintf("How often a request is repeated that the server turned away or couldn't answer (default `%d`). A request that creates something is repeated only when it is certain that nothing happened.", transport.DefaultMaxRetries),
		},
		"headers": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Headers to add to each request, for example for a proxy in front of the API.",
		},
	}
}

// Unknown reports whether a setting gets its value only during apply.
func (c Connection) Unknown() bool {
	return c.BaseURL.IsUnknown() || c.CACertPEM.IsUnknown() || c.CACertFile.IsUnknown() ||
		c.ClientCertPEM.IsUnknown() || c.ClientKeyPEM.IsUnknown() || c.Insecure.IsUnknown() ||
		c.RequestTimeout.IsUnknown() || c.MaxRetries.IsUnknown() || c.Headers.IsUnknown()
}

// Setting is a configured value, or else the environment variable's.
func Setting(configured types.String, variable string) string {
	if !configured.IsNull() {
		return configured.ValueString()
	}
	return os.Getenv(variable)
}

// HTTPClient makes the client for these settings, and warns about what puts
// the token at risk. block is the system's block, baseURL the address in use;
// secrets and members are what must not be logged (see [transport.Redactor]).
func (c Connection) HTTPClient(ctx context.Context, block path.Path, baseURL, userAgent string, secrets, members []string) (*http.Client, diag.Diagnostics) {
	var diags diag.Diagnostics
	headers := map[string]string{}
	diags.Append(c.Headers.ElementsAs(ctx, &headers, false)...)
	for _, value := range headers {
		secrets = append(secrets, value)
	}
	timeout := transport.DefaultRequestTimeout
	if text := c.RequestTimeout.ValueString(); text != "" {
		// The attribute's validator has parsed it before.
		timeout, _ = time.ParseDuration(text)
	}
	retries := transport.DefaultMaxRetries
	if !c.MaxRetries.IsNull() {
		retries = int(c.MaxRetries.ValueInt64())
	}
	if c.Insecure.ValueBool() {
		diags.AddAttributeWarning(block.AtName("insecure"), "Server certificates are not checked",
			"Anyone on the network path can pose as the server and read the token. Trust the server's own authority with ca_cert_pem or ca_cert_file instead.")
	}
	if u, err := url.Parse(baseURL); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		diags.AddAttributeWarning(block.AtName("base_url"), "The token travels in clear",
			fmt.Sprintf("%s is not encrypted: anyone on the network path can read the token. Use https if the server offers it.", baseURL))
	}
	client, err := transport.NewClient(transport.Options{
		UserAgent: userAgent,
		Headers:   headers,
		TLS: transport.TLS{
			CACertPEM: c.CACertPEM.ValueString(), CACertFile: c.CACertFile.ValueString(),
			ClientCertPEM: c.ClientCertPEM.ValueString(), ClientKeyPEM: c.ClientKeyPEM.ValueString(),
			Insecure: c.Insecure.ValueBool(),
		},
		RequestTimeout: timeout,
		MaxRetries:     retries,
		Redact:         transport.NewRedactor(secrets, members),
	})
	if err != nil {
		diags.AddAttributeError(block, "Unusable TLS setting", err.Error())
	}
	return client, diags
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type httpURL struct{}

func (httpURL) Description(context.Context) string             { return "an http or https URL" }
func (v httpURL) MarkdownDescription(c context.Context) string { return v.Description(c) }

func (httpURL) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if u, err := url.Parse(text); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Not the address of a server",
			fmt.Sprintf("%q is not a URL of the form https://host[:port][/prefix].", text))
	}
}

type duration struct{}

func (duration) Description(context.Context) string             { return "a positive duration such as 30s or 2m" }
func (v duration) MarkdownDescription(c context.Context) string { return v.Description(c) }

func (duration) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || d <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a duration",
			fmt.Sprintf("%q is not a positive duration such as 30s or 2m.", req.ConfigValue.ValueString()))
	}
}

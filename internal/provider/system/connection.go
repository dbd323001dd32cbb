// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

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

// ConnectionBlock is the schema of a system's block: that of [Connection], and
// the system's own attributes. baseURL describes the system's address and its
// environment variable; requestTimeout is the default of request_timeout, the
// one that [Open] gets.
func ConnectionBlock(name, baseURL string, requestTimeout time.Duration, own map[string]schema.Attribute) schema.SingleNestedAttribute {
	attributes := connectionAttributes(baseURL, requestTimeout)
	maps.Copy(attributes, own)
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How to reach " + name + ".",
		Attributes:          attributes,
	}
}

// TokenAttribute is the token that a system's block has beside the connection.
func TokenAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, MarkdownDescription: description,
		Validators: []validator.String{Spelled(something, "must not be empty: set it to the credential, or leave it out to take the environment's")},
	}
}

func connectionAttributes(baseURL string, requestTimeout time.Duration) map[string]schema.Attribute {
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
			MarkdownDescription: fmt.Sprintf("How long one attempt of one request may take, as in `30s` or `2m` (default `%.0fs`).", requestTimeout.Seconds()),
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

// Setting is a configured value, or else the environment variable's.
func Setting(configured types.String, variable string) string {
	if !configured.IsNull() {
		return configured.ValueString()
	}
	return os.Getenv(variable)
}

// Credential is a [Setting] that goes into a header. One with a line break or a
// blank, as a file that holds it ends with, would fail at each request.
func Credential(configured types.String, attribute path.Path, variable string) (string, diag.Diagnostics) {
	secret := Setting(configured, variable)
	if !strings.ContainsFunc(secret, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return secret, nil
	}
	const summary = "Not a token"
	const complaint = " holds a blank or a line break, which no token does. "
	if configured.IsNull() {
		return "", diag.Diagnostics{diag.NewErrorDiagnostic(summary, "The environment variable "+variable+complaint+"Set it to the token and nothing else.")}
	}
	return "", diag.Diagnostics{diag.NewAttributeErrorDiagnostic(attribute, summary,
		attribute.String()+complaint+"Set it to the token and nothing else; if it comes from a file, trimspace() takes off what is around it.")}
}

// Address is the configured base_url, or else the environment variable's,
// which is checked here because no validator sees it.
func (c Connection) Address(variable string) (string, diag.Diagnostics) {
	var diags diag.Diagnostics
	address := Setting(c.BaseURL, variable)
	if c.BaseURL.IsNull() && address != "" {
		if complaint := addressComplaint(address); complaint != "" {
			diags.AddError("Not the address of a server", "The environment variable "+variable+" is unusable: "+complaint)
		}
	}
	return address, diags
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
	if complaint := addressComplaint(req.ConfigValue.ValueString()); complaint != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Not the address of a server", req.Path.String()+": "+complaint)
	}
}

// addressComplaint is what is wrong with a server's address; empty when
// nothing is. It repeats neither a password nor a query, which may hold a token.
func addressComplaint(text string) string {
	const form = "a URL of the form https://host[:port][/prefix]"
	switch {
	case isAddress(text):
		return ""
	case strings.Contains(text, "@"):
		return "It must be " + form + ", without a user name or password."
	case strings.ContainsAny(text, "?#"):
		return "It must be " + form + ", without a query (after ?) or fragment (after #)."
	}
	complaint := fmt.Sprintf("%q is not %s.", text, form)
	begun := strings.Contains(text, "://") || strings.HasPrefix(text, "http:") || strings.HasPrefix(text, "https:")
	if meant := "https://" + strings.TrimPrefix(text, "//"); !begun && isAddress(meant) {
		complaint += fmt.Sprintf(" Did you mean %q?", meant)
	}
	return complaint
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
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
			fmt.Sprintf("%s: %q is not a positive duration. Write one with its unit, such as 30s or 2m.", req.Path, req.ConfigValue.ValueString()))
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package rancher is Rancher's slice of the provider: cluster pipeline
// configs, pipelines, what becomes of their runs, and remote accounts.
//
// Each type has a file for its life (`*_resource.go`, `*_data_source.go`,
// `*_action.go`, `*_list.go`), and a resource one for its schema, and one for the conversion between Terraform's values
// and the API's (`*_model.go`), which is pure. What the server does is in
// internal/rancherapi.
package rancher

import (
	"context"
	"crypto/x509"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// System is Rancher.
type System struct{}

// Name is `rancher`.
func (System) Name() string { return "rancher" }

// These are the variables of Rancher's own provider.
const (
	baseURLVariable   = "RANCHER_URL"
	tokenVariable     = "RANCHER_TOKEN_KEY" //nolint:gosec // the name of a variable, not a token
	accessKeyVariable = "RANCHER_ACCESS_KEY"
	secretKeyVariable = "RANCHER_SECRET_KEY"
	caCertsVariable   = "RANCHER_CA_CERTS"
	insecureVariable  = "RANCHER_INSECURE"
)

// Block is the schema of the provider's `rancher` block.
func (System) Block() schema.SingleNestedAttribute {
	var dialects []string
	for _, d := range rancherapi.Dialects() {
		dialects = append(dialects, string(d))
	}
	half := func(other, description string) schema.StringAttribute {
		attribute := system.TokenAttribute(description)
		attribute.Validators = append(attribute.Validators, []validator.String{
			stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName(other)),
			stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("token")),
		}...)
		return attribute
	}
	block := system.ConnectionBlock("Rancher", "The address of the Rancher server, with or without `/v3`. "+
		"Default: the environment variable `"+baseURLVariable+"`.", transport.DefaultRequestTimeout, map[string]schema.Attribute{
		"token": system.TokenAttribute("An API key's bearer token, usually `name:secret`. Default: the environment variable `" + tokenVariable + "`, else " +
			"`" + accessKeyVariable + "` and `" + secretKeyVariable + "`. None of them is used when `access_key` is set."),
		"access_key": half("secret_key", "An API key's access key, in place of `token`."),
		"secret_key": half("access_key", "The secret key of `access_key`."),
		"dialect": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf(dialects...)},
			MarkdownDescription: "The form of the pipeline API that the server speaks: `" + string(rancherapi.DialectSpec) + "` is that of the Pipeline API SPEC, with its " +
				"`spec` objects. Default: the provider asks the server once a run, and refuses to work with one that speaks no form it knows. Set it to skip that.",
		},
	})
	for name, variable := range map[string]string{"ca_cert_pem": caCertsVariable, "insecure": insecureVariable} {
		also := " Default: the environment variable `" + variable + "`."
		switch attribute := block.Attributes[name].(type) {
		case schema.StringAttribute:
			attribute.MarkdownDescription += also
			block.Attributes[name] = attribute
		case schema.BoolAttribute:
			attribute.MarkdownDescription += also
			block.Attributes[name] = attribute
		}
	}
	return block
}

type block struct {
	system.Connection
	Token     types.String `tfsdk:"token"`
	AccessKey types.String `tfsdk:"access_key"`
	SecretKey types.String `tfsdk:"secret_key"`
	Dialect   types.String `tfsdk:"dialect"`
}

// Connect makes Rancher's client.
func (s System) Connect(ctx context.Context, config types.Object, userAgent string) (any, diag.Diagnostics) {
	var b block
	known, diags := system.Decode(ctx, config, &b)
	if !known {
		return system.NotYet[*rancherapi.Client]("Rancher"), diags
	}
	key, more := b.key(path.Root(s.Name()))
	diags.Append(more...)
	baseURL, more := b.Address(baseURLVariable)
	diags.Append(more...)
	if diags.HasError() {
		return nil, diags
	}
	if !key.complete() || baseURL == "" {
		return system.Unavailable[*rancherapi.Client]("Rancher is not configured",
			"A cicd_rancher_… type is used, but there is no address or no API key for Rancher. Set base_url, and token or both access_key and secret_key, in the "+
				"provider's rancher block; or the environment variables "+baseURLVariable+", and "+tokenVariable+" or both "+accessKeyVariable+" and "+secretKeyVariable+"."), diags
	}
	if diags.Append(b.fromEnvironment()...); diags.HasError() {
		return nil, diags
	}
	access, more := system.Open(b.Connection, system.Target{
		System: "Rancher", BaseURL: baseURL, Secrets: key.secrets(),
		SecretMembers: rancherapi.SecretMembers(), Transport: transport.Options{UserAgent: userAgent, RequestTimeout: transport.DefaultRequestTimeout},
	}, func(h *http.Client) (*rancherapi.Client, error) {
		return rancherapi.New(rancherapi.Config{
			BaseURL: baseURL, Token: key.token, AccessKey: key.accessKey, SecretKey: key.secretKey, HTTP: h,
			Dialect: rancherapi.Dialect(b.Dialect.ValueString()),
		})
	})
	return access, append(diags, more...)
}

// apiKey is one of Rancher's API keys: its token, or the token's two halves.
type apiKey struct{ token, accessKey, secretKey string }

// secrets are what must not be shown: the key, and its second half, which is
// what makes it one.
func (k apiKey) secrets() []string {
	_, second, _ := strings.Cut(k.token, ":")
	return []string{k.token, second, k.accessKey + ":" + k.secretKey, k.secretKey}
}

func (k apiKey) complete() bool { return k.token != "" || k.accessKey != "" && k.secretKey != "" }

// key is the API key in use. All of it comes from one place: halves of two keys
// make none, and a key in the environment is not the one that was configured.
func (b block) key(at path.Path) (apiKey, diag.Diagnostics) {
	var (
		key   apiKey
		diags diag.Diagnostics
	)
	take := func(to *string, configured types.String, name, variable string) {
		var more diag.Diagnostics
		*to, more = system.Credential(configured, at.AtName(name), variable)
		diags.Append(more...)
	}
	configured := !b.AccessKey.IsNull()
	if !configured {
		take(&key.token, b.Token, "token", tokenVariable)
	}
	if configured || b.Token.IsNull() && key.token == "" {
		take(&key.accessKey, b.AccessKey, "access_key", accessKeyVariable)
		take(&key.secretKey, b.SecretKey, "secret_key", secretKeyVariable)
	}
	return key, diags
}

// fromEnvironment takes what the block doesn't say about the server's
// certificate from the environment.
func (b *block) fromEnvironment() diag.Diagnostics {
	var diags diag.Diagnostics
	unusable := func(variable, complaint string) {
		diags.AddError("Unusable TLS setting", "The environment variable "+variable+" is unusable: "+complaint)
	}
	if certificates := os.Getenv(caCertsVariable); certificates != "" && b.CACertPEM.IsNull() && b.CACertFile.IsNull() {
		if !x509.NewCertPool().AppendCertsFromPEM([]byte(certificates)) {
			unusable(caCertsVariable, "it holds no PEM-encoded certificate. Set it to the text of certificates; a file's name belongs into ca_cert_file.")
		}
		b.CACertPEM = types.StringValue(certificates)
	}
	if text := os.Getenv(insecureVariable); text != "" && b.Insecure.IsNull() {
		insecure, err := strconv.ParseBool(text)
		if err != nil {
			unusable(insecureVariable, strconv.Quote(text)+" is neither true nor false. Set it to one of them.")
		}
		b.Insecure = types.BoolValue(insecure)
	}
	return diags
}

// Resources are Rancher's resources.
func (System) Resources() []func() resource.Resource {
	return []func() resource.Resource{
		newClusterPipelineConfigResource,
		newPipelineResource,
		newRemoteAccountResource,
	}
}

// DataSources are Rancher's data sources.
func (System) DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newPipelineDataSource, newPipelinesDataSource, newPipelineExportDataSource,
		newClusterPipelineConfigDataSource, newClusterPipelineConfigsDataSource,
		newHistoryDataSource, newHistoriesDataSource, newLogsDataSource,
		newAccountsDataSource, newRepositoriesDataSource,
	}
}

// Actions are Rancher's actions.
func (System) Actions() []func() action.Action {
	return []func() action.Action{
		newRunPipelineAction, newActivatePipelineAction, newDeactivatePipelineAction,
		newStopHistoryAction, newRerunHistoryAction, newDeleteHistoryAction,
		newLoginAction, newRefreshRepositoriesAction,
	}
}

// ListResources are Rancher's list resources.
func (System) ListResources() []func() list.ListResource {
	return []func() list.ListResource{newClusterPipelineConfigList, newPipelineList}
}

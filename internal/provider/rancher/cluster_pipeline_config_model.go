// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// clusterPipelineConfigModel is a cluster's pipeline configuration in
// configuration, plan and state.
type clusterPipelineConfigModel struct {
	ID        types.String   `tfsdk:"id"`
	ClusterID types.String   `tfsdk:"cluster_id"`
	Name      types.String   `tfsdk:"name"`
	GitHub    types.Object   `tfsdk:"github"`
	State     types.String   `tfsdk:"state"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

type gitHubModel struct {
	Scheme                types.String `tfsdk:"scheme"`
	Host                  types.String `tfsdk:"host"`
	ClientID              types.String `tfsdk:"client_id"`
	ClientSecret          types.String `tfsdk:"client_secret"`
	ClientSecretWO        types.String `tfsdk:"client_secret_wo"`
	ClientSecretWOVersion types.Int64  `tfsdk:"client_secret_wo_version"`
}

func (m gitHubModel) secret() system.Secret {
	return system.Secret{Value: m.ClientSecret, WriteOnly: m.ClientSecretWO, Version: m.ClientSecretWOVersion}
}

// gitHub is the model's github; the zero value, all null, when there is none.
func (m clusterPipelineConfigModel) gitHub(ctx context.Context) (gitHubModel, diag.Diagnostics) {
	var g gitHubModel
	if m.GitHub.IsNull() {
		return g, nil
	}
	return g, m.GitHub.As(ctx, &g, basetypes.ObjectAsOptions{UnhandledUnknownAsEmpty: true})
}

func (m clusterPipelineConfigModel) identity() objectIdentity { return objectIdentity{ID: m.ID} }

// creation is what creates the planned configuration.
func (m clusterPipelineConfigModel) creation(ctx context.Context, config clusterPipelineConfigModel) (rancherapi.ClusterPipelineSpec, diag.Diagnostics) {
	_, spec, _, diags := clusterPipelineConfigModel{GitHub: types.ObjectNull(gitHubType.AttrTypes)}.change(ctx, m, config)
	return spec, diags
}

// change is what turns the configuration in state m into the planned one, and
// whether that is anything. The secret goes along with whatever else changes:
// who made another application of it has most likely put in that one's secret,
// which nobody can see.
func (m clusterPipelineConfigModel) change(ctx context.Context, plan, config clusterPipelineConfigModel) (from, to rancherapi.ClusterPipelineSpec, differs bool, diags diag.Diagnostics) {
	is, diags := m.gitHub(ctx)
	planned, more := plan.gitHub(ctx)
	diags.Append(more...)
	configured, more := config.gitHub(ctx)
	diags.Append(more...)
	if !m.GitHub.IsNull() {
		from.GithubConfig = is.api()
	}
	if plan.GitHub.IsNull() {
		return from, to, !m.GitHub.IsNull(), diags
	}
	to.GithubConfig = planned.api()
	given := planned.secret().Given(configured.secret())
	if given != nil {
		to.GithubConfig.ClientSecret = rancherapi.Secret(*given)
	}
	differs = m.GitHub.IsNull() || !planned.Scheme.Equal(is.Scheme) || !planned.Host.Equal(is.Host) || !planned.ClientID.Equal(is.ClientID)
	// One that is given no more stays what it is.
	differs = differs || given != nil && is.secret().Differs(planned.secret())
	return from, to, differs, diags
}

// api is what is sent of it, but for the secret.
func (m gitHubModel) api() *rancherapi.GithubConfig {
	return &rancherapi.GithubConfig{Scheme: m.Scheme.ValueStringPointer(), Host: m.Host.ValueStringPointer(), ClientID: m.ClientID.ValueStringPointer()}
}

// refresh takes the server's configuration into the model. Where it belongs is
// in its id alone: the member for it in the answer may be any text.
func (m *clusterPipelineConfigModel) refresh(ctx context.Context, stored *rancherapi.ClusterPipeline) diag.Diagnostics {
	m.ID = types.StringValue(stored.ID)
	m.Name = types.StringValue(nameOf(stored.ID))
	if m.ClusterID.IsNull() {
		m.ClusterID = types.StringValue(parentOf(stored.ID))
	}
	m.State = stateOf(stored.Object)
	was, diags := m.gitHub(ctx)
	m.GitHub = types.ObjectNull(gitHubType.AttrTypes)
	if github := stored.Spec.GithubConfig; github != nil {
		was.Scheme = types.StringPointerValue(github.Scheme)
		was.Host = respelled(was.Host, said(github.Host))
		was.ClientID = respelled(was.ClientID, said(github.ClientID))
		was.ClientSecretWO = types.StringNull()
		object, more := types.ObjectValueFrom(ctx, gitHubType.AttrTypes, was)
		diags.Append(more...)
		m.GitHub = object
	}
	return diags
}

// object is what diagnostics are about.
func (m clusterPipelineConfigModel) object() object {
	o := object{
		kind: "cluster pipeline configuration", id: m.ID.ValueString(), parentKind: "cluster", parent: m.ClusterID.ValueString(),
		members: map[string]path.Path{
			"name": path.Root("name"), "spec.githubConfig": path.Root("github"), "spec.githubConfig.scheme": path.Root("github").AtName("scheme"),
			"spec.githubConfig.host": path.Root("github").AtName("host"), "spec.githubConfig.clientID": path.Root("github").AtName("client_id"),
			"spec.githubConfig.clientSecret": path.Root("github").AtName("client_secret"),
		},
	}
	if name := m.Name.ValueString(); name != "" {
		o.importID = o.parent + ":" + name
	}
	return o
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// repositoriesDataSource is cicd_rancher_git_repositories.
type repositoriesDataSource struct {
	system.DataSource[*rancherapi.Client]
}

func newRepositoriesDataSource() datasource.DataSource { return &repositoriesDataSource{} }

type repositoriesModel struct {
	RemoteAccountID types.String      `tfsdk:"remote_account_id"`
	Repositories    []repositoryModel `tfsdk:"repositories"`
}

type repositoryModel struct {
	Name        types.String     `tfsdk:"name"`
	CloneURL    types.String     `tfsdk:"clone_url"`
	Language    types.String     `tfsdk:"language"`
	Permissions permissionsModel `tfsdk:"permissions"`
}

type permissionsModel struct {
	Pull  types.Bool `tfsdk:"pull"`
	Push  types.Bool `tfsdk:"push"`
	Admin types.Bool `tfsdk:"admin"`
}

func (*repositoriesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rancher_git_repositories"
}

func (*repositoriesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	may := func(what string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the account may " + what + " it."}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: page("The git repositories of a remote account, as Rancher found them when it last looked.",
			"An API key of the user whose account it is, or of one who may see it.",
			"Reading doesn't make Rancher look again: the action [`cicd_rancher_remote_account_refresh_repositories`](../actions/rancher_remote_account_refresh_repositories.md) does, or "+
				"`POST /v3/remoteaccounts/<id>?action=refreshrepos`. Until somebody has, there are none.",
		),
		Attributes: map[string]schema.Attribute{
			"remote_account_id": idArgument(accountIDs, "The id of the remote account, as in `ra-abcde`."),
			"repositories": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The repositories, in the server's order.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":      shown("The repository's name."),
					"clone_url": shown("The address to clone it from: what a pipeline's `source_code` takes as `repository`."),
					"language":  shown("The language that most of it is written in; null when the git host doesn't tell."),
					"permissions": schema.SingleNestedAttribute{
						Computed: true, MarkdownDescription: "What the account may do with the repository.",
						Attributes: map[string]schema.Attribute{"pull": may("read"), "push": may("write to"), "admin": may("administer")},
					},
				}},
			},
		},
	}
}

func (d *repositoriesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m repositoriesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	id := m.RemoteAccountID.ValueString()
	caches, err := client.GitRepoCaches(ctx, "")
	if err != nil {
		resp.Diagnostics.Append(unlisted("git repositories of remote account "+id, "", "", err)...)
		return
	}
	found := false
	m.Repositories = []repositoryModel{}
	for _, cache := range caches {
		if cache.Spec.RemoteAccountName != id {
			continue
		}
		found = true
		for _, repository := range cache.Spec.Repositories {
			m.Repositories = append(m.Repositories, repositoryModelOf(repository))
		}
	}
	if !found {
		if _, err := client.RemoteAccount(ctx, id); err != nil {
			resp.Diagnostics.Append(unread(path.Root("remote_account_id"), "remote account", id, err)...)
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func repositoryModelOf(r rancherapi.Repository) repositoryModel {
	return repositoryModel{
		Name: types.StringValue(r.Name), CloneURL: types.StringValue(r.CloneURL), Language: present(r.Language),
		Permissions: permissionsModel{
			Pull: types.BoolValue(r.Permissions.Pull), Push: types.BoolValue(r.Permissions.Push), Admin: types.BoolValue(r.Permissions.Admin),
		},
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// pipelinesDataSource is cicd_gitlab_pipelines.
type pipelinesDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newPipelinesDataSource() datasource.DataSource { return &pipelinesDataSource{} }

type pipelinesModel struct {
	Project       types.String      `tfsdk:"project"`
	Scope         types.String      `tfsdk:"scope"`
	Status        types.String      `tfsdk:"status"`
	Ref           types.String      `tfsdk:"ref"`
	SHA           types.String      `tfsdk:"sha"`
	YAMLErrors    types.Bool        `tfsdk:"yaml_errors"`
	Name          types.String      `tfsdk:"name"`
	Username      types.String      `tfsdk:"username"`
	Source        types.String      `tfsdk:"source"`
	UpdatedAfter  types.String      `tfsdk:"updated_after"`
	UpdatedBefore types.String      `tfsdk:"updated_before"`
	CreatedAfter  types.String      `tfsdk:"created_after"`
	CreatedBefore types.String      `tfsdk:"created_before"`
	OrderBy       types.String      `tfsdk:"order_by"`
	Sort          types.String      `tfsdk:"sort"`
	Limit         types.Int64       `tfsdk:"limit"`
	Pipelines     []pipelineSummary `tfsdk:"pipelines"`
}

func (*pipelinesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipelines"
}

func (*pipelinesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("The pipelines of a GitLab project, filtered by GitLab, the newest first. Filters combine: a pipeline has to match all of them.", toReadPipelines,
			"Without `limit`, all pipelines that match are read, which can be very many.",
			"Child pipelines are left out unless `source` is `parent_pipeline`.",
			"`scope = \"finished\"` are the pipelines that succeeded, failed or were canceled, and not those that were skipped.",
			"A user or a branch that doesn't exist is no error: no pipeline matches.",
			ofThisMoment,
		),
		Attributes: pipelineListAttributes(map[string]schema.Attribute{
			"project":     projectArgument(),
			"scope":       filterArgument("Only `running`, `pending` or `finished` pipelines, or the latest one of each of the `branches` or `tags`.", "running", "pending", "finished", "branches", "tags"),
			"status":      filterArgument("Only pipelines with this status: " + pipelineStatusWords() + "."),
			"ref":         filterArgument("Only pipelines of this branch or tag; a full ref is shortened, because pipelines have short ones."),
			"sha":         filterArgument("Only pipelines of this commit, by its full hash."),
			"yaml_errors": schema.BoolAttribute{Optional: true, MarkdownDescription: "`true`: only pipelines with an invalid configuration; `false`: only others."},
			"name":        filterArgument("Only pipelines with exactly this name, which `workflow: name` of the configuration gives. Needs GitLab 15.11."),
			"username":    filterArgument("Only pipelines that the user of this name triggered, without `@`."),
			"source":      filterArgument("Only pipelines started by this: `push`, `web`, `trigger`, `schedule`, `api`, `external`, `pipeline`, `chat`, `webide`, `merge_request_event`, `external_pull_request_event`, `parent_pipeline` or another word that GitLab shows as `source`."),
			"order_by":    filterArgument("Order by `id` (default), `status`, `ref`, `updated_at` or `user_id`.", "id", "status", "ref", "updated_at", "user_id"),
			"sort":        filterArgument("`desc`, the highest first (default), or `asc`.", "asc", "desc"),
		}),
	}
}

func (d *pipelinesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m pipelinesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	limit := int(m.Limit.ValueInt64())
	m.Pipelines = []pipelineSummary{}
	for pipeline, err := range client.Pipelines(ctx, m.Project.ValueString(), m.filter(), limit) {
		if err != nil {
			resp.Diagnostics.Append(readObject("pipelines", "", m.Project).failed("list", err)...)
			return
		}
		m.Pipelines = append(m.Pipelines, pipelineSummaryOf(pipeline))
		if len(m.Pipelines) == limit {
			break
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m pipelinesModel) filter() gitlabapi.PipelineFilter {
	f := gitlabapi.PipelineFilter{
		Scope:         m.Scope.ValueStringPointer(),
		Status:        m.Status.ValueStringPointer(),
		SHA:           m.SHA.ValueStringPointer(),
		YAMLErrors:    m.YAMLErrors.ValueBoolPointer(),
		Name:          m.Name.ValueStringPointer(),
		Username:      m.Username.ValueStringPointer(),
		Source:        m.Source.ValueStringPointer(),
		UpdatedAfter:  m.UpdatedAfter.ValueStringPointer(),
		UpdatedBefore: m.UpdatedBefore.ValueStringPointer(),
		CreatedAfter:  m.CreatedAfter.ValueStringPointer(),
		CreatedBefore: m.CreatedBefore.ValueStringPointer(),
		OrderBy:       m.OrderBy.ValueStringPointer(),
		Sort:          m.Sort.ValueStringPointer(),
	}
	if !m.Ref.IsNull() {
		short := gitlabapi.ShortRef(m.Ref.ValueString())
		f.Ref = &short
	}
	return f
}

// pipelineListAttributes adds to a list's arguments those that every list of
// pipelines has, and what it found.
func pipelineListAttributes(own map[string]schema.Attribute) map[string]schema.Attribute {
	moment := func(what string) schema.StringAttribute {
		return filterArgument("Only pipelines " + what + " this time, in ISO 8601, as in `2026-01-15T12:00:00Z`.")
	}
	attributes := map[string]schema.Attribute{
		"updated_after":  moment("last changed after"),
		"updated_before": moment("last changed before"),
		"created_after":  moment("created after"),
		"created_before": moment("created before"),
		"limit": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
			MarkdownDescription: "The most pipelines to read, at least 1. Default: all that match, a request for each hundred of them.",
		},
		"pipelines": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The pipelines that match.",
			NestedObject: schema.NestedAttributeObject{Attributes: pipelineSummaryAttributes()},
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

// filterArgument is a filter, which may be one of the values if there are any.
func filterArgument(description string, values ...string) schema.StringAttribute {
	a := schema.StringAttribute{Optional: true, MarkdownDescription: description}
	if len(values) > 0 {
		a.Validators = []validator.String{stringvalidator.OneOf(values...)}
	}
	return a
}

func projectArgument() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{projectSpelling},
		MarkdownDescription: "The project: its numeric id, or its full path as in `group/project`.",
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
)

// pipelineSummary is a pipeline as it stands in lists and inside a schedule.
type pipelineSummary struct {
	ID        types.Int64  `tfsdk:"id"`
	IID       types.Int64  `tfsdk:"iid"`
	ProjectID types.Int64  `tfsdk:"project_id"`
	SHA       types.String `tfsdk:"sha"`
	Ref       types.String `tfsdk:"ref"`
	Status    types.String `tfsdk:"status"`
	Source    types.String `tfsdk:"source"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
	WebURL    types.String `tfsdk:"web_url"`
	Name      types.String `tfsdk:"name"`
}

func pipelineSummaryOf(p gitlabapi.Pipeline) pipelineSummary {
	return pipelineSummary{
		ID:        types.Int64Value(p.ID),
		IID:       types.Int64PointerValue(p.IID),
		ProjectID: types.Int64PointerValue(p.ProjectID),
		SHA:       types.StringValue(p.SHA),
		Ref:       types.StringValue(p.Ref),
		Status:    types.StringValue(p.Status),
		Source:    types.StringPointerValue(p.Source),
		CreatedAt: types.StringPointerValue(p.CreatedAt),
		UpdatedAt: types.StringPointerValue(p.UpdatedAt),
		WebURL:    types.StringPointerValue(p.WebURL),
		Name:      types.StringPointerValue(p.Name),
	}
}

func pipelineSummaryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         schema.Int64Attribute{Computed: true, MarkdownDescription: "The pipeline's id, unique in the instance."},
		"iid":        schema.Int64Attribute{Computed: true, MarkdownDescription: "The pipeline's number in its project."},
		"project_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "The project's numeric id."},
		"sha":        schema.StringAttribute{Computed: true, MarkdownDescription: "The full hash of the commit that the pipeline runs on."},
		"ref":        schema.StringAttribute{Computed: true, MarkdownDescription: "The branch or tag, by its short name."},
		"status":     schema.StringAttribute{Computed: true, MarkdownDescription: "The pipeline's status, such as `running`, `success`, `failed` or `canceled`."},
		"source":     schema.StringAttribute{Computed: true, MarkdownDescription: "What started the pipeline, such as `push`, `schedule`, `api` or `web`."},
		"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the pipeline was created, in UTC, in RFC 3339 form."},
		"updated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the pipeline last changed, in UTC, in RFC 3339 form."},
		"web_url":    schema.StringAttribute{Computed: true, MarkdownDescription: "The address of the pipeline's page."},
		"name":       schema.StringAttribute{Computed: true, MarkdownDescription: "The pipeline's name; null when it has none."},
	}
}

// userAttributes are the attributes of a user inside another object; see ownerValue.
func userAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":       schema.Int64Attribute{Computed: true, MarkdownDescription: "The user's id."},
		"username": schema.StringAttribute{Computed: true, MarkdownDescription: "The user's name for signing in."},
		"name":     schema.StringAttribute{Computed: true, MarkdownDescription: "The user's full name."},
	}
}

// attributeTypes are the types of a nested object's attributes.
func attributeTypes(attributes map[string]schema.Attribute) map[string]attr.Type {
	kinds := map[string]attr.Type{}
	for name, attribute := range attributes {
		kinds[name] = attribute.GetType()
	}
	return kinds
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// schedulePipelinesDataSource is cicd_gitlab_pipeline_schedule_pipelines.
type schedulePipelinesDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newSchedulePipelinesDataSource() datasource.DataSource { return &schedulePipelinesDataSource{} }

type schedulePipelinesModel struct {
	Project            types.String      `tfsdk:"project"`
	PipelineScheduleID types.Int64       `tfsdk:"pipeline_schedule_id"`
	Scope              types.String      `tfsdk:"scope"`
	Status             types.String      `tfsdk:"status"`
	UpdatedAfter       types.String      `tfsdk:"updated_after"`
	UpdatedBefore      types.String      `tfsdk:"updated_before"`
	CreatedAfter       types.String      `tfsdk:"created_after"`
	CreatedBefore      types.String      `tfsdk:"created_before"`
	Sort               types.String      `tfsdk:"sort"`
	Limit              types.Int64       `tfsdk:"limit"`
	Pipelines          []pipelineSummary `tfsdk:"pipelines"`
}

func (*schedulePipelinesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule_pipelines"
}

func (*schedulePipelinesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("The pipelines that a GitLab pipeline schedule created, those that somebody had it run by hand among them. Filters combine: a "+
			"pipeline has to match all of them. Needs GitLab 15.3.",
			toReadSchedules+" A user who may read the schedule but not the project's pipelines is shown none, which is no error.",
			"The oldest pipeline comes first, unlike in [`cicd_gitlab_pipelines`](gitlab_pipelines.md): see `sort`.",
			"Recent versions of GitLab filter and sort; where one doesn't, as 18.1, the provider reads all pipelines of the schedule and does it, whatever `limit` is.",
			ofThisMoment,
		),
		Attributes: pipelineListAttributes(map[string]schema.Attribute{
			"project": projectArgument(),
			"pipeline_schedule_id": schema.Int64Attribute{
				Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)}, MarkdownDescription: "The schedule's id, as in the address of the page on which it is edited.",
			},
			"scope": filterArgument("Only `running`, `pending` or `finished` pipelines (`success`, `failed` and `canceled` ones). The latest one of each of the `branches` or `tags` only a recent GitLab can pick; an older one gives all.",
				"running", "pending", "finished", "branches", "tags"),
			"status": schema.StringAttribute{
				Optional: true, Validators: []validator.String{knownStatus{}},
				MarkdownDescription: "Only pipelines with this status: " + pipelineStatusWords() + ". Another word is a warning, since a newer GitLab may know more.",
			},
			"sort": filterArgument("`asc`, the oldest first (default), or `desc`.", "asc", "desc"),
		}),
	}
}

func (d *schedulePipelinesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m schedulePipelinesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	limit, descending := int(m.Limit.ValueInt64()), m.Sort.ValueString() == "desc"
	perPage := limit
	if m.filter() != (gitlabapi.PipelineFilter{}) {
		// Where the server doesn't filter or sort, all pages have to be read.
		perPage = 0
	}
	var found []gitlabapi.Pipeline
	sorted := !descending
	for pipeline, err := range client.SchedulePipelines(ctx, m.Project.ValueString(), m.PipelineScheduleID.ValueInt64(), m.filter(), perPage) {
		if err != nil {
			id := scheduleID{Project: m.Project.ValueString(), Schedule: m.PipelineScheduleID.ValueInt64()}
			about := readObject("pipelines of pipeline schedule", id.String(), m.Project)
			if errors.Is(err, gitlabapi.ErrAbsent) {
				about.advise = "The project has no schedule with this id."
			}
			resp.Diagnostics.Append(about.failed("list", err)...)
			return
		}
		if !m.matches(pipeline) {
			continue
		}
		found = append(found, pipeline)
		sorted = sorted || len(found) > 1 && found[0].ID > found[1].ID
		if sorted && limit > 0 && len(found) >= limit {
			break
		}
	}
	if descending {
		slices.SortFunc(found, func(a, b gitlabapi.Pipeline) int { return cmp.Compare(b.ID, a.ID) })
	}
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	m.Pipelines = []pipelineSummary{}
	for _, pipeline := range found {
		m.Pipelines = append(m.Pipelines, pipelineSummaryOf(pipeline))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m schedulePipelinesModel) filter() gitlabapi.PipelineFilter {
	return gitlabapi.PipelineFilter{
		Scope:         m.Scope.ValueStringPointer(),
		Status:        m.Status.ValueStringPointer(),
		UpdatedAfter:  m.UpdatedAfter.ValueStringPointer(),
		UpdatedBefore: m.UpdatedBefore.ValueStringPointer(),
		CreatedAfter:  m.CreatedAfter.ValueStringPointer(),
		CreatedBefore: m.CreatedBefore.ValueStringPointer(),
		Sort:          m.Sort.ValueStringPointer(),
	}
}

// matches applies the filters that older servers ignore, as those do that know
// them.
func (m schedulePipelinesModel) matches(p gitlabapi.Pipeline) bool {
	switch scope := m.Scope.ValueString(); scope {
	case "running", "pending":
		if p.Status != scope {
			return false
		}
	case "finished":
		if !slices.Contains([]string{"success", "failed", "canceled"}, p.Status) {
			return false
		}
	}
	return (m.Status.IsNull() || p.Status == m.Status.ValueString()) &&
		within(p.CreatedAt, m.CreatedAfter, m.CreatedBefore) && within(p.UpdatedAt, m.UpdatedAfter, m.UpdatedBefore)
}

// within reports whether a time is between two bounds, which count as inside.
// Where one of them can't be read it is left to the server.
func within(moment *string, after, before types.String) bool {
	t, known := isoTime(types.StringPointerValue(moment))
	if !known {
		return true
	}
	from, hasFrom := isoTime(after)
	to, hasTo := isoTime(before)
	return (!hasFrom || !t.Before(from)) && (!hasTo || !t.After(to))
}

func isoTime(text types.String) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text.ValueString()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

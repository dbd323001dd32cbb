// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleList is cicd_gitlab_pipeline_schedule, to be found.
type scheduleList struct {
	system.Resource[*gitlabapi.Client]
}

var _ list.ListResourceWithConfigure = (*scheduleList)(nil)

func newScheduleList() list.ListResource { return &scheduleList{} }

type scheduleListModel struct {
	Project types.String `tfsdk:"project"`
	Scope   types.String `tfsdk:"scope"`
	Ref     types.String `tfsdk:"ref"`
	Owner   types.String `tfsdk:"owner"`
}

func (*scheduleList) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	newScheduleResource().Metadata(ctx, req, resp)
}

func (*scheduleList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Finds the pipeline schedules of a GitLab project, newest first.",
			toReadSchedules+"\n\nTo manage what is found takes more: see [`cicd_gitlab_pipeline_schedule`](../resources/gitlab_pipeline_schedule.md).",
			"With `include_resource`, or to generate configuration, each schedule costs one more request, because GitLab lists schedules without their variables.",
			"The values of variables are left out of what is found: Terraform would show them in clear. Generated configuration without them keeps the values that are there.",
		),
		Attributes: map[string]schema.Attribute{
			"project": projectToList(),
			"scope": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(string(gitlabapi.ActiveSchedules), string(gitlabapi.InactiveSchedules))},
				MarkdownDescription: "Only `active` or `inactive` schedules. Default: all.",
			},
			"ref": schema.StringAttribute{
				Optional: true, Validators: notEmpty, MarkdownDescription: "Only schedules that run on this branch or tag: its name, or the full ref.",
			},
			"owner": schema.StringAttribute{
				Optional: true, Validators: notEmpty, MarkdownDescription: "Only schedules that belong to the user of this name, without `@`: who but the owner may not change a schedule.",
			},
		},
	}
}

func projectToList() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{projectSpelling},
		MarkdownDescription: "The project: its numeric id, or its full path as in `group/project`. What is found names it by its id, which stays when it is renamed.",
	}
}

func (r *scheduleList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config scheduleListModel
	diags := req.Config.Get(ctx, &config)
	client, project := findProject(ctx, r, config.Project, "pipeline schedules", &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = system.Found(ctx, req, config.schedules(ctx, client, project, req), func(s gitlabapi.Schedule, result *list.ListResult) {
		m := scheduleModel{Project: types.StringValue(strconv.FormatInt(project, 10)), ProjectID: types.Int64Value(project)}
		m.setID(s.ID)
		result.DisplayName = s.Description
		result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
		if !req.IncludeResource {
			return
		}
		result.Diagnostics.Append(setAttributes(ctx, result.Resource, map[string]any{"project": m.Project, "project_id": m.ProjectID})...)
		result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
		_, more := m.refresh(withoutValues(&s), "", true)
		result.Diagnostics.Append(more...)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}, listFailure(config.Project, "pipeline schedules"))
}

// schedules are those that match, in pages of what is wanted, and whole if that
// is wanted.
func (m scheduleListModel) schedules(ctx context.Context, client *gitlabapi.Client, project int64, req list.ListRequest) iter.Seq2[gitlabapi.Schedule, error] {
	perPage := int(req.Limit)
	if !m.Ref.IsNull() || !m.Owner.IsNull() {
		perPage = 0
	}
	id := strconv.FormatInt(project, 10)
	return func(yield func(gitlabapi.Schedule, error) bool) {
		for schedule, err := range client.Schedules(ctx, id, gitlabapi.ScheduleScope(m.Scope.ValueString()), perPage) {
			if err == nil && !m.matches(schedule) {
				continue
			}
			if err == nil && req.IncludeResource {
				var whole *gitlabapi.Schedule
				whole, err = client.Schedule(ctx, id, schedule.ID)
				if errors.Is(err, gitlabapi.ErrAbsent) {
					continue // deleted since it was listed
				}
				if err == nil {
					schedule = *whole
				}
			}
			if !yield(schedule, err) {
				return
			}
		}
	}
}

func (m scheduleListModel) matches(s gitlabapi.Schedule) bool {
	return (m.Ref.IsNull() || gitlabapi.SameRef(m.Ref.ValueString(), s.Ref)) &&
		(m.Owner.IsNull() || s.Owner != nil && s.Owner.Username == m.Owner.ValueString())
}

// withoutValues is a schedule with its variables, but not with their values:
// Terraform shows in clear what a list found, in `terraform query -json`. It
// needs them for nothing, since an import reads them again.
func withoutValues(s *gitlabapi.Schedule) *gitlabapi.Schedule {
	if s.Variables == nil {
		return s
	}
	known, variables := *s, slices.Clone(*s.Variables)
	for i := range variables {
		variables[i].Value = nil
	}
	known.Variables = &variables
	return &known
}

// findProject returns the client, and the id of the project to list things of.
func findProject(ctx context.Context, u clientUser, project types.String, what string, diags *diag.Diagnostics) (*gitlabapi.Client, int64) {
	client, ok := u.Client(diags)
	if !ok || diags.HasError() {
		return nil, 0
	}
	id, err := client.ProjectID(ctx, project.ValueString())
	if err != nil {
		diags.Append(listFailure(project, what)(err))
	}
	return client, id
}

// listFailure describes why things of a project can't be listed.
func listFailure(project types.String, what string) func(error) diag.Diagnostic {
	return func(err error) diag.Diagnostic { return readObject(what, "", project).failed("list", err)[0] }
}

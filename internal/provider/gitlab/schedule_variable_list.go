// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// scheduleVariableList is cicd_gitlab_pipeline_schedule_variable, to be found.
type scheduleVariableList struct {
	system.Resource[*gitlabapi.Client]
}

var _ list.ListResourceWithConfigure = (*scheduleVariableList)(nil)

func newScheduleVariableList() list.ListResource { return &scheduleVariableList{} }

type scheduleVariableListModel struct {
	Project            types.String `tfsdk:"project"`
	PipelineScheduleID types.Int64  `tfsdk:"pipeline_schedule_id"`
}

func (*scheduleVariableList) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	newScheduleVariableResource().Metadata(ctx, req, resp)
}

func (*scheduleVariableList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Finds the variables of a pipeline schedule of a GitLab project, or of all its schedules.",
			toReadSchedules+"\n\nReading a schedule's variables takes "+ownVariables+": of other schedules, a warning says that they were passed over. To manage what is found takes more: see "+
				"[`cicd_gitlab_pipeline_schedule_variable`](../resources/gitlab_pipeline_schedule_variable.md).",
			"Each schedule costs a request.",
			"Values are left out of what is found: Terraform would show them in clear. Generated configuration without them keeps the values that are there.",
			"Don't adopt a variable both so and with the `variables` of its schedule's resource: each would remove what the other made.",
		),
		Attributes: map[string]schema.Attribute{
			"project": projectToList(),
			"pipeline_schedule_id": schema.Int64Attribute{
				Optional: true, Validators: anID, MarkdownDescription: "Only variables of the schedule with this id. Default: those of all schedules.",
			},
		},
	}
}

// foundVariable is a variable of a schedule. Without a variable, it is a
// schedule whose variables can't be read.
type foundVariable struct {
	schedule *gitlabapi.Schedule
	variable *gitlabapi.Variable
}

func (r *scheduleVariableList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const what = "pipeline schedule variables"
	var config scheduleVariableListModel
	diags := req.Config.Get(ctx, &config)
	client, project := findProject(ctx, r, config.Project, what, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	id := strconv.FormatInt(project, 10)
	stream.Results = system.Found(ctx, req, config.variables(ctx, client, id), func(found foundVariable, result *list.ListResult) {
		if found.variable == nil {
			about := scheduleID{Project: config.Project.ValueString(), Schedule: found.schedule.ID}
			*result = list.ListResult{Diagnostics: diag.Diagnostics{passedOver(found.schedule, about, !config.PipelineScheduleID.IsNull())}}
			return
		}
		m := scheduleVariableModel{
			Project: types.StringValue(id), ProjectID: types.Int64Value(project),
			PipelineScheduleID: types.Int64Value(found.schedule.ID), Key: types.StringValue(found.variable.Key),
		}
		result.DisplayName = found.schedule.Description + ": " + found.variable.Key
		result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
		if !req.IncludeResource {
			return
		}
		result.Diagnostics.Append(setAttributes(ctx, result.Resource, map[string]any{
			"project": m.Project, "project_id": m.ProjectID, "pipeline_schedule_id": m.PipelineScheduleID, "key": m.Key,
		})...)
		result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
		m.refresh(*found.variable)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}, func(err error) diag.Diagnostic {
		about := readObject(what, "", config.Project)
		if errors.Is(err, gitlabapi.ErrAbsent) {
			about.advise = "The project has no schedule with this id."
		}
		return about.failed("list", err)[0]
	})
}

// variables are those of the schedule that is configured, or of all.
func (m scheduleVariableListModel) variables(ctx context.Context, client *gitlabapi.Client, project string) iter.Seq2[foundVariable, error] {
	return func(yield func(foundVariable, error) bool) {
		// of reports whether there is to be a next schedule.
		of := func(id int64) bool {
			schedule, err := client.Schedule(ctx, project, id)
			if err == nil {
				schedule = withoutValues(schedule)
			}
			switch {
			case errors.Is(err, gitlabapi.ErrAbsent) && m.PipelineScheduleID.IsNull():
				return true // deleted since it was listed
			case err != nil:
				return yield(foundVariable{}, err)
			case schedule.Variables == nil:
				return yield(foundVariable{schedule: schedule}, nil)
			}
			for _, variable := range *schedule.Variables {
				if !yield(foundVariable{schedule: schedule, variable: &variable}, nil) {
					return false
				}
			}
			return true
		}
		if !m.PipelineScheduleID.IsNull() {
			of(m.PipelineScheduleID.ValueInt64())
			return
		}
		for schedule, err := range client.Schedules(ctx, project, "", 0) {
			if err != nil {
				yield(foundVariable{}, err)
				return
			}
			if !of(schedule.ID) {
				return
			}
		}
	}
}

// passedOver says that a schedule's variables can't be read: an error when it
// is the one that was asked for.
func passedOver(s *gitlabapi.Schedule, id scheduleID, asked bool) diag.Diagnostic {
	about := object{kind: "pipeline schedule " + strconv.Quote(s.Description), id: id.String()}
	warning := about.variablesUnreadable(s.Owner)
	detail := "GitLab shows a schedule's variables to its owner and to maintainers only, and left them out for the user of this token. Use a token of one of them to find them."
	if asked {
		return diag.NewErrorDiagnostic(warning.Summary(), detail)
	}
	return diag.NewWarningDiagnostic(warning.Summary(), detail)
}

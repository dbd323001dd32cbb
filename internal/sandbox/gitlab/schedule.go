// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"slices"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

// schedule is a pipeline schedule.
type schedule struct {
	id      int
	project *Project
	owner   *User // nil once deleted
	scheduleAttributes
	createdAt, updatedAt time.Time
	nextRunAt            time.Time // zero: null, until the next save
	variables            []*variable
	pipelines            []*pipeline // ascending by id
	deleted              bool
}

// scheduleAttributes are what a request can set.
type scheduleAttributes struct {
	description  string
	ref          string // full; short in rows from before GitLab stored full refs
	cron         string
	cronTimezone string
	active       bool
	inputs       []input
}

// input is one input that a schedule passes to its pipelines.
type input struct {
	name  string
	value any // string, []any or null: GitLab turns numbers and booleans into text
}

// variable is a variable of a schedule or pipeline.
type variable struct {
	key          string
	value        any // string, or nil in rows of old
	variableType string
}

// object is the variable as the API shows it. raw can't be set through the API.
func (v *variable) object() object {
	return object{"variable_type": v.variableType, "key": v.key, "value": v.value, "raw": false}
}

func (sch *schedule) variable(key string) *variable {
	for _, v := range sch.variables {
		if v.key == key {
			return v
		}
	}
	return nil
}

func (sch *schedule) lastPipeline() *pipeline {
	if len(sch.pipelines) == 0 {
		return nil
	}
	return sch.pipelines[len(sch.pipelines)-1]
}

// canReadPipelines tells whether the user (nil: anonymous) may see schedules and pipelines of a project that he can see: from reporter
// on, or anyone where the project makes them public.
func (s *Server) canReadPipelines(u *User, p *Project) bool {
	role := s.role(u, p)
	switch p.Settings["builds_access_level"] {
	case "disabled":
		return false
	case "private":
		return role >= reporter || role >= guest && p.publicPipelines()
	}
	return role >= reporter || p.publicPipelines() && s.canReadProject(u, p)
}

// canRunPipelines tells whether the user may create pipelines and schedules, leaving aside which refs are protected.
func (s *Server) canRunPipelines(u *User, p *Project) bool {
	return !p.Archived && p.Settings["builds_access_level"] != "disabled" && s.role(u, p) >= developer
}

// canSetPipelineVariables is the project's say in who may give variables to pipelines.
func (s *Server) canSetPipelineVariables(u *User, p *Project) bool {
	needed := map[any]accessLevel{"maintainer": maintainer, "owner": owner}
	setting := p.Settings["ci_pipeline_variables_minimum_override_role"]
	return setting != "no_one_allowed" && s.role(u, p) >= max(needed[setting], developer)
}

// canEditSchedule tells whether the user may change the schedule and its variables: only its owner may, not even a maintainer; and
// not while its ref is protected against him.
func (s *Server) canEditSchedule(u *User, sch *schedule) bool {
	owning := sch.owner == u && s.canRunPipelines(u, sch.project)
	return (owning || u.Admin) && !sch.project.Archived && !s.protectedAgainst(u, sch.project, sch.ref)
}

// canAdminSchedule tells whether the user may delete the schedule, take it over and delete its variables.
func (s *Server) canAdminSchedule(u *User, sch *schedule) bool {
	return !sch.project.Archived && s.canReadScheduleVariables(u, sch)
}

// canReadScheduleVariables tells whether the user is shown the schedule's variables: maintainers are, and the owner while he is a developer.
func (s *Server) canReadScheduleVariables(u *User, sch *schedule) bool {
	role := s.role(u, sch.project)
	return role >= maintainer || sch.owner == u && role >= developer
}

// nextRunOf is when a schedule with those attributes, which are valid, runs next; the zero time if its cron never matches.
func (s *Server) nextRunOf(a scheduleAttributes, now time.Time) time.Time {
	cron, cronErr := fugit.Parse(a.cron)
	zone, zoneErr := fugit.LoadZone(a.cronTimezone)
	if cronErr != nil || zoneErr != nil {
		return time.Time{}
	}
	return nextRun(cron.Next(now.In(zone)), now, s.workerTicks(), s.world.planLimits.ciDailyPipelineScheduleTriggers)
}

// reschedule sets when the schedule runs next, which GitLab does on every save, and touches updated_at if that or the attributes
// changed.
func (s *Server) reschedule(sch *schedule, now time.Time, changed bool) {
	next := s.nextRunOf(sch.scheduleAttributes, now)
	if changed || !next.Equal(sch.nextRunAt) {
		sch.updatedAt = now
	}
	sch.nextRunAt = next
	s.ci.note(sch)
}

// scheduleRow is the schedule in list form. It is a struct, where other objects of the API are maps, because a page of a hundred schedules is
// what clients ask for most, and encoding maps would make it several times slower.
type scheduleRow struct {
	ID           int        `json:"id"`
	Description  string     `json:"description"`
	Ref          string     `json:"ref"`
	Cron         string     `json:"cron"`
	CronTimezone string     `json:"cron_timezone"`
	NextRunAt    *string    `json:"next_run_at"`
	Active       bool       `json:"active"`
	CreatedAt    string     `json:"created_at"`
	UpdatedAt    string     `json:"updated_at"`
	Owner        *userBasic `json:"owner"`
	Inputs       any        `json:"inputs,omitempty"`                  // absent only before GitLab 17.11
	Unknown      any        `json:"not_known_to_any_client,omitempty"` // stands for members of later releases
}

func (c *call) scheduleRow(sch *schedule) scheduleRow {
	row := scheduleRow{
		ID: sch.id, Description: sch.description, Ref: sch.ref, Cron: sch.cron, CronTimezone: sch.cronTimezone, Active: sch.active,
		CreatedAt: timestamp(sch.createdAt), UpdatedAt: timestamp(sch.updatedAt), Owner: c.userBasic(sch.owner),
	}
	if !sch.nextRunAt.IsZero() {
		next := timestamp(sch.nextRunAt)
		row.NextRunAt = &next
	}
	if !c.s.ci.quirks.inputsUnsupported {
		inputs := make([]object, 0, len(sch.inputs))
		for _, in := range sch.inputs {
			inputs = append(inputs, object{"name": in.name, "value": in.value})
		}
		row.Inputs = inputs
	}
	if c.s.ci.quirks.unknownFields {
		row.Unknown = object{"nested": []any{1, nil, "text"}}
	}
	return row
}

// scheduleDetails is the schedule in single form. Variables are in it only if asked for, and then only for those who may read them;
// else the member is absent.
type scheduleDetails struct {
	scheduleRow
	LastPipeline any `json:"last_pipeline"`
	Variables    any `json:"variables,omitempty"`
}

func (c *call) scheduleDetails(sch *schedule, withVariables bool) scheduleDetails {
	details := scheduleDetails{scheduleRow: c.scheduleRow(sch)}
	if last := sch.lastPipeline(); last != nil {
		details.LastPipeline = c.pipelineBasic(last)
	}
	if withVariables && c.s.canReadScheduleVariables(c.user, sch) {
		variables := make([]object, 0, len(sch.variables))
		for _, v := range sch.variables {
			variables = append(variables, v.object())
		}
		details.Variables = variables
	}
	return details
}

// removeSchedule deletes the schedule; its pipelines survive.
func (s *Server) removeSchedule(sch *schedule) {
	of := s.ci.of(sch.project)
	of.schedules = slices.DeleteFunc(of.schedules, func(other *schedule) bool { return other == sch })
	delete(s.ci.schedules, sch.id)
	sch.deleted = true
	for _, p := range sch.pipelines {
		p.schedule = nil
	}
}

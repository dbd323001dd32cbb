// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"slices"
)

func (s *Server) scheduleRoutes() []route {
	const (
		all       = "/projects/{id}/pipeline_schedules"
		one       = all + "/{pipeline_schedule_id}"
		variables = one + "/variables"
		variable  = variables + "/{key}"
	)
	id := requires("pipeline_schedule_id", integerType)
	inputName := requires("name", stringType)
	valueKinds := []kind{stringType, arrayType, integerType, floatType, booleanType}
	variableType := optional("variable_type", stringType).oneOf("env_var", "file")

	return []route{
		{"GET", all, signedIn, params{optional("scope", stringType).oneOf("active", "inactive")}.paginated(), listSchedules},
		{"GET", one, signedIn, params{id}, getSchedule},
		{"GET", one + "/pipelines", signedIn, append(params{id}.paginated(),
			optional("scope", stringType).oneOf(pipelineScopes...),
			optional("status", stringType).oneOf(pipelineStatuses...),
			optional("updated_before", dateTimeType), optional("updated_after", dateTimeType),
			optional("created_before", dateTimeType), optional("created_after", dateTimeType),
			optional("sort", stringType).oneOf("asc", "desc").byDefault("asc"),
		), listSchedulePipelines},
		{"POST", all, signedIn, params{
			requires("description", stringType), requires("ref", stringType).present(), requires("cron", stringType),
			optional("cron_timezone", stringType).byDefault("UTC"), optional("active", booleanType).byDefault(true),
			optional("inputs", arrayType).of(inputName, requires("value", valueKinds...)),
		}, createSchedule},
		{"PUT", one, signedIn, params{
			id, optional("description", stringType), optional("ref", stringType), optional("cron", stringType),
			optional("cron_timezone", stringType), optional("active", booleanType),
			optional("inputs", arrayType).of(inputName, optional("destroy", booleanType),
				requiresUnless("destroy", "value", valueKinds...)),
		}, updateSchedule},
		{"POST", one + "/take_ownership", signedIn, params{id}, takeOwnership},
		{"DELETE", one, signedIn, params{id}, deleteSchedule},
		{"POST", one + "/play", signedIn, params{id}, playSchedule},

		{"POST", variables, signedIn, params{
			id, requires("key", stringType), requires("value", stringType), variableType.byDefault("env_var"),
		}, createScheduleVariable},
		{"GET", variable, signedIn, params{id}, getScheduleVariable},
		{"PUT", variable, signedIn, params{id, optional("value", stringType), variableType}, updateScheduleVariable},
		{"DELETE", variable, signedIn, params{id}, deleteScheduleVariable},
	}
}

// schedule is the schedule that the request names, or it has answered: whoever can't read it isn't told that it exists.
func (c *call) schedule() (*schedule, bool) {
	p, ok := c.project(noAccess)
	if !ok {
		return nil, false
	}
	return c.scheduleOf(p)
}

func (c *call) scheduleOf(p *Project) (*schedule, bool) {
	sch := c.s.ci.schedules[c.int("pipeline_schedule_id")]
	if sch == nil || sch.project != p || !c.s.canReadPipelines(c.user, p) {
		c.notFound("Pipeline Schedule")
		return nil, false
	}
	return sch, true
}

// permittedSchedule is the schedule that the request names, if permitted says that the caller may do with it what he wants to do.
func (c *call) permittedSchedule(permitted func(*User, *schedule) bool) (*schedule, bool) {
	sch, ok := c.schedule()
	if ok && !permitted(c.user, sch) {
		c.forbidden()
		return nil, false
	}
	return sch, ok
}

func listSchedules(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	if !c.s.canReadPipelines(c.user, p) {
		c.forbidden()
		return
	}
	var found []*schedule
	for _, sch := range slices.Backward(c.s.ci.of(p).schedules) {
		if !c.has("scope") || sch.active == (c.str("scope") == "active") {
			found = append(found, sch)
		}
	}
	c.json(http.StatusOK, page(c, found, func(sch *schedule) any { return c.scheduleRow(sch) }))
}

func getSchedule(c *call) {
	if sch, ok := c.schedule(); ok {
		c.json(http.StatusOK, c.scheduleDetails(sch, true))
	}
}

func listSchedulePipelines(c *call) {
	sch, ok := c.schedule()
	if !ok {
		return
	}
	found := c.findPipelines(sch.project, sch.pipelines)
	c.json(http.StatusOK, page(c, found, func(p *pipeline) any { return c.pipelineBasic(p) }))
}

func createSchedule(c *call) {
	p, ok := c.project(noAccess)
	if !ok {
		return
	}
	if !c.s.canRunPipelines(c.user, p) {
		c.forbidden()
		return
	}
	sch := &schedule{project: p, owner: c.user, createdAt: c.now, updatedAt: c.now}
	if !c.saveSchedule(sch) {
		return
	}
	c.json(http.StatusCreated, c.scheduleDetails(sch, false))
}

func updateSchedule(c *call) {
	sch, ok := c.permittedSchedule(c.s.canEditSchedule)
	if ok && c.saveSchedule(sch) {
		c.json(http.StatusOK, c.scheduleDetails(sch, false))
	}
}

func takeOwnership(c *call) {
	sch, ok := c.permittedSchedule(c.s.canAdminSchedule)
	switch {
	case !ok:
	case sch.owner != c.user:
		sch.owner = c.user
		c.s.reschedule(sch, c.now, true)
		c.json(http.StatusCreated, c.scheduleDetails(sch, false))
	case c.s.ci.quirks.takeOwnershipOnce:
		c.forbidden()
	default:
		c.json(http.StatusOK, c.scheduleDetails(sch, false))
	}
}

func deleteSchedule(c *call) {
	sch, ok := c.permittedSchedule(c.s.canAdminSchedule)
	if !ok || !c.unmodified(sch.updatedAt) {
		return
	}
	c.s.removeSchedule(sch)
	c.noContent()
}

// playSchedule runs the schedule now, active or not, as the caller. Why a pipeline can't be created isn't said: GitLab creates it later.
func playSchedule(c *call) {
	sch, ok := c.permittedSchedule(func(u *User, sch *schedule) bool {
		return c.s.canRunPipelines(u, sch.project) && !c.s.protectedAgainst(u, sch.project, sch.ref)
	})
	if !ok {
		return
	}
	c.s.reschedule(sch, c.now, false)
	c.s.runSchedule(sch, c.user, c.now)
	c.message(http.StatusCreated, "201 Created")
}

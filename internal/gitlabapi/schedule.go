// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"github.com/xanzy/go-gitlab"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Schedule is a pipeline schedule. What GitLab may leave out or give as null
// is a pointer.
type Schedule struct {
	ID           int64  `json:"id"`
	Description  string `json:"description"`
	Ref          string `json:"ref"`
	Cron         string `json:"cron"`
	CronTimezone string `json:"cron_timezone"`
	Active       bool   `json:"active"`
	// NextRunAt, CreatedAt and UpdatedAt are as GitLab sends them: UTC,
	// ISO 8601 with milliseconds. NextRunAt is nil after a failed reschedule.
	NextRunAt *string `json:"next_run_at"`
	CreatedAt string  `json:"created_at"`
	UpdatedAt string  `json:"updated_at"`
	// Owner is nil when the user was deleted.
	Owner *User `json:"owner"`
	// LastPipeline is only in a single schedule, and nil before the first run.
	LastPipeline *Pipeline `json:"last_pipeline"`
	// Variables is nil when GitLab didn't send the member, which says nothing
	// about the schedule's variables: it does so in every list, in the answer
	// to every write, and for users who may not read them.
	Variables *[]Variable `json:"variables"`
	// Inputs is nil from servers before 17.11.
	Inputs *[]Input `json:"inputs"`
}

// Variable is a variable of a schedule.
type Variable struct {
	Key          string `json:"key"`
	VariableType string `json:"variable_type"`
	// Value is nil when GitLab sends null.
	Value *string `json:"value"`
}

// ScheduleVariable is a variable with the schedule that has it.
type ScheduleVariable struct {
	ScheduleID int64
	Variable
}

// Input is a pipeline input that a schedule passes. Value is a string,
// [encoding/json.Number], bool, or a list of these.
type Input struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// ScheduleChange is what a write sets; nil members are left as they are.
type ScheduleChange struct {
	Description  *string       `json:"description,omitempty"`
	Ref          *string       `json:"ref,omitempty"`
	Cron         *string       `json:"cron,omitempty"`
	CronTimezone *string       `json:"cron_timezone,omitempty"`
	Active       *bool         `json:"active,omitempty"`
	Inputs       []InputChange `json:"inputs,omitempty"`
}

// InputChange sets one input by name, or removes it. GitLab merges: inputs
// that aren't mentioned stay.
type InputChange struct {
	Name    string `json:"name"`
	Value   any    `json:"value,omitempty"`
	Destroy bool   `json:"destroy,omitempty"`
}

// VariableChange is the body of a variable's write; nil members are left as
// they are, or take GitLab's default in a create.
type VariableChange struct {
	Key          string  `json:"key,omitempty"`
	Value        *string `json:"value,omitempty"`
	VariableType *string `json:"variable_type,omitempty"`
}

// ScheduleScope limits a list of schedules.
type ScheduleScope string

// The scopes that GitLab knows; empty means all.
const (
	ActiveSchedules   ScheduleScope = "active"
	InactiveSchedules ScheduleScope = "inactive"
)

func schedulesPath(project string) string { return projectPath(project, "/pipeline_schedules") }

func schedulePath(project string, id int64) string {
	return projectPath(project, "/pipeline_schedules/%d", id)
}

// variablePath escapes the key too: an imported id can hold any text.
func variablePath(project string, id int64, key string) string {
	return projectPath(project, "/pipeline_schedules/%d/variables/%s", id, gitlab.PathEscape(key))
}

// Schedules lists a project's schedules, newest first, without variables, in
// pages of at most perPage (0: GitLab's most).
func (c *Client) Schedules(ctx context.Context, project string, scope ScheduleScope, perPage int) iter.Seq2[Schedule, error] {
	type query struct {
		page
		Scope ScheduleScope `url:"scope,omitempty"`
	}
	return list[Schedule](ctx, c, schedulesPath(project), pageSize(perPage), c.schedules.ID, func(p page) any {
		return query{page: p, Scope: scope}
	})
}

// schedulePages reads a project's schedules for those who want one of them.
func (c *Client) schedulePages(project string) readthrough.Pages[Schedule] {
	next := 1
	return func(ctx context.Context) ([]Schedule, bool, error) {
		schedules, resp, err := listPage(ctx, c, schedulesPath(project), c.schedules.ID, next, page{Page: next, PerPage: maxPerPage})
		for _, s := range schedules {
			c.newSchedules.See(s.ID)
		}
		if err != nil {
			return schedules, false, err
		}
		next = resp.NextPage
		return schedules, next > 0, nil
	}
}

// failsProject reports whether an error fails every read of a project's
// schedules. Who may not list them gets a 404 for each of them.
func failsProject(err error) bool {
	var endless *endlessListError
	if errors.As(err, &endless) {
		return false
	}
	return transport.Pervasive(err) || IsProjectNotFound(err) || IsForbidden(err)
}

// Schedule asks for one schedule. It returns [ErrAbsent] only on proof.
func (c *Client) Schedule(ctx context.Context, project string, id int64) (*Schedule, error) {
	s, err := c.schedule(ctx, project, id)
	if err != nil {
		return nil, c.proveAbsence(ctx, project, err)
	}
	return &s, nil
}

// ListedSchedule is like [Client.Schedule] for many who refresh what they know:
// it answers from pages of the project's list, and may say what the schedule
// was a minute ago, unless this client has written it since. The schedule may
// be without variables and its last pipeline.
func (c *Client) ListedSchedule(ctx context.Context, project string, id int64) (*Schedule, error) {
	s, err := c.schedules.Get(ctx, project, id, func(ctx context.Context, listed error) (Schedule, error) {
		s, err := c.schedule(ctx, project, id)
		switch {
		case !notFound(err, scheduleNotFound) || errors.Is(listed, readthrough.ErrNotListed):
			return s, c.proveAbsence(ctx, project, err)
		case listed != nil:
			return s, listed
		}
		// The page is the proof: see proveAbsence.
		return s, absent(err)
	})
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// SharedSchedule is like [Client.ListedSchedule] with the variables: all who
// want the same schedule share one request.
func (c *Client) SharedSchedule(ctx context.Context, project string, id int64) (*Schedule, error) {
	s, err := c.schedules.GetOwn(ctx, project, id, func(ctx context.Context) (Schedule, error) {
		s, err := c.schedule(ctx, project, id)
		return s, c.proveAbsence(ctx, project, err)
	})
	if err != nil {
		return nil, err
	}
	return &s, nil
}

func (c *Client) schedule(ctx context.Context, project string, id int64) (Schedule, error) {
	var s Schedule
	_, err := c.do(ctx, http.MethodGet, schedulePath(project, id), nil, &s, func() bool { return s.ID == id })
	if err == nil {
		c.newSchedules.See(id)
	}
	return s, err
}

// CreateSchedule creates a schedule owned by the token's user. When its answer
// got lost, the error is a [creation.LostError].
func (c *Client) CreateSchedule(ctx context.Context, project string, change ScheduleChange) (*Schedule, error) {
	return c.newSchedules.Create(ctx, project+" "+textOr(change.Description, ""), change, func(ctx context.Context) (*Schedule, error) {
		var s Schedule
		_, err := c.do(ctx, http.MethodPost, schedulesPath(project), change, &s, func() bool { return s.ID > 0 })
		return &s, err
	}, c.newestSchedules(project))
}

// UpdateSchedule changes a schedule. Only its owner and administrators may.
func (c *Client) UpdateSchedule(ctx context.Context, project string, id int64, change ScheduleChange) (*Schedule, error) {
	defer c.schedules.Forget(id)
	var s Schedule
	_, err := c.do(ctx, http.MethodPut, schedulePath(project, id), change, &s, func() bool { return s.ID == id })
	if err != nil {
		return nil, c.proveAbsence(ctx, project, err)
	}
	return &s, nil
}

// TakeOwnership makes the token's user the schedule's owner. GitLab answers
// the present owner with 200, older servers with 403; so ask first.
func (c *Client) TakeOwnership(ctx context.Context, project string, id int64) (*Schedule, error) {
	defer c.schedules.Forget(id)
	var s Schedule
	_, err := c.do(ctx, http.MethodPost, schedulePath(project, id)+"/take_ownership", nil, &s, func() bool { return s.ID == id })
	if err != nil {
		return nil, c.proveAbsence(ctx, project, err)
	}
	return &s, nil
}

// DeleteSchedule deletes a schedule with its variables and inputs; its
// pipelines stay. [ErrAbsent] means that it was gone already.
func (c *Client) DeleteSchedule(ctx context.Context, project string, id int64) error {
	defer c.schedules.Forget(id)
	var s Schedule
	_, err := c.do(ctx, http.MethodDelete, schedulePath(project, id), nil, &s, func() bool { return s.ID == id })
	return c.proveAbsence(ctx, project, err)
}

// CreateVariable adds a variable to a schedule; [IsKeyTaken] tells that there
// is one with that key. When the answer got lost, the error is a
// [creation.LostError].
func (c *Client) CreateVariable(ctx context.Context, project string, id int64, change VariableChange) (*ScheduleVariable, error) {
	made := variableID{id, change.Key}
	return c.newVariables.Create(ctx, fmt.Sprint(made), change, func(ctx context.Context) (*ScheduleVariable, error) {
		defer c.schedules.Forget(id)
		v := ScheduleVariable{ScheduleID: id}
		_, err := c.do(ctx, http.MethodPost, schedulePath(project, id)+"/variables", change, &v.Variable, func() bool { return v.Key == change.Key })
		return &v, c.proveAbsence(ctx, project, err)
	}, c.variablesNow(project, made))
}

// UpdateVariable changes a variable's value or type; change.Key is not used.
func (c *Client) UpdateVariable(ctx context.Context, project string, id int64, key string, change VariableChange) (*Variable, error) {
	defer c.schedules.Forget(id)
	var v Variable
	change.Key = ""
	_, err := c.do(ctx, http.MethodPut, variablePath(project, id, key), change, &v, func() bool { return v.Key == key })
	if err != nil {
		return nil, c.proveAbsence(ctx, project, err)
	}
	return &v, nil
}

// DeleteVariable removes a variable. [ErrAbsent] means that it, or its
// schedule, was gone already.
func (c *Client) DeleteVariable(ctx context.Context, project string, id int64, key string) error {
	defer c.schedules.Forget(id)
	var v Variable
	_, err := c.do(ctx, http.MethodDelete, variablePath(project, id, key), nil, &v, func() bool { return v.Key == key })
	err = c.proveAbsence(ctx, project, err)
	if err == nil || errors.Is(err, ErrAbsent) {
		c.newVariables.Release(variableID{id, key})
	}
	return err
}

// proveAbsence turns the 404 of a schedule, or of its variable, into
// [ErrAbsent] when it is one. GitLab gives the schedule's 404 also to users
// who may not read schedules, but refuses these the list with a 403; so a list
// that is given proves that the schedule is gone.
func (c *Client) proveAbsence(ctx context.Context, project string, err error) error {
	switch {
	case notFound(err, scheduleVariableNotFound):
		return absent(err)
	case notFound(err, scheduleNotFound):
		if _, _, denied := listPage(ctx, c, schedulesPath(project), c.schedules.ID, 1, page{PerPage: 1}); denied != nil {
			return denied
		}
		return absent(err)
	}
	return err
}

func absent(err error) error { return fmt.Errorf("%w: %w", ErrAbsent, err) }

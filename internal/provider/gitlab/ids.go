// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// scheduleID is the import id of a schedule, `<project>:<schedule id>`. A
// project's full path can't hold a colon.
type scheduleID struct {
	Project  string
	Schedule int64
}

func (id scheduleID) String() string { return fmt.Sprintf("%s:%d", id.Project, id.Schedule) }

func parseScheduleID(text string) (scheduleID, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 2 {
		return scheduleID{}, errors.New("it must have the form <project>:<schedule id>, for example 29:13 or group/project:13")
	}
	return newScheduleID(parts[0], parts[1])
}

// variableID is the import id of a schedule's variable,
// `<project>:<schedule id>:<key>`.
type variableID struct {
	scheduleID
	Key string
}

func (id variableID) String() string { return id.scheduleID.String() + ":" + id.Key }

func parseVariableID(text string) (variableID, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 || !keyPattern.MatchString(parts[2]) {
		return variableID{}, errors.New("it must have the form <project>:<schedule id>:<key>, for example 29:13:DEPLOY_ENV or group/project:13:DEPLOY_ENV")
	}
	schedule, err := newScheduleID(parts[0], parts[1])
	return variableID{scheduleID: schedule, Key: parts[2]}, err
}

func newScheduleID(project, schedule string) (scheduleID, error) {
	if !projectPattern.MatchString(project) {
		return scheduleID{}, fmt.Errorf("%q is no project: it must be a numeric id or a full path such as group/project", project)
	}
	number, err := strconv.ParseInt(schedule, 10, 64)
	if err != nil || number <= 0 {
		return scheduleID{}, fmt.Errorf("%q is no schedule id: it must be a positive number", schedule)
	}
	return scheduleID{Project: project, Schedule: number}, nil
}

// pipelineID is the import id of a pipeline, `<project>:<pipeline id>`.
type pipelineID struct {
	Project  string
	Pipeline int64
}

func (id pipelineID) String() string { return fmt.Sprintf("%s:%d", id.Project, id.Pipeline) }

func parsePipelineID(text string) (pipelineID, error) {
	project, pipeline, found := strings.Cut(text, ":")
	if !found || strings.Contains(pipeline, ":") {
		return pipelineID{}, errors.New("it must have the form <project>:<pipeline id>, for example 29:61 or group/project:61")
	}
	if !projectPattern.MatchString(project) {
		return pipelineID{}, fmt.Errorf("%q is no project: it must be a numeric id or a full path such as group/project", project)
	}
	number, err := strconv.ParseInt(pipeline, 10, 64)
	if err != nil || number <= 0 {
		return pipelineID{}, fmt.Errorf("%q is no pipeline id: it must be a positive number", pipeline)
	}
	return pipelineID{Project: project, Pipeline: number}, nil
}

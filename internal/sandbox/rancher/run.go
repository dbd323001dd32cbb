// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"fmt"
	"maps"
	"regexp"
	"time"
)

// A run waits, then its steps take place one after another, as the clock goes. A step fails at its end if its shell script has an exit with another
// code than 0, and with it the run.
const (
	runWaits  = 2 * time.Second
	stepLasts = 3 * time.Second
)

var exits = regexp.MustCompile(`(?m)\bexit +[1-9]`)

// run is what drives a pipelineHistory.
type run struct {
	pipeline *object
	began    time.Time
	stopped  time.Time // zero = it wasn't
	steps    []stepRun
	commit   string
	finished bool
	logs     []*object // of the steps that have begun
}

// stepRun is one step of a run.
type stepRun struct {
	stage, step int
	lines       []string // of its log, in the end
	fails       bool
}

func historyType() *schema {
	return &schema{
		id: "pipelineHistory", resourceMethods: removable, collectionMethods: readOnly, parent: "project", refers: "spec.projectName",
		fields: envelope(fields{"spec": nested("pipelineHistorySpec").must(), "status": nested("pipelineHistoryStatus").shown()}),
		actions: map[string]action{
			"stop": {
				available: func(o *object) bool { return !o.run.finished },
				perform: func(c *call, o *object, _ map[string]any) (any, error) {
					if o.run.finished {
						return nil, invalid("InvalidAction", "", "Invalid action: stop")
					}
					o.run.stopped = c.now
					c.s.progress(o, c.now)
					return o, nil
				},
			},
			"rerun": {
				output: "pipelineHistory", available: func(o *object) bool { return o.run.finished },
				perform: func(c *call, o *object, _ map[string]any) (any, error) {
					if !o.run.finished {
						return nil, invalid("InvalidAction", "", "Invalid action: rerun")
					}
					c.s.begin(o, c.now)
					return o, nil
				},
			},
		},
	}
}

// startRun makes the next run of a pipeline. Its name follows from the pipeline's, so that a history left over from a deleted pipeline of the same name
// is in the way.
func (s *Server) startRun(pipeline *object, trigger, branch string, now time.Time) (*object, error) {
	number, _ := pipeline.at("status", "nextRun").(int64)
	snapshot := maps.Clone(pipeline.data)
	snapshot["id"] = pipeline.id
	suffix := fmt.Sprintf("-%d", number)
	history, err := s.make(s.types["pipelineHistory"], pipeline.parent, map[string]any{
		"name": pipeline.name + suffix,
		"spec": map[string]any{
			"projectName": pipeline.parent.id, "displayName": toString(pipeline.at("spec", "displayName")) + suffix, "runNumber": number,
			"triggerType": trigger, "pipeline": snapshot,
		},
	}, nil, now)
	if err != nil {
		return nil, err
	}
	steps, commit := planSteps(pipeline, branch)
	history.run = &run{pipeline: pipeline, steps: steps, commit: commit}
	pipeline.set(number+1, "status", "nextRun")
	pipeline.set(history.id, "status", "lastHistoryId")
	s.begin(history, now)
	return history, nil
}

// begin lets a run start, or start again.
func (s *Server) begin(history *object, now time.Time) {
	r := history.run
	r.dropLogs(s)
	r.began, r.stopped, r.finished = now, time.Time{}, false
	if r.newest(history) {
		r.pipeline.set(date(now), "status", "lastStarted")
	}
	s.progress(history, now)
}

func (r *run) newest(history *object) bool {
	return r.pipeline.at("status", "lastHistoryId") == history.id
}

// progress brings a run to where it is at a time, and notes when it goes on.
func (s *Server) progress(history *object, at time.Time) {
	r := history.run
	state := r.status(at)
	history.set(state, "status")
	r.finished = state["ended"] != nil
	if r.newest(history) {
		r.pipeline.set(state["state"], "status", "lastRunState")
	}
	s.writeLogs(history, at)
	if !r.finished {
		began := r.began
		s.note(event{
			at:        at.Add(time.Second),
			pointless: func() bool { return history.lost || r.finished || !r.began.Equal(began) },
			due:       func(at time.Time) { s.progress(history, at) },
		})
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"strings"
	"time"
)

// A pipeline goes through these phases, counted from when it was started.
const (
	pendingAfter  = 1 * time.Second
	runningAfter  = 2 * time.Second
	finishedAfter = 10 * time.Second
)

// pipeline is one run of a project's CI configuration. No process moves it along: its status follows from when it was started,
// whether it was canceled, and the time of the question.
type pipeline struct {
	id, iid   int
	project   *Project
	sha       string
	beforeSHA string
	ref       string // short
	tag       bool
	source    string
	user      *User     // nil once deleted
	schedule  *schedule // nil for other sources, and once deleted
	variables []*variable
	name      any // string or nil
	fails     bool

	createdAt  time.Time
	startedAt  time.Time // of the present attempt; later than createdAt once retried
	canceledAt time.Time // zero: not canceled
	renamedAt  time.Time

	// Of external pipelines only: the state of each commit status, and when the last one came.
	reported   map[string]string
	reportedAt time.Time
}

// progress is where a pipeline stands at some time.
type progress struct {
	status     string
	updatedAt  time.Time
	startedAt  time.Time // zero: null
	finishedAt time.Time // zero: null
}

// at is the pipeline's progress at now.
func (p *pipeline) at(now time.Time) progress {
	state := p.phaseAt(now)
	if p.renamedAt.After(state.updatedAt) {
		state.updatedAt = p.renamedAt
	}
	return state
}

func (p *pipeline) phaseAt(now time.Time) progress {
	if p.reported != nil {
		return p.reportedProgress()
	}
	running, finished := p.startedAt.Add(runningAfter), p.startedAt.Add(finishedAfter)
	if !p.canceledAt.IsZero() {
		state := progress{status: "canceled", updatedAt: p.canceledAt, finishedAt: p.canceledAt}
		if !p.canceledAt.Before(running) {
			state.startedAt = running
		}
		return state
	}
	switch elapsed := now.Sub(p.startedAt); {
	case elapsed < pendingAfter:
		return progress{status: "created", updatedAt: p.startedAt}
	case elapsed < runningAfter:
		return progress{status: "pending", updatedAt: p.startedAt.Add(pendingAfter)}
	case elapsed < finishedAfter:
		return progress{status: "running", updatedAt: running, startedAt: running}
	case p.fails:
		return progress{status: "failed", updatedAt: finished, startedAt: running, finishedAt: finished}
	default:
		return progress{status: "success", updatedAt: finished, startedAt: running, finishedAt: finished}
	}
}

// reportedProgress makes up an external pipeline's status: the worst of what is over counts once nothing is under way.
func (p *pipeline) reportedProgress() progress {
	state := progress{status: "success", updatedAt: p.reportedAt, startedAt: p.startedAt}
	for _, candidate := range []string{"running", "pending", "failed", "canceled", "skipped"} {
		for _, reported := range p.reported {
			if reported == candidate {
				state.status = candidate
				if candidate != "running" && candidate != "pending" {
					state.finishedAt = p.reportedAt
				}
				return state
			}
		}
	}
	state.finishedAt = p.reportedAt
	return state
}

func (state progress) finished() bool { return !state.finishedAt.IsZero() }

// durations are the whole seconds that the pipeline ran and waited, or null while that isn't known.
func (state progress) durations(created time.Time) (ran, waited any) {
	if state.startedAt.IsZero() {
		return nil, nil
	}
	waited = int(max(state.startedAt.Sub(created), 0) / time.Second)
	if state.finished() {
		ran = int(state.finishedAt.Sub(state.startedAt) / time.Second)
	}
	return ran, waited
}

// pipelineBasic is the pipeline as lists of a schedule's pipelines and last_pipeline show it.
func (c *call) pipelineBasic(p *pipeline) object {
	state := p.at(c.now)
	return object{
		"id": p.id, "iid": p.iid, "project_id": p.project.ID, "sha": p.sha, "ref": p.ref, "status": state.status, "source": p.source,
		"created_at": timestamp(p.createdAt), "updated_at": timestamp(state.updatedAt),
		"web_url": c.projectURL(p.project) + pipelinePath(p),
	}
}

func pipelinePath(p *pipeline) string { return fmt.Sprintf("/-/pipelines/%d", p.id) }

// pipelineRow is the pipeline as the list of a project's pipelines shows it.
func (c *call) pipelineRow(p *pipeline) object {
	o := c.pipelineBasic(p)
	o["name"] = p.name
	return o
}

// pipelineObject is the pipeline in single form, which has no name in the answers to create, retry and cancel.
func (c *call) pipelineObject(p *pipeline, withName bool) object {
	o := c.pipelineBasic(p)
	if withName {
		o["name"] = p.name
	}
	state := p.at(c.now)
	ran, waited := state.durations(p.createdAt)
	o["before_sha"] = p.beforeSHA
	o["tag"] = p.tag
	o["yaml_errors"] = nil
	o["user"] = c.userBasic(p.user)
	o["started_at"] = timestampOrNil(state.startedAt)
	o["finished_at"] = timestampOrNil(state.finishedAt)
	o["committed_at"] = nil
	o["duration"] = ran
	o["queued_duration"] = waited
	o["coverage"] = nil
	o["detailed_status"] = detailedStatus(p, state.status)
	o["archived"] = false
	return o
}

// detailedStatus is the status as GitLab's web pages show it.
func detailedStatus(p *pipeline, status string) object {
	label := status
	if status == "success" {
		label = "passed"
	}
	return object{
		"icon": "status_" + status, "text": strings.ToUpper(label[:1]) + label[1:], "label": label, "group": status, "tooltip": label,
		"has_details": true, "details_path": "/" + p.project.Path + pipelinePath(p), "illustration": nil,
		"favicon": "/assets/ci_favicons/favicon_status_" + status + ".png",
	}
}

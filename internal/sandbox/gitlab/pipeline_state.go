// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"container/heap"
	"slices"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

// maxCatchUp bounds how many scheduled runs one jump of the clock makes up for. Beyond it the schedules go on from the new time, as
// those of a server that was switched off do.
const maxCatchUp = 10_000

// pipelineState is all schedules and pipelines of the instance. Ids are instance-wide counters, as in GitLab.
type pipelineState struct {
	schedules map[int]*schedule
	pipelines map[int]*pipeline
	projects  map[*Project]*projectPipelines
	agenda    agenda
	quirks    quirks
	worker    *fugit.Schedule // nil until first needed

	lastSchedule, lastPipeline int
}

// projectPipelines is what one project has of both, ascending by id.
type projectPipelines struct {
	schedules []*schedule
	pipelines []*pipeline
	lastIID   int
}

func newPipelineState() *pipelineState {
	return &pipelineState{
		schedules: map[int]*schedule{}, pipelines: map[int]*pipeline{}, projects: map[*Project]*projectPipelines{},
	}
}

// of is the project's part.
func (ci *pipelineState) of(p *Project) *projectPipelines {
	part := ci.projects[p]
	if part == nil {
		part = &projectPipelines{}
		ci.projects[p] = part
	}
	return part
}

func (ci *pipelineState) addSchedule(sch *schedule) {
	ci.lastSchedule++
	sch.id = ci.lastSchedule
	ci.schedules[sch.id] = sch
	part := ci.of(sch.project)
	part.schedules = append(part.schedules, sch)
}

func (ci *pipelineState) addPipeline(p *pipeline) {
	ci.lastPipeline++
	p.id = ci.lastPipeline
	ci.pipelines[p.id] = p
	part := ci.of(p.project)
	part.lastIID++
	p.iid = part.lastIID
	part.pipelines = append(part.pipelines, p)
	if p.schedule != nil {
		p.schedule.pipelines = append(p.schedule.pipelines, p)
	}
}

func (ci *pipelineState) removePipeline(p *pipeline) {
	same := func(other *pipeline) bool { return other == p }
	part := ci.of(p.project)
	part.pipelines = slices.DeleteFunc(part.pipelines, same)
	if p.schedule != nil {
		p.schedule.pipelines = slices.DeleteFunc(p.schedule.pipelines, same)
	}
	delete(ci.pipelines, p.id)
}

// workerTicks is when the instance looks for due schedules.
func (s *Server) workerTicks() *fugit.Schedule {
	if s.ci.worker == nil {
		s.ci.worker = mustParseCron(s.config.WorkerCron)
	}
	return s.ci.worker
}

// agenda is a heap of schedules by the time they run next. Entries become void when their schedule changes, and stay.
type agenda []agendaEntry

type agendaEntry struct {
	at  time.Time
	sch *schedule
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.
func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }

// Push appends the entry.
func (a *agenda) Push(entry any) {
	if entry, ok := entry.(agendaEntry); ok {
		*a = append(*a, entry)
	}
}

// Pop removes the last entry.
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// note puts the schedule's next run on the agenda. Now and then that makes a new agenda without the entries that have become void.
func (ci *pipelineState) note(sch *schedule) {
	if len(ci.agenda) > 2*len(ci.schedules)+100 {
		ci.agenda = slices.DeleteFunc(ci.agenda, agendaEntry.void)
		heap.Init(&ci.agenda)
	}
	if sch.active && !sch.nextRunAt.IsZero() {
		heap.Push(&ci.agenda, agendaEntry{at: sch.nextRunAt, sch: sch})
	}
}

// void tells whether the schedule does not run at that time any more.
func (entry agendaEntry) void() bool {
	return entry.sch.deleted || !entry.sch.active || !entry.sch.nextRunAt.Equal(entry.at)
}

// catchUp runs the schedules that have fallen due by now, each at its own time; every request begins with it.
func (s *Server) catchUp(now time.Time) {
	for runs := 0; len(s.ci.agenda) > 0 && !s.ci.agenda[0].at.After(now); {
		entry := s.ci.agenda[0]
		heap.Pop(&s.ci.agenda)
		sch := entry.sch
		if entry.void() {
			continue
		}
		if runs++; runs > maxCatchUp {
			s.reschedule(sch, now, false)
			continue
		}
		s.reschedule(sch, entry.at, false)
		s.runSchedule(sch, sch.owner, entry.at)
	}
}

// runSchedule creates the pipeline of a schedule as the user. One that can't be created leaves no trace, as in GitLab.
func (s *Server) runSchedule(sch *schedule, u *User, now time.Time) {
	_, _ = s.createPipeline(pipelineOrder{
		project: sch.project, user: u, ref: sch.ref, source: "schedule", schedule: sch, variables: sch.variables,
	}, now)
}

// userDeleted leaves the user's schedules and pipelines without him.
func (s *Server) userDeleted(u *User) {
	for _, sch := range s.ci.schedules {
		if sch.owner == u {
			sch.owner = nil
		}
	}
	for _, p := range s.ci.pipelines {
		if p.user == u {
			p.user = nil
		}
	}
}

// projectDeleted takes the project's schedules and pipelines with it.
func (s *Server) projectDeleted(p *Project) {
	part := s.ci.of(p)
	for _, sch := range part.schedules {
		sch.deleted = true
		delete(s.ci.schedules, sch.id)
	}
	for _, pipeline := range part.pipelines {
		delete(s.ci.pipelines, pipeline.id)
	}
	delete(s.ci.projects, p)
}

// statusPosted is called when a client posts a commit status; it returns the id of the pipeline that the status belongs to: the newest
// one of the commit and ref, or else a new external one, whose status is made up of those posted.
func (s *Server) statusPosted(p *Project, status *CommitStatus, now time.Time) (pipelineID int) {
	target := s.ci.pipelines[status.PipelineID]
	if target == nil || target.project != p {
		target = nil
		for _, candidate := range slices.Backward(s.ci.of(p).pipelines) {
			if candidate.sha == status.SHA && (candidate.ref == status.Ref || status.Ref == "") {
				target = candidate
				break
			}
		}
	}
	if target == nil {
		_, tag := p.Repo.tags[status.Ref]
		target = &pipeline{
			project: p, sha: status.SHA, ref: status.Ref, tag: tag, source: "external", user: status.Author, createdAt: now,
			startedAt: now, beforeSHA: noSHA, reported: map[string]string{},
		}
		s.ci.addPipeline(target)
	}
	if target.reported != nil {
		target.reported[status.Name] = status.State
		target.reportedAt = now
	}
	return target.id
}

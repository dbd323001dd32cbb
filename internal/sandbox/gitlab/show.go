// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

const (
	// shownSchedules is how many schedules the sandbox's page shows, the oldest.
	shownSchedules = 2000
	// shownPipelines is how many pipelines it shows, the newest.
	shownPipelines = 20
	// shownRuns is how many runs of each schedule it shows, the newest.
	shownRuns = 5
)

// Show is what the sandbox's page shows of the instance: schedules, with the keys of their variables and never a value, and pipelines.
func (s *Server) Show() webpage.View {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	s.catchUp(now)
	schedules := webpage.Section{Title: "Pipeline schedules", Empty: "No project has a pipeline schedule."}
	for _, sch := range sorted(s.ci.schedules) {
		if len(schedules.Objects) == shownSchedules {
			schedules.Left = len(s.ci.schedules) - shownSchedules
			break
		}
		schedules.Objects = append(schedules.Objects, s.showSchedule(sch, now))
	}
	pipelines := webpage.Section{Title: "Pipelines", Empty: "No pipeline has run. A schedule that falls due, or is played, makes one."}
	for _, p := range slices.Backward(sorted(s.ci.pipelines)) {
		if len(pipelines.Objects) == shownPipelines {
			pipelines.Left = len(s.ci.pipelines) - shownPipelines
			break
		}
		pipelines.Objects = append(pipelines.Objects, showPipeline(p, now))
	}
	return webpage.View{Name: "gitlab", Title: "GitLab", Root: apiRoot, Sections: []webpage.Section{schedules, pipelines}}
}

func (s *Server) showSchedule(sch *schedule, now time.Time) webpage.Object {
	o := webpage.Object{
		Key: fmt.Sprint("schedule/", sch.id), Title: sch.description, ID: fmt.Sprintf("%s:%d", sch.project.Path, sch.id),
		State: webpage.State{Word: "inactive"}, Changes: scheduleChanges(sch),
		Facts: []webpage.Fact{{Name: "cron", Value: sch.cron}, {Name: "zone", Value: sch.cronTimezone}, {Name: "ref", Value: sch.ref}},
	}
	if sch.active {
		o.State = webpage.State{Word: "active", Mood: webpage.Good}
		o.Upcoming = s.upcoming(sch, now)
		if !sch.nextRunAt.IsZero() {
			o.Facts = append(o.Facts, webpage.Fact{Name: "next", Value: sch.nextRunAt.UTC().Format("Mon 2 Jan 15:04") + " UTC"})
		}
	}
	owner := "nobody"
	if sch.owner != nil {
		owner = sch.owner.Username
	}
	o.Facts = append(o.Facts, webpage.Fact{Name: "owner", Value: owner})
	if keys := scheduleKeys(sch); len(keys) > 0 {
		o.Facts = append(o.Facts, webpage.Fact{Name: "variables", Value: strings.Join(keys, ", ")})
	}
	if len(sch.inputs) > 0 {
		names := make([]string, len(sch.inputs))
		for i, in := range sch.inputs {
			names[i] = in.name
		}
		o.Facts = append(o.Facts, webpage.Fact{Name: "inputs", Value: strings.Join(names, ", ")})
	}
	for _, p := range slices.Backward(sch.pipelines) {
		if len(o.Runs) == shownRuns {
			break
		}
		o.Runs = append(o.Runs, webpage.Run{Title: fmt.Sprint("#", p.id), State: statusState(p.at(now).status)})
	}
	return o
}

// scheduleKeys are the keys of a schedule's variables, sorted, those of files marked.
func scheduleKeys(sch *schedule) []string {
	var keys []string
	for _, v := range sch.variables {
		key := v.key
		if v.variableType == "file" {
			key += " (file)"
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// scheduleChanges are what somebody may do to a schedule on GitLab's own pages.
func scheduleChanges(sch *schedule) []webpage.Change {
	path := fmt.Sprintf("%s/projects/%d/pipeline_schedules/%d", apiRoot, sch.project.ID, sch.id)
	set := func(label, name string, value any) webpage.Change {
		body, _ := json.Marshal(object{name: value}) // a text or a truth value
		return webpage.Change{Label: label, Request: webpage.Request{Method: http.MethodPut, Path: path, Body: body}}
	}
	cron := "30 4 * * *"
	if sch.cron == cron {
		cron = "0 22 * * 1-5"
	}
	changes := []webpage.Change{set("Change cron to "+cron, "cron", cron)}
	if sch.active {
		changes = append(changes, set("Deactivate", "active", false))
	} else {
		changes = append(changes, set("Activate", "active", true))
	}
	for _, v := range slices.SortedFunc(slices.Values(sch.variables), func(a, b *variable) int { return cmp.Compare(a.key, b.key) }) {
		changes = append(changes, webpage.Change{Label: "Delete variable " + v.key, Request: webpage.Request{
			Method: http.MethodDelete, Path: path + "/variables/" + url.PathEscape(v.key),
		}})
	}
	return append(changes, webpage.Change{Label: "Delete", Request: webpage.Request{Method: http.MethodDelete, Path: path}})
}

func showPipeline(p *pipeline, now time.Time) webpage.Object {
	state := p.at(now)
	o := webpage.Object{
		Key: fmt.Sprint("pipeline/", p.id), Title: fmt.Sprintf("#%d on %s", p.id, p.ref), ID: fmt.Sprintf("%s:%d", p.project.Path, p.id),
		State: statusState(state.status),
		Facts: []webpage.Fact{{Name: "source", Value: p.source}, {Name: "created", Value: p.createdAt.UTC().Format("Mon 2 Jan 15:04:05") + " UTC"}},
	}
	if p.schedule != nil {
		o.Facts = append(o.Facts, webpage.Fact{Name: "schedule", Value: p.schedule.description})
	}
	path := fmt.Sprintf("%s/projects/%d/pipelines/%d", apiRoot, p.project.ID, p.id)
	if !state.finished() {
		o.Changes = append(o.Changes, webpage.Change{Label: "Cancel", Request: webpage.Request{Method: http.MethodPost, Path: path + "/cancel"}})
	}
	o.Changes = append(o.Changes, webpage.Change{Label: "Delete", Request: webpage.Request{Method: http.MethodDelete, Path: path}})
	return o
}

func statusState(status string) webpage.State {
	moods := map[string]webpage.Mood{"success": webpage.Good, "failed": webpage.Bad, "running": webpage.Busy, "pending": webpage.Busy, "created": webpage.Busy}
	return webpage.State{Word: status, Mood: moods[status]}
}

// timing is all that decides when a schedule runs.
type timing struct {
	cron, zone string
	next       time.Time
	runsPerDay int
}

// upcoming is when an active schedule runs, by the ticks of GitLab's worker.
func (s *Server) upcoming(sch *schedule, now time.Time) *webpage.Upcoming {
	t := timing{sch.cron, sch.cronTimezone, sch.nextRunAt, s.world.planLimits.ciDailyPipelineScheduleTriggers}
	return s.timelines.Upcoming(now, t, func() *webpage.Upcoming {
		cron, cronErr := fugit.Parse(t.cron)
		zone, zoneErr := fugit.LoadZone(t.zone)
		if cronErr != nil || zoneErr != nil { // saved schedules have both
			return nil
		}
		return webpage.UpcomingFrom(now, t.next, func(at time.Time) time.Time {
			return nextRun(cron.Next(at.In(zone)), at, s.workerTicks(), t.runsPerDay)
		})
	})
}

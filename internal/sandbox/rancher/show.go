// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

const (
	// shownObjects is how many objects of a type the sandbox's page shows, the first by their ids.
	shownObjects = 2000
	// shownRuns is how many runs of each pipeline it shows, the newest.
	shownRuns = 5
)

// Show is what the sandbox's page shows: pipelines with their runs, configurations, and accounts. Of secrets it says no more than that they are there.
func (s *Server) Show() webpage.View {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	s.catchUp(now)
	view := webpage.View{Name: "rancher", Title: "Rancher", Root: apiRoot}
	if s.types["pipelineHistory"] == nil { // another dialect, whose types hold nothing
		return view
	}
	runs := s.runsByPipeline()
	for _, kind := range []struct {
		id, title, empty string
		show             func(*object, time.Time) webpage.Object
	}{
		{"pipeline", "Pipelines", "No project has a pipeline.", func(o *object, now time.Time) webpage.Object {
			return s.showPipeline(o, runs[o], now)
		}},
		{"clusterPipeline", "Cluster pipeline configurations", "No cluster has a pipeline configuration.", showConfig},
		{"remoteAccount", "Remote accounts", "There is no account of a git host.", showAccount},
	} {
		section := webpage.Section{Title: kind.title, Empty: kind.empty}
		objects := s.shelf(s.types[kind.id]).all
		if section.Left = len(objects) - shownObjects; section.Left > 0 {
			objects = objects[:shownObjects]
		}
		section.Left = max(section.Left, 0)
		for _, o := range objects {
			section.Objects = append(section.Objects, kind.show(o, now))
		}
		view.Sections = append(view.Sections, section)
	}
	return view
}

// show is what all objects have in common.
func (o *object) show(title string, now time.Time, changes ...webpage.Change) webpage.Object {
	shown := webpage.Object{Key: o.schema.id + "/" + o.id, Title: title, ID: o.id, State: webpage.State{Word: "active", Mood: webpage.Good}}
	if o.schema.stateful {
		shown.State.Word = toString(o.state(now)["state"])
	}
	switch shown.State.Word {
	case "inactive":
		shown.State.Mood = ""
	case "removing":
		shown.State.Mood = webpage.Busy
		return shown // there is nothing left to be changed
	}
	shown.Changes = append(changes, webpage.Change{Label: "Delete", Request: webpage.Request{Method: http.MethodDelete, Path: o.path()}})
	return shown
}

// path is the object's own in the API.
func (o *object) path() string {
	return apiRoot + "/" + o.schema.plural + "/" + url.PathEscape(o.id)
}

// sets is the change of one value by a PUT, which merges.
func (o *object) sets(label string, value any, path ...string) webpage.Change {
	body, _ := json.Marshal(with(nil, value, path...)) // texts in objects
	return webpage.Change{Label: label, Request: webpage.Request{Method: http.MethodPut, Path: o.path(), Body: body}}
}

func showConfig(o *object, now time.Time) webpage.Object {
	host := "github.example.com"
	if o.at("spec", "githubConfig", "host") == host {
		host = "git.example.org"
	}
	var changes []webpage.Change
	if o.at("spec", "githubConfig") != nil {
		changes = append(changes, o.sets("Change host to "+host, host, "spec", "githubConfig", "host"))
	}
	shown := o.show("GitHub app of "+o.parent.id, now, changes...)
	for _, name := range []string{"scheme", "host", "clientID"} {
		if value := toString(o.at("spec", "githubConfig", name)); value != "" {
			shown.Facts = append(shown.Facts, webpage.Fact{Name: name, Value: value})
		}
	}
	if toString(o.at("spec", "githubConfig", "clientSecret")) != "" {
		shown.Facts = append(shown.Facts, webpage.Fact{Name: "clientSecret", Value: "is set"})
	}
	return shown
}

func showAccount(o *object, now time.Time) webpage.Object {
	name := "Somebody else"
	if o.at("spec", "displayName") == name {
		name = "Nobody"
	}
	title := toString(o.at("spec", "displayName"))
	if title == "" {
		title = o.id
	}
	shown := o.show(title, now, o.sets("Change displayName to "+name, name, "spec", "displayName"))
	shown.Facts = []webpage.Fact{{Name: "type", Value: toString(o.at("spec", "type"))}, {Name: "account", Value: toString(o.at("spec", "accountName"))}}
	if o.cache != nil {
		repositories, _ := o.cache.at("spec", "repositories").([]any)
		shown.Facts = append(shown.Facts, webpage.Fact{Name: "repositories", Value: fmt.Sprint(len(repositories))})
	}
	return shown
}

func (s *Server) showPipeline(o *object, runs []*object, now time.Time) webpage.Object {
	var changes []webpage.Change
	trigger := o.at("spec", "triggers", "cronTrigger")
	expression, zone := toString(dig(trigger, "expression")), toString(dig(trigger, "timezone"))
	if expression != "" {
		other := "30 9 * * *"
		if expression == other {
			other = "0 23 * * 1-5"
		}
		changes = append(changes, o.sets("Change cron to "+other, other, "spec", "triggers", "cronTrigger", "expression"))
	}
	switching := func(label, action string) {
		changes = append(changes, webpage.Change{Label: label, Request: webpage.Request{Method: http.MethodPost, Path: o.path() + "?action=" + action}})
	}
	if o.active() {
		switching("Deactivate", "deactivate")
	} else {
		switching("Activate", "activate")
	}
	shown := o.show(toString(o.at("spec", "displayName")), now, changes...)
	if expression != "" {
		shown.Facts = append(shown.Facts, webpage.Fact{Name: "cron", Value: expression}, webpage.Fact{Name: "zone", Value: zone})
		if dig(trigger, "active") != true {
			shown.Facts = append(shown.Facts, webpage.Fact{Name: "cron trigger", Value: "off"})
		}
	}
	if next := o.cron.next; !next.IsZero() {
		shown.Facts = append(shown.Facts, webpage.Fact{Name: "next", Value: next.UTC().Format("Mon 2 Jan 15:04") + " UTC"})
		shown.Upcoming = s.upcoming(o.cron, now)
	}
	if o.at("spec", "triggers", "webhookTrigger", "active") == true {
		shown.Facts = append(shown.Facts, webpage.Fact{Name: "webhook", Value: "on"})
	}
	shown.Stages = showStages(o, runs)
	for _, run := range runs[:min(len(runs), shownRuns)] {
		shown.Runs = append(shown.Runs, webpage.Run{Title: fmt.Sprint("#", run.runNumber()), State: runState(run.at("status", "state"))})
	}
	return shown
}

// runsByPipeline are the runs of each pipeline, the newest first.
func (s *Server) runsByPipeline() map[*object][]*object {
	runs := map[*object][]*object{}
	for _, history := range s.shelf(s.types["pipelineHistory"]).all {
		if history.run != nil {
			runs[history.run.pipeline] = append(runs[history.run.pipeline], history)
		}
	}
	for _, of := range runs {
		slices.SortFunc(of, func(a, b *object) int { return cmp.Compare(b.runNumber(), a.runNumber()) })
	}
	return runs
}

// runNumber is a pipelineHistory's.
func (o *object) runNumber() int64 {
	number, _ := o.at("spec", "runNumber").(int64)
	return number
}

func (s *Server) upcoming(state cronState, now time.Time) *webpage.Upcoming {
	return s.timelines.Upcoming(now, state, func() *webpage.Upcoming {
		return webpage.UpcomingFrom(now, state.next, func(at time.Time) time.Time { return nextStart(state, at) })
	})
}

// showStages are the pipeline's stages, each with its state in the newest run.
func showStages(pipeline *object, runs []*object) []webpage.Stage {
	var states []any
	if len(runs) > 0 {
		states, _ = runs[0].at("status", "stages").([]any)
	}
	stages, _ := pipeline.at("spec", "stages").([]any)
	shown := make([]webpage.Stage, len(stages))
	for i, stage := range stages {
		shown[i].Name = toString(dig(stage, "name"))
		steps, _ := dig(stage, "steps").([]any)
		for _, step := range steps {
			shown[i].Steps = append(shown[i].Steps, describeStep(step))
		}
		if i < len(states) {
			shown[i].State = runState(dig(states[i], "state"))
		}
	}
	return shown
}

// describeStep says in a few words what a step does. Environments, scripts and arguments aren't among them, since secrets may be.
func describeStep(step any) string {
	if source := dig(step, "sourceCodeStepConfig"); source != nil {
		repository := "a repository" // where it can't be told who logs in there
		if address, err := url.Parse(toString(dig(source, "repository"))); err == nil {
			repository = strings.TrimPrefix(address.Path, "/") // neither the host nor who logs in there
		}
		return "clone " + strings.TrimSuffix(repository, ".git") + " " + toString(dig(source, "branch"))
	}
	if script := dig(step, "runAScriptStepConfig"); script != nil {
		return "run in " + toString(dig(script, "image"))
	}
	if build := dig(step, "buildImageStepConfig"); build != nil {
		return "build " + toString(dig(build, "imageTag"))
	}
	if push := dig(step, "pushImageStepConfig"); push != nil {
		return "push " + toString(dig(push, "imageTag"))
	}
	return toString(dig(step, "type"))
}

func runState(state any) webpage.State {
	word := toString(state)
	moods := map[string]webpage.Mood{"Success": webpage.Good, "Fail": webpage.Bad, "Building": webpage.Busy, "Waiting": webpage.Busy}
	return webpage.State{Word: word, Mood: moods[word]}
}

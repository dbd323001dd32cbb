// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/webpage"
)

// shownProduct is what the sandbox's page shows of a product, as long as its branch stays where it is.
type shownProduct struct {
	commit string
	files  []shownFile
}

// shownFile is a runtime's file. The object lacks the times, which pass while the file stays.
type shownFile struct {
	object webpage.Object
	events cron.Schedule // of its calendars; nil = none
}

// Show is what the sandbox's page shows: the runtimes of all products whose repository whoever has the token may read, as their files on the branch
// main hold them. It isn't a call to the server, which would clone the repository and get into the way of others.
func (s *Server) Show(token string) webpage.View {
	runtimes := webpage.Section{Title: "Project pipeline runtimes", Empty: "No product has a pipeline runtime."}
	g := &gitlabClient{handler: s.config.GitLab, base: s.config.GitLabURL, host: "gitlab", proto: "http", token: token}
	repositories, err := all[repository](g, "projects?search="+defaultProject)
	if err != nil {
		runtimes.Empty = "GitLab doesn't tell which products there are: " + err.Error()
	}
	slices.SortFunc(repositories, func(a, b repository) int { return a.ID - b.ID })
	now := s.config.Clock.Now()
	for _, r := range repositories {
		if r.Path != defaultProject {
			continue
		}
		files, err := s.shownFiles(g, &r)
		if err != nil {
			runtimes.Objects = append(runtimes.Objects, webpage.Object{
				Key: r.HTTPURLToRepo, Title: r.HTTPURLToRepo, State: webpage.State{Word: err.Error(), Mood: webpage.Bad},
			})
			continue
		}
		for _, f := range files {
			object := f.object
			if f.events != nil {
				object.Upcoming = webpage.UpcomingFrom(now, f.events.Next(now), f.events.Next)
			}
			runtimes.Objects = append(runtimes.Objects, object)
		}
	}
	return webpage.View{Name: "nautes", Title: "Nautes", Root: apiRoot, Sections: []webpage.Section{runtimes}}
}

// shownFiles reads the files of a product's runtimes, unless they were read before.
func (s *Server) shownFiles(g *gitlabClient, r *repository) ([]shownFile, error) {
	var branch struct {
		Commit struct {
			ID string `json:"id"`
		} `json:"commit"`
	}
	_, err := g.call(http.MethodGet, "projects/"+strconv.Itoa(r.ID)+"/repository/branches/main", nil, &branch)
	if gitlabStatus(err) == http.StatusNotFound {
		return nil, nil // nothing was ever saved
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := s.shown[r.ID]
	s.mu.Unlock()
	if known.commit == branch.Commit.ID {
		return known.files, nil
	}
	group, err := g.group(strconv.Itoa(r.Namespace.ID))
	if err != nil {
		return nil, err
	}
	contents, err := (&call{s: s, gitlab: g}).head(r)
	if err != nil {
		return nil, err
	}
	read := shownProduct{commit: branch.Commit.ID}
	for name, content := range contents {
		n, err := readNode("", name, content, s.old)
		if err != nil || n.kind != runtimeKind { // what can't be read is no runtime yet, and of the others the page shows none
			continue
		}
		read.files = append(read.files, s.showRuntime(group.Path, r, n, content))
	}
	slices.SortFunc(read.files, func(a, b shownFile) int { return strings.Compare(a.object.Key, b.object.Key) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown[r.ID] = read
	return read.files, nil
}

func (s *Server) showRuntime(product string, r *repository, n *node, content []byte) shownFile {
	spec := n.spec.(*runtimeSpec)
	shown := shownFile{object: webpage.Object{
		Key: product + "/" + n.name, Title: n.name, ID: product + "/" + n.name, State: webpage.State{Word: spec.Isolation},
		Facts: []webpage.Fact{{Name: "project", Value: spec.Project}, {Name: "source", Value: spec.PipelineSource}, {Name: "environment", Value: spec.Destination.Environment}},
		Text:  &webpage.Text{Title: defaultProject + "/" + n.path, Content: s.withoutSecrets(n, spec, content)},
	}}
	for _, pipeline := range spec.Pipelines {
		var events []string
		for _, trigger := range spec.PipelineTriggers {
			if trigger.Pipeline == pipeline.Name {
				events = append(events, "on "+trigger.EventSource)
			}
		}
		shown.object.Stages = append(shown.object.Stages, webpage.Stage{Name: pipeline.Name, Steps: events})
	}
	for _, event := range spec.EventSources {
		switch {
		case event.GitLab != nil:
			shown.object.Facts = append(shown.object.Facts, webpage.Fact{Name: event.Name, Value: strings.Join(event.GitLab.Events, ", ") + " at " + event.GitLab.Revision})
		case event.Calendar != nil:
			when := strings.TrimSpace(event.Calendar.Schedule + " " + event.Calendar.Timezone)
			if event.Calendar.Schedule == "" {
				when = "every " + event.Calendar.Interval
			}
			if events := event.Calendar.events(); events != nil {
				shown.events = earliest{shown.events, events}
			}
			shown.object.Facts = append(shown.object.Facts, webpage.Fact{Name: event.Name, Value: when})
		}
	}
	shown.object.Changes = []webpage.Change{
		s.changeFile(r, n, spec),
		{Label: "Delete", Request: webpage.Request{
			Method: http.MethodDelete, Path: apiRoot + "/products/" + url.PathEscape(product) + "/projectpipelineruntimes/" + url.PathEscape(n.name),
		}},
	}
	return shown
}

// changeFile changes a runtime as whoever may push to default.project can: in its file. The spec is changed only for as long as it takes to write it.
func (s *Server) changeFile(r *repository, n *node, spec *runtimeSpec) webpage.Change {
	place, value, label := &spec.Isolation, "exclusive", "Change isolation to "
	if spec.Isolation == value {
		value = "shared"
	}
	for _, event := range spec.EventSources {
		if event.Calendar != nil && event.Calendar.Schedule != "" {
			place, value, label = &event.Calendar.Schedule, "0 9 * * 1-5", "Change "+event.Name+" to "
			if *place == value {
				value = "30 22 * * *"
			}
			break
		}
	}
	former := *place
	*place = value
	content, err := n.toYAML(s.old)
	*place = former
	if err != nil {
		content = nil // which GitLab refuses: what was read can always be written
	}
	body, _ := json.Marshal(map[string]string{"branch": "main", "commit_message": "Change " + path.Base(n.path) + " by hand", "content": string(content)})
	return webpage.Change{Label: label + value, Request: webpage.Request{
		Method: http.MethodPut, Path: fmt.Sprintf("/api/v4/projects/%d/repository/files/%s", r.ID, url.PathEscape(n.path)), Body: body,
	}}
}

// userInfo is what stands before the host of an address: a name, and maybe a password, which may hold anything but blanks and quotes.
var userInfo = regexp.MustCompile(`://[^\s'"]+@`)

// withoutSecrets is a runtime's file with what may be secret taken out: the values of hooks' variables, and who logs in at an address.
func (s *Server) withoutSecrets(n *node, spec *runtimeSpec, content []byte) string {
	if hooks := spec.Hooks; hooks != nil {
		hidden := *spec
		hidden.Hooks = &hooksSpec{PreHooks: withoutValues(hooks.PreHooks), PostHooks: withoutValues(hooks.PostHooks)}
		var err error
		if content, err = (&node{kind: n.kind, name: n.name, spec: &hidden}).toYAML(s.old); err != nil {
			return ""
		}
	}
	return userInfo.ReplaceAllString(string(content), "://…@")
}

func withoutValues(hooks []hookSpec) []hookSpec {
	hooks = slices.Clone(hooks)
	for i := range hooks {
		hooks[i].Vars = maps.Clone(hooks[i].Vars)
		for name := range hooks[i].Vars {
			hooks[i].Vars[name] = "(not shown)"
		}
	}
	return hooks
}

// events are a calendar's times as Argo Events reads them; nil = it can't. A calendar without a zone is in the server's, UTC.
func (c *calendarSpec) events() cron.Schedule {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil
	}
	schedule, err := cron.ParseStandard(c.Schedule)
	if err != nil {
		return nil
	}
	return inZone{schedule, zone}
}

// inZone is a schedule in a zone.
type inZone struct {
	schedule cron.Schedule
	zone     *time.Location
}

// Next is the next time after one.
func (z inZone) Next(after time.Time) time.Time { return z.schedule.Next(after.In(z.zone)) }

// earliest is two schedules at once; a is nil in the first.
type earliest struct{ a, b cron.Schedule }

// Next is the next time of either.
func (e earliest) Next(after time.Time) time.Time {
	next := e.b.Next(after)
	if e.a == nil {
		return next
	}
	if other := e.a.Next(after); next.IsZero() || !other.IsZero() && other.Before(next) {
		return other
	}
	return next
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"time"

	"github.com/robfig/cron"
	"go.yaml.in/yaml/v3"
)

func pipelineType() *schema {
	return &schema{
		id: "pipeline", resourceMethods: changing, collectionMethods: creatable, parent: "project", refers: "spec.projectName",
		fields: envelope(fields{"spec": nested("pipelineSpec").must(), "status": nested("pipelineStatus").shown()}),
		check:  checkPipeline,
		begin: func(s *Server, o, _ *object, now time.Time) {
			o.set(int64(1), "status", "nextRun")
			s.reschedule(o, now)
		},
		changed: (*Server).reschedule,
		actions: map[string]action{
			"run": {input: "runPipelineInput", output: "pipelineHistory", perform: func(c *call, o *object, input map[string]any) (any, error) {
				branch, _ := input["branch"].(string)
				history, err := c.s.startRun(o, "manual", branch, c.now)
				if err != nil {
					return nil, broken("%s", failureText(err))
				}
				return history, nil
			}},
			"export":     {perform: func(_ *call, o *object, _ map[string]any) (any, error) { return export(o) }},
			"activate":   {output: "pipeline", perform: switchTo(true, "Error resource is not inactive")},
			"deactivate": {output: "pipeline", perform: switchTo(false, "Error resource is not active")},
		},
		links: map[string]func(*call, *object) (any, error){
			"export": func(_ *call, o *object) (any, error) { return export(o) },
		},
	}
}

// checkPipeline refuses definitions that can't run. Of a PUT it sees what was sent only.
func checkPipeline(input map[string]any) error {
	value, has := input["spec"]
	spec, _ := value.(map[string]any)
	if stages, sent := spec["stages"]; sent || has && spec == nil {
		step := firstOf(dig(firstOf(stages), "steps"))
		if dig(step, "sourceCodeStepConfig") == nil && dig(step, "type") != "sourcecode" {
			return invalid("InvalidBodyContent", "", "invalid definition for pipeline '"+toString(spec["displayName"])+"': expect souce code step at the start")
		}
	}
	if expression := toString(dig(spec, "triggers", "cronTrigger", "expression")); expression != "" {
		if _, err := cron.ParseStandard(expression); err != nil {
			return invalid("InvalidBodyContent", "", "error parse cron trigger")
		}
	}
	return nil
}

// firstOf is the first element of a list; nil, when there is none.
func firstOf(list any) any {
	if elements, _ := list.([]any); len(elements) > 0 {
		return elements[0]
	}
	return nil
}

// switchTo turns a pipeline on or off. One that is so already is refused, in the way in which Rancher refuses in its actions: as an error of its own.
func switchTo(active bool, refusal string) func(*call, *object, map[string]any) (any, error) {
	return func(c *call, o *object, _ map[string]any) (any, error) {
		if o.active() == active {
			return nil, broken("%s", refusal)
		}
		o.set(active, "spec", "active")
		c.s.reschedule(o, c.now)
		return o, nil
	}
}

// active tells whether a pipeline is switched on, which it is unless it says otherwise.
func (o *object) active() bool { return o.at("spec", "active") != false }

// export is a pipeline's definition without its place.
func export(o *object) (any, error) {
	spec, _ := o.data["spec"].(map[string]any)
	definition := map[string]any{}
	for name, value := range spec {
		if name != "projectName" {
			definition[name] = value
		}
	}
	content, err := yaml.Marshal(definition)
	return raw{contentType: "application/x-yaml", fileName: "pipeline-" + toString(spec["displayName"]) + ".yaml", content: content}, err
}

// cronState is what is known of when a pipeline runs next by itself.
type cronState struct {
	expression, timezone string
	next                 time.Time // zero = never
}

// reschedule finds out when a pipeline runs next, after it was created, changed or switched. Where nothing changed that matters, an interval goes on.
func (s *Server) reschedule(o *object, now time.Time) {
	wanted := cronState{}
	if o.active() && o.at("spec", "triggers", "cronTrigger", "active") == true {
		wanted.expression = toString(o.at("spec", "triggers", "cronTrigger", "expression"))
		wanted.timezone = toString(o.at("spec", "triggers", "cronTrigger", "timezone"))
	}
	if wanted.expression == o.cron.expression && wanted.timezone == o.cron.timezone {
		return
	}
	o.cron = wanted
	s.scheduleAfter(o, now)
}

// scheduleAfter notes the next run after a time.
func (s *Server) scheduleAfter(o *object, after time.Time) {
	o.cron.next = nextStart(o.cron, after)
	if o.cron.next.IsZero() {
		o.set(nil, "status", "nextStart")
		return
	}
	o.set(o.cron.next.Format(time.RFC3339), "status", "nextStart")
	next := o.cron.next
	s.note(event{
		at:        next,
		pointless: func() bool { return o.lost || !o.gone.IsZero() || !o.cron.next.Equal(next) },
		due: func(at time.Time) {
			if s.fired++; s.fired > maxFired {
				s.scheduleAfter(o, s.config.Clock.Now())
				return
			}
			_, _ = s.startRun(o, "cron", "", at) // a run that can't be made leaves no trace
			s.scheduleAfter(o, at)
		},
	})
}

// nextStart is in the trigger's zone; the zero time, when it never comes. An unknown zone is the server's, UTC.
func nextStart(state cronState, after time.Time) time.Time {
	schedule, err := cron.ParseStandard(state.expression)
	if state.expression == "" || err != nil {
		return time.Time{}
	}
	zone, err := time.LoadLocation(state.timezone)
	if err != nil {
		zone = time.UTC
	}
	return schedule.Next(after.In(zone))
}

func failureText(err error) string {
	_, body := failureBody(err)
	return toString(body["message"])
}

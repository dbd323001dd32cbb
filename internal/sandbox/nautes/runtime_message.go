// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

// The messages of a runtime: request bodies, and replies in the order of their fields. Stored forms are in runtime_spec.go.

type pipelineMessage struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Path  string `json:"path"`
}

type eventSourceMessage struct {
	Name     string           `json:"name"`
	GitLab   *gitlabMessage   `json:"gitlab"`
	Calendar *calendarMessage `json:"calendar"`
}

type gitlabMessage struct {
	RepoName string   `json:"repo_name"`
	Revision string   `json:"revision"`
	Events   []string `json:"events"`
}

type calendarMessage struct {
	Schedule       string   `json:"schedule"`
	Interval       string   `json:"interval"`
	ExclusionDates []string `json:"exclusion_dates"`
	Timezone       string   `json:"timezone"`
}

type triggerMessage struct {
	EventSource string         `json:"event_source"`
	Pipeline    string         `json:"pipeline"`
	Revision    string         `json:"revision"`
	Inputs      []inputMessage `json:"inputs"`
}

type inputMessage struct {
	Source             *inputSourceMessage  `json:"source"`
	TransmissionMethod *transmissionMessage `json:"transmission_method"`
}

type inputSourceMessage struct {
	BuiltInVar string `json:"built_in_var"`
	FromEvent  string `json:"from_event"`
}

type transmissionMessage struct {
	Kustomization *kustomizationMessage `json:"kustomization"`
}

type kustomizationMessage struct {
	Path string `json:"path"`
}

type destinationMessage struct {
	Environment string `json:"environment"`
	Namespace   string `json:"namespace"`
}

type additionalResourcesMessage struct {
	Git *additionalGitMessage `json:"git"`
}

type additionalGitMessage struct {
	CodeRepo string `json:"coderepo"`
	URL      string `json:"url"`
	Revision string `json:"revision"`
	Path     string `json:"path"`
}

type hooksMessage struct {
	PreHooks  []hookMessage `json:"pre_hooks"`
	PostHooks []hookMessage `json:"post_hooks"`
}

type hookMessage struct {
	Name  string            `json:"name"`
	Vars  map[string]string `json:"vars"`
	Alias string            `json:"alias"`
}

// runtimeBody is what a client saves.
type runtimeBody struct {
	Project             string                      `json:"project"`
	PipelineSource      string                      `json:"pipeline_source"`
	Pipelines           []pipelineMessage           `json:"pipelines"`
	EventSources        []eventSourceMessage        `json:"event_sources"`
	PipelineTriggers    []triggerMessage            `json:"pipeline_triggers"`
	Destination         *destinationMessage         `json:"destination"`
	Isolation           string                      `json:"isolation"`
	AdditionalResources *additionalResourcesMessage `json:"additional_resources"`
	Account             string                      `json:"account"`
	Hooks               *hooksMessage               `json:"hooks"`
}

// runtimeReply is what a client gets. The product's name is not in it.
type runtimeReply struct {
	Name                string                      `json:"name"`
	Project             string                      `json:"project"`
	PipelineSource      string                      `json:"pipeline_source"`
	EventSources        []eventSourceMessage        `json:"event_sources"`
	Pipelines           []pipelineMessage           `json:"pipelines"`
	PipelineTriggers    []triggerMessage            `json:"pipeline_triggers"`
	Destination         *destinationMessage         `json:"destination"`
	Isolation           string                      `json:"isolation"`
	AdditionalResources *additionalResourcesMessage `json:"additional_resources"`
	Account             string                      `json:"account"`
	Hooks               *hooksMessage               `json:"hooks"`
}

// Before v0.3.9 a destination was text, and what is missing here didn't exist. Unknown fields of a request are dropped silently.
type (
	oldRuntimeBody struct {
		Project          string               `json:"project"`
		PipelineSource   string               `json:"pipeline_source"`
		Pipelines        []pipelineMessage    `json:"pipelines"`
		EventSources     []eventSourceMessage `json:"event_sources"`
		PipelineTriggers []oldTriggerMessage  `json:"pipeline_triggers"`
		Destination      string               `json:"destination"`
		Isolation        string               `json:"isolation"`
	}
	oldRuntimeReply struct {
		Name             string               `json:"name"`
		Project          string               `json:"project"`
		PipelineSource   string               `json:"pipeline_source"`
		EventSources     []eventSourceMessage `json:"event_sources"`
		Pipelines        []pipelineMessage    `json:"pipelines"`
		PipelineTriggers []oldTriggerMessage  `json:"pipeline_triggers"`
		Destination      string               `json:"destination"`
		Isolation        string               `json:"isolation"`
	}
	oldTriggerMessage struct {
		EventSource string `json:"event_source"`
		Pipeline    string `json:"pipeline"`
		Revision    string `json:"revision"`
	}
)

// upgraded is the body in the newer form. A destination is there in any case: the rules of fields have seen to it.
func (b *oldRuntimeBody) upgraded() *runtimeBody {
	body := &runtimeBody{
		Project: b.Project, PipelineSource: b.PipelineSource, Pipelines: b.Pipelines, EventSources: b.EventSources,
		Destination: &destinationMessage{Environment: b.Destination}, Isolation: b.Isolation,
	}
	for _, t := range b.PipelineTriggers {
		body.PipelineTriggers = append(body.PipelineTriggers, triggerMessage{EventSource: t.EventSource, Pipeline: t.Pipeline, Revision: t.Revision})
	}
	return body
}

// downgraded is the reply in the older form, which forgets calendars.
func (r *runtimeReply) downgraded() *oldRuntimeReply {
	reply := &oldRuntimeReply{
		Name: r.Name, Project: r.Project, PipelineSource: r.PipelineSource, Pipelines: r.Pipelines,
		Destination: r.Destination.Environment, Isolation: r.Isolation,
	}
	for _, e := range r.EventSources {
		e.Calendar = nil
		reply.EventSources = append(reply.EventSources, e)
	}
	for _, t := range r.PipelineTriggers {
		reply.PipelineTriggers = append(reply.PipelineTriggers, oldTriggerMessage{t.EventSource, t.Pipeline, t.Revision})
	}
	return reply
}

const runtimeBodyField = "SaveRequest_Body."

func (b *runtimeBody) problem() string {
	if b == nil {
		return ""
	}
	destination := ""
	if b.Destination != nil {
		destination = embedded(runtimeBodyField+"Destination", notEmpty("ProjectPipelineDestination.Environment", b.Destination.Environment))
	}
	return broken(b.commonProblem(false), destination, oneOf(runtimeBodyField+"Isolation", b.Isolation, "shared", "exclusive"))
}

func (b *oldRuntimeBody) problem() string {
	if b == nil {
		return ""
	}
	return broken(b.upgraded().commonProblem(true), notEmpty(runtimeBodyField+"Destination", b.Destination),
		oneOf(runtimeBodyField+"Isolation", b.Isolation, "shared", "exclusive"))
}

// commonProblem is the first broken rule about what comes before the destination. Older servers want a revision of a webhook.
func (b *runtimeBody) commonProblem(revision bool) string {
	const field = runtimeBodyField
	return broken(
		notEmpty(field+"Project", b.Project), notEmpty(field+"PipelineSource", b.PipelineSource),
		atLeastOne(field+"Pipelines", len(b.Pipelines)),
		each(field+"Pipelines", b.Pipelines, func(p pipelineMessage) string {
			return broken(notEmpty("Pipeline.Name", p.Name), notEmpty("Pipeline.Path", p.Path))
		}),
		atLeastOne(field+"EventSources", len(b.EventSources)),
		each(field+"EventSources", b.EventSources, func(e eventSourceMessage) string {
			problem := notEmpty("EventSource.Name", e.Name)
			if problem != "" || e.GitLab == nil {
				return problem
			}
			problem = notEmpty("Gitlab.RepoName", e.GitLab.RepoName)
			if problem == "" && revision {
				problem = notEmpty("Gitlab.Revision", e.GitLab.Revision)
			}
			return embedded("EventSource.Gitlab", problem)
		}),
		atLeastOne(field+"PipelineTriggers", len(b.PipelineTriggers)),
		each(field+"PipelineTriggers", b.PipelineTriggers, func(t triggerMessage) string {
			return broken(notEmpty("PipelineTriggers.EventSource", t.EventSource), notEmpty("PipelineTriggers.Pipeline", t.Pipeline))
		}),
	)
}

// spec is what is stored of a body; repositories are still named by their paths. The body has a destination.
func (b *runtimeBody) spec() *runtimeSpec {
	r := &runtimeSpec{
		Project: b.Project, PipelineSource: b.PipelineSource, Destination: destinationSpec(*b.Destination), Isolation: b.Isolation, Account: b.Account,
		AdditionalResources: &additionalResourcesSpec{}, Hooks: &hooksSpec{},
	}
	for _, p := range b.Pipelines {
		r.Pipelines = append(r.Pipelines, pipelineSpec(p))
	}
	for _, e := range b.EventSources {
		event := eventSourceSpec{Name: e.Name}
		if e.GitLab != nil {
			event.GitLab = new(gitlabSpec(*e.GitLab))
		}
		if e.Calendar != nil {
			event.Calendar = new(calendarSpec(*e.Calendar))
		}
		r.EventSources = append(r.EventSources, event)
	}
	for _, t := range b.PipelineTriggers {
		trigger := triggerSpec{EventSource: t.EventSource, Pipeline: t.Pipeline, Revision: t.Revision}
		for _, input := range t.Inputs {
			trigger.Inputs = append(trigger.Inputs, input.spec())
		}
		r.PipelineTriggers = append(r.PipelineTriggers, trigger)
	}
	if b.AdditionalResources != nil && b.AdditionalResources.Git != nil {
		r.AdditionalResources.Git = new(additionalGitSpec(*b.AdditionalResources.Git))
	}
	if b.Hooks != nil {
		r.Hooks.PreHooks, r.Hooks.PostHooks = hookSpecs(b.Hooks.PreHooks), hookSpecs(b.Hooks.PostHooks)
	}
	return r
}

func (m inputMessage) spec() inputSpec {
	var input inputSpec
	if m.Source != nil {
		input.Source.BuiltInVar, input.Source.FromEvent = unlessEmpty(m.Source.BuiltInVar), unlessEmpty(m.Source.FromEvent)
	}
	if m.TransmissionMethod != nil && m.TransmissionMethod.Kustomization != nil {
		input.TransmissionMethod.Kustomization = new(kustomizationSpec(*m.TransmissionMethod.Kustomization))
	}
	return input
}

func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func hookSpecs(hooks []hookMessage) []hookSpec {
	var specs []hookSpec
	for _, h := range hooks {
		specs = append(specs, hookSpec{Name: h.Name, Vars: h.Vars, Alias: unlessEmpty(h.Alias)})
	}
	return specs
}

func hookMessages(hooks []hookSpec) []hookMessage {
	var messages []hookMessage
	for _, h := range hooks {
		m := hookMessage{Name: h.Name, Vars: h.Vars}
		if h.Alias != nil {
			m.Alias = *h.Alias
		}
		messages = append(messages, m)
	}
	return messages
}

// reply is the answer about a stored runtime, repositories in it being named as they are to be shown. It has the real server's bugs: it panics
// where additional resources are missing, or a source or the transmission of an input; inputs add up from trigger to trigger; and post hooks are
// shown only next to pre hooks.
func (r *runtimeSpec) reply(name string) (*runtimeReply, error) {
	if r.AdditionalResources == nil {
		return nil, panicked()
	}
	m := &runtimeReply{
		Name: name, Project: r.Project, PipelineSource: r.PipelineSource, Destination: new(destinationMessage(r.Destination)), Isolation: r.Isolation,
		Account: r.Account, AdditionalResources: &additionalResourcesMessage{}, Hooks: &hooksMessage{},
	}
	for _, p := range r.Pipelines {
		m.Pipelines = append(m.Pipelines, pipelineMessage(p))
	}
	for _, e := range r.EventSources {
		event := eventSourceMessage{Name: e.Name}
		if e.GitLab != nil {
			event.GitLab = new(gitlabMessage(*e.GitLab))
		}
		if e.Calendar != nil {
			event.Calendar = new(calendarMessage(*e.Calendar))
		}
		m.EventSources = append(m.EventSources, event)
	}
	var inputs []inputMessage
	for _, t := range r.PipelineTriggers {
		for _, input := range t.Inputs {
			if input.Source.BuiltInVar == nil || input.Source.FromEvent == nil || input.TransmissionMethod.Kustomization == nil {
				return nil, panicked()
			}
			inputs = append(inputs, inputMessage{
				Source:             &inputSourceMessage{BuiltInVar: *input.Source.BuiltInVar, FromEvent: *input.Source.FromEvent},
				TransmissionMethod: &transmissionMessage{new(kustomizationMessage(*input.TransmissionMethod.Kustomization))},
			})
		}
		m.PipelineTriggers = append(m.PipelineTriggers, triggerMessage{t.EventSource, t.Pipeline, t.Revision, inputs})
	}
	if r.AdditionalResources.Git != nil {
		m.AdditionalResources.Git = new(additionalGitMessage(*r.AdditionalResources.Git))
	}
	if r.Hooks != nil && r.Hooks.PreHooks != nil {
		m.Hooks.PreHooks, m.Hooks.PostHooks = hookMessages(r.Hooks.PreHooks), hookMessages(r.Hooks.PostHooks)
	}
	return m, nil
}

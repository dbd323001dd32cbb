// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// What Nautes certainly rejects is rejected before anything is applied. What
// it takes but the cluster will refuse, where no API tells of it, is warned of.

var (
	notEmpty    = []validator.String{system.NotEmpty()}
	atLeastOne  = []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()}
	pathSegment = []validator.String{system.Spelled(segment, "must not be empty, '.' or '..', nor hold a '/'")}
)

// ValidateConfig checks what concerns several attributes, and warns.
func (*runtimeResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config runtimeModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := check{skipped: config.InsecureSkipCheck, diags: &resp.Diagnostics}
	if known(config.Name) && config.Name.Equal(config.Project) {
		// Even insecure_skip_check doesn't help: with it, Nautes overwrites the
		// project by the runtime.
		c.wrong(path.Root("name"), "A runtime can't have the name of its project",
			"Nautes would keep both in the same file, and lose the project. Give the runtime another name.")
	}
	c.kubernetesName(path.Root("name"), config.Name)
	c.runtime(ctx, config.runtimeSpec)
}

// check collects what is wrong with a configuration.
type check struct {
	// skipped is insecure_skip_check.
	skipped types.Bool
	diags   *diag.Diagnostics
}

// wrong is about something that the server rejects in any case. It begins with
// the place, because command lines show but the line of the outermost attribute.
func (c check) wrong(at path.Path, summary, detail string) {
	c.diags.AddAttributeError(at, summary, at.String()+": "+detail)
}

// refused is about something that the server's check of the whole product
// rejects, and what to do about it. When that check is skipped, it is stored as
// it is.
func (c check) refused(at path.Path, summary, detail, advice string) {
	switch {
	case c.skipped.IsUnknown():
	case c.skipped.ValueBool():
		c.unsound(at, summary, detail+" Nautes would refuse it, but for insecure_skip_check.")
	default:
		c.wrong(at, summary, detail+" Nautes would refuse it. "+advice)
	}
}

// required is about a member that each element of a list has to have.
func (c check) required(at path.Path, v types.String) {
	if v.IsNull() {
		c.diags.AddAttributeError(at, "Missing value", at.String()+" is required. Set it.")
	}
}

// unsound warns of something that the server takes.
func (c check) unsound(at path.Path, summary, detail string) {
	c.diags.AddAttributeWarning(at, summary, at.String()+": "+detail)
}

func (c check) runtime(ctx context.Context, s runtimeSpec) {
	pipelines, paths, sources := c.names(s.Pipelines), c.names(s.Pipelines), c.names(s.EventSources)
	for i, p := range nested.Each[pipelineModel](ctx, s.Pipelines, c.diags) {
		at := path.Root("pipelines").AtListIndex(i)
		c.required(at.AtName("name"), p.Name)
		c.required(at.AtName("path"), p.Path)
		pipelines.add(at.AtName("name"), p.Name, "pipelines", "name")
		paths.add(at.AtName("path"), p.Path, "pipelines", "path")
		c.kubernetesName(at.AtName("name"), p.Name)
	}
	for i, e := range nested.Each[eventSourceModel](ctx, s.EventSources, c.diags) {
		at := path.Root("event_sources").AtListIndex(i)
		c.required(at.AtName("name"), e.Name)
		sources.add(at.AtName("name"), e.Name, "event sources", "name")
		c.kubernetesName(at.AtName("name"), e.Name)
		c.eventSource(ctx, at, e)
	}
	triggers := c.names(s.PipelineTriggers)
	for i, t := range nested.Each[triggerModel](ctx, s.PipelineTriggers, c.diags) {
		at := path.Root("pipeline_triggers").AtListIndex(i)
		c.required(at.AtName("event_source"), t.EventSource)
		c.required(at.AtName("pipeline"), t.Pipeline)
		if sources.lacks(t.EventSource) {
			// Nautes checks this even with insecure_skip_check.
			c.wrong(at.AtName("event_source"), "No such event source",
				fmt.Sprintf("There is no event source %s in event_sources. Nautes would refuse it. Name %s, or add it there.", t.EventSource, sources))
		}
		if pipelines.lacks(t.Pipeline) {
			c.refused(at.AtName("pipeline"), "No such pipeline", fmt.Sprintf("There is no pipeline %s in pipelines.", t.Pipeline),
				fmt.Sprintf("Name %s, or add it there.", pipelines))
		}
		if !t.EventSource.IsUnknown() && !t.Pipeline.IsUnknown() && !t.Revision.IsUnknown() {
			key := fmt.Sprintf("event source %s, pipeline %s, revision %q", t.EventSource, t.Pipeline, t.Revision.ValueString())
			triggers.add(at, types.StringValue(key), "triggers", "combination of event source, pipeline and revision")
		}
		c.inputs(ctx, at.AtName("inputs"), t.Inputs)
	}
	if d, ok := nested.One[destinationModel](ctx, s.Destination, c.diags); ok {
		c.kubernetesName(path.Root("destination").AtName("namespace"), d.Namespace)
	}
	if h, ok := nested.One[hooksModel](ctx, s.Hooks, c.diags); ok {
		c.hooks(ctx, path.Root("hooks"), h)
	}
}

func (c check) eventSource(ctx context.Context, at path.Path, e eventSourceModel) {
	if e.GitLab.IsNull() && e.Calendar.IsNull() {
		c.unsound(at, "Event source without events", "It has neither gitlab nor calendar, so nothing triggers it. Set one of them.")
	}
	if g, ok := nested.One[gitlabModel](ctx, e.GitLab, c.diags); ok {
		at := at.AtName("gitlab").AtName("events")
		if !g.Events.IsUnknown() && len(g.Events.Elements()) == 0 {
			c.unsound(at, "No events", "Nautes takes a gitlab event source without events, but the cluster then refuses the whole runtime. Add events, such as push_events.")
		}
		for i, element := range g.Events.Elements() {
			event, _ := element.(types.String)
			if known(event) && !slices.Contains(events, event.ValueString()) {
				c.unsound(at.AtListIndex(i), "Unknown event", unknownEvent(event.ValueString()))
			}
		}
	}
	if calendar, ok := nested.One[calendarModel](ctx, e.Calendar, c.diags); ok {
		c.calendar(at.AtName("calendar"), calendar)
	}
}

func (c check) calendar(at path.Path, m calendarModel) {
	complain := func(name string, v types.String, complaint func(string) string) {
		if known(v) && v.ValueString() != "" {
			if text := complaint(v.ValueString()); text != "" {
				c.unsound(at.AtName(name), "The cluster won't take this "+name, text+" Nautes takes it, but the cluster's calendar will not start.")
			}
		}
	}
	complain("schedule", m.Schedule, scheduleComplaint)
	complain("interval", m.Interval, intervalComplaint)
	complain("timezone", m.Timezone, timezoneComplaint)
	for i, element := range m.ExclusionDates.Elements() {
		if date, _ := element.(types.String); known(date) {
			if text := exclusionComplaint(date.ValueString()); text != "" {
				c.unsound(at.AtName("exclusion_dates").AtListIndex(i), "Not an exclusion date", text)
			}
		}
	}
	if !m.Schedule.IsUnknown() && !m.Interval.IsUnknown() && m.Schedule.ValueString() == "" && m.Interval.ValueString() == "" {
		c.unsound(at, "Calendar without moments", "It has neither schedule nor interval. Nautes takes it, but the cluster's calendar will not start. Set one of them.")
	}
}

func (c check) inputs(ctx context.Context, at path.Path, inputs types.List) {
	for i, input := range nested.Each[inputModel](ctx, inputs, c.diags) {
		c.required(at.AtListIndex(i).AtName("kustomization_path"), input.KustomizationPath)
		if input.BuiltInVar.IsUnknown() || input.FromEvent.IsUnknown() {
			continue
		}
		variable, event := input.BuiltInVar.ValueString() != "", input.FromEvent.ValueString() != ""
		switch {
		case variable && event:
			c.refused(at.AtListIndex(i), "Input with two sources", "It has both built_in_var and from_event, of which there must be one.", "Remove one of them.")
		case !variable && !event:
			c.refused(at.AtListIndex(i), "Input without a source", "It has neither built_in_var nor from_event, of which there must be one.", "Set one of them.")
		}
	}
}

func (c check) hooks(ctx context.Context, at path.Path, h hooksModel) {
	aliases := map[string]bool{}
	for _, list := range []struct {
		name  string
		hooks types.List
	}{{"pre_hooks", h.PreHooks}, {"post_hooks", h.PostHooks}} {
		names := c.names(list.hooks)
		for i, hook := range nested.Each[hookModel](ctx, list.hooks, c.diags) {
			at := at.AtName(list.name).AtListIndex(i)
			c.required(at.AtName("name"), hook.Name)
			names.add(at.AtName("name"), hook.Name, list.name, "name")
			if hook.Name.IsUnknown() || hook.Alias.IsUnknown() {
				continue
			}
			where, alias := at.AtName("alias"), hook.Alias.ValueString()
			if alias == "" {
				where, alias = at.AtName("name"), hook.Name.ValueString()
			}
			if repeated := hook.Alias.ValueString() == "" && names.repeated[alias]; aliases[alias] && !repeated {
				c.refused(where, "Hook name in use",
					fmt.Sprintf("%q is the name or alias of another hook. Each needs one of its own, over both lists.", alias), "Set alias to another one.")
			}
			aliases[alias] = true
		}
	}
	if !h.PreHooks.IsUnknown() && hidden(h) {
		c.unsound(at.AtName("post_hooks"), "Post hooks can't be seen",
			"Nautes 0.4.2 shows no post hooks when there are no pre hooks. It runs them, but a change of them made elsewhere is not seen.")
	}
}

// names are texts of a list that have to be unique.
type names struct {
	check
	seen, repeated map[string]bool
	// complete is false when some are not known yet.
	complete bool
}

// names begins to collect from a list of objects.
func (c check) names(of types.List) *names {
	n := &names{check: c, seen: map[string]bool{}, repeated: map[string]bool{}, complete: !of.IsUnknown()}
	for _, element := range of.Elements() {
		n.complete = n.complete && !element.IsUnknown()
	}
	return n
}

func (n *names) add(at path.Path, v types.String, what, member string) {
	if !known(v) {
		n.complete = false
		return
	}
	if n.seen[v.ValueString()] {
		n.repeated[v.ValueString()] = true
		n.refused(at, "Not unique", fmt.Sprintf("Two of the %s have the same %s: %s.", what, member, v.ValueString()), "Change or remove one of them.")
	}
	n.seen[v.ValueString()] = true
}

// String is the names that there are, as a choice.
func (n *names) String() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(n.seen)) {
		all = append(all, strconv.Quote(name))
	}
	return strings.Join(all, " or ")
}

// lacks reports whether it is certain that a name isn't there. Of an empty list
// it is enough to say that it is empty.
func (n *names) lacks(v types.String) bool {
	return n.complete && len(n.seen) > 0 && known(v) && !n.seen[v.ValueString()]
}

// kubernetesName warns of a name that Kubernetes won't take.
func (c check) kubernetesName(at path.Path, v types.String) {
	if known(v) && v.ValueString() != "" && !dnsName.MatchString(v.ValueString()) {
		c.unsound(at, "Not a name for Kubernetes",
			fmt.Sprintf("Nautes takes %q, but the cluster will refuse it: a name there consists of lower-case letters a-z, digits and '-', "+
				"and begins and ends with a letter or digit.", v.ValueString()))
	}
}

var dnsName = regexp.MustCompile(`^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$`)

func known(v types.String) bool { return !v.IsNull() && !v.IsUnknown() }

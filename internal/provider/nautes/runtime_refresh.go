// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
)

// reading is how a runtime that the server answered is taken in. The server
// makes no difference between what is left out and what is empty; so what was
// null before stays null as long as it is empty there.
type reading struct {
	// all takes in what is empty too: there is nothing that it was before.
	all bool
	// names know repositories by what the server calls them; nil takes the
	// server's names.
	names *repositoryNames
	// version is the server's: those of v0.3 never show calendars, and the
	// first of them no isolation.
	version nautesapi.WireVersion
}

// spec is the server's runtime, where state has been before.
func (rd reading) spec(ctx context.Context, r *nautesapi.Runtime, before runtimeSpec) (runtimeSpec, diag.Diagnostics) {
	var diags diag.Diagnostics
	was, more := before.api(ctx)
	diags.Append(more...)
	spec := runtimeSpec{
		Name:           types.StringValue(r.Name),
		Project:        types.StringValue(r.Project),
		PipelineSource: rd.repository(before.PipelineSource, r.PipelineSource),
		Isolation:      types.StringValue(r.Isolation),
		Account:        rd.text(before.Account, r.Account),
	}

	if r.Isolation == "" && rd.version == nautesapi.WireV03 && !before.Isolation.IsNull() {
		spec.Isolation = before.Isolation
	}

	pipelines := nested.Indexed[pipelineModel](ctx, before.Pipelines, &diags)
	spec.Pipelines = nested.ListOf(pipelineType, r.Pipelines, func(i int, p nautesapi.Pipeline) map[string]attr.Value {
		return map[string]attr.Value{
			"name": types.StringValue(p.Name), "label": rd.text(pipelines[i].Label, p.Label), "path": types.StringValue(p.Path),
		}
	})

	sources := map[string]eventSourceModel{}
	for _, source := range nested.Each[eventSourceModel](ctx, before.EventSources, &diags) {
		sources[source.Name.ValueString()] = source
	}
	inPlace := nested.Indexed[eventSourceModel](ctx, before.EventSources, &diags)
	spec.EventSources = nested.ListOf(eventSourceType, r.EventSources, func(i int, e nautesapi.EventSource) map[string]attr.Value {
		// With insecure_skip_check, two can have the same name.
		source, ok := inPlace[i]
		if !ok || source.Name.ValueString() != e.Name {
			source = sources[e.Name]
		}
		calendar := rd.calendar(ctx, source.Calendar, e.Calendar, &diags)
		return map[string]attr.Value{
			"name": types.StringValue(e.Name), "gitlab": rd.gitlab(ctx, source.GitLab, e.GitLab, &diags), "calendar": calendar,
		}
	})

	triggers := nested.Indexed[triggerModel](ctx, before.PipelineTriggers, &diags)
	var accumulated []nautesapi.Input
	spec.PipelineTriggers = nested.ListOf(triggerType, r.PipelineTriggers, func(i int, t nautesapi.PipelineTrigger) map[string]attr.Value {
		inputs := t.Inputs
		if i < len(was.PipelineTriggers) {
			// Where v0.4.2 can show inputs at all, it shows a trigger's after
			// those of all triggers before it.
			accumulated = append(accumulated, was.PipelineTriggers[i].Inputs...)
			if slices.Equal(inputs, accumulated) {
				inputs = was.PipelineTriggers[i].Inputs
			}
		}
		return map[string]attr.Value{
			"event_source": types.StringValue(t.EventSource), "pipeline": types.StringValue(t.Pipeline),
			"revision": rd.text(triggers[i].Revision, t.Revision),
			"inputs":   rd.inputs(ctx, triggers[i].Inputs, inputs, &diags),
		}
	})

	destination, _ := nested.One[destinationModel](ctx, before.Destination, &diags)
	spec.Destination = types.ObjectValueMust(destinationType.AttrTypes, map[string]attr.Value{
		"environment": types.StringValue(r.Destination.Environment),
		"namespace":   rd.text(destination.Namespace, r.Destination.Namespace),
	})
	spec.AdditionalResources = rd.additionalResources(ctx, before.AdditionalResources, r.AdditionalResources, &diags)
	spec.Hooks = rd.hooks(ctx, before.Hooks, r.Hooks, &diags)
	return spec, diags
}

func (rd reading) gitlab(ctx context.Context, before types.Object, g *nautesapi.GitLabEvents, diags *diag.Diagnostics) types.Object {
	if g == nil {
		return types.ObjectNull(gitlabType.AttrTypes)
	}
	was, _ := nested.One[gitlabModel](ctx, before, diags)
	return types.ObjectValueMust(gitlabType.AttrTypes, map[string]attr.Value{
		"repo_name": rd.repository(was.RepoName, g.RepoName), "revision": rd.text(was.Revision, g.Revision), "events": rd.texts(was.Events, g.Events),
	})
}

func (rd reading) calendar(ctx context.Context, before types.Object, c *nautesapi.Calendar, diags *diag.Diagnostics) types.Object {
	switch {
	case c == nil && rd.version == nautesapi.WireV03 && !before.IsNull():
		return before
	case c == nil:
		return types.ObjectNull(calendarType.AttrTypes)
	}
	was, _ := nested.One[calendarModel](ctx, before, diags)
	return types.ObjectValueMust(calendarType.AttrTypes, map[string]attr.Value{
		"schedule": rd.text(was.Schedule, c.Schedule), "interval": rd.text(was.Interval, c.Interval), "timezone": rd.text(was.Timezone, c.Timezone),
		"exclusion_dates": rd.texts(was.ExclusionDates, c.ExclusionDates),
	})
}

func (rd reading) inputs(ctx context.Context, before types.List, inputs []nautesapi.Input, diags *diag.Diagnostics) types.List {
	if len(inputs) == 0 && rd.leaveOut(before) {
		return types.ListNull(inputType)
	}
	was := nested.Indexed[inputModel](ctx, before, diags)
	return nested.ListOf(inputType, inputs, func(i int, input nautesapi.Input) map[string]attr.Value {
		return map[string]attr.Value{
			"built_in_var": rd.text(was[i].BuiltInVar, input.BuiltInVar), "from_event": rd.text(was[i].FromEvent, input.FromEvent),
			"kustomization_path": types.StringValue(input.KustomizationPath),
		}
	})
}

func (rd reading) additionalResources(ctx context.Context, before types.Object, a nautesapi.AdditionalResources, diags *diag.Diagnostics) types.Object {
	if a.Git == nil && rd.leaveOut(before) {
		return types.ObjectNull(resourcesType.AttrTypes)
	}
	git := types.ObjectNull(gitType.AttrTypes)
	if a.Git != nil {
		resources, _ := nested.One[resourcesModel](ctx, before, diags)
		was, _ := nested.One[gitModel](ctx, resources.Git, diags)
		git = types.ObjectValueMust(gitType.AttrTypes, map[string]attr.Value{
			"coderepo": rd.repository(was.CodeRepo, a.Git.CodeRepo), "url": rd.text(was.URL, a.Git.URL),
			"revision": rd.text(was.Revision, a.Git.Revision), "path": rd.text(was.Path, a.Git.Path),
		})
	}
	return types.ObjectValueMust(resourcesType.AttrTypes, map[string]attr.Value{"git": git})
}

func (rd reading) hooks(ctx context.Context, before types.Object, h nautesapi.Hooks, diags *diag.Diagnostics) types.Object {
	was, _ := nested.One[hooksModel](ctx, before, diags)
	if len(h.PreHooks) == 0 && len(h.PostHooks) == 0 {
		if rd.leaveOut(before) {
			return types.ObjectNull(hooksType.AttrTypes)
		}
		if hidden(was) {
			return before
		}
	}
	return types.ObjectValueMust(hooksType.AttrTypes, map[string]attr.Value{
		"pre_hooks": rd.hookList(ctx, was.PreHooks, h.PreHooks, diags), "post_hooks": rd.hookList(ctx, was.PostHooks, h.PostHooks, diags),
	})
}

// hidden reports whether the server, v0.4.2, wouldn't show these hooks.
func hidden(h hooksModel) bool {
	return len(h.PreHooks.Elements()) == 0 && len(h.PostHooks.Elements()) > 0
}

func (rd reading) hookList(ctx context.Context, before types.List, hooks []nautesapi.Hook, diags *diag.Diagnostics) types.List {
	if len(hooks) == 0 && rd.leaveOut(before) {
		return types.ListNull(hookType)
	}
	was := nested.Indexed[hookModel](ctx, before, diags)
	return nested.ListOf(hookType, hooks, func(i int, h nautesapi.Hook) map[string]attr.Value {
		vars := types.MapNull(types.StringType)
		if len(h.Vars) > 0 || !rd.leaveOut(was[i].Vars) {
			values := map[string]attr.Value{}
			for name, value := range h.Vars {
				values[name] = types.StringValue(value)
			}
			vars = types.MapValueMust(types.StringType, values)
		}
		return map[string]attr.Value{"name": types.StringValue(h.Name), "vars": vars, "alias": rd.text(was[i].Alias, h.Alias)}
	})
}

// leaveOut reports whether something that is empty is null in state.
func (rd reading) leaveOut(before attr.Value) bool { return before.IsNull() && !rd.all }

func (rd reading) text(before types.String, answered string) types.String {
	if answered == "" && rd.leaveOut(before) {
		return types.StringNull()
	}
	return types.StringValue(answered)
}

func (rd reading) texts(before types.List, answered []string) types.List {
	if len(answered) == 0 && rd.leaveOut(before) {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(answered))
	for i, t := range answered {
		values[i] = types.StringValue(t)
	}
	return types.ListValueMust(types.StringType, values)
}

func (rd reading) repository(before types.String, answered string) types.String {
	if rd.names == nil {
		return types.StringValue(answered)
	}
	return types.StringValue(rd.names.read(before.ValueString(), answered))
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/nautesapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
)

// runtimeModel is a runtime in configuration, plan and state.
type runtimeModel struct {
	runtimeSpec
	ID                types.String   `tfsdk:"id"`
	Product           types.String   `tfsdk:"product"`
	InsecureSkipCheck types.Bool     `tfsdk:"insecure_skip_check"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// runtimeSpec is what Nautes itself has of a runtime.
type runtimeSpec struct {
	Name                types.String `tfsdk:"name"`
	Project             types.String `tfsdk:"project"`
	PipelineSource      types.String `tfsdk:"pipeline_source"`
	Pipelines           types.List   `tfsdk:"pipelines"`
	EventSources        types.List   `tfsdk:"event_sources"`
	PipelineTriggers    types.List   `tfsdk:"pipeline_triggers"`
	Destination         types.Object `tfsdk:"destination"`
	Isolation           types.String `tfsdk:"isolation"`
	Account             types.String `tfsdk:"account"`
	AdditionalResources types.Object `tfsdk:"additional_resources"`
	Hooks               types.Object `tfsdk:"hooks"`
}

// runtimeIdentity is what never changes about a runtime.
type runtimeIdentity struct {
	Product types.String `tfsdk:"product"`
	Name    types.String `tfsdk:"name"`
}

func (m runtimeModel) identity() runtimeIdentity {
	return runtimeIdentity{Product: m.Product, Name: m.Name}
}

func (m runtimeModel) runtimeID() runtimeID {
	return runtimeID{Product: m.Product.ValueString(), Name: m.Name.ValueString()}
}

type pipelineModel struct {
	Name  types.String `tfsdk:"name"`
	Label types.String `tfsdk:"label"`
	Path  types.String `tfsdk:"path"`
}

type eventSourceModel struct {
	Name     types.String `tfsdk:"name"`
	GitLab   types.Object `tfsdk:"gitlab"`
	Calendar types.Object `tfsdk:"calendar"`
}

type gitlabModel struct {
	RepoName types.String `tfsdk:"repo_name"`
	Revision types.String `tfsdk:"revision"`
	Events   types.List   `tfsdk:"events"`
}

type calendarModel struct {
	Schedule       types.String `tfsdk:"schedule"`
	Interval       types.String `tfsdk:"interval"`
	ExclusionDates types.List   `tfsdk:"exclusion_dates"`
	Timezone       types.String `tfsdk:"timezone"`
}

type triggerModel struct {
	EventSource types.String `tfsdk:"event_source"`
	Pipeline    types.String `tfsdk:"pipeline"`
	Revision    types.String `tfsdk:"revision"`
	Inputs      types.List   `tfsdk:"inputs"`
}

type inputModel struct {
	BuiltInVar        types.String `tfsdk:"built_in_var"`
	FromEvent         types.String `tfsdk:"from_event"`
	KustomizationPath types.String `tfsdk:"kustomization_path"`
}

type destinationModel struct {
	Environment types.String `tfsdk:"environment"`
	Namespace   types.String `tfsdk:"namespace"`
}

type resourcesModel struct {
	Git types.Object `tfsdk:"git"`
}

type gitModel struct {
	CodeRepo types.String `tfsdk:"coderepo"`
	URL      types.String `tfsdk:"url"`
	Revision types.String `tfsdk:"revision"`
	Path     types.String `tfsdk:"path"`
}

type hooksModel struct {
	PreHooks  types.List `tfsdk:"pre_hooks"`
	PostHooks types.List `tfsdk:"post_hooks"`
}

type hookModel struct {
	Name  types.String `tfsdk:"name"`
	Vars  types.Map    `tfsdk:"vars"`
	Alias types.String `tfsdk:"alias"`
}

// api is the runtime to save. Everything in it is known by then.
func (s runtimeSpec) api(ctx context.Context) (nautesapi.Runtime, diag.Diagnostics) {
	var diags diag.Diagnostics
	r := nautesapi.Runtime{
		Name: s.Name.ValueString(), Project: s.Project.ValueString(), PipelineSource: s.PipelineSource.ValueString(),
		Isolation: s.Isolation.ValueString(), Account: s.Account.ValueString(),
	}
	for _, p := range nested.Each[pipelineModel](ctx, s.Pipelines, &diags) {
		r.Pipelines = append(r.Pipelines, nautesapi.Pipeline{Name: p.Name.ValueString(), Label: p.Label.ValueString(), Path: p.Path.ValueString()})
	}
	for _, e := range nested.Each[eventSourceModel](ctx, s.EventSources, &diags) {
		source := nautesapi.EventSource{Name: e.Name.ValueString()}
		if g, ok := nested.One[gitlabModel](ctx, e.GitLab, &diags); ok {
			source.GitLab = &nautesapi.GitLabEvents{
				RepoName: g.RepoName.ValueString(), Revision: g.Revision.ValueString(), Events: textsOf(ctx, g.Events, &diags),
			}
		}
		if c, ok := nested.One[calendarModel](ctx, e.Calendar, &diags); ok {
			source.Calendar = &nautesapi.Calendar{
				Schedule: c.Schedule.ValueString(), Interval: c.Interval.ValueString(), Timezone: c.Timezone.ValueString(),
				ExclusionDates: textsOf(ctx, c.ExclusionDates, &diags),
			}
		}
		r.EventSources = append(r.EventSources, source)
	}
	for _, t := range nested.Each[triggerModel](ctx, s.PipelineTriggers, &diags) {
		trigger := nautesapi.PipelineTrigger{EventSource: t.EventSource.ValueString(), Pipeline: t.Pipeline.ValueString(), Revision: t.Revision.ValueString()}
		for _, i := range nested.Each[inputModel](ctx, t.Inputs, &diags) {
			trigger.Inputs = append(trigger.Inputs, i.api())
		}
		r.PipelineTriggers = append(r.PipelineTriggers, trigger)
	}
	if d, ok := nested.One[destinationModel](ctx, s.Destination, &diags); ok {
		r.Destination = nautesapi.Destination{Environment: d.Environment.ValueString(), Namespace: d.Namespace.ValueString()}
	}
	if a, ok := nested.One[resourcesModel](ctx, s.AdditionalResources, &diags); ok {
		if g, ok := nested.One[gitModel](ctx, a.Git, &diags); ok {
			r.AdditionalResources.Git = &nautesapi.AdditionalGit{
				CodeRepo: g.CodeRepo.ValueString(), URL: g.URL.ValueString(), Revision: g.Revision.ValueString(), Path: g.Path.ValueString(),
			}
		}
	}
	if h, ok := nested.One[hooksModel](ctx, s.Hooks, &diags); ok {
		r.Hooks = nautesapi.Hooks{PreHooks: hooksOf(ctx, h.PreHooks, &diags), PostHooks: hooksOf(ctx, h.PostHooks, &diags)}
	}
	return r, diags
}

func (i inputModel) api() nautesapi.Input {
	return nautesapi.Input{
		BuiltInVar: i.BuiltInVar.ValueString(), FromEvent: i.FromEvent.ValueString(), KustomizationPath: i.KustomizationPath.ValueString(),
	}
}

func hooksOf(ctx context.Context, list types.List, diags *diag.Diagnostics) []nautesapi.Hook {
	var hooks []nautesapi.Hook
	for _, h := range nested.Each[hookModel](ctx, list, diags) {
		hook := nautesapi.Hook{Name: h.Name.ValueString(), Alias: h.Alias.ValueString()}
		if len(h.Vars.Elements()) > 0 {
			diags.Append(h.Vars.ElementsAs(ctx, &hook.Vars, false)...)
		}
		hooks = append(hooks, hook)
	}
	return hooks
}

func textsOf(ctx context.Context, list types.List, diags *diag.Diagnostics) []string {
	var texts []string
	if len(list.Elements()) > 0 {
		diags.Append(list.ElementsAs(ctx, &texts, false)...)
	}
	return texts
}

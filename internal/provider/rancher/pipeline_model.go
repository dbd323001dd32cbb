// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// pipelineModel is a pipeline in configuration, plan and state.
type pipelineModel struct {
	pipelineSpec
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	State     types.String   `tfsdk:"state"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// pipelineSpec is what a user says about a pipeline.
type pipelineSpec struct {
	DisplayName types.String `tfsdk:"display_name"`
	Active      types.Bool   `tfsdk:"active"`
	Stages      types.List   `tfsdk:"stages"`
	Triggers    types.Object `tfsdk:"triggers"`
}

func (m pipelineModel) identity() objectIdentity { return objectIdentity{ID: m.ID} }

type stageModel struct {
	Name  types.String `tfsdk:"name"`
	Steps types.List   `tfsdk:"steps"`
}

type stepModel struct {
	Type       types.String `tfsdk:"type"`
	SourceCode types.Object `tfsdk:"source_code"`
	RunScript  types.Object `tfsdk:"run_script"`
	BuildImage types.Object `tfsdk:"build_image"`
	PushImage  types.Object `tfsdk:"push_image"`
}

type sourceCodeModel struct {
	RemoteAccountID types.String `tfsdk:"remote_account_id"`
	Repository      types.String `tfsdk:"repository"`
	Branch          types.String `tfsdk:"branch"`
}

type runScriptModel struct {
	Image       types.String `tfsdk:"image"`
	ShellScript types.String `tfsdk:"shell_script"`
	EntryPoint  types.String `tfsdk:"entry_point"`
	Args        types.String `tfsdk:"args"`
	Env         types.List   `tfsdk:"env"`
}

type buildImageModel struct {
	DockerfilePath types.String `tfsdk:"dockerfile_path"`
	BuildPath      types.String `tfsdk:"build_path"`
	ImageTag       types.String `tfsdk:"image_tag"`
}

type pushImageModel struct {
	ImageTag types.String `tfsdk:"image_tag"`
}

type triggersModel struct {
	Cron    types.Object `tfsdk:"cron"`
	Webhook types.Object `tfsdk:"webhook"`
}

type cronModel struct {
	Active     types.Bool   `tfsdk:"active"`
	Timezone   types.String `tfsdk:"timezone"`
	Expression types.String `tfsdk:"expression"`
}

type webhookModel struct {
	Active types.Bool `tfsdk:"active"`
}

// api is the pipeline to send. Everything in it is known by then. What is null
// is left out of it.
func (s pipelineSpec) api(ctx context.Context) (rancherapi.PipelineSpec, diag.Diagnostics) {
	var diags diag.Diagnostics
	spec := rancherapi.PipelineSpec{DisplayName: s.DisplayName.ValueString(), Active: s.Active.ValueBoolPointer()}
	for _, m := range nested.Each[stageModel](ctx, s.Stages, &diags) {
		stage := rancherapi.Stage{Name: m.Name.ValueString()}
		for _, step := range nested.Each[stepModel](ctx, m.Steps, &diags) {
			stage.Steps = append(stage.Steps, step.api(ctx, &diags))
		}
		spec.Stages = append(spec.Stages, stage)
	}
	if m, ok := nested.One[triggersModel](ctx, s.Triggers, &diags); ok {
		spec.Triggers = &rancherapi.Triggers{}
		if m, ok := nested.One[cronModel](ctx, m.Cron, &diags); ok {
			spec.Triggers.Cron = &rancherapi.CronTrigger{Active: m.Active.ValueBool(), Timezone: m.Timezone.ValueStringPointer(), Expression: m.Expression.ValueStringPointer()}
		}
		if m, ok := nested.One[webhookModel](ctx, m.Webhook, &diags); ok {
			spec.Triggers.Webhook = &rancherapi.WebhookTrigger{Active: m.Active.ValueBool()}
		}
	}
	return spec, diags
}

func (m stepModel) api(ctx context.Context, diags *diag.Diagnostics) rancherapi.Step {
	step := rancherapi.Step{Type: m.Type.ValueStringPointer()}
	if m, ok := nested.One[sourceCodeModel](ctx, m.SourceCode, diags); ok {
		step.SourceCode = &rancherapi.SourceCodeStepConfig{
			RemoteAccountName: m.RemoteAccountID.ValueStringPointer(), Repository: m.Repository.ValueStringPointer(), Branch: m.Branch.ValueStringPointer(),
		}
	}
	if m, ok := nested.One[runScriptModel](ctx, m.RunScript, diags); ok {
		step.RunAScript = &rancherapi.RunAScriptStepConfig{
			Image: m.Image.ValueStringPointer(), ShellScript: m.ShellScript.ValueStringPointer(), EntryPoint: m.EntryPoint.ValueStringPointer(),
			Args: m.Args.ValueStringPointer(),
		}
		if !m.Env.IsNull() {
			diags.Append(m.Env.ElementsAs(ctx, &step.RunAScript.Env, false)...)
		}
	}
	if m, ok := nested.One[buildImageModel](ctx, m.BuildImage, diags); ok {
		step.BuildImage = &rancherapi.BuildImageStepConfig{
			DockerFilePath: orDefault(m.DockerfilePath, defaultDockerfilePath), BuildPath: orDefault(m.BuildPath, defaultBuildPath),
			ImageTag: m.ImageTag.ValueStringPointer(),
		}
	}
	if m, ok := nested.One[pushImageModel](ctx, m.PushImage, diags); ok {
		step.PushImage = &rancherapi.PushImageStepConfig{ImageTag: m.ImageTag.ValueStringPointer()}
	}
	return step
}

// orDefault is a text, or the server's default in the place of an empty one: the
// server itself puts that in only when it creates. What is null in state isn't
// there on the server; a plan has no null.
func orDefault(v types.String, value string) *string {
	if !v.IsNull() && sameText(v.ValueString(), "") {
		return &value
	}
	return v.ValueStringPointer()
}

// spec is the server's pipeline, where state has been before.
func (in intake) spec(ctx context.Context, p *rancherapi.Pipeline, before pipelineSpec) (pipelineSpec, diag.Diagnostics) {
	var diags diag.Diagnostics
	stages := nested.Indexed[stageModel](ctx, before.Stages, &diags)
	return pipelineSpec{
		DisplayName: respelled(before.DisplayName, p.Spec.DisplayName),
		Active:      types.BoolValue(isActive(p)),
		Stages: nested.ListOf(stageType, p.Spec.Stages, func(i int, stage rancherapi.Stage) map[string]attr.Value {
			steps := nested.Indexed[stepModel](ctx, stages[i].Steps, &diags)
			return map[string]attr.Value{
				"name": respelled(stages[i].Name, stage.Name),
				"steps": nested.ListOf(stepType, stage.Steps, func(i int, step rancherapi.Step) map[string]attr.Value {
					return in.step(ctx, step, steps[i], &diags)
				}),
			}
		}),
		Triggers: in.triggers(ctx, p.Spec.Triggers, before.Triggers, &diags),
	}, diags
}

// isActive falls back on the state, which follows from what isn't said here.
func isActive(p *rancherapi.Pipeline) bool {
	if p.Spec.Active == nil {
		return p.State != "inactive"
	}
	return *p.Spec.Active
}

func (in intake) step(ctx context.Context, step rancherapi.Step, before stepModel, diags *diag.Diagnostics) map[string]attr.Value {
	values := map[string]attr.Value{
		"type":        in.text(before.Type, step.Type),
		"source_code": types.ObjectNull(sourceCodeKind.AttrTypes),
		"run_script":  types.ObjectNull(runScriptKind.AttrTypes),
		"build_image": types.ObjectNull(buildImageKind.AttrTypes),
		"push_image":  types.ObjectNull(pushImageKind.AttrTypes),
	}
	if s := step.SourceCode; s != nil {
		was, _ := nested.One[sourceCodeModel](ctx, before.SourceCode, diags)
		values["source_code"] = types.ObjectValueMust(sourceCodeKind.AttrTypes, map[string]attr.Value{
			"remote_account_id": in.text(was.RemoteAccountID, s.RemoteAccountName), "repository": respelled(was.Repository, said(s.Repository)), "branch": in.text(was.Branch, s.Branch),
		})
	}
	if s := step.RunAScript; s != nil {
		was, _ := nested.One[runScriptModel](ctx, before.RunScript, diags)
		values["run_script"] = types.ObjectValueMust(runScriptKind.AttrTypes, map[string]attr.Value{
			"image": respelled(was.Image, said(s.Image)), "shell_script": in.text(was.ShellScript, s.ShellScript), "entry_point": in.text(was.EntryPoint, s.EntryPoint),
			"args": in.text(was.Args, s.Args), "env": in.texts(was.Env, s.Env),
		})
	}
	if s := step.BuildImage; s != nil {
		was, _ := nested.One[buildImageModel](ctx, before.BuildImage, diags)
		values["build_image"] = types.ObjectValueMust(buildImageKind.AttrTypes, map[string]attr.Value{
			"dockerfile_path": in.defaulted(was.DockerfilePath, s.DockerFilePath, defaultDockerfilePath),
			"build_path":      in.defaulted(was.BuildPath, s.BuildPath, defaultBuildPath),
			"image_tag":       in.text(was.ImageTag, s.ImageTag),
		})
	}
	if s := step.PushImage; s != nil {
		was, _ := nested.One[pushImageModel](ctx, before.PushImage, diags)
		values["push_image"] = types.ObjectValueMust(pushImageKind.AttrTypes, map[string]attr.Value{"image_tag": in.text(was.ImageTag, s.ImageTag)})
	}
	return values
}

func (in intake) triggers(ctx context.Context, t *rancherapi.Triggers, before types.Object, diags *diag.Diagnostics) types.Object {
	if t == nil {
		t = &rancherapi.Triggers{}
	}
	was, _ := nested.One[triggersModel](ctx, before, diags)
	cron := types.ObjectNull(cronType.AttrTypes)
	if c := t.Cron; c != nil {
		was, _ := nested.One[cronModel](ctx, was.Cron, diags)
		cron = types.ObjectValueMust(cronType.AttrTypes, map[string]attr.Value{
			"active": types.BoolValue(c.Active), "timezone": in.text(was.Timezone, c.Timezone), "expression": in.text(was.Expression, c.Expression),
		})
	}
	webhook := types.ObjectNull(webhookType.AttrTypes)
	if w := t.Webhook; w != nil {
		webhook = types.ObjectValueMust(webhookType.AttrTypes, map[string]attr.Value{"active": types.BoolValue(w.Active)})
	}
	return in.object(before, types.ObjectValueMust(triggersType.AttrTypes, map[string]attr.Value{
		"cron": in.object(was.Cron, cron), "webhook": in.object(was.Webhook, webhook),
	}))
}

// object is an object that is as good as null when it is empty.
func (in intake) object(before, answered types.Object) types.Object {
	switch {
	case in.all || !system.Empty(answered):
		return answered
	case before.IsNull():
		return types.ObjectNull(answered.AttributeTypes(context.Background()))
	case system.Empty(before):
		return before
	}
	return answered
}

// defaulted is a text for which the server has a default. What was empty before
// was sent as the default. What is empty there, which it becomes only by an
// update, is null here: it is not what anybody can configure.
func (in intake) defaulted(before types.String, answered *string, value string) types.String {
	is := said(answered)
	switch {
	case sameText(is, ""):
		return types.StringNull()
	case !before.IsNull() && sameText(before.ValueString(), "") && is == value:
		return before
	}
	return respelled(before, is)
}

func (in intake) texts(before types.List, answered []string) types.List {
	if len(answered) == 0 && before.IsNull() && !in.all {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(answered))
	for i, t := range answered {
		values[i] = types.StringValue(t)
	}
	list := types.ListValueMust(types.StringType, values)
	if sameTexts(before, list) {
		return before
	}
	return list
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// What was created, or changed from anything else, and is read back is as it
// was, null and empty included.
func TestPipelineRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := anyPipeline(t), anyPipeline(t)
		stored := created(t, pipelineAPI(t, first))
		if got := pipelineRead(t, intake{}, stored, first); !reflect.DeepEqual(got, first) {
			t.Fatalf("after a creation, read back:\n%v\nwas:\n%v", got, first)
		}
		stored = changed(t, stored, second)
		second.Active = first.Active
		if got := pipelineRead(t, intake{}, stored, second); !reflect.DeepEqual(got, second) {
			t.Fatalf("after a change, read back:\n%v\nwas:\n%v", got, second)
		}
	})
}

// A change by Terraform of what somebody else has changed leaves nothing of
// that.
func TestPipelineHealsWhateverDrift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wanted, other := anyPipeline(t), anyPipeline(t)
		other.Active = wanted.Active
		stored := created(t, pipelineAPI(t, wanted))
		stored = changed(t, changed(t, stored, other), wanted)
		if got := pipelineRead(t, intake{}, stored, wanted); !reflect.DeepEqual(got, wanted) {
			t.Fatalf("healed:\n%v\nwas:\n%v", got, wanted)
		}
	})
}

// What is imported is sent as what the server has, as far as it has a meaning.
func TestPipelineImportRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stored := created(t, pipelineAPI(t, anyPipeline(t)))
		imported := pipelineRead(t, intake{all: true}, stored, pipelineSpec{})
		stored = changed(t, stored, imported)
		if again := pipelineRead(t, intake{all: true}, stored, pipelineSpec{}); !reflect.DeepEqual(again, imported) {
			t.Fatalf("an import of\n%v\nis sent as\n%v", imported, again)
		}
	})
}

// What somebody else changed is seen, wherever it is.
func TestPipelineDriftIsSeen(t *testing.T) {
	t.Parallel()
	full := func() rancherapi.PipelineSpec {
		return rancherapi.PipelineSpec{
			DisplayName: "p", Active: new(bool),
			Stages: []rancherapi.Stage{{Name: "build", Steps: []rancherapi.Step{{
				Type:       ptr("sourcecode"),
				SourceCode: &rancherapi.SourceCodeStepConfig{RemoteAccountName: ptr("a"), Repository: ptr("r"), Branch: ptr("b")},
				RunAScript: &rancherapi.RunAScriptStepConfig{Image: ptr("i"), ShellScript: ptr("s"), EntryPoint: ptr("e"), Args: ptr("a"), Env: []string{"A=1", "B=2"}},
				BuildImage: &rancherapi.BuildImageStepConfig{DockerFilePath: ptr("d"), BuildPath: ptr("b"), ImageTag: ptr("t")},
				PushImage:  &rancherapi.PushImageStepConfig{ImageTag: ptr("t")},
			}}}},
			Triggers: &rancherapi.Triggers{
				Cron:    &rancherapi.CronTrigger{Active: true, Timezone: ptr("UTC"), Expression: ptr("@daily")},
				Webhook: &rancherapi.WebhookTrigger{Active: true},
			},
		}
	}
	before := pipelineRead(t, intake{all: true}, created(t, full()), pipelineSpec{})
	step := func(s *rancherapi.PipelineSpec) *rancherapi.Step { return &s.Stages[0].Steps[0] }
	for name, change := range map[string]func(*rancherapi.PipelineSpec){
		"display_name":           func(s *rancherapi.PipelineSpec) { s.DisplayName = "q" },
		"active":                 func(s *rancherapi.PipelineSpec) { *s.Active = true },
		"no stages":              func(s *rancherapi.PipelineSpec) { s.Stages = nil },
		"stage":                  func(s *rancherapi.PipelineSpec) { s.Stages = append(s.Stages, rancherapi.Stage{Name: "x"}) },
		"stage name":             func(s *rancherapi.PipelineSpec) { s.Stages[0].Name = "x" },
		"step":                   func(s *rancherapi.PipelineSpec) { s.Stages[0].Steps = append(s.Stages[0].Steps, rancherapi.Step{}) },
		"type":                   func(s *rancherapi.PipelineSpec) { step(s).Type = ptr("runascript") },
		"type nulled":            func(s *rancherapi.PipelineSpec) { step(s).Type = nil },
		"source_code gone":       func(s *rancherapi.PipelineSpec) { step(s).SourceCode = nil },
		"remote_account_id":      func(s *rancherapi.PipelineSpec) { step(s).SourceCode.RemoteAccountName = nil },
		"repository":             func(s *rancherapi.PipelineSpec) { step(s).SourceCode.Repository = ptr("") },
		"branch":                 func(s *rancherapi.PipelineSpec) { step(s).SourceCode.Branch = ptr("") },
		"run_script gone":        func(s *rancherapi.PipelineSpec) { step(s).RunAScript = nil },
		"image":                  func(s *rancherapi.PipelineSpec) { step(s).RunAScript.Image = nil },
		"shell_script":           func(s *rancherapi.PipelineSpec) { step(s).RunAScript.ShellScript = ptr("x") },
		"entry_point":            func(s *rancherapi.PipelineSpec) { step(s).RunAScript.EntryPoint = nil },
		"args":                   func(s *rancherapi.PipelineSpec) { step(s).RunAScript.Args = nil },
		"env":                    func(s *rancherapi.PipelineSpec) { step(s).RunAScript.Env = nil },
		"env order":              func(s *rancherapi.PipelineSpec) { step(s).RunAScript.Env = []string{"B=2", "A=1"} },
		"build_image gone":       func(s *rancherapi.PipelineSpec) { step(s).BuildImage = nil },
		"dockerfile_path":        func(s *rancherapi.PipelineSpec) { step(s).BuildImage.DockerFilePath = ptr("") },
		"dockerfile_path nulled": func(s *rancherapi.PipelineSpec) { step(s).BuildImage.DockerFilePath = nil },
		"build_path":             func(s *rancherapi.PipelineSpec) { step(s).BuildImage.BuildPath = nil },
		"image_tag":              func(s *rancherapi.PipelineSpec) { step(s).BuildImage.ImageTag = nil },
		"push_image":             func(s *rancherapi.PipelineSpec) { step(s).PushImage = nil },
		"push_image image_tag":   func(s *rancherapi.PipelineSpec) { step(s).PushImage.ImageTag = ptr("x") },
		"triggers":               func(s *rancherapi.PipelineSpec) { s.Triggers = nil },
		"cron":                   func(s *rancherapi.PipelineSpec) { s.Triggers.Cron = nil },
		"cron active":            func(s *rancherapi.PipelineSpec) { s.Triggers.Cron.Active = false },
		"timezone":               func(s *rancherapi.PipelineSpec) { s.Triggers.Cron.Timezone = nil },
		"expression":             func(s *rancherapi.PipelineSpec) { s.Triggers.Cron.Expression = ptr("@weekly") },
		"webhook":                func(s *rancherapi.PipelineSpec) { s.Triggers.Webhook = nil },
		"webhook active":         func(s *rancherapi.PipelineSpec) { s.Triggers.Webhook.Active = false },
	} {
		changed := full()
		change(&changed)
		stored := rancherapi.Pipeline{Spec: changed}
		read, diags := intake{}.spec(t.Context(), &stored, before)
		mustSucceed(t, diags)
		if reflect.DeepEqual(read, before) {
			t.Errorf("a change of %s isn't seen", name)
		}
		if reflect.DeepEqual(pipelineAPI(t, read), pipelineAPI(t, before)) {
			t.Errorf("a change of %s is seen, but makes no difference", name)
		}
	}
}

// What somebody else added where there was nothing is seen; what is as good as
// nothing isn't.
func TestPipelineAdditionsAreSeen(t *testing.T) {
	t.Parallel()
	minimal := pipelineSpec{
		DisplayName: types.StringValue("p"), Active: types.BoolValue(true), Triggers: types.ObjectNull(triggersType.AttrTypes),
		Stages: types.ListValueMust(stageType, []attr.Value{}),
	}
	for name, c := range map[string]struct {
		triggers *rancherapi.Triggers
		seen     bool
	}{
		"nothing":          {nil, false},
		"no triggers":      {&rancherapi.Triggers{}, false},
		"inactive webhook": {&rancherapi.Triggers{Webhook: &rancherapi.WebhookTrigger{}}, false},
		"inactive cron":    {&rancherapi.Triggers{Cron: &rancherapi.CronTrigger{Timezone: ptr("")}}, false},
		"webhook":          {&rancherapi.Triggers{Webhook: &rancherapi.WebhookTrigger{Active: true}}, true},
		"cron":             {&rancherapi.Triggers{Cron: &rancherapi.CronTrigger{Expression: ptr("@daily")}}, true},
		"timezone":         {&rancherapi.Triggers{Cron: &rancherapi.CronTrigger{Timezone: ptr("UTC")}}, true},
	} {
		stored := rancherapi.Pipeline{Spec: rancherapi.PipelineSpec{DisplayName: "p", Stages: []rancherapi.Stage{}, Triggers: c.triggers}}
		read, diags := intake{}.spec(t.Context(), &stored, minimal)
		mustSucceed(t, diags)
		if seen := !reflect.DeepEqual(read, minimal); seen != c.seen {
			t.Errorf("%s: seen is %t, read %v", name, seen, read)
		}
	}
}

func TestPipelineTellsWhetherItIsActive(t *testing.T) {
	t.Parallel()
	on, off := true, false
	for _, c := range []struct {
		active *bool
		state  string
		want   bool
	}{{&on, "inactive", true}, {&off, "active", false}, {nil, "inactive", false}, {nil, "active", true}, {nil, "", true}} {
		p := rancherapi.Pipeline{Object: rancherapi.Object{State: c.state}, Spec: rancherapi.PipelineSpec{Active: c.active}}
		if got := isActive(&p); got != c.want {
			t.Errorf("%v in state %q: %t", c.active, c.state, got)
		}
	}
}

func TestPipelineTellsItsProject(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]bool{"c-1:p-1": true, "c-1:p-2": false, "p-1": false, "project-abc": false, "": false, "a:c-1:p-1": false, "c/1:p-1": false} {
		p := rancherapi.Pipeline{Object: rancherapi.Object{ID: "p-1:p-abcde"}, Spec: rancherapi.PipelineSpec{ProjectName: name}}
		if project, ok := fullProjectIDOf(&p); ok != told || project != name {
			t.Errorf("%q: %q, %t", name, project, ok)
		}
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

func mustSucceed(t failer, diags diag.Diagnostics) {
	t.Helper()
	if diags.HasError() {
		t.Fatalf("%v", diags)
	}
}

func ptr(s string) *string { return &s }

func pipelineAPI(t failer, s pipelineSpec) rancherapi.PipelineSpec {
	t.Helper()
	spec, diags := s.api(t.Context())
	mustSucceed(t, diags)
	return spec
}

// pipelineRead reads what is stored.
func pipelineRead(t failer, how intake, stored members, before pipelineSpec) pipelineSpec {
	t.Helper()
	spec, diags := how.spec(t.Context(), shownAs[rancherapi.Pipeline](annotated(stored).(members)), before)
	mustSucceed(t, diags)
	return spec
}

// created is what the server stores of a creation. It has defaults then, and
// never again.
func created(t failer, spec rancherapi.PipelineSpec) members {
	t.Helper()
	stored := asSent(spec)
	stages, _ := stored["stages"].([]any)
	for _, stage := range stages {
		steps, _ := stage.(members)["steps"].([]any)
		for _, step := range steps {
			if build, ok := step.(members)["buildImageStepConfig"].(members); ok {
				for member, value := range map[string]string{"dockerFilePath": "./Dockerfile", "buildPath": "."} {
					if text, _ := build[member].(string); text == "" {
						build[member] = value
					}
				}
			}
		}
	}
	return stored
}

// changed is what the server stores after a change, which never says whether
// the pipeline is active.
func changed(t failer, stored members, to pipelineSpec) members {
	t.Helper()
	spec := pipelineAPI(t, to)
	spec.Active = nil
	return merged(stored, asSent(spec))
}

// annotated has a `type` in each nested object that has none of its own.
func annotated(v any) any {
	switch v := v.(type) {
	case members:
		all := members{"type": "/v3/schemas/nested"}
		for member, value := range v {
			all[member] = annotated(value)
		}
		if _, step := v["sourceCodeStepConfig"]; step {
			all["type"] = v["type"]
		}
		return all
	case []any:
		elements := make([]any, len(v))
		for i, element := range v {
			elements[i] = annotated(element)
		}
		return elements
	}
	return v
}

func anyPipeline(t *rapid.T) pipelineSpec {
	text := func() attr.Value {
		return rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue(""), types.StringValue("x"), types.StringValue(" x\n"), types.StringValue("y")}).Draw(t, "text")
	}
	written := func() attr.Value {
		return types.StringValue(rapid.SampledFrom([]string{"", "x", "\tx ", "y"}).Draw(t, "written"))
	}
	defaulted := func(value string) attr.Value {
		return types.StringValue(rapid.SampledFrom([]string{"", " ", value, " " + value, "x"}).Draw(t, "defaulted"))
	}
	active := func() attr.Value { return types.BoolValue(rapid.Bool().Draw(t, "active")) }
	object := func(kind types.ObjectType, members func() map[string]attr.Value) attr.Value {
		if rapid.Bool().Draw(t, "null") {
			return types.ObjectNull(kind.AttrTypes)
		}
		return types.ObjectValueMust(kind.AttrTypes, members())
	}
	list := func(kind attr.Type, least int, element func() attr.Value) types.List {
		elements := make([]attr.Value, rapid.IntRange(least, 3).Draw(t, "length"))
		for i := range elements {
			elements[i] = element()
		}
		return types.ListValueMust(kind, elements)
	}
	step := func() attr.Value {
		return types.ObjectValueMust(stepType.AttrTypes, map[string]attr.Value{
			"type": text(),
			"source_code": object(sourceCodeKind, func() map[string]attr.Value {
				return map[string]attr.Value{"remote_account_id": text(), "repository": written(), "branch": text()}
			}),
			"run_script": object(runScriptKind, func() map[string]attr.Value {
				env := types.ListNull(types.StringType)
				if rapid.Bool().Draw(t, "env") {
					env = list(types.StringType, 0, written)
				}
				return map[string]attr.Value{"image": written(), "shell_script": text(), "entry_point": text(), "args": text(), "env": env}
			}),
			"build_image": object(buildImageKind, func() map[string]attr.Value {
				return map[string]attr.Value{
					"dockerfile_path": defaulted(defaultDockerfilePath), "build_path": defaulted(defaultBuildPath), "image_tag": text(),
				}
			}),
			"push_image": object(pushImageKind, func() map[string]attr.Value { return map[string]attr.Value{"image_tag": text()} }),
		})
	}
	triggers, _ := object(triggersType, func() map[string]attr.Value {
		return map[string]attr.Value{
			"cron": object(cronType, func() map[string]attr.Value {
				return map[string]attr.Value{"active": active(), "timezone": text(), "expression": text()}
			}),
			"webhook": object(webhookType, func() map[string]attr.Value { return map[string]attr.Value{"active": active()} }),
		}
	}).(types.Object)
	return pipelineSpec{
		DisplayName: types.StringValue(rapid.SampledFrom([]string{"", "p", "p ", "q"}).Draw(t, "name")),
		Active:      types.BoolValue(rapid.Bool().Draw(t, "active")),
		Triggers:    triggers,
		Stages: list(stageType, 1, func() attr.Value {
			return types.ObjectValueMust(stageType.AttrTypes, map[string]attr.Value{"name": written(), "steps": list(stepType, 1, step)})
		}),
	}
}

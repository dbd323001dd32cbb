// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zones are the same on every machine, whether it has zone files or not

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/robfig/cron"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/nested"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// What Rancher certainly rejects is rejected before anything is applied. To it,
// what is required has to be there, and may be empty.

var (
	atLeastOne    = []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()}
	fullProjectID = []validator.String{system.Spelled(scopedID,
		"must be a project's full id, <cluster>:<project>, as in c-abc12:p-x1y2z")}
)

// ValidateConfig checks what concerns several attributes, and warns.
func (*pipelineResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config pipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := pipelineCheck{&resp.Diagnostics}
	c.stages(ctx, path.Root("stages"), config.Stages)
	if triggers, ok := nested.One[triggersModel](ctx, config.Triggers, c.diags); ok {
		c.triggers(ctx, path.Root("triggers"), triggers)
	}
}

// pipelineCheck collects what is wrong with a configuration. What it says begins
// with the place, because command lines show but the resource's or the stages'
// line.
type pipelineCheck struct{ diags *diag.Diagnostics }

func (c pipelineCheck) refuse(at path.Path, summary, detail string) {
	c.diags.AddAttributeError(at, summary, at.String()+": "+detail)
}

func (c pipelineCheck) warn(at path.Path, summary, detail string) {
	c.diags.AddAttributeWarning(at, summary, at.String()+": "+detail)
}

// required is about a member that each element of a list has to have.
func (c pipelineCheck) required(at path.Path, v attr.Value) {
	if v.IsNull() {
		c.refuse(at, "Missing value", "It is required. Set it. "+ignores+".")
	}
}

func (c pipelineCheck) stages(ctx context.Context, at path.Path, stages types.List) {
	for i, stage := range nested.Each[stageModel](ctx, stages, c.diags) {
		at := at.AtListIndex(i)
		c.required(at.AtName("name"), stage.Name)
		c.required(at.AtName("steps"), stage.Steps)
		for j, step := range nested.Each[stepModel](ctx, stage.Steps, c.diags) {
			c.step(at.AtName("steps").AtListIndex(j), step, i == 0 && j == 0)
		}
	}
}

// ignores goes with what is missing, because it may have been there by another
// name, such as the document's.
const ignores = "Terraform ignores names that it doesn't know inside objects, without a word"

// step checks a step that may be the pipeline's first.
func (c pipelineCheck) step(at path.Path, step stepModel, first bool) {
	name := strings.TrimSpace(step.Type.ValueString())
	c.stepType(at.AtName("type"), name)
	if first && step.SourceCode.IsNull() && !step.Type.IsUnknown() && name != sourceCodeType {
		c.refuse(at, "The first step doesn't check out",
			"The first step of the first stage needs source_code, or the type "+sourceCodeType+". Rancher would refuse the pipeline. Set source_code. "+ignores+": the document's "+
				stepKinds[0].translation()+" here.")
		return
	}
	var translations []string
	idle := name == "" && !step.Type.IsUnknown()
	for _, kind := range stepKinds {
		settings := kind.of(step)
		if name == kind.name && settings.IsNull() {
			c.warn(at, "Step without its settings", fmt.Sprintf("It has the type %s, but no %s. Rancher takes the step, in which that type has nothing to do. %s: the document's %s here.",
				name, kind.settings, ignores, kind.translation()))
		}
		idle = idle && settings.IsNull()
		translations = append(translations, kind.translation())
	}
	if idle {
		c.warn(at, "Step that does nothing",
			"It has neither a type nor settings: Rancher takes the step, which does nothing. "+ignores+": the document's "+strings.Join(translations, ", ")+" here.")
	}
}

// stepType warns of a type that the document's pattern doesn't give. Whether a
// server knows more is the server's to say.
func (c pipelineCheck) stepType(at path.Path, name string) {
	if types := stepTypes(); name != "" && !slices.Contains(types, name) {
		c.warn(at, "Unknown type of step",
			fmt.Sprintf("%q is none of %s. A server that doesn't know it either refuses the pipeline.", name, strings.Join(types, ", ")))
	}
}

func (c pipelineCheck) triggers(ctx context.Context, at path.Path, triggers triggersModel) {
	if triggers.Cron.IsNull() && triggers.Webhook.IsNull() {
		c.warn(at, "No triggers", "It has neither cron nor webhook: nothing but people starts the pipeline. "+ignores+
			": the document's cronTrigger is cron, webhookTrigger is webhook here.")
	}
	if m, ok := nested.One[cronModel](ctx, triggers.Cron, c.diags); ok {
		c.cron(at.AtName("cron"), m)
	}
	if m, ok := nested.One[webhookModel](ctx, triggers.Webhook, c.diags); ok && m.Active.IsNull() {
		c.idle(at.AtName("webhook"), "Events don't", ignores+": the one that is known here is active.")
	}
}

func (c pipelineCheck) cron(at path.Path, m cronModel) {
	// Rancher takes the blanks off before it looks.
	expression := strings.TrimSpace(m.Expression.ValueString())
	switch {
	case m.Active.IsNull() && m.Expression.IsNull() && m.Timezone.IsNull():
		c.warn(at, "Cron trigger of nothing", "Nothing of it is set: it doesn't start the pipeline. "+ignores+": those that are known here are active, timezone, expression.")
	case m.Expression.IsUnknown():
	case expression == "":
		if m.Active.ValueBool() {
			c.warn(at, "Cron trigger without an expression", "The trigger is active, but has no expression: nothing starts the pipeline.")
		}
	default:
		c.expression(at.AtName("expression"), expression)
		if m.Active.IsNull() {
			c.idle(at, "The expression doesn't", "")
		}
	}
	if zone := strings.TrimSpace(m.Timezone.ValueString()); zone != "" {
		if _, err := time.LoadLocation(zone); err != nil {
			c.warn(at.AtName("timezone"), "Unknown time zone",
				fmt.Sprintf("%q is no time zone that is known here; one has a name such as Asia/Hong_Kong. Rancher takes any name, and uses the local time of its server "+
					"for one that it doesn't know.", zone))
		}
	}
}

// expression checks a cron expression, which Rancher does also where the
// trigger is inactive.
func (c pipelineCheck) expression(at path.Path, expression string) {
	schedule, err := cron.ParseStandard(expression)
	switch {
	case err != nil:
		c.refuse(at, "Not a cron expression",
			fmt.Sprintf("Rancher would refuse %q: %s. Write five fields, minute, hour, day of month, month and day of week, where Sunday is 0 and never 7; "+
				"or one of @yearly, @monthly, @weekly, @daily, @hourly and @every with a duration, as in @every 1h30m.", expression, err))
	case !everFires(schedule):
		c.warn(at, "This cron expression never comes true",
			fmt.Sprintf("No moment fits %q. Rancher takes it, but it starts nothing.", expression))
	}
}

// everFires reports whether any moment fits.
func everFires(schedule cron.Schedule) bool {
	fields, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return true
	}
	if fields.Minute == 0 || fields.Hour == 0 || fields.Month == 0 {
		return false
	}
	// Next looks at most five years ahead; days of the month and of the week
	// fall together in a cycle of 28.
	for year := 2000; year < 2028; year++ {
		if !fields.Next(time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
			return true
		}
	}
	return false
}

// idle warns of a trigger that is off because nobody said anything else.
func (c pipelineCheck) idle(at path.Path, what, more string) {
	c.warn(at, "The trigger is not active",
		strings.TrimSpace(what+" start the pipeline, because active is left out and false by default. Set it to true, or to false to keep it off without this warning. "+more))
}

func known(v types.String) bool { return !v.IsNull() && !v.IsUnknown() }

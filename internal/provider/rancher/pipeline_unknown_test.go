// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What comes from another resource isn't known at plan, be it a value, an
// element or all of it.
func TestPipelineValuesThatAreKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	const others = `
resource "terraform_data" "x" {
  input = {
    text    = "x"
    type    = "runascript"
    path    = ""
    cron    = "0 4 * * *"
    active  = false
    env     = ["A=1"]
    build   = { dockerfile_path = null, build_path = "", image_tag = null }
    source  = { remote_account_id = null, repository = "r", branch = null }
    step    = { type = "sourcecode", source_code = null, run_script = null, build_image = { dockerfile_path = null, build_path = null, image_tag = null }, push_image = null }
    stage   = { name = "x", steps = [{ type = "sourcecode", source_code = null, run_script = null, build_image = null, push_image = null }] }
    webhook = { active = null }
    trigger = { cron = { active = true, timezone = null, expression = "@daily" }, webhook = null }
  }
}
`
	for name, settings := range map[string][]string{
		"values": {
			`display_name = terraform_data.x.output.text`, `active = terraform_data.x.output.active`,
			`stages = [{ name = terraform_data.x.output.text, steps = [{
        type        = terraform_data.x.output.type
        source_code = { repository = terraform_data.x.output.text, branch = terraform_data.x.output.text }
        run_script  = { image = terraform_data.x.output.text, env = [terraform_data.x.output.text] }
        build_image = { dockerfile_path = terraform_data.x.output.path, build_path = terraform_data.x.output.text }
      }] }]`,
			`triggers = { cron = { active = terraform_data.x.output.active, expression = terraform_data.x.output.cron }, webhook = { active = terraform_data.x.output.active } }`,
		},
		"objects": {
			`stages = [{ name = "x", steps = [{
        source_code = terraform_data.x.output.source
        run_script  = { image = "i", env = terraform_data.x.output.env }
        build_image = terraform_data.x.output.build
      }] }]`,
			`triggers = { webhook = terraform_data.x.output.webhook }`,
		},
		"steps":  {`stages = [{ name = "x", steps = [terraform_data.x.output.step] }]`, `triggers = terraform_data.x.output.trigger`},
		"stages": {`stages = [terraform_data.x.output.stage]`},
		"all":    {`stages = terraform_data.x.output.stage[*]`},
	} {
		t.Run(name, func(t *testing.T) {
			steps(t, resource.TestStep{Config: pipeline(p, settings...) + others})
		})
	}
}

// A value that is known to change is known only after apply, in a pipeline that
// is there.
func TestPipelineValuesThatBecomeUnknown(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	config := func(input string) string {
		return pipeline(p, `stages = [{ name = "x", steps = [{
      type        = "sourcecode"
      build_image = { dockerfile_path = terraform_data.x.output, image_tag = terraform_data.x.output }
    }] }]`, `triggers = { cron = { timezone = terraform_data.x.output, active = false } }`) +
			"resource \"terraform_data\" \"x\" {\n  triggers_replace = \"" + input + "\"\n  input = \"" + input + "\"\n}\n"
	}
	steps(t,
		resource.TestStep{Config: config("")},
		resource.TestStep{Config: config("UTC"), ConfigPlanChecks: updated(thePipeline)},
		resource.TestStep{Config: config(""), ConfigPlanChecks: updated(thePipeline)},
	)
}

// Nothing is said about what isn't known yet.
func TestPipelineChecksWaitForWhatIsUnknown(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	kind := server.Schemas.ResourceSchemas[pipelineType].ValueType().(tftypes.Object)
	stages := kind.AttributeTypes["stages"].(tftypes.List)
	stage := stages.ElementType.(tftypes.Object)
	stepList := stage.AttributeTypes["steps"].(tftypes.List)
	step := stepList.ElementType.(tftypes.Object)
	triggers := kind.AttributeTypes["triggers"].(tftypes.Object)
	unknown := func(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }
	for name, change := range map[string]object{
		"project":     {"project_id": unknownText},
		"stages":      {"stages": unknown(stages)},
		"stage":       {"stages": []any{unknown(stage), object{"name": "x", "steps": []any{object{"push_image": object{}}}}}},
		"steps":       {"stages": []any{object{"name": "x", "steps": unknown(stepList)}}},
		"first step":  {"stages": stagesOf(unknown(step), object{"push_image": object{}})},
		"other steps": {"stages": stagesOf(object{"type": "sourcecode", "source_code": object{"repository": "r"}}, unknown(step))},
		"source_code": {"stages": stagesOf(object{"source_code": unknown(step.AttributeTypes["source_code"])})},
		"name":        {"stages": []any{object{"name": unknownText, "steps": []any{object{"type": unknownText}}}}},
		"env":         {"stages": stagesOf(object{"source_code": object{"repository": "r"}, "run_script": object{"image": unknownText, "env": unknown(tftypes.List{ElementType: tftypes.String})}})},
		"triggers":    {"triggers": unknown(triggers)},
		"cron":        {"triggers": object{"cron": unknown(triggers.AttributeTypes["cron"]), "webhook": unknown(triggers.AttributeTypes["webhook"])}},
		"active":      {"triggers": object{"cron": object{"active": unknown(tftypes.Bool), "expression": "@daily"}, "webhook": object{"active": unknown(tftypes.Bool)}}},
		"timezone":    {"triggers": cronOf(object{"active": true, "timezone": unknownText, "expression": unknownText})},
	} {
		t.Run(name, func(t *testing.T) {
			config := soundPipeline()
			for attribute, value := range change {
				config[attribute] = value
			}
			if diagnostics := server.Validate(pipelineType, config); len(diagnostics) > 0 {
				t.Error(acctest.Said(diagnostics))
			}
		})
	}
}

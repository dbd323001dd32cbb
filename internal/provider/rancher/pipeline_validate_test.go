// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const pipelineType = "cicd_rancher_pipeline"

// soundPipeline is a configuration that nothing is wrong with.
func soundPipeline() object {
	return object{
		"project_id": "c-abc12:p-x1y2z", "display_name": "app",
		"stages": []any{object{"name": "clone", "steps": []any{object{"source_code": object{"repository": ""}}}}},
	}
}

func stagesOf(steps ...any) []any { return []any{object{"name": "clone", "steps": steps}} }

func cronOf(settings object) object { return object{"cron": settings} }

var unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

const (
	firstStage = `AttributeName("stages").ElementKeyInt(0)`
	firstStep  = firstStage + `.AttributeName("steps").ElementKeyInt(0)`
	secondStep = firstStage + `.AttributeName("steps").ElementKeyInt(1)`
	expression = `AttributeName("triggers").AttributeName("cron").AttributeName("expression")`
	cronPlace  = `AttributeName("triggers").AttributeName("cron")`
)

// TestPipelineIsCheckedAtPlan has changes of a sound configuration, with where
// an error and a warning is, if any.
func TestPipelineIsCheckedAtPlan(t *testing.T) {
	t.Parallel()
	checkout := object{"type": "sourcecode", "source_code": object{"repository": "r"}}
	unknownObject := func(name string) tftypes.Value {
		kind := acctest.NewProtocol(t).Schemas.ResourceSchemas[pipelineType].ValueType()
		for _, member := range []string{"stages", "steps", name} {
			if list, ok := kind.(tftypes.List); ok {
				kind = list.ElementType
			}
			kind = kind.(tftypes.Object).AttributeTypes[member]
		}
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	}
	for _, c := range []struct {
		name            string
		change          object
		refused, warned string
	}{
		{"sound", object{}, "", ""},
		{"empty texts", object{"display_name": "", "stages": []any{object{"name": "", "steps": []any{object{
			"type": "", "source_code": object{"repository": ""}, "run_script": object{"image": ""},
		}}}}}, "", ""},
		{"project without a cluster", object{"project_id": "p-x1y2z"}, `AttributeName("project_id")`, ""},
		{"empty project", object{"project_id": ""}, `AttributeName("project_id")`, ""},
		{"path for a project", object{"project_id": "c-abc12:p-x1y2z/pipelines"}, `AttributeName("project_id")`, ""},
		{"no stages", object{"stages": []any{}}, `AttributeName("stages")`, ""},
		{"null stage", object{"stages": append(stagesOf(checkout), nil)}, `AttributeName("stages")`, ""},
		{"stage without a name", object{"stages": []any{object{"steps": []any{checkout}}}}, firstStage + `.AttributeName("name")`, ""},
		{"stage without steps", object{"stages": []any{object{"name": "clone"}}}, firstStage + `.AttributeName("steps")`, ""},
		{"stage with no steps", object{"stages": []any{object{"name": "clone", "steps": []any{}}}}, firstStage + `.AttributeName("steps")`, ""},
		{"null step", object{"stages": stagesOf(checkout, nil)}, firstStage + `.AttributeName("steps")`, ""},
		{"checkout by type", object{"stages": stagesOf(object{"type": "sourcecode"})}, "", firstStep},
		{"first step of another type", object{"stages": stagesOf(object{"type": "runascript", "run_script": object{"image": "i"}})}, firstStep, ""},
		{"type in other letters", object{"stages": stagesOf(object{"type": "SourceCode"})}, firstStep, firstStep + `.AttributeName("type")`},
		{"checkout with blanks", object{"stages": stagesOf(object{"type": "sourcecode ", "push_image": object{}})}, "", firstStep},
		{"first step of no type", object{"stages": stagesOf(object{})}, firstStep, ""},
		{"first step of a type to come", object{"stages": stagesOf(object{"type": unknownText})}, "", ""},
		{"first step that runs, too", object{"stages": stagesOf(object{"type": "runascript", "source_code": object{"repository": "r"}})}, "", firstStep},
		{"step of nothing", object{"stages": stagesOf(checkout, object{})}, "", secondStep},
		{"step of an empty type", object{"stages": stagesOf(checkout, object{"type": " "})}, "", secondStep},
		{"step of a type to come", object{"stages": stagesOf(checkout, object{"type": unknownText})}, "", ""},
		{"step of settings to come", object{"stages": stagesOf(checkout, object{"push_image": unknownObject("push_image")})}, "", ""},
		{"type with settings to come", object{"stages": stagesOf(checkout, object{"type": "pushimage", "push_image": unknownObject("push_image")})}, "", ""},
		{"step of no type", object{"stages": stagesOf(checkout, object{"push_image": object{}})}, "", ""},
		{"script without settings", object{"stages": stagesOf(checkout, object{"type": "runascript"})}, "", secondStep},
		{"build without settings", object{"stages": stagesOf(checkout, object{"type": "buildimage"})}, "", secondStep},
		{"push without settings", object{"stages": append(stagesOf(checkout), stagesOf(object{"type": "pushimage"})...)}, "", `ElementKeyInt(1).AttributeName("steps").ElementKeyInt(0)`},
		{"push with another's settings", object{"stages": stagesOf(checkout, object{"type": "pushimage", "build_image": object{}})}, "", secondStep},
		{"push with its settings", object{"stages": stagesOf(checkout, object{"type": " pushimage ", "push_image": object{}})}, "", ""},
		{"a type of the server's", object{"stages": stagesOf(checkout, object{"type": "deploy"})}, "", `ElementKeyInt(1).AttributeName("type")`},
		{"no repository", object{"stages": stagesOf(object{"source_code": object{"branch": "main"}})}, `AttributeName("source_code").AttributeName("repository")`, ""},
		{"no image", object{"stages": stagesOf(checkout, object{"run_script": object{"args": "x"}})}, `AttributeName("run_script").AttributeName("image")`, ""},
		{
			"null variable", object{"stages": stagesOf(checkout, object{"run_script": object{"image": "i", "env": []any{nil}}})},
			`AttributeName("run_script").AttributeName("env")`, "",
		},
		{"no triggers", object{"triggers": object{}}, "", `AttributeName("triggers")`},
		{"trigger of events", object{"triggers": object{"webhook": object{"active": true}}}, "", ""},
		{"trigger of events that is off", object{"triggers": object{"webhook": object{"active": false}}}, "", ""},
		{"trigger of events that nobody switched on", object{"triggers": object{"webhook": object{}}}, "", `AttributeName("triggers").AttributeName("webhook")`},
		{"expression that nobody switched on", object{"triggers": cronOf(object{"expression": "@daily"})}, "", cronPlace},
		{"expression to come", object{"triggers": cronOf(object{"active": true, "expression": unknownText})}, "", ""},
		{"active without an expression", object{"triggers": cronOf(object{"active": true})}, "", cronPlace},
		{"active with an empty expression", object{"triggers": cronOf(object{"active": true, "expression": ""})}, "", cronPlace},
		{"active with a blank expression", object{"triggers": cronOf(object{"active": true, "expression": " \n"})}, "", cronPlace},
		{"blank expression that is off", object{"triggers": cronOf(object{"active": false, "expression": " ", "timezone": " "})}, "", ""},
		{"time zone with blanks", object{"triggers": cronOf(object{"active": true, "expression": "@daily", "timezone": " UTC\n"})}, "", ""},
		{"types with blanks", object{"stages": stagesOf(object{"type": " sourcecode ", "source_code": object{"repository": "r"}}, object{"type": "runascript\n", "run_script": object{"image": "i"}})}, "", ""},
		{"nothing of a cron", object{"triggers": cronOf(object{})}, "", cronPlace},
		{"cron that is off", object{"triggers": cronOf(object{"active": false})}, "", ""},
		{"cron to come", object{"triggers": cronOf(object{"expression": unknownText})}, "", ""},
		{"wrong expression that is off", object{"triggers": cronOf(object{"active": false, "expression": "daily"})}, expression, ""},
		{"time zone", object{"triggers": cronOf(object{"active": true, "expression": "* 4 * * *", "timezone": "Asia/Hong_Kong"})}, "", ""},
		{"no time zone", object{"triggers": cronOf(object{"active": true, "expression": "* 4 * * *", "timezone": ""})}, "", ""},
		{
			"unknown time zone", object{"triggers": cronOf(object{"active": true, "expression": "* 4 * * *", "timezone": "Asia/Hongkong"})},
			"", cronPlace + `.AttributeName("timezone")`,
		},
		{"time zone to come", object{"triggers": cronOf(object{"active": true, "expression": "* 4 * * *", "timezone": unknownText})}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			checkAt(t, c.change, c.refused, c.warned)
		})
	}
}

// Command lines show where a resource begins, and no more of a place in it. And
// what Terraform has dropped without a word is found by what is missing.
func TestPipelineDiagnosticsSayWhereAndWhat(t *testing.T) {
	t.Parallel()
	checkout := object{"type": "sourcecode", "source_code": object{"repository": "r"}}
	server := acctest.NewProtocol(t)
	const ignores = "Terraform ignores names that it doesn't know inside objects"
	for name, c := range map[string]struct {
		change object
		texts  []string
	}{
		"unknown type":     {object{"stages": stagesOf(checkout, object{"type": "deploy"})}, []string{"stages[0].steps[1].type: "}},
		"no step's name":   {object{"stages": []any{object{"steps": []any{checkout}}}}, []string{"stages[0].name"}},
		"no checkout":      {object{"stages": stagesOf(object{})}, []string{"stages[0].steps[0]: ", ignores, "sourceCodeStepConfig is source_code"}},
		"no source_code":   {object{"stages": stagesOf(object{"type": "sourcecode"})}, []string{"stages[0].steps[0]: ", "source_code", ignores, "sourceCodeStepConfig is source_code"}},
		"no run_script":    {object{"stages": stagesOf(checkout, object{"type": "runascript"})}, []string{"stages[0].steps[1]: ", ignores, "runAScriptStepConfig is run_script"}},
		"no build_image":   {object{"stages": stagesOf(checkout, object{"type": "buildimage"})}, []string{ignores, "buildImageStepConfig is build_image"}},
		"no push_image":    {object{"stages": stagesOf(checkout, object{"type": "pushimage"})}, []string{ignores, "pushImageStepConfig is push_image"}},
		"nothing":          {object{"stages": stagesOf(checkout, object{})}, []string{"stages[0].steps[1]: ", ignores, "sourceCodeStepConfig is source_code", "pushImageStepConfig is push_image"}},
		"no triggers":      {object{"triggers": object{}}, []string{"triggers: ", ignores, "cronTrigger is cron", "webhookTrigger is webhook"}},
		"no cron":          {object{"triggers": cronOf(object{})}, []string{"triggers.cron: ", ignores, "active, timezone, expression"}},
		"no webhook":       {object{"triggers": object{"webhook": object{}}}, []string{"triggers.webhook: ", ignores, "active"}},
		"idle cron":        {object{"triggers": cronOf(object{"expression": "@daily"})}, []string{"triggers.cron: "}},
		"no expression":    {object{"triggers": cronOf(object{"active": true})}, []string{"triggers.cron: "}},
		"wrong expression": {object{"triggers": cronOf(object{"active": true, "expression": "daily"})}, []string{"triggers.cron.expression: "}},
		"never":            {object{"triggers": cronOf(object{"active": true, "expression": "0 0 31 2 *"})}, []string{"triggers.cron.expression: "}},
		"time zone":        {object{"triggers": cronOf(object{"active": true, "expression": "@daily", "timezone": "Hongkong/Asia"})}, []string{"triggers.cron.timezone: "}},
	} {
		config := soundPipeline()
		maps.Copy(config, c.change)
		said := acctest.Said(server.Validate(pipelineType, config))
		for _, text := range c.texts {
			if !strings.Contains(said, text) {
				t.Errorf("%s: %q is not in: %s", name, text, said)
			}
		}
	}
}

// Rancher's own table: what it takes passes, and what it refuses doesn't.
func TestPipelineCronExpressionsAreThoseOfTheServer(t *testing.T) {
	t.Parallel()
	for text, fires := range map[string]bool{
		"* 4 * * *": true, " * * * * * ": true, "*\t*\t* * *": true, "? ? ? ? ?": true, "* * * JAN MON-FRI": true, "* * * jan mon-fri": true,
		"1,,2 * * * *": true, "*-5 * * * *": true, "1/5 * * * *": true, "@every 1s": true, "@every -5m": true, "@midnight": true, "@annually": true,
		" @daily": true, "@daily\n": true, "0 0 29 2 *": true, "0 0 31 2 1": true, "0 0 */29 2 1": true,
		", * * * *": false, "* , * * *": false, "* * , * *": false, "* * * , *": false, "* * * * ,": false, "0 0 31 2 *": false, "0 0 30 2 *": false,
		"0 0 31 4,6,9,11 *": false,
	} {
		warned := expression
		if fires {
			warned = ""
		}
		checkAt(t, object{"triggers": cronOf(object{"active": true, "expression": text})}, "", warned)
	}
	for _, text := range []string{
		"* 4 * *", "0 * 4 * * *", "0 0 * * 7", "60 * * * *", "0 24 * * *", "0 0 0 * *", "5-1 * * * *", "*/0 * * * *", "@reboot", "@HOURLY", "@every",
		"TZ=Asia/Tokyo 0 5 * * *", "0 0 L * *", "0 0 1W * *", "0 0 * * 1#2", "-1 * * * *", " @reboot ",
	} {
		checkAt(t, object{"triggers": cronOf(object{"active": true, "expression": text})}, expression, "")
	}
}

// checkAt validates a change of a sound configuration, and expects an error and
// a warning where these paths end; none for "".
func checkAt(t *testing.T, change object, refused, warned string) {
	t.Helper()
	config := soundPipeline()
	maps.Copy(config, change)
	said := acctest.NewProtocol(t).Validate(pipelineType, config)
	for severity, want := range map[tfprotov6.DiagnosticSeverity]string{
		tfprotov6.DiagnosticSeverityError: refused, tfprotov6.DiagnosticSeverityWarning: warned,
	} {
		var places []string
		for _, d := range said {
			if d.Severity == severity {
				places = append(places, d.Attribute.String())
			}
		}
		if len(places) > 1 || (len(places) == 1) != (want != "") || want != "" && !strings.HasSuffix(strings.TrimSuffix(places[0], "."), want) {
			t.Errorf("%v: %s at %q, want one at %q:\n%s", change, severity, places, want, acctest.Said(said))
		}
	}
}

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
	expression = `AttributeName("triggers").AttributeName("cron").AttributeName("expression")`
	cronPlace  = `AttributeName("triggers").AttributeName("cron")`
)

// TestPipelineIsCheckedAtPlan has changes of a sound configuration, with where
// an error and a warning is, if any.
func TestPipelineIsCheckedAtPlan(t *testing.T) {
	t.Parallel()
	checkout := object{"type": "sourcecode"}
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
		{"checkout by type", object{"stages": stagesOf(checkout)}, "", ""},
		{"first step of another type", object{"stages": stagesOf(object{"type": "runascript", "run_script": object{"image": "i"}})}, firstStep, ""},
		{"type in other letters", object{"stages": stagesOf(object{"type": "SourceCode"})}, firstStep, firstStep + `.AttributeName("type")`},
		{"first step of no type", object{"stages": stagesOf(object{})}, firstStep, ""},
		{"first step of a type to come", object{"stages": stagesOf(object{"type": unknownText})}, "", ""},
		{"first step that runs, too", object{"stages": stagesOf(object{"type": "runascript", "source_code": object{"repository": "r"}})}, "", ""},
		{"other steps", object{"stages": append(stagesOf(checkout, object{}), stagesOf(object{"type": "pushimage"})...)}, "", ""},
		{"a type of the server's", object{"stages": stagesOf(checkout, object{"type": "deploy"})}, "", `ElementKeyInt(1).AttributeName("type")`},
		{"no repository", object{"stages": stagesOf(object{"source_code": object{"branch": "main"}})}, `AttributeName("source_code").AttributeName("repository")`, ""},
		{"no image", object{"stages": stagesOf(checkout, object{"run_script": object{"args": "x"}})}, `AttributeName("run_script").AttributeName("image")`, ""},
		{
			"null variable", object{"stages": stagesOf(checkout, object{"run_script": object{"image": "i", "env": []any{nil}}})},
			`AttributeName("run_script").AttributeName("env")`, "",
		},
		{"no triggers", object{"triggers": object{}}, "", ""},
		{"trigger of events", object{"triggers": object{"webhook": object{"active": true}}}, "", ""},
		{"trigger of events that is off", object{"triggers": object{"webhook": object{"active": false}}}, "", ""},
		{"trigger of events that nobody switched on", object{"triggers": object{"webhook": object{}}}, "", `AttributeName("triggers").AttributeName("webhook")`},
		{"expression that nobody switched on", object{"triggers": cronOf(object{"expression": "@daily"})}, "", cronPlace},
		{"expression to come", object{"triggers": cronOf(object{"active": true, "expression": unknownText})}, "", ""},
		{"active without an expression", object{"triggers": cronOf(object{"active": true})}, "", cronPlace},
		{"active with an empty expression", object{"triggers": cronOf(object{"active": true, "expression": ""})}, "", cronPlace},
		{"nothing of a cron", object{"triggers": cronOf(object{})}, "", ""},
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

// Rancher's own table: what it takes passes, and what it refuses doesn't.
func TestPipelineCronExpressionsAreThoseOfTheServer(t *testing.T) {
	t.Parallel()
	for text, fires := range map[string]bool{
		"* 4 * * *": true, " * * * * * ": true, "*\t*\t* * *": true, "? ? ? ? ?": true, "* * * JAN MON-FRI": true, "* * * jan mon-fri": true,
		"1,,2 * * * *": true, "*-5 * * * *": true, "1/5 * * * *": true, "@every 1s": true, "@every -5m": true, "@midnight": true, "@annually": true,
		"0 0 29 2 *": true, "0 0 31 2 1": true, "0 0 */29 2 1": true,
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
		"TZ=Asia/Tokyo 0 5 * * *", "0 0 L * *", "0 0 1W * *", "0 0 * * 1#2", " ", "-1 * * * *",
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

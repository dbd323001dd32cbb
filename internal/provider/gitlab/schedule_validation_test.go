// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

func TestScheduleCronBlanksDoNotMatter(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	elsewhere := func() { change(p, map[string]any{"cron": "  0 1   * * 5 "}) }
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, `cron = "  0  1 * * 5 "`))},
		resource.TestStep{
			PreConfig: elsewhere, Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: unchanged,
			// What others refer to doesn't change by reading it.
			Check: resource.TestCheckResourceAttr(address, "cron", "  0  1 * * 5 "),
		},
	)
	id := p.NewSchedule(p.Token, map[string]any{"cron": " 0 1  * * 5", "description": "Build packages"})
	steps(t, resource.TestStep{Config: p.Config("%s", importOf(p.Path, id)+schedule(p.Path)), ConfigPlanChecks: unchanged})
}

// refusals are settings that GitLab refuses for certain, with what is said
// about them.
var refusals = map[string]string{
	`description = " "`:                      "must not be blank",
	`ref = ""`:                               "a name without blanks",
	`ref = "mai n"`:                          "a name without blanks",
	`project = "app"`:                        "full path",
	`cron = ""`:                              "",
	`cron = "0 1 * *"`:                       "0 1 * *",
	`cron = "60 1 * * 5"`:                    "60",
	`cron = "0 1 * * 5 Asia/Tokyo"`:          "",
	`cron = "@reboot"`:                       "@reboot",
	`cron_timezone = "asia/tokyo"`:           `it has to be "Asia/Tokyo"`,
	`cron_timezone = "PST"`:                  "abbreviations are ambiguous",
	`cron_timezone = ""`:                     "",
	`variables = { "A-B" = { value = "" } }`: "letters",
	`variables = { "" = { value = "" } }`:    "letters",
	`variables = { A = { value = "", variable_type = "secret" } }`: "env_var",
	`inputs = "text"`:            "Write them by name",
	`inputs = ["text"]`:          "Write them by name",
	`inputs = { a = null }`:      `Input "a": it has no value`,
	`inputs = { a = { b = 1 } }`: `Input "a"`,
}

func TestScheduleThatGitLabWouldRefuseIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	g := acctest.SandboxGitLab(t)
	for setting, why := range refusals {
		name, _, _ := strings.Cut(setting, " ")
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			steps(t, resource.TestStep{
				PlanOnly: true, Config: g.Config("%s", schedule("group/app", setting)), ExpectError: saying("with "+address, name, why),
			})
		})
	}
	t.Cleanup(func() {
		if requests := g.Requests(); len(requests) > 0 {
			t.Errorf("a refusal at plan needs no request: %q", requests)
		}
	})
}

// acceptances are settings that GitLab takes, or may take.
var acceptances = map[string][]string{
	"cron": {
		"*/5 * * * *", "0 0 1 * * *", "0\t1 * * 5", "0 1 * * fri-mon", "0 1 L * *", "0 1 * * 1#2", "0 0 1& * 1", "@daily", "0 24 * * 7",
	},
	"cron_timezone": {
		"UTC", "Asia/Tokyo", "Pacific Time (US & Canada)", "International Date Line West", "Berlin", "EST5EDT", "Zulu", "Etc/GMT-9",
		"+09:00", "-0800",
	},
}

func TestScheduleTimesThatGitLabTakesAreTaken(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	p.Object(http.MethodPut, "application/plan_limits", map[string]any{"plan_name": "default", "ci_pipeline_schedules": 0})
	var config strings.Builder
	for name, values := range acceptances {
		for i, value := range values {
			fmt.Fprintf(&config, "resource \"cicd_gitlab_pipeline_schedule\" \"%s_%d\" {\n%s\n}\n", name, i,
				attributes(p.Path, fmt.Sprintf("%s = %q", name, value)))
		}
	}
	steps(t, resource.TestStep{Config: p.Config("%s", config.String())})
}

func TestScheduleTimezoneOfANewerGitLabIsAWarning(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	diagnostics := p.Validate("cicd_gitlab_pipeline_schedule", map[string]any{
		"project": "group/app", "description": "Build packages", "ref": "main", "cron": "0 1 * * 5", "cron_timezone": "Europe/Atlantis",
	})
	p.Succeeds(diagnostics)
	if said := acctest.Said(diagnostics); !regexp.MustCompile(`WARNING.*cron_timezone`).MatchString(said) {
		t.Errorf("diagnostics: %q", said)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

const postSchedule, postVariable = "/pipeline_schedules$", "/variables$"

// lostOnce has the first answer to a POST go wrong.
func lostOnce(t *testing.T, p *acctest.Project, path string, fault faults.Kind) {
	t.Helper()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: path, Nth: 1, Fault: fault, Status: map[faults.Kind]int{faults.Status: 502}[fault]})
}

// outcomes are the faults that lose an answer, and whether the work was done.
var outcomes = map[faults.Kind]bool{faults.ResetAfter: true, faults.Truncate: true, faults.ResetBefore: false, faults.HTML: false, faults.Status: false}

func requested(t *testing.T, p *acctest.Project, want map[string]int) {
	t.Helper()
	if err := p.CheckRequests(want)(nil); err != nil {
		t.Error(err)
	}
}

// A schedule whose answer got lost is looked for and taken. It is not one that
// was there before, somebody else's, or another one. When it isn't there, it
// is created again.
func TestScheduleWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	inputs := func(value string) []any { return []any{map[string]any{"name": "n", "value": value}} }
	like := map[string]any{"description": "Lost", "cron": "0 1 * * *", "inputs": inputs("1")}
	but := func(name string, value any) map[string]any {
		other := maps.Clone(like)
		other[name] = value
		return other
	}
	for fault, there := range outcomes {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			if there {
				p.NewSchedule(p.Token, like)
				_ = p.Sandbox.Clock().Advance(time.Minute)
			}
			p.NewSchedule(p.NewMember(acctest.Developer).Token, like)
			for _, other := range []map[string]any{but("cron", "0 2 * * *"), but("ref", "v1.0"), but("active", false), but("cron_timezone", "Asia/Tokyo"), but("inputs", inputs("2"))} {
				p.NewSchedule(p.Token, other)
			}
			before := len(p.Schedules())
			lostOnce(t, p, postSchedule, fault)
			server := p.Protocol()
			p.ForgetRequests()
			if said := acctest.Said(server.Create(scheduleType, map[string]any{
				"project": p.Path, "description": "Lost", "ref": "main", "cron": " 0 1 * * *", "inputs": inputValues(map[string]any{"n": "1"}),
			})); said != "" {
				t.Error(said)
			}
			requested(t, p, map[string]int{"POST .*": map[bool]int{true: 1, false: 2}[there]})
			if made := len(p.Schedules()) - before; made != 1 {
				t.Errorf("%d were made", made)
			}
		})
	}
}

// What was taken is in state as what was answered would be; so are variables.
func TestStateOfSchedulesThatWereLost(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.TimeRuns()
	for n := range 3 {
		failing(t, p, faults.Rule{Method: http.MethodPost, Path: postSchedule, Nth: n + 1, Fault: faults.ResetAfter})
	}
	for n := range 4 {
		failing(t, p, faults.Rule{Method: http.MethodPost, Path: postVariable, Nth: 2*n + 1, Fault: []faults.Kind{faults.ResetAfter, faults.Status}[n%2]})
	}
	config := p.Config(`
resource "cicd_gitlab_pipeline_schedule" "this" {
  count       = 3
  project     = %[1]q
  description = "Lost"
  ref         = "main"
  cron        = "0 1 * * *"
  variables   = { A = { value = "1" } }
}

resource "cicd_gitlab_pipeline_schedule" "other" {
  project     = %[1]q
  description = "Other"
  ref         = "main"
  cron        = "0 1 * * *"
}

resource "cicd_gitlab_pipeline_schedule_variable" "this" {
  project              = %[1]q
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.other.pipeline_schedule_id
  key                  = "B"
  value                = "2"
}

output "ids" {
  value = length(toset(cicd_gitlab_pipeline_schedule.this[*].id))
}
`, p.Path)
	steps(t,
		resource.TestStep{Config: config, Check: resource.TestCheckOutput("ids", "3")},
		resource.TestStep{PreConfig: func() {
			if n := len(p.Schedules()); n != 4 {
				t.Errorf("there are %d", n)
			}
		}, Config: config, ConfigPlanChecks: unchanged},
	)
}

// When it can't be told which it is, all that it can be are named, and none is
// taken. One that was there before is not doubled, either.
func TestScheduleThatCanBeSeveral(t *testing.T) {
	t.Parallel()
	lost := map[string]any{"description": "Lost", "ref": "main", "cron": "0 1 * * *"}
	t.Run("made meanwhile", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		p.Before(func(r *http.Request) {
			if r.Method == http.MethodPost {
				p.NewSchedule(p.Token, lost)
			}
		})
		failing(t, p, faults.Rule{Method: http.MethodPost, Path: postSchedule, Nth: 2, Fault: faults.ResetAfter})
		said := acctest.Said(p.Protocol().Create(scheduleType, map[string]any{"project": p.Path, "description": "Lost", "ref": "main", "cron": "0 1 * * *"}))
		if !saying("Cannot create pipeline schedule", "may nevertheless have done", "More than one", "so none was taken: "+p.Path+":2, "+p.Path+":1.", "Import the right one").MatchString(said) || len(p.Schedules()) != 2 {
			t.Errorf("there are %d, and it says %s", len(p.Schedules()), said)
		}
	})
	t.Run("made before", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		p.NewSchedule(p.Token, lost)
		_ = p.Sandbox.Clock().Advance(time.Minute)
		lostOnce(t, p, postSchedule, faults.ResetBefore)
		said := acctest.Said(p.Protocol().Create(scheduleType, map[string]any{"project": p.Path, "description": "Lost", "ref": "main", "cron": "0 1 * * *"}))
		if !saying("Cannot create pipeline schedule", "made before the request", "not taken, nor was", "created again: "+p.Path+":1.").MatchString(said) || len(p.Schedules()) != 1 {
			t.Errorf("there are %d, and it says %s", len(p.Schedules()), said)
		}
	})
	for _, listed := range []bool{false, true} {
		t.Run(fmt.Sprint("made before, and known, listed ", listed), func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			known := stateOf(p, p.NewSchedule(p.Token, lost))
			if listed {
				delete(known, "variables")
			}
			lostOnce(t, p, postSchedule, faults.ResetBefore)
			server := p.Protocol()
			server.Succeeds(server.Read(scheduleType, known))
			server.Succeeds(server.Create(scheduleType, map[string]any{"project": p.Path, "description": "Lost", "ref": "main", "cron": "0 1 * * *"}))
			if n := len(p.Schedules()); n != 2 {
				t.Errorf("there are %d", n)
			}
		})
	}
}

// A server that goes on failing is asked three times, whatever max_retries is,
// and what it may have done is said.
func TestScheduleThatIsNeverThere(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	failing(t, p, faults.Rule{Method: http.MethodPost, Path: postSchedule, Fault: faults.Status, Status: http.StatusBadGateway})
	server := acctest.NewProtocol(t)
	server.Succeeds(server.Configure(map[string]any{"gitlab": map[string]any{"base_url": p.BaseURL, "token": p.Token, "max_retries": int64(2)}}))
	p.ForgetRequests()
	said := acctest.Said(server.Create(scheduleType, map[string]any{"project": p.Path, "description": "Lost", "ref": "main", "cron": "0 1 * * *"}))
	if !saying("Cannot create pipeline schedule", "502", "may nevertheless have done", "is not there, at least not yet", "terraform import <address> "+p.Path+":<schedule id>").MatchString(said) {
		t.Errorf("it says %s", said)
	}
	requested(t, p, map[string]int{"POST .*": 3})
}

// A variable is known by its key: it is taken when it is as wanted, and left
// alone when it isn't.
func TestVariableWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	const variableType = "cicd_gitlab_pipeline_schedule_variable"
	begin := func(t *testing.T) (*acctest.Project, int64, map[string]any) {
		p := acctest.SandboxGitLab(t).NewProject()
		id := p.NewSchedule(p.Token, nil)
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "OTHER", "value": "1"})
		return p, id, map[string]any{"project": p.Path, "pipeline_schedule_id": id, "key": "A", "value": "1"}
	}
	for fault, there := range outcomes {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			p, _, config := begin(t)
			lostOnce(t, p, postVariable, fault)
			server := p.Protocol()
			p.ForgetRequests()
			if said := acctest.Said(server.Create(variableType, config)); said != "" {
				t.Error(said)
			}
			requested(t, p, map[string]int{"POST .*": map[bool]int{true: 1, false: 2}[there]})
			if err := checkVariables(p, map[string]any{"A": "1", "OTHER": "1"})(nil); err != nil {
				t.Error(err)
			}
			// What is another's of this run is not taken a second time.
			p.Sandbox.Faults().Clear()
			lostOnce(t, p, postVariable, faults.Status)
			if said := acctest.Said(server.Create(variableType, config)); !strings.Contains(said, "has a variable with this key already") {
				t.Errorf("it says %s", said)
			}
			// What is deleted can be made again.
			server.Succeeds(server.Destroy(variableType, map[string]any{"project": p.Path, "project_id": p.ID, "pipeline_schedule_id": config["pipeline_schedule_id"], "key": "A"}))
			p.Sandbox.Faults().Clear()
			lostOnce(t, p, postVariable, fault)
			server.Succeeds(server.Create(variableType, config))
		})
	}
	t.Run("somebody else's", func(t *testing.T) {
		t.Parallel()
		p, id, config := begin(t)
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "A", "value": "2"})
		lostOnce(t, p, postVariable, faults.ResetBefore)
		said := acctest.Said(p.Protocol().Create(variableType, config))
		if !saying("Cannot create pipeline schedule variable", "has already been taken", "which was left as it is", fmt.Sprintf("terraform import <address> %s:%d:A", p.Path, id)).MatchString(said) {
			t.Errorf("it says %s", said)
		}
		if err := checkVariables(p, map[string]any{"A": "2", "OTHER": "1"})(nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("hidden", func(t *testing.T) {
		t.Parallel()
		p, id, config := begin(t)
		lostOnce(t, p, postVariable, faults.ResetAfter)
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipeline_schedules/", Fault: faults.Status, Status: http.StatusOK, Body: fmt.Sprintf(`{"id":%d}`, id)})
		said := acctest.Said(p.Protocol().Create(variableType, config))
		if !saying("Cannot create pipeline schedule variable", "doesn't show the schedule's variables", "Look at the schedule's variables", "terraform import").MatchString(said) {
			t.Errorf("it says %s", said)
		}
	})
}

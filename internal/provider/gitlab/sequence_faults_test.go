// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// Whatever happens in between, the end is right: see [acctest.Sequences].
func TestFaultSequences(t *testing.T) {
	t.Parallel()
	acctest.Sequences(t, "GitLab", 16, 30, possible(t), func(t *testing.T) (*acctest.Stage, []acctest.Thing) {
		t.Helper()
		s, p := stage(t)
		base := p.NewSchedule(p.Token, nil)
		baseID := fmt.Sprintf("%s:%d", p.Path, base)
		s.Objects = func() map[string]string {
			all := storedSchedules(p)
			delete(all, baseID)
			maps.Copy(all, storedVariables(p, base))
			return all
		}
		schedule := acctest.Thing{
			Type:   scheduleType,
			Change: func(id string) { p.Call(http.MethodPut, at(p, id), map[string]any{"cron": "0 7 * * 1"}) },
			Remove: func(id string) { p.Call(http.MethodDelete, at(p, id), nil) },
		}
		first, second := wantedSchedules(p)
		schedule.Wanted = []acctest.Wanted{first, second}
		variable := acctest.Thing{
			Type: variableType, ImportID: baseID + ":KEY",
			Change: func(string) {
				p.Call(http.MethodPut, at(p, baseID)+"/variables/KEY", map[string]any{"value": "theirs"})
			},
			Remove: func(string) { p.Call(http.MethodDelete, at(p, baseID)+"/variables/KEY", nil) },
		}
		first, second = wantedVariables(p, base)
		variable.Wanted = []acctest.Wanted{first, second}
		return s, []acctest.Thing{schedule, schedule, variable}
	})
}

// at is the API path of the schedule with this id in state.
func at(p *acctest.Project, id string) string {
	return p.URL("pipeline_schedules/%s", id[strings.LastIndex(id, ":")+1:])
}

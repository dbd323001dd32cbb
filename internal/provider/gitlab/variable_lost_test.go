// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// A variable whose creation's answer got lost is taken when it is there as it
// was sent: the next creation would be refused. Another one is left alone.
func TestVariableOfALostAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before map[string]any
		fault  faults.Kind
		taken  bool
	}{
		"made":                   {nil, faults.ResetAfter, true},
		"not made":               {nil, faults.ResetBefore, false},
		"with another value":     {map[string]any{"key": "KEY", "value": "theirs"}, faults.ResetAfter, false},
		"of another type":        {map[string]any{"key": "KEY", "value": "mine", "variable_type": "file"}, faults.ResetAfter, false},
		"with another's letters": {map[string]any{"key": "key", "value": "mine"}, faults.ResetBefore, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			id := p.NewSchedule(p.Token, nil)
			if test.before != nil {
				p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), test.before)
			}
			failing(t, p, faults.Rule{Method: http.MethodPost, Path: "/variables$", Fault: test.fault})
			protocol, kept := p.Protocol(), &acctest.Kept{Type: variableType}
			said := acctest.Said(protocol.Run(kept, map[string]any{"project": p.Path, "pipeline_schedule_id": id, "key": "KEY", "value": "mine"}))
			if kept.InState() != test.taken || strings.Contains(said, "may nevertheless have done") == test.taken {
				t.Errorf("in state: %v; it said %s", kept.InState(), said)
			}
			if posts := p.Requests(); strings.Count(strings.Join(posts, "\n"), "POST ") != 1 {
				t.Errorf("it asked for %q", posts)
			}
		})
	}
}

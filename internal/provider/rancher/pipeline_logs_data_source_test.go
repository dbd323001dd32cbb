// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/rancher"
)

// A run's logs are shown as the server has them, in the order of steps, which
// is not that of ids; those of other runs and projects are not among them.
func TestLogsOfARun(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	var scripts []string
	for i := range 12 {
		scripts = append(scripts, fmt.Sprintf("echo step %d", i))
	}
	pipeline := newPipeline(p, "app", scripts...)
	first, second := run(p, pipeline), run(p, pipeline)
	other := p.NewProject()
	run(other, newPipeline(other, "app", "echo other"))
	server := readerOf(t, p.Rancher)
	stored := listed(t, p.Rancher, p.URL("pipelineLogs"))
	for _, id := range []string{first, second} {
		var want []members
		for _, log := range stored {
			if strings.HasPrefix(log["id"].(string), id+"-") {
				want = append(want, enveloped(log, members{
					"stage_ordinal": at(log, "spec", "stageOrdinal"), "step_ordinal": at(log, "spec", "stepOrdinal"), "message": at(log, "spec", "message"),
				}))
			}
		}
		slices.SortFunc(want, func(a, b members) int {
			return int(1000*(a["stage_ordinal"].(float64)-b["stage_ordinal"].(float64)) + a["step_ordinal"].(float64) - b["step_ordinal"].(float64))
		})
		got := server.list("pipeline_logs", "pipeline_logs", members{"history_id": id})
		if len(want) != 13 {
			t.Fatalf("the server has %d logs of run %s", len(want), id)
		}
		same(t, "the logs of "+id, got, want)
		if last := got[12]["message"].(string); !strings.Contains(last, "step 11") {
			t.Errorf("the last step wrote %q", last)
		}
	}
}

// There are more logs than one page of them, and servers may cut lists without
// saying so: those need one request more, to see that there is nothing more.
func TestLogsAreMoreThanAPage(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	id := run(p, newPipeline(p, "app", slices.Repeat([]string{"true"}, 249)...))
	server := readerOf(t, p.Rancher)
	for _, silent := range []bool{false, true} {
		p.Sandbox.Rancher().SetQuirks(rancher.Quirks{SilentTruncation: silent})
		p.ForgetRequests()
		logs := server.list("pipeline_logs", "pipeline_logs", members{"history_id": id})
		if len(logs) != 250 {
			t.Errorf("%d logs, want 250 (cut silently: %t)", len(logs), silent)
		}
		if err := p.CheckRequests(map[string]int{`(?i)GET projects/\S+/pipelinelogs`: 3, `GET pipelineHistories/.*`: 1})(nil); err != nil {
			t.Error(err)
		}
	}
}

func TestLogsOfARunThatWaits(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	pipeline := newPipeline(p, "app", "true")
	run(p, pipeline)
	id := p.Act("pipelines/"+pipeline, "run", nil)["id"].(string)
	if logs := readerOf(t, p.Rancher).list("pipeline_logs", "pipeline_logs", members{"history_id": id}); len(logs) > 0 {
		t.Errorf("a run that waits has logs: %v", column(logs, "id"))
	}
}

// Servers call a log's run by its name or its id, and count steps from 0 or 1.
// A run need not tell its project by the id: then the logs of all projects are
// looked through, where another project can have a run of the same name.
func TestLogsOfOtherServers(t *testing.T) {
	t.Parallel()
	log := func(id, history string, stage, step int) members {
		return members{"id": id, "type": "pipelineLog", "future": true, "spec": members{
			"pipelineHistoryName": history, "stageOrdinal": stage, "stepOrdinal": step, "message": id, "future": members{},
		}}
	}
	for projectName, path := range map[string]string{
		"c-1:p-1": "projects/c-1:p-1/pipelineLogs", "project-abc": "pipelineLogs", "": "pipelineLogs", "c-1:p-2": "pipelineLogs", "p-1": "pipelineLogs", ":p-1": "pipelineLogs",
	} {
		r := acctest.SandboxRancher(t)
		answering(t, r, "/pipelineHistories/", members{"id": "p-1:run-1", "type": "pipelineHistory", "spec": members{"projectName": projectName}})
		answering(t, r, "(?i)/pipelinelogs$", collection("pipelineLog",
			log("p-1:pl-bbbbb", "run-1", 2, 1), log("p-1:run-1-1-1", "p-1:run-1", 1, 1), log("p-1:run-1-1-0", "p-1:run-1", 1, 0), log("p-1:run-10-1-0", "run-10", 1, 0),
			log("p-2:run-1-1-0", "run-1", 1, 0), log("p-1:run-11-0", "p-2:run-1", 1, 0), log("p-1:x", "run", 1, 0), log("p-1:y", "", 1, 0),
		))
		logs := readerOf(t, r).list("pipeline_logs", "pipeline_logs", members{"history_id": "p-1:run-1"})
		same(t, "the logs of a run of "+projectName, column(logs, "id"), []any{"p-1:run-1-1-0", "p-1:run-1-1-1", "p-1:pl-bbbbb"})
		if requests := r.Requests(); !strings.EqualFold(requests[len(requests)-1], "GET "+path) {
			t.Errorf("a run of %q: %q, want the last to be of %s", projectName, requests, path)
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// finishedRun is a pipeline with two variables that was run by hand, and its
// import.
func finishedRun(t *testing.T) (*acctest.Project, string) {
	t.Helper()
	p := acctest.SandboxGitLab(t).NewProject()
	made := p.Object(http.MethodPost, p.URL("pipeline"), map[string]any{"ref": "main", "variables": []any{
		map[string]any{"key": "TARGET", "value": "staging"}, map[string]any{"key": "CONFIG", "value": "a: b", "variable_type": "file"},
	}})
	_ = p.Sandbox.Clock().Advance(time.Minute)
	p.ForgetRequests()
	return p, fmt.Sprintf("import {\n  to = %s\n  id = \"%s:%v\"\n}\n", runAddress, p.Path, made["id"])
}

const runVariables = `variables = [{ key = "CONFIG", value = "a: b", variable_type = "file" }, { key = "TARGET", value = "staging" }]`

// An import runs nothing, whatever of it is configured; and nothing that is
// configured for the first time runs another, when GitLab can't say what it was.
func TestPipelineImport(t *testing.T) {
	t.Parallel()
	nothing := map[string]int{}
	imported := inPlan(planned(runAddress, plancheck.ResourceActionNoop))
	for name, c := range map[string]struct {
		settings []string
		plan     resource.ConfigPlanChecks
	}{
		"as it is":                {nil, imported},
		"with its variables":      {[]string{runVariables}, imported},
		"with a full ref":         {[]string{`ref = "refs/heads/main"`}, imported},
		"with no values":          {[]string{`variables = [{ key = "CONFIG", variable_type = "file" }, { key = "TARGET" }]`}, imported},
		"with inputs":             {[]string{`inputs = { environment = "staging" }`}, ranAlready},
		"with keepers and a wish": {[]string{`keepers = { version = "1" }`, `wait_for = "finished"`, `on_destroy = "cancel"`}, ranAlready},
		"with other variables":    {[]string{`variables = [{ key = "TARGET", value = "production" }]`}, runAgain},
		"with another ref":        {[]string{`ref = "refs/tags/main"`}, runAgain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, block := finishedRun(t)
			step := resource.TestStep{Config: p.Config("%s", block+run(p.Path, c.settings...)), ConfigPlanChecks: c.plan}
			if name == "with another ref" {
				step.ExpectError = saying("Reference not found")
			} else if strings.Contains(name, "other") {
				step.Check = in("pipeline_id", "2")
			} else {
				step.Check = both(writes(p, nothing), in("pipeline_id", "1", "status", "success", "variables.#", "2", "variables.0.value", "staging", "variables.1.value", "a: b"))
			}
			all := []resource.TestStep{step}
			if step.ExpectError == nil {
				all = append(all, resource.TestStep{Config: p.Config("%s", run(p.Path, c.settings...)), ConfigPlanChecks: unchanged})
			}
			steps(t, all...)
		})
	}
}

// What was taken over is what a change is compared with from then on.
func TestPipelineChangesAfterImport(t *testing.T) {
	t.Parallel()
	p, block := finishedRun(t)
	first := []string{`inputs = { environment = "staging" }`, `keepers = { version = "1" }`}
	steps(t,
		resource.TestStep{Config: p.Config("%s", block+run(p.Path, first...)), ConfigPlanChecks: ranAlready},
		// Variables, which weren't configured, are still left alone.
		resource.TestStep{Config: p.Config("%s", run(p.ID, first...)), ConfigPlanChecks: ranAlready, Check: in("variables.#", "2")},
		resource.TestStep{Config: p.Config("%s", run(p.ID, append(first, runVariables)...)), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: p.Config("%s", run(p.ID, first[0], `keepers = { version = "2" }`)), ConfigPlanChecks: runAgain, Check: in("pipeline_id", "2", "variables.#", "0")},
	)
}

// Who may not read a pipeline's variables can import it, and configure them.
func TestPipelineImportWithoutVariables(t *testing.T) {
	t.Parallel()
	p, block := finishedRun(t)
	provider := p.Provider(p.NewMember(acctest.Developer).Token)
	steps(t,
		resource.TestStep{Config: provider + block + run(p.Path), ConfigPlanChecks: inPlan(planned(runAddress, plancheck.ResourceActionNoop)), Check: in("variables.#", "0")},
		resource.TestStep{Config: provider + run(p.Path, runVariables), ConfigPlanChecks: ranAlready, Check: both(writes(p, map[string]int{}), in("variables.#", "2"))},
		resource.TestStep{Config: provider + run(p.Path, runVariables), ConfigPlanChecks: unchanged},
		resource.TestStep{Config: provider + run(p.Path), ConfigPlanChecks: runAgain},
	)
}

// By id and by identity, with the configuration there was and with a generated
// one, an import plans nothing else.
func TestPipelineImportBlocks(t *testing.T) {
	t.Parallel()
	for _, kind := range []resource.ImportStateKind{resource.ImportBlockWithID, resource.ImportBlockWithResourceIdentity} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			if kind == resource.ImportBlockWithResourceIdentity {
				acctest.Needs(t, acctest.Identity)
			}
			p := acctest.NewGitLab(t).NewProject()
			block := resource.TestStep{ResourceName: runAddress, ImportState: true, ImportStateKind: kind}
			all := []resource.TestStep{{Config: p.Config("%s", run(p.ID, runVariables))}, block}
			if acctest.Has(acctest.Generation) {
				block.GenerateConfig = true
				all = append(all, block)
			}
			steps(t, all...)
		})
	}
}

func TestPipelineImportsAgree(t *testing.T) {
	t.Parallel()
	p, _ := finishedRun(t)
	server := p.Protocol()
	byIdentity, one := server.Import(pipelineType, "", map[string]any{"project_id": p.ID, "pipeline_id": int64(1)})
	byNumber, two := server.Import(pipelineType, fmt.Sprintf("%d:1", p.ID), nil)
	byPath, three := server.Import(pipelineType, p.Path+":1", nil)
	equal(t, "identities", one, two)
	equal(t, "identities", one, three)
	equal(t, "states", byIdentity, byNumber)
	if got := acctest.Text(byPath["id"]); got != p.Path+":1" {
		t.Errorf("the id of an import by path is %s", got)
	}
	for _, id := range []string{"1", "app:1", "g/p:x", "g/p:0", "g/p:1:2", ":1"} {
		resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: pipelineType, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if said := acctest.Said(resp.Diagnostics); !saying("ERROR: Unusable import id", "names no pipeline").MatchString(said) {
			t.Errorf("%s: %s", id, said)
		}
	}
}

func TestPipelineImportOfWhatDoesNotExistFails(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	missing := func(id string, texts ...string) resource.TestStep {
		return resource.TestStep{Config: p.Config("%s", run(p.Path)), ResourceName: runAddress, ImportState: true, ImportStateId: id, ExpectError: saying(texts...)}
	}
	steps(t,
		missing(p.Path+":999999999", "Cannot import non-existent remote object"),
		missing("no/such:1", "Cannot import pipeline (no/such:1)", "404 Project Not Found"),
	)
}

// Plans of a pipeline whose project or variables aren't known yet.
func TestPipelinePlansWhatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	later := func(of string) string { return "terraform_data." + of + ".output" }
	data := func(value string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", value)
	}
	steps(t,
		resource.TestStep{
			Config: p.Config("%s", data(fmt.Sprintf("{ project = %q, key = \"A\", value = \"x\", list = [{ key = \"B\", value = \"y\" }] }", p.Path))+
				fmt.Sprintf("resource \"cicd_gitlab_pipeline\" \"this\" {\n  project = %[1]s.project\n  ref = \"main\"\n  variables = [{ key = %[1]s.key, value = %[1]s.value }]\n  keepers = { a = %[1]s.value }\n  inputs = { a = %[1]s.value }\n}\n", later("later"))+
				fmt.Sprintf("resource \"cicd_gitlab_pipeline\" \"other\" {\n  project = %q\n  ref = \"main\"\n  variables = %s.list\n}\n", p.Path, later("later"))),
			Check: both(writes(p, map[string]int{postPipeline: 2}), in("variables.0.key", "A", "variables.0.variable_type", "env_var")),
		},
	)
	// Another spelling of the project that is known only after apply stays the same run.
	server := p.Protocol()
	state := map[string]any{
		"id": p.Path + ":1", "project": p.Path, "project_id": p.ID, "pipeline_id": int64(1), "ref": "main", "wait_for": "created", "on_destroy": "keep",
	}
	configured := map[string]any{"project": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "ref": "main"}
	proposed := plus(state, configured)
	diagnostics := server.Plan(pipelineType, state, configured, proposed)
	if said := acctest.Said(diagnostics); acctest.Failed(diagnostics) || !saying("WARNING: The project is known only after apply").MatchString(said) {
		t.Errorf("it says %s", said)
	}
}

// A variable that is null, and a project that can't be told, are errors of the
// plan; another project is another run.
func TestPipelinePlanErrors(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", run(p.Path))},
		resource.TestStep{Config: p.Config("%s", run(p.Path, `variables = [null]`)), ExpectError: saying("Must set a configuration value for the variables[0].key attribute")},
		resource.TestStep{Config: p.Config("%s", run("no/such")), ExpectError: saying("Cannot tell whether this is the same project")},
		resource.TestStep{
			PreConfig: func() {
				failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipelines/1$", Nth: 1, Fault: faults.Truncate})
			},
			Config: p.Config("%s", run(p.Path)), ExpectError: saying("Cannot read pipeline"),
		},
	)
	other := p.NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", run(p.Path))},
		resource.TestStep{PreConfig: p.ForgetRequests, Config: p.Config("%s", run(other.Path)), ConfigPlanChecks: runAgain, Check: both(writes(other, map[string]int{postPipeline: 1}), in("project_id", fmt.Sprint(other.ID)))},
	)
}

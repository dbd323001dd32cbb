// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// After the import of a pipeline that somebody else has made, an equal
// configuration has nothing to change, however much it leaves out.
func TestPipelineImportPlansEmpty(t *testing.T) {
	t.Parallel()
	r := acctest.NewRancher(t)
	source := object{"sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"}}
	stored := func(spec object, steps ...any) object {
		spec["displayName"], spec["stages"] = "app", []any{object{"name": "clone", "steps": steps}}
		return spec
	}
	built := object{"type": "sourcecode", "buildImageStepConfig": object{}}
	for name, c := range map[string]struct {
		stored   object
		settings []string
	}{
		"minimal":            {stored(object{}, source), nil},
		"triggers of nobody": {stored(object{}, source), []string{"triggers = {}"}},
		"empty triggers":     {stored(object{"triggers": object{}}, source), nil},
		"triggers that are off": {
			stored(object{"triggers": object{"cronTrigger": object{"active": false}, "webhookTrigger": object{"active": false}}}, source), nil,
		},
		"triggers that are said to be off": {
			stored(object{"triggers": object{"cronTrigger": object{}, "webhookTrigger": object{}}}, source),
			[]string{"triggers = {\n  cron = { active = false, timezone = \"\", expression = \"\" }\n  webhook = { active = false }\n}"},
		},
		"empty members": {
			stored(object{}, object{
				"type": "", "sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git", "branch": "", "remoteAccountName": ""},
				"runAScriptStepConfig": object{"image": "i", "env": []any{}, "args": ""},
			}),
			[]string{`stages = [{ name = "clone", steps = [{ source_code = { repository = "https://git.example.com/app.git" }, run_script = { image = "i" } }] }]`},
		},
		"members that are said to be empty": {
			stored(object{}, object{
				"sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"}, "runAScriptStepConfig": object{"image": "i"},
				"pushImageStepConfig": object{},
			}),
			[]string{`stages = [{ name = "clone", steps = [{
      type        = ""
      source_code = { repository = "https://git.example.com/app.git", branch = "", remote_account_id = "" }
      run_script  = { image = "i", env = [], args = "", entry_point = "", shell_script = "" }
      push_image  = { image_tag = "" }
    }] }]`},
		},
		"defaults": {
			stored(object{}, built), []string{`stages = [{ name = "clone", steps = [{ type = "sourcecode", build_image = {} }] }]`},
		},
		"defaults that are said": {
			stored(object{}, built),
			[]string{`stages = [{ name = "clone", steps = [{ type = "sourcecode", build_image = { dockerfile_path = "./Dockerfile", build_path = "." } }] }]`},
		},
		"defaults that are empty": {
			stored(object{}, built), []string{`stages = [{ name = "clone", steps = [{ type = "sourcecode", build_image = { dockerfile_path = "", build_path = "" } }] }]`},
		},
		"blanks around texts": {
			stored(object{}, object{
				"type": "sourcecode", "sourceCodeStepConfig": object{"repository": "https://git.example.com/app.git"},
				"runAScriptStepConfig": object{"image": "i", "shellScript": "make\nmake test", "env": []any{"A=1"}},
			}),
			[]string{`stages = [{ name = " clone", steps = [{
      type        = "sourcecode "
      source_code = { repository = "https://git.example.com/app.git " }
      run_script  = { image = " i", shell_script = "make\nmake test\n", env = ["A=1 "] }
    }] }]`},
		},
		"inactive": {stored(object{"active": false}, source), []string{"active = false"}},
		"full": {
			object{"displayName": "app", "stages": []any{object{"name": "build", "steps": []any{fullStep()}}}, "triggers": object{
				"cronTrigger": object{"active": true, "timezone": "UTC", "expression": "0 4 * * *"}, "webhookTrigger": object{"active": true},
			}},
			fullPipeline,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := r.NewProject()
			id := p.Make(p.URL("pipelines"), c.stored)
			steps(t, resource.TestStep{Config: pipeline(p, c.settings...) + importOf(id), ConfigPlanChecks: unchanged})
		})
	}
}

// By any id or by identity, an import finds the same pipeline, and gives it the
// same identity.
func TestPipelineImportsAgree(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	spec := documentedSpec(p)
	delete(spec, "projectName")
	id := p.Make(p.URL("pipelines"), spec)
	defer p.Remove("pipelines/" + id)
	server := p.Protocol()
	byID, one := server.Import(pipelineType, id, nil)
	byBoth, another := server.Import(pipelineType, p.ID+"/"+id, nil)
	byIdentity, other := server.Import(pipelineType, "", object{"id": id})
	for name := range byID {
		if !byID[name].Equal(byIdentity[name]) || !byID[name].Equal(byBoth[name]) {
			t.Errorf("states differ in %s: %s, %s and %s", name, byID[name], byBoth[name], byIdentity[name])
		}
	}
	if !one["id"].Equal(other["id"]) || !one["id"].Equal(another["id"]) {
		t.Errorf("identities differ: %s, %s and %s", one, another, other)
	}
	if project := acctest.Text(byID["project_id"]); project != p.ID {
		t.Errorf("project_id is %s", project)
	}
}

// What an import generates plans empty.
func TestPipelineImportGeneratesAConfiguration(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	for _, config := range []string{pipeline(p), pipeline(p, fullPipeline...)} {
		steps(t,
			resource.TestStep{Config: config},
			resource.TestStep{ResourceName: thePipeline, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
		)
	}
}

func TestPipelineImportByIdentity(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.Identity)
	p := acctest.NewRancher(t).NewProject()
	steps(t,
		resource.TestStep{Config: pipeline(p)},
		resource.TestStep{ResourceName: thePipeline, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// A server may call the project something else in a pipeline: that is no drift,
// and an import needs both ids then.
func TestPipelineProjectIsCalledSomethingElse(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	config := pipeline(p)
	steps(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				stored := p.Stored("pipelines/" + onlyPipeline(t, p))
				stored["spec"].(object)["projectName"] = "project-abc"
				answering(t, r, "/v3/pipelines/", stored)
			},
			Config: config, ConfigPlanChecks: unchanged,
			Check: func(*terraform.State) error {
				server, id := p.Protocol(), onlyPipeline(t, p)
				state, _ := server.Import(pipelineType, p.ID+"/"+id, nil)
				if project := acctest.Text(state["project_id"]); project != p.ID {
					t.Errorf("project_id is %s", project)
				}
				diagnostics := readImported(t, server, id)
				if said := acctest.Said(diagnostics); !strings.Contains(said, "<project_id>/<project>:<name>") || !strings.Contains(said, `"project-abc"`) {
					t.Errorf("an import by the short id: %s", said)
				}
				r.Sandbox.Faults().Clear()
				return nil
			},
		},
	)
}

// readImported reads what an import by an id begins.
func readImported(t *testing.T, server *acctest.Protocol, id string) []*tfprotov6.Diagnostic {
	t.Helper()
	imported, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: pipelineType, ID: id})
	if err != nil || acctest.Failed(imported.Diagnostics) {
		t.Fatalf("%v: %s", err, acctest.Said(imported.Diagnostics))
	}
	object := imported.ImportedResources[0]
	read, err := server.Server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: pipelineType, CurrentState: object.State, Private: object.Private, CurrentIdentity: object.Identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return read.Diagnostics
}

func TestPipelineImportExplainsAnIDThatNamesNothing(t *testing.T) {
	t.Parallel()
	server := acctest.NewProtocol(t)
	for _, id := range []string{
		"p-abcde", "p-x1y2z:p-abcde/", "/p-x1y2z:p-abcde", "p-x1y2z/p-x1y2z:p-abcde", "c-1:p-x1y2z/p-abcde",
		"c-1:p-x1y2z/p-x1y2z:p-abcde/x", ":", "a:b:c", "p-x1y2z:p-abcde?action=run",
	} {
		resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: pipelineType, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if said := acctest.Said(resp.Diagnostics); !strings.Contains(said, "ERROR: Unusable import id") ||
			!strings.Contains(said, "<project>:<name>, as in p-x1y2z:p-abcde, or <project_id>/<project>:<name>") {
			t.Errorf("%q: %s", id, said)
		}
	}
	resp, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: pipelineType, ID: "c-1:p-other/p-x1y2z:p-abcde"})
	if err != nil {
		t.Fatal(err)
	}
	if said := acctest.Said(resp.Diagnostics); len(resp.Diagnostics) != 1 || !saying("ERROR: Unusable import id", "The projects differ: c-1:p-other", "p-x1y2z:p-abcde", "p-x1y2z").MatchString(said) {
		t.Errorf("ids of two projects: %s", said)
	}
}

func TestPipelineImportOfWhatIsNotThereFails(t *testing.T) {
	t.Parallel()
	p := acctest.NewRancher(t).NewProject()
	id := newPipeline(p, "app")
	defer p.Remove("pipelines/" + id)
	missing := func(id string, texts ...string) resource.TestStep {
		return resource.TestStep{
			Config: pipeline(p), ResourceName: thePipeline, ImportState: true, ImportStateId: id, ExpectError: saying(texts...),
		}
	}
	steps(t,
		missing(p.Namespace+":p-nope1", "Cannot import non-existent remote object"),
		missing("c-other:"+p.Namespace+"/"+id, "Cannot import pipeline "+id, "It is in project "+p.ID),
	)
}

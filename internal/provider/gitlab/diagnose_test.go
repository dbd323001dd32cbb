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
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// Advice fits what was being done: what isn't in the state can't be kept there.
func TestProjectThatIsNotFoundIsSpokenOfAsWhatItIsNeededFor(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	server := p.Protocol()
	const project = "group/no-such-project"
	diagnostics := map[string]string{}
	for typeName, arguments := range map[string]map[string]any{
		"cicd_gitlab_pipeline_schedule":  {"project": project, "pipeline_schedule_id": int64(1)},
		"cicd_gitlab_pipeline_schedules": {"project": project},
		"cicd_gitlab_pipelines":          {"project": project},
	} {
		_, found := server.Data(typeName, arguments)
		diagnostics["reading "+typeName] = acctest.Said(found)
	}
	missing := map[string]map[string]any{scheduleType: with(stateOf(p, 1), "project", project), variableType: with(variableStateOf(p, 1), "project", project)}
	for typeName, state := range missing {
		diagnostics["creating "+typeName] = acctest.Said(server.Create(typeName, configOf(state)))
		imported, err := server.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
			TypeName: typeName, ID: strings.Replace(state["id"].(string), fmt.Sprint(p.ID), project, 1),
		})
		if err != nil {
			t.Fatal(err)
		}
		diagnostics["importing "+typeName] = acctest.Said(imported.Diagnostics)
	}
	for what, said := range diagnostics {
		if !strings.Contains(said, "404 Project Not Found") || !strings.Contains(said, "Check the project and the user's access") || strings.Contains(said, "state") {
			t.Errorf("%s: %q", what, said)
		}
	}
}

func TestTokenWithoutTheScopeIsToldApartFromItsUser(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	me := p.NewMember(acctest.Maintainer)
	id := p.NewSchedule(me.Token, nil)
	reader := p.Object(http.MethodPost, fmt.Sprintf("users/%d/personal_access_tokens", me.ID), map[string]any{
		"name": "reader", "scopes": []string{"read_api"}, "expires_at": time.Now().AddDate(0, 0, 30).Format(time.DateOnly),
	})["token"].(string)
	refused := saying("403 Forbidden", "insufficient_scope", "The token lacks a scope", "the api scope")
	config := p.Provider(reader) + schedule(p.Path, `description = "Made elsewhere"`)
	steps(t,
		resource.TestStep{Config: config, ExpectError: refused},
		resource.TestStep{Config: importOf(p.Path, id) + config, ConfigPlanChecks: unchanged},
		resource.TestStep{Config: p.Provider(reader) + schedule(p.Path, `description = "Changed"`), ExpectError: refused},
		resource.TestStep{Config: config, Destroy: true, ExpectError: refused},
		resource.TestStep{Config: p.Provider(me.Token) + schedule(p.Path, `description = "Made elsewhere"`), ConfigPlanChecks: unchanged},
	)
}

func TestRefThatIsProtectedIsNamedAsACause(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	me := p.NewMember(acctest.Developer)
	// An instance may protect the default branch of each project on its own.
	p.Call(http.MethodDelete, p.URL("protected_branches/main"), nil)
	p.Object(http.MethodPost, p.URL("protected_branches"), map[string]any{
		"name": "main", "push_access_level": acctest.Maintainer, "merge_access_level": acctest.Maintainer,
	})
	steps(t, resource.TestStep{
		Config: p.Provider(me.Token) + schedule(p.Path), ExpectError: saying("400 Bad Request", "not authorized to create", "The ref may be protected"),
	})
}

func TestVariableOfAScheduleThatDoesNotExist(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	steps(t, resource.TestStep{
		Config:      p.Config("%s", variableConfig(p.Path, 999999, `value = "x"`)),
		ExpectError: saying("Cannot create pipeline schedule variable", "404 Pipeline Schedule Not Found", "The schedule doesn't exist", "Check pipeline_schedule_id"),
	})
}

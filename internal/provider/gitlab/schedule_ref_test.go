// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// refSpellings are the refs of every new project in both spellings.
var refSpellings = [][2]string{{"main", "refs/heads/main"}, {"refs/heads/main", "main"}, {"v1.0", "refs/tags/v1.0"}, {"refs/tags/v1.0", "v1.0"}}

// oneForEachRef is a schedule for each of refSpellings, with the first or the
// second spelling.
func oneForEachRef(project, description string, spelling int) string {
	var refs []string
	for _, ref := range refSpellings {
		refs = append(refs, strconv.Quote(ref[spelling]))
	}
	return fmt.Sprintf("resource \"cicd_gitlab_pipeline_schedule\" \"this\" {\n  count = %d\n%s\n}\n", len(refs),
		attributes(project, "ref = ["+strings.Join(refs, ", ")+"][count.index]", fmt.Sprintf("description = %q", description)))
}

func TestScheduleRefSpellingsAreEqual(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	steps(t,
		resource.TestStep{Config: p.Config("%s", oneForEachRef(p.Path, "Build", 0))},
		resource.TestStep{
			Config: p.Config("%s", oneForEachRef(p.Path, "Build", 1)), ConfigPlanChecks: unchanged,
			// What others refer to doesn't change by reading it.
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address+".0", "ref", "main"), resource.TestCheckResourceAttr(address+".1", "ref", "refs/heads/main")),
		},
	)
}

func TestScheduleRefOnAServerThatStoresShortRefs(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Sandbox.GitLab().SetLegacyRefs(true)
	steps(t,
		resource.TestStep{Config: p.Config("%s", oneForEachRef(p.Path, "Build", 0))},
		resource.TestStep{Config: p.Config("%s", oneForEachRef(p.Path, "Build", 1)), ConfigPlanChecks: unchanged},
		resource.TestStep{
			PreConfig:        func() { p.Sandbox.GitLab().SetLegacyRefs(false) },
			Config:           p.Config("%s", oneForEachRef(p.Path, "Build", 0)),
			ConfigPlanChecks: unchanged,
		},
		// The first save on the new server stores the full ref.
		resource.TestStep{
			Config: p.Config("%s", oneForEachRef(p.Path, "Deploy", 0)),
			Check: func(*terraform.State) error {
				for _, s := range p.Schedules() {
					if ref := s["ref"]; ref != "refs/heads/main" && ref != "refs/tags/v1.0" {
						return fmt.Errorf("the server has the ref %v", ref)
					}
				}
				return nil
			},
		},
	)
}

func TestScheduleRefSpellingsAreEqualAfterImport(t *testing.T) {
	t.Parallel()
	for name, legacy := range map[string]bool{"full refs": false, "short refs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.SandboxGitLab(t).NewProject()
			p.Sandbox.GitLab().SetLegacyRefs(legacy)
			imports := ""
			for i, ref := range refSpellings {
				id := p.NewSchedule(p.Token, map[string]any{"ref": ref[0], "description": "Build"})
				imports += strings.Replace(importOf(p.Path, id), address, fmt.Sprintf("%s[%d]", address, i), 1)
			}
			steps(t,
				resource.TestStep{Config: p.Config("%s", imports+oneForEachRef(p.Path, "Build", 0)), ConfigPlanChecks: unchanged},
				resource.TestStep{Config: p.Config("%s", oneForEachRef(p.Path, "Build", 1)), ConfigPlanChecks: unchanged},
			)
		})
	}
}

// becomeTag makes the schedule, which runs on a branch, run on a tag of the
// same name. The tag is deleted again, so that the name means the branch.
func becomeTag(p *acctest.Project, name string) func() {
	return func() {
		p.Object(http.MethodPost, p.URL("repository/tags"), map[string]any{"tag_name": name, "ref": "main"})
		change(p, map[string]any{"ref": "refs/tags/" + name})
		p.Call(http.MethodDelete, p.URL("repository/tags/%s", name), nil)
	}
}

func TestScheduleRefThatBecameATagOfTheSameNameIsSeen(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	branch := onServer(p, map[string]any{"ref": "refs/heads/main"})
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path))},
		resource.TestStep{PreConfig: becomeTag(p, "main"), Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: updated, Check: branch},
		// In the configuration, too, the name stands for the branch alone.
		resource.TestStep{
			Config: p.Config("%s", schedule(p.Path, `ref = "refs/tags/main"`)), ConfigPlanChecks: updated,
			Check: onServer(p, map[string]any{"ref": "refs/tags/main"}),
		},
	)
}

func TestScheduleRefThatBecameATagAfterImportIsSeen(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	id := p.NewSchedule(p.Token, map[string]any{"description": "Build packages"})
	steps(t,
		resource.TestStep{
			Config: p.Config("%s", importOf(p.Path, id)+schedule(p.Path)), ConfigPlanChecks: unchanged,
		},
		resource.TestStep{
			PreConfig: becomeTag(p, "main"), Config: p.Config("%s", schedule(p.Path)), ConfigPlanChecks: updated,
			Check: onServer(p, map[string]any{"ref": "refs/heads/main"}),
		},
	)
}

func TestScheduleRefThatGitLabCannotExpandIsExplained(t *testing.T) {
	t.Parallel()
	p := acctest.NewGitLab(t).NewProject()
	p.Object(http.MethodPost, p.URL("repository/branches"), map[string]any{"branch": "v1.0", "ref": "main"})
	refused := saying(`with `+address, `ref = `, "Check its spelling. If it is both, write the full ref, refs/heads/<branch> or refs/tags/<tag>")
	steps(t,
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, `ref = "nowhere"`)), ExpectError: refused},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, `ref = "v1.0"`)), ExpectError: refused},
		resource.TestStep{Config: p.Config("%s", schedule(p.Path, `ref = "refs/tags/v1.0"`))},
	)
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// lister lists things of a project, as a user.
type lister struct {
	t *testing.T
	*acctest.Protocol
	project *acctest.Project
}

func listerOf(t *testing.T, p *acctest.Project, token string) lister {
	return lister{t, p.As(token).Protocol(), p}
}

// finds checks the names of what is found, and how often which paths are asked
// for below the project.
func (l lister) finds(typeName string, configuration map[string]any, limit int64, include bool, names []string, requests map[string]int) []acctest.Listed {
	l.t.Helper()
	l.project.ForgetRequests()
	found, diagnostics := l.List(typeName, plus(map[string]any{"project": l.project.Path}, configuration), limit, include)
	l.Succeeds(diagnostics)
	var got []string
	for _, one := range found {
		got = append(got, one.Name)
		if include != (one.Resource != nil) {
			l.t.Errorf("%s: included is %v", one.Name, one.Resource)
		}
	}
	if !slices.Equal(got, names) {
		l.t.Errorf("%v up to %d: found %q, want %q", configuration, limit, got, names)
	}
	asked := map[string]int{}
	for _, r := range l.project.Requests() {
		if path, ok := strings.CutPrefix(r, fmt.Sprintf("GET projects/%d/", l.project.ID)); ok {
			path, _, single := strings.Cut(path, "/")
			if single {
				path += "/…"
			}
			asked[path]++
		}
	}
	if fmt.Sprint(asked) != fmt.Sprint(requests) {
		l.t.Errorf("%v up to %d: requests %v, want %v", configuration, limit, asked, requests)
	}
	return found
}

func TestScheduleListFilters(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	other := p.NewMember(acctest.Developer)
	p.NewSchedule(p.Token, map[string]any{"description": "a"})
	p.NewSchedule(p.Token, map[string]any{"description": "b", "active": false})
	p.NewSchedule(other.Token, map[string]any{"description": "c"})
	p.NewSchedule(p.Token, map[string]any{"description": "d", "ref": "v1.0"})
	l := listerOf(t, p, p.Token)
	once := map[string]int{"pipeline_schedules": 1}
	for name, c := range map[string]struct {
		configuration map[string]any
		want          []string
	}{
		"all":           {nil, []string{"d", "c", "b", "a"}},
		"active":        {map[string]any{"scope": "active"}, []string{"d", "c", "a"}},
		"inactive":      {map[string]any{"scope": "inactive"}, []string{"b"}},
		"of a branch":   {map[string]any{"ref": "main"}, []string{"c", "b", "a"}},
		"of a full ref": {map[string]any{"ref": "refs/tags/v1.0"}, []string{"d"}},
		"of an owner":   {map[string]any{"owner": other.Username}, []string{"c"}},
		"of both":       {map[string]any{"owner": other.Username, "ref": "v1.0"}, nil},
	} {
		t.Run(name, func(t *testing.T) { l.finds(scheduleType, c.configuration, 0, false, c.want, once) })
	}
	t.Run("by id", func(t *testing.T) {
		l.finds(scheduleType, map[string]any{"project": fmt.Sprint(p.ID), "scope": "inactive"}, 0, false, []string{"b"}, once)
	})
}

// No more is asked for than is wanted.
func TestScheduleListHonoursTheLimit(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Object(http.MethodPut, "application/plan_limits?plan_name=default&ci_pipeline_schedules=0", nil)
	var all []string
	for i := range 130 {
		ref := []string{"main", "v1.0"}[i%2]
		p.NewSchedule(p.Token, map[string]any{"description": fmt.Sprint(i), "ref": ref})
		all = append([]string{fmt.Sprint(i)}, all...)
	}
	l := listerOf(t, p, p.Token)
	l.finds(scheduleType, nil, 3, false, all[:3], map[string]int{"pipeline_schedules": 1})
	if size := queries(p, "/pipeline_schedules")[0].Get("per_page"); size != "3" {
		t.Errorf("asked for %s", size)
	}
	l.finds(scheduleType, nil, 100, false, all[:100], map[string]int{"pipeline_schedules": 1})
	l.finds(scheduleType, nil, 101, false, all[:101], map[string]int{"pipeline_schedules": 2})
	l.finds(scheduleType, nil, 0, false, all, map[string]int{"pipeline_schedules": 2})
	l.finds(scheduleType, map[string]any{"ref": "main"}, 2, true, []string{"128", "126"}, map[string]int{"pipeline_schedules": 1, "pipeline_schedules/…": 2})
}

// What is included is what an import would read, but for the values of
// variables: Terraform shows it in clear.
func TestListedResourcesAreWhatAnImportReads(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	schedule := importables()["full schedule"].make(p, "full schedule")
	l := listerOf(t, p, p.Token)
	one := l.finds(scheduleType, nil, 0, true, []string{"Build packages"}, map[string]int{"pipeline_schedules": 1, "pipeline_schedules/…": 1})[0]
	imported, identity := l.Import(scheduleType, "", map[string]any{"project_id": p.ID, "pipeline_schedule_id": schedule})
	equal(t, "identities", one.Identity, identity)
	if shown := one.Resource["variables"].String(); strings.Contains(shown, "staging") || !strings.Contains(shown, "DEPLOY_ENV") {
		t.Errorf("variables are %s", shown)
	}
	delete(one.Resource, "variables")
	delete(imported, "variables")
	equal(t, "schedules", one.Resource, imported)

	both := []string{"Build packages: DEPLOY_ENV", "Build packages: KUBECONFIG"}
	for _, found := range l.finds(variableType, nil, 0, true, both, map[string]int{"pipeline_schedules": 1, "pipeline_schedules/…": 1}) {
		key := acctest.Text(found.Identity["key"])
		imported, identity := l.Import(variableType, "", map[string]any{"project_id": p.ID, "pipeline_schedule_id": schedule, "key": key})
		equal(t, "identities", found.Identity, identity)
		if !found.Resource["value"].IsNull() {
			t.Errorf("the value is %s", found.Resource["value"])
		}
		delete(found.Resource, "value")
		delete(imported, "value")
		equal(t, "variables", found.Resource, imported)
	}
	l.finds(variableType, map[string]any{"pipeline_schedule_id": schedule}, 1, false, both[:1], map[string]int{"pipeline_schedules/…": 1})
}

// Variables that can't be read are passed over with a warning, or refused when
// it is them that were asked for. Schedules are found without them.
func TestVariablesThatCanNotBeListed(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	developer := p.NewMember(acctest.Developer)
	mine := p.NewSchedule(developer.Token, map[string]any{"description": "mine"})
	theirs := p.NewSchedule(p.Token, map[string]any{"description": "theirs"})
	for _, id := range []int64{theirs, mine} {
		p.Object(http.MethodPost, p.URL("pipeline_schedules/%d/variables", id), map[string]any{"key": "TARGET", "value": "x"})
	}
	l := listerOf(t, p, developer.Token)
	found, diagnostics := l.List(variableType, map[string]any{"project": p.Path}, 0, true)
	if len(found) != 1 || found[0].Name != "mine: TARGET" || acctest.Failed(diagnostics) || !saying("WARNING: Variables of", `"theirs"`, "can't be read", "maintainers").MatchString(acctest.Said(diagnostics)) {
		t.Errorf("found %v: %s", found, acctest.Said(diagnostics))
	}
	found, diagnostics = l.List(variableType, map[string]any{"project": p.Path, "pipeline_schedule_id": theirs}, 0, false)
	if len(found) > 0 || !saying("ERROR: Variables of", "can't be read").MatchString(acctest.Said(diagnostics)) {
		t.Errorf("found %v: %s", found, acctest.Said(diagnostics))
	}
	for _, one := range l.finds(scheduleType, nil, 0, true, []string{"theirs", "mine"}, map[string]int{"pipeline_schedules": 1, "pipeline_schedules/…": 2}) {
		if (one.Name == "theirs") != one.Resource["variables"].IsNull() {
			t.Errorf("%s: variables are %s", one.Name, one.Resource["variables"])
		}
	}
}

// A list that fails says why, once, after what it found.
func TestListErrors(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxGitLab(t).NewProject()
	p.Object(http.MethodPut, fmt.Sprintf("projects/%d", p.ID), map[string]any{"public_builds": false})
	guest := p.NewMember(acctest.Guest)
	schedule := p.NewSchedule(p.Token, nil)
	for name, c := range map[string]struct {
		token, typeName string
		configuration   map[string]any
		want            []string
	}{
		"no project":         {p.Token, scheduleType, map[string]any{"project": "no/such"}, []string{"Cannot list pipeline schedules in project no/such", "404 Project Not Found"}},
		"no project by id":   {p.Token, scheduleType, map[string]any{"project": "999999"}, []string{"Cannot list pipeline schedules in project 999999", "404 Project Not Found"}},
		"not a project":      {p.Token, scheduleType, map[string]any{"project": "app"}, []string{"must be a project's numeric id"}},
		"not a scope":        {p.Token, scheduleType, map[string]any{"project": p.Path, "scope": "all"}, []string{"Invalid Attribute Value Match"}},
		"not allowed":        {guest.Token, scheduleType, map[string]any{"project": p.Path}, []string{"Cannot list pipeline schedules", "403 Forbidden", "reporter role"}},
		"no such schedule":   {p.Token, variableType, map[string]any{"project": p.Path, "pipeline_schedule_id": schedule + 1000}, []string{"Cannot list pipeline schedule variables", "no schedule with this id"}},
		"no schedule at all": {p.Token, variableType, map[string]any{"project": p.Path, "pipeline_schedule_id": int64(0)}, []string{"must be at least 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, diagnostics := listerOf(t, p, c.token).List(c.typeName, c.configuration, 0, false)
			if said := acctest.Said(diagnostics); len(found) > 0 || !saying(c.want...).MatchString(said) || strings.Count(said, "ERROR") != 1 {
				t.Errorf("found %v: %s", found, said)
			}
		})
	}
	t.Run("a page fails", func(t *testing.T) {
		t.Parallel()
		p := acctest.SandboxGitLab(t).NewProject()
		p.NewSchedule(p.Token, map[string]any{"description": "a"})
		p.NewSchedule(p.Token, map[string]any{"description": "b"})
		failing(t, p, faults.Rule{Method: http.MethodGet, Path: "/pipeline_schedules/", Nth: 2, Fault: faults.Status, Status: http.StatusServiceUnavailable})
		found, diagnostics := listerOf(t, p, p.Token).List(scheduleType, map[string]any{"project": p.Path}, 0, true)
		if len(found) != 1 || !saying("Cannot list pipeline schedules", "503").MatchString(acctest.Said(diagnostics)) {
			t.Errorf("found %v: %s", found, acctest.Said(diagnostics))
		}
	})
	t.Run("no provider configuration yet", func(t *testing.T) {
		t.Parallel()
		server := acctest.NewProtocol(t)
		server.Succeeds(server.Configure(map[string]any{"gitlab": map[string]any{"token": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}}))
		if _, diagnostics := server.List(scheduleType, map[string]any{"project": "demo/app"}, 0, false); !saying("GitLab's configuration is not known yet").MatchString(acctest.Said(diagnostics)) {
			t.Errorf("it says %s", acctest.Said(diagnostics))
		}
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// lister lists things, and knows the queries of the requests for that.
type lister struct {
	t *testing.T
	*acctest.Protocol
	queries []url.Values
	others  []string
}

func listerOf(t *testing.T, r *acctest.Rancher) *lister {
	l := &lister{t: t, Protocol: r.Protocol()}
	r.Sent(func(req *http.Request, _ string) {
		switch path := strings.TrimPrefix(req.URL.Path, "/v3"); {
		case strings.HasSuffix(path, "/pipelines"), strings.HasSuffix(path, "/clusterpipelines"):
			l.queries = append(l.queries, req.URL.Query())
		case path != "":
			l.others = append(l.others, req.Method+" "+path)
		}
	})
	return l
}

// finds checks the names of what is found, and how many of how many pages were
// asked for.
func (l *lister) finds(typeName string, configuration members, limit int64, include bool, names, limits []string) []acctest.Listed {
	l.t.Helper()
	l.queries, l.others = nil, nil
	found, diagnostics := l.List(typeName, configuration, limit, include)
	l.Succeeds(diagnostics)
	var got, asked []string
	for _, one := range found {
		got = append(got, one.Name)
		if include != (one.Resource != nil) {
			l.t.Errorf("%s: included is %v", one.Name, one.Resource)
		}
	}
	for _, query := range l.queries {
		asked = append(asked, query.Get("limit"))
	}
	slices.Sort(got)
	if !slices.Equal(got, names) {
		l.t.Errorf("%v up to %d: found %q, want %q", configuration, limit, got, names)
	}
	if !slices.Equal(asked, limits) || len(l.others) > 0 {
		l.t.Errorf("%v up to %d: asked for %q, want %q; and also %q", configuration, limit, asked, limits, l.others)
	}
	return found
}

func TestPipelineListFilters(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	newPipeline(p, "a")
	p.Act("pipelines/"+newPipeline(p, "b"), "deactivate", nil)
	newPipeline(p, "b")
	newPipeline(p.NewProject(), "elsewhere")
	l := listerOf(t, p.Rancher)
	for name, c := range map[string]struct {
		filter members
		want   []string
	}{
		"all":      {members{}, []string{"a", "b", "b"}},
		"active":   {members{"active": true}, []string{"a", "b"}},
		"inactive": {members{"active": false}, []string{"b"}},
		"by name":  {members{"display_name": "b"}, []string{"b", "b"}},
		"both":     {members{"display_name": "b", "active": true}, []string{"b"}},
		"none":     {members{"display_name": "B"}, nil},
	} {
		c.filter["project_id"] = p.ID
		t.Run(name, func(t *testing.T) { l.finds(pipelineType, c.filter, 0, false, c.want, []string{"1000"}) })
	}
}

// No more is asked for than is wanted.
func TestPipelineListHonoursTheLimit(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	for n := range 7 {
		id := newPipeline(p, "app")
		if n%2 > 0 {
			p.Act("pipelines/"+id, "deactivate", nil)
		}
	}
	l := listerOf(t, p.Rancher)
	some := func(n int) []string { return slices.Repeat([]string{"app"}, n) }
	project := members{"project_id": p.ID}
	l.finds(pipelineType, project, 3, false, some(3), []string{"3"})
	l.finds(pipelineType, project, 1, true, some(1), []string{"2"})
	l.finds(pipelineType, project, 7, false, some(7), []string{"7"})
	l.finds(pipelineType, project, 100, false, some(7), []string{"100"})
	l.finds(pipelineType, project, 5000, false, some(7), []string{"1000"})
	l.finds(pipelineType, members{"project_id": p.ID, "active": false}, 2, false, some(2), []string{"1000"})
}

// What is included is what an import would read.
func TestListedResourcesAreWhatAnImportReads(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	spec := documentedSpec(p)
	spec["active"] = false
	p.Make(p.URL("pipelines"), spec)
	p.Make("clusters/"+p.ClusterID+"/clusterpipelines", object{"githubConfig": object{"clientID": "x", "clientSecret": "CANARY"}})
	p.Make("clusters/"+p.ClusterID+"/clusterpipelines", object{})
	l := listerOf(t, p.Rancher)
	all, diagnostics := l.List(configType, members{"cluster_id": p.ClusterID}, 0, true)
	l.Succeeds(diagnostics)
	if len(all) != 2 {
		t.Errorf("%d configurations", len(all))
	}
	for _, one := range all {
		if id := acctest.Text(one.Identity["id"]); !strings.HasSuffix(id, ":"+one.Name) {
			t.Errorf("%s is called %s", id, one.Name)
		}
	}
	found := map[string][]acctest.Listed{
		configType: all, pipelineType: l.finds(pipelineType, members{"project_id": p.ID}, 0, true, []string{"pipeline-test"}, []string{"1000"}),
	}
	for typeName, all := range found {
		for _, one := range all {
			imported, identity := l.Import(typeName, "", members{"id": acctest.Text(one.Identity["id"])})
			if fmt.Sprint(identity) != fmt.Sprint(one.Identity) {
				t.Errorf("%s: identity is %v, want %v", one.Name, one.Identity, identity)
			}
			for name, value := range imported {
				if !value.Equal(one.Resource[name]) {
					t.Errorf("%s: %s is %s, want %s", one.Name, name, one.Resource[name], value)
				}
			}
			if strings.Contains(fmt.Sprint(one.Resource), "CANARY") {
				t.Errorf("%s has a secret", one.Name)
			}
		}
	}
}

// What is being deleted is nothing to adopt.
func TestListLeavesOutWhatIsBeingDeleted(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t, func(o *sandbox.Options) { o.RancherFinalizing = time.Minute }).NewProject()
	newPipeline(p, "stays")
	p.Remove("pipelines/" + newPipeline(p, "goes"))
	p.Remove("clusterpipelines/" + p.Make("clusters/"+p.ClusterID+"/clusterpipelines", object{}))
	l := listerOf(t, p.Rancher)
	l.finds(pipelineType, members{"project_id": p.ID}, 0, true, []string{"stays"}, []string{"1000"})
	l.finds(configType, members{"cluster_id": p.ClusterID}, 0, true, nil, []string{"1000"})
}

// A list that fails says why, once, after what it found.
func TestListErrors(t *testing.T) {
	t.Parallel()
	p := acctest.SandboxRancher(t).NewProject()
	empty := p.NewProject()
	for range 3 {
		newPipeline(p, "app")
	}
	l := listerOf(t, p.Rancher)
	for name, c := range map[string]struct {
		typeName      string
		configuration members
		want          []string
	}{
		"no project":     {pipelineType, members{"project_id": "c-none:p-none"}, []string{"project_id", "no project with this id"}},
		"no cluster":     {configType, members{"cluster_id": "c-none"}, []string{"cluster_id", "no cluster with this id"}},
		"half a project": {pipelineType, members{"project_id": empty.Namespace}, []string{"project_id"}},
		"not a cluster":  {configType, members{"cluster_id": "c-a:p-b"}, []string{"must be a cluster's id"}},
		"no name":        {pipelineType, members{"project_id": p.ID, "display_name": ""}, []string{"display_name"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, diagnostics := l.List(c.typeName, c.configuration, 0, false)
			if said := acctest.Said(diagnostics); len(found) > 0 || !saying(c.want...).MatchString(said) || strings.Count(said, "ERROR") != 1 {
				t.Errorf("found %v: %s", found, said)
			}
		})
	}
	t.Run("nothing in a project", func(t *testing.T) {
		found, diagnostics := l.List(pipelineType, members{"project_id": empty.ID}, 0, false)
		if len(found) > 0 || len(diagnostics) > 0 {
			t.Errorf("found %v: %s", found, acctest.Said(diagnostics))
		}
	})
	t.Run("a page fails", func(t *testing.T) {
		failing(t, p.Rancher, faults.Rule{Method: http.MethodGet, Path: "/pipelines$", Fault: faults.Status, Status: http.StatusServiceUnavailable})
		found, diagnostics := l.List(pipelineType, members{"project_id": p.ID}, 0, true)
		if len(found) > 0 || !saying("Cannot list pipelines in project "+p.ID, "503").MatchString(acctest.Said(diagnostics)) {
			t.Errorf("found %v: %s", found, acctest.Said(diagnostics))
		}
	})
	t.Run("no provider configuration yet", func(t *testing.T) {
		server := acctest.NewProtocol(t)
		server.Succeeds(server.Configure(members{"rancher": members{"token": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}}))
		if _, diagnostics := server.List(pipelineType, members{"project_id": p.ID}, 0, false); !saying("Rancher's configuration is not known yet").MatchString(acctest.Said(diagnostics)) {
			t.Errorf("it says %s", acctest.Said(diagnostics))
		}
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/nautes"
)

// gate stands between Nautes and GitLab and can hold back calls of one token.
type gate struct {
	http.Handler
	mu    sync.Mutex
	token string // of whose calls
	count int    // of those that read the branch
	stops map[int]*stop
}

// stop is where a call is held back.
type stop struct{ held, open chan struct{} }

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	var here *stop
	if g.token != "" && r.Header.Get("Authorization") == "Bearer "+g.token && strings.HasSuffix(r.URL.Path, "/repository/branches/main") {
		g.count++
		here = g.stops[g.count]
	}
	g.mu.Unlock()
	if here != nil {
		close(here.held)
		<-here.open
	}
	g.Handler.ServeHTTP(w, r)
}

// hold makes these readings of the branch wait, counted from now, of calls with the token.
func (g *gate) hold(token string, readings ...int) []*stop {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.token, g.count, g.stops = token, 0, map[int]*stop{}
	var stops []*stop
	for _, n := range readings {
		g.stops[n] = &stop{make(chan struct{}), make(chan struct{})}
		stops = append(stops, g.stops[n])
	}
	return stops
}

// The readings of the branch in the course of a save.
const (
	fetching = 2 // it has cloned
	pushing  = 3 // it has fetched, and looks whether the branch is still the same
)

// newContest is a kit in which calls collide, and the token of a second client.
func newContest(t *testing.T) (*kit, *gate, string) {
	t.Helper()
	g := &gate{}
	k := newKit(t, func(c *nautes.Config) { g.Handler, c.GitLab = c.GitLab, g })
	other := k.user("other", 40)
	k.nautes.SetCollisions(true)
	return k, g, other
}

func (k *kit) tick() {
	k.t.Helper()
	if err := k.clock.Advance(time.Second); err != nil {
		k.t.Fatal(err)
	}
}

// TestCallsOneByOneNeverCollide, not even within one second.
func TestCallsOneByOneNeverCollide(t *testing.T) {
	k, _, _ := newContest(t)
	for i := range 3 {
		name := fmt.Sprintf("r%d", i)
		k.post(runtimes+"/"+name, runtime(change{"pipelines": fmt.Sprintf(`[{"name":"pipeline-dev","path":"%d"}]`, i)})).saved(name + " configuration")
		k.get(runtimes + "/" + name).has(name)
	}
}

// TestCollision: contract section 7.7. While one call is under way, no other may begin in the second in which it began, whatever its verb and product.
func TestCollision(t *testing.T) {
	k, g, other := newContest(t)
	k.nautes.SetCollisions(false)
	k.post("/products/more", `{"git":{"gitlab":{"visibility":"private"}}}`)
	k.nautes.SetCollisions(true)
	fetch := g.hold(other, fetching)[0]
	slow := make(chan answer)
	go func() { slow <- k.do("POST", runtimes+"/slow", runtime(nil), "Authorization", other) }()
	<-fetch.held
	for path, product := range map[string]string{
		"GET " + runtimes: "labs", "GET " + runtimes + "/slow": "labs", "DELETE " + runtimes + "/slow": "labs", "POST " + runtimes + "/x": "labs",
		"GET /products/more/projects": "more",
	} {
		method, path, _ := strings.Cut(path, " ")
		f := k.do(method, path, runtime(nil)).failure()
		start := fmt.Sprintf("failed to clone repository, the repository url: %s/%s/default.project.git, err: failed to clone repository: fatal: ", gitlabURL, product)
		end, begins := strings.CutPrefix(f.Message, start)
		if f.Code != 500 || f.Reason != "" || !begins || end != "destination path 'default.project' already exists and is not an empty directory." &&
			end != "could not create work tree dir 'default.project': File exists" {
			t.Errorf("%s %s: %+v", method, path, f)
		}
	}
	k.tick()
	k.get(runtimes).is(`{"items":[]}`)
	close(fetch.open)
	(<-slow).saved("slow configuration")
	k.get(runtimes + "/slow").has("slow")
}

// TestCollisionsAreReal lets calls loose at once.
func TestCollisionsAreReal(t *testing.T) {
	k, _, _ := newContest(t)
	var together sync.WaitGroup
	answers := make([]answer, 30)
	for i := range answers {
		together.Go(func() {
			answers[i] = k.post(fmt.Sprintf("%s/r%d", runtimes, i), runtime(change{"pipelines": fmt.Sprintf(`[{"name":"pipeline-dev","path":"%d"}]`, i)}))
		})
	}
	together.Wait()
	saved := 0
	for _, a := range answers {
		if a.status == 200 {
			saved++
		} else if !strings.Contains(a.body, "failed to clone repository: fatal: ") {
			t.Error(a)
		}
	}
	if saved == 0 || saved == len(answers) {
		t.Errorf("%d of %d calls at once succeeded", saved, len(answers))
	}
	if got := strings.Count(names(k.get(runtimes)), "r"); got != saved {
		t.Errorf("%d were said to be saved, %d are there", saved, got)
	}
}

// TestConflicts: contract section 7.8. The second client has cloned when the first one pushes.
func TestConflicts(t *testing.T) {
	const conflict = "when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: "
	pipeline := func(path string) string {
		return runtime(change{"pipelines": fmt.Sprintf(`[{"name":"pipeline-dev","path":%q}]`, path)})
	}
	inWeb := runtime(change{"project": "web", "pipeline_source": "web", "event_sources": `[{"name":"event-source-dev"}]`})
	for _, row := range []struct {
		name                string
		first, second, body string // method and path of runtimes, and what the second one saves
		fails               string // "" = the second one succeeds
		without             string // a file that is missing at the beginning
	}{
		{name: "changes of different runtimes", first: "POST /r1", second: "POST /r2", body: pipeline("new")},
		{name: "creations in one project", first: "POST /new1", second: "POST /new2", body: pipeline("new"),
			fails: conflict + "…CONFLICT (content): Merge conflict in production/kustomization.yaml"},
		{name: "creations in two projects", first: "POST /new1", second: "POST /new2", body: inWeb},
		{name: "creations in a product without list", first: "POST /new1", second: "POST /new2", body: inWeb, without: "production/kustomization.yaml",
			fails: conflict + "…CONFLICT (add/add): Merge conflict in production/kustomization.yaml"},
		{name: "creation and removal in one project", first: "DELETE /r2", second: "POST /new2", body: pipeline("new"),
			fails: conflict + "…CONFLICT (content): Merge conflict in production/kustomization.yaml"},
		{name: "changes of one runtime", first: "POST /r1", second: "POST /r1", body: pipeline("new"),
			fails: conflict + "…CONFLICT (content): Merge conflict in projects/api-server/r1.yaml"},
		{name: "creations of one runtime", first: "POST /new", second: "POST /new", body: pipeline("new"),
			fails: conflict + "…CONFLICT (add/add): Merge conflict in projects/api-server/new.yaml"},
		{name: "change of a removed runtime", first: "DELETE /r1", second: "POST /r1", body: pipeline("new"),
			fails: conflict + "…CONFLICT (modify/delete): projects/api-server/r1.yaml deleted in refs/remotes/origin/main and modified in HEAD."},
		{name: "removal of a changed runtime", first: "POST /r1", second: "DELETE /r1",
			fails: conflict + "…CONFLICT (modify/delete): projects/api-server/r1.yaml deleted in HEAD and modified in refs/remotes/origin/main."},
		{name: "no change", first: "POST /r2", second: "POST /r1", body: pipeline("1"), fails: "commit output: …nothing to commit, working tree clean"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			k, g, other := newContest(t)
			k.nautes.SetCollisions(false)
			for range 2 { // the second time for the list in its order
				k.post(runtimes+"/r1", pipeline("1")).saved("r1 configuration")
				k.post(runtimes+"/r2", pipeline("2")).saved("r2 configuration")
			}
			if row.without != "" {
				k.file(row.without, "")
			}
			k.nautes.SetCollisions(true)
			method, path, _ := strings.Cut(row.second, " ")
			fetch := g.hold(other, fetching)[0]
			second := make(chan answer)
			go func() { second <- k.do(method, runtimes+path, row.body, "Authorization", other) }()
			<-fetch.held
			k.tick()
			method, path, _ = strings.Cut(row.first, " ")
			if a := k.do(method, runtimes+path, pipeline("first")); a.status != 200 {
				t.Errorf("the first client: %s", a.body)
			}
			before := k.content("production/kustomization.yaml")
			close(fetch.open)
			a := <-second
			if row.fails == "" {
				if a.status != 200 {
					t.Error(a)
				}
				k.get(runtimes + path).has("first")
				k.get(runtimes + strings.TrimPrefix(row.second, "POST ")).has(`"pipelines"`)
				return
			}
			start, end, _ := strings.Cut(row.fails, "…")
			if f := a.failure(); f.Code != 500 || f.Reason != "" || !strings.HasPrefix(f.Message, start) || !strings.Contains(f.Message, end) ||
				!strings.HasSuffix(f.Message, ", err: exit status 1") {
				t.Errorf("%+v", f)
			}
			if k.content("production/kustomization.yaml") != before {
				t.Error("the losing call has left something")
			}
		})
	}
}

// TestRejectedPush: somebody pushes between a call's fetch and its push.
func TestRejectedPush(t *testing.T) {
	k, g, other := newContest(t)
	save := func(body string) <-chan answer {
		done := make(chan answer)
		go func() { done <- k.do("POST", runtimes+"/r1", body, "Authorization", other) }()
		return done
	}
	push := g.hold(other, pushing)[0]
	done := save(runtime(nil))
	<-push.held
	k.file("projects/web/README.md", "by hand")
	close(push.open)
	f := (<-done).failure()
	if f.Code != 500 || !strings.HasPrefix(f.Message, "push data: ") || !strings.Contains(f.Message, "! [rejected]        main -> main (fetch first)") ||
		!strings.HasSuffix(f.Message, ", err: exit status 1") {
		t.Errorf("%+v", f)
	}

	// After a merge the push is tried again, which always fails.
	stops := g.hold(other, fetching, pushing)
	done = save(runtime(nil))
	for i, s := range stops {
		<-s.held
		k.file("projects/web/README.md", fmt.Sprint("by hand again ", i))
		close(s.open)
	}
	if f := (<-done).failure(); !strings.HasPrefix(f.Message, "commit output: ") || !strings.Contains(f.Message, "nothing to commit, working tree clean") {
		t.Errorf("%+v", f)
	}
	k.tick()
	k.get(runtimes).is(`{"items":[]}`)
}

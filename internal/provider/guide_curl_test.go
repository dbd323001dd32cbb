// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// pair is a section of the guide: calls, and what stands for them in HCL.
type pair struct {
	title string
	calls [][]string // the arguments of each curl
	hcl   []string   // one block each; none where a block is to be removed
}

// curlGuide is the guide's sections by what they are about. An edit has another block of an address that a creation has.
type curlGuide struct{ reads, creations, edits, actions, deletions []pair }

func newCurlGuide(t *testing.T) curlGuide {
	t.Helper()
	var guide curlGuide
	created := map[string]bool{}
	for section := range strings.SplitSeq(read(t, guides+"from-curl-to-hcl.md"), "\n### ") {
		shell := blocks(section, "shell")
		if len(shell) == 0 {
			continue
		}
		title, _, _ := strings.Cut(section, "\n")
		p := pair{title: title, calls: calls(t, shell[0])}
		for _, block := range blocks(section, "terraform") {
			p.hcl = append(p.hcl, regexp.MustCompile(`(?ms)^\w+ .*?^}$`).FindAllString(block, -1)...)
		}
		of := &guide.creations
		if len(p.hcl) == 0 {
			of = &guide.deletions
		} else if last := p.hcl[len(p.hcl)-1]; strings.HasPrefix(last, "data ") {
			of = &guide.reads
		} else if strings.HasPrefix(last, "action ") {
			of = &guide.actions
		} else if created[address(last)] {
			of = &guide.edits
		} else {
			created[address(last)] = true
		}
		*of = append(*of, p)
	}
	if len(guide.reads) != 7 || len(guide.creations) != 4 || len(guide.edits) != 2 || len(guide.actions) != 4 || len(guide.deletions) != 1 {
		t.Fatalf("the guide has other sections than this test: %v", guide)
	}
	return guide
}

// address is the type and the name of a block; "" of one that has none.
func address(block string) string {
	match := regexp.MustCompile(`^\w+ "(\w+)" "(\w+)"`).FindStringSubmatch(block)
	if match == nil {
		return ""
	}
	return match[1] + "." + match[2]
}

// curlWorld is what the guide speaks of: project 29 with the schedule 13, which is somebody else's and has been played, and pipeline 46.
type curlWorld struct {
	*acctest.Project
	schedule int64
	// pipelines are those that are retried, canceled and deleted.
	pipelines [3]int64
}

func newCurlWorld(g *acctest.GitLab) *curlWorld {
	w := &curlWorld{Project: g.NewProject()}
	other := w.NewMember(acctest.Maintainer)
	w.schedule = w.NewSchedule(other.Token, map[string]any{"description": "Test schedule pipeline", "cron": "* * * * *", "cron_timezone": "Asia/Tokyo"})
	w.Object(http.MethodPost, w.URL("pipeline_schedules/%d/play", w.schedule), nil)
	for i := range w.pipelines {
		w.pipelines[i] = acctest.Number(w.Object(http.MethodPost, w.URL("pipeline"), map[string]any{
			"ref": "main", "variables": []any{map[string]any{"key": "RUN_NIGHTLY_BUILD", "value": "true"}},
		})["id"])
	}
	w.Object(http.MethodPost, w.URL("pipelines/%d/cancel", w.pipelines[0]), nil)
	return w
}

// here is a text of the guide about this world, and no other.
func (w *curlWorld) here(p pair, text string) string {
	pipeline := w.pipelines[1]
	switch {
	case strings.HasPrefix(p.title, "Retry"):
		pipeline = w.pipelines[0]
	case strings.HasPrefix(p.title, "Delete"):
		pipeline = w.pipelines[2]
	}
	return strings.NewReplacer(
		"https://gitlab.example.com", w.BaseURL, "<your_access_token>", w.Token, "projects/29", fmt.Sprintf("projects/%d", w.ID), `"29`, fmt.Sprintf(`"%d`, w.ID),
		"schedules/13", fmt.Sprintf("schedules/%d", w.schedule), "= 13", fmt.Sprintf("= %d", w.schedule), `:13"`, fmt.Sprintf(`:%d"`, w.schedule),
		"pipelines/46", fmt.Sprintf("pipelines/%d", pipeline), "= 46", fmt.Sprintf("= %d", pipeline),
	).Replace(text)
}

// call makes a section's calls and returns the answer to the last one.
func (w *curlWorld) call(t *testing.T, p pair) any {
	t.Helper()
	var answer any
	for _, arguments := range p.calls {
		arguments = slices.Clone(arguments)
		for i := range arguments {
			arguments[i] = w.here(p, arguments[i])
		}
		body, err := curl(arguments)
		if err != nil {
			t.Fatalf("%s: %v", p.title, err)
		}
		if len(body) > 0 {
			if err := json.Unmarshal(body, &answer); err != nil {
				t.Fatalf("%s: %v: %s", p.title, err, body)
			}
		}
	}
	return answer
}

// has is what there is, without what differs between equal worlds.
func (w *curlWorld) has() string {
	varying := []string{"id", "iid", "project_id", "sha", "web_url", "next_run_at", "created_at", "updated_at", "before_sha"}
	var all []map[string]any
	all = append(all, w.Schedules()...)
	for _, listed := range w.List(w.URL("pipelines?sort=asc")) {
		variables := w.List(w.URL("pipelines/%d/variables", acctest.Number(listed["id"])))
		listed["variables"] = variables
		all = append(all, listed)
	}
	for _, object := range all {
		for _, name := range varying {
			delete(object, name)
		}
		if last, ok := object["last_pipeline"].(map[string]any); ok {
			object["last_pipeline"] = last["status"]
		}
		if owner, ok := object["owner"].(map[string]any); ok {
			object["owner"] = owner["username"] == "root"
		}
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// hcl are the blocks of sections.
func (w *curlWorld) hcl(sections []pair) []string {
	var all []string
	for _, p := range sections {
		for _, block := range p.hcl {
			all = append(all, w.here(p, block))
		}
	}
	return all
}

// What is called in one project, and applied in another, leads to the same; and what is read tells the same.
func TestCurlGuide(t *testing.T) {
	t.Parallel()
	guide := newCurlGuide(t)
	g := acctest.SandboxGitLab(t)
	called, applied := newCurlWorld(g), newCurlWorld(g)
	r := newReader(t)
	terraform := func(command string, blocks ...string) {
		t.Helper()
		r.put("main.tf", requirement+strings.Join(blocks, "\n"))
		if out, code := r.do("terraform "+command, "GITLAB_BASE_URL="+g.BaseURL, "GITLAB_TOKEN="+g.Token); code != 0 {
			t.Fatalf("%d: %s", code, out)
		}
	}
	call := func(sections []pair) {
		t.Helper()
		for _, p := range sections {
			called.call(t, p)
		}
	}
	same := func(when string) {
		t.Helper()
		if one, other := called.has(), applied.has(); one != other {
			t.Fatalf("%s, there is by curl\n%s\nand by HCL\n%s", when, one, other)
		}
	}
	terraform("init")
	same("at first")

	var answers []any
	for _, p := range guide.reads {
		answers = append(answers, applied.call(t, p))
	}
	terraform("apply -auto-approve", applied.hcl(guide.reads)...)
	told := r.dataSources()
	for i, p := range guide.reads {
		attributes := told[address(p.hcl[0])]
		var of any = attributes
		if _, isList := answers[i].([]any); isList { // which a data source has as one of these
			for _, name := range []string{"pipeline_schedules", "pipelines", "variables"} {
				if attributes[name] != nil {
					of = attributes[name]
				}
			}
		}
		if n, err := agree(inShape(answers[i]), of, p.title); err != nil || n < 2 {
			t.Errorf("%s: %d values agree, %v", p.title, n, err)
		}
	}

	creations, edits := applied.hcl(guide.creations), applied.hcl(guide.edits)
	call(guide.creations)
	terraform("apply -auto-approve", creations...)
	same("after creating")

	call(guide.edits)
	edited := slices.DeleteFunc(slices.Clone(creations), func(block string) bool {
		return strings.HasPrefix(block, "import ") || slices.ContainsFunc(edits, func(edit string) bool { return address(edit) == address(block) })
	})
	edited = append(edited, edits...)
	if r.hasActions() {
		call(guide.actions)
		edited = append(edited, afterwards(edits, applied.hcl(guide.actions)))
	}
	terraform("apply -auto-approve", edited...)
	same("after editing")

	call(guide.deletions)
	// What the configuration created goes with the rest of it.
	for _, schedule := range called.Schedules() {
		called.Call(http.MethodDelete, called.URL("pipeline_schedules/%d", acctest.Number(schedule["id"])), nil)
	}
	terraform("destroy -auto-approve")
	same("after deleting")
}

// afterwards are actions, and what triggers them when some blocks have been applied.
func afterwards(blocks, actions []string) string {
	var waits, acts []string
	for _, block := range blocks {
		waits = append(waits, address(block))
	}
	for _, block := range actions {
		acts = append(acts, "action."+address(block))
	}
	return strings.Join(actions, "\n") + fmt.Sprintf(`
resource "terraform_data" "afterwards" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [%s]
    }
  }
  depends_on = [%s]
}`, strings.Join(acts, ", "), strings.Join(waits, ", "))
}

// hasActions tells whether the tool knows actions.
func (r *reader) hasActions() bool {
	r.t.Helper()
	out, _ := r.do("terraform version")
	var major, minor int
	_, err := fmt.Sscanf(out, "Terraform v%d.%d", &major, &minor)
	return err == nil && (major > 1 || minor >= 14)
}

// dataSources are the attributes of those in the state, by type and name.
func (r *reader) dataSources() map[string]map[string]any {
	r.t.Helper()
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct{ Attributes map[string]any }
		}
	}
	if err := json.NewDecoder(bytes.NewBufferString(read(r.t, filepath.Join(r.folder, "terraform.tfstate")))).Decode(&state); err != nil {
		r.t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, resource := range state.Resources {
		if resource.Mode == "data" {
			all[resource.Type+"."+resource.Name] = resource.Instances[0].Attributes
		}
	}
	return all
}

// inShape is an answer in the shape that data sources have: variables are a map, and a schedule's id has a name of its own.
func inShape(answer any) any {
	switch answer := answer.(type) {
	case []any:
		byKey := map[string]any{}
		for i := range answer {
			answer[i] = inShape(answer[i])
			if element, ok := answer[i].(map[string]any); ok && element["key"] != nil {
				byKey[element["key"].(string)] = element
			}
		}
		if len(byKey) > 0 {
			return byKey
		}
	case map[string]any:
		for name := range answer {
			answer[name] = inShape(answer[name])
		}
		if answer["cron"] != nil {
			answer["pipeline_schedule_id"] = answer["id"]
			delete(answer, "id")
		}
	}
	return answer
}

// agree counts the values that an answer and a data source both have, and fails for one that they have otherwise.
func agree(answer, attribute any, at string) (n int, err error) {
	children := map[string][2]any{}
	switch answer := answer.(type) {
	case map[string]any:
		attributes, _ := attribute.(map[string]any)
		for name := range answer {
			if value, ok := attributes[name]; ok {
				children[name] = [2]any{answer[name], value}
			}
		}
	case []any:
		elements, _ := attribute.([]any)
		if len(elements) != len(answer) {
			return 0, fmt.Errorf("%s are %d, and %d in the data source", at, len(answer), len(elements))
		}
		for i := range answer {
			children[fmt.Sprint(i)] = [2]any{answer[i], elements[i]}
		}
	default:
		if !reflect.DeepEqual(answer, attribute) {
			return 0, fmt.Errorf("%s is %v, and %v in the data source", at, answer, attribute)
		}
		return 1, nil
	}
	for name, child := range children {
		more, err := agree(child[0], child[1], at+"."+name)
		if err != nil {
			return n, err
		}
		n += more
	}
	return n, nil
}

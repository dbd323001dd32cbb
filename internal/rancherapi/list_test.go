// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// shelf is what a fake server has, and how it pages.
type shelf struct {
	ids []string
	// silent servers cut lists without a word.
	silent bool
	// deaf ones ignore the marker.
	deaf bool
	// max is the most of a page; 0 means what is asked for.
	max int
	// host is where the next page is said to be.
	host string
}

func pipelineIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("p-x:p-%05d", i)
	}
	return ids
}

func (s *shelf) answer(line string) reply {
	u, err := url.Parse(strings.TrimPrefix(line, "GET "))
	if err != nil {
		return reply{status: 400}
	}
	limit, _ := strconv.Atoi(u.Query().Get("limit"))
	if s.max > 0 {
		limit = min(limit, s.max)
	}
	begin := 0
	if !s.deaf {
		begin = max(0, slices.Index(s.ids, u.Query().Get("marker")))
	}
	end := min(begin+limit, len(s.ids))
	var objects []string
	for _, id := range s.ids[begin:end] {
		objects = append(objects, fmt.Sprintf(`{"id":%q,"type":"pipeline"}`, id))
	}
	pagination := fmt.Sprintf(`"limit":%d`, limit)
	if !s.silent {
		pagination += fmt.Sprintf(`,"total":%d`, len(s.ids))
		if end < len(s.ids) {
			pagination += fmt.Sprintf(`,"partial":true,"next":"%s/v3/elsewhere?limit=7&marker=%s"`, s.host, url.QueryEscape(s.ids[end]))
		}
	}
	return ok(fmt.Sprintf(`{"type":"collection","pagination":{%s},"data":[%s]}`, pagination, strings.Join(objects, ",")))
}

func (s *fakeServer) pipelineIDs(t *testing.T) []string {
	t.Helper()
	objects, err := s.Pipelines(t.Context(), "c-a:p-x")
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(objects))
	for i, o := range objects {
		ids[i] = o.ID
	}
	return ids
}

func TestListIsWhole(t *testing.T) {
	for name, test := range map[string]struct {
		shelf shelf
		calls int
	}{
		"nothing":                              {shelf{}, 1},
		"one page":                             {shelf{ids: pipelineIDs(1000)}, 1},
		"pages by next":                        {shelf{ids: pipelineIDs(2500)}, 3},
		"next names another host":              {shelf{ids: pipelineIDs(2500), host: "http://internal.example:8080"}, 3},
		"a server with small pages":            {shelf{ids: pipelineIDs(250), max: 100}, 3},
		"cut in silence":                       {shelf{ids: pipelineIDs(2500), silent: true}, 3},
		"cut in silence, small pages":          {shelf{ids: pipelineIDs(250), silent: true, max: 100}, 3},
		"full, and not cut":                    {shelf{ids: pipelineIDs(1000), silent: true}, 2},
		"short, and not cut":                   {shelf{ids: pipelineIDs(999), silent: true}, 1},
		"full, not cut, and deaf":              {shelf{ids: pipelineIDs(1000), silent: true, deaf: true}, 2},
		"a page of one, cut to one in silence": {shelf{ids: pipelineIDs(1), silent: true, max: 2}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, func(line string, _ int) reply { return test.shelf.answer(line) })
			if got := s.pipelineIDs(t); !slices.Equal(got, test.shelf.ids) {
				t.Errorf("got %d of %d", len(got), len(test.shelf.ids))
			}
			if len(s.lines) != test.calls {
				t.Errorf("asked %q", s.lines)
			}
			for _, line := range s.lines {
				if !strings.HasPrefix(line, "GET /projects/c-a:p-x/pipelines?limit=1000") {
					t.Errorf("asked %s", line)
				}
			}
		})
	}
}

// The object that the next page begins with may be deleted before that is asked
// for; Norman then gives the first page.
func TestListChangesWhileItIsRead(t *testing.T) {
	for _, silent := range []bool{false, true} {
		shelf := shelf{ids: pipelineIDs(3500), silent: silent}
		calls := 0
		s := newFakeServer(t, func(line string, _ int) reply {
			if calls++; calls == 3 {
				marker := strings.TrimPrefix(line, "GET /projects/c-a:p-x/pipelines?limit=1000&marker=")
				marker, _ = url.QueryUnescape(marker)
				shelf.ids = slices.DeleteFunc(shelf.ids, func(id string) bool { return id == marker })
			}
			return shelf.answer(line)
		})
		if got := s.pipelineIDs(t); len(shelf.ids) != 3499 || !slices.Equal(got, shelf.ids) {
			t.Errorf("silent %v: got %d of %d", silent, len(got), len(shelf.ids))
		}
	}
}

// A list that Rancher says goes on, and that doesn't, must not be taken for
// whole, nor be asked for without end.
func TestListWithoutEnd(t *testing.T) {
	one := func(id, next string) reply {
		return ok(fmt.Sprintf(`{"type":"collection","pagination":{"limit":1,"total":9,"partial":true,"next":%q},"data":[{"id":%q,"type":"pipeline"}]}`, next, id))
	}
	deaf := shelf{ids: pipelineIDs(2500), deaf: true}
	for name, respond := range map[string]func(string, int) reply{
		"deaf":             func(line string, _ int) reply { return deaf.answer(line) },
		"the same":         func(string, int) reply { return one("p-x:p-1", "/?marker=p-x:p-1") },
		"back and forth":   func(line string, _ int) reply { return backAndForth(line, one) },
		"next says naught": func(string, int) reply { return one("p-x:p-1", "nonsense") },
		"next is no URL":   func(string, int) reply { return one("p-x:p-1", "::%zz") },
		"nothing but next": func(string, int) reply {
			return ok(`{"type":"collection","pagination":{"next":"/?marker=p-x:p-1"},"data":[]}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, respond)
			if objects, err := s.Pipelines(t.Context(), "c-a:p-x"); err == nil || len(objects) > 0 {
				t.Errorf("got %d objects and %v", len(objects), err)
			}
			if len(s.lines) > 12 {
				t.Errorf("asked %d times", len(s.lines))
			}
		})
	}
}

func backAndForth(line string, one func(id, next string) reply) reply {
	if strings.HasSuffix(line, "p-2") {
		return one("p-x:p-2", "/?marker=p-x:p-1")
	}
	return one("p-x:p-1", "/?marker=p-x:p-2")
}

func TestNoList(t *testing.T) {
	for name, body := range map[string]string{
		"null":               `null`,
		"an empty object":    `{}`,
		"a plain list":       `[{"id":"p-x:p-1","type":"pipeline"}]`,
		"no data":            `{"type":"collection"}`,
		"null for data":      `{"type":"collection","data":null}`,
		"another type":       `{"type":"collection","data":[{"id":"p-x:p-1","type":"project"}]}`,
		"an object of null":  `{"type":"collection","data":[null]}`,
		"an object's answer": `{"type":"pipeline","id":"p-x:p-1"}`,
		"a page":             `<html>`,
	} {
		s := newFakeServer(t, func(string, int) reply { return ok(body) })
		_, err := s.Pipelines(t.Context(), "c-a:p-x")
		var lost *transport.AnswerLostError
		if !errors.As(err, &lost) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What Norman doesn't filter by, it gives without a word.
func TestFiltersAreCheckedAgain(t *testing.T) {
	data := func(kind string, objects ...string) reply {
		return ok(`{"type":"collection","data":[` + strings.ReplaceAll(strings.Join(objects, ","), "KIND", kind) + `]}`)
	}
	t.Run("creator", func(t *testing.T) {
		s := newFakeServer(t, func(string, int) reply {
			return data("remoteAccount", `{"id":"a","type":"KIND","creatorId":"u-1"}`, `{"id":"b","type":"KIND","creatorId":"u-2"}`, `{"id":"c","type":"KIND","creatorId":null}`)
		})
		mine, err := s.RemoteAccounts(t.Context(), "u-1")
		if err != nil || len(mine) != 1 || mine[0].ID != "a" {
			t.Errorf("got %v, %v", mine, err)
		}
		all, err := s.RemoteAccounts(t.Context(), "")
		if err != nil || len(all) != 3 {
			t.Errorf("got %v, %v", all, err)
		}
		s.wantLines(t, "GET /remoteaccounts?creatorId=u-1&limit=1000", "GET /remoteaccounts?limit=1000")
	})
	t.Run("project", func(t *testing.T) {
		s := newFakeServer(t, func(string, int) reply {
			return data("pipeline", `{"id":"p-x:p-1","type":"KIND","spec":{"projectName":"project-abc"}}`,
				`{"id":"p-y:p-2","type":"KIND","spec":{"projectName":"c-a:p-x"}}`, `{"id":"plain","type":"KIND"}`)
		})
		if got := s.pipelineIDs(t); !slices.Equal(got, []string{"p-x:p-1", "plain"}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("cluster", func(t *testing.T) {
		s := newFakeServer(t, func(string, int) reply {
			return data("clusterPipeline", `{"id":"c-a:one","type":"KIND"}`, `{"id":"c-b:two","type":"KIND"}`)
		})
		got, err := s.ClusterPipelines(t.Context(), "c-a")
		if err != nil || len(got) != 1 || got[0].ID != "c-a:one" {
			t.Errorf("got %v, %v", got, err)
		}
		s.wantLines(t, "GET /clusters/c-a/clusterpipelines?limit=1000")
	})
}

func TestLogsOfAllProjects(t *testing.T) {
	s := newFakeServer(t, func(string, int) reply {
		return ok(`{"type":"collection","data":[{"id":"p-x:l-1","type":"pipelineLog","spec":{"message":"one"}},{"id":"p-y:l-2","type":"pipelineLog"}]}`)
	})
	if logs, err := s.PipelineLogs(t.Context(), ""); err != nil || len(logs) != 2 {
		t.Errorf("got %v, %v", logs, err)
	}
	if logs, err := s.PipelineLogs(t.Context(), "c-a:p-x"); err != nil || len(logs) != 1 || logs[0].Spec.Message != "one" {
		t.Errorf("got %v, %v", logs, err)
	}
	s.wantLines(t, "GET /pipelinelogs?limit=100", "GET /projects/c-a:p-x/pipelinelogs?limit=100")
	if _, err := s.Pipelines(t.Context(), ""); err == nil {
		t.Error("pipelines of no project")
	}
}

func TestPagesThatAreTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a run without -short: it moves some 100 MiB")
	}
	shelf := shelf{ids: pipelineIDs(12)}
	s := newFakeServer(t, func(line string, _ int) reply {
		a := shelf.answer(line)
		if strings.Contains(line, "limit=100") { // 1000 and 100
			a.body += strings.Repeat(" ", transport.MaxAnswer)
		}
		return a
	})
	if got := s.pipelineIDs(t); !slices.Equal(got, shelf.ids) {
		t.Errorf("got %v", got)
	}
	s.wantLines(t, "GET /projects/c-a:p-x/pipelines?limit=1000", "GET /projects/c-a:p-x/pipelines?limit=100",
		"GET /projects/c-a:p-x/pipelines?limit=10", "GET /projects/c-a:p-x/pipelines?limit=10&marker=p-x%3Ap-00010")
}

// Whoever wants but some objects asks for no page beyond them.
func TestPagesAsTheyAreNeeded(t *testing.T) {
	ids := pipelineIDs(10)
	// In silence the last object of a full page is asked for again.
	for _, c := range []struct{ wanted, perPage, calls, inSilence, limit int }{
		{3, 3, 1, 1, 3}, {4, 3, 2, 2, 3}, {1, 1, 1, 1, 2}, {10, 0, 1, 1, 1000}, {11, 4, 3, 4, 4}, {10, 20000, 1, 1, 1000},
	} {
		for _, silent := range []bool{false, true} {
			shelf := shelf{ids: ids, silent: silent}
			s := newFakeServer(t, func(line string, _ int) reply { return shelf.answer(line) })
			var got []string
			for p, err := range s.EachPipeline(t.Context(), "c-a:p-x", c.perPage) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, p.ID); len(got) == c.wanted {
					break
				}
			}
			calls := c.calls
			if silent {
				calls = c.inSilence
			}
			if !slices.Equal(got, ids[:min(c.wanted, len(ids))]) || len(s.lines) != calls || !strings.Contains(s.lines[0], fmt.Sprintf("?limit=%d", c.limit)) {
				t.Errorf("%+v, silent %v: got %q by %q", c, silent, got, s.lines)
			}
		}
	}
}

// A list that begins again gives nothing twice, and an error ends it.
func TestPagesThatBeginAgain(t *testing.T) {
	shelf := shelf{ids: pipelineIDs(7)}
	calls := 0
	s := newFakeServer(t, func(line string, _ int) reply {
		switch calls++; calls {
		case 2:
			shelf.ids = slices.Delete(shelf.ids, 3, 4)
		case 5:
			return reply{status: 503}
		}
		return shelf.answer(line)
	})
	var got []string
	var failed error
	for p, err := range s.EachPipeline(t.Context(), "c-a:p-x", 3) {
		if failed = err; err == nil {
			got = append(got, strings.TrimPrefix(p.ID, "p-x:p-0000"))
		}
	}
	if want := []string{"0", "1", "2", "4", "5", "6"}; !slices.Equal(got, want) || failed != nil || calls != 4 {
		t.Errorf("got %q, %v by %q", got, failed, s.lines)
	}
	for _, err := range s.EachPipeline(t.Context(), "c-a:p-x", 3) {
		failed = err
	}
	if failed == nil {
		t.Error("no error")
	}
}

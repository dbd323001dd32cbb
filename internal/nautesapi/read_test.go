// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

func TestAProductIsListedOnceForAllItsRuntimes(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e"}
	var replies []string
	for _, name := range names {
		replies = append(replies, replyV042(name, "web"))
	}
	s := newFakeServer(t, Config{}, func(string, int) answer { return list(replies...) })
	var all sync.WaitGroup
	for range 4 {
		for _, name := range names {
			all.Go(func() {
				want := aRuntime("web")
				want.Name = name
				got, err := s.Runtime(t.Context(), "p", name)
				if err != nil || got.Name != name || compare(want, *got, WireV04) != same {
					t.Errorf("%s: %+v, %v", name, got, err)
				}
			})
		}
	}
	all.Wait()
	if got := s.lines(); got != "GET p/…" {
		t.Errorf("asked %s", got)
	}
}

func TestAbsenceInAListIsConfirmed(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(line string, _ int) answer {
		switch line {
		case "GET p/projectpipelineruntimes":
			return list(replyV042("a", "web"))
		case "GET p/projectpipelineruntimes/new":
			return answer{200, replyV042("new", "web")}
		}
		return notFound
	})
	if _, err := s.Runtime(t.Context(), "p", "gone"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	if r, err := s.Runtime(t.Context(), "p", "new"); err != nil || r.Name != "new" {
		t.Error(r, err)
	}
	if got := s.lines(); got != "GET p/…, GET p/…/gone, GET p/…/new" {
		t.Errorf("asked %s", got)
	}
}

// One runtime with inputs makes LIST fail for all of them.
func TestARuntimeIsReadThoughItsProductCantBeListed(t *testing.T) {
	t.Parallel()
	broken := refused("UNKNOWN", "unknown request error")
	for _, listed := range []answer{broken, {504, "<html><title>Gateway Time-out</title></html>"}, {0, ""}, {200, "<html>"}} {
		s := newFakeServer(t, Config{}, func(line string, _ int) answer {
			switch line {
			case "GET p/projectpipelineruntimes":
				return listed
			case "GET p/projectpipelineruntimes/with-inputs":
				return broken
			}
			return answer{200, replyV042(line[len("GET p/projectpipelineruntimes/"):], "web")}
		})
		for _, name := range []string{"a", "b"} {
			if r, err := s.Runtime(t.Context(), "p", name); err != nil || r.Name != name {
				t.Error(r, err)
			}
		}
		if _, err := s.Runtime(t.Context(), "p", "with-inputs"); !is(err, RuntimeUnreadable) || errors.Is(err, ErrAbsent) {
			t.Error(err)
		}
		if got := s.lines(); got != "GET p/…, GET p/…/a, GET p/…/b, GET p/…/with-inputs" {
			t.Errorf("asked %s", got)
		}
		if _, err := s.Runtimes(t.Context(), "p", ""); err == nil {
			t.Error("a list that failed is no empty list")
		}
	}
}

func TestWhatFailsTheProductFailsEachRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listed answer
		kind   Kind
	}{
		{answer{404, `{"code":404,"reason":"GROUP_NOT_FOUND","message":"QUOTE","metadata":{}}`}, ProductNotFound},
		{answer{404, `{"code":404,"reason":"PROJECT_NOT_FOUND","message":"QUOTE","metadata":{}}`}, MetadataMissing},
		{refused("", "token is not found"), BadToken},
	} {
		s := newFakeServer(t, Config{}, func(string, int) answer { return c.listed })
		if _, err := s.Runtime(t.Context(), "p", "r1"); !is(err, c.kind) || errors.Is(err, ErrAbsent) {
			t.Errorf("%s: %v", c.kind, err)
		}
		if got := s.lines(); got != "GET p/…" {
			t.Errorf("%s: asked %s", c.kind, got)
		}
	}
}

func TestAWriteOutdatesWhatItTouched(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(line string, before int) answer {
		source := fmt.Sprintf("web-%d", before)
		switch line {
		case "GET p/projectpipelineruntimes":
			return list(replyV042("a", "web"), replyV042("b", source))
		case "GET p/projectpipelineruntimes/b":
			return answer{200, replyV042("b", "saved")}
		}
		return saved
	})
	read := func(name, want string) {
		t.Helper()
		if r, err := s.Runtime(t.Context(), "p", name); err != nil || r.PipelineSource != want {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	read("b", "web-0")
	if err := s.SaveRuntime(t.Context(), "p", "b", aRuntime("saved"), false); err != nil {
		t.Fatal(err)
	}
	read("b", "saved")
	read("a", "web")
	if all, err := s.Runtimes(t.Context(), "p", ""); err != nil || all[1].PipelineSource != "web-1" {
		t.Errorf("%+v, %v", all, err)
	}
	if got := s.lines(); got != "GET p/…, POST p/…/b, GET p/…/b, GET p/…" {
		t.Errorf("asked %s", got)
	}
}

func TestAFieldSelectorIsAskedEachTime(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(string, int) answer { return list() })
	for range 2 {
		if _, err := s.Runtimes(t.Context(), "p", "project=web,pipeline_source=a b"); err != nil {
			t.Error(err)
		}
	}
	const line = "GET p/projectpipelineruntimes?field_selector=project%3Dweb%2Cpipeline_source%3Da+b"
	if s.count(line) != 2 {
		t.Errorf("asked %s", s.lines())
	}
}

// A person can put two files of one name into default.project: GET gives the
// one that LIST has first.
func TestOfTwoRuntimesWithOneNameTheFirstCounts(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(string, int) answer { return list(replyV042("a", "first"), replyV042("a", "second")) })
	if r, err := s.Runtime(t.Context(), "p", "a"); err != nil || r.PipelineSource != "first" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatIsNotARuntimeIsNoReply(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{}", `{"items":[]}`, "<html>", "", `{"name":"r1"}`, replyV042("other", "web"), `{"name":7}`} {
		s := newFakeServer(t, Config{}, func(line string, _ int) answer {
			if strings.HasSuffix(line, "/r1") {
				return answer{200, body}
			}
			return list()
		})
		var lost *transport.AnswerLostError
		if r, err := s.Runtime(t.Context(), "p", "r1"); !errors.As(err, &lost) {
			t.Errorf("%s: %+v, %v", body, r, err)
		}
	}
	for _, body := range []string{"{}", `{"items":null}`, `{"items":[{}]}`, "[]"} {
		s := newFakeServer(t, Config{}, func(string, int) answer { return answer{200, body} })
		if all, err := s.Runtimes(t.Context(), "p", ""); err == nil {
			t.Errorf("%s: %+v", body, all)
		}
	}
}

func TestNamesThatWouldBeAnotherPath(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{WireVersion: WireV04}, func(string, int) answer { return saved })
	for _, names := range [][2]string{{"p", ""}, {"", "r"}, {"p", "."}, {"p", ".."}, {"..", "r"}, {"p", "a/b"}, {"a/b", "r"}} {
		_, get := s.Runtime(t.Context(), names[0], names[1])
		for _, err := range []error{
			get, s.SaveRuntime(t.Context(), names[0], names[1], Runtime{}, false), s.DeleteRuntime(t.Context(), names[0], names[1], false),
			s.CreateRuntime(t.Context(), names[0], names[1], Runtime{}, false),
		} {
			if err == nil {
				t.Errorf("%q took place", names)
			}
		}
	}
	if len(s.calls) != 0 {
		t.Errorf("asked %s", s.lines())
	}
	if err := s.DeleteRuntime(t.Context(), "p q", "ä?b#c%2F", true); err != nil {
		t.Error(err)
	}
	if got := s.calls[0].line; got != "DELETE p%20q/projectpipelineruntimes/%C3%A4%3Fb%23c%252F?insecure_skip_check=true" {
		t.Errorf("asked %s", got)
	}
}

func TestEveryMemberSurvivesTheWire(t *testing.T) {
	t.Parallel()
	want := aRuntime("web")
	want.Name = "r1"
	want.EventSources[1].Calendar = &Calendar{Schedule: "s", Interval: "i", ExclusionDates: []string{"EXDATE:20240101T000000Z"}, Timezone: "UTC"}
	want.PipelineTriggers[0].Revision = "v1"
	want.PipelineTriggers[0].Inputs = []Input{{BuiltInVar: "Namespace", KustomizationPath: "k"}, {FromEvent: "ref"}}
	want.AdditionalResources.Git = &AdditionalGit{CodeRepo: "c", URL: "u", Revision: "r", Path: "p"}
	want.Account = "robot"
	want.Pipelines[0].Label = "l"
	want.Hooks = Hooks{PreHooks: []Hook{{Name: "ls", Vars: map[string]string{"a": "b"}, Alias: "x"}}, PostHooks: []Hook{{Name: "ls"}}}
	var sent string
	s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, _ int) answer {
		switch {
		case strings.HasPrefix(line, "POST"):
			return saved
		case strings.HasSuffix(line, "r1"):
			return answer{200, `{"name":"r1",` + sent[1:]}
		}
		return refused("UNKNOWN", "unknown request error")
	})
	if err := s.SaveRuntime(t.Context(), "p", "r1", want, false); err != nil {
		t.Fatal(err)
	}
	sent = s.calls[0].body
	got, err := s.Runtime(t.Context(), "p", "r1")
	if err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("sent %s\n got %+v, %v", sent, got, err)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// The answers of three generations of servers to a probe.
var probes = map[string]answer{
	"v0.3.8": {400, `{"code":400,"reason":"CODEC","message":"body unmarshal proto: (line 1:1): QUOTE","metadata":{}}`},
	"v0.4.0": {400, `{"code":400,"reason":"VALIDATOR","message":"invalid SaveRequest.Body: embedded message failed validation | caused by: invalid SaveRequest_Body.EventSources[0]: embedded message failed validation | caused by: invalid EventSource.Gitlab: embedded message failed validation | caused by: invalid Gitlab.Revision: value length must be at least 1 runes","metadata":{}}`},
	"v0.4.2": {400, `{"code":400,"reason":"VALIDATOR","message":"invalid SaveRequest.Body: embedded message failed validation | caused by: invalid SaveRequest_Body.Isolation: value must be in list [shared exclusive]","metadata":{}}`},
}

func withMembers(change func(*Runtime)) Runtime {
	r := aRuntime("web")
	change(&r)
	return r
}

var laterMembers = map[string]Runtime{
	memberNamespace:           aRuntime("web"),
	memberAdditionalResources: withMembers(func(r *Runtime) { r.AdditionalResources.Git = &AdditionalGit{CodeRepo: "c"} }),
	memberAccount:             withMembers(func(r *Runtime) { r.Account = "robot" }),
	memberHooks:               withMembers(func(r *Runtime) { r.Hooks.PostHooks = []Hook{{Name: "ls"}} }),
	memberInputs:              withMembers(func(r *Runtime) { r.PipelineTriggers[0].Inputs = []Input{{BuiltInVar: "Namespace"}} }),
}

func TestWhatAnOlderServerWouldDropIsNotSent(t *testing.T) {
	t.Parallel()
	withoutHooks := strings.Replace(replyV042("a", "web"), `,"hooks":{"pre_hooks":[],"post_hooks":[]}`, "", 1)
	v040 := strings.Replace(withoutHooks, `,"account":""`, "", 1)
	all := []string{memberNamespace, memberAdditionalResources, memberAccount, memberHooks, memberInputs}
	for name, c := range map[string]struct {
		// Either a reply tells the version, or there is nothing to list and a
		// probe does.
		listed  answer
		probe   answer
		version WireVersion
		dropped []string
	}{
		"v0.3.8 by reply": {listed: list(replyV038("a")), version: WireV03, dropped: all},
		"v0.3.8 by probe": {listed: list(), probe: probes["v0.3.8"], version: WireV03, dropped: all},
		"v0.4.0 by reply": {listed: list(v040), version: WireV04, dropped: []string{memberAccount, memberHooks, memberInputs}},
		"v0.4.1 by reply": {listed: list(withoutHooks), version: WireV04, dropped: []string{memberHooks, memberInputs}},
		"v0.4.0 by probe": {listed: list(), probe: probes["v0.4.0"], version: WireV04, dropped: []string{memberHooks, memberInputs}},
		"v0.4.2 by reply": {listed: list(replyV042("a", "web")), version: WireV04},
		"v0.4.2 by probe": {listed: list(), probe: probes["v0.4.2"], version: WireV04},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFakeServer(t, Config{}, func(line string, _ int) answer {
				switch {
				case strings.HasSuffix(line, probeName):
					return c.probe
				case strings.HasPrefix(line, "GET"):
					return c.listed
				}
				return saved
			})
			if _, err := s.Runtimes(t.Context(), "p", ""); err != nil {
				t.Fatal(err)
			}
			for member, runtime := range laterMembers {
				var dropped *DroppedError
				err := s.SaveRuntime(t.Context(), "p", "r1", runtime, false)
				switch want := slices.Contains(c.dropped, member); {
				case want && (!errors.As(err, &dropped) || !slices.Contains(dropped.Members, member) || dropped.WireVersion != c.version):
					t.Errorf("%s would be dropped: %v", member, err)
				case !want && errors.As(err, &dropped) && slices.Contains(dropped.Members, member):
					t.Errorf("%s would not be dropped: %v", member, err)
				case err == nil && want:
					t.Errorf("%s was sent", member)
				}
			}
			if v, err := s.WireVersion(t.Context(), "p"); v != c.version || err != nil {
				t.Errorf("version %s, %v", v, err)
			}
			probed := s.count("POST p/projectpipelineruntimes/" + probeName)
			if want := c.probe.status / 400; probed != want {
				t.Errorf("probed %d times, want %d", probed, want)
			}
		})
	}
}

func TestASaveSpeaksTheServersForm(t *testing.T) {
	t.Parallel()
	for version, want := range map[WireVersion]string{WireV03: `"dev"`, WireV04: `{"environment":"dev"}`} {
		s := newFakeServer(t, Config{WireVersion: version}, func(string, int) answer { return saved })
		r := withMembers(func(r *Runtime) { r.Destination.Namespace = "" })
		r.Name = "elsewhere"
		if err := s.SaveRuntime(t.Context(), "p", "r1", r, true); err != nil {
			t.Fatal(err)
		}
		if got := s.lines(); got != "POST p/…/r1?insecure_skip_check=true" {
			t.Errorf("asked %s", got)
		}
		var sent map[string]json.RawMessage
		if err := json.Unmarshal([]byte(s.calls[0].body), &sent); err != nil {
			t.Fatal(err)
		}
		if string(sent["destination"]) != want {
			t.Errorf("%s: sent %s", version, sent["destination"])
		}
		for _, member := range []string{"name", "account", "hooks", "additional_resources"} {
			if sent[member] != nil {
				t.Errorf("%s: sent %s for nothing", version, member)
			}
		}
	}
}

func TestBothFormsOfAReply(t *testing.T) {
	t.Parallel()
	asDocumented := strings.Replace(replyV038("r1"), `"gitlab":null,"calendar":null`, `"gitlab":null,"calendar":"0 1 * * *"`, 1)
	for text, calendar := range map[string]*Calendar{
		replyV042("r1", "web"): {Schedule: "0 1 * * *", ExclusionDates: []string{}, Timezone: "UTC"},
		replyV038("r1"):        nil,
		asDocumented:           {Schedule: "0 1 * * *"},
	} {
		s := newFakeServer(t, Config{}, func(string, int) answer { return list(text) })
		r, err := s.Runtime(t.Context(), "p", "r1")
		if err != nil || r.Destination.Environment != "dev" {
			t.Fatalf("%+v, %v", r, err)
		}
		got, _ := json.Marshal(r.EventSources[1].Calendar)
		want, _ := json.Marshal(calendar)
		if string(got) != string(want) {
			t.Errorf("calendar %s, want %s", got, want)
		}
	}
}

// A probe that isn't answered changed nothing, so it may be sent again; one
// that succeeds wasn't answered by Nautes.
func TestAProbeThatTellsNothing(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(_ string, before int) answer {
		if before == 0 {
			return answer{}
		}
		return probes["v0.4.2"]
	})
	if v, err := s.WireVersion(t.Context(), "p"); v != WireV04 || err != nil {
		t.Errorf("%s, %v", v, err)
	}
	for _, a := range []answer{saved, {404, "404 page not found"}, refused("", "token is not found")} {
		s := newFakeServer(t, Config{}, func(string, int) answer { return a })
		if err := s.SaveRuntime(t.Context(), "p", "r1", aRuntime("web"), false); err == nil || len(s.calls) != 1 {
			t.Errorf("%v: %v after %s", a, err, s.lines())
		}
	}
}

// The configured version decides how to write, whatever replies look like; what
// they lack is dropped all the same.
func TestTheConfiguredVersionWins(t *testing.T) {
	t.Parallel()
	for version, c := range map[WireVersion]struct{ reply, want string }{
		WireV03: {replyV042("a", "web"), `"destination":"dev"`},
		WireV04: {replyV038("a"), `"destination":{"environment":"dev"}`},
	} {
		s := newFakeServer(t, Config{WireVersion: version}, func(line string, _ int) answer {
			if strings.HasPrefix(line, "GET") {
				return list(c.reply)
			}
			return saved
		})
		if _, err := s.Runtimes(t.Context(), "p", ""); err != nil {
			t.Fatal(err)
		}
		plain := withMembers(func(r *Runtime) { r.Destination.Namespace = "" })
		if err := s.SaveRuntime(t.Context(), "p", "r1", plain, false); err != nil || !strings.Contains(s.calls[1].body, c.want) {
			t.Errorf("%s: %v after %s", version, err, s.lines())
		}
		if v, err := s.WireVersion(t.Context(), "p"); v != version || err != nil {
			t.Errorf("version %s, %v", v, err)
		}
		var dropped *DroppedError
		if err := s.SaveRuntime(t.Context(), "p", "r1", laterMembers[memberAccount], false); !errors.As(err, &dropped) {
			t.Errorf("%s: an account was sent: %v", version, err)
		}
	}
}

// A reply to a GET tells the version as one to a LIST does.
func TestAGetTellsTheVersion(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{}, func(line string, _ int) answer {
		if strings.HasSuffix(line, "projectpipelineruntimes") {
			return refused("UNKNOWN", "unknown request error")
		}
		return answer{200, replyV038("r1")}
	})
	if _, err := s.Runtime(t.Context(), "p", "r1"); err != nil {
		t.Fatal(err)
	}
	if v, err := s.WireVersion(t.Context(), "p"); v != WireV03 || err != nil || len(s.calls) != 2 {
		t.Errorf("%s, %v after %s", v, err, s.lines())
	}
}

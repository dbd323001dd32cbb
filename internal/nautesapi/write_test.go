// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

var (
	nothingToCommit = refused("", "commit output: On branch main\nnothing to commit, working tree clean\n, err: exit status 1")
	mergeConflict   = refused("", "when the save configuration cannot be merge automatically, manual approval may be required, err: merge data: CONFLICT (content): Merge conflict in production/kustomization.yaml")
	lostAnswer      = answer{}
	gatewayTimeout  = answer{504, "<html><title>Gateway Time-out</title></html>"}
	unreadable      = refused("UNKNOWN", "unknown request error")
)

func stored(source string) answer { return answer{200, replyV042("r1", source)} }

func otherProject() answer {
	return answer{200, strings.Replace(replyV042("r1", "web"), `"project":"web"`, `"project":"api"`, 1)}
}

// writing is a server whose first save is answered with one thing and the next
// with success, and whose runtime looks the same in every look.
func writing(t *testing.T, first, look answer) *fakeServer {
	return newFakeServer(t, Config{WireVersion: WireV04}, func(line string, before int) answer {
		switch {
		case strings.HasPrefix(line, "GET"):
			return look
		case before == 0:
			return first
		}
		return saved
	})
}

func TestSaveLooksBeforeItRepeatsWhatMayHaveHappened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, look answer
		asked       string
		fails       bool
	}{
		"the wanted state is there":            {nothingToCommit, stored("web"), "POST GET", false},
		"another state is there":               {nothingToCommit, otherProject(), "POST GET POST", false},
		"repositories can't be compared":       {nothingToCommit, stored("Web Shop"), "POST GET POST", false},
		"nothing is there":                     {nothingToCommit, notFound, "POST GET POST", false},
		"nothing can be seen":                  {nothingToCommit, unreadable, "POST GET POST", false},
		"lost, but done":                       {lostAnswer, stored("web"), "POST GET", false},
		"lost, and not done":                   {lostAnswer, otherProject(), "POST GET POST", false},
		"lost, repositories can't be compared": {lostAnswer, stored("Web Shop"), "POST GET POST", false},
		"lost, and nothing is there":           {lostAnswer, notFound, "POST GET POST", false},
		"lost, and nothing can be seen":        {lostAnswer, unreadable, "POST GET", true},
		"a proxy gave up, but done":            {gatewayTimeout, stored("web"), "POST GET", false},
		"a sign-in page, and not done":         {answer{200, "<html>"}, otherProject(), "POST GET POST", false},
		"another's JSON, but done":             {answer{200, "{}"}, stored("web"), "POST GET", false},
		"a conflict needs no look":             {mergeConflict, unreadable, "POST POST", false},
		"a refusal":                            {unreadable, stored("web"), "POST", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := writing(t, c.first, c.look)
			err := s.SaveRuntime(t.Context(), "p", "r1", aRuntime("web"), false)
			if got := methods(s); got != c.asked || (err != nil) != c.fails {
				t.Errorf("asked %s, want %s; %v", got, c.asked, err)
			}
		})
	}
}

func methods(s *fakeServer) string {
	var all []string
	for _, c := range s.calls {
		method, _, _ := strings.Cut(c.line, " ")
		all = append(all, method)
	}
	return strings.Join(all, " ")
}

func TestCreateTakesNothingOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first answer
		// looks are what the look before the save and those after each show.
		looks []answer
		asked string
		want  error
	}{
		"nothing in the way":                 {saved, []answer{notFound}, "GET POST", nil},
		"it exists":                          {saved, []answer{stored("web")}, "GET", ErrExists},
		"another creates it meanwhile":       {mergeConflict, []answer{notFound, stored("web")}, "GET POST GET", ErrExists},
		"another creates another meanwhile":  {mergeConflict, []answer{notFound, notFound}, "GET POST GET POST", nil},
		"nothing to commit, and not there":   {nothingToCommit, []answer{notFound, notFound}, "GET POST GET POST", nil},
		"lost, but done":                     {lostAnswer, []answer{notFound, stored("web")}, "GET POST GET", nil},
		"lost, but done, with display names": {lostAnswer, []answer{notFound, stored("Web Shop")}, "GET POST GET", nil},
		"lost, and not done":                 {lostAnswer, []answer{notFound, notFound}, "GET POST GET POST", nil},
		"lost, and another's is there":       {lostAnswer, []answer{notFound, otherProject()}, "GET POST GET", errOpen},
		"lost, and nothing can be seen":      {lostAnswer, []answer{notFound, unreadable}, "GET POST GET", errOpen},
		"collided":                           {collided, []answer{notFound}, "GET POST POST", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			looks := c.looks
			s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, before int) answer {
				switch {
				case strings.HasPrefix(line, "GET") && len(looks) == 0:
					t.Error("looked once too often")
				case strings.HasPrefix(line, "GET"):
					look := looks[0]
					looks = looks[1:]
					return look
				case before == 0:
					return c.first
				}
				return saved
			})
			err := s.CreateRuntime(t.Context(), "p", "r1", aRuntime("web"), false)
			if errors.Is(c.want, errOpen) {
				if !transport.OutcomeUnknown(err) {
					t.Errorf("it is open what happened: %v", err)
				}
			} else if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if got := methods(s); got != c.asked {
				t.Errorf("asked %s, want %s", got, c.asked)
			}
		})
	}
}

// errOpen stands for an error that leaves open what happened.
var errOpen = errors.New("open")

func TestAWriteIsNotRepeatedForEver(t *testing.T) {
	t.Parallel()
	for limit, first := range map[int]answer{maxAttempts: nothingToCommit, maxLost: lostAnswer} {
		s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, _ int) answer {
			if strings.HasPrefix(line, "GET") {
				return notFound
			}
			return first
		})
		if err := s.SaveRuntime(t.Context(), "p", "r1", aRuntime("web"), false); err == nil || s.count("POST p/projectpipelineruntimes/r1") != limit {
			t.Errorf("%v after %s", err, methods(s))
		}
		if err := s.CreateRuntime(t.Context(), "p", "r2", aRuntime("web"), false); err == nil || s.count("POST p/projectpipelineruntimes/r2") != limit {
			t.Errorf("%v after %s", err, methods(s))
		}
	}
}

func TestAnInterruptedSaveStopsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	s := newFakeServer(t, Config{WireVersion: WireV04}, func(string, int) answer {
		interrupt()
		<-ctx.Done()
		return lostAnswer
	})
	if err := s.SaveRuntime(ctx, "p", "r1", aRuntime("web"), false); !errors.Is(err, context.Canceled) || len(s.calls) != 1 {
		t.Errorf("%v after %s", err, methods(s))
	}
}

func TestDeleteOfWhatIsGone(t *testing.T) {
	t.Parallel()
	gone := refused("", "ProjectPipelineRuntime resource r1 not found or invalid. Please check whether the resource exists under the default project")
	s := newFakeServer(t, Config{}, func(string, int) answer { return gone })
	if err := s.DeleteRuntime(t.Context(), "p", "r1", false); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	// A push that came too late, and its repeat by the server that fails.
	s = newFakeServer(t, Config{}, func(_ string, before int) answer {
		if before == 0 {
			return nothingToCommit
		}
		return deleted
	})
	if err := s.DeleteRuntime(t.Context(), "p", "r1", false); err != nil || len(s.calls) != 2 {
		t.Errorf("%v after %s", err, methods(s))
	}
}

func TestARedirectTurnsNoSaveIntoAGet(t *testing.T) {
	t.Parallel()
	s := newFakeServer(t, Config{WireVersion: WireV04}, func(string, int) answer { return answer{http.StatusMovedPermanently, ""} })
	var status *transport.StatusError
	err := s.SaveRuntime(t.Context(), "p", "r1", aRuntime("web"), false)
	if !errors.As(err, &status) || status.Status != http.StatusMovedPermanently || methods(s) != "POST" {
		t.Errorf("%v after %s", err, methods(s))
	}
}

// What can't be seen may exist: nothing is created over it.
func TestCreateSavesNothingWhenItCantLook(t *testing.T) {
	t.Parallel()
	for _, look := range []answer{refused("", "token is not found"), unreadable, gatewayTimeout} {
		s := newFakeServer(t, Config{WireVersion: WireV04}, func(line string, _ int) answer {
			if strings.HasPrefix(line, "GET") {
				return look
			}
			return saved
		})
		if err := s.CreateRuntime(t.Context(), "p", "r1", aRuntime("web"), false); err == nil || strings.Contains(methods(s), "POST") {
			t.Errorf("%v: %v after %s", look, err, methods(s))
		}
	}
}

// Where the server doesn't show all that was to be saved, a look can't tell
// that it was: the save is made again.
func TestALookIsNoProofWhereNotAllIsShown(t *testing.T) {
	t.Parallel()
	for version, c := range map[WireVersion]struct {
		wanted Runtime
		look   answer
	}{
		WireV03: {withMembers(func(r *Runtime) { r.Destination.Namespace = "" }), answer{200, replyV038("r1")}},
		WireV04: {withMembers(func(r *Runtime) { r.Hooks.PostHooks = []Hook{{Name: "ls"}} }), stored("web")},
	} {
		for _, first := range []answer{nothingToCommit, lostAnswer} {
			posts := 0
			s := newFakeServer(t, Config{WireVersion: version}, func(line string, _ int) answer {
				if strings.HasPrefix(line, "GET") {
					return c.look
				}
				if posts++; posts == 1 {
					return first
				}
				return saved
			})
			if err := s.SaveRuntime(t.Context(), "p", "r1", c.wanted, false); err != nil || methods(s) != "POST GET POST" {
				t.Errorf("%s: %v after %s", version, err, methods(s))
			}
		}
	}
}

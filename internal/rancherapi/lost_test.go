// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
)

func text(s string) *string { return &s }

// fits reports whether an object that a server shows as this JSON can be what a
// creation wanted.
func fits[T any, P enveloped[T]](t *testing.T, kind creation.Kind[string, T, wish], name string, shown any, answer string) bool {
	t.Helper()
	var object T
	if err := json.Unmarshal([]byte(answer), &object); err != nil {
		t.Fatal(err)
	}
	is, err := kind.Fits(t.Context(), object, wish{name: name, shown: plain(shown)})
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// What a creation makes is told as Rancher shows it.
func TestObjectThatACreationMakes(t *testing.T) {
	t.Parallel()
	var c Client
	c.beginCreations()
	secret := ClusterPipelineSpec{ClusterName: "c", GithubConfig: &GithubConfig{ClientID: text(" a\n"), ClientSecret: "s"}}
	built := PipelineSpec{ProjectName: "c:p", DisplayName: "app", Triggers: &Triggers{}, Stages: []Stage{{Name: "b", Steps: []Step{
		{BuildImage: &BuildImageStepConfig{DockerFilePath: text("")}}, {RunAScript: &RunAScriptStepConfig{Image: text("i"), Env: []string{}}},
	}}}}
	account := RemoteAccountSpec{Type: text("github"), DisplayName: text("d"), AccessToken: "s"}
	const (
		config = `{"id":"c:n","spec":{"clusterName":"odd","githubConfig":{"type":"/v3/schemas/x","scheme":"https","host":"","clientID":"a"}}}`
		app    = `{"id":"p:n","spec":{"projectName":"odd","active":true,"displayName":"app","stages":[{"type":"x","name":"b","steps":[
			{"buildImageStepConfig":{"dockerFilePath":"./Dockerfile","buildPath":"."}},{"runAScriptStepConfig":{"image":"i","args":""}}]}]}}`
		octocat = `{"id":"n","spec":{"type":"github","displayName":"d","userName":"u","avatarUrl":"a","htmlUrl":"h"}}`
	)
	but := func(answer, from, to string) string {
		if !strings.Contains(answer, from) {
			t.Fatalf("%q is not in %s", from, answer)
		}
		return strings.Replace(answer, from, to, 1)
	}
	for what, is := range map[string][2]bool{
		"config":              {fits(t, c.created.clusterPipelines.Kind, "", secret.shown(), config), true},
		"config of its name":  {fits(t, c.created.clusterPipelines.Kind, "n", secret.shown(), config), true},
		"config of another":   {fits(t, c.created.clusterPipelines.Kind, "m", secret.shown(), config), false},
		"http":                {fits(t, c.created.clusterPipelines.Kind, "", secret.shown(), but(config, "https", "http")), false},
		"another app":         {fits(t, c.created.clusterPipelines.Kind, "", secret.shown(), but(config, `"a"`, `"b"`)), false},
		"no app":              {fits(t, c.created.clusterPipelines.Kind, "", secret.shown(), `{"id":"c:n","spec":{}}`), false},
		"pipeline":            {fits(t, c.created.pipelines.Kind, "", built.shown(), app), true},
		"inactive":            {fits(t, c.created.pipelines.Kind, "", built.shown(), but(app, "true", "false")), false},
		"another file":        {fits(t, c.created.pipelines.Kind, "", built.shown(), but(app, "./Dockerfile", "./Other")), false},
		"another step":        {fits(t, c.created.pipelines.Kind, "", built.shown(), but(app, "runAScriptStepConfig", "pushImageStepConfig")), false},
		"with a trigger":      {fits(t, c.created.pipelines.Kind, "", built.shown(), but(app, `"active"`, `"triggers":{"webhookTrigger":{"active":false}},"active"`)), false},
		"with empty triggers": {fits(t, c.created.pipelines.Kind, "", built.shown(), but(app, `"active"`, `"triggers":{},"active"`)), true},
		"account":             {fits(t, c.created.remoteAccounts.Kind, "", account.shown(), octocat), true},
		"another account":     {fits(t, c.created.remoteAccounts.Kind, "", account.shown(), but(octocat, `"d"`, `"e"`)), false},
	} {
		if is[0] != is[1] {
			t.Errorf("%s: %t", what, is[0])
		}
	}
	if alike := c.created.remoteAccounts.Kind.Alike; alike(wish{body: []byte("a")}, wish{body: []byte("b")}) {
		t.Error("what is sent otherwise is alike")
	}
}

// Only what the token's user created is taken, where Rancher tells who that is.
// One that doesn't know the question shows all users.
func TestOnlyTheUsersOwnIsTaken(t *testing.T) {
	t.Parallel()
	for users, taken := range map[string]string{
		`{"data":[{"id":"u-1"},{"id":"u-2","me":true}]}`: "ra-2",
		`{"data":[{"id":"u-1"},{"id":"u-2"}]}`:           "",
		`{"data":[]}`:                                    "",
	} {
		s := newFakeServer(t, func(line string, _ int) reply {
			account := func(id, creator string) string {
				return `{"id":"` + id + `","type":"remoteAccount","creatorId":"` + creator + `","created":"` + time.Now().Add(time.Minute).UTC().Format(time.RFC3339) + `","spec":{"type":"github"}}`
			}
			switch {
			case strings.HasPrefix(line, "POST"):
				return reply{status: 502, body: "{}"}
			case strings.HasPrefix(line, "GET /users"):
				return ok(users)
			}
			return ok(`{"type":"collection","data":[` + account("ra-1", "u-1") + `,` + account("ra-2", "u-2") + `]}`)
		})
		_, err := s.CreateRemoteAccount(t.Context(), RemoteAccountSpec{Type: text("github")})
		var lost *creation.LostError[RemoteAccount]
		if !errors.As(err, &lost) {
			t.Fatalf("the answer isn't lost: %v", err)
		}
		seen, err := lost.Look(t.Context())
		if err != nil || (seen.Mine == nil) != (taken == "") || taken != "" && seen.Mine.ID != taken || taken == "" && !seen.Several {
			t.Errorf("users %s: it sees %+v, %v", users, seen, err)
		}
	}
}

// What was read before is not what a creation made.
func TestWhatWasReadBeforeIsNotTaken(t *testing.T) {
	t.Parallel()
	for what, read := range map[string]func(*fakeServer) error{
		"itself": func(s *fakeServer) error { _, err := s.RemoteAccount(t.Context(), "ra-1"); return err },
		"listed": func(s *fakeServer) error { _, err := s.ListedRemoteAccount(t.Context(), "ra-1"); return err },
	} {
		account := `{"id":"ra-1","type":"remoteAccount","created":"` + time.Now().Add(time.Minute).UTC().Format(time.RFC3339) + `","spec":{"type":"github"}}`
		s := newFakeServer(t, func(line string, _ int) reply {
			switch {
			case strings.HasPrefix(line, "POST"):
				return reply{status: 502, body: "{}"}
			case strings.HasPrefix(line, "GET /remoteAccounts/"):
				return ok(account)
			case strings.HasPrefix(line, "GET /users"):
				return ok(`{"data":[]}`)
			}
			return ok(`{"type":"collection","data":[` + account + `]}`)
		})
		if err := read(s); err != nil {
			t.Fatal(err)
		}
		_, err := s.CreateRemoteAccount(t.Context(), RemoteAccountSpec{Type: text("github")})
		var lost *creation.LostError[RemoteAccount]
		if !errors.As(err, &lost) {
			t.Fatalf("the answer isn't lost: %v", err)
		}
		if seen, err := lost.Look(t.Context()); err != nil || seen.Mine != nil || len(seen.Candidates) > 0 {
			t.Errorf("%s: it sees %+v, %v", what, seen, err)
		}
	}
}

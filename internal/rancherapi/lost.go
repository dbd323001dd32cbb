// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// creations are what the client knows of the objects of each kind.
type creations struct {
	clusterPipelines creation.Book[string, ClusterPipeline, wish]
	pipelines        creation.Book[string, Pipeline, wish]
	remoteAccounts   creation.Book[string, RemoteAccount, wish]
}

func (c *Client) beginCreations() {
	c.created.clusterPipelines.Kind = created(func(o ClusterPipeline) any { return o.Spec.shown() })
	c.created.pipelines.Kind = created(func(o Pipeline) any { return o.Spec.shown() })
	c.created.remoteAccounts.Kind = created(func(o RemoteAccount) any { return o.Spec.shown() })
}

// wish is what is wanted of a new object: its name, unless Rancher is to choose
// one; what answers show of its spec, as [plain] makes it; and the body that is
// sent, secrets and all.
type wish struct {
	name  string
	shown any
	body  []byte
}

// created tells which object of a kind a creation made; shown is what answers
// show of a spec.
//
// Rancher tells the time in whole seconds, so that most of what is found was
// made in the uncertain second of the beginning. It is taken all the same when
// there is no other: somebody would have had to make the same as the same user
// in that very second. That holds for secrets, too, which nobody can see.
func created[T any, P enveloped[T]](shown func(T) any) creation.Kind[string, T, wish] {
	return creation.Kind[string, T, wish]{
		ID: func(o T) string { return P(&o).envelope().identity() },
		Name: func(o T) string {
			e := P(&o).envelope()
			return e.ID + " (created " + e.Created + " by " + cmp.Or(e.CreatorID, "the server") + ")"
		},
		Made: func(o T) (time.Time, bool) {
			at, err := time.Parse(time.RFC3339, P(&o).envelope().Created)
			return at, err == nil
		},
		Resolution: time.Second,
		Before:     func(id, known string) bool { return id == known },
		Fits: func(_ context.Context, o T, w wish) (bool, error) {
			id := P(&o).envelope().ID
			named := w.name == "" || w.name == id[strings.LastIndex(id, ":")+1:]
			return named && reflect.DeepEqual(plain(shown(o)), w.shown), nil
		},
		Alike: func(a, b wish) bool { return bytes.Equal(a.body, b.body) },
	}
}

// see takes note of objects that exist.
func (c *Client) see(o *Object) {
	switch {
	case strings.EqualFold(o.Type, clusterPipelines.id):
		c.created.clusterPipelines.See(o.identity())
	case strings.EqualFold(o.Type, pipelines.id):
		c.created.pipelines.See(o.identity())
	case strings.EqualFold(o.Type, remoteAccounts.id):
		c.created.remoteAccounts.See(o.identity())
	}
}

// identity is the object's own, where another one may get its id later.
func (o *Object) identity() string { return cmp.Or(o.UUID, o.ID) }

// madeByMe lists what the token's user created in a parent. What is being
// deleted already is nothing to have.
func madeByMe[T any, P enveloped[T]](c *Client, k kind, in parent) creation.List[T] {
	return func(ctx context.Context, clock *creation.Clock) ([]T, error) {
		me, err := c.userID(ctx)
		if err != nil {
			return nil, err
		}
		all, err := list[T, P](ctx, c, k, listOptions{parent: in, creatorID: me, answered: clock.Answered})
		var there []T
		for _, object := range all {
			if P(&object).envelope().Condition() != Removing {
				there = append(there, object)
			}
		}
		return there, err
	}
}

// userID is the id of the token's user, asked for once; empty when Rancher
// doesn't tell, so that who created something can't be compared. A Rancher that
// doesn't know the filter lists all users that may be seen, so they are asked
// themselves.
func (c *Client) userID(ctx context.Context) (string, error) {
	return c.me.Get(ctx, struct{}{}, func(ctx context.Context) (string, error) {
		a, err := c.call(ctx, http.MethodGet, "/users", url.Values{"me": {"true"}}, nil)
		switch {
		case err != nil && (transport.MayPass(err) || ctx.Err() != nil):
			return "", err
		case err != nil:
			return "", nil //nolint:nilerr // who may not read users isn't told
		}
		var users struct {
			Data []struct {
				ID string `json:"id"`
				Me bool   `json:"me"`
			} `json:"data"`
		}
		if err := json.Unmarshal(a.body, &users); err != nil {
			return "", a.unreadable(err)
		}
		var me []string
		for _, u := range users.Data {
			if u.Me {
				me = append(me, u.ID)
			}
		}
		if len(me) != 1 {
			return "", nil
		}
		return me[0], nil
	})
}

// plain is what means the same to Rancher in one form: it takes the blanks off
// texts, and makes no difference between texts and lists that are empty, null
// and left out.
func plain(spec any) any {
	members, err := tree(spec, false)
	if err != nil {
		return nil
	}
	return pruned(members)
}

func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if v[name] = pruned(member); v[name] == nil {
				delete(v, name)
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
		if len(v) == 0 {
			return nil
		}
		return v
	case string:
		if v = strings.TrimSpace(v); v == "" {
			return nil
		}
		return v
	}
	return v
}

// shown is what answers show of a spec, with the defaults of a creation, and
// without what the server sets.
func (s ClusterPipelineSpec) shown() ClusterPipelineSpec {
	s.ClusterName = ""
	if s.GithubConfig != nil {
		github := *s.GithubConfig
		github.Scheme, github.ClientSecret = orElse(github.Scheme, "https"), ""
		s.GithubConfig = &github
	}
	return s
}

func (s RemoteAccountSpec) shown() RemoteAccountSpec {
	return RemoteAccountSpec{Type: s.Type, DisplayName: s.DisplayName, AccountName: s.AccountName}
}

func (s PipelineSpec) shown() PipelineSpec {
	s.ProjectName = ""
	if s.Triggers != nil && *s.Triggers == (Triggers{}) {
		s.Triggers = nil
	}
	if s.Active == nil {
		s.Active = new(bool)
		*s.Active = true
	}
	stages := make([]Stage, len(s.Stages))
	for i, stage := range s.Stages {
		stages[i] = Stage{Name: stage.Name, Steps: make([]Step, len(stage.Steps))}
		for j, step := range stage.Steps {
			if step.BuildImage != nil {
				build := *step.BuildImage
				build.DockerFilePath, build.BuildPath = orElse(build.DockerFilePath, "./Dockerfile"), orElse(build.BuildPath, ".")
				step.BuildImage = &build
			}
			stages[i].Steps[j] = step
		}
	}
	s.Stages = stages
	return s
}

// orElse is a text, or the server's default in the place of none.
func orElse(text *string, value string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return &value
	}
	return text
}

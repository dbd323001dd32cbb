// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/avast/retry-go/v5"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
)

// get reads an object, or returns [ErrAbsent].
func get[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, id string) (*T, error) {
	if err := k.checkID(id); err != nil {
		return nil, err
	}
	a, err := c.call(ctx, http.MethodGet, k.itemPath(id), nil, nil)
	if err != nil {
		return nil, proveAbsence(err, id)
	}
	v, err := decode[T, P](a, k, id)
	if err == nil {
		c.see(P(v).envelope())
	}
	return v, err
}

// create creates an object; an empty name lets Rancher choose one. What is nil
// in spec isn't sent; shown is what answers show of it. When its answer got
// lost, the error is a [creation.LostError].
func create[T any, P enveloped[T]](
	ctx context.Context, c *Client, k kind, book *creation.Book[string, T, wish], in parent, name string, spec, shown any,
) (*T, error) {
	if in.kind.id != "" {
		if err := in.kind.checkID(in.id); err != nil {
			return nil, err
		}
	}
	body, err := encode(struct {
		Name string `json:"name,omitempty"`
		Spec any    `json:"spec"`
	}{name, spec})
	if err != nil {
		return nil, err
	}
	return book.Create(ctx, in.id, wish{name: name, shown: plain(shown), body: body}, func(ctx context.Context) (*T, error) {
		a, err := c.call(ctx, http.MethodPost, k.in(in), nil, body)
		if err != nil {
			return nil, err
		}
		return decode[T, P](a, k, "")
	}, madeByMe[T, P](c, k, in))
}

// maxConflicts bounds how often an update is sent that other writes come
// between.
const maxConflicts = 4

// update turns an object's spec from one into another. Rancher merges what it
// is sent into what is stored, so only what differs is sent, and what is to be
// cleared as null: what somebody else changed meanwhile elsewhere in the object
// isn't overwritten unseen.
//
// Rancher itself reads and writes, and refuses when a controller wrote in
// between. That is made again: whatever that was, the spec is to be this.
func update[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, id string, from, to any) (*T, error) {
	defer c.forget(id)
	if err := k.checkID(id); err != nil {
		return nil, err
	}
	was, err := tree(from, true)
	if err != nil {
		return nil, err
	}
	wanted, err := tree(to, true)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"spec": difference(was, wanted)})
	if err != nil {
		return nil, err
	}
	a, err := retry.NewWithData[*answer](
		retry.Context(ctx),
		retry.Attempts(maxConflicts),
		retry.RetryIf(func(err error) bool { var r *Refusal; return errors.As(err, &r) && r.conflict() }),
		retry.DelayType(retry.BackOffDelay),
		retry.Delay(c.pace.First),
		retry.LastErrorOnly(true),
	).Do(func() (*answer, error) { return c.call(ctx, http.MethodPut, k.itemPath(id), nil, body) })
	if err != nil {
		return nil, proveAbsence(err, id)
	}
	return decode[T, P](a, k, id)
}

// act runs an action that answers with the object, or with nothing.
func act[T any, P enveloped[T]](ctx context.Context, c *Client, k kind, id, action string) (*T, error) {
	a, err := c.runAction(ctx, k, id, action)
	if err != nil {
		return nil, err
	}
	if a.empty() {
		return get[T, P](ctx, c, k, id)
	}
	return decode[T, P](a, k, id)
}

func (c *Client) runAction(ctx context.Context, k kind, id, action string) (*answer, error) {
	defer c.forget(id)
	if err := k.checkID(id); err != nil {
		return nil, err
	}
	a, err := c.call(ctx, http.MethodPost, k.itemPath(id), url.Values{"action": {action}}, nil)
	return a, proveAbsence(err, id)
}

// remove deletes an object and waits until it is gone: what other parts of
// Rancher must still clean up after is there until they did, and keeps its
// name taken.
func remove(ctx context.Context, c *Client, k kind, id string) error {
	defer c.forget(id)
	if err := k.checkID(id); err != nil {
		return err
	}
	a, err := c.call(ctx, http.MethodDelete, k.itemPath(id), nil, nil)
	if err != nil {
		return proveAbsence(err, id)
	}
	if a.resp.StatusCode == http.StatusNoContent {
		return nil
	}
	deleted, err := decode[Object](a, k, id)
	if err != nil {
		return err
	}
	return poll.Until(ctx, c.pace, func(ctx context.Context) (string, bool, error) {
		o, err := get[Object](ctx, c, k, id)
		switch {
		case errors.Is(err, ErrAbsent):
			return "", true, nil
		case err != nil:
			return "", false, err
		case o.UUID != deleted.UUID && deleted.UUID != "":
			// Somebody has made another one of that name.
			return "", true, nil
		}
		return strings.TrimSuffix(o.Condition()+": "+o.TransitioningMessage, ": "), false, nil
	})
}

// difference is what of wanted isn't so in was, member by member; lists differ
// as a whole.
func difference(was, wanted any) any {
	before, isObject := was.(map[string]any)
	after, becomesObject := wanted.(map[string]any)
	if !isObject || !becomesObject {
		return wanted
	}
	differs := map[string]any{}
	for name, member := range after {
		if known, there := before[name]; !there || !reflect.DeepEqual(known, member) {
			differs[name] = difference(known, member)
		}
	}
	return differs
}

// encode makes JSON of v, without the nulls.
func encode(v any) ([]byte, error) {
	content, err := tree(v, false)
	if err != nil {
		return nil, err
	}
	return json.Marshal(content)
}

// tree is v as JSON has it. Nulls stay where they clear something: in an update,
// outside of lists, which Rancher replaces as a whole. Elsewhere they would be
// stored.
func tree(v any, update bool) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	return withoutNulls(tree, update), nil
}

func withoutNulls(v any, keep bool) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil && !keep {
				delete(v, name)
				continue
			}
			v[name] = withoutNulls(member, keep)
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i], false)
		}
	}
	return v
}

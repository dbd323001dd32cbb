// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

const somePipeline = `{"id":"p-x:p-1","type":"pipeline","uuid":"u1","spec":{"displayName":"one","stages":[]}}`

func TestRefusal(t *testing.T) {
	type want struct{ Code, FieldName, Attribute, Message string }
	for name, test := range map[string]struct {
		reply reply
		want  want
	}{
		"a nested cause": {refused(422, "InvalidFormat", "spec", "stages=InvalidFormat 422: name=MissingRequired 422:"),
			want{"MissingRequired", "spec", "spec.stages.name", "spec.stages.name is missing"}},
		"a nested cause with a space after it": {refused(422, "InvalidFormat", "spec", "stages=InvalidFormat 422: steps=MinLimitExceeded 422: "),
			want{"MinLimitExceeded", "spec", "spec.stages.steps", "spec.stages.steps is too small"}},
		"a nested cause with a text": {refused(422, "InvalidFormat", "spec", "githubConfig=InvalidFormat 422: scheme=InvalidOption 422: must be http or https"),
			want{"InvalidOption", "spec", "spec.githubConfig.scheme", "spec.githubConfig.scheme is not one of the values that Rancher takes: must be http or https"}},
		"a cause that is no member": {refused(422, "InvalidFormat", "spec", "stages=InvalidFormat 422: NotNullable 422:"),
			want{"NotNullable", "spec", "spec.stages", "spec.stages can't be null"}},
		"a member at the top": {refused(422, "MissingRequired", "spec", ""),
			want{"MissingRequired", "spec", "spec", "spec is missing"}},
		"a code that nobody knows": {refused(422, "Strange", "spec", ""),
			want{"Strange", "spec", "spec", "spec is refused (Strange)"}},
		"only a text": {refused(422, "InvalidBodyContent", "", "error parse cron trigger"),
			want{"InvalidBodyContent", "", "", "error parse cron trigger"}},
		"only a code": {refused(405, "MethodNotAllow", "", ""),
			want{"MethodNotAllow", "", "", "MethodNotAllow"}},
		"a text with an equals sign": {refused(500, "ServerError", "", "x=1 is no good: 422: really"),
			want{"ServerError", "", "", "x=1 is no good: 422: really"}},
		"401": {reply{status: 401, body: `{"type":"error","status":"401","message":"must authenticate"}`},
			want{"", "", "", "must authenticate"}},
		"401 since v2.5": {reply{status: 401, body: `{"type":"error","status":"401","message":"Unauthorized 401: must authenticate"}`},
			want{"Unauthorized", "", "", "must authenticate"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, func(string, int) reply { return test.reply })
			_, err := s.CreatePipeline(t.Context(), "c-a:p-x", PipelineSpec{})
			var r *Refusal
			if !errors.As(err, &r) {
				t.Fatalf("got %T: %v", err, err)
			}
			if diff := cmp.Diff(test.want, want{r.Code, r.FieldName, r.Attribute, r.Message}); diff != "" {
				t.Error(diff)
			}
			if r.Attribute != "" && len(r.Fields[r.Attribute]) != 1 {
				t.Errorf("Fields are %v", r.Fields)
			}
			var status *transport.StatusError
			if !errors.As(err, &status) || status.Status != test.reply.status {
				t.Errorf("the answer isn't in it: %v", err)
			}
		})
	}
}

func TestTaken(t *testing.T) {
	for code, want := range map[string]bool{CodeAlreadyExists: true, CodeConflict: true, "NotUnique": false} {
		s := newFakeServer(t, func(string, int) reply { return refused(409, code, "", "taken") })
		_, err := s.CreateClusterPipeline(t.Context(), "c-a", "main", ClusterPipelineSpec{})
		var r *Refusal
		if !errors.As(err, &r) || r.Taken() != want {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// A refusal in a handler and a failure of the store are both a 500, so a write
// that gets one may have been made; but a POST is never sent again.
func TestServerErrorOfAnAction(t *testing.T) {
	s := newFakeServer(t, func(string, int) reply { return refused(500, "ServerError", "", "Error resource is not inactive") })
	_, err := s.ActivatePipeline(t.Context(), "p-x:p-1")
	var r *Refusal
	if !errors.As(err, &r) || r.Code != "ServerError" || r.Message != "Error resource is not inactive" || !transport.OutcomeUnknown(err) {
		t.Errorf("got %v", err)
	}
	s.wantLines(t, "POST /pipelines/p-x:p-1?action=activate")
}

func TestAbsence(t *testing.T) {
	html := reply{404, "<html><title>404 Not Found</title></html>", "text/html"}
	for name, test := range map[string]struct {
		reply  reply
		absent bool
	}{
		"the object's own 404":      {missing("pipelines", "p-1"), true},
		"null":                      {ok("null\n"), false},
		"another object's 404":      {missing("namespaces", "p-x"), false},
		"an object that ends alike": {missing("pipelines", "xp-1"), false},
		"an unknown type":           {refused(404, "NotFound", "", "failed to find schema pipelines"), false},
		"an id of another form":     {refused(404, "NotFound", "", "failed to find resource by id"), false},
		"Kubernetes lacks the type": {refused(404, "NotFound", "", "the server could not find the requested resource"), false},
		"another code":              {refused(404, "ActionNotAvailable", "", `pipelines "p-1" not found`), false},
		"another status":            {refused(500, "NotFound", "", `pipelines.management.cattle.io "p-1" not found`), false},
		"forbidden":                 {refused(403, "PermissionDenied", "", `pipelines.management.cattle.io "p-1" not found`), false},
		"a proxy's page":            {html, false},
		"a gateway's JSON":          {reply{status: 404, body: `{"message":"no Route matched with those values"}`}, false},
		"a gateway's empty 404":     {reply{status: 404}, false},
		"a sign-in page":            {reply{200, "<html>", "text/html"}, false},
		"nothing":                   {reply{status: 200}, false},
		"401":                       {reply{status: 401, body: `{"type":"error","status":"401","message":"must authenticate"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, func(string, int) reply { return test.reply })
			_, err := s.Pipeline(t.Context(), "p-x:p-1")
			if err == nil || errors.Is(err, ErrAbsent) != test.absent {
				t.Errorf("got %v", err)
			}
			err = s.DeletePipeline(t.Context(), "p-x:p-1")
			if err == nil || errors.Is(err, ErrAbsent) != test.absent {
				t.Errorf("of DELETE: %v", err)
			}
		})
	}
}

// What isn't the object that was asked for must not become state, and of a
// write it is unknown what became.
func TestNotWhatWasAskedFor(t *testing.T) {
	for name, body := range map[string]string{
		"an empty object":  `{}`,
		"another type":     `{"id":"p-x:p-1","type":"pipelineHistory","spec":{}}`,
		"another object":   `{"id":"p-x:p-2","type":"pipeline","spec":{}}`,
		"without id":       `{"type":"pipeline","spec":{}}`,
		"null":             `null`,
		"a list":           `[]`,
		"a collection":     `{"type":"collection","data":[]}`,
		"a text":           `"ok"`,
		"a number for id":  `{"id":1,"type":"pipeline"}`,
		"a list for spec":  `{"id":"p-x:p-1","type":"pipeline","spec":[]}`,
		"half an object":   `{"id":"p-x:p-1",`,
		"a page":           `<html><title>Sign in</title></html>`,
		"steps as numbers": `{"id":"p-x:p-1","type":"pipeline","spec":{"stages":[{"steps":[1]}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t, func(string, int) reply { return ok(body) })
			ctx := t.Context()
			for call, do := range map[string]func() error{
				"GET":    func() error { _, err := s.Pipeline(ctx, "p-x:p-1"); return err },
				"PUT":    func() error { _, err := s.UpdatePipeline(ctx, "p-x:p-1", PipelineSpec{}, PipelineSpec{}); return err },
				"POST":   func() error { _, err := s.CreatePipeline(ctx, "c-a:p-x", PipelineSpec{}); return err },
				"export": func() error { _, err := s.ExportPipeline(ctx, "p-x:p-1"); return err },
			} {
				err := do()
				switch {
				case call == "POST" && name == "another object":
					// Which one it will be, nobody knows before.
					if err != nil {
						t.Errorf("%s: %v", call, err)
					}
				default:
					var lost *transport.AnswerLostError
					if !errors.As(err, &lost) || transport.OutcomeUnknown(err) != (call != "GET") {
						t.Errorf("%s: %v", call, err)
					}
					var null *NullError
					if errors.As(err, &null) != (name == "null") {
						t.Errorf("%s: %v", call, err)
					}
				}
			}
		})
	}
}

func TestForeignAnswers(t *testing.T) {
	for status, body := range map[int]string{http.StatusForbidden: `{"error":"blocked"}`, http.StatusUnauthorized: "no"} {
		s := newFakeServer(t, func(string, int) reply { return reply{status: status, body: body} })
		_, err := s.Pipeline(t.Context(), "p-x:p-1")
		var (
			r  *Refusal
			se *transport.StatusError
		)
		if errors.As(err, &r) || !errors.As(err, &se) || se.Status != status {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	spec := RemoteAccountSpec{AccessToken: "hidden"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, spec); strings.Contains(text, "hidden") {
			t.Errorf("%s: %s", verb, text)
		}
	}
}

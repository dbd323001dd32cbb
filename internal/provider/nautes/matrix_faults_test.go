// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What Nautes promises to nobody, the provider promises its users: see
// [acctest.Matrix]. One case is run by its name, as in
//
//	go test ./internal/provider/nautes -run 'TestFaultMatrix/update_cicd_nautes_project_pipeline_runtime$/2_POST/reset_after$'
//
// The cases only wait, since calls are kept a second apart. So many of them run
// at once.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	acctest.Matrix(t, "Nautes", 128, possible(t), slices.Concat(
		acctest.Life(runtimeType, runtimeStage),
		[]acctest.Operation{
			acctest.Taken(runtimeType, runtimeStage),
			performed("data cicd_nautes_project_pipeline_runtime", object{"name": runtimeName}),
			performed("data cicd_nautes_project_pipeline_runtimes", nil),
			performed("list "+runtimeType, nil),
		},
	))
}

// possible are the faults that may befall a request.
func possible(t *testing.T) []acctest.Fault {
	t.Helper()
	return acctest.Faults(t,
		acctest.Answer("bad token", http.StatusInternalServerError,
			`{"code":500,"reason":"","message":"GET http://gitlab/api/v4/groups/acc: 401 {message: 401 Unauthorized}","metadata":{}}`),
		acctest.Answer("403", http.StatusForbidden, `{"code":403,"reason":"NO_AUTHORIZATION","message":"no access to the server, err: GET","metadata":{}}`),
		acctest.Answer("404 of the product", http.StatusNotFound,
			`{"code":404,"reason":"GROUP_NOT_FOUND","message":"failed to get group, err: GET http://gitlab/api/v4/groups/acc: 404 {message: 404 Group Not Found}","metadata":{}}`),
		acctest.Answer("404 of the product's metadata", http.StatusNotFound,
			`{"code":404,"reason":"PROJECT_NOT_FOUND","message":"failed to get project, err: GET","metadata":{}}`),
		acctest.Answer("404 of a router", http.StatusNotFound, "404 page not found\n"),
		acctest.Answer("panic", http.StatusInternalServerError, `{"code":500,"reason":"UNKNOWN","message":"unknown request error","metadata":{}}`),
		acctest.Answer("conflict", http.StatusInternalServerError,
			`{"code":500,"reason":"","message":"when the save configuration cannot be merge automatically, manual approval may be required, err: merge data","metadata":{}}`),
		acctest.Answer("collision", http.StatusInternalServerError,
			`{"code":500,"reason":"","message":"failed to clone repository, err: destination path 'default.project' already exists and is not an empty directory.","metadata":{}}`),
	)
}

const runtimeName = "api-server-pr"

// stage is one in a product of its own.
func stage(t *testing.T) (*acctest.Stage, *acctest.Product) {
	t.Helper()
	p := acctest.SandboxNautes(t, acctest.NautesV042).NewProduct()
	return &acctest.Stage{
		System: "nautes", Sandbox: p.Sandbox, Connection: object{"base_url": p.BaseURL, "token": p.Token},
		Names: []string{p.Name}, Secrets: []string{p.Token},
		Objects: func() map[string]string {
			all := map[string]string{}
			if stored := p.Runtime(runtimeName); stored != nil {
				all[p.Name+"/"+runtimeName] = fmt.Sprint(stored["pipelines"])
			}
			return all
		},
		Vanish: func() { p.Delete(runtimeName) },
	}, p
}

// configuration is [runtime]'s, with another path of its pipeline.
func configuration(product, path string) object {
	return object{
		"product": product, "name": runtimeName, "project": "api-server", "pipeline_source": "api-server",
		"pipelines":         []any{object{"name": "build", "path": path}},
		"event_sources":     []any{object{"name": "push", "gitlab": object{"repo_name": "api-server", "revision": "main", "events": []any{"push_events"}}}},
		"pipeline_triggers": []any{object{"event_source": "push", "pipeline": "build"}},
		"destination":       object{"environment": "env-test"}, "isolation": "shared",
	}
}

func runtimeStage(t *testing.T) *acctest.Stage {
	t.Helper()
	s, p := stage(t)
	s.Resource = &acctest.Resource{
		Type:   runtimeType,
		First:  acctest.Wanted{Configuration: configuration(p.Name, "pipelines/build"), Stored: "[map[label: name:build path:pipelines/build]]"},
		Second: acctest.Wanted{Configuration: configuration(p.Name, "pipelines/other"), Stored: "[map[label: name:build path:pipelines/other]]"},
		Occupy: func() {
			theirs := stored()
			theirs["pipelines"] = []any{object{"name": "build", "path": "pipelines/theirs"}}
			p.Save(runtimeName, theirs, false)
		},
	}
	return s
}

// performed reads a product with a runtime.
func performed(name string, arguments object) acctest.Operation {
	return acctest.Performed(name, func(t *testing.T) (*acctest.Stage, object) {
		t.Helper()
		s, p := stage(t)
		p.Save(runtimeName, stored(), false)
		all := object{"product": p.Name}
		maps.Copy(all, arguments)
		return s, all
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

var small = population{Projects: 3, Schedules: 25, Variables: 2, Products: 2, Runtimes: 4, Pipelines: 6}

func TestSeedMakesWhatThePopulationNeeds(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := small.seedFile(seed); err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.New(sandbox.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	defer server.Close()
	project, err := newRancherProject(t.Context(), server.URL, box.AdminToken())
	if err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{
		"/api/v4/application/plan_limits":             `"ci_pipeline_schedules":25,`,
		"/api/v4/projects/1/repository/branches/main": "",
		"/api/v4/projects/3/repository/branches/main": "",
		"/api/v1/products/product-2/coderepos/app":    "",
		"/v3/projects/" + project:                     "",
	} {
		request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+box.AdminToken())
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(answer), part) {
			t.Errorf("%s: %s %s, %v", path, response.Status, answer, err)
		}
	}
	if _, err := newRancherProject(t.Context(), server.URL, ""); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("without a token: %v", err)
	}
}

func TestConfigurationOfAPeerIsTheSameWork(t *testing.T) {
	t.Parallel()
	texts := make([]string, 2)
	for i, p := range []provider{ours(""), peer("")} {
		folder := t.TempDir()
		c := configuration{population: small, Provider: p, BaseURL: "http://gitlab.example.com/api/v4/"}
		if err := c.write(gitlab, folder); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"main.tf", "varied/main.tf"} {
			content, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			texts[i] += string(content)
		}
		texts[i] = strings.NewReplacer(p.ScheduleID, "ID", p.Prefix+"_", "", p.Source, "SOURCE", p.Name+" = {", "NAME = {", `"`+p.Name+`"`, "NAME").Replace(texts[i])
	}
	if texts[0] != texts[1] {
		t.Errorf("ours:\n%s\npeer's:\n%s", texts[0], texts[1])
	}
	for _, part := range []string{"count       = 20\n", "count   = 5\n", "count                = 2\n", "% 3 + 1"} {
		if !strings.Contains(texts[0], part) {
			t.Errorf("%q is missing in\n%s", part, texts[0])
		}
	}
}

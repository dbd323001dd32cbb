// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// kept is a result where every promise is just kept: 25 schedules in 3 projects, 5 of them with 2 variables.
func kept() result {
	r := result{
		Terraform: `Terraform "<v1>" & more`,
		Settings:  conditions{population: small, LatencyMS: 50, Parallelism: 10},
		Ours:      product{Source: "terraform-provider-cicd/cicd", Startup: startup{Seconds: 0.05, PeakMemory: 20e6}},
		Peer:      &product{Source: "gitlabhq/gitlab", Startup: startup{Seconds: 0.2, PeakMemory: 90e6}},
		Systems: []system{
			{
				Name: gitlab,
				Ours: []step{
					{Name: apply, Kinds: kinds{"POST " + schedulesPath: 25, "POST " + variablesPath: 10}, PeakMemory: 40e6},
					{Name: refresh, Kinds: kinds{"GET " + schedulesPath: 3, "GET " + schedulePath: 5}, WallSeconds: 1, PeakMemory: 39e6},
					{Name: plan, WallSeconds: 0.1},
					{Name: destroy, Kinds: kinds{"DELETE " + schedulePath: 25, "DELETE " + variablePath: 10, "GET " + schedulesPath: 3}},
				},
				Peer: []step{
					{Name: refresh, Kinds: kinds{"GET user": 1, "GET " + schedulePath: 2000}, WallSeconds: 10, CPUSeconds: 2, PeakMemory: 41e6},
					{Name: plan, Kinds: kinds{"GET user": 1}, WallSeconds: 1},
				},
			},
			{
				Name: nautes,
				Ours: []step{
					{Name: apply, Kinds: kinds{"GET " + runtimePath: 4, "POST " + runtimePath: 5, "GET " + runtimesPath: 2}},
					{Name: refresh, Kinds: kinds{"GET " + runtimesPath: 2}},
					{Name: destroy, Kinds: kinds{"DELETE " + runtimePath: 4}},
				},
			},
			{
				Name: rancher,
				Ours: []step{
					{Name: apply, Kinds: kinds{"POST projects/:id/" + pipelinesPath: 6, "GET /": 1}},
					{Name: refresh, Kinds: kinds{"GET projects/:id/" + pipelinesPath: 1, "GET /": 1}},
					{Name: destroy, Kinds: kinds{"DELETE " + pipelinePath: 6}},
				},
			},
		},
	}
	for _, s := range r.Systems {
		for _, steps := range [][]step{s.Ours, s.Peer} {
			for i := range steps {
				steps[i].Requests = steps[i].Kinds.total()
			}
		}
	}
	r.Promises = checkPromises(r)
	return r
}

// broken lists the promises of a result that aren't kept.
func broken(r result) string {
	var texts []string
	for _, p := range checkPromises(r) {
		if !p.Kept {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, "; ")
}

func TestPromises(t *testing.T) {
	t.Parallel()
	if texts := broken(kept()); texts != "" {
		t.Errorf("not kept: %s", texts)
	}
	// One more request of a kind in a step of a system breaks what speaks of it.
	for _, c := range []struct {
		system int
		step   string
		kind   string
		want   string
	}{
		{0, apply, "POST " + schedulesPath, "one POST for each schedule"},
		{0, apply, "POST " + variablesPath, "one POST for each variable"},
		{0, apply, "GET user", "apply: nothing else"},
		{0, refresh, "GET " + schedulePath, "refresh: single objects"},
		{0, refresh, "GET user", "refresh: all requests"},
		{0, plan, "GET user", "no request"},
		{0, destroy, "DELETE " + schedulePath, "destroy: one DELETE"},
		{1, apply, "GET " + runtimePath, "one look"},
		{1, apply, "GET " + runtimesPath, "beside that one list"},
		{1, apply, "POST " + runtimePath, "one save"},
		{1, refresh, "GET " + runtimePath, "one list"},
		{1, destroy, "DELETE " + runtimePath, "Nautes, destroy"},
		{2, apply, "POST projects/:id/" + pipelinesPath, "Rancher, apply"},
		{2, apply, "GET /", "Rancher, apply: beside"},
		{2, refresh, "GET " + pipelinePath, "Rancher, refresh"},
		{2, destroy, "DELETE " + pipelinePath, "Rancher, destroy"},
	} {
		r := kept()
		for i, s := range r.Systems[c.system].Ours {
			if s.Name == c.step {
				if s.Kinds == nil {
					s.Kinds = kinds{}
				}
				s.Kinds[c.kind]++
				s.Requests++
				r.Systems[c.system].Ours[i] = s
			}
		}
		if texts := broken(r); !strings.Contains(texts, c.want) {
			t.Errorf("with one more %s in %s, broken is: %s", c.kind, c.step, texts)
		}
	}
	for want, change := range map[string]func(*result){
		"half of the peer's time":   func(r *result) { r.Systems[0].Ours[1].WallSeconds = 4.7 },
		"of the peer's peak memory": func(r *result) { r.Systems[0].Ours[3].PeakMemory = 62e6 },
		"shorter than the peer's":   func(r *result) { r.Ours.Startup.Seconds = 0.2 },
	} {
		r := kept()
		change(&r)
		if texts := broken(r); !strings.Contains(texts, want) {
			t.Errorf("broken is %q, want %q", texts, want)
		}
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printTables(&out, kept())
	for _, line := range []string{
		"  step            provider   requests    wall     CPU  peak memory",
		"  refresh         cicd              8  1.00 s    0 ms        39 MB",
		"                  peer          2,001  10.0 s  2.00 s        41 MB",
		"                  cicd/peer      0.00    0.10    0.00         0.95",
		"  refresh - plan  cicd              8  900 ms    0 ms",
		"                  peer          2,000  9.00 s  2.00 s",
		"  refresh  GET projects/:id/pipeline_schedules/:id                      5  2,000",
		"  cicd/peer    0.25         0.22",
		"ok      Start-up: shorter than the peer's: 50 ms against 200 ms",
	} {
		if !strings.Contains(out.String(), line+"\n") {
			t.Errorf("%q is missing in\n%s", line, out.String())
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		thousands(999): "999", thousands(1000): "1,000", thousands(1234567): "1,234,567", seconds(0.0514): "51 ms", seconds(123.44): "123.4 s",
		ratio(1, 0): "-", ratio(25, 2): "12", megabytes(41_500_000): "42 MB",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestChartIsWellFormed(t *testing.T) {
	t.Parallel()
	alone := kept()
	alone.Peer, alone.Systems[0].Peer = nil, nil
	for name, r := range map[string]result{"with a peer": kept(), "alone": alone} {
		drawn := chart(r)
		decoder := xml.NewDecoder(strings.NewReader(drawn))
		var texts strings.Builder
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, drawn)
			}
			if text, ok := token.(xml.CharData); ok {
				texts.WriteString(strings.TrimSpace(string(text)) + "\n")
			}
		}
		for _, want := range []string{`Terraform "<v1>" & more`, "Nautes: 4 runtimes in 2 products", "1.00 s", "8"} {
			if !strings.Contains(texts.String(), want) {
				t.Errorf("%s: %q is missing in the chart", name, want)
			}
		}
		if strings.Contains(texts.String(), "2,001") != (r.Peer != nil) {
			t.Errorf("%s: the peer's figures", name)
		}
	}
}

func TestSavedResultIsWhole(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bench.json")
	if err := kept().save(file); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var read result
	if err := json.Unmarshal(content, &read); err != nil || broken(read) != "" || read.Peer.Startup.Seconds != 0.2 || read.Settings.population != small {
		t.Errorf("%+v, %v", read, err)
	}
}

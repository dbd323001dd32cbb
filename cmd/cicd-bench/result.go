// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"time"
)

// The systems, by their names in flags and results.
const (
	gitlab  = "gitlab"
	nautes  = "nautes"
	rancher = "rancher"
)

// The steps, by their names in results.
const (
	apply   = "apply"
	refresh = "refresh" // a plan that asks the server for everything, and finds no change
	plan    = "plan"    // one that asks no server
	destroy = "destroy"
)

// result is all that a run of the benchmark found, as it is in bench.json.
type result struct {
	Time      time.Time  `json:"time"`
	Machine   machine    `json:"machine"`
	Terraform string     `json:"terraform"`
	Settings  conditions `json:"settings"`
	Ours      product    `json:"provider"`
	Peer      *product   `json:"peer,omitempty"`
	Systems   []system   `json:"systems"`
	Promises  []promise  `json:"promises"`
}

// machine is what everything ran on: the sandbox, Terraform and the providers share its cores.
type machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Cores int    `json:"cores"`
}

// conditions are what the figures depend on.
type conditions struct {
	population
	LatencyMS   float64 `json:"latency_ms"` // of each of the servers' answers
	Parallelism int     `json:"parallelism"`
}

// product is a provider as a whole.
type product struct {
	Source   string  `json:"source"`
	Version  string  `json:"version"`  // as its build recorded it
	Revision string  `json:"revision"` // of its source; may be empty
	Go       string  `json:"go"`       // that built it
	Startup  startup `json:"startup"`
}

// describeProduct reads from a provider's binary what it was built from. What isn't in there stays empty.
func describeProduct(p provider, measured startup) product {
	described := product{Source: p.Source, Startup: measured}
	if info, err := buildinfo.ReadFile(p.binary); err == nil {
		described.Version, described.Go = info.Main.Version, info.GoVersion
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				described.Revision = setting.Value
			}
		}
	}
	return described
}

// system is what was measured of a system.
type system struct {
	Name string `json:"name"`
	Ours []step `json:"provider"`
	Peer []step `json:"peer,omitempty"`
}

// step is what one command of Terraform's took.
type step struct {
	Name        string  `json:"name"`
	Requests    int     `json:"requests"`
	Kinds       kinds   `json:"requests_by_kind"`
	WallSeconds float64 `json:"wall_seconds"`
	// CPUSeconds are user and system time of all processes of the provider that the command started.
	CPUSeconds float64 `json:"provider_cpu_seconds"`
	// PeakMemory is in resident bytes, of the process that had most.
	PeakMemory int64 `json:"provider_peak_memory_bytes"`
	Processes  int   `json:"provider_processes"`
}

// find is the step of a name; the zero step if it isn't there.
func find(steps []step, name string) step {
	for _, s := range steps {
		if s.Name == name {
			return s
		}
	}
	return step{}
}

// peak is the most memory in bytes that a provider had in any step.
func peak(steps []step) int64 {
	var most int64
	for _, s := range steps {
		most = max(most, s.PeakMemory)
	}
	return most
}

// asking is what a refresh took beyond a plan that asks no server: the plans as such, most of which is Terraform's own time, are no matter of requests.
func asking(steps []step) step {
	refreshed, planned := find(steps, refresh), find(steps, plan)
	return step{
		Name: "refresh - plan", Requests: refreshed.Requests - planned.Requests,
		WallSeconds: refreshed.WallSeconds - planned.WallSeconds, CPUSeconds: refreshed.CPUSeconds - planned.CPUSeconds,
	}
}

// save writes the result as JSON.
func (r result) save(path string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o600) //nolint:gosec // where the caller wants it
}

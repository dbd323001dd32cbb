// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"net/http"
	"testing"
)

// The benchmarks measure what the server itself takes for the requests that clients make most, without the network.

const benchmarkedSchedule = `{"description":"Build packages","ref":"refs/heads/main","cron":"0 1 * * 5","cron_timezone":"Europe/Berlin","active":true}`

// schedulesForBenchmark makes a project with a hundred schedules.
func schedulesForBenchmark(b *testing.B) *kit {
	b.Helper()
	k := newKit(b)
	k.s.world.planLimits.ciPipelineSchedules = 0
	k.project("a/app", nil)
	for range 100 {
		k.do(http.MethodPost, allSchedules, rootToken, benchmarkedSchedule).is(http.StatusCreated)
	}
	return k
}

func BenchmarkGetSchedule(b *testing.B) {
	k := schedulesForBenchmark(b)
	for i := 0; b.Loop(); i++ {
		k.do(http.MethodGet, fmt.Sprint(allSchedules, "/", 1+i%100), rootToken, "").is(http.StatusOK)
	}
}

// BenchmarkListSchedules reads a page of a hundred.
func BenchmarkListSchedules(b *testing.B) {
	k := schedulesForBenchmark(b)
	for b.Loop() {
		k.do(http.MethodGet, allSchedules+"?per_page=100", rootToken, "").is(http.StatusOK)
	}
}

func BenchmarkCreateSchedule(b *testing.B) {
	k := schedulesForBenchmark(b)
	for b.Loop() {
		k.do(http.MethodPost, allSchedules, rootToken, benchmarkedSchedule).is(http.StatusCreated)
	}
}

func BenchmarkUpdateSchedule(b *testing.B) {
	k := schedulesForBenchmark(b)
	for i := 0; b.Loop(); i++ {
		k.do(http.MethodPut, fmt.Sprint(allSchedules, "/", 1+i%100), rootToken, fmt.Sprintf(`{"cron":"%d 1 * * 5"}`, i%60)).is(http.StatusOK)
	}
}

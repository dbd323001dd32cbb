// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"net/http"
	"testing"
)

// The benchmarks measure what the server itself takes for the requests that clients make most, without the network.

// pipelinesForBenchmark makes five hundred pipelines in the kit's project; ids are theirs.
func pipelinesForBenchmark(b *testing.B) (k *kit, ids []string) {
	b.Helper()
	k = newKit(b)
	for range 500 {
		ids = append(ids, k.post(k.in("/pipelines"), documentPipeline).is(http.StatusCreated).text("id"))
	}
	return k, ids
}

func BenchmarkGetPipeline(b *testing.B) {
	k, ids := pipelinesForBenchmark(b)
	for i := 0; b.Loop(); i++ {
		k.serveAs(http.StatusOK, http.MethodGet, "/v3/pipelines/"+ids[i%len(ids)], "")
	}
}

// BenchmarkListPipelines reads a page of five hundred.
func BenchmarkListPipelines(b *testing.B) {
	k, _ := pipelinesForBenchmark(b)
	for b.Loop() {
		k.serveAs(http.StatusOK, http.MethodGet, k.in("/pipelines"), "")
	}
}

func BenchmarkCreatePipeline(b *testing.B) {
	k, _ := pipelinesForBenchmark(b)
	for b.Loop() {
		k.serveAs(http.StatusCreated, http.MethodPost, k.in("/pipelines"), documentPipeline)
	}
}

func BenchmarkUpdatePipeline(b *testing.B) {
	k, ids := pipelinesForBenchmark(b)
	for i := 0; b.Loop(); i++ {
		k.serveAs(http.StatusOK, http.MethodPut, "/v3/pipelines/"+ids[i%len(ids)], documentPipeline)
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"testing"
)

// The benchmarks measure what the server itself takes for the requests that clients make most, without the network, and without the time of git
// that collisions need.

// runtimesForBenchmark saves fifty runtimes in the product labs.
func runtimesForBenchmark(b *testing.B) *kit {
	b.Helper()
	k := newKit(b)
	for i := range 50 {
		k.post(numberedRuntime(i)).saved(fmt.Sprintf("rt-%d configuration", i))
	}
	return k
}

// numberedRuntime is the path and the body of a runtime that differs from all others.
func numberedRuntime(i int) (path, body string) {
	return fmt.Sprintf("%s/rt-%d", runtimes, i), runtime(change{"pipelines": []any{
		map[string]any{"name": "pipeline-dev", "label": "dev", "path": fmt.Sprintf("pipeline/dev-%d", i)},
	}})
}

// BenchmarkListRuntimes reads fifty.
func BenchmarkListRuntimes(b *testing.B) {
	k := runtimesForBenchmark(b)
	for b.Loop() {
		k.get(runtimes).has(`"rt-49"`)
	}
}

// BenchmarkSaveRuntime changes one of fifty.
func BenchmarkSaveRuntime(b *testing.B) {
	k := runtimesForBenchmark(b)
	path, _ := numberedRuntime(0)
	for i := 0; b.Loop(); i++ {
		_, body := numberedRuntime(1000 + i)
		k.post(path, body).saved("rt-0 configuration")
	}
}

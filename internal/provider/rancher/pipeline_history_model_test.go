// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// However the server gives them, runs come in one order: the newest first, of a
// second the highest number first, and of a number by their ids.
func TestOrderOfRuns(t *testing.T) {
	t.Parallel()
	var want, runs []rancherapi.PipelineHistory
	for _, created := range []string{"2026-01-15T12:00:01Z", "2026-01-15T12:00:00Z", "2025-12-31T23:59:59Z"} {
		for _, number := range []int64{10, 9, 2} {
			for _, id := range []string{"p-1:a", "p-1:b", "p-1:c"} {
				run := rancherapi.PipelineHistory{Object: rancherapi.Object{ID: id, Created: created}}
				run.Spec.RunNumber = number
				want = append(want, run)
			}
		}
	}
	for range 20 {
		runs = slices.Clone(want)
		rand.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		newestFirst(runs)
		if !slices.EqualFunc(runs, want, func(a, b rancherapi.PipelineHistory) bool {
			return a.ID == b.ID && a.Created == b.Created && a.Spec.RunNumber == b.Spec.RunNumber
		}) {
			t.Fatalf("the order is %v", runs)
		}
	}
}

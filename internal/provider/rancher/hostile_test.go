// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/rancherapi"
)

// An id that is taken can be sent: it is one segment of a path.
func FuzzIDs(f *testing.F) {
	for _, id := range []string{"p-x1y2z:p-abcde", "c-abc12:github", "c-1:p-x1y2z/p-x1y2z:p-abcde", "ra-x1y2z", "u-1:ra-1", ":", "a:..", "..", "../..:x", "a:b\n", "a:b%2F", "ä:ö", "", "c:p/", "/x:y"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, form := range []idForm{configIDs, accountIDs, pipelineIDs, historyIDs} {
			if form.pattern.MatchString(text) && strings.ContainsAny(text, "/?#% \t\r\n") {
				t.Errorf("%q is the id of a %s", text, form.kind)
			}
		}
		if project, id, ok := cutProject(text); ok && project+"/"+id != text {
			t.Errorf("%q is cut into %q and %q", text, project, id)
		}
		p := rancherapi.Pipeline{Object: rancherapi.Object{ID: text}, Spec: rancherapi.PipelineSpec{ProjectName: text}}
		if project, ok := fullProjectIDOf(&p); ok && nameOf(project) != parentOf(text) {
			t.Errorf("%q is in the project %q", text, project)
		}
	})
}

// No text makes the package that reads expressions panic, or go on for long.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{"0 4 * * *", "TZ=", "TZ=UTC", "TZ=Asia/Tokyo 0 5 * * *", "@every", "@every 1s", "@every -5m", "@", "*/0 * * * *", "0 0 31 2 *", "0 0 29 2 1", ", * * * *", "1-99999999999999999999 * * * *", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		begin := time.Now()
		if schedule, err := cron.ParseStandard(text); err == nil {
			everFires(schedule)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkRefreshSchedules reads the 1,000 schedules of a project, each by
// itself as Terraform does, through a client that knows nothing yet.
func BenchmarkRefreshSchedules(b *testing.B) {
	const schedules = 1000
	pages := make([]string, schedules/maxPerPage)
	for page := range pages {
		var items []string
		for n := range maxPerPage {
			items = append(items, fmt.Sprintf(`{"id":%d,"description":"Nightly build","ref":"refs/heads/main","cron":"0 1 * * *","cron_timezone":"UTC",`+
				`"next_run_at":"2024-01-02T01:03:00.000Z","active":true,"created_at":"2024-01-01T00:00:00.000Z","updated_at":"2024-01-01T00:00:00.000Z",`+
				`"owner":{"id":1,"username":"root","name":"Administrator","state":"active"},"inputs":[]}`, schedules-page*maxPerPage-n))
		}
		pages[page] = "[" + strings.Join(items, ",") + "]"
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		if page < 1 {
			http.NotFound(w, r)
			return
		}
		if page < len(pages) {
			w.Header().Set("X-Next-Page", strconv.Itoa(page+1))
		}
		answer(w, http.StatusOK, pages[page-1])
	}
	b.ReportAllocs()
	for b.Loop() {
		client := newTestClient(b, handler)
		// The newest first, so that each page is needed when it is read.
		for id := int64(schedules); id > 0; id-- {
			s, err := client.ListedSchedule(b.Context(), "1", id)
			if err != nil || s.ID != id {
				b.Fatal(s, err)
			}
		}
	}
}

// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
)

func text(s string) *string { return &s }

// What a creation makes is told as GitLab stores it.
func TestScheduleThatACreationMakes(t *testing.T) {
	t.Parallel()
	off := false
	wanted := func(change func(*ScheduleChange)) ScheduleChange {
		c := ScheduleChange{Description: text("d"), Ref: text("main"), Cron: text(" 0 1 * * *\n")}
		change(&c)
		return c
	}
	made := func(change func(*Schedule)) Schedule {
		s := Schedule{Description: "d", Ref: "refs/heads/main", Cron: "0 1 * * *", CronTimezone: "UTC", Active: true, Inputs: &[]Input{}}
		change(&s)
		return s
	}
	same, like := func(*ScheduleChange) {}, func(*Schedule) {}
	inputs := func(values ...any) func(*ScheduleChange) {
		return func(c *ScheduleChange) {
			for i, v := range values {
				c.Inputs = append(c.Inputs, InputChange{Name: fmt.Sprint(i), Value: v})
			}
		}
	}
	stored := func(values ...any) func(*Schedule) {
		return func(s *Schedule) {
			for i, v := range values {
				*s.Inputs = append(*s.Inputs, Input{Name: fmt.Sprint(i), Value: v})
			}
		}
	}
	for name, c := range map[string]struct {
		wanted func(*ScheduleChange)
		made   func(*Schedule)
		makes  bool
	}{
		"as it is":          {same, like, true},
		"a tag":             {same, func(s *Schedule) { s.Ref = "refs/tags/main" }, true},
		"a short ref":       {same, func(s *Schedule) { s.Ref = "main" }, true},
		"another ref":       {same, func(s *Schedule) { s.Ref = "refs/heads/main2" }, false},
		"the other of two":  {func(c *ScheduleChange) { c.Ref = text("refs/tags/main") }, like, false},
		"description":       {same, func(s *Schedule) { s.Description = "D" }, false},
		"cron":              {same, func(s *Schedule) { s.Cron = "0 2 * * *" }, false},
		"time zone":         {func(c *ScheduleChange) { c.CronTimezone = text("Asia/Tokyo") }, like, false},
		"inactive":          {func(c *ScheduleChange) { c.Active = &off }, like, false},
		"both inactive":     {func(c *ScheduleChange) { c.Active = &off }, func(s *Schedule) { s.Active = false }, true},
		"inputs, as texts":  {inputs(json.Number("42"), true, []any{"a", json.Number("1")}), stored("42", "true", []any{"a", "1"}), true},
		"a fraction":        {inputs(json.Number("0.00001")), stored("1.0e-05"), true},
		"another input":     {inputs("a"), stored("b"), false},
		"another list":      {inputs([]any{"a"}), stored([]any{"a", "b"}), false},
		"a list and a text": {inputs([]any{"a"}), stored("a"), false},
		"one input more":    {inputs("a"), stored("a", "b"), false},
		"one input less":    {inputs("a"), like, false},
		"inputs not shown":  {inputs("a"), func(s *Schedule) { s.Inputs = nil }, true},
	} {
		if makes := wanted(c.wanted).makes(made(c.made)); makes != c.makes {
			t.Errorf("%s: %t", name, makes)
		}
	}
}

// The newest schedules are read as far as they can be newer than the creation,
// fresh, and only the user's own count.
func TestNewestSchedules(t *testing.T) {
	t.Parallel()
	var asked []string
	schedule := func(id int, owner string, at time.Time) string {
		return fmt.Sprintf(`{"id":%d,"description":"d","ref":"refs/heads/main","cron":"* * * * *","cron_timezone":"UTC","active":true,"created_at":%q,"owner":%s}`,
			id, at.UTC().Format("2006-01-02T15:04:05.000Z"), owner)
	}
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.RequestURI())
		const me, other = `{"id":7}`, `{"id":8}`
		switch {
		case r.Method == http.MethodPost:
			panic(http.ErrAbortHandler)
		case strings.HasSuffix(r.URL.Path, "/user"):
			answer(w, http.StatusOK, `{"id":7,"username":"me"}`)
		case r.URL.Query().Get("page") == "1":
			w.Header().Set("X-Next-Page", "2")
			answer(w, http.StatusOK, "["+schedule(9, other, later())+","+schedule(8, "null", later())+"]")
		case r.URL.Query().Get("page") == "2":
			w.Header().Set("X-Next-Page", "3")
			answer(w, http.StatusOK, "["+schedule(7, me, later())+","+schedule(6, me, time.Now().Add(-time.Hour))+"]")
		}
	})
	_, err := client.CreateSchedule(t.Context(), "1", ScheduleChange{Description: text("d"), Ref: text("main"), Cron: text("* * * * *")})
	var lost *creation.LostError[Schedule]
	if !errors.As(err, &lost) {
		t.Fatalf("the answer isn't lost: %v", err)
	}
	seen, err := lost.Look(t.Context())
	if err != nil || seen.Mine == nil || seen.Mine.ID != 7 || len(seen.Older) != 1 {
		t.Errorf("it sees %+v, %v", seen, err)
	}
	const list = "GET /api/v4/projects/1/pipeline_schedules?page="
	if got, want := strings.Join(asked, "\n"), "POST /api/v4/projects/1/pipeline_schedules\nGET /api/v4/user\n"+list+"1&per_page=100\n"+list+"2&per_page=100"; got != want {
		t.Errorf("asked\n%s\nwant\n%s", got, want)
	}
}

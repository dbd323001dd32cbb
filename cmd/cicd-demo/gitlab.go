// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	project = "demo/app" // the project that the sandbox starts with

	// What somebody does behind Terraform's back: this schedule gets that cron expression and loses that variable.
	victim   = "Build packages"
	elsewhen = "30 4 * * *"
	loss     = "NEW_VARIABLE"
)

// gitlab asks the server itself, with plain HTTP and none of the provider's code, so that what it shows is true
// whatever the provider believes.
type gitlab struct{ baseURL, token string }

type schedule struct {
	ID          int        `json:"id"`
	Description string     `json:"description"`
	Ref         string     `json:"ref"`
	Cron        string     `json:"cron"`
	Timezone    string     `json:"cron_timezone"`
	Active      bool       `json:"active"`
	NextRunAt   *time.Time `json:"next_run_at"`
	Variables   []variable `json:"variables"`
}

type variable struct {
	Key  string `json:"key"`
	Type string `json:"variable_type"`
}

// call sends a request for the project's pipeline schedules and decodes the answer into out, unless that is nil.
func (g gitlab) call(ctx context.Context, method, path string, form url.Values, out any) error {
	address := g.baseURL + "/api/v4/projects/" + url.PathEscape(project) + "/pipeline_schedules" + path
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("PRIVATE-TOKEN", g.token)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", method, address, response.Status, body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}

// schedules are all schedules, oldest first (the server lists the newest first), each with its variables, which a list
// doesn't tell.
func (g gitlab) schedules(ctx context.Context) ([]schedule, error) {
	var listed []schedule
	if err := g.call(ctx, http.MethodGet, "?per_page=100", nil, &listed); err != nil {
		return nil, err
	}
	slices.Reverse(listed)
	for i := range listed {
		if err := g.call(ctx, http.MethodGet, fmt.Sprintf("/%d", listed[i].ID), nil, &listed[i]); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

// show prints the schedules as a table. It fails when there are none.
func (g gitlab) show(ctx context.Context) error {
	schedules, err := g.schedules(ctx)
	if err != nil {
		return err
	}
	if len(schedules) == 0 {
		return fmt.Errorf("%s has no pipeline schedules", project)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tDESCRIPTION\tREF\tCRON\tTIME ZONE\tACTIVE\tNEXT RUN\tVARIABLES")
	for _, s := range schedules {
		next := "-"
		if s.NextRunAt != nil {
			next = s.NextRunAt.UTC().Format("Mon 2006-01-02 15:04 MST")
		}
		variables := make([]string, len(s.Variables))
		for i, v := range s.Variables {
			variables[i] = v.Key
			if v.Type == "file" {
				variables[i] += " (file)"
			}
		}
		slices.Sort(variables) // Terraform creates them at the same time, in no particular order
		if len(variables) == 0 {
			variables = []string{"-"}
		}
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%t\t%s\t%s\n",
			s.ID, s.Description, s.Ref, s.Cron, s.Timezone, s.Active, next, strings.Join(variables, ", "))
	}
	return table.Flush()
}

// tamper changes the victim's cron expression and deletes one of its variables.
func (g gitlab) tamper(ctx context.Context) error {
	schedules, err := g.schedules(ctx)
	if err != nil {
		return err
	}
	for _, s := range schedules {
		if s.Description != victim {
			continue
		}
		path := fmt.Sprintf("/%d", s.ID)
		if err := g.call(ctx, http.MethodPut, path, url.Values{"cron": {elsewhen}}, nil); err != nil {
			return err
		}
		return g.call(ctx, http.MethodDelete, path+"/variables/"+loss, nil, nil)
	}
	return fmt.Errorf("%s has no schedule %q", project, victim)
}

// expectNone fails when there still are schedules.
func (g gitlab) expectNone(ctx context.Context) error {
	schedules, err := g.schedules(ctx)
	if err != nil {
		return err
	}
	if len(schedules) > 0 {
		return fmt.Errorf("%s still has %d pipeline schedules", project, len(schedules))
	}
	fmt.Printf("%s has no pipeline schedules any more.\n", project)
	return nil
}

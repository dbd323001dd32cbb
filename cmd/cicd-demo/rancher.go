// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
)

const (
	rancherProject = "c-demo:p-app" // the project that the sandbox starts with
	pipelineName   = "build and test"
)

// rancher asks the server itself, as [gitlab] does.
type rancher struct{ baseURL, token string }

type pipeline struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Spec  struct {
		DisplayName string `json:"displayName"`
		Stages      []struct {
			Name string `json:"name"`
		} `json:"stages"`
		Triggers struct {
			Cron struct {
				Expression string `json:"expression"`
				Timezone   string `json:"timezone"`
			} `json:"cronTrigger"`
		} `json:"triggers"`
	} `json:"spec"`
}

// call sends a request and decodes the answer into out, unless that is nil.
func (r rancher) call(ctx context.Context, method, path, body string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, r.baseURL+"/v3/"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// pipelines are the project's, those that Terraform doesn't manage among them.
func (r rancher) pipelines(ctx context.Context) ([]pipeline, error) {
	var list struct {
		Data []pipeline `json:"data"`
	}
	err := r.call(ctx, http.MethodGet, "projects/"+rancherProject+"/pipelines", "", &list)
	return list.Data, err
}

// show prints the project's pipelines as a table. It fails when there are none.
func (r rancher) show(ctx context.Context) error {
	pipelines, err := r.pipelines(ctx)
	if err != nil {
		return err
	}
	if len(pipelines) == 0 {
		return fmt.Errorf("%s has no pipelines", rancherProject)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tNAME\tSTATE\tSTAGES\tCRON\tTIME ZONE")
	for _, p := range pipelines {
		stages := make([]string, len(p.Spec.Stages))
		for i, stage := range p.Spec.Stages {
			stages[i] = stage.Name
		}
		cron := p.Spec.Triggers.Cron
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Spec.DisplayName, p.State, strings.Join(stages, ", "),
			cmp.Or(cron.Expression, "-"), cmp.Or(cron.Timezone, "-"))
	}
	return table.Flush()
}

// tamper switches the pipeline off, and lets it start at another time.
func (r rancher) tamper(ctx context.Context) error {
	pipelines, err := r.pipelines(ctx)
	if err != nil {
		return err
	}
	for _, p := range pipelines {
		if p.Spec.DisplayName != pipelineName {
			continue
		}
		const change = `{"spec": {"triggers": {"cronTrigger": {"expression": "30 9 * * *"}}}}`
		if err := r.call(ctx, http.MethodPut, "pipelines/"+p.ID, change, nil); err != nil {
			return err
		}
		return r.call(ctx, http.MethodPost, "pipelines/"+p.ID+"?action=deactivate", "", nil)
	}
	return fmt.Errorf("%s has no pipeline %q", rancherProject, pipelineName)
}

// expectNone fails when the pipeline is still there.
func (r rancher) expectNone(ctx context.Context) error {
	pipelines, err := r.pipelines(ctx)
	if err != nil {
		return err
	}
	for _, p := range pipelines {
		if p.Spec.DisplayName == pipelineName {
			return fmt.Errorf("%s still has the pipeline %q, %s", rancherProject, pipelineName, p.ID)
		}
	}
	fmt.Printf("Project %s has no pipeline %q any more.\n", rancherProject, pipelineName)
	return nil
}

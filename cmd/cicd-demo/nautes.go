// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

const (
	product     = "demo" // the product that the sandbox starts with
	runtimeName = "app-build"
	runtimePath = "/api/v1/products/" + product + "/projectpipelineruntimes/" + runtimeName
	// runtimeFile is where the sandbox shows the file that Nautes would commit.
	runtimeFile = "/_sandbox/nautes/" + product + "/default.project/projects/app/" + runtimeName + ".yaml"
)

// nautes asks the server itself, as [gitlab] does.
type nautes struct{ baseURL, token string }

// call sends a request and returns the answer's status and body.
func (n nautes) call(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, n.baseURL+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+n.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// succeed is a call that is answered with 200.
func (n nautes) succeed(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	status, answer, err := n.call(ctx, method, path, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s %s%s: %d: %s", method, n.baseURL, path, status, answer)
	}
	return answer, err
}

// show prints the runtime's file. It fails when there is none.
func (n nautes) show(ctx context.Context) error {
	file, err := n.succeed(ctx, http.MethodGet, runtimeFile, nil)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(file)
	return err
}

// tamper changes when the runtime's second event source has an event.
func (n nautes) tamper(ctx context.Context) error {
	answer, err := n.succeed(ctx, http.MethodGet, runtimePath, nil)
	if err != nil {
		return err
	}
	var runtime map[string]any
	if err := json.Unmarshal(answer, &runtime); err != nil {
		return err
	}
	// Nautes answers with the display names of repositories, and takes their paths.
	runtime["pipeline_source"] = "app"
	runtime["event_sources"] = []any{
		map[string]any{"name": "push", "gitlab": map[string]any{
			"repo_name": "app", "revision": "refs/heads/main", "events": []string{"push_events"},
		}},
		map[string]any{"name": "weekdays", "calendar": map[string]any{"schedule": "0 9 * * 1-5", "timezone": "Asia/Shanghai"}},
	}
	body, err := json.Marshal(runtime)
	if err != nil {
		return err
	}
	_, err = n.succeed(ctx, http.MethodPost, runtimePath, body)
	return err
}

// expectNone fails when the runtime is still there.
func (n nautes) expectNone(ctx context.Context) error {
	status, answer, err := n.call(ctx, http.MethodGet, runtimePath, nil)
	if err != nil {
		return err
	}
	if status != http.StatusNotFound {
		return fmt.Errorf("product %s still has the runtime %s: %d: %s", product, runtimeName, status, answer)
	}
	fmt.Printf("Product %s has no pipeline runtime any more.\n", product)
	return nil
}

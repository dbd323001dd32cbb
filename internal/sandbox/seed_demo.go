// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// seedNautesDemo makes the group demo a product of Nautes', with the project app, whose code repository is demo/app, and the environment test on the
// cluster pipelines.
func (s *Sandbox) seedNautesDemo() error {
	const product = "/api/v1/products/demo"
	for _, call := range []struct{ path, body string }{
		{"/api/v1/clusters/pipelines", `{"api_server": "https://pipelines.example.com:6443", "cluster_kind": "kubernetes", "cluster_type": "physical",
			"usage": "worker", "worker_type": "pipeline", "kubeconfig": "apiVersion: v1"}`},
		{product, `{"git": {"gitlab": {"name": "Demo", "path": "demo", "visibility": "private"}}}`},
		{product + "/projects/app", `{"language": "go"}`},
		{product + "/environments/test", `{"cluster": "pipelines", "env_type": "test"}`},
		{product + "/coderepos/app", `{"project": "app", "pipeline_runtime": true, "webhook": {"events": ["push_events"]},
			"git": {"gitlab": {"name": "App", "path": "app", "visibility": "private"}}}`},
	} {
		if err := s.replay(seedCall{Method: http.MethodPost, Path: call.path, Body: json.RawMessage(call.body)}); err != nil {
			return fmt.Errorf("the demo's %s: %w", call.path, err)
		}
	}
	return nil
}

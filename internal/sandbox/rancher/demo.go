// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import "time"

// SeedDemo fills the world with something to look at: the cluster c-demo with a GitHub configuration, its project c-demo:p-app, the account demo-github
// with its repositories, and the pipeline p-app:build, whose first run ended an hour ago. A dialect without these types gets the cluster and the project.
func (s *Server) SeedDemo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	const ago = time.Hour
	cluster := s.seed("cluster", nil, "c-demo", map[string]any{"name": "demo"}, now.Add(-ago))
	project := s.seed("project", cluster, "p-app", map[string]any{"name": "app", "clusterId": cluster.id}, now.Add(-ago))
	if s.types["pipelineHistory"] == nil {
		return
	}
	s.seed("clusterPipeline", cluster, "github", map[string]any{"spec": map[string]any{
		"clusterName": cluster.id, "githubConfig": map[string]any{"clientID": "3fd9a1c2b4e5d6f70812", "clientSecret": "demo"},
	}}, now.Add(-ago))
	account := s.seed("remoteAccount", nil, "demo-github", map[string]any{"spec": map[string]any{
		"type": "github", "displayName": "Demo", "accountName": "demo", "htmlUrl": "https://github.com/demo", "accessToken": "demo",
	}}, now.Add(-ago))
	_, _ = s.refresh(account, s.admin, now.Add(-ago)) // can't fail: a generated name is free
	pipeline := s.seed("pipeline", project, "build", map[string]any{"spec": map[string]any{
		"projectName": project.id, "displayName": "build",
		"stages": []any{
			map[string]any{"name": "checkout", "steps": []any{map[string]any{"type": "sourcecode", "sourceCodeStepConfig": map[string]any{
				"remoteAccountName": account.id, "repository": "https://github.com/demo/app.git", "branch": "master",
			}}}},
			map[string]any{"name": "test", "steps": []any{map[string]any{"type": "runascript", "runAScriptStepConfig": map[string]any{
				"image": "golang:1.8", "shellScript": "go test ./...",
			}}}},
		},
		"triggers": map[string]any{"webhookTrigger": map[string]any{"active": true}},
	}}, now.Add(-ago))
	_, _ = s.startRun(pipeline, "manual", "", now.Add(-ago)) // nor can this: it is the first run
	s.catchUp(now)
}

// seed makes an object by the rules of its fields, with a name that is chosen even where the API generates one.
func (s *Server) seed(kind string, parent *object, name string, input map[string]any, now time.Time) *object {
	sc := s.types[kind]
	data, err := s.construct(sc, input, creating)
	if err != nil {
		panic("the demo's " + kind + ": " + err.Error()) // a mistake in this file
	}
	o, err := s.keep(sc, parent, name, data, s.admin, now)
	if err != nil {
		panic("the demo is sown twice: " + err.Error())
	}
	return o
}

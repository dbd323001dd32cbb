// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// serveHook takes what a git host reports of a pipeline's repository, without login. The real server wants it signed with a secret that it has given
// to the host; this one knows no host, and looks at no signature.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock.Now()
	s.catchUp(now)
	answer := reply{status: http.StatusOK}
	refuse := func(status int, message string) {
		answer = reply{status: status, body: map[string]any{"type": "error", "code": status, "message": message}}
	}
	var pipeline *object
	if sc := s.types["pipelineHistory"]; sc != nil {
		pipeline = s.shelf(s.types["pipeline"]).byID[r.URL.Query().Get("pipelineId")]
	}
	event := r.Header.Get("X-GitHub-Event")
	switch branch := pushedBranch(r); {
	case r.Method != http.MethodPost:
		refuse(http.StatusMethodNotAllowed, "Method "+r.Method+" not supported")
	case pipeline == nil:
		refuse(http.StatusNotFound, "pipeline not found")
	case event == "ping":
	case event != "push" && event != "pull_request":
		refuse(http.StatusUnprocessableEntity, "not trigger for event:"+event)
	case !pipeline.active():
		refuse(http.StatusUnavailableForLegalReasons, "pipeline is not active")
	case pipeline.at("spec", "triggers", "webhookTrigger", "active") != true:
		refuse(http.StatusUnavailableForLegalReasons, "trigger for event:"+event+" is disabled")
	case branch != "" && pipeline.sourceBranch() != "" && branch != pipeline.sourceBranch():
		refuse(http.StatusUnprocessableEntity, "skipped branch:"+branch)
	default:
		if _, err := s.startRun(pipeline, "webhook", "", now); err != nil {
			refuse(http.StatusInternalServerError, failureText(err))
		}
	}
	answer.write(w)
}

// pushedBranch is the branch that was pushed to, or that a pull request goes to; "" = it isn't said.
func pushedBranch(r *http.Request) string {
	var report struct {
		Ref         string `json:"ref"`
		PullRequest struct {
			Base struct {
				Ref string `json:"ref"`
			} `json:"base"`
		} `json:"pull_request"`
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil || json.Unmarshal(content, &report) != nil {
		return ""
	}
	return strings.TrimPrefix(report.Ref, "refs/heads/") + report.PullRequest.Base.Ref
}

// sourceBranch is the branch that a pipeline's first step takes its source from.
func (o *object) sourceBranch() string {
	return toString(dig(firstOf(dig(firstOf(o.at("spec", "stages")), "steps")), "sourceCodeStepConfig", "branch"))
}

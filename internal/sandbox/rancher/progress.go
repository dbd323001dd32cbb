// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// span is when a step takes place, unless the run ends before.
func (r *run) span(i int) (start, end time.Time) {
	start = r.began.Add(runWaits + time.Duration(i)*stepLasts)
	return start, start.Add(stepLasts)
}

// count is how many steps take place: those up to the first that fails.
func (r *run) count() (steps int, fails bool) {
	if i := slices.IndexFunc(r.steps, func(step stepRun) bool { return step.fails }); i >= 0 {
		return i + 1, true
	}
	return len(r.steps), false
}

// status is what a run's status is at a time.
func (r *run) status(at time.Time) map[string]any {
	steps, fails := r.count()
	end, _ := r.span(steps)
	status := map[string]any{"started": date(r.began)}
	switch {
	case !r.stopped.IsZero():
		status["state"], status["ended"] = "Abort", date(r.stopped)
	case !at.Before(end):
		status["state"], status["ended"] = outcome(fails), date(end)
	case at.Before(r.began.Add(runWaits)):
		status["state"] = "Waiting"
	default:
		status["state"] = "Building"
	}
	var stages []any
	var inStage []map[string]any
	for i, step := range r.steps {
		inStage = append(inStage, r.stepStatus(i, at, status["ended"] != nil))
		if i+1 == len(r.steps) || r.steps[i+1].stage != step.stage {
			stages = append(stages, stageStatus(inStage))
			inStage = nil
		}
	}
	status["stages"] = stages
	if _, cloned := r.span(0); len(r.steps) > 0 && !at.Before(cloned) && (r.stopped.IsZero() || !r.stopped.Before(cloned)) {
		status["commit"] = r.commit
	}
	return status
}

func outcome(fails bool) string {
	if fails {
		return "Fail"
	}
	return "Success"
}

func (r *run) stepStatus(i int, at time.Time, over bool) map[string]any {
	start, end := r.span(i)
	steps, _ := r.count()
	switch {
	case (at.Before(start) || i >= steps) && over:
		return map[string]any{"state": "Skipped"}
	case at.Before(start) || i >= steps:
		return map[string]any{"state": "Waiting"}
	case at.Before(end) && over:
		return map[string]any{"state": "Abort", "started": date(start), "ended": date(at)}
	case at.Before(end):
		return map[string]any{"state": "Building", "started": date(start)}
	}
	return map[string]any{"state": outcome(r.steps[i].fails), "started": date(start), "ended": date(end)}
}

// stageStatus sums up a stage's steps.
func stageStatus(steps []map[string]any) map[string]any {
	first := steps[0]
	list := make([]any, len(steps))
	states := map[any]bool{}
	for i, step := range steps {
		list[i] = step
		states[step["state"]] = true
	}
	stage := map[string]any{"state": first["state"], "steps": list}
	for _, state := range []string{"Abort", "Fail"} {
		if states[state] {
			stage["state"] = state
		}
	}
	switch {
	case states["Building"] || states["Success"] && states["Waiting"]:
		stage["state"] = "Building"
	case states["Success"] && states["Skipped"] && !states["Fail"]:
		stage["state"] = "Abort"
	}
	if first["started"] != nil {
		stage["started"] = first["started"]
	}
	for _, step := range steps {
		if step["ended"] != nil && !states["Building"] && !states["Waiting"] {
			stage["ended"] = step["ended"]
		}
	}
	return stage
}

// writeLogs brings the logs to where they are at a time: one for each step that has begun, which grows while the step lasts.
func (s *Server) writeLogs(history *object, at time.Time) {
	r := history.run
	steps, _ := r.count()
	for i, step := range r.steps[:steps] {
		start, end := r.span(i)
		if at.Before(start) {
			return
		}
		if i < len(r.logs)-1 {
			continue // it was complete when the next one began
		}
		lines := len(step.lines)
		if at.Before(end) {
			lines = min(lines, 1+int(at.Sub(start)*time.Duration(lines)/stepLasts))
		}
		message := strings.Join(step.lines[:lines], "\n")
		if i < len(r.logs) {
			r.logs[i].set(message, "spec", "message")
			continue
		}
		entry, err := s.make(s.types["pipelineLog"], history.parent, map[string]any{
			"name": fmt.Sprintf("%s-%d-%d", history.name, step.stage, step.step),
			"spec": map[string]any{
				"projectName": history.parent.id, "pipelineHistoryName": history.name, "stageOrdinal": int64(step.stage),
				"stepOrdinal": int64(step.step), "message": message,
			},
		}, nil, start)
		if err != nil {
			return
		}
		r.logs = append(r.logs, entry)
	}
}

// dropLogs forgets what a run has logged.
func (r *run) dropLogs(s *Server) {
	for _, entry := range r.logs {
		s.drop(entry)
	}
	r.logs = nil
}

// planSteps lays down what the steps of a pipeline will do.
func planSteps(pipeline *object, branch string) (steps []stepRun, commit string) {
	stages, _ := pipeline.at("spec", "stages").([]any)
	for i, stage := range stages {
		inStage, _ := dig(stage, "steps").([]any)
		for j, step := range inStage {
			planned := stepRun{stage: i, step: j}
			if source := dig(step, "sourceCodeStepConfig"); source != nil {
				from := toString(dig(source, "branch"))
				if branch != "" {
					from = branch
				}
				sum := sha256.Sum256([]byte(toString(dig(source, "repository")) + "@" + from))
				if commit == "" {
					commit = hex.EncodeToString(sum[:20])
				}
				planned.log("Cloning " + toString(dig(source, "repository")))
				planned.log("HEAD is now at " + hex.EncodeToString(sum[:4]) + " of " + from)
			}
			if script := dig(step, "runAScriptStepConfig"); script != nil {
				planned.log("Pulling image " + toString(dig(script, "image")))
				for line := range strings.SplitSeq(toString(dig(script, "shellScript")), "\n") {
					planned.log("+ " + line)
				}
				planned.fails = exits.MatchString(toString(dig(script, "shellScript")))
			}
			if build := dig(step, "buildImageStepConfig"); build != nil {
				planned.log("Building " + toString(dig(build, "imageTag")) + " from " + toString(dig(build, "dockerFilePath")) + " in " +
					toString(dig(build, "buildPath")))
			}
			if push := dig(step, "pushImageStepConfig"); push != nil {
				planned.log("Pushing " + toString(dig(push, "imageTag")))
			}
			planned.log("Step ended: " + outcome(planned.fails))
			steps = append(steps, planned)
		}
	}
	return steps, commit
}

func (step *stepRun) log(line string) { step.lines = append(step.lines, line) }

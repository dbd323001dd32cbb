// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import "fmt"

// promise is something that the provider is to keep to, with what was found.
type promise struct {
	Text  string `json:"text"`
	Found string `json:"found"`
	Kept  bool   `json:"kept"`
}

// What this provider may take of the time and memory that the peer takes. It makes
// a ninth of the requests of a refresh, which is the least that the API allows; but
// its framework takes more of the processor and of memory than the one that the
// peer is made with, which shows where there are two cores to share.
const (
	refreshShare = 0.5
	memoryShare  = 1.5
)

// The kinds of requests that promises speak of.
const (
	schedulesPath = "projects/:id/pipeline_schedules"
	schedulePath  = schedulesPath + "/:id"
	variablesPath = schedulePath + "/variables"
	variablePath  = variablesPath + "/:id"
	runtimesPath  = "products/:id/projectpipelineruntimes"
	runtimePath   = runtimesPath + "/:id"
	pipelinesPath = "pipelines"
	pipelinePath  = pipelinesPath + "/:id"
)

// checkPromises checks a result against what the provider promises.
func checkPromises(r result) []promise {
	var checked []promise
	for _, s := range r.Systems {
		switch s.Name {
		case gitlab:
			checked = append(checked, checkGitLab(r.Settings.population, s.Ours)...)
			if r.Peer != nil {
				checked = append(checked, checkAgainstPeer(s, r.Ours, *r.Peer)...)
			}
		case nautes:
			checked = append(checked, checkNautes(r.Settings.population, s.Ours)...)
		case rancher:
			checked = append(checked, checkRancher(r.Settings.population, s.Ours)...)
		}
	}
	return checked
}

func checkGitLab(p population, steps []step) []promise {
	applied, refreshed, destroyed := find(steps, apply), find(steps, refresh), find(steps, destroy)
	lists := p.Schedules/100 + p.Projects
	return []promise{
		exactly("GitLab, apply: one POST for each schedule", applied.Kinds["POST "+schedulesPath], p.Schedules),
		exactly("GitLab, apply: one POST for each variable", applied.Kinds["POST "+variablesPath], p.variables()),
		exactly("GitLab, apply: nothing else", applied.Requests, p.Schedules+p.variables()),
		atMost("GitLab, refresh: lists, a hundredth of the schedules and one more for each project", refreshed.Kinds["GET "+schedulesPath], lists),
		atMost("GitLab, refresh: single objects, one for each schedule with variables", refreshed.Kinds["GET "+schedulePath], p.varied()),
		atMost("GitLab, refresh: all requests", refreshed.Requests, lists+p.varied()),
		exactly("GitLab, plan without refresh: no request", find(steps, plan).Requests, 0),
		// A schedule would take its variables along, but Terraform deletes them first, each by itself.
		exactly("GitLab, destroy: one DELETE for each object", destroyed.Kinds["DELETE "+schedulePath]+destroyed.Kinds["DELETE "+variablePath], p.Schedules+p.variables()),
	}
}

func checkAgainstPeer(s system, ours, peer product) []promise {
	return []promise{
		{
			Text:  "GitLab, refresh - plan: at most half of the peer's time",
			Found: fmt.Sprintf("%s against %s", seconds(asking(s.Ours).WallSeconds), seconds(asking(s.Peer).WallSeconds)),
			Kept:  asking(s.Ours).WallSeconds <= asking(s.Peer).WallSeconds*refreshShare,
		},
		{
			Text:  "GitLab: at most one and a half of the peer's peak memory",
			Found: fmt.Sprintf("%s against %s", megabytes(peak(s.Ours)), megabytes(peak(s.Peer))),
			Kept:  float64(peak(s.Ours)) <= float64(peak(s.Peer))*memoryShare,
		},
		{
			Text:  "Start-up: shorter than the peer's",
			Found: fmt.Sprintf("%s against %s", seconds(ours.Startup.Seconds), seconds(peer.Startup.Seconds)),
			Kept:  ours.Startup.Seconds < peer.Startup.Seconds,
		},
	}
}

func checkNautes(p population, steps []step) []promise {
	applied, destroyed := find(steps, apply), find(steps, destroy)
	return []promise{
		exactly("Nautes, apply: one look for each runtime", applied.Kinds["GET "+runtimePath], p.Runtimes),
		// One more finds out the form of the server's JSON.
		exactly("Nautes, apply: one save for each runtime, and one to learn of the server", applied.Kinds["POST "+runtimePath], p.Runtimes+1),
		exactly("Nautes, apply: beside that one list for each product, which tells its repositories' names", applied.Requests, 2*p.Runtimes+1+p.Products),
		atMost("Nautes, refresh: one list for each product", find(steps, refresh).Requests, p.Products),
		exactly("Nautes, destroy: one DELETE for each runtime", destroyed.Kinds["DELETE "+runtimePath], p.Runtimes),
	}
}

func checkRancher(p population, steps []step) []promise {
	applied, destroyed := find(steps, apply), find(steps, destroy)
	return []promise{
		exactly("Rancher, apply: one POST for each pipeline", applied.Kinds["POST projects/:id/"+pipelinesPath], p.Pipelines),
		exactly("Rancher, apply: beside that one question for the API's form", applied.Requests, p.Pipelines+1),
		atMost("Rancher, refresh: lists, a hundredth of the pipelines and one, and one question for the API's form", find(steps, refresh).Requests, p.Pipelines/100+2),
		exactly("Rancher, destroy: one DELETE for each pipeline", destroyed.Kinds["DELETE "+pipelinePath], p.Pipelines),
	}
}

func exactly(text string, found, want int) promise {
	return promise{text, fmt.Sprintf("%s of %s", thousands(found), thousands(want)), found == want}
}

func atMost(text string, found, limit int) promise {
	return promise{text, fmt.Sprintf("%s, at most %s", thousands(found), thousands(limit)), found <= limit}
}

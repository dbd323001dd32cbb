// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import "maps"

var (
	readOnly  = []string{"GET"}
	changing  = []string{"GET", "PUT", "DELETE"}
	removable = []string{"GET", "DELETE"}
	creatable = []string{"GET", "POST"}
)

// seedTypes are the types of the Pipeline API SPEC with its own spelling, and the clusters, projects and users that they need.
func seedTypes() []*schema {
	return []*schema{
		{
			id: "cluster", stateful: true, resourceMethods: changing, collectionMethods: creatable,
			fields: envelope(fields{"name": text().must(), "description": text()}),
		},
		{
			id: "project", stateful: true, resourceMethods: changing, collectionMethods: creatable, parent: "cluster", refers: "clusterId",
			fields: envelope(fields{"name": text().must(), "clusterId": reference("cluster").must().fixed(), "description": text()}),
		},
		{
			id: "user", resourceMethods: readOnly, collectionMethods: readOnly,
			fields: envelope(fields{"name": text(), "username": text().shown(), "me": boolean(false).shown(), "enabled": boolean(true).shown(), "principalIds": list("string").shown()}),
		},
		{
			id: "clusterPipeline", resourceMethods: changing, collectionMethods: creatable, parent: "cluster", refers: "spec.clusterName",
			fields: envelope(fields{"spec": nested("clusterPipelineSpec").must(), "status": nested("clusterPipelineStatus").shown()}),
		},
		pipelineType(),
		historyType(),
		{
			id: "pipelineLog", resourceMethods: readOnly, collectionMethods: readOnly, parent: "project", refers: "spec.projectName",
			fields: envelope(fields{"spec": nested("pipelineLogSpec").must()}),
		},
		remoteAccountType(),
		{
			id: "gitRepoCache", resourceMethods: readOnly, collectionMethods: readOnly,
			fields: envelope(fields{"spec": nested("gitRepoCacheSpec").must()}),
		},
	}
}

// nestedTypes are the objects inside those.
func nestedTypes() map[string]fields {
	types := map[string]fields{
		"ownerReference": {"apiVersion": text(), "kind": text(), "name": text(), "uid": text()},

		"clusterPipelineSpec":   {"clusterName": reference("cluster").must().fixed(), "githubConfig": nested("githubClusterConfig")},
		"clusterPipelineStatus": {},
		"githubClusterConfig": {
			"scheme": enum("http", "https").or("https"), "host": text().or(""), "clientID": text().must(), "clientSecret": secret().must(),
		},

		"remoteAccountSpec": {
			"displayName": text(), "type": enum("github").must().fixed(), "userName": text().shown(), "avatarUrl": text().or(""),
			"htmlUrl": text().or(""), "accountName": text(), "accessToken": text().fixed().hidden(),
		},
		"gitRepoCacheSpec": {"type": text(), "remoteAccountName": reference("remoteAccount"), "repositories": list("gitRepository")},
		"gitRepository": {
			"name": text(), "cloneUrl": text(), "permissions": nested("repositoryPermissions"), "language": text(),
		},
		"repositoryPermissions": {"pull": boolean(false), "push": boolean(false), "admin": boolean(false)},
		"loginInput":            {"type": text().must(), "code": text(), "redirectUrl": text(), "clusterName": reference("cluster")},
	}
	maps.Copy(types, pipelineNestedTypes())
	return types
}

func pipelineNestedTypes() map[string]fields {
	progress := fields{"state": text(), "started": text(), "ended": text()}
	with := func(more fields) fields {
		maps.Copy(more, progress)
		return more
	}
	return map[string]fields{
		"pipelineSpec": {
			"projectName": reference("project").must().fixed(), "active": boolean(true), "displayName": text().must(),
			"stages": list("stage").must(), "triggers": nested("triggers"),
		},
		"pipelineStatus": {
			"nextRun": number().or(int64(1)).from(1), "lastHistoryId": reference("pipelineHistory"), "lastRunState": text(), "lastStarted": text(),
			"nextStart": text(),
		},
		"stage": {"name": text().must(), "steps": list("step").must()},
		"step": {
			"type":                 enum("sourcecode", "runascript", "buildimage", "pushimage"),
			"sourceCodeStepConfig": nested("sourceCodeStepConfig"), "runAScriptStepConfig": nested("runAScriptStepConfig"),
			"buildImageStepConfig": nested("buildImageStepConfig"), "pushImageStepConfig": nested("pushImageStepConfig"),
		},
		"sourceCodeStepConfig": {"remoteAccountName": reference("remoteAccount"), "repository": text().must(), "branch": text()},
		"runAScriptStepConfig": {
			"image": text().must(), "shellScript": text(), "entryPoint": text(), "args": text(), "env": list("string"),
		},
		"buildImageStepConfig": {"dockerFilePath": text().or("./Dockerfile"), "buildPath": text().or("."), "imageTag": text()},
		"pushImageStepConfig":  {"imageTag": text()},
		"triggers":             {"cronTrigger": nested("cronTrigger"), "webhookTrigger": nested("webhookTrigger")},
		"cronTrigger":          {"active": boolean(false), "timezone": text(), "expression": text()},
		"webhookTrigger":       {"active": boolean(false)},
		"runPipelineInput":     {"branch": text()},

		"pipelineHistorySpec": {
			"projectName": reference("project"), "displayName": text(), "runNumber": number().from(1),
			"triggerType": enum("manual", "cron", "webhook"), "pipeline": nested("pipeline"),
		},
		"pipelineHistoryStatus": with(fields{"commit": text(), "stages": list("stageStatus")}),
		"stageStatus":           with(fields{"steps": list("stepStatus")}),
		"stepStatus":            with(fields{}),
		"pipelineLogSpec": {
			"projectName": reference("project"), "pipelineHistoryName": text(), "stageOrdinal": number(), "stepOrdinal": number(),
			"message": text(),
		},
	}
}

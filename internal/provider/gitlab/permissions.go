// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

// Who may do what, as the pages of several types say it. GitLab's roles in a
// project are guest, reporter, developer, maintainer and owner; each may do what
// those before it may.
const (
	readToken  = "A token with the `read_api` or the `api` scope, of a user"
	writeToken = "A token with the `api` scope, of a user"
	// The token is needed even where everybody may look at schedules.
	toReadSchedules = readToken + " with the reporter role in the project. Where the project's pipelines are public, any user of the instance who sees the " +
		"project will do. CI job tokens won't: GitLab takes them on no route of schedules."
	toReadPipelines = readToken + " with the reporter role in the project. Where the project's pipelines are public, any user who sees the project will do."
	toRunPipelines  = writeToken + " with the developer role in the project. " + onProtectedRefs
	onProtectedRefs = "On a protected branch, the user also has to be allowed to merge or push to it; on a protected tag, to create it."
	// GitLab has this since about version 17.
	toSetVariables = "For variables, the project's setting on who may set them applies as well, and can ask for a higher role."
	ownVariables   = "the maintainer role, or to own the schedule with the developer role"
)

// What surprises about several types.
const (
	refInFull = "GitLab stores the ref of a schedule in full, since about version 17: `refs/heads/main` for `main`."
	nextRunIs = "`next_run_at` is when GitLab will look, not when `cron` matches: it looks for due schedules at intervals, on gitlab.com every 5 minutes, on a " +
		"self-managed instance 3, 13, 23, 33, 43 and 53 minutes past the hour unless its administrator has set something else. The function " +
		"[`cron_next_runs`](../functions/cron_next_runs.md) tells when `cron` matches."
	ofThisMoment = "A data source is read in every plan, and shows the pipeline at that moment. To wait for its end, use `wait_for` of " +
		"[`cicd_gitlab_pipeline`](../resources/gitlab_pipeline.md), or `wait` of an action."
	valuesInState = "Values of variables are sensitive, but are in the state in clear."
)

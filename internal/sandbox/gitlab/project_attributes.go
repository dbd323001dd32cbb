// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import "slices"

// featureLevels are the settings of who may use a part of a project.
var featureLevels = []string{"enabled", "private", "disabled"}

// projectAttributes are the settings of a project that the API shows as they were set. Of these the sandbox itself obeys public_jobs,
// builds_access_level and ci_pipeline_variables_minimum_override_role.
var projectAttributes = slices.Concat(
	choice(featureLevels, "analytics_access_level", "builds_access_level", "container_registry_access_level", "environments_access_level",
		"feature_flags_access_level", "forking_access_level", "infrastructure_access_level", "issues_access_level", "merge_requests_access_level",
		"model_experiments_access_level", "model_registry_access_level", "monitor_access_level", "releases_access_level",
		"repository_access_level", "requirements_access_level", "snippets_access_level", "wiki_access_level"),
	choice([]string{"private", "enabled", "disabled", "public"}, "pages_access_level"),
	choice([]string{"private", "enabled", "disabled"}, "security_and_compliance_access_level"),
	choice([]string{"enabled", "public", "private", "disabled"}, "package_registry_access_level"),
	choice([]string{"merge", "rebase_merge", "ff"}, "merge_method"),
	choice([]string{"default_off", "never", "always", "default_on"}, "squash_option"),
	choice([]string{"fetch", "clone"}, "build_git_strategy"),
	choice([]string{"enabled", "disabled"}, "auto_cancel_pending_pipelines"),
	choice([]string{"continuous", "manual", "timed_incremental"}, "auto_devops_deploy_strategy"),
	choice([]string{"developer", "no_one_allowed", "maintainer", "owner"}, "ci_pipeline_variables_minimum_override_role"),
	choice([]string{"developer", "maintainer", "no one"}, "ci_restrict_pipeline_cancellation_role"),
	choice([]string{"unordered", "process_mode", "oldest_first", "newest_first", "newest_ready_first"}, "resource_group_default_process_mode"),
	declare("", "external_authorization_classification_label", "repository_storage", "ci_config_path"),
	declare(nil, "description", "import_url", "import_type", "import_error", "suggestion_commit_message", "merge_commit_template", "squash_commit_template",
		"issue_branch_template", "issues_template", "merge_requests_template", "mr_default_target_self", "ci_delete_pipelines_in_seconds",
		"merge_request_title_regex", "merge_request_title_regex_description", "mirror_user_id"),
	declare(3600, "build_timeout"),
	declare(20, "ci_default_git_depth"),
	declare(0, "approvals_before_merge"),
	declare([]any{"project_path"}, "ci_id_token_sub_claim_components"),
	declare([]any{}, "topics"),
	flags(true, "public_jobs", "packages_enabled", "lfs_enabled", "service_desk_enabled", "shared_runners_enabled", "group_runners_enabled",
		"request_access_enabled", "emails_enabled", "autoclose_referenced_issues", "remove_source_branch_after_merge", "printing_merge_request_link_enabled",
		"keep_latest_artifact", "ci_forward_deployment_enabled", "ci_forward_deployment_rollback_allowed", "ci_separated_caches",
		"ci_allow_fork_pipelines_to_run_in_parent_project", "warn_about_potentially_unwanted_characters", "enforce_auth_checks_on_uploads",
		"show_default_award_emojis", "ci_job_token_scope_enabled"),
	flags(false, "auto_devops_enabled", "emails_disabled", "merge_pipelines_enabled", "merge_trains_enabled", "mirror", "mirror_trigger_builds",
		"mirror_overwrites_diverged_branches", "only_mirror_protected_branches", "only_allow_merge_if_pipeline_succeeds",
		"only_allow_merge_if_all_discussions_are_resolved", "only_allow_merge_if_all_status_checks_passed", "allow_merge_on_skipped_pipeline",
		"allow_pipeline_trigger_approve_deployment", "resolve_outdated_diff_discussions", "restrict_user_defined_variables",
		"ci_push_repository_for_job_token_allowed", "merge_trains_skip_train_allowed", "prevent_merge_without_jira_issue",
		"pre_receive_secret_detection_enabled", "auto_duo_code_review_enabled", "spp_repository_pipeline_access"),
)

// switches are boolean settings that GitLab keeps as a feature level.
var switches = map[string]string{
	"issues_enabled": "issues_access_level", "merge_requests_enabled": "merge_requests_access_level", "wiki_enabled": "wiki_access_level",
	"jobs_enabled": "builds_access_level", "snippets_enabled": "snippets_access_level",
	"container_registry_enabled": "container_registry_access_level",
}

// aliases are other names of settings: once used, still taken.
var aliases = map[string]string{"public_builds": "public_jobs", "tag_list": "topics"}

func projectAttributeParams() params {
	ps := projectAttributes.params()
	for name := range switches {
		ps = append(ps, optional(name, booleanType))
	}
	return append(ps, optional("public_builds", booleanType), optional("tag_list", listType),
		optional("container_expiration_policy_attributes", hashType).of(expirationPolicy.params()...))
}

// readAttributes takes the project's settings from the request, and keeps in step those that GitLab derives from each other.
func (p *Project) readAttributes(c *call) {
	projectAttributes.update(p.Settings, c)
	for alias, name := range aliases {
		if c.has(alias) {
			p.Settings[name] = c.raw(alias)
		}
	}
	for name, level := range switches {
		if c.has(name) && c.bool(name) == (p.Settings[level] == "disabled") {
			p.Settings[level] = "disabled"
			if c.bool(name) {
				p.Settings[level] = "enabled"
			}
		}
	}
	const restricted, role = "restrict_user_defined_variables", "ci_pipeline_variables_minimum_override_role"
	if c.has(restricted) && !c.has(role) && c.bool(restricted) == (p.Settings[role] == "developer") {
		p.Settings[role] = "developer"
		if c.bool(restricted) {
			p.Settings[role] = "maintainer"
		}
	}
	p.Settings[restricted] = p.Settings[role] != "developer"
	p.readExpirationPolicy(c)
	if c.has("emails_disabled") {
		p.Settings["emails_enabled"] = !c.bool("emails_disabled")
	}
	p.Settings["emails_disabled"] = p.Settings["emails_enabled"] == false
}

// expirationPolicy is when a project's container images are cleaned up; the sandbox has none to clean.
var expirationPolicy = slices.Concat(
	declare("1d", "cadence"), declare(10, "keep_n"), declare("90d", "older_than"), declare(".*", "name_regex"), declare(nil, "name_regex_keep"),
	flags(false, "enabled"),
)

// readExpirationPolicy changes the members of the policy that the request gives.
func (p *Project) readExpirationPolicy(c *call) {
	const shown = "container_expiration_policy"
	policy, known := p.Settings[shown].(object)
	if !known {
		policy = with(expirationPolicy.defaults(), object{"next_run_at": timestamp(c.now.AddDate(0, 0, 1))})
	}
	given, _ := c.raw("container_expiration_policy_attributes").(map[string]any)
	p.Settings[shown] = with(policy, given)
}

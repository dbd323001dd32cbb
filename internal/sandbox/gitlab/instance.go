// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// version is the release whose behaviour is emulated.
const version = "19.2.0"

func (s *Server) metadataRoutes() []route {
	metadata := func(c *call) {
		c.json(http.StatusOK, object{
			"version": version, "revision": "5a4d0b0c0de", "enterprise": false,
			"kas": object{"enabled": false, "externalUrl": nil, "externalK8sProxyUrl": nil, "version": nil},
		})
	}
	return []route{
		{method: "GET", pattern: "/version", scope: userScope, handle: metadata},
		{method: "GET", pattern: "/metadata", scope: userScope, handle: metadata},
	}
}

// instanceSettings are the application settings that clients read, and those that the sandbox obeys: default_branch_name,
// default_branch_protection, default_project_visibility, default_group_visibility.
func instanceSettings() map[string]any {
	return map[string]any{
		"id": 1, "default_branch_name": nil, "default_branch_protection": 0,
		"default_branch_protection_defaults": object{}, "default_project_visibility": "private", "default_group_visibility": "private",
		"default_snippet_visibility": "private", "default_projects_limit": 100_000, "default_ci_config_path": nil,
		"signup_enabled": true, "password_authentication_enabled_for_web": true, "restricted_visibility_levels": []any{},
		"shared_runners_enabled": true, "auto_devops_enabled": true, "keep_latest_artifact": true, "max_artifacts_size": 100,
		"default_artifacts_expire_in": "30 days", "require_two_factor_authentication": false, "two_factor_grace_period": 48,
		"throttle_authenticated_api_enabled": false, "throttle_unauthenticated_enabled": false, "rate_limiting_response_text": nil,
		"home_page_url": nil, "after_sign_out_path": nil, "gravatar_enabled": true, "session_expire_delay": 10_080,
		"require_personal_access_token_expiry": false, "delete_inactive_projects": false, "pipeline_variables_default_allowed": true,
	}
}

// planLimitDefaults are the limits of the plan "default" that clients read; those that the sandbox obeys have fields of their own.
func planLimitDefaults() map[string]any {
	return map[string]any{
		"ci_instance_level_variables": 25, "ci_pipeline_size": 0, "ci_active_jobs": 0, "ci_project_subscriptions": 2, "ci_needs_size_limit": 50,
		"ci_registered_group_runners": 1000, "ci_registered_project_runners": 1000, "dotenv_size": 5120, "dotenv_variables": 20,
		"conan_max_file_size": 3_221_225_472, "enforcement_limit": 0, "generic_packages_max_file_size": 5_368_709_120, "helm_max_file_size": 5_242_880,
		"maven_max_file_size": 3_221_225_472, "notification_limit": 0, "npm_max_file_size": 524_288_000, "nuget_max_file_size": 524_288_000,
		"pipeline_hierarchy_size": 1000, "pypi_max_file_size": 3_221_225_472, "storage_size_limit": 0, "terraform_module_max_file_size": 1_073_741_824,
		"limits_history": object{},
	}
}

func defaultPlanLimits() planLimits {
	return planLimits{ciPipelineSchedules: 10, others: planLimitDefaults()}
}

func (s *Server) settingRoutes() []route {
	return []route{
		{method: "GET", pattern: "/application/settings", handle: func(c *call) {
			if c.requireAdmin() {
				c.json(http.StatusOK, c.s.world.settings)
			}
		}},
		{method: "PUT", pattern: "/application/settings", handle: updateSettings},
		{method: "GET", pattern: "/application/plan_limits", params: params{optional("plan_name", stringType).byDefault("default")}, handle: func(c *call) {
			if c.requireAdmin() {
				c.json(http.StatusOK, c.s.world.planLimits.object())
			}
		}},
		{method: "PUT", pattern: "/application/plan_limits", params: planLimitParams(), handle: updatePlanLimits},
	}
}

// updateSettings stores whatever is given: the list of GitLab's settings grows with each release, and clients only want theirs back.
func updateSettings(c *call) {
	if !c.requireAdmin() {
		return
	}
	for name, value := range c.undeclared {
		if known, isInt := c.s.world.settings[name].(int); isInt {
			if number, ok := integerType.coerce(value); ok && number != nil {
				value = number
			} else {
				value = known
			}
		}
		c.s.world.settings[name] = value
	}
	c.json(http.StatusOK, c.s.world.settings)
}

func planLimitParams() params {
	ps := params{
		requires("plan_name", stringType), optional("ci_pipeline_schedules", integerType), optional("ci_daily_pipeline_schedule_triggers", integerType),
	}
	for _, name := range slices.Sorted(maps.Keys(planLimitDefaults())) {
		ps = append(ps, optional(name, integerType))
	}
	return ps
}

func updatePlanLimits(c *call) {
	if !c.requireAdmin() {
		return
	}
	limits := &c.s.world.planLimits
	if c.has("ci_pipeline_schedules") {
		limits.ciPipelineSchedules = c.int("ci_pipeline_schedules")
	}
	if c.has("ci_daily_pipeline_schedule_triggers") {
		limits.ciDailyPipelineScheduleTriggers = c.int("ci_daily_pipeline_schedule_triggers")
	}
	for name := range limits.others {
		if c.has(name) {
			limits.others[name] = c.raw(name)
		}
	}
	c.json(http.StatusOK, limits.object())
}

func (l planLimits) object() object {
	return with(l.others, object{"ci_pipeline_schedules": l.ciPipelineSchedules})
}

// setting is an application setting that is a text; "" when it is null.
func (w *world) setting(name string) string {
	value, _ := w.settings[name].(string)
	return value
}

// settingNumber is an application setting that is a number.
func (w *world) settingNumber(name string) int {
	switch value := w.settings[name].(type) {
	case int:
		return value
	case json.Number:
		number, _ := value.Int64()
		return int(number)
	}
	return 0
}

# What `make demo` applies. It runs as it is against any GitLab, Nautes and Rancher that GITLAB_BASE_URL, GITLAB_TOKEN,
# NAUTES_BASE_URL, NAUTES_TOKEN, RANCHER_URL and RANCHER_TOKEN_KEY name, and that have the projects and the product that
# it speaks of.
terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

provider "cicd" {}

variable "project" {
  description = "The project that gets the schedules."
  type        = string
  default     = "demo/app"
}

# Every Friday at one in the morning, in UTC.
resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = var.project
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

resource "cicd_gitlab_pipeline_schedule_variable" "new_variable" {
  project              = var.project
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
  key                  = "NEW_VARIABLE"
  value                = "new value"
}

# A pipeline finds the path of a file with this content in the variable.
resource "cicd_gitlab_pipeline_schedule_variable" "package_list" {
  project              = var.project
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
  key                  = "PACKAGE_LIST"
  value                = file("${path.module}/packages.txt")
  variable_type        = "file"
}

# Every minute of a day in Tokyo, once it is switched on.
resource "cicd_gitlab_pipeline_schedule" "test" {
  project       = var.project
  description   = "Test schedule pipeline"
  ref           = "main"
  cron          = "* * * * *"
  cron_timezone = "Asia/Tokyo"
  active        = false
}

# Each push to main, and every weekday at five in the afternoon in Shanghai.
resource "cicd_nautes_project_pipeline_runtime" "build" {
  product         = "demo"
  name            = "app-build"
  project         = "app"
  pipeline_source = "app"
  pipelines = [
    { name = "build", path = "pipelines/build" },
  ]
  event_sources = [
    { name = "push", gitlab = { repo_name = "app", revision = "refs/heads/main", events = ["push_events"] } },
    { name = "weekdays", calendar = { schedule = "0 17 * * 1-5", timezone = "Asia/Shanghai" } },
  ]
  pipeline_triggers = [
    { event_source = "push", pipeline = "build" },
    { event_source = "weekdays", pipeline = "build", revision = "main" },
  ]
  destination = { environment = "test" }
}

# Each push, and every night at four in Hong Kong.
resource "cicd_rancher_pipeline" "build" {
  project_id   = "c-demo:p-app"
  display_name = "build and test"

  stages = [
    {
      name = "clone"
      steps = [
        { type = "sourcecode", source_code = { repository = "https://github.com/octocat/app.git", branch = "main" } },
      ]
    },
    {
      name = "test"
      steps = [
        { type = "runascript", run_script = { image = "golang:1.26", shell_script = "go test ./..." } },
      ]
    },
  ]

  triggers = {
    cron    = { active = true, timezone = "Asia/Hong_Kong", expression = "0 4 * * *" }
    webhook = { active = true }
  }
}

# What GitLab has, for the tests to look at.

terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

variable "project" {
  type = string
}

variable "pipeline_schedule_id" {
  type = number
}

data "cicd_gitlab_pipeline_schedule" "this" {
  project              = var.project
  pipeline_schedule_id = var.pipeline_schedule_id
}

# A week from Monday, 12 January 2026.
output "week" {
  value = [
    for run in provider::cicd::cron_next_runs(
      data.cicd_gitlab_pipeline_schedule.this.cron, data.cicd_gitlab_pipeline_schedule.this.cron_timezone, "2026-01-12T00:00:00+01:00", 5
    ) : formatdate("EEE hh:mm", run)
  ]
}

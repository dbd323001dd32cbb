terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

variable "project" {
  description = "The project's full path or id."
  type        = string
}

variable "branch" {
  description = "The branch to build."
  type        = string
  default     = "main"
}

variable "hour" {
  description = "The hour of the day at which to build, in time_zone."
  type        = number
  default     = 2

  validation {
    condition     = var.hour >= 0 && var.hour <= 23 && floor(var.hour) == var.hour
    error_message = "The hour must be a whole number from 0 to 23."
  }
}

variable "time_zone" {
  description = "The time zone of hour."
  type        = string
  default     = "Europe/Berlin"
}

resource "cicd_gitlab_pipeline_schedule" "nightly" {
  project       = var.project
  description   = "Nightly build of ${var.branch}"
  ref           = "refs/heads/${var.branch}"
  cron          = "0 ${var.hour} * * 2-6" # the mornings after the days on which somebody works
  cron_timezone = var.time_zone
  variables     = { RUN_NIGHTLY_BUILD = { value = "true" } }
}

output "pipeline_schedule_id" {
  description = "The schedule's id."
  value       = cicd_gitlab_pipeline_schedule.nightly.pipeline_schedule_id
}

# The variables of one schedule. Without pipeline_schedule_id, those of all schedules.
list "cicd_gitlab_pipeline_schedule_variable" "build_packages" {
  provider = cicd

  config {
    project              = "demo/app"
    pipeline_schedule_id = 1
  }
}

# The variables of all schedules of a project. With pipeline_schedule_id, those of one of them.
list "cicd_gitlab_pipeline_schedule_variable" "app" {
  provider = cicd

  config {
    project = "demo/app"
  }
}

# The active schedules that run on main.
list "cicd_gitlab_pipeline_schedule" "nightly" {
  provider = cicd

  config {
    project = "demo/app"
    scope   = "active"
    ref     = "main"
  }
}

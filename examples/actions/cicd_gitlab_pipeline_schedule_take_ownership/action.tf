# Runs by itself, for a schedule that is there: terraform apply -invoke=action.cicd_gitlab_pipeline_schedule_take_ownership.build_packages
action "cicd_gitlab_pipeline_schedule_take_ownership" "build_packages" {
  config {
    project              = "demo/app"
    pipeline_schedule_id = 1
  }
}

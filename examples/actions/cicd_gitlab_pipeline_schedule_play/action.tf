# Once the schedule is applied: terraform apply -invoke=action.cicd_gitlab_pipeline_schedule_play.build_packages
action "cicd_gitlab_pipeline_schedule_play" "build_packages" {
  config {
    project              = "demo/app"
    pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
  }
}

resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "demo/app"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

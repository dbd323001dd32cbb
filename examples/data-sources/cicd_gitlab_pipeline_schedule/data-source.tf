# When GitLab runs a schedule next.
data "cicd_gitlab_pipeline_schedule" "build_packages" {
  project              = "demo/app"
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
}

output "next_build" {
  value = data.cicd_gitlab_pipeline_schedule.build_packages.next_run_at
}

resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "demo/app"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

# The last three pipelines that a schedule ran.
data "cicd_gitlab_pipeline_schedule_pipelines" "last" {
  project              = "demo/app"
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
  sort                 = "desc"
  limit                = 3
}

output "last_builds" {
  value = data.cicd_gitlab_pipeline_schedule_pipelines.last.pipelines[*].status
}

resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "demo/app"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

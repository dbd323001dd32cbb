resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "demo/app"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

resource "cicd_gitlab_pipeline_schedule_variable" "package_version" {
  project              = "demo/app"
  pipeline_schedule_id = cicd_gitlab_pipeline_schedule.build_packages.pipeline_schedule_id
  key                  = "PACKAGE_VERSION"
  value                = "2.1"
}

# Every Friday at one in the morning, in UTC.
resource "cicd_gitlab_pipeline_schedule" "build_packages" {
  project     = "demo/app"
  description = "Build packages"
  ref         = "main"
  cron        = "0 1 * * 5"
}

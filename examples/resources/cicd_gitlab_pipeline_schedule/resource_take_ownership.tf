# Only a schedule's owner may edit it. When this one belongs to somebody else, the token's user takes it over first.
resource "cicd_gitlab_pipeline_schedule" "cleanup" {
  project        = "demo/app"
  description    = "Clean up the registry"
  ref            = "main"
  cron           = "0 4 * * 0"
  take_ownership = true
}

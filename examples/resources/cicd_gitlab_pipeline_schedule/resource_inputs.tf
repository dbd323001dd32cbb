# Inputs for the `spec: inputs` of the pipeline's configuration. Switched off until somebody sets `active`.
resource "cicd_gitlab_pipeline_schedule" "release" {
  project     = "demo/app"
  description = "Release"
  ref         = "v1.0"
  cron        = "0 9 1 * *"
  active      = false

  inputs = {
    environment = "production"
    replicas    = 3
    dry_run     = true
    regions     = ["eu", "us"]
  }
}

terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

# Starts the job `drift` of .gitlab-ci.yml every morning.
resource "cicd_gitlab_pipeline_schedule" "drift" {
  project       = "demo/app"
  description   = "Drift"
  ref           = "refs/heads/main"
  cron          = "30 5 * * *"
  cron_timezone = "Europe/Berlin"
  variables     = { DRIFT = { value = "true" } }
}

resource "cicd_gitlab_pipeline_schedule" "nightly" {
  project       = "demo/app"
  description   = "Nightly"
  ref           = provider::cicd::gitlab_ref("main")
  cron          = "0 1 * * 1-5"
  cron_timezone = "Europe/Berlin"

  lifecycle {
    precondition {
      # No run while the registry is being cleaned, on Fridays at 1 o'clock.
      condition = alltrue([
        for run in provider::cicd::cron_next_runs("0 1 * * 1-5", "Europe/Berlin", "2026-01-12T00:00:00+01:00", 4) :
        formatdate("EEE", run) != "Fri"
      ])
      error_message = "The nightly schedule must keep Friday's first hour free."
    }
  }
}

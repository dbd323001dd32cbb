resource "cicd_gitlab_pipeline_schedule" "nightly" {
  project       = "demo/app"
  description   = "Nightly"
  ref           = provider::cicd::gitlab_ref("main")
  cron          = "0 1 * * 1-4"
  cron_timezone = "Europe/Berlin"

  lifecycle {
    postcondition {
      # The registry is cleaned on Fridays.
      condition = alltrue([
        for run in provider::cicd::cron_next_runs(self.cron, self.cron_timezone, "2026-01-12T00:00:00+01:00", 10) :
        formatdate("EEE", run) != "Fri"
      ])
      error_message = "The nightly schedule must not run on Fridays."
    }
  }
}

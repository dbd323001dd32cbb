# With a time zone, and with all of its variables: a variable that somebody adds elsewhere is removed again.
resource "cicd_gitlab_pipeline_schedule" "nightly" {
  project       = "demo/app"
  description   = "Nightly tests"
  ref           = "main"
  cron          = "30 2 * * *"
  cron_timezone = "Europe/Berlin"

  variables = {
    TEST_SUITE = {
      value = "all"
    }
    TEST_CONFIG = {
      value         = "retries = 2"
      variable_type = "file"
    }
  }
}

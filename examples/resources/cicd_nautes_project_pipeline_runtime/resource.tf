# Each push to main builds, and so does each weekday at five in the afternoon.
resource "cicd_nautes_project_pipeline_runtime" "build" {
  product         = "demo"
  name            = "app-build"
  project         = "app"
  pipeline_source = "app"

  pipelines = [
    { name = "build", path = "pipelines/build" },
  ]
  event_sources = [
    {
      name = "push"
      gitlab = {
        repo_name = "app"
        revision  = "refs/heads/main"
        events    = ["push_events"]
      }
    },
    {
      name     = "weekdays"
      calendar = { schedule = "0 17 * * 1-5", timezone = "Asia/Shanghai" }
    },
  ]
  pipeline_triggers = [
    { event_source = "push", pipeline = "build" },
    { event_source = "weekdays", pipeline = "build", revision = "main" },
  ]

  destination = { environment = "test" }
}

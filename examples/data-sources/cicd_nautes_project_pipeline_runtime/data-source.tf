# When a runtime's pipelines run by the calendar.
data "cicd_nautes_project_pipeline_runtime" "checks" {
  product = "demo"
  name    = cicd_nautes_project_pipeline_runtime.checks.name
}

output "calendars" {
  value = [for source in data.cicd_nautes_project_pipeline_runtime.checks.event_sources : source.calendar.schedule if source.calendar != null]
}

resource "cicd_nautes_project_pipeline_runtime" "checks" {
  product         = "demo"
  name            = "app-checks"
  project         = "app"
  pipeline_source = "app"

  pipelines         = [{ name = "checks", path = "pipelines/checks" }]
  event_sources     = [{ name = "nightly", calendar = { schedule = "30 2 * * *" } }]
  pipeline_triggers = [{ event_source = "nightly", pipeline = "checks", revision = "main" }]

  destination = { environment = "test" }
}

data "cicd_nautes_project_pipeline_runtime" "build" {
  product = "demo"
  name    = "app-build"
}

output "calendars" {
  value = [for source in data.cicd_nautes_project_pipeline_runtime.build.event_sources : source.calendar.schedule if source.calendar != null]
}

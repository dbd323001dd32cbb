# All runtimes of one project. The selector looks for what the project's name contains, the condition for the name.
data "cicd_nautes_project_pipeline_runtimes" "app" {
  product        = "demo"
  field_selector = "project=app"
}

output "runtimes" {
  value = [for runtime in data.cicd_nautes_project_pipeline_runtimes.app.project_pipeline_runtimes : runtime.name if runtime.project == "app"]
}

data "cicd_rancher_pipelines" "app" {
  project_id = "c-demo:p-app"
}

output "active_pipelines" {
  value = [for pipeline in data.cicd_rancher_pipelines.app.pipelines : pipeline.display_name if pipeline.active]
}

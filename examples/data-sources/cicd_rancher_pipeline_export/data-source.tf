data "cicd_rancher_pipeline_export" "build" {
  pipeline_id = "p-app:build"
}

output "pipeline_yaml" {
  value = data.cicd_rancher_pipeline_export.build.yaml
}

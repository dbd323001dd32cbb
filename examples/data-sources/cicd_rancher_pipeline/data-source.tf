data "cicd_rancher_pipeline" "build" {
  id = "p-app:build"
}

output "stages" {
  value = [for stage in data.cicd_rancher_pipeline.build.stages : stage.name]
}

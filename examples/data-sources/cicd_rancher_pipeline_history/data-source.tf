data "cicd_rancher_pipeline_history" "first" {
  id = "p-app:build-1"
}

output "first_run" {
  value = data.cicd_rancher_pipeline_history.first.state
}

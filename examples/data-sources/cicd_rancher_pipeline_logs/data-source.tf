data "cicd_rancher_pipeline_logs" "first" {
  history_id = "p-app:build-1"
}

# All that the steps of the run wrote, one after another.
output "log" {
  value = join("\n", data.cicd_rancher_pipeline_logs.first.pipeline_logs[*].message)
}

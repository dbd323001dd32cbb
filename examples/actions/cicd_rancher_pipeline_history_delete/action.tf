# Runs by itself: terraform apply -invoke=action.cicd_rancher_pipeline_history_delete.first
action "cicd_rancher_pipeline_history_delete" "first" {
  config {
    history_id = "p-app:build-1"
  }
}
